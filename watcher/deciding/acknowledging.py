"""Acknowledging: a named person takes an alert or gives it back, and sees which are open."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from alerts.acknowledgements import LONGEST, Acknowledgement, Answer, Reopening, answer
from alerts.chains import Progress
from alerts.deliveries import Delivery, DeliveryState
from alerts.messages import subject_lines
from alerts.said import AnyAlert
from watcher.asking.naming import alert_named
from watcher.asking.opening import opened
from watcher.asking.refusal import DecisionError
from watcher.saying import watched
from watcher.saying.sharing import tell_the_others
from watcher.settings import Settings
from watcher.store import Connection, acknowledgements, deliveries, escalations
from watcher.store import alerts as alert_store

LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of somebody's wish: who has the alert now, if anybody, and which alert that is."""

    answer: Answer
    alert: AnyAlert
    acknowledgement: Acknowledgement | None = None

    @property
    def told(self) -> str:
        """The answer in a sentence."""
        has = self.acknowledgement
        until = f", until {has.until:%Y-%m-%d %H:%M} UTC" if has is not None else ""
        match self.answer:
            case Answer.TAKEN | Answer.YOURS:
                return f"{has.owner if has else ''} has it{until}"
            case Answer.OTHERS:
                return f"{has.owner if has else ''} has it already{until}"
            case _:
                return str(self.answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAlert:
    """A warning that stands, what was said of it last, who has it, and what is still on its way."""

    alert: AnyAlert
    acknowledgement: Acknowledgement | None
    chains: tuple[Progress, ...]
    owed: tuple[Delivery, ...]

    @property
    def line(self) -> str:
        """What it says, in a line."""
        return subject_lines(self.alert)["en"]

    @property
    def held(self) -> tuple[str, ...]:
        """The names of the holds that some of its messages wait under."""
        return tuple(dict.fromkeys(d.held for d in self.owed if d.state is DeliveryState.HELD))

    @property
    def told(self) -> str:
        """Where it stands, in a few words."""
        if self.acknowledgement is not None:
            return f"{self.acknowledgement.owner} has it"
        if self.chains:
            return ", ".join(f"chain {p.chain}, step {p.taken}" for p in self.chains)
        return "open"

    def as_json(self, *, now: datetime) -> dict[str, Any]:
        """Return it as plain values."""
        has = self.acknowledgement
        return {
            "alert": self.alert.id,
            "kind": self.alert.kind,
            "assessment": self.alert.assessment,
            "subject": self.alert.subject_key,
            "level": self.alert.level.name.lower(),
            "line": self.line,
            "at": self.alert.at,
            "age_seconds": int((now - self.alert.at).total_seconds()),
            "owner": has.owner if has is not None else None,
            "note": has.note if has is not None else None,
            "until": has.until if has is not None else None,
            "chains": [{"chain": p.chain, "steps_taken": p.taken} for p in self.chains],
            "held": list(self.held),
            "owed": len(self.owed),
        }


def acknowledge(settings: Settings, key: str, *, who: str, note: str, lasts: timedelta, now: datetime) -> Taken:
    """Let *who* take the alert that *key* names. Raises :class:`DecisionError` for what cannot be asked."""
    with opened(settings) as database, database.write() as connection:
        alert = alert_store.get(connection, alert_named(connection, key))
        return take(connection, settings, alert, owner=who, note=note, lasts=lasts, by="command", now=now)


def take(
    connection: Connection,
    settings: Settings,
    seen: AnyAlert,
    *,
    owner: str,
    note: str,
    lasts: timedelta,
    by: str,
    now: datetime,
    level: int | None = None,
) -> Taken:
    """Let *owner* take the alert they have *seen* (at that *level*), if nothing graver was said of it since.

    It stops the chains of its subject; messages that are on their way still arrive. The others who were told hear of
    it where the configuration says so.
    """
    _refuse(owner, note, lasts)
    later = acknowledgements.later(connection, seen)
    newest = later[-1] if later else seen
    alert_store.lock(connection, newest.id)
    standing = acknowledgements.standing(connection, newest)
    said = answer(seen, later, standing, owner=owner.strip(), now=now)
    if level is not None and level < newest.level:
        said = Answer.OVERTAKEN
    if said is not Answer.TAKEN:
        has = standing if standing is not None and standing.stands(now) else None
        return Taken(answer=said, alert=newest, acknowledgement=has)
    if standing is not None:  # it has expired, and nobody has looked since
        acknowledgements.end(connection, standing, Reopening.EXPIRED, who=watched.BY_ITSELF, at=now)
    wanted = Acknowledgement(
        assessment=newest.assessment,
        kind=newest.kind,
        subject=newest.subject_key,
        level=newest.level,
        alert_id=newest.id,
        owner=owner.strip(),
        at=now,
        until=now + lasts,
        note=note.strip(),
        by=by,
    )
    kept = acknowledgements.add(connection, wanted)
    watched.stop(connection, newest)
    tell_the_others(connection, settings, newest, kept, now=now)
    return Taken(answer=Answer.TAKEN, alert=newest, acknowledgement=kept)


def give_back(settings: Settings, key: str, *, who: str, now: datetime) -> Taken:
    """Open an alert again that somebody has; its chain begins again at once. Refused for one that nobody has."""
    if not who.strip():
        raise DecisionError("giving an alert back needs the name of a person: --by NAME")
    with opened(settings) as database, database.write() as connection:
        seen = alert_store.get(connection, alert_named(connection, key))
        newest = (seen, *acknowledgements.later(connection, seen))[-1]
        standing = acknowledgements.standing(connection, newest)
        if standing is None:
            raise DecisionError("nobody has this alert; `watcher alerts` shows who has which")
        watched.go_on(connection, settings, standing, newest, Reopening.TAKEN_BACK, who=who.strip(), now=now)
        return Taken(answer=Answer.TAKEN, alert=newest, acknowledgement=standing)


def open_alerts(settings: Settings, *, now: datetime) -> tuple[OpenAlert, ...]:
    """Return the warnings that stand, the gravest first, then the newest."""
    with opened(settings) as database, database.read() as connection:
        # They come as they were put on record: the newest is the last, whatever a clock that was ahead has dated.
        found = [_open(connection, alert, now) for alert in reversed(alert_store.standing(connection))]
    return tuple(sorted(found, key=lambda o: -o.alert.level))


def _open(connection: Connection, alert: AnyAlert, now: datetime) -> OpenAlert:
    standing = acknowledgements.standing(connection, alert)
    return OpenAlert(
        alert=alert,
        acknowledgement=standing if standing is not None and standing.stands(now) else None,
        chains=escalations.about(connection, alert),
        owed=tuple(d for d in deliveries.of_alert(connection, alert.id) if not d.is_over),
    )


def _refuse(owner: str, note: str, lasts: timedelta) -> None:
    if not owner.strip():
        raise DecisionError("acknowledging needs the name of a person: --by NAME")
    if not timedelta() < lasts <= LONGEST:
        raise DecisionError(f"an acknowledgement lasts {LONGEST.days} days at most; for longer set a silence")
    if len(note) > LONGEST_NOTE:
        raise DecisionError(f"a note has at most {LONGEST_NOTE} characters")
