"""Slack, through an incoming webhook."""

import re
from datetime import timedelta

from alerts.channels import _apprise
from alerts.channels.channel import Message, Outcome, Secret
from alerts.channels.wording import heading, plain_text

# Escaping makes "&" five characters; Slack cuts at 40,000 and apprise sends longer text uncut.
_LIMIT = 6_000
# Block Kit would be inert by itself, but Slack then shows no preview on a phone and links no evidence.
_LOOKS: _apprise.Settings = {
    "include_image": False,
    "include_footer": False,
    "include_timestamp": False,
    "use_blocks": False,
    "template": None,
    "tokens": {},
}

_URL = re.compile(r"(https?://[^\s<>|`]+)")
_MENTION = re.compile(r"(?<!\w)([@#])(?=\w)")
_QUOTE = re.compile(r"(?m)^(\s*)>+")
_EMPHASIS = re.compile(r"(?<!\w)[*_~]|[*_~](?!\w)|`")
_LOOKALIKES = {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"}


class Slack:
    """Sends to ``https://hooks.slack.com/services/…`` or ``slack://…``; accepted means Slack said ``ok``."""

    kind = "slack"

    def problems(self, address: str) -> list[str]:
        """Return why *address* is not one incoming webhook."""
        return _read(address)[1]

    async def send(self, message: Message, address: Secret, *, deadline: timedelta) -> Outcome:
        """Post subject and text with nothing in them that pings, formats or hides a link."""
        return await _apprise.send(
            _read,
            address,
            subject=inert(heading(message)),
            text=inert(plain_text(message, limit=_LIMIT)),
            deadline=deadline,
        )


def inert(text: str) -> str:
    """Return *text* reading the same, with no mention or formatting left; bare URLs stay as they are.

    ``&``, ``<`` and ``>`` are escaped by apprise, which ends ``<!channel>``, ``<@U1>`` and
    ``<http://x|y>``. It leaves alone what follows here (seen on the wire with apprise 2.2.0).
    """
    parts = _URL.split(text)
    parts[::2] = [_quiet(part) for part in parts[::2]]  # odd parts are URLs: a change would break evidence
    return "".join(parts)


def _quiet(text: str) -> str:
    text = _MENTION.sub("\\1\N{WORD JOINER}", text)  # @here pings where a workspace links names
    text = _QUOTE.sub("\\1›", text)  # "&gt;" at a line's start still draws a quotation
    return _EMPHASIS.sub(lambda mark: _LOOKALIKES[mark.group()], text)


def _read(address: str) -> tuple[_apprise.Settings, list[str]]:
    settings = _apprise.parse(address)
    if settings.get("schema") != "slack":
        return settings, ["This is not a Slack address: use the incoming webhook's URL, or slack://…"]
    if settings.get("access_token") or settings.get("workflow_path"):
        # For both apprise takes any page with status 200 (and, for a bot, the letters OK) as success.
        return settings, ["Only incoming webhooks can prove delivery: bot tokens and workflows cannot be used."]
    settings |= _LOOKS
    return settings, _apprise.faults(settings)
