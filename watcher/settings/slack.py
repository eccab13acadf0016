"""Slack's way back to us, as the operator writes it."""

from pydantic import Field

from indicators.written import Written


class SlackApp(Written):
    """The app whose buttons people press: its *signing_secret*, and whose Slack user id is which recipient.

    A press is proved by the secret; without one no message has a button, and nothing from Slack is listened to.
    """

    signing_secret: str = Field(min_length=1, repr=False)
    people: dict[str, str] = Field(default_factory=dict)
    """A recipient's id by Slack's user id (``U0123456789``); others are named as Slack names them."""
