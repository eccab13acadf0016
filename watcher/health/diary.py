"""Diary: in which hours of the last eight weeks a source was watched, and in which it brought something new."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

WEEK = 168
HOURS = 8 * WEEK
"""How far back a diary goes: long enough to learn a week, short enough to follow a change of habits."""

_ALL = (1 << HOURS) - 1
_HOUR = timedelta(hours=1)


def hour_of(moment: datetime) -> int:
    """Return the number of the hour (UTC) since 1970 in which *moment* lies."""
    return int(moment.timestamp() // _HOUR.total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class Diary:
    """Two rows of bits; bit 0 is the hour ``upto`` (see :func:`hour_of`), bit 1 the hour before it, and so on."""

    upto: int = 0
    watched: int = 0
    heard: int = 0

    @classmethod
    def read(cls, text: str) -> "Diary":
        """Return the diary that :func:`str` wrote; an empty one for an empty text."""
        if not text:
            return cls()
        upto, watched, heard = text.split(".")
        return cls(upto=int(upto), watched=int(watched, 16), heard=int(heard, 16))

    def __str__(self) -> str:
        return f"{self.upto}.{self.watched:x}.{self.heard:x}"

    def note(self, at: datetime, *, heard: bool, since: datetime | None = None) -> "Diary":
        """Return the diary with a good poll at *at*, which saw all that came *since* the one before.

        A clock that was far ahead cannot be put right: the diary begins anew.
        """
        moved = self._upto(max(hour_of(at), self.upto))
        back = moved.upto - hour_of(at)
        if back >= HOURS:
            return Diary().note(at, heard=heard, since=since)
        seen = min(hour_of(at) - hour_of(since), HOURS - 1) + 1 if since is not None and since <= at else 1
        return Diary(
            upto=moved.upto,
            watched=(moved.watched | ((1 << seen) - 1) << back) & _ALL,
            heard=moved.heard | (1 << back if heard else 0),
        )

    def with_past(self, moments: Iterable[datetime]) -> "Diary":
        """Return the diary with reports of *moments* that were printed before anybody watched: they tell of habits.

        A list of reports is whole from its oldest to its newest, so the hours between count as watched.
        """
        hours = sorted(back for moment in moments if 0 <= (back := self.upto - hour_of(moment)) < HOURS)
        if not hours:
            return self
        heard = self.heard
        for back in hours:
            heard |= 1 << back
        return Diary(upto=self.upto, watched=self.watched | (1 << hours[-1] + 1) - 1, heard=heard)

    def hours(self) -> tuple[tuple[int, bool], ...]:
        """Return every watched hour, oldest first: its number, and whether it brought something new."""
        watched, heard = f"{self.watched:b}", f"{self.heard:0{HOURS}b}"
        first = self.upto - len(watched) + 1
        told = heard[len(heard) - len(watched) :]
        return tuple((first + i, h == "1") for i, (w, h) in enumerate(zip(watched, told, strict=True)) if w == "1")

    def _upto(self, hour: int) -> "Diary":
        shift = hour - self.upto
        if shift >= HOURS:
            return Diary(upto=hour)
        return Diary(upto=hour, watched=self.watched << shift & _ALL, heard=self.heard << shift & _ALL)
