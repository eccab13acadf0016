"""One mail as a report: its words without markup, bounded before they are parsed, whoever made them and however."""

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from fnmatch import fnmatch
from itertools import islice

from watcher.sources.fields import FIELD_LIMIT, as_markup, text_of
from watcher.sources.records import Harvest, Record, RecordError
from watcher.sources.source import Fetched, SourceSettings

MOST_MULTIPARTS = 30
"""Wrappers inside wrappers; the parser looks for the end of each on every line."""

MOST_PARTS = 200
HEADER_LIMIT = 2_000

_MULTIPART = re.compile(rb"multipart/", re.IGNORECASE)
_RESULT = re.compile(r"\b(spf|dkim|dmarc)\s*=\s*([a-z]{1,20})\b", re.IGNORECASE)
_CHARSETS = re.compile(r"(utf_?8|utf_?16|us_?ascii|ascii|latin|iso8859|cp\d|koi8|gb|big5|shift_jis|euc_|mac_|iso2022)")


Text = Message  # generic for the type checker alone: before 3.13 it cannot be written with its arguments


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRules:
    """Whose mail is read (patterns; nobody named: everybody's), and which server's word on SPF and DKIM is believed."""

    senders: tuple[str, ...] = ()
    authserv: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail: who says to have sent it, and the report in it. ``is_proven``: SPF or DKIM is good, by our own server."""

    sender: str
    is_proven: bool
    record: Record


def read_letters(
    letters: tuple[tuple[int, bytes], ...], *, rules: MailRules, settings: SourceSettings, now: datetime
) -> Fetched:
    """Return the reports in *letters*, each with its number in the mailbox. Runs in a reader.

    A letter that cannot be read is counted and named; it is no reason to fail, for it would come again for ever.
    """
    harvest = Harvest(source=settings.id, language=settings.lang, now=now)
    digest = hashlib.sha256()
    others = unproven = 0
    for number, raw in letters:
        digest.update(raw)
        try:
            letter = read_letter(raw, authserv=rules.authserv)
        except Exception as error:  # noqa: BLE001 - whatever one letter does, its neighbours go on
            harvest.lose(f"message {number}: {error if isinstance(error, RecordError) else type(error).__name__}")
            continue
        if rules.senders and not any(fnmatch(letter.sender, pattern.lower()) for pattern in rules.senders):
            others += 1
            continue
        unproven += bool(rules.authserv) and not letter.is_proven
        harvest.take(letter.record, where=f"message {number}")
    counted = (
        (others, "message(s) of senders who are not on the list"),
        (unproven, "message(s) without a good SPF or DKIM result"),
    )
    return Fetched(
        items=harvest.items() if harvest.drafts else (),
        body_hash=digest.hexdigest(),
        note=harvest.note(more=[f"{count} {what}" for count, what in counted if count]),
    )


def read_letter(raw: bytes, *, authserv: str = "") -> Letter:
    """Return the mail in *raw*. Raises :class:`RecordError` for one that is made to be slow or has no words.

    *authserv* is the name by which our mail server signs its Authentication-Results (RFC 8601); the word of
    any other is not believed.
    """
    if len(_MULTIPART.findall(raw)) > MOST_MULTIPARTS:
        raise RecordError(f"more than {MOST_MULTIPARTS} wrappers in one another")
    message = message_from_bytes(raw)
    results = _results(message, authserv)
    plain, html = _texts(message)
    return Letter(
        sender=_sender(message),
        is_proven="pass" in (results.get("spf"), results.get("dkim")),
        record=Record(
            id=_header(message, "Message-ID"),
            title=as_markup(_header(message, "Subject")),
            # The longer of the two: one half of a newsletter often says no more than "see the other half".
            content=max(as_markup(plain), html, key=lambda text: len(text_of(text))),
            url=_header(message, "Archived-At").strip("<> "),
            published=_header(message, "Date"),
            lang=_header(message, "Content-Language"),
            codes=tuple(f"mail:{method}:{result}" for method, result in results.items()),
        ),
    )


def _header(message: Text, name: str) -> str:
    """Return the first header of that name as one line of text, decoded where it can be."""
    raw = next(_raw_headers(message, name), "")
    try:
        text = str(make_header(decode_header(raw)))
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        text = raw
    return " ".join(text.split())


def _sender(message: Text) -> str:
    """Return the address in From, in small letters."""
    try:
        return parseaddr(_header(message, "From"))[1].lower()
    except RecursionError:
        raise RecordError("From: comments in comments") from None


def _raw_headers(message: Text, name: str) -> Iterator[str]:
    """Yield the start of each header of that name, as it stands there; letters beyond ASCII are UTF-8."""
    for known, value in message.raw_items():
        if known.lower() == name.lower():
            yield str(value)[:HEADER_LIMIT].encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _texts(message: Text) -> tuple[str, str]:
    """Return the plain and the HTML words, each up to what is read of a field; attachments are left alone."""
    found = {"text/plain": "", "text/html": ""}
    for part in islice(message.walk(), MOST_PARTS):
        kind = part.get_content_type()
        if kind in found and part.get_content_disposition() != "attachment" and len(found[kind]) <= FIELD_LIMIT:
            found[kind] += _text(part)
    return found["text/plain"], found["text/html"]


def _text(part: Text) -> str:
    payload = part.get_payload(decode=True)
    body = payload[: 4 * FIELD_LIMIT] if isinstance(payload, bytes) else b""
    return body.decode(_charset(part.get_content_charset() or ""), "replace") + "\n"


def _charset(named: str) -> str:
    """Return a charset that is one: Python knows others that unpack or take for ever."""
    try:
        name = codecs.lookup(named).name.replace("-", "_")
    except (LookupError, ValueError):
        return "utf-8"
    # What says ASCII and is not is UTF-8 more often than anything else.
    return name if _CHARSETS.match(name) and name != "ascii" else "utf-8"


def _results(message: Text, authserv: str) -> dict[str, str]:
    """Return what our own server found of SPF, DKIM and DMARC: the topmost header that bears its name."""
    for raw in _raw_headers(message, "Authentication-Results"):
        said = " ".join(raw.split()).lower()
        name, _, rest = said.partition(";")
        if authserv and name.split(" ")[0].strip() == authserv.lower():
            found: dict[str, str] = {}
            for method, result in _RESULT.findall(rest):
                found.setdefault(method, result)
            return found
    return {}
