"""``/items``: every report as it came in, by source or by a query; ``/items/{id}``: one, with what was found in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from indicators.editions import Edition
from indicators.items import Item
from indicators.matcher import Match
from indicators.publishers import Publisher, publisher_of
from watcher.deciding.desk import Desk
from watcher.store import Connection, item_stream, items, matches
from watcher.store.item_stream import Spot
from watcher.web.desk.asked import AskedQuery, asked_again, query_of, spot_asked
from watcher.web.refusals import NO_SUCH_PAGE, RefusedError
from watcher.web.site import Site
from watcher.web.visits import Reading, Visit
from watcher.workbench.excerpts import Excerpt, excerpts_of, whole
from watcher.workbench.looking import Look, look
from watcher.workbench.searching import Hit

SHOWN = 50
"""Items on a page."""

_FIELDS = ("title", "summary", "content")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownItem:
    """One item with what each rule found in it and the texts it had before."""

    item: Item
    matches: tuple[tuple[str, Match], ...]
    earlier: tuple[Edition, ...]


def router(site: Site) -> APIRouter:
    """Return the routes, over the items of *site*'s database."""
    routes = APIRouter()

    @routes.get("/items")
    async def show(visit: Reading) -> HTMLResponse:
        query, spot = query_of(visit), spot_asked(visit)
        source = visit.request.query_params.get("source", "")
        found = Look(hits=(), looked=0, last=None, over=True)
        if not query.fault:
            found = await site.read(_look, query, spot and Spot(fetched=spot[0], id=spot[1]), source)
        return visit.page(
            "items.html.j2",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if query.fault else HTTPStatus.OK,
            found=found,
            query=query,
            source=source,
            sources=site.plant.settings.sources,
            quotes=excerpts_of,
            further=_further(visit, found),
            begin=asked_again(visit),
            is_first=spot is None,
        )

    @routes.get("/items/{wanted}")
    async def one(wanted: str, visit: Reading) -> HTMLResponse:
        live = site.plant.library.live
        known = await site.read(_known, wanted, [one.assessment.id for one in live])
        if known is None:
            raise RefusedError(NO_SUCH_PAGE)
        query = query_of(visit)
        return visit.page(
            "item.html.j2",
            known=known,
            item=known.item,
            publisher=_publisher(visit, known.item),
            texts=texts_of(known, query),
            indicators={(a.assessment.id, i.id): i for a in live for i in a.assessment.indicators},
            events=_events(await visit.desks_of_all(), wanted),
            query=query,
        )

    return routes


def texts_of(known: KnownItem, query: AskedQuery) -> tuple[Excerpt, ...]:
    """Return headline, summary and text, with the words marked that any rule, or the query, rests on."""
    evidence = [e for _, match in known.matches for e in match.evidence]
    if query.searcher is not None:
        evidence += [e for hit in query.searcher.search((known.item,)) for e in hit.evidence]
    marked = Hit(item=known.item, evidence=tuple(evidence))
    return tuple(whole(marked, field) for field in _FIELDS if getattr(known.item, field) or field == "title")


def _look(connection: Connection, query: AskedQuery, spot: Spot | None, source: str) -> Look:
    found = item_stream.stream(connection, behind=spot, source=source, with_content=query.searcher is not None)
    return look(found, query.searcher, most=SHOWN)


def _known(connection: Connection, wanted: str, assessments: Iterable[str]) -> KnownItem | None:
    item = items.find(connection, wanted)
    if item is None:
        return None
    found = matches.of_item(connection, item, assessments)
    return KnownItem(item=item, matches=found, earlier=item_stream.earlier_texts(connection, item))


def _publisher(visit: Visit, item: Item) -> Publisher:
    """Return who published it: as the operator says, else as the first assessment in force does."""
    named = visit.site.plant.settings.publishers.get(item.source)
    live = visit.site.plant.library.live
    return named or publisher_of(item, live[0].assessment.publisher_rules if live else ())


def _events(desks: Iterable[Desk], wanted: str) -> dict[tuple[str, str], str]:
    """Return the event that holds the report *wanted*, by assessment and indicator."""
    return {
        (desk.assessment.id, event.indicator): event.id
        for desk in desks
        for event in desk.events
        if any(report.item.id == wanted for report in (*event.reports, *event.against))
    }


def _further(visit: Visit, found: Look) -> str:
    spot = found.behind
    return f"/items?{asked_again(visit, behind=(spot.fetched, spot.id))}" if spot is not None else ""
