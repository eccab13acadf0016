"""Oversight: Watcher looks at itself and tells its operators, by the same outbox as every alert.

What is wrong is found in :mod:`watcher.overseeing.looks`, what is due is decided in :mod:`watcher.health.due`; the
warning, who is owed it and the memory of it are one transaction.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

import structlog

from alerts.system import SystemWarning
from alerts.worded import Names
from watcher.health.due import Due, ToldTrouble, due
from watcher.health.heartbeats import Stage
from watcher.health.troubles import Trouble, TroubleKind
from watcher.health.wording import cleared, raised
from watcher.overseeing.looks import LOOKS, SLACK, Seen, way_name
from watcher.plant import Plant
from watcher.saying import planning
from watcher.saying.own_faults import tell_fault
from watcher.saying.restored import tell_restored
from watcher.settings import Settings
from watcher.store import Connection, StoreError, installation, troubles

log = structlog.get_logger(__name__)

EVERY = timedelta(minutes=1)
"""How often the daemon looks at itself."""


def oversee(plant: Plant, now: datetime, *, more: tuple[Trouble, ...] = ()) -> tuple[SystemWarning, ...]:
    """Plan every system warning that is due at *now* and return them; *more* are troubles that only the caller sees.

    Runs in the writer's thread. What goes wrong here is told itself, and stops no other warning. A connection that
    fell under it is no fault to tell: it looks once more, at once.
    """
    try:
        return _overseen(plant, now, more)
    except Exception as error:
        log.exception("could not look at ourselves")
        return _blindfolded(plant, error, now)


def _overseen(plant: Plant, now: datetime, more: tuple[Trouble, ...]) -> tuple[SystemWarning, ...]:
    try:
        with plant.database.write() as connection:
            return _oversee(connection, plant, now, more)
    except StoreError as error:
        if not error.retry:
            raise
        log.warning("the database failed while we looked at ourselves, once more", why=str(error))
    with plant.database.write() as connection:
        return _oversee(connection, plant, now, more)


def _blindfolded(plant: Plant, error: Exception, now: datetime) -> tuple[SystemWarning, ...]:
    """Tell that we cannot look at ourselves, where the database takes that at least."""
    try:
        with plant.database.write() as connection:
            told = tell_fault(
                connection,
                plant.settings,
                error,
                about="oversight",
                headline={"en": "Watcher cannot look at itself", "fr": "Watcher ne peut plus se surveiller"},
                meaning={
                    "en": "Silent sources, refusing channels and other troubles are told to nobody while it lasts.",
                    "fr": "Sources muettes, voies en échec et autres pannes ne sont signalées à personne entre-temps.",
                },
                next_step=_NEXT_STEP,
                now=now,
            )
    except Exception:
        log.exception("could not tell that we cannot look at ourselves")
        return ()
    return (told,) if told is not None else ()


def late_stages(plant: Plant, *, now: datetime) -> tuple[Trouble, ...]:
    """Return the stages of a running daemon that have not come round in time."""
    late = plant.heartbeats.late(_patience(plant.settings), now=now)
    return tuple(_late(stage, plant.heartbeats.last(stage) or now) for stage in late)


def _late(stage: Stage, last: datetime) -> Trouble:
    since = f"{last:%Y-%m-%d %H:%M} UTC"
    words = {
        "en": f"the stage {stage.value} has not come to an end since {since}",
        "fr": f"l'étape {stage.value} n'est pas arrivée à son terme depuis {since}",
    }
    return Trouble(about=f"{TroubleKind.STAGE} {stage.value}", kind=TroubleKind.STAGE, since=last, reason=words)


def _patience(settings: Settings) -> Mapping[Stage, timedelta]:
    quickest = min(source.every for source in settings.sources)
    usual = {Stage.POLL: quickest, Stage.JUDGE: settings.judge_every, Stage.SEND: settings.sending.look_every}
    return {stage: 2 * every + SLACK for stage, every in usual.items()}


def clock_jump(by: timedelta, *, now: datetime) -> Trouble:
    """Return the trouble of a clock that was moved by so much."""
    minutes = f"{abs(by).total_seconds() / 60:.0f}"
    way, sens = ("ahead", "avancée") if by > timedelta() else ("back", "reculée")
    words = {
        "en": f"the clock of this machine was set {way} by {minutes} min, or the machine slept",
        "fr": f"l'horloge de cette machine a été {sens} de {minutes} min, ou la machine dormait",
    }
    return Trouble(about=TroubleKind.CLOCK.value, kind=TroubleKind.CLOCK, since=now, reason=words)


def _oversee(
    connection: Connection, plant: Plant, now: datetime, more: tuple[Trouble, ...]
) -> tuple[SystemWarning, ...]:
    restored = tell_restored(connection, plant.settings, now)
    told = troubles.told(connection, now=now)
    standing, faults = _looked(connection, plant, told, now)
    found = due((*standing, *more), told, now=now)
    for about, verdict in found.verdicts.items():
        log.debug("trouble", about=about, verdict=verdict.value)
    troubles.calm(connection, found.calm, since=now)
    troubles.calm(connection, found.stirring, since=None)
    instead = _stand_ins(plant.settings, standing)
    return (
        *((restored,) if restored is not None else ()),
        *faults,
        *_announce(connection, plant.settings, found, now, instead=instead),
    )


def _stand_ins(settings: Settings, standing: tuple[Trouble, ...]) -> tuple[str, ...]:
    """Return who hears of troubles where no operator can be reached: the last resort; where it is one, all others."""
    closed = {trouble.of for trouble in standing if trouble.kind is TroubleKind.CHANNEL}
    if not {way_name(one.id, channel) for one in settings.operators for channel in one.channels} <= closed:
        return ()
    unreached = {operator.id for operator in settings.operators}
    others = tuple(one.id for one in settings.recipients if one.id not in unreached)
    return others if settings.last_resort in unreached else (settings.last_resort,)


def _announce(
    connection: Connection, settings: Settings, found: Due, now: datetime, *, instead: tuple[str, ...]
) -> tuple[SystemWarning, ...]:
    """Plan what is due, each for itself: one that cannot be said is a fault of its own, and due again next time."""
    tell = ((group[0].about, partial(_tell, connection, settings, group, now, instead=instead)) for group in found.tell)
    over = ((group[0].about, partial(_end, connection, settings, group, now)) for group in found.over)
    said: list[SystemWarning | None] = []
    for about, one in (*tell, *over):
        try:
            with connection.begin_nested():
                said.append(one())
        except Exception as error:
            log.exception("could not tell of a trouble", about=about)
            at = {"en": f"telling of {about}", "fr": f"l'annonce de {about}"}
            said.append(_tell_fault(connection, settings, f"telling {about}", at, error, now))
    return tuple(warning for warning in said if warning is not None)


def _tell(
    connection: Connection,
    settings: Settings,
    group: tuple[Trouble, ...],
    now: datetime,
    *,
    instead: tuple[str, ...],
) -> SystemWarning:
    """Plan a warning to the operators, and to those who hear of it *instead* of who cannot be reached."""
    warning = raised(group, at=now, salt=installation.salt(connection))
    planning.plan(connection, settings, warning, now=now)
    if instead:
        planning.plan(connection, settings, warning, now=now, to=instead)
    troubles.tell(connection, group, alert=warning.id, at=now)
    log.warning("trouble told", about=warning.about, count=len(group))
    return warning


def _end(connection: Connection, settings: Settings, over: tuple[ToldTrouble, ...], now: datetime) -> SystemWarning:
    """Plan a stand-down to exactly those who heard the warning."""
    warning = cleared(over, at=now, salt=installation.salt(connection))
    planning.plan(connection, settings, warning, now=now, to=troubles.hearers(connection, over[0].alert))
    troubles.end(connection, over, at=now)
    log.info("trouble over", about=warning.about, count=len(over))
    return warning


def _looked(
    connection: Connection, plant: Plant, told: tuple[ToldTrouble, ...], now: datetime
) -> tuple[tuple[Trouble, ...], tuple[SystemWarning, ...]]:
    """Look at everything, and return the troubles that stand and what was told of looks that failed.

    What a failed look had told of stands as it was told: not to have looked is not to have found it gone.
    """
    seen = Seen(connection=connection, plant=plant, told=told, now=now)
    found: list[Trouble] = []
    failed: list[SystemWarning | None] = []
    for look in LOOKS:
        try:
            with connection.begin_nested():
                found += tuple(look.find(seen))
        except Exception as error:
            log.exception("could not look", at=look.at["en"])
            found += (_as_told(one) for one in told if one.kind is look.kind and one.over_at is None)
            failed.append(_tell_fault(connection, plant.settings, look.kind, look.at, error, now))
    return tuple(found), tuple(warning for warning in failed if warning is not None)


def _as_told(one: ToldTrouble) -> Trouble:
    return Trouble(about=one.about, kind=one.kind, since=one.since, reason=one.reason, calm=one.calm)


def _tell_fault(
    connection: Connection, settings: Settings, name: str, at: Names, error: Exception, now: datetime
) -> SystemWarning | None:
    return tell_fault(
        connection,
        settings,
        error,
        about=f"oversight {name}",
        headline={
            "en": f"Watcher cannot look at itself: {at['en']}",
            "fr": f"Watcher ne peut plus se surveiller : {at['fr']}",
        },
        meaning={
            "en": "What goes wrong there is told to nobody while it lasts; everything else is looked at as before.",
            "fr": "Les pannes à cet endroit ne sont signalées à personne entre-temps ; le reste est surveillé.",
        },
        next_step=_NEXT_STEP,
        now=now,
    )


_NEXT_STEP = {
    "en": "`watcher doctor` reads the database for what is broken; report it, with the log.",
    "fr": "`watcher doctor` cherche ce qui est abîmé dans la base ; signalez-le, avec le journal.",
}
