"""``/api/v1/sources``: how polling goes, source by source."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from watcher.health.conditions import Condition
from watcher.sourcing.trials import SourceHealth, health_listed
from watcher.store import Connection
from watcher.web.api.documents import Document, Names
from watcher.web.api.routes import routes_of
from watcher.web.refusals import NO_SUCH_PAGE, RefusedError
from watcher.web.site import Site
from watcher.web.visits import Reading

_HOUR = timedelta(hours=1)


class SourceDocument(Document):
    """One source of watcher.yaml as it is now. Its address and its secrets are not told."""

    id: str
    kind: str = Field(examples=["rss"])
    condition: Condition
    since: datetime | None = Field(description="Since when, UTC.")
    reason: Names = Field(description="Why, where it is in trouble.")
    sees: bool = Field(description="Whether it counts as seeing: if not, its silence means nothing.")
    last_new_at: datetime | None = Field(description="When it last said something new, UTC.")
    usual_hours: float | None = Field(description="About how long the next report is waited for, where known.")
    last_ok_at: datetime | None = Field(description="The last poll that worked, UTC.")
    next_due_at: datetime | None = Field(description="The next poll, UTC.")
    failures: int = Field(description="Polls that failed since the last good one.")
    fault: str | None


class Sources(Document):
    """Every source, in the order of the configuration."""

    data: tuple[SourceDocument, ...]


def router(site: Site) -> APIRouter:
    """Return the routes, over the sources of *site*'s plant."""
    routes = routes_of("sources")

    @routes.get("/sources", summary="List the sources with their health")
    async def list_sources(visit: Reading) -> Sources:
        found = await site.read(_health, site, visit.now)
        return Sources(data=tuple(map(_document, found)))

    @routes.get("/sources/{source}", summary="Show one source with its health")
    async def get_source(visit: Reading, source: Annotated[str, Path(max_length=200)]) -> SourceDocument:
        found = await site.read(_health, site, visit.now)
        one = next((one for one in found if one.source.id == source), None)
        if one is None:
            raise RefusedError(NO_SUCH_PAGE)
        return _document(one)

    return routes


def _health(connection: Connection, site: Site, now: datetime) -> tuple[SourceHealth, ...]:
    in_force = (live.assessment for live in site.plant.library.live)
    return health_listed(connection, site.plant.settings, in_force, now=now)


def _document(one: SourceHealth) -> SourceDocument:
    state, health = one.state, one.health
    return SourceDocument(
        id=one.source.id,
        kind=one.source.kind,
        condition=health.condition,
        since=health.since,
        reason={lang: text for lang, text in health.reason.items() if text},
        sees=health.sees,
        last_new_at=state.vitals.heard_at,
        usual_hours=one.usual_gap / _HOUR if one.usual_gap is not None else None,
        last_ok_at=state.last_ok_at,
        next_due_at=state.next_due_at,
        failures=state.failures,
        fault=state.last_fault or None,
    )
