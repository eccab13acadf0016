"""A course: how an indicator's count and activation run over observed time.

The curve, in the words of the method: a piecewise-linear curve turns the count into an activation
between 0 and 1; the activation is held at its peak and fades with a half-life once nothing supports
it any more. A course cuts time wherever the count changes, reaches a threshold, or the baseline loses
its support, so that between two cuts the level stands and everything else is one short formula.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple, Protocol

from indicators.levels.clock import Clock
from indicators.rules import Count

Since = tuple[datetime, datetime]
"""When a threshold was met in the world, and when we knew it."""


class Cause(Protocol):
    """What brought a count about, so that it can be said when a threshold was met and known."""

    @property
    def news(self) -> datetime | None:
        """When the newest part of it was known; ``None`` if nothing new was reported."""

    def met(self, threshold: float) -> datetime:
        """Return when the count reached *threshold*, given that it has."""

    def known(self, threshold: float) -> datetime:
        """Return the earliest moment at which what was known reached *threshold*."""


class Cut(NamedTuple):
    """From ``at`` (observed days) on a kind counts ``amount``, or the days since ``origin`` if that is given."""

    at: float
    amount: float = 0.0
    cause: Cause | None = None
    origin: float | None = None
    begun: datetime | None = None
    """When we knew of what began at ``origin``."""


class Piece(NamedTuple):
    """A stretch of a course from ``at`` on; ``plateau`` is what supports it, ``peak`` what fades since ``peak_at``."""

    at: float
    amount: float
    origin: float | None
    begun: datetime | None
    rank: int
    plateau: float
    peak: float
    peak_at: float
    since: tuple[Since | None, Since | None, Since | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The numbers that turn a count into levels and activation, taken out of the file once.

    ``supported`` is the observed day until which the baseline stands by itself. ``sharp`` says that a
    count below the first threshold is no evidence at all (an ordinary gap is not a part of a silence).
    """

    thresholds: tuple[float, float, float]
    points: tuple[tuple[float, float], ...]
    half_life: float
    baseline: float
    supported: float
    sharp: bool

    def plateau(self, at: float, rank: int, count: float) -> float:
        """Return the activation that *count* supports from *at* on."""
        value = 0.0 if self.sharp and not rank else curve(self.points, count)
        return max(value, self.baseline) if at < self.supported else value


def shape_of(count: Count, *, supported: float, sharp: bool) -> Shape:
    """Return the shape that *count* asks for."""
    return Shape(
        thresholds=count.thresholds,
        points=((0.0, 0.0), *zip(count.thresholds, count.weights, strict=True)),
        half_life=count.half_life_days,
        baseline=count.baseline,
        supported=supported,
        sharp=sharp,
    )


def curve(points: tuple[tuple[float, float], ...], n: float) -> float:
    """Piecewise linear through *points*, the first of which is (0, 0); flat after the last."""
    for (x0, y0), (x1, y1) in pairwise(points):
        if n <= x1:
            return y0 + (y1 - y0) * (n - x0) / (x1 - x0)
    return points[-1][1]


def fade(days: float, half_life: float) -> float:
    """Return what is left of 1 after *days*."""
    return float(0.5 ** (days / half_life))


class Course(NamedTuple):
    """The pieces of an indicator's life, in order; ``starts`` are their beginnings in observed days."""

    starts: tuple[float, ...]
    pieces: tuple[Piece, ...]

    def at(self, today: float) -> Piece:
        """Return the piece that *today* lies in."""
        return self.pieces[bisect_right(self.starts, today) - 1]


def unlike_from(one: Course, other: Course) -> float:
    """Return the observed day up to which both run alike, piece by piece; infinite if they are one."""
    if one is other:
        return float("inf")
    same = next((n for n, (a, b) in enumerate(zip(one.pieces, other.pieces, strict=False)) if a is not b), None)
    if same is None:
        same = min(len(one.pieces), len(other.pieces))
    return min((course.starts[same] for course in (one, other) if len(course.starts) > same), default=float("inf"))


def follow(shape: Shape, cuts: Iterable[Cut], clock: Clock, first: Piece | None) -> Course:
    """Return the course through *cuts*, which rise strictly and lie after *first* or begin at day 0."""
    pieces = [] if first is None else [first]
    ordered = list(cuts)
    if first is not None:
        ordered = [_going_on(first), *ordered]
    last = len(ordered) - 1
    for i, cut in enumerate(ordered):
        until = ordered[i + 1].at if i < last else float("inf")
        for at in _starts(shape, cut, until):
            if first is None or at > first.at:
                pieces.append(_piece(shape, cut, at, pieces[-1] if pieces else None, clock))
    return Course(tuple([p.at for p in pieces]), tuple(pieces))


def _going_on(piece: Piece) -> Cut:
    return Cut(piece.at, piece.amount, None, piece.origin, piece.begun)


def _starts(shape: Shape, cut: Cut, until: float) -> Iterable[float]:
    """Return where the pieces of *cut* begin: at itself, where the baseline ends, where days reach a threshold."""
    if cut.origin is None:
        if cut.at < shape.supported < until:
            return (cut.at, shape.supported)
        return (cut.at,)
    inner = {shape.supported, *(cut.origin + t for t in shape.thresholds)}
    return (cut.at, *sorted(x for x in inner if cut.at < x < until))


def _piece(shape: Shape, cut: Cut, at: float, before: Piece | None, clock: Clock) -> Piece:
    if cut.origin is None:
        count = cut.amount
        rank = _rank(shape.thresholds, count)
    else:
        count = at - cut.origin
        origin = cut.origin
        rank = sum(at >= origin + t for t in shape.thresholds)
    peak, peak_at = _peak(shape, before, at)
    return Piece(
        at,
        count,
        cut.origin,
        cut.begun,
        rank,
        shape.plateau(at, rank, count),
        peak,
        peak_at,
        _since(shape, cut, rank, before, clock),
    )


def _rank(thresholds: tuple[float, float, float], count: float) -> int:
    low, middle, high = thresholds
    return (count >= low) + (count >= middle) + (count >= high)


def _peak(shape: Shape, before: Piece | None, at: float) -> tuple[float, float]:
    """Return the peak that fades from *at* on, and when it began to: a peak keeps its own moment, not a copy's."""
    if before is None:
        return 0.0, at
    top = before.plateau
    if before.origin is not None:
        top = shape.plateau(before.at, before.rank, at - before.origin)
    if not before.peak or top >= before.peak * fade(at - before.peak_at, shape.half_life):
        return top, at
    return before.peak, before.peak_at


_NONE = (None, None, None)


def _since(
    shape: Shape, cut: Cut, rank: int, before: Piece | None, clock: Clock
) -> tuple[Since | None, Since | None, Since | None]:
    """Return since when each threshold has stood; what stood before goes on, maybe known earlier than was thought."""
    if not rank:
        return _NONE
    was = before.since if before is not None else _NONE
    news = cut.cause.news if cut.cause is not None else None
    if news is None and before is not None and rank == before.rank:
        return was  # what only leaves a window changes nothing about what goes on standing
    first, second, third = (
        None if i >= rank else _stands(cut, threshold, was[i], news, clock)
        for i, threshold in enumerate(shape.thresholds)
    )
    return first, second, third


def _stands(cut: Cut, threshold: float, was: Since | None, news: datetime | None, clock: Clock) -> Since:
    if was is not None:
        if cut.cause is None or news is None or news >= was[1]:
            return was
        return was[0], min(was[1], max(was[0], cut.cause.known(threshold)))
    if cut.origin is not None:
        met = clock.moment(cut.origin + threshold)
        return met, max(met, cut.begun or met)
    assert cut.cause is not None, "a count that reaches a threshold has a cause"
    met = cut.cause.met(threshold)
    return met, max(met, cut.cause.known(threshold))


class Stretch(NamedTuple):
    """A time in which a level stood, in observed days; ``since`` says when it was met and known."""

    begin: float
    end: float
    since: Since


def stretches(course: Course, level: int) -> Iterator[Stretch]:
    """Yield the times in which *course* stood at *level* (1 to 3) or above, oldest first; the last may be endless.

    Where that was found to have been known earlier than was thought, a new one begins.
    """
    begin, running = 0.0, None
    for piece in course.pieces:
        since = piece.since[level - 1]
        if since == running:
            continue
        if running is not None:
            yield Stretch(begin, piece.at, running)
        begin, running = piece.at, since
    if running is not None:
        yield Stretch(begin, float("inf"), running)
