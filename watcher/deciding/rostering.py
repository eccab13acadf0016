"""Rostering: who is on call in each rota, and the overrides by which people change that."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from alerts.rotas import AHEAD, Duty, Override
from watcher.asking.opening import opened
from watcher.asking.persons import by_whom
from watcher.asking.refusal import DecisionError
from watcher.settings import Settings
from watcher.store import overrides, past

LONGEST = timedelta(days=92)
"""An override of more than three months is a rota that should be changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Who is on call in one rota, span by span, from now on."""

    rota: str
    zone: str
    duties: tuple[Duty, ...]

    @property
    def holes(self) -> tuple[Duty, ...]:
        """The spans in which nobody is."""
        return tuple(duty for duty in self.duties if not duty.person)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "rota": self.rota,
            "zone": self.zone,
            "duties": [
                {
                    "person": duty.person or None,
                    "start": duty.start,
                    "end": duty.end,
                    "hole": duty.hole or None,
                    "override": duty.override or None,
                }
                for duty in self.duties
            ],
        }


def plans(settings: Settings, *, now: datetime) -> tuple[Plan, ...]:
    """Return who is on call in every rota from *now* on; without a database nothing was overridden yet."""
    if not settings.rotas:
        raise DecisionError("no rota is written: add `rotas:` to watcher.yaml, docs/operate.md shows one")
    roster = settings.roster(_standing(settings, now))
    return tuple(
        Plan(rota=rota.id, zone=rota.zone, duties=tuple(roster.duties(rota, now, now + AHEAD))) for rota in roster.rotas
    )


def _standing(settings: Settings, now: datetime) -> tuple[Override, ...]:
    if not past.is_there(settings.database):
        return ()
    with opened(settings) as database, database.read() as connection:
        return overrides.current(connection, now=now)


def override(settings: Settings, *wanted: Override, now: datetime) -> tuple[Override, ...]:
    """Put overrides on record, all or none. Raises :class:`DecisionError` for one that cannot be."""
    for one in wanted:
        _refuse(settings, one)
    with opened(settings) as database, database.write() as connection:
        return tuple(overrides.add(connection, one, at=now) for one in wanted)


def undo(settings: Settings, number: int, *, who: str, now: datetime) -> Override:
    """Let an override count no more. Raises :class:`DecisionError` without a name."""
    who, _ = by_whom(who, "undone")
    with opened(settings) as database, database.write() as connection:
        return overrides.undo(connection, number, who=who, at=now)


def _refuse(settings: Settings, wanted: Override) -> None:
    by_whom(wanted.who, wanted.why)
    if wanted.rota not in [rota.id for rota in settings.rotas]:
        raise DecisionError(f"no rota {wanted.rota!r}: {_one_of(rota.id for rota in settings.rotas)}")
    if wanted.person and settings.recipient(wanted.person) is None:
        raise DecisionError(f"no recipient {wanted.person!r}: {_one_of(r.id for r in settings.recipients)}")
    if wanted.end - wanted.start > LONGEST:
        raise DecisionError(f"an override lasts {LONGEST.days} days at most; change the rota in watcher.yaml")


def _one_of(names: Iterable[str]) -> str:
    return f"one of {', '.join(sorted(names))}" if (names := tuple(names)) else "none is written yet"
