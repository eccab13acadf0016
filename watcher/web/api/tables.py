"""``/api/v1/exports``: the same rows as the lists, as tables for spreadsheets and as points for maps."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from pydantic import Field
from starlette.responses import Response

from watcher.web.api import alerts, audit, events, items, scorecard
from watcher.web.api.cursors import Cursor
from watcher.web.api.documents import Span
from watcher.web.api.geojson import features
from watcher.web.api.routes import routes_of
from watcher.web.api.spreadsheets import Cell, spreadsheet
from watcher.web.site import Site
from watcher.web.visits import Reading

MOST = 5_000
"""Rows of one file; `Link` says where the next begins."""

_Row = TypeVar("_Row")

_LIMIT = Field(1_000, ge=1, le=MOST, description="Rows of one file; the header `Link` has the next.")


class Csv(Response):
    """A table for spreadsheets."""

    media_type = "text/csv"


class GeoJson(JSONResponse):
    """Features for a map."""

    media_type = "application/geo+json"


class EventRows(events.EventQuery):
    """Which events are wanted."""

    limit: int = _LIMIT


class ItemRows(items.ItemQuery):
    """Which reports are wanted."""

    limit: int = _LIMIT


class AlertRows(alerts.AlertQuery):
    """Which alerts are wanted."""

    limit: int = _LIMIT


class ScoreRows(scorecard.ScoreQuery):
    """Which figures are wanted."""

    limit: int = _LIMIT


class ActRows(Span):
    """Which acts are wanted."""

    limit: int = _LIMIT


_TABLE: dict[int | str, dict[str, Any]] = {
    200: {"description": "CSV in UTF-8 with a header; a text that could run is quoted with an apostrophe."}
}

EVENTS: tuple[str, ...] = (
    "id",
    "assessment",
    "indicator",
    "place_name",
    "lat",
    "lon",
    "when",
    "known",
    "grade",
    "value",
    "refuted",
)
EVENTS += ("reports_in_all", "families", "title", "url")
ITEMS = (
    "id",
    "source",
    "title",
    "summary",
    "url",
    "lang",
    "when",
    "dated",
    "published",
    "fetched",
    "place",
    "lat",
    "lon",
)
ALERTS = ("id", "kind", "assessment", "subject", "at", "level", "urgency", "marking", "line")
SCORES: tuple[str, ...] = (
    "assessment",
    "version",
    "scenario",
    "at",
    "probability",
    "prior",
    "end",
    "why",
    "status",
    "happened",
    "brier",
)
SCORES += ("ruled_by",)
ACTS = ("number", "at", "who", "what", "detail")


def router(site: Site) -> APIRouter:
    """Return the routes, over what *site*'s plant keeps."""
    routes = routes_of("exports")

    @routes.get("/exports/events.csv", summary="Events as a table", response_class=Csv, responses=_TABLE)
    async def export_events(visit: Reading, asked: Annotated[EventRows, Query()]) -> Csv:
        cursor = Cursor("events.csv", asked)
        rows = await events.events(visit.request, asked, cursor.moment_and_key())
        next_ = _next(rows, asked, lambda told: cursor.at(told[1].when, events.key_of(told)))
        return _file(visit.request, "events", EVENTS, map(_event, map(events.document, rows[: asked.limit])), next_)

    @routes.get("/exports/events.geojson", summary="Events as points", response_class=GeoJson)
    async def export_event_points(visit: Reading, asked: Annotated[EventRows, Query()]) -> GeoJson:
        cursor = Cursor("events.geojson", asked)
        rows = await events.events(visit.request, asked, cursor.moment_and_key())
        next_ = _next(rows, asked, lambda told: cursor.at(told[1].when, events.key_of(told)))
        made = GeoJson(features(map(events.document, rows[: asked.limit])))
        return _linked(made, visit.request, next_)

    @routes.get("/exports/items.csv", summary="Reports as a table", response_class=Csv, responses=_TABLE)
    async def export_items(visit: Reading, asked: Annotated[ItemRows, Query()]) -> Csv:
        cursor = Cursor("items.csv", asked)
        found = await site.read(items.search, asked, cursor.moment_and_key(), site.plant.settings)
        next_ = cursor.at(found.last.fetched, found.last.id) if found.last is not None else ""
        rows = [items.document(item).model_dump() for item, _ in found.hits]
        return _file(visit.request, "items", ITEMS, rows, next_)

    @routes.get("/exports/alerts.csv", summary="Alerts as a table", response_class=Csv, responses=_TABLE)
    async def export_alerts(visit: Reading, asked: Annotated[AlertRows, Query()]) -> Csv:
        cursor = Cursor("alerts.csv", asked)
        rows = await site.read(alerts.alerts, asked, cursor.moment_and_key())
        next_ = _next(rows, asked, lambda alert: cursor.at(alert.at, alert.id))
        told = [alerts.document(alert) for alert in rows[: asked.limit]]
        made = [one.model_dump() | {"line": one.line.get("en", "")} for one in told]
        return _file(visit.request, "alerts", ALERTS, made, next_)

    @routes.get("/exports/scorecard.csv", summary="Published figures as a table", response_class=Csv, responses=_TABLE)
    async def export_scorecard(visit: Reading, asked: Annotated[ScoreRows, Query()]) -> Csv:
        cursor = Cursor("scorecard.csv", asked)
        card = await scorecard.card_of(visit.request)
        rows = scorecard.figures(card, asked, cursor.moment_and_key())
        next_ = _next(rows, asked, lambda row: cursor.at(row.at, scorecard.key_of(row)))
        made = [scorecard.document(row).model_dump() for row in rows[: asked.limit]]
        return _file(visit.request, "scorecard", SCORES, made, next_)

    @routes.get("/exports/audit.csv", summary="What was done as a table", response_class=Csv, responses=_TABLE)
    async def export_audit(visit: Reading, asked: Annotated[ActRows, Query()]) -> Csv:
        cursor = Cursor("audit.csv", asked)
        rows = await site.read(audit.acts, asked, cursor.moment_and_number())
        next_ = _next(rows, asked, lambda act: cursor.at(act.at, act.number))
        told = [audit.document(act) for act in rows[: asked.limit]]
        made = [one.model_dump() | {"detail": _flat(one.detail)} for one in told]
        return _file(visit.request, "audit", ACTS, made, next_)

    return routes


def _event(event: events.EventDocument) -> Mapping[str, Cell]:
    first = event.reports[0] if event.reports else None
    return event.model_dump() | {
        "families": " ".join(event.families),
        "title": first.title if first is not None else "",
        "url": first.url if first is not None else "",
    }


def _flat(detail: Mapping[str, Any]) -> str:
    return "; ".join(f"{name}: {value}" for name, value in detail.items())


def _next(rows: Sequence[_Row], asked: Span, at: Callable[[_Row], str]) -> str:
    return at(rows[asked.limit - 1]) if len(rows) > asked.limit else ""


def _file(request: Request, name: str, columns: Sequence[str], rows: Iterable[Mapping[str, Cell]], next_: str) -> Csv:
    text = spreadsheet(columns, rows)
    headers = {"Content-Disposition": f'attachment; filename="watcher-{name}.csv"'}
    return _linked(Csv(text.encode("utf-8-sig"), headers=headers), request, next_)


_Answer = TypeVar("_Answer", bound=Response)


def _linked(answer: _Answer, request: Request, next_: str) -> _Answer:
    if next_:
        query = urlencode({**request.query_params, "cursor": next_})
        answer.headers["Link"] = f'<{request.url.path}?{query}>; rel="next"'
    return answer
