"""Regrading: what becomes of reports we have when the operator's word on their publishers changes.

A source that is taken out of the configuration keeps its publisher, else its events would lose their grade with the
next version of the assessment. Where the word on a configured source changes, its reports are judged again: else one
house would speak with two voices, the old and the new.
"""

from collections.abc import Iterable, Mapping

from indicators.publishers import Publisher
from watcher.assessments import Live
from watcher.settings import Settings
from watcher.store import Connection, footings, queues


def publishers_known(connection: Connection, settings: Settings) -> Mapping[str, Publisher]:
    """Return the operator's publishers by source; of sources no longer configured, those that were judged with last."""
    last = footings.last(connection)
    configured = {source.id for source in settings.sources}
    before = last.publishers if last is not None else {}
    return {source: known for source, known in before.items() if source not in configured} | settings.publishers


def put_back_regraded(connection: Connection, lives: Iterable[Live]) -> None:
    """Let each assessment of *lives* judge again the reports of sources whose publisher is not what it judged with."""
    for live in lives:
        last = footings.last(connection, live.assessment.id)
        if last is None:
            continue
        now, before = live.footing.publishers, last.publishers
        changed = [source for source in now.keys() | before.keys() if now.get(source) != before.get(source)]
        queues.put_back_of(connection, live.assessment.id, sorted(changed))
