"""Unanswered: a chain came to its end and nobody has the alert. The operators hear of it as of a fault."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from alerts.chains import Due, Progress
from alerts.messages import subject_lines
from alerts.said import AnyAlert
from alerts.worded import Names
from watcher.health.troubles import Trouble, TroubleKind
from watcher.saying.watched import NO_CHAIN
from watcher.settings import Settings
from watcher.store import Connection, acknowledgements, escalations
from watcher.store import alerts as alert_store

LEAST_PATIENCE = timedelta(minutes=5)
"""How long whoever was told last has at least to take it."""


def unanswered(connection: Connection, settings: Settings, now: datetime) -> Iterator[Trouble]:
    """Yield a trouble for each subject whose chain came to its end while its warning stands and nobody has it.

    It was gone through, or it is no longer configured and no other took its place. It is over as soon as somebody takes
    the alert, or the warning ends.
    """
    told: set[tuple[str, str, str]] = set()
    ended = (p for why in _WORDS for p in escalations.ended(connection, why=why))
    for progress in ended:
        newest = _open(connection, progress, now)
        if newest is None or now < progress.since + _patience(settings, progress):
            continue
        subject = (newest.kind, newest.assessment, newest.subject_key)
        if subject not in told:
            told.add(subject)
            yield _trouble(progress, newest)


def _open(connection: Connection, progress: Progress, now: datetime) -> AnyAlert | None:
    """Return what was said last of the subject, if it stands, no chain runs for it any more and nobody has it.

    What was at rest in between is over, and what was said since is another matter.
    """
    seen = alert_store.get(connection, progress.alert_id)
    story = (seen, *acknowledgements.later(connection, seen))
    newest = story[-1]
    has = acknowledgements.standing(connection, newest)
    taken = has is not None and has.stands(now)
    ours = newest.subject_key.startswith(f"{TroubleKind.UNANSWERED} ")  # or each silence would be told of its own
    rested = not all(alert.level for alert in story)
    return None if taken or ours or rested or escalations.about(connection, newest) else newest


def _patience(settings: Settings, progress: Progress) -> timedelta:
    chain = settings.chain(progress.chain)
    return max((LEAST_PATIENCE, *(step.after for step in chain.steps))) if chain is not None else LEAST_PATIENCE


def _trouble(progress: Progress, newest: AnyAlert) -> Trouble:
    lines = subject_lines(newest)
    words = {lang: text.format(chain=progress.chain, line=lines[lang]) for lang, text in _WORDS[progress.over].items()}
    subject = f"{newest.assessment}/{newest.subject_key}" if newest.assessment else newest.subject_key
    about = f"{TroubleKind.UNANSWERED} {subject}"
    return Trouble(about=about, kind=TroubleKind.UNANSWERED, since=progress.since, reason=words, calm=timedelta())


_WORDS: Mapping[str, Names] = MappingProxyType(
    {
        Due.FINISHED.value: {
            "en": "nobody has taken this alert, and the chain {chain} is gone through: {line}",
            "fr": "personne n'a pris en charge cette alerte, et la chaîne {chain} est épuisée : {line}",
        },
        NO_CHAIN: {
            "en": "nobody has taken this alert, and the chain {chain} is no longer configured: {line}",
            "fr": "personne n'a pris en charge cette alerte, et la chaîne {chain} n'est plus configurée : {line}",
        },
    }
)
