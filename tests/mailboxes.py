"""A real IMAP server on this machine for tests: RFC 3501 as far as a reader needs it, with TLS or STARTTLS.

It misbehaves on demand, and remembers every command, so that a test can say what was never asked.
"""

import asyncio
import base64
import re
import ssl
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import trustme

HERE = "127.0.0.1"

_STRINGS = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')
_PARTIAL = re.compile(r"BODY\.PEEK\[\]<0\.(\d+)>", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class Folder:
    """The messages of a folder by UID, and the number under which these UIDs hold."""

    validity: int = 1_700_000_000
    messages: dict[int, bytes] = field(default_factory=dict)
    next_uid: int = 1

    def put(self, raw: bytes) -> int:
        """Deliver a message and return its UID."""
        uid = self.next_uid
        self.messages[uid] = raw
        self.next_uid += 1
        return uid


class Authority:
    """Who signs the certificates of a test's servers."""

    def __init__(self) -> None:
        self._ca = trustme.CA()

    def write(self, path: Path) -> Path:
        """Write the authority's own certificate, for SSL_CERT_FILE."""
        self._ca.cert_pem.write_to_path(str(path))
        return path

    def context(self, *names: str) -> ssl.SSLContext:
        """Return a server's side of TLS, under *names*."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._ca.issue_cert(*names).configure_cert(context)
        return context


class ImapServer:
    """One account, ``desk`` with ``password``, and its folders."""

    def __init__(self, context: ssl.SSLContext, *, tls_first: bool = True) -> None:
        self.folders = {"INBOX": Folder()}
        self.commands: list[str] = []
        """Every command that was given, without passwords."""
        self.connections = 0
        self.user = "desk"
        self.password = "password"
        self.capabilities = "IMAP4rev1 AUTH=PLAIN"
        self.offers_starttls = True
        self.literal: int | None = None
        """Announce this many bytes for a message, whatever it has."""
        self.hang_up_at: int | None = None
        """Close the connection in the middle of the message with this UID."""
        self.silent = False
        """Take the connection and never say a word."""
        self.login_answer = ""
        """What a login is answered, in place of looking at it."""
        self.gossip = False
        """Tell of changes by others between the answers, as a server may at any time."""
        self.port = 0
        self._context = context
        self._tls_first = tls_first
        self._server: asyncio.Server | None = None
        self._ending = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(
            self._serve, HERE, 0, ssl=self._context if self._tls_first else None, limit=2**20
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.set()
        if self._server is not None:
            self._server.close()

    @property
    def url(self) -> str:
        """Where INBOX is."""
        return f"imap{'s' if self._tls_first else ''}://localhost:{self.port}/INBOX"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        talk = _Talk(self, reader, writer, in_clear=not self._tls_first)
        try:
            if self.silent:
                await self._ending.wait()
            else:
                await talk.hold()
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def start_tls(self, writer: asyncio.StreamWriter) -> None:
        """Go on behind TLS."""
        await writer.start_tls(self._context)


class _Talk:
    """One connection: what was said so far."""

    def __init__(
        self, server: ImapServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, in_clear: bool
    ) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self._in_clear = in_clear
        self._known = False
        self._folder: Folder | None = None

    async def hold(self) -> None:
        self._say("* OK ready")
        while line := await self._line():
            tag, _, rest = line.partition(" ")
            name, _, arguments = rest.partition(" ")
            name = name.upper()
            if name == "UID":
                second, _, arguments = arguments.partition(" ")
                name = f"UID {second.upper()}"
            told = "…" if name in ("LOGIN", "AUTHENTICATE") else arguments
            self._server.commands.append(f"{name} {told}".strip())
            if name == "LOGOUT":
                self._say("* BYE", f"{tag} OK")
                return
            answer = _ANSWERS.get(name)
            said = await answer(self, arguments) if answer else "BAD unknown command"
            self._say(f"{tag} {said}")
            await self._writer.drain()
            if name == "STARTTLS" and said.startswith("OK"):
                await self._server.start_tls(self._writer)
                self._in_clear = False

    async def _line(self) -> str:
        return (await self._reader.readline()).decode().rstrip("\r\n")

    def _say(self, *lines: str) -> None:
        for line in lines:
            self._writer.write(line.encode() + b"\r\n")

    async def capability(self, _: str) -> str:
        more = " STARTTLS" if self._in_clear and self._server.offers_starttls else ""
        self._say(f"* CAPABILITY {self._server.capabilities}{more}")
        return "OK done"

    async def starttls(self, _: str) -> str:
        return "OK begin" if self._in_clear and self._server.offers_starttls else "BAD not here"

    async def noop(self, _: str) -> str:
        return "OK done"

    async def login(self, arguments: str) -> str:
        user, password = (
            quoted.replace('\\"', '"').replace("\\\\", "\\") or bare for quoted, bare in _STRINGS.findall(arguments)
        )
        return self._check(user, password)

    async def authenticate(self, arguments: str) -> str:
        if arguments.upper() != "PLAIN":
            return "NO not known"
        self._say("+ ")
        await self._writer.drain()
        _, user, password = base64.b64decode(await self._line()).decode().split("\0")
        return self._check(user, password)

    def _check(self, user: str, password: str) -> str:
        if self._server.login_answer:
            return self._server.login_answer
        if self._in_clear:
            return "NO [PRIVACYREQUIRED] not in the clear"
        self._known = (user, password) == (self._server.user, self._server.password)
        return "OK welcome" if self._known else f"NO [AUTHENTICATIONFAILED] {user} {password} is wrong"

    async def examine(self, arguments: str) -> str:
        name = next(quoted or bare for quoted, bare in _STRINGS.findall(arguments))
        folder = self._server.folders.get(name)
        if not self._known or folder is None:
            return "NO [NONEXISTENT] no such folder"
        self._folder = folder
        self._say(
            f"* {len(folder.messages)} EXISTS",
            "* 0 RECENT",
            f"* OK [UIDVALIDITY {folder.validity}] valid",
            f"* OK [UIDNEXT {folder.next_uid}] next",
        )
        return "OK [READ-ONLY] open"

    async def fetch(self, arguments: str) -> str:
        """``41:50 (UID)``: by number, for the UIDs alone."""
        assert self._folder is not None
        first, last = (int(one) for one in arguments.split(" ", maxsplit=1)[0].split(":"))
        for number, uid in enumerate(sorted(self._folder.messages), 1):
            if first <= number <= last:
                self._say(f"* {number} FETCH (UID {uid})")
        return "OK done"

    async def uid_search(self, arguments: str) -> str:
        assert self._folder is not None
        first, _, last = arguments.removeprefix("UID ").partition(":")
        uids = sorted(self._folder.messages)
        end = max(uids, default=0) if last == "*" else int(last)
        low, high = sorted((int(first), end))
        self._say("* SEARCH " + " ".join(str(uid) for uid in uids if low <= uid <= high))
        return "OK done"

    async def uid_fetch(self, arguments: str) -> str:
        assert self._folder is not None
        uid = int(arguments.split(" ", maxsplit=1)[0])
        asked = _PARTIAL.search(arguments)
        assert asked is not None, "a message that is read otherwise would be marked as read"
        raw = self._folder.messages.get(uid)
        if raw is None:
            return "OK nothing"
        raw = raw[: int(asked[1])]
        number = sorted(self._folder.messages).index(uid) + 1
        if self._server.gossip:
            self._say(f"* {number} FETCH (FLAGS (\\Seen))", f"* {len(self._folder.messages)} EXISTS")
        size = len(raw) if self._server.literal is None else self._server.literal
        self._writer.write(f"* {number} FETCH (UID {uid} BODY[]<0> {{{size}}}\r\n".encode())
        if self._server.hang_up_at == uid:
            self._writer.write(raw[: len(raw) // 2])
            await self._writer.drain()
            raise ConnectionResetError
        self._writer.write(raw + b")\r\n")
        return "OK done"


_ANSWERS: dict[str, Callable[[_Talk, str], Coroutine[Any, Any, str]]] = {
    "CAPABILITY": _Talk.capability,
    "STARTTLS": _Talk.starttls,
    "NOOP": _Talk.noop,
    "LOGIN": _Talk.login,
    "AUTHENTICATE": _Talk.authenticate,
    "EXAMINE": _Talk.examine,
    "FETCH": _Talk.fetch,
    "UID SEARCH": _Talk.uid_search,
    "UID FETCH": _Talk.uid_fetch,
}
"""A reader's commands; whatever could change a mailbox is not known here, and fails."""


def a_mail(title: str, text: str = "Some words.", **headers: str) -> bytes:
    """Return a mail as it lies in a mailbox; ``html`` is its other half, other names are headers (``_`` is ``-``)."""
    message = EmailMessage()
    html = headers.pop("html", "")
    usual = {
        "From": "Wire <desk@wire.example>",
        "To": "desk@example.org",
        "Subject": title,
        "Date": "Sun, 01 Mar 2026 08:00:00 +0000",
        "Message-ID": f"<{title.replace(' ', '.')}@wire.example>",
    }
    for name, value in (usual | {name.replace("_", "-"): value for name, value in headers.items()}).items():
        if value:
            message[name] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()
