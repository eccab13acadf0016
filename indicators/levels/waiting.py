"""Counts of days: how long another indicator has held, how long nothing has been heard."""

import math
from bisect import bisect_right
from collections.abc import Iterator

from indicators.levels.basis import Basis, Other
from indicators.levels.course import Cut, Piece, fade

_SAME = 1e-12
"""Activations nearer than this are one and the same."""


def duration(basis: Basis) -> Iterator[Cut]:
    """Count the days for which another indicator has held.

    It holds from the moment its activation reaches the level asked for until it has sunk below half of what
    that level is worth, so that a quiet week does not restart the count. That is one half-life after the last
    window that supported the level, and later where it had stood higher.
    """
    cuts = list(_holding(basis))
    if basis.first is None and (not cuts or cuts[0].at > 0):
        yield Cut(0.0)
    yield from cuts


def _holding(basis: Basis) -> Iterator[Cut]:
    asked = basis.count.while_
    assert asked is not None, "checked when the file was read"
    other = basis.others[asked.indicator]
    wanted = other.shape.points[asked.min_level][1]
    running = basis.first is not None and basis.first.origin is not None
    starts, pieces = other.course
    begin = max(bisect_right(starts, basis.after) - 1, 0)  # what ended before that changes nothing after it
    for piece, until in zip(pieces[begin:], (*starts[begin + 1 :], math.inf), strict=True):
        start = max(piece.at, other.due)
        if start >= until:
            continue
        if not running and start > basis.after and _active(other, piece, start) >= wanted - _SAME:
            since = piece.since[asked.min_level - 1]
            known = max(since[1], other.clock.moment(start)) if since else other.clock.moment(start)
            yield Cut(start, origin=start, begun=known)
            running = True
        lost = _lost(other, piece, wanted / 2) if running else math.inf
        if basis.after < lost < until:
            yield Cut(lost)
            running = False


def _active(other: Other, piece: Piece, at: float) -> float:
    return max(_supported(other, piece, at), piece.peak * fade(at - piece.peak_at, other.shape.half_life))


def _supported(other: Other, piece: Piece, at: float) -> float:
    if piece.origin is None:
        return piece.plateau
    return other.shape.plateau(piece.at, piece.rank, at - piece.origin)


def _lost(other: Other, piece: Piece, floor: float) -> float:
    """Return when the activation sinks below *floor* in *piece*; infinite if something supports it."""
    if piece.plateau >= floor:
        return math.inf
    sunk = piece.peak_at + other.shape.half_life * math.log2(piece.peak / floor) if piece.peak > floor else piece.at
    sunk = max(sunk, piece.at)
    return math.inf if _supported(other, piece, sunk) >= floor else sunk


def silence(basis: Basis) -> Iterator[Cut]:
    """Count the days since the last event, its own or that of the indicator it listens to.

    Where there is none it counts from the assessment, or from the day on which the indicator is due.
    """
    heard = basis.facts if basis.count.since is None else basis.others[basis.count.since].facts
    if basis.first is None and basis.due > 0:
        yield Cut(0.0)
    if basis.due > basis.after:
        yield Cut(basis.due, origin=basis.due)
    for at in sorted({f.at for f in heard if f.at > max(basis.due, basis.after)}):
        yield Cut(at, origin=at)
