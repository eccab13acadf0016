"""One mail to one recipient over SMTP, and what really became of it.

Everything before the message's own text is certain: nothing was taken. A connection that ends after it
leaves us in the dark. A server's words are never passed on, since they repeat addresses; its codes are.
"""

import re
import smtplib
import ssl
from contextlib import suppress
from datetime import timedelta

from alerts.channels.channel import Answer, Outcome
from alerts.channels.mail_address import MailAddress, Protection

_ENHANCED = re.compile(rb"^([45]\.\d{1,3}\.\d{1,3})\b")
_GOOD, _PERMANENT = 300, 500
_SHORTEST = 0.1
_NOT_TLS = re.compile("WRONG_VERSION_NUMBER|RECORD_LAYER_FAILURE")


class _TurnedDownError(Exception):
    """The server answered with a code that is no yes."""

    def __init__(self, code: int, words: bytes) -> None:
        super().__init__(code)
        self.code = code
        self.words = words


_BEFORE = (_TurnedDownError, smtplib.SMTPException, OSError)
"""What can go wrong while nothing of the message has been handed over."""


def deliver(to: MailAddress, mail: bytes, *, deadline: timedelta) -> Outcome:
    """Hand *mail* over in a transaction of its own; blocks, so it needs a thread."""
    # Sockets give up a little before the deadline: their own words say more than a missed one.
    patience = max(deadline.total_seconds() * 0.9, _SHORTEST)
    try:
        server = _connected(to, patience)
    except _BEFORE as fault:
        return _before_the_text(fault)
    try:
        try:
            _offered(server, to)
        except _BEFORE as fault:
            return _before_the_text(fault)
        return _handed_over(server, mail)
    finally:
        with suppress(smtplib.SMTPException, OSError):
            server.close()


def _connected(to: MailAddress, patience: float) -> smtplib.SMTP:
    context = ssl.create_default_context(cafile=to.ca or None)
    if to.protection is Protection.SSL:
        return smtplib.SMTP_SSL(to.host, to.port, timeout=patience, context=context)
    server = smtplib.SMTP(to.host, to.port, timeout=patience)
    if to.protection is Protection.STARTTLS:
        try:
            _demand(server.starttls(context=context))
        except BaseException:
            server.close()
            raise
    return server


def _offered(server: smtplib.SMTP, to: MailAddress) -> None:
    """Log in and name sender and recipient; there is one, so its refusal is the mail's."""
    server.ehlo_or_helo_if_needed()
    if to.user and to.password:
        server.login(to.user, to.password)
    _demand(server.mail(to.sender))
    _demand(server.rcpt(to.recipient))


def _demand(reply: tuple[int, bytes]) -> None:
    code, words = reply
    if code >= _GOOD or code < 0:
        raise _TurnedDownError(code, words)


def _handed_over(server: smtplib.SMTP, mail: bytes) -> Outcome:
    try:
        code, words = server.data(mail)
    except smtplib.SMTPDataError as fault:  # the server would not even begin to read
        return _turned_down(fault.smtp_code, _bytes(fault.smtp_error))
    except (smtplib.SMTPException, OSError):
        return Outcome(answer=Answer.UNKNOWN, detail="the connection ended without an answer")
    if code >= _GOOD:
        return _turned_down(code, words)
    with suppress(smtplib.SMTPException, OSError):
        server.quit()
    return Outcome(answer=Answer.ACCEPTED, detail="taken by the mail server")


def _before_the_text(fault: Exception) -> Outcome:
    """Say what *fault* means while nothing of the message had been handed over."""
    match fault:
        case _TurnedDownError():
            return _turned_down(fault.code, fault.words)
        case smtplib.SMTPResponseException():  # greeting, login
            return _turned_down(fault.smtp_code, _bytes(fault.smtp_error))
        case ssl.SSLCertVerificationError():
            words = "the server's certificate is not valid for it"
        case FileNotFoundError():
            words = "the file that ca= names is not there"
        case _ if isinstance(fault, smtplib.SMTPNotSupportedError) or _NOT_TLS.search(str(fault)):
            words = "the server offers no connection of the kind asked for"
        case _:
            return Outcome(answer=Answer.TEMPORARY, detail="no connection to the mail server")
    return Outcome(answer=Answer.REFUSED, detail=words)


def _turned_down(code: int, words: bytes) -> Outcome:
    enhanced = _ENHANCED.match(words)
    detail = f"SMTP {code}" + (f" ({enhanced[1].decode()})" if enhanced else "")
    return Outcome(answer=Answer.REFUSED if code >= _PERMANENT else Answer.TEMPORARY, detail=detail)


def _bytes(words: bytes | str) -> bytes:
    return words if isinstance(words, bytes) else words.encode("ascii", "replace")
