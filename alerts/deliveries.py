"""One warning on its way to one recipient by one channel, and when it is tried again.

Pure: the store keeps deliveries, the outbox sends them, this module only decides. Nothing expires and
attempts have no limit; a delivery ends accepted, or dead because a named person said so.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from alerts.channels.channel import Answer, Outcome

URGENT_LEVEL = 3

FIRST = "first"
"""The step of what is owed because an alert was made, and not by a chain or a reminder."""

_FIRST_WAIT = timedelta(seconds=5)
_AFTER_UNKNOWN = timedelta(seconds=30)
_AFTER_REFUSAL = timedelta(minutes=30)  # a repaired token or mailbox gets the warning within this time
_CEILING, _URGENT_CEILING = timedelta(minutes=15), timedelta(minutes=5)
_LONGEST_ASKED, _URGENT_LONGEST_ASKED = timedelta(hours=1), timedelta(minutes=5)
_LAST_DOUBLING = 10  # 5 s x 2^10 is past every ceiling; the exponent must not grow with the attempts


class DeliveryState(StrEnum):
    """Where a delivery stands. The outbox works on waiting and sending; the last three are ends."""

    HELD = "held"  # not now, for a named reason and until its due time: see alerts.holding
    WAITING = "waiting"
    SENDING = "sending"  # claimed by one sender; after a crash it is claimed again
    ACCEPTED = "accepted"
    BUNDLED = "bundled"  # told as part of a digest, which is owed in its place
    DEAD = "dead"  # only a person does this, see give_up


OVER = frozenset({DeliveryState.ACCEPTED, DeliveryState.BUNDLED, DeliveryState.DEAD})
"""The states in which nothing is left to do."""


class Move(StrEnum):
    """Why a delivery changed, in the words that log, page and test share."""

    CLAIMED = "claimed by a sender"
    CLAIMED_AGAIN = "claimed again: an earlier sender left no answer, so the message may have arrived"
    ACCEPTED = "accepted"
    REFUSED = "refused: tried again later in case the address is repaired"
    ASKED_TO_WAIT = "not taken: the provider said when to come back"
    BACKING_OFF = "not taken: tried again with growing pauses"
    UNSURE = "no answer: sent again soon, marked as a repeat"
    GIVEN_UP = "given up by a person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message owed to one recipient on one channel."""

    key: str
    alert_id: str
    recipient: str
    channel: str
    level: int
    due: datetime
    state: DeliveryState = DeliveryState.WAITING
    attempts: int = 0
    """Tries begun: claiming counts, so that a crash counts too."""
    last_answer: Answer | None = None
    last_detail: str = ""
    held: str = ""
    """The name of the hold that it waits or waited under: ``quiet hours``, ``silence 3``; empty for none."""
    reference: str = ""
    """The provider's own name for the message it took."""
    may_have_arrived: bool = False
    """Some try ended without an answer. Stays true: a later refusal does not call a message back."""
    step: str = FIRST
    """``first``, or the step of a chain or the reminder that it is owed for."""

    def __post_init__(self) -> None:
        if self.due.tzinfo is None:
            raise ValueError(f"delivery {self.key}: due needs a time zone")

    @property
    def is_repeat(self) -> bool:
        """Whether the next message must say that it may be a repeat."""
        return self.may_have_arrived

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to do."""
        return self.state in OVER


def delivery_key(alert_id: str, recipient: str, channel: str, step: str = FIRST) -> str:
    """Return the name of this delivery, the same every time it is planned: a second insert is a no-op."""
    parts = json.dumps([alert_id, recipient, channel, step])  # a list, so that ("ab", "c") is not ("a", "bc")
    return hashlib.sha256(parts.encode()).hexdigest()[:32]


def after_claim(delivery: Delivery) -> Delivery:
    """Return *delivery* in a sender's hands; what was already being sent may have arrived."""
    if delivery.is_over:
        return delivery
    again = delivery.state is DeliveryState.SENDING
    return replace(
        delivery,
        state=DeliveryState.SENDING,
        attempts=delivery.attempts + 1,
        may_have_arrived=delivery.may_have_arrived or again,
        last_detail=(Move.CLAIMED_AGAIN if again else Move.CLAIMED).value,
    )


def after_outcome(delivery: Delivery, outcome: Outcome, *, now: datetime) -> Delivery:
    """Return what becomes of *delivery* once a channel has answered.

    Accepted is final. An acceptance that comes late is still believed, even for a dead delivery.
    """
    if delivery.state is DeliveryState.ACCEPTED:
        return delivery
    if outcome.answer is Answer.ACCEPTED:
        return _moved(delivery, outcome, Move.ACCEPTED, DeliveryState.ACCEPTED, due=delivery.due)
    if delivery.state is DeliveryState.DEAD:
        return delivery
    move, wait = _next_try(delivery, outcome)
    return _moved(delivery, outcome, move, DeliveryState.WAITING, due=now + wait)


def give_up(delivery: Delivery, *, by: str, why: str) -> Delivery:
    """Return *delivery* dead. There is no other way to this state, and it needs a person's name."""
    if not by.strip():
        raise ValueError(f"delivery {delivery.key}: only a named person can give it up")
    if delivery.state is DeliveryState.ACCEPTED:
        return delivery
    return replace(delivery, state=DeliveryState.DEAD, last_detail=f"{Move.GIVEN_UP}, {by}: {why}")


def _next_try(delivery: Delivery, outcome: Outcome) -> tuple[Move, timedelta]:
    if outcome.answer is Answer.REFUSED:
        return Move.REFUSED, _AFTER_REFUSAL
    if outcome.answer is Answer.UNKNOWN:
        first = not delivery.may_have_arrived
        return Move.UNSURE, _AFTER_UNKNOWN if first else max(_AFTER_UNKNOWN, _backoff(delivery))
    if outcome.retry_after is not None:
        return Move.ASKED_TO_WAIT, _asked(delivery, outcome.retry_after)
    return Move.BACKING_OFF, _backoff(delivery)


def _backoff(delivery: Delivery) -> timedelta:
    # No random part: replaying a day must give the same times, and one service has few senders.
    ceiling = _URGENT_CEILING if delivery.level >= URGENT_LEVEL else _CEILING
    doublings = min(max(delivery.attempts - 1, 0), _LAST_DOUBLING)
    return min(_FIRST_WAIT * (1 << doublings), ceiling)


def _asked(delivery: Delivery, retry_after: timedelta) -> timedelta:
    longest = _URGENT_LONGEST_ASKED if delivery.level >= URGENT_LEVEL else _LONGEST_ASKED
    return min(max(retry_after, _FIRST_WAIT), longest)


def _moved(delivery: Delivery, outcome: Outcome, move: Move, state: DeliveryState, *, due: datetime) -> Delivery:
    return replace(
        delivery,
        state=state,
        due=due,
        last_answer=outcome.answer,
        reference=outcome.reference or delivery.reference,
        last_detail=f"{move} ({outcome.detail})" if outcome.detail else move.value,
        may_have_arrived=delivery.may_have_arrived or outcome.answer is Answer.UNKNOWN,
    )
