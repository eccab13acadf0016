"""The line to an IMAP server: a vetted address, TLS before any word, a bound on what it may say."""

import contextlib
import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alerts.addresses import refusal
from watcher.sources.faults import Fault

MESSAGE_BYTES = 1_000_000
"""How much of one message is asked for: its words stand at the front, attachments behind."""

LINE_BYTES = 30_000_000
"""What a server may say in one poll."""

CONNECT_SECONDS = 5
SILENCE_SECONDS = 20

SPAN = 10_000
"""UIDs that one question is about; between two messages of an old mailbox there can be many that are gone."""

MOST_SPANS = 50

_UID = re.compile(rb"UID (\d+)")


class LineError(Exception):
    """The mailbox cannot be read; the words are ours."""

    def __init__(self, fault: Fault, words: str) -> None:
        super().__init__(words)
        self.fault = fault
        self.words = words


class ImapLine:
    """One connection, made and used in a thread; :meth:`cut` ends it from any other."""

    def __init__(self, host: str, port: int, *, tls_first: bool, inside: bool) -> None:
        self._host = host
        self._port = port
        self._tls_first = tls_first
        self._inside = inside
        self._socket: socket.socket | None = None
        self._is_cut = False

    @contextmanager
    def open(self, folder: str, *, user: str, password: str) -> Iterator["Mailbox"]:
        """Log in and open *folder* read-only. Raises :class:`LineError`, ``imaplib.IMAP4.error`` and ``OSError``."""
        client = self._client()
        try:
            _log_in(client, user, password)
            yield Mailbox(client, folder)
        finally:
            with contextlib.suppress(Exception):  # the answer to a farewell changes nothing
                client.logout()
            _hang_up(client)

    def cut(self) -> None:
        """End the connection, whoever waits on it."""
        self._is_cut = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def _client(self) -> "_Client":
        context = ssl.create_default_context()
        with contextlib.ExitStack() as failed:
            raw = self._socket = failed.enter_context(_dial(self._host, self._port, inside=self._inside))
            if self._is_cut:
                self.cut()
            raw.settimeout(SILENCE_SECONDS)
            with _tls_told():
                if self._tls_first:
                    raw = self._socket = failed.enter_context(context.wrap_socket(raw, server_hostname=self._host))
                client = _Client(self._host, raw)
                failed.callback(_hang_up, client)
                if not self._tls_first:
                    _start_tls(client, context)
                    self._socket = client.sock
            failed.pop_all()
        return client


@contextmanager
def _tls_told() -> Iterator[None]:
    """Say in our words why there is no TLS."""
    try:
        yield
    except ssl.SSLCertVerificationError:
        raise LineError(Fault.UNREACHABLE, "its certificate is not valid") from None
    except ssl.SSLError:
        raise LineError(Fault.UNREACHABLE, "no TLS connection") from None


def _start_tls(client: "_Client", context: ssl.SSLContext) -> None:
    """Put TLS around a line that began in the clear, or refuse to say anything on it."""
    if "STARTTLS" not in client.capabilities:
        raise LineError(Fault.UNREACHABLE, "the server offers no TLS")
    client.starttls(context)


def _hang_up(client: "_Client") -> None:
    with contextlib.suppress(Exception):
        client.shutdown()


def _dial(host: str, port: int, *, inside: bool) -> socket.socket:
    """Connect to the first address of *host* that answers; one that may not be dialled refuses the whole name."""
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise LineError(Fault.UNREACHABLE, "the name does not resolve") from None
    for *_, where in rows:
        reason = refusal(str(where[0]).partition("%")[0], inside=inside)
        if reason:
            raise LineError(Fault.REFUSED_ADDRESS, reason)
    for family, kind, protocol, _, where in rows:
        dialled = socket.socket(family, kind, protocol)
        dialled.settimeout(CONNECT_SECONDS)
        try:
            dialled.connect(where)
        except OSError:
            dialled.close()
        else:
            return dialled
    raise LineError(Fault.UNREACHABLE, "no connection")


def _log_in(client: "_Client", user: str, password: str) -> None:
    """Say who we are, by AUTHENTICATE where the server knows it: LOGIN takes ASCII alone."""
    try:
        if "AUTH=PLAIN" in client.capabilities:
            client.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())
        else:
            client.login(_quoted(user), password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        if "UNAVAILABLE" in str(error):
            raise LineError(Fault.UNREACHABLE, "the server cannot check a login now") from None
        raise LineError(Fault.LOGIN, "user or password is not taken") from None
    except UnicodeEncodeError:
        raise LineError(Fault.LOGIN, "this server takes only ASCII in user and password") from None


class Mailbox:
    """A folder, opened so that nothing in it can be changed."""

    def __init__(self, client: "_Client", folder: str) -> None:
        self._client = client
        status, told = client.select(_quoted(folder), readonly=True)
        if status != "OK":
            raise LineError(Fault.NO_ACCESS, "the folder cannot be opened: look at its name and rights")
        self.count = _number(told)
        self.validity = _number(client.response("UIDVALIDITY")[1])
        self.next_uid = _number(client.response("UIDNEXT")[1])
        if not self.validity:
            raise LineError(Fault.NOT_A_FEED, "the server does not number its messages (no UIDVALIDITY)")

    def newest(self, count: int) -> list[int]:
        """Return the UIDs of the last *count* messages."""
        if not self.count:
            return []
        _, told = self._client.fetch(f"{max(self.count - count + 1, 1)}:{self.count}", "(UID)")
        return sorted(int(found[1]) for one in told if isinstance(one, bytes) and (found := _UID.search(one)))

    def since(self, uid: int, *, most: int) -> tuple[list[int], int]:
        """Return the first *most* UIDs behind *uid*, and the UID up to which that is all there is."""
        found: list[int] = []
        end = uid
        for _ in range(MOST_SPANS):
            first, last = end + 1, end + SPAN
            asked = f"{first}:{last}" if self.next_uid else f"{first}:*"
            _, told = self._client.uid("SEARCH", f"UID {asked}")
            # "7:*" gives the last message even where it has a smaller number.
            found += sorted(int(one) for one in (told[0] or b"").split() if int(one) >= first)
            end = last if self.next_uid else max([end, *found])
            if len(found) > most:
                return found[:most], found[most - 1]
            if end >= self.next_uid - 1:
                return found, max(self.next_uid - 1, *found, uid)
        return found, end

    def message(self, uid: int) -> bytes | None:
        """Return the start of a message without marking it as read; ``None`` if it is gone."""
        _, told = self._client.uid("FETCH", str(uid), f"(UID BODY.PEEK[]<0.{MESSAGE_BYTES}>)")
        for one in told:
            if isinstance(one, tuple) and (found := _UID.search(one[0])) and int(found[1]) == uid:
                return bytes(one[1])
        # Some servers name the UID behind the text.
        texts = [one[1] for one in told if isinstance(one, tuple)]
        return bytes(texts[0]) if len(texts) == 1 else None


class _Client(imaplib.IMAP4):
    """Talks over a socket that is there already, and reads no more than a poll may cost."""

    def __init__(self, host: str, ready: socket.socket) -> None:
        self._ready = ready
        self._room = LINE_BYTES
        super().__init__(host)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        del timeout
        return self._ready

    def read(self, size: int) -> bytes:
        """Read a text of the announced *size*, if it may be that long at all."""
        self._spend(size)
        return super().read(size)

    def readline(self) -> bytes:
        """Read a line."""
        line = super().readline()
        self._spend(len(line))
        return line

    def _spend(self, size: int) -> None:
        self._room -= size
        if self._room < 0:
            raise LineError(Fault.TOO_LARGE, f"the server says more than {LINE_BYTES // 1_000_000} MB")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _number(told: list[Any]) -> int:
    """Return the number in an answer; 0 where there is none."""
    said = told[0] if told else None
    return int(said) if isinstance(said, bytes) and said.isdigit() else 0
