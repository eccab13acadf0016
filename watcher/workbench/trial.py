"""Trial: what one rule would have found, and what it would have moved, in a stretch of the past.

Nothing is stored or sent. A trial reads the assessment as if it had been written on the first day of
the stretch, with its own priors and baselines, and takes every source to have been watched all the time.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from indicators.assessments import Assessment
from indicators.evaluation import State, read_all
from indicators.events import Event, group_matches
from indicators.items import Item
from indicators.levels import Clock, Level, Reading, read_indicator
from indicators.matcher import Match, Matcher
from indicators.outlooks import Outlook, outlook
from indicators.publishers import Grade, Publisher, Reliability, publisher_of
from watcher.judging.replay import TICK, dated
from watcher.judging.unchanged import read_alike
from watcher.workbench.excerpts import Excerpt, excerpts_of

MOVED = 5e-4
"""Probabilities nearer than this are one and the same."""

MatcherOf = Callable[[Assessment], Matcher]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The stretch of time that is read, by the date of the reports; both ends belong to it."""

    since: datetime
    until: datetime

    @property
    def days(self) -> tuple[date, ...]:
        """Every day (UTC) of it, the first and last maybe in part."""
        first, last = self.since.astimezone(UTC).date(), self.until.astimezone(UTC).date()
        return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))

    def holds(self, item: Item) -> bool:
        """Whether *item* is dated inside and was known by the end."""
        return self.since <= item.when <= self.until and item.fetched <= self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day: the items that are dated so, and those of them that the rule counts.

    With no item at all nothing is known of the day: that is not the same as calm.
    """

    day: date
    items: int
    counted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An item that fits the rule, refused or not, and where its words stand. Its long text is left out."""

    match: Match
    excerpts: tuple[Excerpt, ...]

    @property
    def counts(self) -> bool:
        """Whether it was not refused."""
        return not self.match.rejected_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One moment of a version: the rule's reading, the outlook, and the outlook had there been no such rule."""

    at: datetime
    reading: Reading
    outlook: Outlook
    without: Outlook


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What one version of the rule found and said.

    ``changes`` are its readings at the end of each day on which its level changed, and the first one;
    ``peak`` is the first day on which it was most active; ``one_more`` is the end with one more event of full value.
    """

    assessment: Assessment
    found: tuple[Found, ...]
    levels: tuple[Reading, ...]
    changes: tuple[Reading, ...]
    peak: Moment
    end: Moment
    one_more: Moment

    @property
    def counted(self) -> tuple[Found, ...]:
        """What was not refused."""
        return tuple(f for f in self.found if f.counts)

    @property
    def watched(self) -> tuple[Found, ...]:
        """What does not count and is kept for a person to look at."""
        return tuple(f for f in self.found if f.match.watched)

    @property
    def refusals(self) -> Counter[str]:
        """How many were refused, by reason."""
        return Counter(f.match.rejected_by for f in self.found if not f.counts)


class Against(StrEnum):
    """What the changed version could be compared with."""

    NOTHING = "nothing"  # no version in force was given
    ITSELF = "itself"  # the file is what is in force
    NEW = "new"  # the version in force has no such rule
    TODAY = "today"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One rule over a stretch of the past, and the difference from the version of it that is in force.

    ``oldest`` is the first date of any item read; ``gained`` counts now and not today, ``lost`` the
    other way round, each as the version sees it that counts it. ``watch_gained`` is kept for a person to look
    at now, and today neither counted nor kept; ``watch_lost`` the other way round. ``unlisted`` are the
    sources of the items read that nobody stands for.
    """

    rule: str
    period: Period
    items: int
    oldest: datetime | None
    days: tuple[Day, ...]
    changed: Version
    against: Against
    today: Version | None = None
    outlook_today: Outlook | None = None
    gained: tuple[Found, ...] = ()
    lost: tuple[Found, ...] = ()
    watch_gained: tuple[Found, ...] = ()
    watch_lost: tuple[Found, ...] = ()
    unlisted: tuple[str, ...] = ()

    @property
    def has_history(self) -> bool:
        """Whether anything counted."""
        return bool(self.changed.counted)

    def refusal(self, item: str, version: Version) -> str:
        """Return why *version* does not count the item with that id."""
        found = next((f for f in version.found if f.match.item.id == item), None)
        return found.match.rejected_by if found else "its words are not all there"


def moved_lines(before: Outlook, after: Outlook, *, by: float = MOVED) -> tuple[str, ...]:
    """Return the lines whose probability differs by *by* or more between two outlooks, in the order of *after*."""
    known = before.estimates
    return tuple(key for key, e in after.estimates.items() if key in known and abs(e.p - known[key].p) >= by)


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


def _beyond(found: Iterable[Found], others: Iterable[Found]) -> tuple[Found, ...]:
    """Return what of *found* is of items that *others* do not have."""
    known = {f.match.item.id for f in others}
    return tuple(f for f in found if f.match.item.id not in known)


class Unlisted:
    """The sources of items that no publisher of an assessment stands for: an event of theirs is graded F6.

    *publishers* are those that the operator named, by source. A source that the assessment itself grades F is listed.
    """

    def __init__(self, assessment: Assessment, publishers: Mapping[str, Publisher] | None = None) -> None:
        self._rules = assessment.publisher_rules
        self._listed = {id(rule.publisher) for rule in self._rules}
        self._named = publishers or {}
        self._seen: dict[tuple[str, str], bool] = {}

    def add(self, item: Item) -> bool:
        """Take in *item*; return whether its source is unlisted."""
        key = (item.source, item.url.partition("://")[2].partition("/")[0])  # who it is hangs on the link's host too
        if key not in self._seen:
            named = item.source in self._named or id(publisher_of(item, self._rules)) in self._listed
            self._seen[key] = not named
        return self._seen[key]

    @property
    def names(self) -> tuple[str, ...]:
        """The sources found so far, sorted."""
        return tuple(sorted({source for (source, _), unlisted in self._seen.items() if unlisted}))


@dataclass(slots=True)
class _Matches:
    """What one version matched: everything of the rule itself, and all that counts."""

    found: list[Found] = field(default_factory=list)
    counting: list[Match] = field(default_factory=list)

    def add(self, rule: str, match: Match) -> None:
        slim = replace(match, item=replace(match.item, content=""))
        if match.indicator == rule:
            self.found.append(Found(match=slim, excerpts=excerpts_of(match)))
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


def _levels(rule: str, assessment: Assessment, found: list[Found], period: Period) -> tuple[Reading, ...]:
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


def since_of(told: str, *, until: datetime) -> datetime:
    """Return the moment that *told* names: a length of time before *until* (90d, 12h, 6w) or a day (2025-11-01, UTC).

    A length of a day or more begins at midnight UTC. Raises ``ValueError`` that says what to write.
    """
    number, unit = told[:-1], told[-1:]
    if unit in _UNITS and number.isascii() and number.isdigit() and 0 < int(number) <= _LONGEST:
        moment = until - int(number) * _UNITS[unit]
        whole = int(number) * _UNITS[unit] >= TICK
        return datetime.combine(moment.astimezone(UTC).date(), time(), tzinfo=UTC) if whole else moment
    try:
        moment = datetime.combine(date.fromisoformat(told), time(), tzinfo=UTC)
    except ValueError:
        raise ValueError(f"{told!r} is no stretch of time: write 90d, 12h, 6w, or a day as 2025-11-01") from None
    if moment >= until:
        raise ValueError(f"{told} is not before the end, {until:%Y-%m-%d %H:%M} UTC")
    return moment


_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_LONGEST = 3650


def level_days(one: Version, other: Version) -> tuple[tuple[date, Level, Level], ...]:
    """Return the days at whose end the two versions stand at different levels: day, level of one, of the other."""
    return tuple(
        ((a.at - timedelta(microseconds=1)).date(), a.level, b.level)
        for a, b in zip(one.levels, other.levels, strict=True)
        if a.level is not b.level
    )
