"""Judged: no report was kept and then forgotten."""

from collections.abc import Iterator
from datetime import timedelta

from watcher.assessments import in_force
from watcher.doctor.finding import Finding, Grounds, found
from watcher.store import soundness

SLACK = timedelta(minutes=5)


def items(grounds: Grounds) -> Iterator[Finding]:
    """Find reports that an assessment in force has not judged two intervals after they were kept."""
    before = grounds.now - 2 * grounds.settings.judge_every - SLACK
    for assessment in in_force(grounds.connection, grounds.settings.assessments):
        yield from found(
            soundness.unjudged(grounds.connection, assessment.id, before=before),
            f"{{n}} report(s) that {assessment.id} has not judged",
            "is `watcher run` running? `watcher once` judges them now; the log says what stands in the way",
        )
