"""Headlines: a source's words and link in a notice, and whether a client may still be shown them as things stand."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from alerts.alert import Alert
from alerts.notices import Notice
from alerts.notices.notice import Finding
from alerts.said import AnyAlert
from watcher.settings import Settings
from watcher.store import Connection
from watcher.store import alerts as alert_store

_FARTHEST = 200
"""Alerts of a line that are looked through for where a headline is from, the newest; a draft carries on few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tellable:
    """A notice with the headlines that may be told.

    ``withheld`` are its findings, by number from 1, whose headline and link are not in it any more.
    """

    notice: Notice
    withheld: tuple[int, ...] = ()


def tellable(connection: Connection, settings: Settings, notice: Notice, *, move: str) -> Tellable:
    """Return *notice* without the headlines and links of sources that may not be named any more.

    A source may have been made private, or left the configuration, since the draft of *move* was made, or since it
    was released. The evidence stays, in our own words. Where a headline is from is read off the alert of the move,
    and what is not in there (an earlier draft's) off the line's alerts; what is found in none is left out.
    """
    named = {_words(finding) for finding in notice.findings if finding.title or finding.url}
    if not named:
        return Tellable(notice=notice)
    origins = _origins(connection, move, named)
    hidden = {words for words in named if not origins[words] & settings.public_sources}
    withheld = tuple(number for number, finding in enumerate(notice.findings, 1) if _words(finding) in hidden)
    return Tellable(notice=without_headlines(notice, withheld), withheld=withheld)


def without_headlines(notice: Notice, withheld: Collection[int]) -> Notice:
    """Return *notice* without the headline and link of each finding whose number, from 1, is in *withheld*."""
    if not withheld:
        return notice
    findings = (_without_words(f) if number in withheld else f for number, f in enumerate(notice.findings, 1))
    return notice.model_copy(update={"findings": tuple(findings)})


def _origins(connection: Connection, move: str, wanted: set[tuple[str, str]]) -> Mapping[tuple[str, str], set[str]]:
    """Return the sources that each headline and link was from, as the alerts of the line tell it.

    The move's own alert has nearly always all of them: the others are read only where it has not.
    """
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    own = alert_store.find(connection, move)
    for alert in _of_the_line(connection, own):
        for sighting in alert.evidence:
            found[sighting.title, sighting.url].add(sighting.source)
        if alert == own and wanted <= found.keys():
            break
    return found


def _of_the_line(connection: Connection, own: AnyAlert | None) -> Iterator[Alert]:
    """Yield the alert *own* of a move, then the others of its line; they are read when the first is asked for."""
    if not isinstance(own, Alert):
        return
    yield own
    for alert in alert_store.about(connection, own, limit=_FARTHEST):
        if isinstance(alert, Alert):
            yield alert


def _words(finding: Finding) -> tuple[str, str]:
    return finding.title, finding.url


def _without_words(finding: Finding) -> Finding:
    return finding.model_copy(update={"title": "", "url": ""})
