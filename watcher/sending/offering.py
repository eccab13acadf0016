"""Offering: the one-time link by which the one recipient of a message can take its alert, and why they are told now."""

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from alerts.deliveries import FIRST, Delivery
from alerts.holding import stands_down
from alerts.messages.below import Below, Press
from alerts.said import AnyAlert
from watcher.plant import Plant
from watcher.store import acknowledgements

log = structlog.get_logger(__name__)

LASTS = timedelta(hours=24)
"""How long a link can be followed; the alert can be taken by command afterwards."""

TAKEN = ("move", "system")
"""Kinds of alerts that somebody can take: a digest names several, and a client's notice is not ours to take."""


def below_of(plant: Plant, alert: AnyAlert, delivery: Delivery, *, now: datetime) -> Below:
    """Return what stands below the line of this one message. A link that cannot be made stops no warning."""
    step = delivery.step if alert.kind in TAKEN else FIRST
    base = plant.settings.web.base_url if plant.settings.web is not None else ""
    ours = plant.settings.recipient(delivery.recipient) is not None
    if not ours or alert.kind not in TAKEN or stands_down(alert) or not alert.level:
        return Below(step=step)
    with_button = plant.settings.slack is not None and delivery.channel == "slack"
    press = Press(alert=alert.id, level=int(alert.level), recipient=delivery.recipient) if with_button else None
    below = Below(step=step, command=f"watcher ack {alert.id}" if delivery.channel == "email" else "", press=press)
    if not base:
        return below
    try:
        with plant.database.write() as connection:
            token = acknowledgements.new_link(connection, alert, delivery.recipient, at=now, lasts=LASTS)
    except Exception:
        log.exception("no link could be made, the message goes without", alert=alert.id)
        return below
    return replace(below, link=f"{base}/ack/{token}")
