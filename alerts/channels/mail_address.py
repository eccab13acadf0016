"""A mail address of ours: one server, one sender, one recipient, and how the way there is protected.

``mailtos://USER:PASSWORD@HOST[:PORT]/TO?from=…&to=…&smtp=…&mode=starttls|ssl&name=…&reply=…&ca=FILE``
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qsl, unquote, urlsplit

from alerts.addresses import is_host

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"(?=.{{1,64}}\Z){_ATOM}(?:\.{_ATOM})*")
"""What stands before the @, RFC 5321 §4.1.2 without quotes: no header can be made of two dots together."""
_OPTIONS = frozenset({"from", "to", "smtp", "mode", "name", "reply", "ca", "user", "pass", "cc", "bcc"})
# Words that addresses may still carry from before we sent mail ourselves; none of them changes anything.
_IDLE = frozenset({"format", "overflow", "optional", "redirect", "retry", "wait", "cto", "rto", "verify", "store"})


class Protection(StrEnum):
    """How the connection is encrypted. The server's certificate is always checked."""

    NONE = "none"  # mailto://, for a relay on the same machine or network; never with a password
    STARTTLS = "starttls"
    SSL = "ssl"


_PORTS = {Protection.NONE: 25, Protection.STARTTLS: 587, Protection.SSL: 465}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailAddress:
    """Where one mail goes and who it comes from."""

    host: str = field(repr=False)
    port: int
    protection: Protection
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    sender: str = field(repr=False)
    recipient: str = field(repr=False)
    name: str = "Watcher"
    reply_to: str = field(default="", repr=False)
    ca: str = field(default="", repr=False)
    """A file with the certificate authority of a server inside; empty for the usual ones."""

    @property
    def domain(self) -> str:
        """The sender's domain, for the ids of messages."""
        return self.sender.partition("@")[2]


def read_mail_address(address: str) -> tuple[MailAddress | None, list[str]]:
    """Return *address* as a value, or None and why it cannot be used, in sentences that do not repeat it."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None, ["This is not a mail address: its host or port cannot be read."]
    if parts.scheme not in ("mailto", "mailtos") or not parts.hostname:
        return None, ["This is not a mail address: use mailtos://user:password@server/recipient"]
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if set(options) - _OPTIONS - _IDLE:
        return None, [f"A mail address has an option that nobody knows; there are {', '.join(sorted(_OPTIONS))}."]
    if options.get("cc") or options.get("bcc"):
        return None, ["A delivery has one recipient: give each copy (cc, bcc) a recipient of its own."]
    wanted = "none" if parts.scheme == "mailto" else "starttls"
    try:
        protection = Protection(options.get("mode", wanted).lower().replace("insecure", "none"))
    except ValueError:
        return None, ["mode is starttls or ssl."]
    user = unquote(parts.username or "") or options.get("user", "")
    host = options.get("smtp") or parts.hostname
    sender = options.get("from") or (user if "@" in user else f"{user or 'watcher'}@{parts.hostname}")
    read = MailAddress(
        host=host,
        port=port or _PORTS[protection],
        protection=protection,
        user=user,
        password=unquote(parts.password or "") or options.get("pass", ""),
        sender=sender,
        recipient=options.get("to") or unquote(parts.path.strip("/")),
        name=options.get("name", "Watcher"),
        reply_to=options.get("reply", ""),
        ca=options.get("ca", ""),
    )
    faults = list(_faults(read, parts.scheme))
    return (None, faults) if faults else (read, [])


def _faults(read: MailAddress, scheme: str) -> list[str]:
    faults = []
    if not is_host(read.host):
        faults.append("The mail server's name cannot be read.")
    if "," in read.recipient or ";" in read.recipient or " " in read.recipient:
        faults.append("A delivery has one recipient; this address names several.")
    elif not _is_mailbox(read.recipient):
        faults.append("The recipient is missing or misspelt: write name@domain after the server, or as to=…")
    if not _is_mailbox(read.sender):
        faults.append("The sender is misspelt: write from=name@domain.")
    if read.reply_to and not _is_mailbox(read.reply_to):
        faults.append("reply is misspelt: write reply=name@domain.")
    if read.protection is Protection.NONE and (read.password or scheme == "mailtos"):
        faults.append("A password, and mailtos://, need encryption: use mailtos:// with mode=starttls or mode=ssl.")
    return faults


def _is_mailbox(text: str) -> bool:
    local, _, domain = text.rpartition("@")
    return _LOCAL.fullmatch(local) is not None and ":" not in domain and is_host(domain)
