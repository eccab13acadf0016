"""The long tail: services that apprise speaks to, one row each.

All of them get plain text, cut by us to what the service takes. What apprise calls success is a 2xx status
from the service's own address without a redirect: it hands on no body to read more from.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from alerts.channels import _apprise
from alerts.channels.channel import Answer, Message, Outcome, Secret
from alerts.channels.wording import heading, plain_text
from indicators.bands import WarningLevel

_OURS = frozenset({"slack", "mailto", "mailtos", "json", "jsons"})
_ON_THIS_MACHINE = frozenset({"dbus", "glib", "gnome", "kde", "macosx", "qt", "syslog", "windows"})
_ROOM_FOR_MARKS = 16  # the mark of a cut, and the line end that apprise puts below a subject


@dataclass(frozen=True, slots=True, kw_only=True)
class LongTail:
    """One kind of service. ``schemas`` begin its addresses, ``limit`` is what it takes in characters at most."""

    kind: str
    schemas: frozenset[str]
    limit: int
    posts: Callable[[Message], Sequence[_apprise.Settings]] = lambda _: ({},)
    """What is posted for a message, in order: settings that come over the address's own, such as an incident's key."""

    def problems(self, address: str) -> list[str]:
        """Return why *address* is not one service of this kind with one recipient."""
        return self._read(address)[1]

    async def send(self, message: Message, address: Secret, *, deadline: timedelta) -> Outcome:
        """Send subject and as much of the text as the service takes; what is not taken ends it."""
        subject = heading(message)[: self.limit - _ROOM_FOR_MARKS]
        room = self.limit - len(subject) - _ROOM_FOR_MARKS
        text = plain_text(message, limit=room) if room > _ROOM_FOR_MARKS else ""
        if not text:
            subject, text = "", subject
        posts = self.posts(message)
        for more in posts:
            share = deadline / len(posts)
            outcome = await _apprise.send(self._read, address, subject=subject, text=text, more=more, deadline=share)
            if outcome.answer is not Answer.ACCEPTED:
                return outcome
        detail = "taken by the provider" if posts else "not shown: the incident tells of what is newer"
        return Outcome(answer=Answer.ACCEPTED, detail=detail, reference=str(posts[0].get("dedup", "")) if posts else "")

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


def _incident(message: Message) -> Sequence[_apprise.Settings]:
    """One incident for one subject, by the key of the message that opened it; resolved once the subject is at rest.

    PagerDuty calls nobody for what comes under the key of an incident that is open. A rise therefore opens one of its
    own, and only then resolves the one before; so does what is no news of a level, such as a digest.
    """
    facts, known = message.data, message.reference or message.thread or message.id
    if message.overtaken:
        return ()
    if facts.get("level") == "baseline" or facts.get("standing") == "cleared":
        return ({"dedup": known, "action": "resolve"},)
    goes_on = "standing" in facts or message.aside or ("level" in facts and not _rises(facts))
    opened = ({"dedup": known if goes_on else message.id, "action": "trigger"},)
    before = message.reference if not goes_on else ""
    return (*opened, {"dedup": before, "action": "resolve"}) if before not in ("", message.id) else opened


def _rises(facts: Mapping[str, str]) -> bool:
    level, before = (_LEVELS.index(facts.get(name, "baseline").upper()) for name in ("level", "level_before"))
    return level > before


def _alias(message: Message) -> Sequence[_apprise.Settings]:
    # "map", apprise's own choice, would only add a note to an alert that nobody has opened. Opsgenie calls nobody for
    # a second message under an alias, so that only the repeat of a message has the first one's.
    return ({"alias": message.id, "action": "new"},)


_LEVELS = tuple(level.name for level in WarningLevel)


LONG_TAIL: tuple[LongTail, ...] = (
    LongTail(kind="teams", schemas=frozenset({"workflow", "workflows"}), limit=6_000),
    LongTail(kind="pagerduty", schemas=frozenset({"pagerduty"}), limit=1_024, posts=_incident),
    LongTail(kind="opsgenie", schemas=frozenset({"opsgenie"}), limit=10_000, posts=_alias),
    LongTail(kind="ntfy", schemas=frozenset({"ntfy", "ntfys"}), limit=1_900),  # 4,096 bytes, and two a letter
    LongTail(kind="sms", schemas=frozenset({"twilio", "vonage", "nexmo", "sns", "messagebird", "sinch"}), limit=300),
    LongTail(kind="telegram", schemas=frozenset({"tgram"}), limit=4_000),
    LongTail(kind="matrix", schemas=frozenset({"matrix", "matrixs"}), limit=12_000),
    LongTail(kind="apprise", schemas=frozenset(), limit=1_500),
)
