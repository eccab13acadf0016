"""Where reports come from: every kind of source behind one protocol, and one door to the network.

A new kind is one file here, one row in :data:`SOURCES`, and one row in its contract test.
"""

from watcher.sources.faults import Fault, SourceError
from watcher.sources.feeds import FeedSource
from watcher.sources.http import Http, Response
from watcher.sources.source import Fetched, Source, SourceSettings, Validators

SOURCES: dict[str, Source] = {"feed": FeedSource()}
"""Kinds of source by the word an operator writes in ``kind:``."""

__all__ = [
    "SOURCES",
    "Fault",
    "Fetched",
    "Http",
    "Response",
    "Source",
    "SourceError",
    "SourceSettings",
    "Validators",
]
