"""Headlines: a source's words and link in a draft, and whether a client may still be shown them as things stand."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from alerts.alert import Alert
from alerts.notices import Notice
from alerts.notices.notice import Finding
from watcher.settings import Settings
from watcher.store import Connection
from watcher.store import alerts as alert_store

_FARTHEST = 200
"""Alerts of a line that are looked through for where a headline is from, the newest; a draft carries on few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tellable:
    """A notice with the headlines that may be told, and how many were left out."""

    notice: Notice
    left_out: int


def tellable(connection: Connection, settings: Settings, notice: Notice, *, move: str) -> Tellable:
    """Return *notice* without the headlines and links of sources that may not be named any more.

    A source may have been made private, or left the configuration, since the draft of *move* was made. The evidence
    stays, in our own words. Where a headline is from is read off the line's alerts; what is found in none is left out.
    """
    named = [finding for finding in notice.findings if finding.title or finding.url]
    if not named:
        return Tellable(notice=notice, left_out=0)
    origins = _origins(connection, move)
    hidden = [finding for finding in named if not origins[_words(finding)] & settings.public_sources]
    findings = tuple(_without_words(one) if one in hidden else one for one in notice.findings)
    return Tellable(notice=notice.model_copy(update={"findings": findings}), left_out=len(hidden))


def _origins(connection: Connection, move: str) -> Mapping[tuple[str, str], set[str]]:
    """Return the sources that each headline and link was from, as the alerts of the line tell it."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for alert in _of_the_line(connection, move):
        for sighting in alert.evidence:
            found[sighting.title, sighting.url].add(sighting.source)
    return found


def _of_the_line(connection: Connection, move: str) -> Iterator[Alert]:
    own = alert_store.find(connection, move)
    if own is None:
        return
    for alert in (own, *alert_store.about(connection, own, limit=_FARTHEST)):
        if isinstance(alert, Alert):
            yield alert


def _words(finding: Finding) -> tuple[str, str]:
    return finding.title, finding.url


def _without_words(finding: Finding) -> Finding:
    return finding.model_copy(update={"title": "", "url": ""})
