"""Holding: why a message does not go out now but later. Always a named reason and an end; nothing is dropped.

What is held is owed like everything else. When its time comes, what waits for one recipient goes out
together as one digest, so that the end of a night, a silence or a storm is no flood.

A rise of the warning level breaks out of grouping and cool-down. Quiet hours and digests let pass what
the recipient said must pass; a silence hides the levels it names and no higher ones; in a storm what
is held waits a minute at most.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from alerts.alert import Alert
from alerts.routes import Recipient
from alerts.said import AnyAlert
from alerts.silences import Silence
from alerts.system import Standing, SystemWarning
from indicators.bands import WarningLevel

STORM_PAUSE = timedelta(minutes=1)
"""How long what comes in a storm is gathered before it goes out as one message."""


LATE = timedelta(hours=1)
"""After so long without getting through, messages below a warning are gathered: their way was closed."""

BACKLOG = 5
"""Late messages to one recipient by one channel from which on they are gathered."""


class HoldReason(StrEnum):
    """Why a message waits; the same words in log, page and test."""

    SILENCE = "silence"
    QUIET_HOURS = "quiet hours"
    DIGEST = "digest"
    STORM = "storm"
    COOL_DOWN = "cool-down"
    GROUP = "group"
    BACKLOG = "backlog"  # it could not be delivered in time; see LATE


LONGEST: Mapping[HoldReason, timedelta] = MappingProxyType(
    {HoldReason.QUIET_HOURS: timedelta(days=2), HoldReason.DIGEST: timedelta(days=8)}
)
"""What waits for longer waits by a wrong clock: no night lasts two days, and no digest is rarer than weekly."""


def reason_of(name: str) -> HoldReason:
    """Return the reason behind the *name* that a delivery is held under: that of a silence has its number behind it."""
    return HoldReason.SILENCE if name.startswith(f"{HoldReason.SILENCE} ") else HoldReason(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A reason to wait and until when; ``name`` is what the delivery is held under."""

    reason: HoldReason
    until: datetime
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldLately:
    """What a recipient was told lately: when each message went, and when the last about each subject."""

    times: tuple[datetime, ...] = ()
    by_subject: dict[tuple[str, str], datetime] = field(default_factory=dict)
    """By assessment and subject: two assessments may well have a line of one name."""
    gathered_until: dict[str, datetime] = field(default_factory=dict)
    """By the name of a hold, when what already waits under it goes out: more joins it and does not put it off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a route wants its alerts: gathered for *group*, and no more than one a subject in *cool_down*.

    From *most* messages to one recipient within *per* on, the rest of a storm is gathered.
    """

    group: timedelta = timedelta(0)
    cool_down: timedelta = timedelta(0)
    most: int = 20
    per: timedelta = timedelta(minutes=10)


def rises(alert: AnyAlert) -> bool:
    """Whether *alert* tells that something became graver: it is never gathered or cooled down."""
    match alert:
        case Alert():
            return alert.level_after > alert.level_before
        case SystemWarning():
            return alert.standing is Standing.RAISED
        case _:
            return False


def stands_down(alert: AnyAlert) -> bool:
    """Whether *alert* ends or lowers what was raised: it goes to exactly those who heard of the rise."""
    match alert:
        case Alert():
            return alert.level_after < alert.level_before
        case SystemWarning():
            return alert.standing is Standing.CLEARED
        case _:
            return False


def hold_for(
    alert: AnyAlert,
    recipient: Recipient,
    *,
    silences: Iterable[Silence] = (),
    told: ToldLately | None = None,
    pace: Pace | None = None,
    on_call: bool = False,
    now: datetime,
) -> Hold | None:
    """Return why and until when *alert* waits for *recipient*, or ``None``: it goes out now.

    The first reason counts, from the one a person gave for these very alerts to the most general one. What wakes
    who is *on call* is held by a silence alone: a person's word.
    """
    told, pace = told or ToldLately(), pace or Pace()
    silenced = _silenced(alert, recipient, silences, now)
    if silenced is not None or on_call:
        return silenced
    return (
        night_hold(alert.urgency, recipient, now=now)
        or _in_digest(alert, recipient, now)
        or _in_storm(alert, told, pace, now)
        or _paced(alert, told, pace, now)
    )


def night_hold(urgency: int, recipient: Recipient, *, now: datetime) -> Hold | None:
    """Return until when a message of that *urgency* waits for the end of *recipient*'s quiet hours, if it does."""
    if recipient.quiet is None or not recipient.quiet.holds(urgency):
        return None
    ends = recipient.quiet.end_after(now, recipient.zone)
    return _hold(HoldReason.QUIET_HOURS, ends) if ends is not None else None


def _silenced(alert: AnyAlert, recipient: Recipient, silences: Iterable[Silence], now: datetime) -> Hold | None:
    """The end of what was heard passes: a silence must not leave anybody with a warning that is over."""
    if stands_down(alert):
        return None
    found = [s for s in silences if s.hides(alert, recipient.id, now=now)]
    last = max(found, key=lambda s: (s.end, s.number), default=None)
    return Hold(reason=HoldReason.SILENCE, until=last.end, name=last.name) if last is not None else None


def _in_digest(alert: AnyAlert, recipient: Recipient, now: datetime) -> Hold | None:
    if recipient.digest is None or not recipient.digest.holds(alert.urgency):
        return None
    return _hold(HoldReason.DIGEST, recipient.digest.next_after(now, recipient.zone))


def _in_storm(alert: AnyAlert, told: ToldLately, pace: Pace, now: datetime) -> Hold | None:
    """The gravest level goes out singly, whatever the number."""
    recent = sum(now - pace.per < at <= now for at in told.times)
    if recent < pace.most or alert.urgency >= WarningLevel.CRITICAL:
        return None
    return _joined(HoldReason.STORM, told, now, wait=STORM_PAUSE)


def _paced(alert: AnyAlert, told: ToldLately, pace: Pace, now: datetime) -> Hold | None:
    if rises(alert):
        return None
    last = told.by_subject.get((alert.assessment, alert.subject_key))
    if last is not None and last <= now < last + pace.cool_down:
        return _hold(HoldReason.COOL_DOWN, last + pace.cool_down)
    if pace.group:
        return _joined(HoldReason.GROUP, told, now, wait=pace.group)
    return None


def _joined(reason: HoldReason, told: ToldLately, now: datetime, *, wait: timedelta) -> Hold:
    waiting = told.gathered_until.get(reason.value)  # further off than *wait* it was planned under a wrong clock
    return _hold(reason, waiting if waiting is not None and now < waiting <= now + wait else now + wait)


def _hold(reason: HoldReason, until: datetime) -> Hold:
    return Hold(reason=reason, until=until, name=reason.value)
