"""Where reports come from: every kind of source behind one protocol, and one door to the network.

A new kind is one file here, one row in :data:`SOURCES`, and one row in its contract test.
"""

from watcher.sources.acled import AcledSource
from watcher.sources.cap import CapSource
from watcher.sources.csv_table import CsvSource
from watcher.sources.faults import Fault, SourceError
from watcher.sources.feeds import FeedSource
from watcher.sources.folder import FolderSource
from watcher.sources.gdelt.source import GdeltSource
from watcher.sources.geojson import GeoJsonSource
from watcher.sources.http import Http, Response
from watcher.sources.imap import ImapSource
from watcher.sources.json_api import JsonSource
from watcher.sources.json_feed import JsonFeedSource
from watcher.sources.options import Options
from watcher.sources.reliefweb import ReliefWebSource
from watcher.sources.source import Fetched, Source, SourceSettings, Validators
from watcher.sources.webhook import WebhookSource

SOURCES: dict[str, Source] = {
    "acled": AcledSource(),
    "cap": CapSource(),
    "csv": CsvSource(),
    "feed": FeedSource(),
    "folder": FolderSource(),
    "gdelt": GdeltSource(),
    "geojson": GeoJsonSource(),
    "imap": ImapSource(),
    "json": JsonSource(),
    "json_feed": JsonFeedSource(),
    "reliefweb": ReliefWebSource(),
    "webhook": WebhookSource(),
}
"""Kinds of source by the word an operator writes in ``kind:``."""

__all__ = [
    "SOURCES",
    "Fault",
    "Fetched",
    "Http",
    "Options",
    "Response",
    "Source",
    "SourceError",
    "SourceSettings",
    "Validators",
]
