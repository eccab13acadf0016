"""A machine's address: the message as one flat JSON object by POST."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

from alerts.channels import _apprise
from alerts.channels.channel import Message, Outcome, Secret
from alerts.channels.wording import heading, plain_text
from indicators.text import clean, one_line

# apprise renames or drops its own field when an extra one has the same name.
_TAKEN = frozenset({"version", "title", "message", "attachments", "type", "id", "repeat"})
_FACT_LIMIT = 2_000


class Webhook:
    """Posts to ``https://…`` or ``jsons://…``; accepted means a 2xx answer from that very address."""

    kind = "webhook"

    def problems(self, address: str) -> list[str]:
        """Return why nothing can be posted to *address*."""
        return _read(address)[1]

    async def send(self, message: Message, address: Secret, *, deadline: timedelta) -> Outcome:
        """Post the message; the receiver can drop a repeat by its ``Idempotency-Key``."""
        return await _apprise.send(
            _read,
            address,
            subject=heading(message),
            text=plain_text(message),
            headers={"Idempotency-Key": one_line(message.id, limit=80)},
            payload=_fields(message),
            deadline=deadline,
        )


def _fields(message: Message) -> dict[str, str | bool]:
    facts: dict[str, str | bool] = {
        f"alert_{name}" if name in _TAKEN else name: clean(value, limit=_FACT_LIMIT)
        for name, value in message.data.items()
    }
    return facts | {"id": message.id, "repeat": message.repeat}


def _read(address: str) -> tuple[_apprise.Settings, list[str]]:
    if re.search(r"[\s\\]", address):
        return {}, ["A web address has no spaces and no backslashes."]
    settings = _plain(address) if re.match("https?://", address, re.IGNORECASE) else _apprise.parse(address)
    if settings.get("schema") not in ("json", "jsons"):
        return settings, ["This is not a webhook: use https://… or jsons://…"]
    settings["method"] = "POST"
    return settings, _apprise.faults(settings)


def _plain(address: str) -> _apprise.Settings:
    """Return apprise's settings for an ordinary URL; through a json:// text its query would be lost."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return {}
    if not host:
        return {}
    return {
        "schema": "jsons" if parts.scheme == "https" else "json",
        "host": f"[{host}]" if ":" in host else host,
        "port": port,
        "user": parts.username,
        "password": parts.password,
        "fullpath": (parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
    }
