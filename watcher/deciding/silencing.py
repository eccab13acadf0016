"""Silencing: a named person holds messages for a time, sees what that would have held, and ends it again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from alerts.said import AnyAlert
from alerts.silences import Silence
from indicators.assessments import forecasts
from indicators.checks.references import did_you_mean, near_names, suggestion
from watcher.asking.opening import opened
from watcher.asking.persons import by_whom
from watcher.asking.refusal import DecisionError
from watcher.assessments import in_force
from watcher.health.troubles import TroubleKind
from watcher.settings import Settings
from watcher.store import Connection, alerts, holds, silences

LONGEST = timedelta(days=31)
"""A silence of more than a month is a rule or a route that should be changed."""

LOOKED_BACK = timedelta(days=7)

_NO_SUBJECTS = frozenset({"digest", "watchdog", "acknowledged"})
"""Kinds of alerts that are about no subject of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silenced:
    """A silence as it stands, and how much it holds now."""

    silence: Silence
    holds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """A silence that was set, and what of the last seven days it would have held."""

    silence: Silence
    would_have_held: int
    of: int


def set_silence(settings: Settings, silence: Silence, *, now: datetime) -> Set:
    """Put *silence* on record. Raises :class:`DecisionError` for one that is too long, or without a name or reason."""
    by_whom(silence.who, silence.why)
    if silence.end - silence.start > LONGEST:
        raise DecisionError(
            f"a silence lasts {LONGEST.days} days at most; a route or a rule is what you want to change"
        )
    if silence.recipient != "*" and settings.recipient(silence.recipient) is None and "*" not in silence.recipient:
        known = ", ".join(r.id for r in settings.recipients)
        raise DecisionError(f"no recipient {silence.recipient!r}: one of {known}")
    with opened(settings) as database, database.write() as connection:
        _fits_something(connection, settings, silence)
        kept = silences.add(connection, silence, at=now)
        recent = [a for a in alerts.since(connection, now - LOOKED_BACK) if a.kind not in _NO_SUBJECTS]
    always = [a for a in recent if _would_hide(silence, a, now)]
    return Set(silence=kept, would_have_held=len(always), of=len(recent))


def _fits_something(connection: Connection, settings: Settings, silence: Silence) -> None:
    """Refuse a pattern that no scenario fits: who mistyped it would believe that something is held."""
    if silence.kind not in ("*", "move") or silence.subject.startswith(tuple(TroubleKind)):
        return
    keys = [f.key for assessment in in_force(connection, settings.assessments) for f in forecasts(assessment)]
    if keys and not any(fnmatchcase(key, silence.subject) for key in keys):
        hint = did_you_mean(near_names(silence.subject, keys)) or suggestion(silence.subject, keys)
        raise DecisionError(f"no scenario fits {silence.subject!r}, so nothing would be held: {hint}")


def _would_hide(silence: Silence, alert: AnyAlert, now: datetime) -> bool:
    names = silence.recipient if "*" not in silence.recipient else "anybody"
    return silence.hides(alert, names, now=max(now, silence.start))


def end_silence(settings: Settings, number: int, *, who: str, now: datetime) -> Silenced:
    """End a silence now; what it holds goes out together at once. Raises :class:`DecisionError` without a name."""
    if not who.strip():
        raise DecisionError("ending a silence needs the name of a person: --by NAME")
    with opened(settings) as database, database.write() as connection:
        silence = silences.end(connection, number, who=who.strip(), at=now)
        return Silenced(silence=silence, holds=holds.end(connection, silence.name, at=now))


def silences_listed(settings: Settings, *, now: datetime, every: bool = False) -> tuple[Silenced, ...]:
    """Return the silences that are on or to come, with what each holds; with *every* the last hundred of all."""
    with opened(settings) as database, database.read() as connection:
        found = silences.every(connection, limit=100) if every else silences.current(connection, now=now)
        return tuple(_silenced(connection, silence) for silence in found)


def _silenced(connection: Connection, silence: Silence) -> Silenced:
    return Silenced(silence=silence, holds=holds.under(connection, silence.name))
