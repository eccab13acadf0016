"""One small document of every format, read once: after that a parser has loaded whatever it loads at first use.

What a reader is to do has to be imported here: once it is sealed it can open no module either.
"""

import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from indicators.language.languages import written_in
from watcher.sources.acled import Granted
from watcher.sources.cap import Document, parse_cap
from watcher.sources.csv_table import CsvOptions, read_table
from watcher.sources.data_pages import Page
from watcher.sources.faults import SourceError
from watcher.sources.feeds import parse_feed
from watcher.sources.gdelt.events import Events
from watcher.sources.gdelt.source import parse_export
from watcher.sources.geojson import GeoJsonOptions, read_features
from watcher.sources.http import Response
from watcher.sources.json_api import JsonOptions, read_records
from watcher.sources.json_feed import read_json_feed
from watcher.sources.mail import MailRules, read_letters
from watcher.sources.reader_line import adapter
from watcher.sources.recognition import Recognised, of_answer
from watcher.sources.robots import allowed
from watcher.sources.source import Fetched, SourceSettings
from watcher.sources.web_pages import Named, feeds_named_in
from watcher.sources.webhook import read_push

_NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
_KEPT = SourceSettings(id="warming", url="http://localhost/", options={"countries": ["ML"]})
_ENTRY = "<title>a &amp; b</title><description>&lt;p&gt;c&lt;/p&gt;</description>"
_HUB = '<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="hub" href="https://hub.example/"/>'
_RSS = f'<rss version="2.0"><channel>{_HUB}<item>{_ENTRY}<pubDate>Sun, 01 Mar 2026 08:00:00 +0100</pubDate></item>'
_FEEDS = (
    f"{_RSS}</channel></rss>",
    f"{_RSS}<item>{_ENTRY}&nbsp;",  # what is not well-formed takes another parser
    '<feed xmlns="http://www.w3.org/2005/Atom"><entry><updated>2026-03-01T08:00:00Z</updated></entry></feed>',
)
_CAP = (
    '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>1</identifier><sender>a</sender>'
    "<sent>2026-03-01T08:00:00+00:00</sent><status>Actual</status><msgType>Alert</msgType></alert>"
)
_LETTER = (
    "From: =?utf-8?q?a?= <a@b.example>\nSubject: =?utf-8?b?YQ==?=\nDate: Sun, 01 Mar 2026 08:00:00 +0100\n"
    'Authentication-Results: b; spf=pass\nContent-Type: multipart/mixed; boundary="c"\n\n--c\nContent-Type: text/html\n'
    "Content-Transfer-Encoding: quoted-printable\n\n<p>a=\n--c\nContent-Transfer-Encoding: base64\n\nYQ==\n--c--\n"
)
_ROW = '[{"t": "a", "d": "Sun, 01 Mar 2026 08:00:00 GMT"}]'


def read_samples() -> None:
    """Read each of them; what becomes of it does not matter. And the words by which a text tells its language."""
    written_in("the words of each language stand in a file")
    for kind in (Fetched, Document, Events, Page, Granted, Recognised | None, bool, tuple[Named, ...]):
        adapter(kind)
    for read in _readings():
        with suppress(SourceError):
            read()


def _readings() -> list[Callable[[], Any]]:
    known: dict[str, Any] = {"settings": _KEPT, "now": _NOW}
    fields: Any = {"t": "title", "d": "published"}
    columns = CsvOptions.model_validate({"columns": {"title": "t", "published": "d"}, "date_format": "%d/%m/%Y"})
    mapped = JsonOptions.model_validate({"map": {name: where for where, name in fields.items()}})
    return [
        *(lambda body=body: parse_feed(body.encode(), content_type="", **known) for body in _FEEDS),
        lambda: parse_cap(_CAP.encode(), **known),
        lambda: read_table(_answer("t,d\na,01/03/2026\n"), options=columns, **known),
        lambda: read_records(_answer(_ROW), options=mapped, **known),
        lambda: read_features(_answer('{"type": "FeatureCollection"}'), options=GeoJsonOptions(), **known),
        lambda: read_json_feed(_answer('{"version": "https://jsonfeed.org/version/1.1", "items": []}'), **known),
        lambda: parse_export(_packed(), **known),
        lambda: read_letters(
            ((1, _LETTER.encode()),), rules=MailRules(senders=("*@b.example",), authserv="b"), **known
        ),
        lambda: read_push(_ROW.encode(), media_type="application/json", options=mapped, **known),
        lambda: allowed(b"User-agent: *\nDisallow: /a*", "http://localhost/b"),
        lambda: of_answer(_answer(_FEEDS[0])),
        lambda: feeds_named_in(b"<a href='/feed'>a</a>", at="http://localhost/"),
    ]


def _answer(text: str) -> Response:
    return Response(status=200, headers={}, body=text.encode(), url="")


def _packed() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "\t" * 60 + "\n")
    return packed.getvalue()
