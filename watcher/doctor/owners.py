"""Owners: whoever is owed a message can be reached, or somebody was owed it in their place."""

from collections.abc import Iterator

from alerts.deliveries import Delivery, DeliveryState
from watcher.doctor.finding import Finding, Grounds, found
from watcher.settings import Settings
from watcher.store import deliveries


def owners(grounds: Grounds) -> Iterator[Finding]:
    """Find messages owed to somebody, or by a channel, that the configuration does not have any more."""
    yield from found(
        (
            d.key
            for d in deliveries.pending(grounds.connection)
            if not _is_owned(d, grounds.settings) and not _is_handed_on(grounds, d)
        ),
        "{n} message(s) owed to recipients or channels that are not configured any more",
        "put them back into watcher.yaml, or `watcher outbox give-up KEY --why TEXT`",
    )


def _is_owned(delivery: Delivery, settings: Settings) -> bool:
    recipient = settings.addressee(delivery.recipient)
    return recipient is not None and delivery.channel in recipient.channels


def _is_handed_on(grounds: Grounds, delivery: Delivery) -> bool:
    """Whether they are owed it by a way that they have, or the last resort is, or got it."""
    others = deliveries.of_alert(grounds.connection, delivery.alert_id)
    return any(
        other.state is not DeliveryState.DEAD and _is_owned(other, grounds.settings)
        for other in others
        if other.recipient in (delivery.recipient, grounds.settings.last_resort)
    )
