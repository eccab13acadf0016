"""An alert in full: what it says, where it stands, what comes next, and where each of its messages went."""

from dataclasses import dataclass
from datetime import datetime

from alerts.acknowledgements import Acknowledgement
from alerts.chains import Progress, called
from alerts.messages import subject_lines
from alerts.rotas import Roster
from alerts.said import AnyAlert
from alerts.silences import Silence
from watcher.asking.opening import opened
from watcher.releasing.found import FoundNotice
from watcher.settings import Settings
from watcher.store import Connection, acknowledgements, deliveries, escalations, overrides, silences
from watcher.store import alerts as alert_store
from watcher.store.deliveries import Recorded
from watcher.store.notices import ClientNotices

MOST_BEFORE = 12
"""Alerts about the same subject that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """The step that a chain takes next if nobody acknowledges: *at* when, and whom it reaches as of now."""

    chain: str
    number: int
    of: int
    at: datetime | None
    """``None``: it is gone through, or no longer configured."""
    reaches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertInFull:
    """One alert with everything around it. ``newest`` is what was said of its subject last: itself, or a later one."""

    alert: AnyAlert
    newest: AnyAlert
    acknowledgement: Acknowledgement | None
    steps: tuple[NextStep, ...]
    ledger: tuple[Recorded, ...]
    story: tuple[AnyAlert, ...]
    silences: tuple[Silence, ...]
    """Those that hold it for anybody now."""
    notices: tuple[FoundNotice, ...]
    """What was drafted for clients of the same move."""

    @property
    def is_open(self) -> bool:
        """Whether there is something to take: it stands, and nothing newer was said."""
        return self.alert.id == self.newest.id and self.alert.level > 0 and self.alert.kind in ("move", "system")

    def line(self, lang: str) -> str:
        """What it says, in a line of *lang*."""
        return subject_lines(self.alert)[lang]


def alert_in_full(settings: Settings, alert_id: str, *, now: datetime) -> AlertInFull | None:
    """Return the alert of exactly that id, or ``None`` if there is none."""
    with opened(settings) as database, database.read() as connection:
        alert = alert_store.find(connection, alert_id)
        if alert is None:
            return None
        later = acknowledgements.later(connection, alert)
        newest = later[-1] if later else alert
        standing = acknowledgements.standing(connection, newest)
        known = silences.current(connection, now=now)
        return AlertInFull(
            alert=alert,
            newest=newest,
            acknowledgement=standing if standing is not None and standing.stands(now) else None,
            steps=_next_steps(connection, settings, newest, now),
            ledger=deliveries.recorded(connection, alert.id),
            story=alert_store.about(connection, alert, limit=MOST_BEFORE) if alert.kind in ("move", "system") else (),
            silences=tuple(s for s in known if s.hides(alert, _anybody(s), now=now)),
            notices=_drafted(connection, settings, alert),
        )


def _anybody(silence: Silence) -> str:
    return "anybody" if "*" in silence.recipient else silence.recipient


def _next_steps(connection: Connection, settings: Settings, alert: AnyAlert, now: datetime) -> tuple[NextStep, ...]:
    roster = settings.roster(overrides.current(connection, now=now))
    told = [one.delivery.recipient for one in deliveries.recorded(connection, alert.id)]
    return tuple(_next(settings, roster, told, one, now) for one in escalations.about(connection, alert))


def _next(settings: Settings, roster: Roster, told: list[str], progress: Progress, now: datetime) -> NextStep:
    chain = settings.chain(progress.chain)
    if chain is None or progress.taken >= chain.length:
        return NextStep(chain=progress.chain, number=progress.taken, of=chain.length if chain else 0, at=None)
    step = chain.step(progress.taken)
    reached = called(step.to, roster, told=told, last_resort=settings.last_resort, now=now)
    at_once = progress.opened > 1 and not progress.taken
    return NextStep(
        chain=chain.id,
        number=progress.taken + 1,
        of=chain.length,
        at=progress.since if at_once else progress.since + chain.wait(progress.taken),
        reaches=tuple(one.recipient for one in reached),
    )


def _drafted(connection: Connection, settings: Settings, alert: AnyAlert) -> tuple[FoundNotice, ...]:
    if alert.kind != "move":
        return ()
    return tuple(
        FoundNotice(client=client, notices=notices, kept=kept)
        for client in settings.clients
        for notices in (ClientNotices(connection, client),)
        for kept in notices.every(assessment=alert.assessment, scenario=alert.subject_key)
        if kept.move == alert.id
    )
