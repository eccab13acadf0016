"""The ways out: one file per channel, one row in :data:`CHANNELS`, one list of promises for all.

A channel hands one message to one address and answers honestly: *accepted* only with the provider's
own proof, *refused* when this address cannot work as it stands, *temporary* when nothing was taken yet,
*unknown* when it may have been. It never raises for what a network does and never repeats a secret.
"""

from alerts.channels.channel import Answer, Button, Channel, Enclosure, Message, Outcome, Secret
from alerts.channels.console import Console
from alerts.channels.email import Email
from alerts.channels.long_tail import LONG_TAIL, LongTail
from alerts.channels.slack import Slack
from alerts.channels.webhook import Webhook

_ALL: tuple[Channel, ...] = (Slack(), Email(), Webhook(), Console(), *LONG_TAIL)

CHANNELS: dict[str, Channel] = {channel.kind: channel for channel in _ALL}

__all__ = [
    "CHANNELS",
    "Answer",
    "Button",
    "Channel",
    "Console",
    "Email",
    "Enclosure",
    "LongTail",
    "Message",
    "Outcome",
    "Secret",
    "Slack",
    "Webhook",
]
