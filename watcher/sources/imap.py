"""An IMAP mailbox (RFC 3501): newsletters and wires by mail. Nothing in it is marked, moved or deleted.

What was read is remembered as UIDVALIDITY and the last UID, where another kind keeps an ETag: the mailbox
is opened read-only and its marks belong to whoever else reads it.
"""

import asyncio
import imaplib
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, ClassVar
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, StringConstraints, field_validator

from watcher.sources.exchange import apart
from watcher.sources.faults import Fault, SourceError
from watcher.sources.http import Http
from watcher.sources.imap_line import MESSAGE_BYTES, ImapLine, LineError, Mailbox
from watcher.sources.mail import MailRules, read_letters
from watcher.sources.options import Options, Shows, options_of
from watcher.sources.source import Fetched, SourceSettings, Validators

MOST_MESSAGES = 100
"""Messages that are read in one poll; the rest come with the next."""

MOST_BYTES = 10_000_000
FIRST_LOOK = 50
"""Messages that are read of a mailbox seen for the first time, the newest."""

DEADLINE = timedelta(seconds=60)

_MAILBOXES = ThreadPoolExecutor(max_workers=4, thread_name_prefix="mailbox")
_CURSOR = re.compile(r"([0-9]{1,10}) ([0-9]{1,10})")
_SCHEMES = {"imaps": 993, "imap": 143}

Sender = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=200)]


class ImapOptions(Options):
    """The login; ``senders``: whose mail is read; ``authserv``: whose word on SPF and DKIM is believed."""

    shows: ClassVar[Shows] = Shows.ONCE

    user: str = Field(min_length=1, max_length=200)
    password: SecretStr
    senders: tuple[Sender, ...] = ()
    authserv: str = Field(default="", pattern=r"^[A-Za-z0-9.-]*$", max_length=200)

    @field_validator("user")
    @classmethod
    def _plain(cls, value: str) -> str:
        if not value.isprintable():
            raise ValueError("it holds a control character")
        return value

    @classmethod
    def address_problem(cls, url: str) -> tuple[str, str]:
        """Return what is wrong with the address of a mailbox and what to write instead, or two empty texts."""
        if url.startswith("${"):
            return "", ""
        try:
            place_of(url)
        except ValueError as error:
            return str(error), "imaps://mail.example.org/INBOX, or imap://… for STARTTLS; user and password in options"
        return "", ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a mailbox is: server, folder, and whether TLS comes first (else STARTTLS before anything is said)."""

    host: str
    port: int
    folder: str
    tls_first: bool


def place_of(url: str) -> Place:
    """Return the place that *url* names; raises :class:`ValueError` with a sentence if it names none."""
    if not url.isprintable() or "\\" in url:
        raise ValueError("the address holds a control character or a backslash")
    parts = urlsplit(url)
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise ValueError("the address is not that of a mailbox")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("the address of a mailbox holds a server and a folder, nothing else")
    folder = unquote(parts.path.removeprefix("/")) or "INBOX"
    if not (folder.isascii() and folder.isprintable()):
        raise ValueError("the folder's name must be written in ASCII (as the server lists it, in modified UTF-7)")
    return Place(
        host=parts.hostname,
        port=parts.port or _SCHEMES[parts.scheme],
        folder=folder,
        tls_first=parts.scheme == "imaps",
    )


class ImapSource:
    """A kind of source: one folder of a mailbox, read with TLS, peeked at and left as it is."""

    options = ImapOptions

    async def fetch(self, settings: SourceSettings, http: Http, validators: Validators, now: datetime) -> Fetched:
        """Read what came since the last UID that was read, the oldest first, within bounds."""
        del http
        options = options_of(ImapOptions, settings.options, source=settings.id)
        try:
            place = place_of(settings.url)
        except ValueError as error:
            raise SourceError(settings.id, Fault.OPTIONS, str(error)) from None
        line = ImapLine(place.host, place.port, tls_first=place.tls_first, inside=settings.allow_private)
        bag = await _brought(partial(_fill, line, place.folder, options, validators), line, source=settings.id)
        if bag is None:
            return Fetched(not_modified=True, validators=validators)
        fetched = await _opened(bag, options, settings, now)
        note = "; ".join(part for part in (fetched.note, *bag.remarks) if part)
        return replace(fetched, validators=bag.cursor, note=note)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bag:
    """The letters of one poll, unopened, with their UIDs, and up to which all is here."""

    letters: tuple[tuple[int, bytes], ...]
    cursor: Validators
    remarks: tuple[str, ...]


async def _brought(work: Callable[[], _Bag | None], line: ImapLine, *, source: str) -> _Bag | None:
    """Return what *work* brings over *line* in a thread; raises :class:`SourceError` for all that can go wrong."""
    reading = asyncio.get_running_loop().run_in_executor(_MAILBOXES, work)
    try:
        return await asyncio.wait_for(reading, DEADLINE.total_seconds())
    except LineError as error:
        raise SourceError(source, error.fault, error.words) from None
    except TimeoutError:
        raise SourceError(source, Fault.TIMEOUT, f"not read within {DEADLINE.total_seconds():.0f} s") from None
    except (imaplib.IMAP4.error, OSError):  # its words are the server's, and may repeat what it was told
        raise SourceError(source, Fault.UNREACHABLE, "the connection ended without an answer") from None
    finally:
        line.cut()  # a thread cannot be ended, but one that waits for bytes ends with its line


async def _opened(bag: _Bag, options: ImapOptions, settings: SourceSettings, now: datetime) -> Fetched:
    """Read the letters in a reader; where one costs too much, each by itself, so that it alone is left out."""
    rules = MailRules(senders=options.senders, authserv=options.authserv)
    read = partial(read_letters, rules=rules, settings=settings.bare, now=now)
    try:
        return await apart(partial(read, bag.letters), Fetched, source=settings.id)
    except SourceError as error:
        if error.fault is not Fault.COSTLY:
            raise
    good, costly = [], []
    for uid, raw in bag.letters:
        try:
            await apart(partial(read, ((uid, raw),)), Fetched, source=settings.id)
        except SourceError:
            costly.append(f"message {uid} costs too much to read")
        else:
            good.append((uid, raw))
    fetched = await apart(partial(read, tuple(good)), Fetched, source=settings.id)
    return replace(fetched, note="; ".join([fetched.note, *costly]))


def _fill(line: ImapLine, folder: str, options: ImapOptions, validators: Validators) -> _Bag | None:
    """Bring what is new in *folder*; ``None`` if nothing is."""
    with line.open(folder, user=options.user, password=options.password.get_secret_value()) as mailbox:
        last = _last_uid(validators, mailbox.validity)
        if last is not None and mailbox.next_uid and last >= mailbox.next_uid - 1:
            return None
        remarks: list[str] = []
        if last is None:
            uids, end = mailbox.newest(FIRST_LOOK), mailbox.next_uid - 1
            remarks += _first_look(mailbox, seen=len(uids), before=validators)
        else:
            uids, end = mailbox.since(last, most=MOST_MESSAGES)
        letters, done = _letters(mailbox, uids, remarks, end=max(end, last or 0, *uids, 0))
    return _Bag(letters=letters, cursor=Validators(etag=f"{mailbox.validity} {done}"), remarks=tuple(remarks))


def _last_uid(validators: Validators, validity: int) -> int | None:
    """Return the last UID that was read; ``None`` for a mailbox that is new to us, or has been numbered anew."""
    found = _CURSOR.fullmatch(validators.etag)
    return int(found[2]) if found and int(found[1]) == validity else None


def _first_look(mailbox: Mailbox, *, seen: int, before: Validators) -> Iterator[str]:
    if mailbox.count > seen:
        yield f"{mailbox.count - seen} older message(s) are not looked at"
    if before.etag:
        yield "the mailbox was made anew: a message between may have been missed"


def _letters(
    mailbox: Mailbox, uids: list[int], remarks: list[str], *, end: int
) -> tuple[tuple[tuple[int, bytes], ...], int]:
    """Return these messages, and the UID up to which all is here: *end*, or less where it broke off."""
    letters: list[tuple[int, bytes]] = []
    size = cut = 0
    for position, uid in enumerate(uids):
        if size >= MOST_BYTES:
            remarks.append(f"{len(uids) - position} message(s) are left for the next poll")
            end = uids[position - 1]
            break
        try:
            raw = mailbox.message(uid)
        except (LineError, imaplib.IMAP4.error, OSError):
            if not position:
                raise
            remarks.append(f"the connection broke off after {position} message(s)")
            end = uids[position - 1]
            break
        if raw is not None:  # else it was deleted since we asked
            letters.append((uid, raw))
            size += len(raw)
            cut += len(raw) >= MESSAGE_BYTES
    if cut:
        remarks.append(f"{cut} message(s) read up to {MESSAGE_BYTES // 1_000_000} MB")
    return tuple(letters), end
