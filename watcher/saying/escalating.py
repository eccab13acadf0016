"""Escalating: where nobody has acknowledged an alert in time, the next ones of its chain are told.

Nothing is remembered between two looks but what the store holds: a step and its messages are one
transaction, so that a crash takes it once or not at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from alerts.acknowledgements import Acknowledgement, Reopening
from alerts.chains import Due, Progress, after_restart, after_step, called, due
from alerts.holding import hold_for
from alerts.said import AnyAlert
from alerts.system import SystemWarning
from watcher.asking.naming import alert_named
from watcher.asking.opening import opened
from watcher.asking.persons import by_whom
from watcher.asking.refusal import DecisionError
from watcher.plant import Plant
from watcher.saying import planning, watched
from watcher.saying.planning import owed
from watcher.saying.repeating import marked
from watcher.settings import Settings
from watcher.store import (
    Connection,
    acknowledgements,
    audit,
    deliveries,
    escalations,
    installation,
    overrides,
    silences,
    stories,
)
from watcher.store import alerts as alert_store

log = structlog.get_logger(__name__)


def escalate(plant: Plant, now: datetime) -> int:
    """Take every step that is due at *now*, remind who let an acknowledgement expire, and return how many steps.

    Runs in the writer's thread. What goes wrong with one is logged and holds no other up.
    """
    with plant.database.read() as connection:
        outdone = [(one, _outdo) for one in acknowledgements.outdone(connection)]
        expired = [(one, _expire) for one in acknowledgements.expired(connection, now=now)]
    for one, end in (*outdone, *expired):
        try:
            with plant.database.write() as connection:
                if acknowledgements.still(connection, one):
                    end(connection, plant.settings, one, now)
        except Exception:
            log.exception("could not open an alert again", alert=one.alert_id)
    with plant.database.read() as connection:
        running = escalations.running(connection)
    return sum(advance(plant, progress, now) for progress in running if not _waits(plant.settings, progress, now))


def advance(plant: Plant, progress: Progress, now: datetime) -> bool:
    """Do what is due about *progress*; return whether a step was taken. What was done since it was read counts."""
    try:
        with plant.database.write() as connection:
            current = escalations.locked(connection, progress)
            return current is not None and _advance(connection, plant.settings, current, now)
    except Exception:
        log.exception("could not escalate", alert=progress.alert_id, chain=progress.chain)
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hurried:
    """An alert whose next step was taken at once, and whom that reaches."""

    alert: AnyAlert
    reached: tuple[str, ...]


def escalate_now(settings: Settings, key: str, *, who: str, why: str, now: datetime) -> Hurried:
    """Take the next step of the alert that *key* names without its wait, because a person says so.

    Of an alert without a chain the chain of ``escalation`` begins. Raises
    :class:`~watcher.asking.refusal.DecisionError` where somebody has it, where it is over, or where there is no chain.
    """
    who, why = by_whom(who, why)
    with opened(settings) as database, database.write() as connection:
        seen = alert_store.get(connection, alert_named(connection, key))
        newest = (seen, *acknowledgements.later(connection, seen))[-1]
        _still_open(connection, newest, now)
        reached: dict[str, None] = {}
        for progress in _at_hand(connection, settings, newest, now):
            reached |= dict.fromkeys(_take(connection, settings, progress, now))
            escalations.put(connection, after_step(progress, now=now))
        detail = {"alert": newest.id, "why": why, "to": list(reached)}
        audit.write(connection, at=now, who=who, what="escalated an alert", detail=detail)
        return Hurried(alert=newest, reached=tuple(reached))


def _still_open(connection: Connection, alert: AnyAlert, now: datetime) -> None:
    if not alert.level:
        raise DecisionError("the warning is over: there is nobody to call")
    standing = acknowledgements.standing(connection, alert)
    if standing is not None and standing.stands(now):
        raise DecisionError(f"{standing.owner} has it: give it back first, and its chain begins again at once")


def _at_hand(connection: Connection, settings: Settings, alert: AnyAlert, now: datetime) -> Iterable[Progress]:
    """Return the chains of which a step can be taken: those that run, else those gone through, else a new one."""
    running = [found for one in escalations.about(connection, alert) if (found := escalations.locked(connection, one))]
    known = [one for one in running if (chain := settings.chain(one.chain)) is not None and one.taken < chain.length]
    if known:
        return known
    through = [p for p in escalations.of_alert(connection, alert.id) if settings.chain(p.chain) is not None]
    if through:
        return [replace(p, since=now, taken=0, opened=p.opened + 1, restarted=False, over="") for p in through]
    default = settings.escalation
    if default is None or settings.chain(default.chain) is None:
        raise DecisionError("no chain says whom to call: write `chains:` and `escalation:`, docs/operate.md shows them")
    return [Progress(alert_id=alert.id, chain=default.chain, level=alert.level, since=now)]


def _waits(settings: Settings, progress: Progress, now: datetime) -> bool:
    chain = settings.chain(progress.chain)
    return chain is not None and due(chain, progress, now=now) is Due.NOTHING_YET


def _advance(connection: Connection, settings: Settings, progress: Progress, now: datetime) -> bool:
    chain = settings.chain(progress.chain)
    if chain is None:
        watched.replaced(connection, settings, progress, alert_store.get(connection, progress.alert_id), now=now)
        log.warning("chain ended", alert=progress.alert_id, chain=progress.chain, why=watched.NO_CHAIN)
        return False
    verdict = due(chain, progress, now=now)
    told = {"alert": progress.alert_id, "chain": chain.id, "step": progress.taken + 1}
    match verdict:
        case Due.NOTHING_YET:
            return False
        case Due.FINISHED:
            escalations.end(connection, progress, why=verdict.value)
            log.warning("chain gone through", why=verdict.value, **told)
            return False
        case Due.RESTART:
            escalations.put(connection, after_restart(progress, now=now))
            log.warning("chain waits again", why=verdict.value, **told)
            return False
        case Due.STEP:
            reached = _take(connection, settings, progress, now)
            escalations.put(connection, after_step(progress, now=now))
            log.warning("escalated", why=verdict.value, to=reached, **told)
    return True


def _take(connection: Connection, settings: Settings, progress: Progress, now: datetime) -> list[str]:
    """Owe the alert to whom the next step reaches, and return their names."""
    chain = settings.chain(progress.chain)
    assert chain is not None
    alert = alert_store.get(connection, progress.alert_id)
    step = chain.step(progress.taken)
    roster = settings.roster(overrides.current(connection, now=now))
    told = _told(connection, alert)
    reached = []
    for one in called(step.to, roster, told=told, last_resort=settings.last_resort, now=now):
        if one.hole is not None:
            log.warning("nobody on call", rota=one.hole.rota, why=one.hole.hole, instead=one.recipient)
        name = f"{chain.id} {progress.opened}.{progress.taken + 1}"
        _owe(connection, settings, alert, one.recipient, step.channels, name, now)
        reached.append(one.recipient)
    return reached


def _outdo(connection: Connection, settings: Settings, outdone: Acknowledgement, now: datetime) -> None:
    """Open an alert again that rose while somebody took it: they have seen what it was before."""
    newest = _newest(connection, outdone)
    watched.go_on(connection, settings, outdone, newest, Reopening.ROSE, who=watched.BY_ITSELF, now=now)
    log.warning("the alert rose while it was taken", alert=newest.id, owner=outdone.owner)


def _newest(connection: Connection, taken: Acknowledgement) -> AnyAlert:
    seen = alert_store.get(connection, taken.alert_id)
    return (seen, *acknowledgements.later(connection, seen))[-1]


def _expire(connection: Connection, settings: Settings, expired: Acknowledgement, now: datetime) -> None:
    """Open the alert again and remind its owner; of one who is no recipient, all who were told are.

    What happened and does not last is over instead: it was seen to.
    """
    newest = _newest(connection, expired)
    if isinstance(newest, SystemWarning) and newest.passing:
        planning.plan(connection, settings, newest.over(now, salt=installation.salt(connection)), now=now)
        return
    watched.go_on(connection, settings, expired, newest, Reopening.EXPIRED, who=watched.BY_ITSELF, now=now)
    if not newest.level:
        return
    known = settings.recipient(expired.owner) is not None
    names = [expired.owner] if known else _told(connection, newest)
    for name in names:
        _owe(connection, settings, newest, name, (), f"reminder {expired.number}", now)
    log.warning("acknowledgement expired", alert=newest.id, owner=expired.owner, reminded=names)


def _told(connection: Connection, alert: AnyAlert) -> list[str]:
    """Return everybody who was told of *alert*, or of its subject since it was last at rest."""
    now_told = (delivery.recipient for delivery in deliveries.of_alert(connection, alert.id))
    return list(dict.fromkeys((*now_told, *stories.told_of(connection, alert))))


def _owe(
    connection: Connection,
    settings: Settings,
    alert: AnyAlert,
    name: str,
    channels: tuple[str, ...],
    step: str,
    now: datetime,
) -> None:
    recipient = settings.recipient(name) or settings.recipient(settings.last_resort)
    assert recipient is not None  # the configuration is refused without a last resort
    hold = hold_for(alert, recipient, silences=silences.current(connection, now=now), on_call=True, now=now)
    owing = owed(alert, recipient, hold, now=now, channels=channels, step=step)
    deliveries.plan(connection, marked(connection, settings, alert, owing, now=now), at=now)
