"""Sharing: the others who were told of an alert hear who has it, in the transaction in which it was taken."""

from datetime import datetime

import structlog

from alerts.acknowledged import Acknowledged, acknowledged_id
from alerts.acknowledgements import Acknowledgement
from alerts.messages import subject_lines
from alerts.said import AnyAlert
from watcher.saying import planning
from watcher.settings import Settings
from watcher.store import Connection, deliveries, installation, stories

log = structlog.get_logger(__name__)


def tell_the_others(
    connection: Connection, settings: Settings, alert: AnyAlert, has: Acknowledgement, *, now: datetime
) -> tuple[str, ...]:
    """Owe the word that somebody has *alert* to whoever else was told of it, and return their names.

    Where the configuration asks for it. Not to whom all of it is still held for: they know of nothing yet. Once an
    acknowledgement, by the holds that every message is under, so that a night of many is no flood.
    """
    if not settings.sending.says_who_has(alert.level):
        return ()
    others = _others(connection, settings, alert, has.owner)
    if others:
        word, awake = _word(connection, alert, has), _told_now(connection, alert)
        planning.plan(connection, settings, word, now=now, to=others, awake=awake)
        log.info("others told who has it", alert=alert.id, owner=has.owner, to=list(others))
    return others


def _others(connection: Connection, settings: Settings, alert: AnyAlert, owner: str) -> tuple[str, ...]:
    now_told = _told_now(connection, alert)
    before = {name for name, waits in stories.told_of(connection, alert).items() if waits is None}
    return tuple(
        sorted(
            name
            for name in now_told | before
            if name.casefold() != owner.casefold() and settings.recipient(name) is not None
        )
    )


def _told_now(connection: Connection, alert: AnyAlert) -> set[str]:
    """Whoever *alert* itself went out to, as far as nothing held it: they are awake because of it."""
    return {d.recipient for d in deliveries.of_alert(connection, alert.id) if not d.held or d.is_over}


def _word(connection: Connection, alert: AnyAlert, has: Acknowledgement) -> Acknowledged:
    return Acknowledged(
        id=acknowledged_id(has.number, salt=installation.salt(connection)),
        assessment=alert.assessment,
        alert=alert.id,
        about=alert.subject_key,
        line=subject_lines(alert),
        owner=has.owner,
        note=has.note,
        at=has.at,
        until=has.until,
        urgency=alert.urgency,
        marking=alert.marking,
    )
