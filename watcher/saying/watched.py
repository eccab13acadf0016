"""Watched: what a new alert, an acknowledgement or its end does to the chains of its subject. Only the record changes.

Runs in the transaction of what happened; the steps themselves are taken by :mod:`watcher.saying.escalating`.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from alerts.acknowledgements import Acknowledgement, Reopening, is_news, reopening
from alerts.alert import Alert
from alerts.chains import CHAIN, Progress
from alerts.holding import stands_down
from alerts.quiet import LEVELS
from alerts.routes import levels_asked, spoken_for
from alerts.said import AnyAlert
from alerts.suppression import Suppression
from indicators.bands import WarningLevel
from watcher.settings import Settings
from watcher.store import Connection, acknowledgements, escalations, stories

ACKNOWLEDGED = "acknowledged"
STOOD_DOWN = "the warning is over"
CARRIED_ON = "goes on with a newer alert"
NO_CHAIN = "the chain is no longer configured"
BY_ITSELF = "watcher"
"""Who opens an alert again where no person does."""


def follow(connection: Connection, settings: Settings, alert: AnyAlert, *, now: datetime) -> None:
    """Let the record follow *alert*: chains of its subject go on with it, end, or begin; twice is as once."""
    if escalations.of_alert(connection, alert.id):
        return
    _open_again(connection, alert, now)
    carried = _carry_on(connection, settings, alert)
    if is_news(alert) and not stands_down(alert) and alert.level > WarningLevel.BASELINE:
        for chain, taken in chains_of(alert, settings):
            if chain not in carried:
                begun = Progress(alert_id=alert.id, chain=chain, level=alert.level, since=now, taken=taken)
                escalations.put(connection, begun)


def chains_of(alert: AnyAlert, settings: Settings) -> Iterator[tuple[str, int]]:
    """Yield the chains that begin for *alert*, with the steps that are taken as it is planned.

    Where a route names a chain its first step is told at once; the chain of ``escalation`` begins with a wait.
    """
    routed = [
        heard.recipient.removeprefix(CHAIN)
        for heard in spoken_for(alert, settings.routes)
        if heard.suppression is Suppression.NONE and heard.recipient.startswith(CHAIN)
    ]
    for chain in routed:
        yield chain, 1
    default = settings.escalation
    if default is not None and not routed and isinstance(alert, Alert) and alert.level >= LEVELS[default.min_level]:
        yield default.chain, 0


def reached(connection: Connection, alert: AnyAlert) -> tuple[str, ...]:
    """Return everybody who was told of the subject of *alert* while a chain ran for it, whoever has it now."""
    chains = escalations.about(connection, alert) or escalations.about(connection, alert, over=ACKNOWLEDGED)
    return tuple(stories.told_of(connection, alert)) if chains else ()


def stop(connection: Connection, alert: AnyAlert) -> None:
    """End the chains of the subject of *alert*: somebody has it. One gone through would begin again as well."""
    for running in (*escalations.about(connection, alert), *escalations.gone_through(connection, alert)):
        escalations.end(connection, running, why=ACKNOWLEDGED)


def go_on(
    connection: Connection,
    settings: Settings,
    standing: Acknowledgement,
    newest: AnyAlert,
    why: Reopening,
    *,
    who: str,
    now: datetime,
) -> None:
    """End *standing* and begin the chains again that it had stopped, with the *newest* alert of its subject.

    Not those that have nothing to do any more at the level to which it fell meanwhile.
    """
    acknowledgements.end(connection, standing, why, who=who, at=now)
    if newest.level == WarningLevel.BASELINE:
        return
    for stopped in escalations.about(connection, newest, over=ACKNOWLEDGED):
        if newest.level < _least(settings, stopped.chain):
            escalations.end(connection, stopped, why=STOOD_DOWN)
            continue
        escalations.end(connection, stopped, why=CARRIED_ON)
        again = replace(stopped, alert_id=newest.id, level=newest.level, since=now, taken=0, restarted=False, over="")
        escalations.put(connection, replace(again, opened=stopped.opened + 1))


def replaced(connection: Connection, settings: Settings, gone: Progress, alert: AnyAlert, *, now: datetime) -> None:
    """End a chain that is *gone* from the configuration, and begin at once those that call people for *alert* now.

    Nobody has the alert: a chain that is renamed, or given up for another, must not leave it with whoever was told.
    """
    escalations.end(connection, gone, why=NO_CHAIN)
    known = {p.chain for p in escalations.of_alert(connection, alert.id) if p.over != NO_CHAIN}
    again = replace(gone, since=now, taken=0, opened=gone.opened + 1, restarted=False)
    for chain, _ in chains_of(alert, settings):
        if chain not in known:
            escalations.put(connection, replace(again, chain=chain))


def _open_again(connection: Connection, alert: AnyAlert, now: datetime) -> None:
    standing = acknowledgements.standing(connection, alert)
    if standing is None or standing.alert_id == alert.id:
        return
    why = reopening(standing, alert)
    if why is not None:
        acknowledgements.end(connection, standing, why, who=BY_ITSELF, at=now)
        for stopped in escalations.about(connection, alert, over=ACKNOWLEDGED):
            escalations.end(connection, stopped, why=why.value)


def _carry_on(connection: Connection, settings: Settings, alert: AnyAlert) -> set[str]:
    """Let the running chains of the subject go on with *alert*, where they stand; return their names.

    A stream of news must not put the second step off, and whoever comes next is told what is true now.
    """
    carried: set[str] = set()
    for running in escalations.about(connection, alert):
        if alert.level < _least(settings, running.chain):
            escalations.end(connection, running, why=STOOD_DOWN)
            continue
        escalations.end(connection, running, why=CARRIED_ON)
        escalations.put(connection, replace(running, alert_id=alert.id, level=alert.level))
        carried.add(running.chain)
    return carried


def _least(settings: Settings, chain: str) -> WarningLevel:
    """The level below which a chain has nothing left to do: the lowest from which on anything asks for it."""
    asked = list(levels_asked(f"{CHAIN}{chain}", settings.routes))
    if settings.escalation is not None and settings.escalation.chain == chain:
        asked.append(LEVELS[settings.escalation.min_level])
    return max(WarningLevel.WATCH, min(asked, default=WarningLevel.WATCH))
