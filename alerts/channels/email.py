"""E-mail: plain text, one recipient, through the operator's own mail server."""

from datetime import timedelta

from alerts.channels import _apprise
from alerts.channels.channel import Message, Outcome, Secret
from alerts.channels.wording import heading, plain_text
from indicators.text import one_line


class Email:
    """Sends to ``mailtos://user:password@server/recipient``; accepted means the server took the message."""

    kind = "email"

    def problems(self, address: str) -> list[str]:
        """Return why *address* is not one server with one recipient."""
        return _read(address)[1]

    async def send(self, message: Message, address: Secret, *, deadline: timedelta) -> Outcome:
        """Send one mail whose headers cannot be bent by its text."""
        return await _apprise.send(
            _read,
            address,
            subject=heading(message),
            text=plain_text(message),
            headers=_headers(message),
            deadline=deadline,
        )


def _headers(message: Message) -> dict[str, str]:
    # apprise always adds a random Message-ID after ours and two are invalid, so a repeat cannot keep its
    # own. A shared reference makes mail readers show the repeat below the first.
    delivery = one_line(message.id, limit=80)
    return {"X-Watcher-Delivery": delivery, "References": f"<{delivery}@delivery.watcher.invalid>"}


def _read(address: str) -> tuple[_apprise.Settings, list[str]]:
    settings = _apprise.parse(address)
    if settings.get("schema") not in ("mailto", "mailtos"):
        return settings, ["This is not a mail address: use mailtos://user:password@server/recipient"]
    if settings.get("cc") or settings.get("bcc"):
        # One refused copy would make a mail that did arrive look refused.
        return settings, ["A delivery has one recipient: give each copy (cc, bcc) a recipient of its own."]
    return settings, _apprise.faults(settings)
