"""The outbox: claim -> render -> send -> record. At least once, and never inside a transaction."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

import structlog

from alerts.channels import Answer, Message, Outcome
from alerts.deliveries import after_outcome
from alerts.messages import render
from watcher.plant import Plant
from watcher.settings import secret
from watcher.store import alerts as alert_store
from watcher.store import deliveries
from watcher.store.deliveries import Claim

log = structlog.get_logger(__name__)

AT_ONCE = 8
"""Messages on their way at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """How a round of sending went."""

    accepted: int = 0
    waiting: int = 0


async def deliver_due(plant: Plant, *, now: datetime) -> Sent:
    """Send everything that is due at *now*, highest level first; what fails waits for its next try."""
    accepted = waiting = 0
    while claims := await plant.in_writer(_claim, plant, now):
        outcomes = await asyncio.gather(*(_deliver(plant, claim) for claim in claims))
        accepted += sum(o is Answer.ACCEPTED for o in outcomes)
        waiting += sum(o is not Answer.ACCEPTED for o in outcomes)
    return Sent(accepted=accepted, waiting=waiting)


async def _deliver(plant: Plant, claim: Claim) -> Answer:
    try:
        outcome = await _send(plant, claim)
    except asyncio.CancelledError:
        # Stopped while sending: nobody knows whether it arrived, so it goes out again as a repeat.
        await asyncio.shield(plant.in_writer(_record, plant, claim, Outcome(answer=Answer.UNKNOWN)))
        raise
    await plant.in_writer(_record, plant, claim, outcome)
    return outcome.answer


async def _send(plant: Plant, claim: Claim) -> Outcome:
    delivery = claim.delivery
    recipient = plant.settings.recipient(delivery.recipient)
    channel = plant.channels.get(delivery.channel)
    if recipient is None or channel is None or delivery.channel not in recipient.channels:
        return Outcome(answer=Answer.REFUSED, detail="the recipient or channel is no longer configured")
    message = await plant.in_writer(_message, plant, claim, recipient.lang)
    address = secret(recipient.channels[delivery.channel])
    return await channel.send(message, address, deadline=plant.settings.sending.deadline)


def _message(plant: Plant, claim: Claim, lang: str) -> Message:
    with plant.database.read() as connection:
        alert = alert_store.get(connection, claim.delivery.alert_id)
    words = render(alert, lang=lang, repeat=claim.delivery.is_repeat)
    if words.fallback:
        log.error("layout failed, plain text sent", alert=alert.id, problem=words.fallback)
    return Message(
        id=claim.delivery.key,
        subject=words.subject,
        text=words.text,
        data=words.data,
        repeat=claim.delivery.is_repeat,
    )


def _claim(plant: Plant, now: datetime) -> tuple[Claim, ...]:
    """Transaction 3."""
    with plant.database.write() as connection:
        return deliveries.claim(connection, now=now, lease=plant.settings.sending.lease, limit=AT_ONCE)


def _record(plant: Plant, claim: Claim, outcome: Outcome) -> None:
    """Transaction 4, only if the claim still holds (an acceptance counts even if it does not)."""
    at = plant.now()
    delivery = after_outcome(claim.delivery, outcome, now=at)
    with plant.database.write() as connection:
        kept = deliveries.record(connection, claim.token, delivery, at=at)
    log.info(
        "delivery",
        key=delivery.key,
        recipient=delivery.recipient,
        channel=delivery.channel,
        answer=outcome.answer,
        detail=outcome.detail,
        attempt=delivery.attempts,
        recorded=kept,
    )
