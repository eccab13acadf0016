"""Oversight: Watcher looks at itself and tells its operators, by the same outbox as every alert.

What is wrong is gathered from the store and the running parts, what is due is decided in
:mod:`watcher.health.due`; the warning, who is owed it and the memory of it are one transaction.
"""

import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from alerts.system import SystemWarning
from watcher.deciding.ending import left_out
from watcher.health.blindness import blind_since
from watcher.health.due import Due, Told, due
from watcher.health.seeing import patience
from watcher.health.troubles import Trouble, TroubleKind, left_out_name, source_troubles
from watcher.health.wording import cleared, raised
from watcher.overseeing.heartbeats import Stage
from watcher.overseeing.unanswered import unanswered
from watcher.plant import Plant
from watcher.saying import planning
from watcher.saying.own_faults import tell_fault
from watcher.settings import Settings
from watcher.store import Connection, canary, installation, overrides, sources, troubles

log = structlog.get_logger(__name__)

EVERY = timedelta(minutes=1)
"""How often the daemon looks at itself."""

SLACK = timedelta(minutes=5)
"""What every stage may be late beyond two of its intervals."""

REFUSED_FOR = timedelta(minutes=5)
"""A channel that refuses for longer is told; a second try may well be taken."""

STUCK_FOR = timedelta(minutes=30)
STUCK_TRIES = 8
"""A channel that is busy or does not answer is told after so long, and so many tries: they take ten minutes."""

LEAST_FREE = 100_000_000
"""Bytes free beside the database below which its operators are told."""


def oversee(plant: Plant, now: datetime, *, more: tuple[Trouble, ...] = ()) -> tuple[SystemWarning, ...]:
    """Plan every system warning that is due at *now* and return them; *more* are troubles that only the caller sees.

    Runs in the writer's thread. What goes wrong here is told itself, and stops no other warning.
    """
    try:
        with plant.database.write() as connection:
            return _oversee(connection, plant, now, more)
    except Exception as error:
        log.exception("could not look at ourselves")
        return _blindfolded(plant, error, now)


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
                next_step={
                    "en": "`watcher doctor` reads the database for what is broken; report it, with the log.",
                    "fr": "`watcher doctor` cherche ce qui est abîmé dans la base ; signalez-le, avec le journal.",
                },
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
    told = troubles.told(connection, now=now)
    found = due((*_troubles(connection, plant, told, now), *more), told, now=now)
    for about, verdict in found.verdicts.items():
        log.debug("trouble", about=about, verdict=verdict.value)
    troubles.calm(connection, found.calm, since=now)
    troubles.calm(connection, found.stirring, since=None)
    return _announce(connection, plant.settings, found, now)


def _announce(connection: Connection, settings: Settings, found: Due, now: datetime) -> tuple[SystemWarning, ...]:
    """Plan what is due: a warning to the operators, a stand-down to exactly those who heard the warning."""
    salt = installation.name(connection)
    said: list[SystemWarning] = []
    for group in found.tell:
        warning = raised(group, at=now, salt=salt)
        planning.plan(connection, settings, warning, now=now)
        troubles.tell(connection, group, alert=warning.id, at=now)
        log.warning("trouble told", about=warning.about, count=len(group))
        said.append(warning)
    for over in found.over:
        warning = cleared(over, at=now, salt=salt)
        planning.plan(connection, settings, warning, now=now, to=troubles.hearers(connection, over[0].alert))
        troubles.end(connection, over, at=now)
        log.info("trouble over", about=warning.about, count=len(over))
        said.append(warning)
    return tuple(said)


def _troubles(connection: Connection, plant: Plant, told: tuple[Told, ...], now: datetime) -> Iterator[Trouble]:
    settings, states = plant.settings, sources.states(connection)
    already = any(one.kind is TroubleKind.BLIND and one.over_at is None and one.calm_since is None for one in told)
    since = blind_since(settings.sources, states, now=now, already=already)
    if since is not None:
        yield _blind(since, settings)
    yield from source_troubles(settings, states, now=now)
    yield from _refused_files(plant, now)
    yield from _left_standing(connection, plant, now)
    yield from _failing_channels(connection, settings, now)
    yield from _lost_canary(connection, settings, now)
    yield from _holes(connection, settings, now)
    yield from _full_disk(settings, now)
    yield from _failing_layouts(plant, now)
    yield from unanswered(connection, settings, now)


def _blind(since: datetime, settings: Settings) -> Trouble:
    count = len(settings.sources)
    words = {
        "en": f"we are blind: none of {count} source(s) can be read since {since:%Y-%m-%d %H:%M} UTC",
        "fr": f"nous sommes aveugles : aucune des {count} source(s) n'est lisible depuis {since:%Y-%m-%d %H:%M} UTC",
    }
    calm = 2 * min(patience(source) for source in settings.sources)
    return Trouble(about=TroubleKind.BLIND.value, kind=TroubleKind.BLIND, since=since, reason=words, calm=calm)


def _refused_files(plant: Plant, now: datetime) -> Iterator[Trouble]:
    for file, fault in plant.library.refused.items():
        name = Path(file).name
        words = {
            "en": f"the assessment {name} is refused: {fault}",
            "fr": f"l'évaluation {name} est refusée : {fault}",
        }
        about = f"{TroubleKind.ASSESSMENT} {name}"
        yield Trouble(about=about, kind=TroubleKind.ASSESSMENT, since=now, reason=words, calm=timedelta())


def _left_standing(connection: Connection, plant: Plant, now: datetime) -> Iterator[Trouble]:
    """Yield a trouble for each assessment that was taken out of the configuration while what it said stands.

    Nobody judges it any more, so that nothing will ever end it. While a file is refused, it may be that one's.
    """
    if len(plant.library.live) < len(plant.settings.assessments):
        return
    judged = {live.assessment.id for live in plant.library.live}
    for one in left_out(connection, plant.settings, judged=judged):
        words = {
            "en": f"{one.assessment} is not judged any more: {one.told['en']}",
            "fr": f"{one.assessment} n'est plus jugée : {one.told['fr']}",
        }
        about = left_out_name(one.assessment)
        yield Trouble(about=about, kind=TroubleKind.LEFT_OUT, since=now, reason=words, calm=timedelta())


def _failing_layouts(plant: Plant, now: datetime) -> Iterator[Trouble]:
    faults = plant.layouts.faults if plant.layouts is not None else {}
    for name, fault in sorted(faults.items()):
        words = {
            "en": f"your own layout {name} cannot be used: {fault}",
            "fr": f"votre mise en page {name} est inutilisable : {fault}",
        }
        about = f"{TroubleKind.TEMPLATE} {name}"
        yield Trouble(about=about, kind=TroubleKind.TEMPLATE, since=now, reason=words, calm=timedelta())


def _failing_channels(connection: Connection, settings: Settings, now: datetime) -> Iterator[Trouble]:
    """Yield one trouble for each way by which something does not arrive.

    What somebody was owed who is no longer configured was handed on: that is no trouble.
    """
    refused = troubles.refused(connection, before=now - REFUSED_FOR)
    stuck = troubles.stuck(connection, before=now - STUCK_FOR, tries=STUCK_TRIES)
    worded = {way[:2]: (way, _STUCK) for way in stuck} | {way[:2]: (way, _REFUSES) for way in refused}
    for (recipient, channel, since, why), words in worded.values():
        known = settings.addressee(recipient)
        if known is None or channel not in known.channels:
            continue
        told = {lang: text.format(channel=channel, recipient=recipient, why=why) for lang, text in words.items()}
        about = f"{TroubleKind.CHANNEL} {recipient} {channel}"
        yield Trouble(about=about, kind=TroubleKind.CHANNEL, since=since, reason=told)


_REFUSES = {
    "en": "{channel} refuses messages for {recipient}: {why}",
    "fr": "{channel} refuse les messages pour {recipient} : {why}",
}
_STUCK = {
    "en": "{channel} does not take a message for {recipient}, however often it is tried: {why}",
    "fr": "{channel} ne prend pas un message pour {recipient}, malgré tous les essais : {why}",
}


def _lost_canary(connection: Connection, settings: Settings, now: datetime) -> Iterator[Trouble]:
    since = canary.state(connection).waiting
    if since is None or now - since <= 2 * settings.judge_every + SLACK:
        return
    words = {
        "en": f"the canary that was put in at {since:%Y-%m-%d %H:%M} UTC has not come out",
        "fr": f"le canari entré à {since:%Y-%m-%d %H:%M} UTC n'est pas ressorti",
    }
    yield Trouble(about=TroubleKind.CANARY.value, kind=TroubleKind.CANARY, since=since, reason=words)


def _holes(connection: Connection, settings: Settings, now: datetime) -> Iterator[Trouble]:
    """The first hole of each rota within the next two weeks; it is over as soon as somebody is named."""
    roster = settings.roster(overrides.current(connection, now=now))
    first = {hole.rota: hole for hole in reversed(roster.holes(now))}
    for rota, hole in sorted(first.items()):
        since, until = (f"{moment:%Y-%m-%d %H:%M} UTC" for moment in (hole.start, hole.end))
        words = {
            "en": f"nobody is on call in the rota {rota} from {since} to {until} or longer: {hole.hole}",
            "fr": f"personne n'est d'astreinte dans le tour {rota} du {since} au {until} au moins : {hole.hole}",
        }
        about = f"{TroubleKind.ROTA} {rota}"
        yield Trouble(about=about, kind=TroubleKind.ROTA, since=now, reason=words, calm=timedelta())


def _full_disk(settings: Settings, now: datetime) -> Iterator[Trouble]:
    """A database on a server is its own operator's; of a file beside us we see the disk."""
    path = settings.database.removeprefix("sqlite:///")
    if path == settings.database:
        return
    free = shutil.disk_usage(Path(path).parent).free
    if free < LEAST_FREE:
        words = {
            "en": f"only {free // 1_000_000} MB are free beside the database",
            "fr": f"il ne reste que {free // 1_000_000} Mo à côté de la base de données",
        }
        yield Trouble(about=TroubleKind.DISK.value, kind=TroubleKind.DISK, since=now, reason=words)
