"""Troubles: everything that could make a warning fail to go out, each with since when and why. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from alerts.worded import Names
from watcher.health.conditions import DOUBTED, Condition, Health, health_of
from watcher.health.source_state import SourceState
from watcher.settings import Settings

LEAST_CALM = timedelta(minutes=30)
"""How long a trouble must be gone at least before it is called over."""

LONGEST_BACKOFF = timedelta(hours=1)
"""How far off the next poll of a source that failed may be."""


class TroubleKind(StrEnum):
    """What is in trouble. The word begins ``about`` and is the same in message, page and test."""

    BLIND = "blind"
    SOURCE = "source"
    STAGE = "stage"
    ASSESSMENT = "assessment"
    LEFT_OUT = "left-out"
    CHANNEL = "channel"
    CANARY = "canary"
    DISK = "disk"
    CLOCK = "clock"
    ROTA = "rota"
    TEMPLATE = "template"
    UNANSWERED = "unanswered"
    ROUTE = "route"
    CLIENT = "client"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One trouble that stands now. ``about`` is its name, the same each time: ``source rfi``, ``blind``."""

    about: str
    kind: TroubleKind
    since: datetime
    reason: Names
    calm: timedelta = LEAST_CALM
    """How long it must be gone before it is called over."""
    of: str = ""
    """The id of what is in trouble, where its kind has several: a source, an assessment."""
    doubted: bool = False
    """Whether a person who has looked may say that it is to be trusted all the same."""
    settling: timedelta = timedelta()
    """How long after a blindness it may still come right by itself."""


def trouble_name(kind: TroubleKind, of: str) -> str:
    """Return the name of a trouble of that *kind* that is one *of* something with a name: an assessment, a rota."""
    return f"{kind} {of}"


def source_troubles(settings: Settings, states: Mapping[str, SourceState], *, now: datetime) -> tuple[Trouble, ...]:
    """Return the troubles of single sources that are confirmed, in the configuration's order.

    A source whose polls are not even made is no trouble of its own: the stage that makes them is.
    """
    found = []
    for source in settings.sources:
        state = states.get(source.id) or SourceState(id=source.id)
        health = health_of(source, state, now=now)
        if not health.troubled or not health.confirmed or _unasked(health, state):
            continue
        found.append(
            Trouble(
                about=_name(health),
                kind=TroubleKind.SOURCE,
                of=source.id,
                doubted=health.condition in DOUBTED,
                since=min(health.since or now, now),
                reason={lang: f"{source.id}: {health.told_in(lang)}" for lang in ("en", "fr")},
                calm=max(2 * source.every, LEAST_CALM),
                settling=2 * source.every + LONGEST_BACKOFF,
            )
        )
    return tuple(found)


def _name(health: Health) -> str:
    """A gap is a trouble of its own: the source it befell is well again."""
    gap = " gap" if health.condition is Condition.GAP else ""
    return f"{TroubleKind.SOURCE} {health.source}{gap}"


def _unasked(health: Health, state: SourceState) -> bool:
    return health.condition is Condition.FAILING and not state.failures
