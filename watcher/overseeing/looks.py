"""Looks: what Watcher looks at in itself, each for itself. A new one is a function and a row of :data:`LOOKS`.

A look yields the troubles that stand now. One that fails is a fault of its own name; the others go on.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from alerts.dead_routes import dead_routes, dead_subscriptions
from alerts.worded import Names
from watcher.deciding.ending import left_out
from watcher.health.blindness import blind_since
from watcher.health.due import ToldTrouble
from watcher.health.seeing import patience
from watcher.health.troubles import Trouble, TroubleKind, source_troubles, trouble_name
from watcher.overseeing.unanswered import unanswered
from watcher.plant import Plant
from watcher.releasing.found import out_of_sight
from watcher.settings import Settings
from watcher.store import Connection, canary, overrides, sources, troubles

SLACK = timedelta(minutes=5)
"""What every stage may be late beyond two of its intervals."""

REFUSED_FOR = timedelta(minutes=5)
"""A channel that refuses for longer is told; a second try may well be taken."""

STUCK_FOR = timedelta(minutes=30)
STUCK_TRIES = 8
"""A channel that is busy or does not answer is told after so long, and so many tries: they take ten minutes."""

MOST_NAMED = 5
"""Notices that one message names; they are counted as well."""

LEAST_FREE = 100_000_000
"""Bytes free beside the database below which its operators are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a look is given: the store, the running parts, what was told and is not over, and the moment."""

    connection: Connection
    plant: Plant
    told: tuple[ToldTrouble, ...]
    now: datetime

    @property
    def settings(self) -> Settings:
        """The configuration."""
        return self.plant.settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look: how it finds troubles, of which kind these are, and what it looks at in words."""

    find: Callable[[Seen], Iterator[Trouble]]
    kind: TroubleKind
    at: Names


def _since_now(seen: Seen, kind: TroubleKind, name: str, words: Names) -> Trouble:
    """Return a trouble that stands as soon as it is seen, and is over as soon as it is not."""
    about = trouble_name(kind, name)
    return Trouble(about=about, kind=kind, since=seen.now, reason=words, calm=timedelta(), of=name)


def _nothing_can_be_read(seen: Seen) -> Iterator[Trouble]:
    open_ = (one for one in seen.told if one.over_at is None and one.calm_since is None)
    already = any(one.kind is TroubleKind.BLIND for one in open_)
    states = sources.states(seen.connection)
    since = blind_since(seen.settings.sources, states, now=seen.now, already=already)
    if since is not None:
        yield _blind(since, seen.settings)


def _single_sources(seen: Seen) -> Iterator[Trouble]:
    yield from source_troubles(seen.settings, sources.states(seen.connection), now=seen.now)


def _blind(since: datetime, settings: Settings) -> Trouble:
    count = len(settings.sources)
    words = {
        "en": f"we are blind: none of {count} source(s) can be read since {since:%Y-%m-%d %H:%M} UTC",
        "fr": f"nous sommes aveugles : aucune des {count} source(s) n'est lisible depuis {since:%Y-%m-%d %H:%M} UTC",
    }
    calm = 2 * min(patience(source) for source in settings.sources)
    return Trouble(about=TroubleKind.BLIND.value, kind=TroubleKind.BLIND, since=since, reason=words, calm=calm)


def _refused_files(seen: Seen) -> Iterator[Trouble]:
    for file, fault in seen.plant.library.refused.items():
        name = Path(file).name
        words = {
            "en": f"the assessment {name} is refused: {fault}",
            "fr": f"l'évaluation {name} est refusée : {fault}",
        }
        yield _since_now(seen, TroubleKind.ASSESSMENT, name, words)


def _left_standing(seen: Seen) -> Iterator[Trouble]:
    """Yield a trouble for each assessment that was taken out of the configuration while what it said stands.

    Nobody judges it any more, so that nothing will ever end it. While a file is refused, it may be that one's.
    """
    if len(seen.plant.library.live) < len(seen.settings.assessments):
        return
    judged = {live.assessment.id for live in seen.plant.library.live}
    for one in left_out(seen.connection, seen.settings, judged=judged):
        words = {
            "en": f"{one.assessment} is not judged any more: {one.told['en']}",
            "fr": f"{one.assessment} n'est plus jugée : {one.told['fr']}",
        }
        yield _since_now(seen, TroubleKind.LEFT_OUT, one.assessment, words)


def _failing_layouts(seen: Seen) -> Iterator[Trouble]:
    layouts = seen.plant.layouts
    faults = layouts.faults if layouts is not None else {}
    for name, fault in sorted(faults.items()):
        words = {
            "en": f"your own layout {name} cannot be used: {fault}",
            "fr": f"votre mise en page {name} est inutilisable : {fault}",
        }
        yield _since_now(seen, TroubleKind.TEMPLATE, name, words)


def way_name(recipient: str, channel: str) -> str:
    """Return what a way to somebody is called in the trouble that it is in."""
    return f"{recipient} {channel}"


def _failing_channels(seen: Seen) -> Iterator[Trouble]:
    """Yield one trouble for each way by which something does not arrive.

    What somebody was owed who is no longer configured was handed on: that is no trouble.
    """
    refused = troubles.refused(seen.connection, before=seen.now - REFUSED_FOR)
    stuck = troubles.stuck(seen.connection, before=seen.now - STUCK_FOR, tries=STUCK_TRIES)
    worded = {way[:2]: (way, _STUCK) for way in stuck} | {way[:2]: (way, _REFUSES) for way in refused}
    for (recipient, channel, since, why), words in worded.values():
        known = seen.settings.addressee(recipient)
        if known is None or channel not in known.channels:
            continue
        told = {lang: text.format(channel=channel, recipient=recipient, why=why) for lang, text in words.items()}
        way = way_name(recipient, channel)
        about = trouble_name(TroubleKind.CHANNEL, way)
        yield Trouble(about=about, kind=TroubleKind.CHANNEL, since=since, reason=told, of=way)


_REFUSES = {
    "en": "{channel} refuses messages for {recipient}: {why}",
    "fr": "{channel} refuse les messages pour {recipient} : {why}",
}
_STUCK = {
    "en": "{channel} does not take a message for {recipient}, however often it is tried: {why}",
    "fr": "{channel} ne prend pas un message pour {recipient}, malgré tous les essais : {why}",
}


def _lost_canary(seen: Seen) -> Iterator[Trouble]:
    since = canary.state(seen.connection).waiting
    if since is None or seen.now - since <= 2 * seen.settings.judge_every + SLACK:
        return
    words = {
        "en": f"the canary that was put in at {since:%Y-%m-%d %H:%M} UTC has not come out",
        "fr": f"le canari entré à {since:%Y-%m-%d %H:%M} UTC n'est pas ressorti",
    }
    yield Trouble(about=TroubleKind.CANARY.value, kind=TroubleKind.CANARY, since=since, reason=words)


def _holes(seen: Seen) -> Iterator[Trouble]:
    """The first hole of each rota within the next two weeks; it is over as soon as somebody is named."""
    roster = seen.settings.roster(overrides.current(seen.connection, now=seen.now))
    first = {hole.rota: hole for hole in reversed(roster.holes(seen.now))}
    for rota, hole in sorted(first.items()):
        since, until = (f"{moment:%Y-%m-%d %H:%M} UTC" for moment in (hole.start, hole.end))
        words = {
            "en": f"nobody is on call in the rota {rota} from {since} to {until} or longer: {hole.hole}",
            "fr": f"personne n'est d'astreinte dans le tour {rota} du {since} au {until} au moins : {hole.hole}",
        }
        yield _since_now(seen, TroubleKind.ROTA, rota, words)


def _full_disk(seen: Seen) -> Iterator[Trouble]:
    """A database on a server is its own operator's; of a file beside us we see the disk."""
    path = seen.settings.database.removeprefix("sqlite:///")
    if path == seen.settings.database:
        return
    free = shutil.disk_usage(Path(path).parent).free
    if free < LEAST_FREE:
        words = {
            "en": f"only {free // 1_000_000} MB are free beside the database",
            "fr": f"il ne reste que {free // 1_000_000} Mo à côté de la base de données",
        }
        yield Trouble(about=TroubleKind.DISK.value, kind=TroubleKind.DISK, since=seen.now, reason=words)


def _dead_routes(seen: Seen) -> Iterator[Trouble]:
    """What was renamed in an assessment leaves routes and subscriptions behind; a refused file may be theirs."""
    if len(seen.plant.library.live) < len(seen.settings.assessments):
        return
    watched = [live.assessment for live in seen.plant.library.live]
    for dead in dead_routes(seen.settings.routes, watched):
        words = {
            "en": f"the route {dead.told} fits nothing that is watched",
            "fr": f"la route {dead.told} ne correspond à rien de ce qui est suivi",
        }
        yield _since_now(seen, TroubleKind.ROUTE, dead.number, words)
    for client in seen.settings.clients:
        for number, _, pattern in dead_subscriptions(client, watched):
            words = {
                "en": f"the subscription {number} of {client.id} fits nothing that is watched with {pattern}",
                "fr": f"l'abonnement {number} de {client.id} ne correspond à rien de ce qui est suivi avec {pattern}",
            }
            yield _since_now(seen, TroubleKind.ROUTE, f"to {client.id} {number} {pattern}", words)


def _drafts_out_of_sight(seen: Seen) -> Iterator[Trouble]:
    for client, waiting in out_of_sight(seen.connection, seen.settings).items():
        ids = ", ".join(sorted(waiting)[:MOST_NAMED]) + (", …" if len(waiting) > MOST_NAMED else "")
        gone = seen.settings.client(client) is None
        why_en = "is not configured any more" if gone else "may not be shown what they are marked"
        why_fr = "n'est plus configuré" if gone else "ne peut recevoir ce marquage"
        words = {
            "en": f"{len(waiting)} notice(s) to {client} wait, and it {why_en}: {ids}",
            "fr": f"{len(waiting)} avis pour {client} attendent, et il {why_fr} : {ids}",
        }
        yield _since_now(seen, TroubleKind.CLIENT, client, words)


def _unanswered(seen: Seen) -> Iterator[Trouble]:
    yield from unanswered(seen.connection, seen.settings, seen.now)


def _row(find: Callable[[Seen], Iterator[Trouble]], kind: TroubleKind, en: str, fr: str) -> Look:
    return Look(find=find, kind=kind, at={"en": en, "fr": fr})


LOOKS: tuple[Look, ...] = (
    _row(_nothing_can_be_read, TroubleKind.BLIND, "whether anything can be read", "si quelque chose est lisible"),
    _row(_single_sources, TroubleKind.SOURCE, "the sources", "les sources"),
    _row(_refused_files, TroubleKind.ASSESSMENT, "the assessments' files", "les fichiers des évaluations"),
    _row(_left_standing, TroubleKind.LEFT_OUT, "what was taken out", "ce qui a été retiré"),
    _row(_failing_channels, TroubleKind.CHANNEL, "the channels", "les voies"),
    _row(_lost_canary, TroubleKind.CANARY, "the canary", "le canari"),
    _row(_holes, TroubleKind.ROTA, "the rotas", "les tours d'astreinte"),
    _row(_full_disk, TroubleKind.DISK, "the disk", "le disque"),
    _row(_failing_layouts, TroubleKind.TEMPLATE, "your own layouts", "vos mises en page"),
    _row(_unanswered, TroubleKind.UNANSWERED, "unanswered chains", "les chaînes sans réponse"),
    _row(_dead_routes, TroubleKind.ROUTE, "the routes", "les routes"),
    _row(_drafts_out_of_sight, TroubleKind.CLIENT, "clients' drafts", "les avis des clients"),
)
"""Everything that is looked at, in the order in which it is told."""
