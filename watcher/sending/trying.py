"""Trying a recipient's channels: a marked test message by the very way that alerts take, and what came back."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from alerts.channels import Answer, Channel, Message, Outcome
from alerts.routes import Recipient
from watcher.settings import Settings, secret

_WORDS = {
    "en": (
        "[Watcher] TEST, no warning",
        "A test of this channel, sent by hand at {at}. Nothing has happened, and there is nothing to do.",
    ),
    "fr": (
        "[Watcher] ESSAI, aucune alerte",
        "Un essai de cette voie, envoyé à la main le {at}. Rien ne s'est passé, il n'y a rien à faire.",
    ),
}


class NoChannelError(ValueError):
    """There is nobody of that name, or no such way to them; the text says who or what there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One channel and what its provider answered."""

    channel: str
    outcome: Outcome

    @property
    def works(self) -> bool:
        """Whether the provider took it."""
        return self.outcome.answer is Answer.ACCEPTED


async def try_channels(
    settings: Settings, recipient: str, kind: str | None, *, channels: Mapping[str, Channel], now: datetime
) -> tuple[Tried, ...]:
    """Send a test message to *recipient*, on every channel or on *kind* alone. Raises :class:`NoChannelError`.

    Nothing is kept: a test is no delivery, and opens no story in Slack and no thread in a mailbox.
    """
    someone = settings.recipient(recipient)
    if someone is None:
        known = ", ".join(r.id for r in settings.recipients)
        raise NoChannelError(f"there is no recipient {recipient!r}; there are {known}")
    kinds = tuple(someone.channels) if kind is None else (kind,)
    if kind is not None and kind not in someone.channels:
        raise NoChannelError(f"{recipient} has no channel {kind!r}, but {', '.join(someone.channels)}")
    message = _message(someone, now)
    deadline = settings.sending.deadline
    outcomes = await asyncio.gather(
        *(channels[k].send(message, secret(someone.channels[k]), deadline=deadline) for k in kinds)
    )
    return tuple(Tried(channel=k, outcome=outcome) for k, outcome in zip(kinds, outcomes, strict=True))


def _message(recipient: Recipient, now: datetime) -> Message:
    subject, text = _WORDS.get(recipient.lang, _WORDS["en"])
    key = f"test-{secrets.token_hex(8)}"
    # At rest from the start: a service that opens incidents closes this one, and pages nobody for it.
    facts = {"kind": "test", "level": "baseline", "decided": now.isoformat()}
    return Message(id=key, subject=subject, text=text.format(at=f"{now:%Y-%m-%d %H:%M} UTC"), data=facts, thread=key)
