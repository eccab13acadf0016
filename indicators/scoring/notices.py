"""Notices: what was said about a line and when, without the evidence behind it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from indicators.bands import WarningLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One published change of one line; ``headline`` is its newest evidence (text from a feed, never markup)."""

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
class Standing:
    """A time in which a line stood at some level or above, [start, end); an open end is ``None``."""

    start: datetime
    end: datetime | None = None


def standing(notices: Iterable[Notice], level: WarningLevel) -> tuple[Standing, ...]:
    """Return the times in which a line stood at *level* or above, of all its *notices*."""
    found: list[Standing] = []
    since: datetime | None = None
    ordered: Sequence[Notice] = sorted(notices, key=lambda n: n.at)
    for notice in ordered:
        if since is None and notice.level_after >= level:
            since = notice.at
        elif since is not None and notice.level_after < level:
            found.append(Standing(start=since, end=notice.at))
            since = None
    return (*found, Standing(start=since)) if since is not None else tuple(found)
