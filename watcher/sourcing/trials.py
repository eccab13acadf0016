"""One source as it is now: how its polling goes, and one poll for the eye that keeps nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from indicators.assessments import Assessment
from indicators.documents import Document
from indicators.items import Item
from indicators.matcher import Match, Matcher
from watcher.assessments import in_force
from watcher.collecting.polling import ask_politely
from watcher.health.conditions import Health, health_of
from watcher.health.coverage import not_shown
from watcher.health.source_state import SourceState
from watcher.health.vitals import usual_gap
from watcher.settings import Settings, WrittenSource
from watcher.sources import SOURCES, Fetched, Source, SourceError
from watcher.sources.robots import Robots
from watcher.store import Connection
from watcher.store.database import Database
from watcher.store.sources import states
from watcher.wiring import door


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """One configured source and how its polling goes."""

    source: WrittenSource
    state: SourceState
    health: Health
    usual_gap: timedelta | None = None
    """About how long the next report is waited for after the last, where its rhythm is known."""
    not_shown: tuple[str, ...] = ()
    """The indicators in force that it could not show, by its region, its language or its kind."""
    indicators: int = 0
    """How many indicators are in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTrial:
    """What one poll brought, and what today's rules say of it, by item; or the fault."""

    source: str
    fetched: Fetched | None = None
    fault: str = ""
    matches: Mapping[str, tuple[Match, ...]]
    places: Mapping[str, str] = field(default_factory=dict)
    """The first place that is found in an item, by item; nothing where none is."""


def sources_health(settings: Settings, *, now: datetime) -> tuple[SourceHealth, ...]:
    """Return how polling goes, from the store, in the configuration's order. Raises :class:`StoreError`."""
    with Database(settings.database) as database:
        database.migrate()
        with database.read() as connection:
            return health_listed(connection, settings, in_force(connection, settings.assessments), now=now)


def health_listed(
    connection: Connection, settings: Settings, assessments: Iterable[Assessment], *, now: datetime
) -> tuple[SourceHealth, ...]:
    """Return how polling of each source goes, in the configuration's order, with what of *assessments* it can show."""
    known, assessments = states(connection), tuple(assessments)
    missing: dict[str, list[str]] = defaultdict(list)
    for assessment in assessments:
        for name, indicators in not_shown(assessment, settings).items():
            missing[name] += indicators
    total = sum(len(assessment.indicators) for assessment in assessments)
    found = []
    for source in settings.sources:
        state = known.get(source.id) or SourceState(id=source.id)
        health, gap = health_of(source, state, now=now), usual_gap(state.vitals)
        found.append(
            SourceHealth(
                source=source,
                state=state,
                health=health,
                usual_gap=gap,
                not_shown=tuple(missing.get(source.id, ())),
                indicators=total,
            )
        )
    return tuple(found)


async def try_source(
    settings: Settings,
    source: WrittenSource,
    matchers: tuple[Matcher, ...],
    *,
    now: datetime,
    sources: Mapping[str, Source] = SOURCES,
) -> SourceTrial:
    """Poll *source* as the daemon does, as if for the first time, and match what came; nothing is kept."""
    async with door(settings) as http:
        try:
            fetched = await ask_politely(sources, http, Robots(http), source, now=now)
        except SourceError as error:
            return SourceTrial(source=source.id, fault=f"{error.fault}: {error.detail}", matches={})
    publisher = source.publisher
    matches = {
        item.id: tuple(match for one in matchers for match in one.match_item(item, publisher=publisher))
        for item in fetched.items
    }
    places = {item.id: _place_of(item, matchers) for item in fetched.items}
    return SourceTrial(source=source.id, fetched=fetched, matches=matches, places=places)


def _place_of(item: Item, matchers: tuple[Matcher, ...]) -> str:
    """Return the first place that the rules' gazetteers find in *item*, a country, or the source's own word."""
    for where in (matcher.gazetteer.locate(Document(item)) for matcher in matchers):
        if where.places or where.countries:
            return where.places[0].place if where.places else min(where.countries)
    return item.place
