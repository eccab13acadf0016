"""What every channel promises: one message to one address, and an honest answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, Protocol


class Answer(StrEnum):
    """What a provider said. Only ``ACCEPTED`` is delivery; ``UNKNOWN`` may have been."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # trying again as it stands cannot help: wrong token, unknown address
    TEMPORARY = "temporary"  # trying again may help: busy, down, rate-limited
    UNKNOWN = "unknown"  # no answer came: it is sent again under the same id, marked as a repeat


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One try and how it ended. ``detail`` never holds an address, a token or a provider's URL."""

    answer: Answer
    detail: str = ""
    retry_after: timedelta | None = None
    reference: str = ""
    """The provider's own name for what it took, where a later message can build on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A value that must never be printed: an address with a token, a password."""

    value: str = field(repr=False)

    def __str__(self) -> str:
        return "***"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button below a message: its *label*, and the *value* that comes back with a press. No secret."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """What goes along with a mail: a file, or a picture that the page shows under ``cid:`` and *shown_as*."""

    name: str
    media_type: str
    content: bytes = field(repr=False)
    shown_as: str = ""
    alt: str = ""
    """What a picture shows, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One rendered message. ``id`` is the delivery's and stays the same when it is sent again."""

    id: str
    subject: str
    text: str
    data: Mapping[str, str] = field(default_factory=dict)
    """Flat facts for machines (alert id, scenario, level …)."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """The whole alert as it is kept, for machines: its ledger rows, its evidence."""
    html: str = ""
    """The same words laid out, for channels that can show it; empty where there is no such layout."""
    thread: str = ""
    """What it is about, the same for every message about that; channels show those together."""
    aside: bool = False
    """It stands beside what was said of the subject and does not take its place where a channel shows the newest."""
    reference: str = ""
    """What the provider called an earlier message about the same; empty for the first."""
    enclosures: tuple[Enclosure, ...] = ()
    """What channels that carry files send along; the words say all of it without them."""
    button: "Button | None" = None
    """What a person can press, for channels that can show it; None where there is nothing to press."""
    overtaken: bool = False
    """Something later of the same subject was taken by this way already; channels say so, and it stands aside."""
    repeat: bool = False
    """An earlier try may have arrived; channels say so."""


class Channel(Protocol):
    """A way out. One file in this folder and one row in :data:`alerts.channels.CHANNELS`."""

    @property
    def kind(self) -> str:
        """The word that a configuration calls it by."""
        ...

    def problems(self, address: str) -> list[str]:
        """Return what is wrong with *address* in sentences that do not repeat it; empty when usable."""
        ...

    async def send(self, message: Message, address: Secret, *, deadline: timedelta) -> Outcome:
        """Hand *message* over within *deadline*; never raises for what a provider or network does."""
        ...
