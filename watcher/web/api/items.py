"""``/api/v1/items``: reports as their sources published them, listed, shown, and searched in the rules' language."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field

from indicators.assessments import Assessment
from indicators.items import Item
from indicators.matcher import Evidence
from indicators.query import QueryError
from watcher.assessments import in_force
from watcher.settings import Settings
from watcher.store import Connection, listings
from watcher.store import items as item_store
from watcher.store.listings import After, Between
from watcher.web.api.cursors import Cursor
from watcher.web.api.documents import Document, Page, Span
from watcher.web.api.routes import routes_of
from watcher.web.refusals import NO_SUCH_PAGE, Refusal, RefusedError
from watcher.web.site import Site
from watcher.web.visits import Reading
from watcher.workbench.searching import Hit, Searcher

MOST_SEARCHED = 500
"""Reports that one request looks through: beyond them the caller goes on with the cursor, and nobody else waits."""


class ItemQuery(Span):
    """Which reports are wanted."""

    source: str = Field("", max_length=200, description="Only those of this source, by its id.")
    q: str = Field(
        "",
        max_length=2_000,
        description="A query in the language of the rules, e.g. `fuel NEAR/8 shortage AND NOT title:Nigeria`. A fault "
        "in it is answered with its column.",
    )
    assessment: str = Field(
        "", max_length=200, description="Whose concepts and actors `q` may call, besides the shared."
    )


class Words(Document):
    """Words on which a query holds: `<field>[start:end]` of the report, counted in characters."""

    words: str
    field: str
    start: int
    end: int


class ItemDocument(Document):
    """One report. `when` is the time on which it counts: of the happening, else its own date, else our receipt."""

    id: str = Field(examples=["5f1d0c2a9b7e4d3f8a6b1c0d"])
    source: str = Field(description="The id of the source in watcher.yaml.", examples=["rfi-afrique"])
    title: str
    summary: str
    url: str = Field(description="Where its source has it; empty where it gave no address.")
    lang: str | None = Field(description="ISO 639-1, or null where nobody could tell.", examples=["fr"])
    when: datetime = Field(description="UTC.")
    dated: bool = Field(description="Whether the source's own date can be believed.")
    published: datetime | None = Field(description="The source's date, UTC; null where it gave none.")
    occurred: datetime | None = Field(description="When it happened, where the source says so apart, UTC.")
    fetched: datetime = Field(description="When we first saw it, UTC.")
    lat: float | None = Field(description="Degrees north, as the source gave it.")
    lon: float | None = Field(description="Degrees east, as the source gave it.")
    place: str
    codes: tuple[str, ...] = Field(description="Event codes that the source gave.", examples=[["acled:battles"]])
    actors: tuple[str, ...]
    evidence: tuple[Words, ...] = Field((), description="With `q`: the words on which it holds.")


class WholeItem(ItemDocument):
    """One report with its long text."""

    content: str = Field(description="The long text, without markup.")


class ItemPage(Page[ItemDocument]):
    """Some reports. With `q` a page may hold few or none and still have a `next`: there is more to look through."""

    looked_through: int = Field(description="Reports that were looked through for this page.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one look through the reports found; ``last`` is the report at which the next one goes on."""

    hits: tuple[tuple[Item, tuple[Evidence, ...]], ...]
    last: Item | None
    looked: int


def router(site: Site) -> APIRouter:
    """Return the routes, over the reports that *site*'s plant keeps."""
    routes = routes_of("items")

    @routes.get("/items", summary="List or search reports, the newest first")
    async def list_items(visit: Reading, asked: Annotated[ItemQuery, Query()]) -> ItemPage:
        del visit
        cursor = Cursor("items", asked)
        after = cursor.moment_and_key()
        found = await site.read(search, asked, after, site.plant.settings)
        last = found.last
        return ItemPage(
            data=tuple(document(item, evidence) for item, evidence in found.hits),
            next=cursor.at(last.fetched, last.id) if last is not None else None,
            looked_through=found.looked,
        )

    @routes.get("/items/{item}", summary="Show one report with its long text")
    async def get_item(visit: Reading, item: Annotated[str, Path(max_length=200)]) -> WholeItem:
        del visit
        found = await site.read(item_store.find, item)
        if found is None:
            raise RefusedError(NO_SUCH_PAGE)
        return WholeItem(**document(found).model_dump(), content=found.content)

    return routes


def search(connection: Connection, asked: ItemQuery, after: After | None, settings: Settings) -> Found:
    """Return the reports that *asked* wants; raises :class:`RefusedError` for a query that cannot be read."""
    between = Between(since=asked.since, until=asked.until)
    searcher = _searcher(connection, asked, settings) if asked.q else None
    most = MOST_SEARCHED if searcher is not None else asked.limit
    rows = listings.items(connection, limit=most + 1, after=after, between=between, source=asked.source)
    if searcher is None:
        shown = rows[:most]
        return Found(
            hits=tuple((i, ()) for i in shown), last=shown[-1] if len(rows) > most else None, looked=len(shown)
        )
    looked = rows[:most]
    hits = [(hit.item, hit.evidence) for hit in _first(searcher, looked, asked.limit)]
    if len(hits) == asked.limit:
        last = hits[-1][0]
        return Found(hits=tuple(hits), last=None if last is rows[-1] else last, looked=looked.index(last) + 1)
    return Found(hits=tuple(hits), last=looked[-1] if len(rows) > most else None, looked=len(looked))


def _first(searcher: Searcher, items: tuple[Item, ...], most: int) -> Iterator[Hit]:
    found = searcher.search(items)
    for _, hit in zip(range(most), found, strict=False):
        yield hit


def _searcher(connection: Connection, asked: ItemQuery, settings: Settings) -> Searcher:
    try:
        return Searcher(asked.q, _assessment(connection, asked.assessment, settings))
    except QueryError as error:
        told = {"where": "query.q", "what": error.what, "column": error.column}
        raise RefusedError(
            Refusal(
                status=HTTPStatus.UNPROCESSABLE_ENTITY,
                kind="query",
                what=f"the query cannot be read: {error}",
                instead="docs/write-an-assessment.md has the language",
                more={"faults": [told]},
            )
        ) from None


def _assessment(connection: Connection, wanted: str, settings: Settings) -> Assessment | None:
    if not wanted:
        return None
    found = next((one for one in in_force(connection, settings.assessments) if one.id == wanted), None)
    if found is None:
        raise RefusedError(
            Refusal(
                status=HTTPStatus.UNPROCESSABLE_ENTITY,
                kind="not-valid",
                what="assessment: there is none of that id",
                instead="/api/v1/assessments lists them",
            )
        )
    return found


def document(item: Item, evidence: tuple[Evidence, ...] = ()) -> ItemDocument:
    """Return *item* as it is sent, with the words on which a query holds."""
    return ItemDocument(
        id=item.id,
        source=item.source,
        title=item.title,
        summary=item.summary,
        url=item.url,
        lang=item.lang,
        when=item.when,
        dated=item.dated,
        published=item.published,
        occurred=item.occurred,
        fetched=item.fetched,
        lat=item.lat,
        lon=item.lon,
        place=item.place,
        codes=item.codes,
        actors=item.actors,
        evidence=tuple(Words(words=e.words, field=e.field, start=e.start, end=e.end) for e in evidence),
    )
