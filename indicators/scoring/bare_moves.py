"""Bare moves: what was said about a line and when, without the evidence behind it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from indicators.bands import WarningLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class BareMove:
    """One move of one line; ``headline`` is its newest evidence (text from a feed, never markup)."""

    key: str
    at: datetime
    before: float
    after: float
    level_before: WarningLevel
    level_after: WarningLevel
    band_before: int
    band_after: int
    reasons: tuple[str, ...] = ()
    headline: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarnedTime:
    """A time in which a line stood at some level or above, [start, end); an open end is ``None``."""

    start: datetime
    end: datetime | None = None


def warned_times(moves: Iterable[BareMove], level: WarningLevel) -> tuple[WarnedTime, ...]:
    """Return the times in which a line stood at *level* or above, of all its *moves*."""
    found: list[WarnedTime] = []
    since: datetime | None = None
    ordered: Sequence[BareMove] = sorted(moves, key=lambda n: n.at)
    for move in ordered:
        if since is None and move.level_after >= level:
            since = move.at
        elif since is not None and move.level_after < level:
            found.append(WarnedTime(start=since, end=move.at))
            since = None
    return (*found, WarnedTime(start=since)) if since is not None else tuple(found)
