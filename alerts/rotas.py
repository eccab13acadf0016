"""Rotas: who is on call when. At every moment one person is, or there is a hole with a name.

Pure: turns follow from the rota as it is written, changes of single spans are overrides that people set.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal

from pydantic import Field, model_validator

from alerts.spans import TimeOfDay, Zone, at_local, local
from indicators.written import Written

AHEAD = timedelta(days=14)
"""How far ahead a hole is reported."""


class Rota(Written):
    """People who take turns: each a day or a week, handed over at a time of day on the clocks of *zone*.

    The first of *people* is on from *start*; a week's turn begins on its weekday. From *end* on nobody is.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    people: tuple[str, ...] = Field(min_length=1)
    turn: Literal["day", "week"] = "week"
    at: TimeOfDay = time(9)
    zone: Zone = "UTC"
    start: date
    end: date | None = None

    @model_validator(mode="after")
    def _lasts(self) -> "Rota":
        if self.end is not None and self.end <= self.start:
            raise ValueError("a rota needs an end after its start, or none")
        return self

    @property
    def begins(self) -> datetime:
        """When the first turn begins, in UTC."""
        return self.hand_over(0)

    @property
    def ends(self) -> datetime | None:
        """When the last turn ends, in UTC."""
        return None if self.end is None else self._on(self.end)

    def hand_over(self, number: int) -> datetime:
        """Return when the turn of that *number* begins, in UTC; the first has number 0."""
        return self._on(self.start + number * self._length)

    def turn_at(self, moment: datetime) -> int:
        """Return the number of the turn that *moment* lies in, below 0 before the first."""
        days = (local(moment, self.zone).date() - self.start).days
        number = days // self._length.days
        while self.hand_over(number) > moment:
            number -= 1
        while self.hand_over(number + 1) <= moment:
            number += 1
        return number

    @property
    def _length(self) -> timedelta:
        return timedelta(days=1 if self.turn == "day" else 7)

    def _on(self, day: date) -> datetime:
        return at_local(datetime.combine(day, self.at), self.at, self.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A named person's word that *person* is on call in a rota from *start* to *end*, or nobody (an empty name).

    ``number`` is 0 until the store gives it one. Of several at one moment the last that was set counts.
    """

    rota: str
    person: str
    start: datetime
    end: datetime
    who: str
    why: str
    number: int = 0
    undone_by: str = ""

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("an override needs times with a zone")
        if not self.who.strip() or not self.why.strip():
            raise ValueError("an override needs the name of who sets it and a reason")
        if self.end <= self.start:
            raise ValueError("an override needs an end after its start")

    def is_on(self, now: datetime) -> bool:
        """Whether it counts at *now*."""
        return not self.undone_by and self.start <= now < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A span in which one *person* is on call, or, with an empty name, nobody: then *hole* says why."""

    rota: str
    person: str
    start: datetime
    end: datetime
    hole: str = ""
    override: int = 0
    """The number of the override that it comes from, 0 for the rota's own turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Every rota with the overrides that stand, and the ids of the recipients that there are."""

    rotas: tuple[Rota, ...] = ()
    overrides: tuple[Override, ...] = ()
    known: frozenset[str] = frozenset()

    def rota(self, wanted: str) -> Rota | None:
        """Return the rota with that id."""
        return next((rota for rota in self.rotas if rota.id == wanted), None)

    def people(self, wanted: str) -> tuple[str, ...]:
        """Return everybody of a rota who is still a recipient."""
        rota = self.rota(wanted)
        return tuple(p for p in rota.people if p in self.known) if rota is not None else ()

    def on(self, wanted: str, now: datetime) -> Duty:
        """Return who is on call in a rota at *now*, until whatever comes next changes that."""
        rota = self.rota(wanted)
        if rota is None:
            return Duty(rota=wanted, person="", start=now, end=now + AHEAD, hole="there is no such rota")
        return next(self.duties(rota, now, now + AHEAD))

    def duties(self, rota: Rota, start: datetime, end: datetime) -> Iterator[Duty]:
        """Yield who is on call from *start* to *end* without a gap: spans that follow each other, each whole."""
        overrides = [o for o in self.overrides if o.rota == rota.id and not o.undone_by]
        edges = sorted({start, end, *(m for m in _changes(rota, overrides, start, end) if start < m < end)})
        current: Duty | None = None
        for begins, ends in pairwise(edges):
            duty = self._duty(rota, overrides, begins, ends)
            if current is not None and _same(current, duty):
                current = replace(current, end=duty.end)
                continue
            if current is not None:
                yield current
            current = duty
        if current is not None:
            yield current

    def holes(self, now: datetime) -> tuple[Duty, ...]:
        """Return every span within :data:`AHEAD` of *now* in which nobody is on call, rota by rota."""
        return tuple(d for rota in self.rotas for d in self.duties(rota, now, now + AHEAD) if not d.person)

    def _duty(self, rota: Rota, overrides: list[Override], start: datetime, end: datetime) -> Duty:
        override = max((o for o in overrides if o.is_on(start)), key=lambda o: o.number, default=None)
        number = override.number if override is not None else 0
        person, hole = (override.person, "") if override is not None else _own(rota, start)
        if not person:
            hole = hole or _left_empty(override)
        elif person not in self.known:
            person, hole = "", f"{person} is no longer a recipient"
        return Duty(rota=rota.id, person=person, start=start, end=end, hole=hole, override=number)


def _left_empty(override: Override | None) -> str:
    return f"nobody stands in, says {override.who}: {override.why}" if override is not None else "nobody is named"


def _own(rota: Rota, moment: datetime) -> tuple[str, str]:
    """Return who is on by the rota's own turns, or why nobody is."""
    if moment < rota.begins:
        return "", "the rota has not begun"
    if rota.ends is not None and moment >= rota.ends:
        return "", "the rota has ended"
    return rota.people[rota.turn_at(moment) % len(rota.people)], ""


def _changes(rota: Rota, overrides: list[Override], start: datetime, end: datetime) -> Iterator[datetime]:
    number = rota.turn_at(start)
    while (moment := rota.hand_over(number)) < end:
        yield moment
        number += 1
    if rota.ends is not None:
        yield rota.ends
    for override in overrides:
        yield override.start
        yield override.end


def _same(one: Duty, other: Duty) -> bool:
    return (one.person, one.hole, one.override) == (other.person, other.hole, other.override)
