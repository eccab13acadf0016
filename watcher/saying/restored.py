"""Restored: the operators hear once that the database is that of an earlier moment, and what it cannot know."""

from collections.abc import Iterator
from datetime import datetime

from alerts.messages import subject_lines
from alerts.system import Standing, SystemWarning, system_warning_id
from alerts.worded import Names
from indicators.bands import WarningLevel
from watcher.saying import planning
from watcher.settings import Settings
from watcher.store import Connection, acknowledgements, alerts, installation, restores, silences
from watcher.store.restores import Restore

ABOUT = "restored"


def tell_restored(connection: Connection, settings: Settings, now: datetime) -> SystemWarning | None:
    """Plan the warning of the last restore, and return it; ``None`` if there is none that was not told."""
    restore = restores.latest(connection)
    if restore is None or restore.told_at is not None:
        return None
    as_of = _moment(restore.as_of)
    warning = SystemWarning(
        id=system_warning_id(ABOUT, Standing.RAISED, restore.at, salt=installation.salt(connection)),
        about=ABOUT,
        at=now,
        since=restore.at,
        standing=Standing.RAISED,
        passing=True,
        urgency=WarningLevel.CRITICAL,
        headline={
            "en": f"Watcher goes on from a backup: its database is that of {as_of}",
            "fr": f"Watcher repart d'une sauvegarde : sa base de données est celle du {as_of}",
        },
        details=tuple(_details(connection, restore, now)),
        meaning={
            "en": "What was decided, told, taken, silenced or released since then is unknown here. Warnings may come "
            "twice, and say so; what was raised since and is over by now gets no end; what was pushed to us is lost.",
            "fr": "Ce qui a été décidé, dit, pris en charge, mis en silence ou diffusé depuis est inconnu ici. Des "
            "alertes peuvent venir deux fois, et le disent ; ce qui a été relevé depuis et est passé n'aura pas de "
            "fin ; ce qu'on nous a envoyé est perdu.",
        },
        next_step={
            "en": "`watcher silence list`, `watcher status`, `watcher people list`: set again what was changed since; "
            "tell whoever heard a warning that is over; `watcher doctor`.",
            "fr": "`watcher silence list`, `watcher status`, `watcher people list` : refaites ce qui a changé depuis ; "
            "prévenez qui a reçu une alerte passée ; `watcher doctor`.",
        },
    )
    planning.plan(connection, settings, warning, now=now)
    restores.told(connection, at=now)
    return warning


def _details(connection: Connection, restore: Restore, now: datetime) -> Iterator[Names]:
    at = _moment(restore.at)
    yield {
        "en": f"restored at {at} by {restore.who}: {restore.why}",
        "fr": f"restaurée à {at} par {restore.who} : {restore.why}",
    }
    if restore.unknown is not None:
        yield {
            "en": f"{restore.unknown} alert(s) were said since the backup; they stand in {restore.aside}",
            "fr": f"{restore.unknown} alerte(s) dites depuis la sauvegarde ; elles sont dans {restore.aside}",
        }
    for one in silences.current(connection, now=now):
        until = _moment(one.end)
        yield {
            "en": f"silence {one.number} of {one.who} is on as it was then, until {until}: {one.why}",
            "fr": f"le silence {one.number} de {one.who} vaut comme alors, jusqu'à {until} : {one.why}",
        }
    for has in acknowledgements.not_ended(connection):
        until, line = _moment(has.until), subject_lines(alerts.get(connection, has.alert_id))
        yield {
            "en": f"{has.owner} has this as it was then, until {until}: {line['en']}",
            "fr": f"{has.owner} s'en charge comme alors, jusqu'à {until} : {line['fr']}",
        }


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at is not None else "?"
