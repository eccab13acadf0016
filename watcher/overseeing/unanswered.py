"""Unanswered: a chain went through to its end and nobody has the alert. The operators hear of it as of a fault."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from alerts.chains import Due, Progress
from alerts.messages import subject_lines
from alerts.said import AnyAlert
from watcher.health.troubles import Trouble, TroubleKind
from watcher.settings import Settings
from watcher.store import Connection, acknowledgements, escalations
from watcher.store import alerts as alert_store

LEAST_PATIENCE = timedelta(minutes=5)
"""How long whoever was told last has at least to take it."""


def unanswered(connection: Connection, settings: Settings, now: datetime) -> Iterator[Trouble]:
    """Yield a trouble for each subject whose chain is gone through while its warning stands and nobody has it.

    It is over as soon as somebody takes the alert, or the warning ends.
    """
    told: set[tuple[str, str, str]] = set()
    for progress in escalations.ended(connection, why=Due.FINISHED.value):
        newest = _open(connection, progress, now)
        if newest is None or now < progress.since + _patience(settings, progress):
            continue
        subject = (newest.kind, newest.assessment, newest.subject_key)
        if subject not in told:
            told.add(subject)
            yield _trouble(progress, newest)


def _open(connection: Connection, progress: Progress, now: datetime) -> AnyAlert | None:
    """Return what was said last of the subject, if it stands, no chain runs for it any more and nobody has it."""
    seen = alert_store.get(connection, progress.alert_id)
    newest = (seen, *acknowledgements.later(connection, seen))[-1]
    has = acknowledgements.standing(connection, newest)
    taken = has is not None and has.stands(now)
    ours = newest.subject_key.startswith(f"{TroubleKind.UNANSWERED} ")  # or each silence would be told of its own
    return None if taken or ours or not newest.level or escalations.about(connection, newest) else newest


def _patience(settings: Settings, progress: Progress) -> timedelta:
    chain = settings.chain(progress.chain)
    return max((LEAST_PATIENCE, *(step.after for step in chain.steps))) if chain is not None else LEAST_PATIENCE


def _trouble(progress: Progress, newest: AnyAlert) -> Trouble:
    lines = subject_lines(newest)
    words = {
        "en": f"nobody has taken this alert, and the chain {progress.chain} is gone through: {lines['en']}",
        "fr": f"personne n'a pris en charge cette alerte, et la chaîne {progress.chain} est épuisée : {lines['fr']}",
    }
    subject = f"{newest.assessment}/{newest.subject_key}" if newest.assessment else newest.subject_key
    about = f"{TroubleKind.UNANSWERED} {subject}"
    return Trouble(about=about, kind=TroubleKind.UNANSWERED, since=progress.since, reason=words, calm=timedelta())
