"""E-mail of our own: text and HTML, one recipient, through the operator's own mail server."""

import re
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

from alerts.channels._apart import in_own_thread
from alerts.channels._smtp import deliver
from alerts.channels.channel import Answer, Enclosure, Message, Outcome, Secret
from alerts.channels.mail_address import MailAddress, read_mail_address
from alerts.channels.wording import heading, plain_text
from indicators.language.text import one_line

_NO_ID_CHARACTER = re.compile(r"[^A-Za-z0-9-]")
_LONGEST_ID = 80
_LONGEST_NAME = 60


class Email:
    """Sends to ``mailtos://user:password@server/recipient``; accepted means the server took the message."""

    kind = "email"

    def problems(self, address: str) -> list[str]:
        """Return why *address* is not one server with one recipient."""
        return read_mail_address(address)[1]

    async def send(self, message: Message, address: Secret, *, deadline: timedelta) -> Outcome:
        """Send one mail whose headers cannot be bent by its text."""
        to, problems = read_mail_address(address.value)
        if to is None:
            return Outcome(answer=Answer.REFUSED, detail=problems[0])
        return await in_own_thread(lambda: deliver(to, mail_of(message, to).as_bytes(), deadline=deadline), deadline)


def mail_of(message: Message, to: MailAddress) -> EmailMessage:
    """Return *message* as a mail. A repeat has the first one's id, so that a mailbox can drop it."""
    mail = EmailMessage(policy=SMTP)
    delivery = _id(message.id)
    mail["From"] = Address(display_name=one_line(to.name, limit=_LONGEST_NAME), addr_spec=to.sender)
    mail["To"] = Address(addr_spec=to.recipient)
    if to.reply_to:
        mail["Reply-To"] = Address(addr_spec=to.reply_to)
    mail["Subject"] = heading(message)
    mail["Date"] = formatdate(usegmt=True)
    mail["Message-ID"] = f"<{delivery}@{to.domain}>"
    if message.thread:
        # The head of the thread is never sent: every mail about one subject points at the same absent one,
        # which readers show together without our keeping what went before.
        head = f"<{_id(message.thread)}.subject@{to.domain}>"
        mail["In-Reply-To"] = head
        mail["References"] = head
    mail["Auto-Submitted"] = "auto-generated"  # no "out of office" to a machine
    mail["X-Watcher-Delivery"] = delivery
    mail.set_content(plain_text(message))
    if message.html:
        mail.add_alternative(message.html, subtype="html")
    for enclosure in message.enclosures:
        _enclose(mail, enclosure, page=message.html)
    return mail


def _enclose(mail: EmailMessage, enclosure: Enclosure, *, page: str) -> None:
    """Put a picture beside the page that shows it (without one it is left out), and a file behind the words."""
    maintype, _, subtype = enclosure.media_type.partition("/")
    name = one_line(enclosure.name, limit=_LONGEST_NAME)
    if not enclosure.shown_as:
        mail.add_attachment(enclosure.content, maintype=maintype, subtype=subtype, filename=name)
    elif f"cid:{enclosure.shown_as}" in page:
        shown = mail.get_body(("html",))
        assert isinstance(shown, EmailMessage)
        cid = f"<{enclosure.shown_as}>"
        shown.add_related(enclosure.content, maintype, subtype, cid=cid, filename=name, disposition="inline")


def _id(text: str) -> str:
    return _NO_ID_CHARACTER.sub("", text)[:_LONGEST_ID] or "none"
