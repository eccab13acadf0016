"""Indicator dossier: what one indicator shows, what it counted, who could see it, and how often it was wrong."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from indicators.assessments import forecasts
from indicators.events import Event
from indicators.items import Item
from indicators.levels import Reading, Span
from indicators.matcher import Matcher
from indicators.outlooks import log_ratio
from indicators.rules import Effect, Example, Indicator, LocalText
from watcher.deciding.desk import Desk
from watcher.health.coverage import sources_of
from watcher.health.seeing import polls_well
from watcher.settings import Settings, WrittenSource
from watcher.showing.alarm_record import AlarmRecord, PeriodRecord, record_of, record_over_time
from watcher.store import Connection, outlooks
from watcher.store import sources as source_store
from watcher.store.outlooks import LevelSince

MOST_EVENTS = 100
"""Events that are listed, the newest."""

_SPEAKS = 0.05
"""Nats; a rating nearer to 1:1 than this speaks neither for nor against, as `watcher describe` has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearing:
    """What an indicator, fully active, says about one line: ``nats`` is ln LR, capped; 0 is nothing."""

    key: str
    name: LocalText
    nats: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """One of the rule's own examples: whether it should match, whether it does, and on which words."""

    example: Example
    wanted: bool
    fired: bool
    words: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether it does what it should."""
        return self.wanted == self.fired


@dataclass(frozen=True, slots=True, kw_only=True)
class Eye:
    """A source that could show the indicator, and whether its polls work."""

    id: str
    family: str
    sees: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorDossier:
    """One indicator as of the last judgement. ``levels`` are oldest first, ``events`` newest first.

    ``blind`` are the spans since ``since`` in which too little could be seen; ``eyes`` the sources that could show
    it, and ``by_all`` says that those are all there are.
    """

    indicator: Indicator
    reading: Reading
    since: datetime
    until: datetime
    levels: tuple[LevelSince, ...]
    blind: tuple[Span, ...]
    coverage: float
    eyes: tuple[Eye, ...]
    by_all: bool
    events: tuple[Event, ...]
    more_events: int
    counted: frozenset[str]
    """Ids of the events that stand in the window and are counted now."""
    bearings: tuple[Bearing, ...]
    record: AlarmRecord
    periods: tuple[PeriodRecord, ...]
    """Its record over time, since the assessment, oldest first."""


def indicator_dossier(
    connection: Connection, desk: Desk, settings: Settings, name: str, *, since: datetime, now: datetime
) -> IndicatorDossier:
    """Return all about the indicator *name* of *desk* from *since* on; raises ``KeyError`` where there is none."""
    assessment = desk.assessment
    indicator = assessment.indicator(name)
    reading = next(r for r in desk.evaluation.readings if r.indicator == name)
    own = [e for e in desk.events if e.indicator == name]
    listed = sorted((e for e in own if e.when >= since), key=lambda e: (e.when, e.id), reverse=True)
    fitting = sources_of(indicator, assessment, settings)
    sight = desk.state.seen(name)
    return IndicatorDossier(
        indicator=indicator,
        reading=reading,
        since=since,
        until=max(now, desk.at),
        levels=outlooks.levels(connection, assessment.id, name, since=since),
        blind=tuple(s for s in sight.blind if s.end is None or s.end > since),
        coverage=sight.coverage,
        eyes=_eyes(connection, settings.sources if fitting is None else fitting, now),
        by_all=fitting is None,
        events=tuple(listed[:MOST_EVENTS]),
        more_events=max(0, len(listed) - MOST_EVENTS),
        counted=frozenset(e.id for e in reading.events),
        bearings=tuple(_bearings(desk, indicator)),
        record=record_of(own),
        periods=record_over_time(own, since=assessment.start, until=max(now, desk.at)),
    )


def proven(indicator: Indicator, matcher: Matcher) -> tuple[Proven, ...]:
    """Run the rule's own examples through *matcher*; a rule that reads no reports has none."""
    proof = indicator.proof
    if proof is None:
        return ()
    wanted = [(one, True) for one in proof.must_match] + [(one, False) for one in proof.must_not_match]
    return tuple(_run(matcher, indicator.id, example, wanted=want) for example, want in wanted)


def _run(matcher: Matcher, rule: str, example: Example, *, wanted: bool) -> Proven:
    item = Item(id="proof", source="proof", fetched=datetime(2000, 1, 1, tzinfo=UTC), **dict(example))
    match = next((m for m in matcher.match_item(item) if m.indicator == rule and m.counts), None)
    words = tuple(dict.fromkeys(e.words for e in match.evidence)) if match is not None else ()
    return Proven(example=example, wanted=wanted, fired=match is not None, words=words)


def _eyes(connection: Connection, sources: Iterable[WrittenSource], now: datetime) -> tuple[Eye, ...]:
    states = source_store.states(connection)
    return tuple(Eye(id=s.id, family=s.family or s.id, sees=polls_well(s, states.get(s.id), now=now)) for s in sources)


def _bearings(desk: Desk, indicator: Indicator) -> Iterator[Bearing]:
    for forecast in forecasts(desk.assessment):
        effect = indicator.effects.get(forecast.scenario)
        if effect is None:
            continue
        state = None if isinstance(effect, Effect) else forecast.state
        nats = log_ratio(desk.assessment, indicator, forecast.scenario, state)
        yield Bearing(key=forecast.key, name=forecast.name, nats=nats if abs(nats) >= _SPEAKS else 0.0)
