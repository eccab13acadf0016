"""The outbox: claim -> render -> send -> record. At least once, and never inside a transaction."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from alerts.acknowledged import Acknowledged
from alerts.channels import Answer, Enclosure, Message, Outcome
from alerts.deliveries import Delivery, DeliveryState, after_outcome, delivery_key
from alerts.messages import Rendered, render
from alerts.messages.below import Below, button_of, with_below
from alerts.routes import Recipient
from alerts.said import AnyAlert, thread_of
from watcher.plant import Plant
from watcher.releasing.headlines import tellable
from watcher.releasing.proof import for_contact
from watcher.sending.enclosing import Pictured, brief_of, name_of, picture_of, pictured
from watcher.sending.holding import let_go_due
from watcher.sending.offering import below_of
from watcher.sending.sender import Sender
from watcher.settings import Settings, secret
from watcher.store import Connection, StoreError, deliveries, leases, stories
from watcher.store import alerts as alert_store
from watcher.store.leases import Claim
from watcher.store.notices import ClientNotices

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """How a round of sending went."""

    accepted: int = 0
    waiting: int = 0


async def deliver_due(plant: Plant, *, now: datetime) -> Sent:
    """Send everything that is due at *now*, highest level first; what fails waits for its next try.

    What was held and is due is let go first. No delivery is tried twice in one call, whatever the clock
    does meanwhile. The daemon does not wait like this: its :class:`Sender` goes on from look to look.
    """
    await plant.in_writer(let_go_due, plant, now)
    sender, tried = Sender(plant, deliver), set[str]()
    await sender.begin(now=now, tried=tried)
    while sender.busy:
        await sender.one_lands()
        await sender.begin(now=now, tried=tried)
    accepted = sender.answers[Answer.ACCEPTED]
    return Sent(accepted=accepted, waiting=sender.answers.total() - accepted)


async def deliver(plant: Plant, claim: Claim) -> Answer:
    """Send what was claimed and record how it ended; whatever happens in it stays in it."""
    try:
        outcome = await _send(plant, claim)
    except asyncio.CancelledError:
        # Stopped while sending: nobody knows whether it arrived, so it goes out again as a repeat.
        await asyncio.shield(plant.in_writer(_record, plant, [(claim, Outcome(answer=Answer.UNKNOWN))]))
        raise
    except Exception as error:  # a fault of ours in one delivery must not hold up the others
        log.exception("sending failed", key=claim.delivery.key)
        outcome = Outcome(answer=Answer.UNKNOWN, detail=f"our own fault: {type(error).__name__}")
    await _keep(plant, claim, outcome)
    return outcome.answer


async def _keep(plant: Plant, claim: Claim, outcome: Outcome) -> None:
    """Record how a try ended; once more at once where the connection fell under it, or it would go out again."""
    try:
        await plant.together(_record, (claim, outcome))
    except StoreError as error:
        if not error.retry:
            raise
        log.warning("how a message ended was not kept, once more", key=claim.delivery.key, why=str(error))
        await plant.together(_record, (claim, outcome))


async def _send(plant: Plant, claim: Claim) -> Outcome:
    delivery = claim.delivery
    recipient = plant.settings.addressee(delivery.recipient)
    channel = plant.channels.get(delivery.channel)
    last_resort = plant.settings.recipient(plant.settings.last_resort)
    if recipient is None:
        await plant.in_writer(_hand_on, plant, claim, last_resort)
        return Outcome(answer=Answer.REFUSED, detail="no longer configured; handed to the last resort")
    if channel is None or delivery.channel not in recipient.channels:
        await plant.in_writer(_hand_on, plant, claim, recipient)
        return Outcome(answer=Answer.REFUSED, detail="no longer a way to them; owed by those they have")
    message = await _message(plant, claim, recipient)
    if message is None:
        await plant.in_writer(_hand_on, plant, claim, last_resort)
        return Outcome(answer=Answer.REFUSED, detail="not this client's to read; handed to the last resort")
    address = secret(recipient.channels[delivery.channel])
    return await channel.send(message, address, deadline=plant.settings.sending.deadline)


def _hand_on(plant: Plant, claim: Claim, instead: Recipient | None) -> None:
    """Owe *instead*, by each of their ways, what the way of *claim* is gone for; once, however often it is tried."""
    gone, now = claim.delivery, plant.now()
    if instead is None:
        return
    same = instead.id == gone.recipient
    why = f"{gone.channel} is no longer a way to them" if same else f"for {gone.recipient}, who is no longer configured"
    owed = [
        replace(
            gone,
            key=delivery_key(gone.alert_id, instead.id, channel, gone.step),
            recipient=instead.id,
            channel=channel,
            state=DeliveryState.WAITING,
            due=now,
            attempts=0,
            last_answer=None,
            reference="",
            last_detail=why,
            may_have_arrived=False,
        )
        for channel in instead.channels
    ]
    with plant.database.write() as connection:
        deliveries.plan(connection, owed, at=now)


async def _message(plant: Plant, claim: Claim, recipient: Recipient) -> Message | None:
    """Return what is sent, or nothing where it is not this client's to read.

    Words are made in a thread of their own: a layout takes its time, and the thread that judges must not wait for it.
    """
    told = await plant.together(_tell, (claim.delivery, recipient))
    if told is None:
        return None
    words, enclosures = await asyncio.to_thread(_words, plant, told, claim.delivery, recipient)
    words = with_below(words, told.below, lang=recipient.lang)
    own = plant.settings.client_of(recipient.id) is None  # a client gets the released words and nothing behind them
    return Message(
        id=claim.delivery.key,
        subject=words.subject,
        text=words.text,
        html=words.html,
        thread=thread_of(told.alert),
        details=told.alert.model_dump(mode="json") if own else {},
        aside=isinstance(told.alert, Acknowledged) or told.overtaken,
        overtaken=told.overtaken,
        reference=told.earlier,
        data=words.data,
        enclosures=enclosures,
        button=button_of(told.below, lang=recipient.lang),
        repeat=claim.delivery.is_repeat,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What a message tells and shows, what the provider called the one before it, what stands below its line.

    ``overtaken`` is set where something later of the same subject has arrived by this way; ``withheld`` are a
    notice's findings that go without their headlines, because their source was made private since the release.
    """

    alert: AnyAlert
    withheld: tuple[int, ...]
    overtaken: bool
    earlier: str
    below: Below
    shows: Pictured | None


def _tell(plant: Plant, waiting: Sequence[tuple[Delivery, Recipient]]) -> Sequence[_Told | Exception | None]:
    """Read what each of the messages that wait for the writer tells; a fault in one is that one's."""
    found: list[_Told | Exception | None] = []
    for delivery, recipient in waiting:
        try:
            found.append(_told(plant, delivery, recipient))
        except Exception as error:  # noqa: BLE001 - raised again for whoever waits for that message
            found.append(error)
    return found


def _told(plant: Plant, delivery: Delivery, recipient: Recipient) -> _Told | None:
    with plant.database.read() as connection:
        worded = _worded(connection, plant.settings, delivery, recipient)
        if worded is None:
            log.error("kept from a client", key=delivery.key, alert=delivery.alert_id)
            return None
        alert, withheld = worded
        story = alert_store.get(connection, alert.alert) if isinstance(alert, Acknowledged) else alert
        earlier = stories.reference(
            connection, story, recipient=delivery.recipient, channel=delivery.channel, said=alert
        )
        way = {"recipient": delivery.recipient, "channel": delivery.channel}
        overtaken = stories.is_overtaken(connection, alert, **way)
        shows = pictured(connection, alert, delivery.channel)
    below = below_of(plant, alert, delivery, now=plant.now())
    _put_withheld(plant, delivery, withheld)
    return _Told(alert=alert, withheld=withheld, overtaken=overtaken, earlier=earlier, below=below, shows=shows)


def _put_withheld(plant: Plant, delivery: Delivery, withheld: tuple[int, ...]) -> None:
    """Put on record, before anything leaves, which headlines do not: the proof of delivery reads it back.

    Of a try that is not the first also that none is withheld any more.
    """
    if not withheld and (delivery.attempts <= 1 or plant.settings.client_of(delivery.recipient) is None):
        return
    with plant.database.write() as connection:
        deliveries.withhold(connection, delivery.key, withheld)
    log.info("headlines withheld", key=delivery.key, alert=delivery.alert_id, findings=withheld)


def _words(
    plant: Plant, told: _Told, delivery: Delivery, recipient: Recipient
) -> tuple[Rendered, tuple[Enclosure, ...]]:
    """Return the message in words, and what goes along with them."""
    alert, lang = told.alert, recipient.lang
    picture = picture_of(told.shows, name=name_of(alert, lang=lang), lang=lang)
    brief = brief_of(plant, alert, channel=delivery.channel, lang=lang)
    shown = picture.alt if picture is not None else ""
    laid_out = delivery.channel == "email"  # no other channel shows a page
    words = render(alert, lang=lang, repeat=delivery.is_repeat, own=plant.layouts, picture=shown, with_page=laid_out)
    if words.fallback:
        log.error("layout failed, plain text sent", alert=alert.id, problem=words.fallback)
    for name, problem in words.refused.items():
        log.error("own layout failed, what ships stands in", alert=alert.id, layout=name, problem=problem)
    if words.unlaid:
        log.error("page layout failed, text sent without it", alert=alert.id, problem=words.unlaid)
    return words, tuple(one for one in (picture, brief) if one is not None)


def _worded(
    connection: Connection, settings: Settings, delivery: Delivery, recipient: Recipient
) -> tuple[AnyAlert, tuple[int, ...]] | None:
    """Return what is owed; to a client's contact a released notice of that client, up to its ceiling, or nothing.

    Of sources that may not be named any more the notice has no headline; with it come the findings that lost theirs.
    """
    client = settings.client_of(delivery.recipient)
    if client is None:
        return alert_store.get(connection, delivery.alert_id), ()
    released = ClientNotices(connection, client).released(delivery.alert_id)
    if released is None:
        return None
    told = tellable(connection, settings, released.notice, move=released.move)
    return for_contact(told.notice, recipient), told.withheld


def _record(plant: Plant, ended: Sequence[tuple[Claim, Outcome]]) -> Sequence[None]:
    """Transaction 4, for all that wait for the writer: each if its claim still holds, an acceptance even if not."""
    at = plant.now()
    with plant.database.write() as connection:
        recorded = []
        for claim, outcome in ended:
            delivery = after_outcome(claim.delivery, outcome, now=at)
            recorded.append((delivery, outcome, leases.record(connection, claim.token, delivery, at=at)))
    for delivery, outcome, kept in recorded:
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
    return [None] * len(ended)
