"""A track: what was worked out of one indicator's events, and how it reads at a moment."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time

from indicators.events import Event
from indicators.levels.basis import Basis, Other
from indicators.levels.clock import Clock
from indicators.levels.course import Course, Piece, Shape, Stretch, fade, follow, shape_of, unlike_from
from indicators.levels.facts import Fact, as_if_true, shared, standing
from indicators.levels.kinds import KINDS, Kind
from indicators.levels.reading import BY_RANK, Level, Reading
from indicators.levels.together import ended
from indicators.rules import Count, CountKind, Indicator

_SLACK = 1.0
"""Days that a fact is kept longer than it matters, so that no rounding decides."""

_SAME = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an indicator asks for, with what follows from it for one clock.

    ``due`` is the moment from which it is looked for (``None``: always), ``due_day`` the same in observed
    days; ``ready`` is the observed day before which it cannot say anything yet.
    """

    id: str
    count: Count
    kind: Kind
    clock: Clock
    shape: Shape
    due: datetime | None
    due_day: float
    ready: float


def plan_of(indicator: Indicator, clock: Clock) -> Plan:
    """Return the plan of *indicator* on *clock*."""
    count, kind = indicator.count, KINDS[indicator.count.of]
    due = datetime.combine(indicator.due_from, time(), tzinfo=UTC) if indicator.due_from else None
    due_day = clock.days(due) if due is not None else 0.0
    needed = kind.ready(count)
    return Plan(
        id=indicator.id,
        count=count,
        kind=kind,
        clock=clock,
        # The baseline stands by itself for as long as nothing could be said against it.
        shape=shape_of(count, supported=due_day + max(count.window_days, needed), sharp=kind.sharp),
        due=due,
        due_day=due_day,
        ready=due_day + needed,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """An indicator's facts, and the course of its count and activation worked out of them.

    ``rumour`` is the course it would have had if nothing had been refuted; ``None`` where nothing was.
    ``first``, ``first_rumour`` and ``kept`` are what all before a pruning was collapsed to.
    """

    plan: Plan
    facts: tuple[Fact, ...] = ()
    course: Course
    rumour: Course | None = None
    first: Piece | None = None
    first_rumour: Piece | None = None
    kept: Mapping[str, tuple[Stretch, ...]] = field(default_factory=dict)
    stood: tuple[Fact, ...] = ()
    """The facts that are not refuted."""

    @property
    def latest(self) -> datetime | None:
        """The time of its newest event."""
        return self.facts[-1].when if self.facts else None

    def as_other(self) -> Other:
        """Return what another indicator's count may read of it."""
        plan = self.plan
        return Other(shape=plan.shape, clock=plan.clock, course=self.course, facts=self.stood, due=plan.due_day)

    def inside(self, today: float) -> tuple[Event, ...]:
        """Return the events that count in the window of *today*, newest first."""
        return tuple([f.event for f in self._window(today) if not f.refuted])

    def inside_refuted(self, today: float) -> tuple[Event, ...]:
        """Return the refuted events in the window of *today*, newest first."""
        return tuple([f.event for f in self._window(today) if f.refuted])

    def _window(self, today: float) -> Iterator[Fact]:
        """Yield the facts in the window of *today*, newest first, but none from before the assessment."""
        window = self.plan.count.window_days
        for n in range(bisect_right(self.facts, today, key=_at) - 1, -1, -1):
            fact = self.facts[n]
            if fact.at < 0 or fact.at + window <= today:
                break
            yield fact


def laid(
    plan: Plan,
    facts: tuple[Fact, ...],
    others: Mapping[str, Other],
    *,
    first: Piece | None = None,
    first_rumour: Piece | None = None,
    kept: Mapping[str, tuple[Stretch, ...]] | None = None,
    was: Track | None = None,
    read_before: Mapping[str, Other] | None = None,
) -> Track:
    """Work out the track of *plan* from its *facts* and the *others* that its count reads.

    *was* is the same plan's track of other facts, and of the others as they were *read_before*: what came
    before the first difference is taken over.
    """
    stood = standing(facts)
    course = _resumed(was, stood) if was is not None and plan.kind.windowed else None
    if was is not None and read_before:
        course = _read_on(was, others, read_before)
    if course is None:
        basis = _basis(plan, stood, others, first, kept or {})
        course = follow(plan.shape, plan.kind.cuts(basis), plan.clock, first)
    rumour = None
    if plan.kind.windowed and (len(stood) < len(facts) or first_rumour != first):
        heard = _basis(plan, as_if_true(facts), others, first_rumour, {})
        rumour = follow(plan.shape, plan.kind.cuts(heard), plan.clock, first_rumour)
    return Track(
        plan=plan,
        facts=facts,
        course=course,
        rumour=rumour,
        first=first,
        first_rumour=first_rumour,
        kept=kept or {},
        stood=stood,
    )


def _resumed(was: Track, facts: tuple[Fact, ...]) -> Course | None:
    """Return the course of *facts*, as in *was* up to where they differ; ``None`` where that helps nothing."""
    before = was.stood
    same = shared(before, facts, by_figures=was.plan.kind.by_figures)
    if same == len(before) == len(facts):
        return was.course
    day = min(rest[same].at for rest in (before, facts) if len(rest) > same)
    kept = bisect_left(was.course.starts, day)
    if not kept:
        return None
    plan, anchor = was.plan, was.course.pieces[kept - 1]
    reach = plan.kind.reach(plan.count) + _SLACK
    near = facts[bisect_left(facts, anchor.at - reach, key=_at) :]
    basis = _basis(plan, near, {}, anchor, {})
    rest = follow(plan.shape, plan.kind.cuts(basis), plan.clock, anchor)
    return Course(was.course.starts[: kept - 1] + rest.starts, was.course.pieces[: kept - 1] + rest.pieces)


def _read_on(was: Track, others: Mapping[str, Other], before: Mapping[str, Other]) -> Course | None:
    """Return what a count makes of *others*, as in *was* up to where their courses are unlike those *before*.

    ``None`` where that helps nothing: a silence reads their events, and a combination is put together anew.
    """
    plan = was.plan
    if plan.count.of is CountKind.SILENCE:
        return None
    day = min(unlike_from(before[name].course, other.course) for name, other in others.items())
    if day == math.inf:
        return was.course
    anchor = _last_before(was.course, day) if plan.count.of is CountKind.DURATION else None
    if anchor is None:
        return None
    kept = bisect_left(was.course.starts, anchor.at)
    rest = follow(plan.shape, plan.kind.cuts(_basis(plan, (), others, anchor, {})), plan.clock, anchor)
    return Course(was.course.starts[:kept] + rest.starts, was.course.pieces[:kept] + rest.pieces)


def _at(fact: Fact) -> float:
    return fact.at


def _basis(
    plan: Plan,
    facts: tuple[Fact, ...],
    others: Mapping[str, Other],
    first: Piece | None,
    kept: Mapping[str, tuple[Stretch, ...]],
) -> Basis:
    return Basis(
        count=plan.count, clock=plan.clock, facts=facts, others=others, due=plan.due_day, first=first, kept=kept
    )


def pruned(track: Track, others: Mapping[str, Other], before: datetime) -> Track:
    """Return *track* with all that is older than *before* collapsed into the piece that led up to it.

    *others* are what its count reads, not yet pruned. No reading from *before* on changes by it.
    """
    plan = track.plan
    day = plan.clock.days(before)
    heard = track.rumour or track.course
    first, first_rumour = _last_before(track.course, day), _last_before(heard, day)
    after = -1.0 if first is None else first.at
    kept = ended(_basis(plan, (), others, track.first, track.kept), before, after) if others else {}
    if first is None or first_rumour is None:  # its own clock has not begun; those of others may have
        return replace(track, kept=kept)
    oldest = min(first.at, first_rumour.at)
    reach = plan.kind.reach(plan.count) + _SLACK
    facts = tuple([f for f in track.facts if f.at + reach > oldest])
    return Track(
        plan=plan,
        facts=facts,
        course=_from(track.course, first),
        rumour=_from(track.rumour, first_rumour) if track.rumour is not None else None,
        first=first,
        first_rumour=first_rumour,
        kept=kept,
        stood=standing(facts),
    )


def _last_before(course: Course, day: float) -> Piece | None:
    """Return the last piece that began before *day*: nothing that happens on *day* or later can change it."""
    index = bisect_left(course.starts, day) - 1
    return course.pieces[index] if index >= 0 else None


def _from(course: Course, first: Piece) -> Course:
    index = bisect_left(course.starts, first.at)
    return Course(course.starts[index:], course.pieces[index:])


def look(track: Track, *, today: float, now: datetime, observable: bool, events: tuple[Event, ...]) -> Reading:
    """Return the reading of *track* at *now*, which is the observed day *today*; *events* stand behind its count."""
    plan, piece = track.plan, track.course.at(today)
    count, plateau = _support(plan.shape, piece, today)
    activation = _activation(plan.shape, piece, plateau, today)
    level, since = BY_RANK[piece.rank], piece.since[piece.rank - 1] if piece.rank else None
    if plan.due is not None and now < plan.due:
        level, since = Level.NOT_YET_DUE, None
    elif not piece.rank:
        level = _unreached(track, today, observable=observable, built=activation > plan.shape.baseline)
        if level is Level.REFUTED:
            events = track.inside_refuted(today)
    if level is Level.NOT_YET_DUE:
        activation = plan.shape.baseline
    return Reading(
        indicator=plan.id,
        at=now,
        level=level,
        count=count,
        activation=activation,
        baseline=plan.shape.baseline,
        events=events,
        held=activation > plateau + _SAME,
        met=since[0] if since is not None else None,
        known=since[1] if since is not None else None,
    )


def stand(track: Track, today: float, now: datetime, observable: bool) -> tuple[float, int]:
    """Return the signal and the rank that the reading of *track* has at *now*, without the reading around them.

    The outlook asks for no more, and asks it of every indicator whenever anything is judged.
    """
    plan, course = track.plan, track.course
    piece = course.pieces[bisect_right(course.starts, today) - 1]
    if plan.due is not None and now < plan.due:
        return 0.0, 0
    shape, rank, peak = plan.shape, piece.rank, piece.peak
    activation = piece.plateau if piece.origin is None else _support(shape, piece, today)[1]
    if peak > activation:
        activation = max(activation, peak * fade(today - piece.peak_at, shape.half_life))
    if not rank and today < plan.ready and activation <= shape.baseline:
        level = _unreached(track, today, observable=observable, built=False)
        return (0.0 if level is Level.NOT_YET_DUE else activation - shape.baseline), 0
    return activation - shape.baseline, rank


def _support(shape: Shape, piece: Piece, today: float) -> tuple[float, float]:
    """Return the count of *today* and the activation that it supports."""
    if piece.origin is None:
        return piece.amount, piece.plateau
    count = today - piece.origin
    return count, shape.plateau(piece.at, piece.rank, count)


def _activation(shape: Shape, piece: Piece, plateau: float, today: float) -> float:
    """Return what is active: what is supported, or what is left of the peak. A peak that is no higher is not asked."""
    if piece.peak <= plateau:
        return plateau
    return max(plateau, piece.peak * fade(today - piece.peak_at, shape.half_life))


def _unreached(track: Track, today: float, *, observable: bool, built: bool) -> Level:
    """Say what it means that no threshold is reached; *built* says that something counts in part."""
    if track.rumour is not None and track.rumour.at(today).rank:
        return Level.REFUTED
    if not observable:
        return Level.NOT_OBSERVABLE
    return Level.NOT_YET_DUE if today < track.plan.ready and not built else Level.QUIET
