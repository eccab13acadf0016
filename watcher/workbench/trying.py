"""Trying: one rule read over a stretch of the past, beside the version of it that is in force.

Nothing is stored or sent. A trial reads the assessment as if it had been written on the first day of
the stretch, with its own priors and baselines, and takes every source to have been watched all the time.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from indicators.assessments import Assessment
from indicators.evaluation import State, read_all
from indicators.events import Event, group_matches
from indicators.items import Item
from indicators.levels import Clock, Reading, read_indicator
from indicators.matcher import Match, Matcher
from indicators.outlooks import Outlook, outlook
from indicators.publishers import Grade, Publisher, Reliability
from watcher.judging.replay import TICK, dated
from watcher.judging.unchanged import read_alike
from watcher.workbench.excerpts import excerpts_of
from watcher.workbench.period import Period
from watcher.workbench.trial import Against, Day, FoundItem, Moment, Trial, Version
from watcher.workbench.unlisted import Unlisted

MatcherOf = Callable[[Assessment], Matcher]


def try_rule(
    rule: str,
    changed: Assessment,
    items: Iterable[Item],
    *,
    period: Period,
    today: Assessment | None = None,
    publishers: Mapping[str, Publisher] | None = None,
    matcher_of: MatcherOf = Matcher,
) -> Trial:
    """Try the indicator *rule* of *changed* on those of *items* that lie in *period*, against *today*.

    Each item is matched once by *changed*, and by *today* only with the rules that read otherwise
    there. Raises ``KeyError`` if *changed* has no such indicator, and ``ValueError`` if it is a
    duration, which reads no items.
    """
    if not changed.indicator(rule).matched:
        raise ValueError(f"{rule} counts the days of another indicator and reads no items itself")
    same = today is not None and _same(changed, today)
    reader = _Reader(rule, changed, None if same else today, publishers or {}, matcher_of)
    for item in items:
        if period.holds(item):
            reader.read(item)
    version = _version(rule, changed, reader.changed, period)
    days = tuple(Day(day=day, items=reader.per_day[day], counted=reader.counted_per_day[day]) for day in period.days)
    trial = Trial(
        rule=rule,
        period=period,
        items=reader.items,
        oldest=reader.oldest,
        days=days,
        changed=version,
        against=Against.ITSELF if same else Against.NOTHING,
        unlisted=reader.unlisted.names,
    )
    return trial if today is None or same else _compared(trial, today, reader)


def _same(one: Assessment, other: Assessment) -> bool:
    unversioned = {"version": "", "as_of": other.as_of, "review_by": other.review_by}
    return one.model_copy(update=unversioned) == other.model_copy(update={"version": ""})


def _compared(trial: Trial, today: Assessment, reader: "_Reader") -> Trial:
    if not any(i.id == trial.rule and i.matched for i in today.indicators):
        view = _outlook(_at_start(today, trial.period), reader.today.counting, trial.period.until)
        gained, watched = trial.changed.counted, trial.changed.watched
        return replace(trial, against=Against.NEW, outlook_today=view, gained=gained, watch_gained=watched)
    version = _version(trial.rule, today, reader.today, trial.period)
    return replace(
        trial,
        against=Against.TODAY,
        today=version,
        outlook_today=version.end.outlook,
        gained=_beyond(trial.changed.counted, version.counted),
        lost=_beyond(version.counted, trial.changed.counted),
        watch_gained=_beyond(trial.changed.watched, (*version.counted, *version.watched)),
        watch_lost=_beyond(version.watched, (*trial.changed.counted, *trial.changed.watched)),
    )


def _beyond(found: Iterable[FoundItem], others: Iterable[FoundItem]) -> tuple[FoundItem, ...]:
    """Return what of *found* is of items that *others* do not have."""
    known = {f.match.item.id for f in others}
    return tuple(f for f in found if f.match.item.id not in known)


@dataclass(slots=True)
class _Matches:
    """What one version matched: everything of the rule itself, and all that counts."""

    found: list[FoundItem] = field(default_factory=list)
    counting: list[Match] = field(default_factory=list)

    def add(self, rule: str, match: Match) -> None:
        slim = replace(match, item=replace(match.item, content=""))
        if match.indicator == rule:
            self.found.append(FoundItem(match=slim, excerpts=excerpts_of(match)))
        if not match.rejected_by:
            self.counting.append(slim)


class _Reader:
    """Reads items one by one with both versions and keeps only what matched."""

    def __init__(
        self,
        rule: str,
        changed: Assessment,
        today: Assessment | None,
        publishers: Mapping[str, Publisher],
        matcher_of: MatcherOf,
    ) -> None:
        self._rule = rule
        self._publishers = publishers
        self.unlisted = Unlisted(changed, publishers)
        self._matcher = matcher_of(changed)
        self._shared = read_alike(changed, today) if today is not None else frozenset()
        own = tuple(i for i in today.indicators if i.id not in self._shared) if today is not None else ()
        self._other = matcher_of(today.model_copy(update={"indicators": own})) if today is not None and own else None
        self.items = 0
        self.oldest: datetime | None = None
        self.per_day: Counter[date] = Counter()
        self.counted_per_day: Counter[date] = Counter()
        self.changed = _Matches()
        self.today = _Matches()

    def read(self, item: Item) -> None:
        day = item.when.astimezone(UTC).date()
        self.items += 1
        self.per_day[day] += 1
        self.oldest = item.when if self.oldest is None else min(self.oldest, item.when)
        self.unlisted.add(item)
        publisher = self._publishers.get(item.source)
        for match in self._matcher.match_item(item, publisher=publisher):
            self.changed.add(self._rule, match)
            if match.indicator in self._shared:
                self.today.add(self._rule, match)
            self.counted_per_day[day] += match.indicator == self._rule and not match.rejected_by
        if self._other is not None:
            for match in self._other.match_item(item, publisher=publisher):
                self.today.add(self._rule, match)


def _at_start(assessment: Assessment, period: Period) -> Assessment:
    return dated(assessment, period.since.astimezone(UTC).date())


def _version(rule: str, assessment: Assessment, matches: _Matches, period: Period) -> Version:
    started = _at_start(assessment, period)
    levels = _levels(rule, started, matches.found, period)
    changes = tuple(r for n, r in enumerate(levels) if n == 0 or r.level is not levels[n - 1].level)
    most = max(levels, key=lambda r: r.activation)  # the first day of the highest
    end = _moment(rule, started, matches.counting, period.until)
    return Version(
        assessment=started,
        found=tuple(matches.found),
        levels=levels,
        changes=changes,
        peak=_moment(rule, started, matches.counting, most.at),
        end=end,
        one_more=_moment(rule, started, matches.counting, period.until, more=(_full_event(rule, period.until),)),
    )


def _levels(rule: str, assessment: Assessment, found: list[FoundItem], period: Period) -> tuple[Reading, ...]:
    """Read the rule at the end of each day, with what was known by then."""
    indicator = assessment.indicator(rule)
    clock = Clock(assessment.start)
    known = sorted((f.match for f in found if f.counts), key=lambda m: m.item.fetched)
    readings: list[Reading] = []
    events: tuple[Event, ...] = ()
    taken = -1
    for at in _ticks(assessment.start, period.until):
        by_now = sum(m.item.fetched <= at for m in known)
        if by_now != taken:
            taken = by_now
            events = group_matches(known[:by_now], {rule: indicator})
        readings.append(read_indicator(indicator, events, clock=clock, now=at))
    return tuple(readings)


def _ticks(start: datetime, until: datetime) -> Iterable[datetime]:
    tick = start + TICK
    while tick < until:
        yield tick
        tick += TICK
    yield until


def _moment(
    rule: str, assessment: Assessment, counting: Iterable[Match], at: datetime, *, more: tuple[Event, ...] = ()
) -> Moment:
    indicators = {i.id: i for i in assessment.indicators}
    events = (*group_matches((m for m in counting if m.item.fetched <= at), indicators), *more)
    readings = read_all(assessment, events, state=State(), now=at)
    others = tuple(e for e in events if e.indicator != rule)
    bare = (r for r in read_all(assessment, others, state=State(), now=at) if r.indicator != rule)
    return Moment(
        at=at,
        reading=next(r for r in readings if r.indicator == rule),
        outlook=outlook(assessment, readings, now=at),
        without=outlook(assessment, bare, now=at),
    )


def _outlook(assessment: Assessment, counting: Iterable[Match], at: datetime) -> Outlook:
    indicators = {i.id: i for i in assessment.indicators}
    events = group_matches((m for m in counting if m.item.fetched <= at), indicators)
    return outlook(assessment, read_all(assessment, events, state=State(), now=at), now=at)


def _full_event(rule: str, at: datetime) -> Event:
    """Return an event as one agency report (B3) makes it: of value 1, at no known place."""
    return Event(
        id=f"one more of {rule}",
        indicator=rule,
        place="",
        day=at.astimezone(UTC).date(),
        when=at,
        reports=(),
        grade=Grade(reliability=Reliability.B, credibility=3),
    )
