"""The long tail: services that apprise speaks to, one row each.

All of them get plain text, cut by us to what the service takes. What apprise calls success is a 2xx status
from the service's own address without a redirect: it hands on no body to read more from.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from alerts.channels import _apprise
from alerts.channels.channel import Message, Outcome, Secret
from alerts.channels.wording import heading, plain_text

_OURS = frozenset({"slack", "mailto", "mailtos", "json", "jsons"})
_ON_THIS_MACHINE = frozenset({"dbus", "glib", "gnome", "kde", "macosx", "qt", "syslog", "windows"})
_ROOM_FOR_MARKS = 16  # the mark of a cut, and the line end that apprise puts below a subject


@dataclass(frozen=True, slots=True, kw_only=True)
class LongTail:
    """One kind of service. ``schemas`` begin its addresses, ``limit`` is what it takes in characters at most."""

    kind: str
    schemas: frozenset[str]
    limit: int
    more: Callable[[Message], _apprise.Settings] = lambda _: {}
    """Settings that come over the address's own, such as the key by which a service knows a subject again."""

    def problems(self, address: str) -> list[str]:
        """Return why *address* is not one service of this kind with one recipient."""
        return self._read(address)[1]

    async def send(self, message: Message, address: Secret, *, deadline: timedelta) -> Outcome:
        """Send subject and as much of the text as the service takes."""
        subject = heading(message)[: self.limit - _ROOM_FOR_MARKS]
        room = self.limit - len(subject) - _ROOM_FOR_MARKS
        text = plain_text(message, limit=room) if room > _ROOM_FOR_MARKS else ""
        if not text:
            subject, text = "", subject
        more = self.more(message)
        return await _apprise.send(self._read, address, subject=subject, text=text, more=more, deadline=deadline)

    def _read(self, address: str) -> tuple[_apprise.Settings, list[str]]:
        settings = _apprise.parse(address)
        schema = settings.get("schema")
        if not schema or (self.schemas and schema not in self.schemas):
            return settings, [f"This is not an address of {self.kind} as apprise writes it."]
        if schema in _OURS:
            return settings, ["Slack, email and webhook have kinds of their own: use those."]
        if schema in _ON_THIS_MACHINE:
            return settings, ["This service shows messages on this machine only: use console."]
        return settings, _apprise.faults(settings)


def _incident(message: Message) -> _apprise.Settings:
    """One incident for one subject: raised and updated under its key, resolved once it is at rest."""
    over = message.data.get("level") == "baseline" or message.data.get("standing") == "cleared"
    return {"dedup": message.thread or message.id, "action": "resolve" if over else "trigger"}


def _alias(message: Message) -> _apprise.Settings:
    # "map", apprise's own choice, would only add a note to an alert that nobody has opened.
    return {"alias": message.thread or message.id, "action": "new"}


LONG_TAIL: tuple[LongTail, ...] = (
    LongTail(kind="teams", schemas=frozenset({"workflow", "workflows"}), limit=6_000),
    LongTail(kind="pagerduty", schemas=frozenset({"pagerduty"}), limit=1_024, more=_incident),
    LongTail(kind="opsgenie", schemas=frozenset({"opsgenie"}), limit=10_000, more=_alias),
    LongTail(kind="ntfy", schemas=frozenset({"ntfy", "ntfys"}), limit=1_900),  # 4,096 bytes, and two a letter
    LongTail(kind="sms", schemas=frozenset({"twilio", "vonage", "nexmo", "sns", "messagebird", "sinch"}), limit=300),
    LongTail(kind="telegram", schemas=frozenset({"tgram"}), limit=4_000),
    LongTail(kind="matrix", schemas=frozenset({"matrix", "matrixs"}), limit=12_000),
    LongTail(kind="apprise", schemas=frozenset(), limit=1_500),
)
