"""One entry under ``sources:``, as the operator writes it."""

import os
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator

from alerts.spans import Duration
from indicators.publishers import Publisher, Reliability
from indicators.written import Written
from watcher.settings.secrets import filled, secret
from watcher.sources import SourceSettings
from watcher.sources.robots import Minding

_PRIVATE_KINDS = ("folder", "imap", "webhook")
"""Kinds of source that are our own by nature: what is dropped, mailed or posted to us was printed nowhere."""


def _several(value: Any) -> Any:
    """Let one word stand for a list of one."""
    return (value,) if isinstance(value, str) else value


Countries = Annotated[tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...], BeforeValidator(_several)]
"""ISO 3166-1 codes, ``ML`` or ``[ML, BF]``."""


class WrittenSource(Written):
    """One feed to poll. ``family`` and ``grade`` overrule the assessment's table of publishers.

    ``region`` holds the countries it reports from; none means that nobody has said. ``full_text``: the article behind
    each new report's link is fetched.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64)
    url: str = Field(default="", repr=False)
    kind: str = "feed"
    every: Duration = timedelta(minutes=15)
    lang: str | None = Field(default=None, pattern="^[a-z]{2}$")
    family: str = ""
    grade: Reliability | None = None
    region: Countries = ()
    party: bool = False
    full_text: bool = False
    allow_private: bool = False
    robots: Minding | None = None
    """What to make of the site's robots.txt; ``None``: note it, where what is published for anybody is polled."""
    quiet_after: Duration = timedelta(hours=6)
    """Before so long without anything new its silence is never unusual, whatever its rhythm."""
    private: bool | None = None
    """Whether clients read nothing of it; what is dropped, mailed or posted to us is private unless it says no."""
    options: dict[str, Any] = Field(default_factory=dict, repr=False)

    @field_validator("every")
    @classmethod
    def _bounded(cls, value: timedelta) -> timedelta:
        if not timedelta(seconds=1) <= value <= timedelta(days=7):
            raise ValueError("write an interval between 1s and 7d")
        return value

    @property
    def settings(self) -> SourceSettings:
        """What a source needs to poll, with ``${NAME}`` filled in from the environment."""
        return SourceSettings(
            id=self.id,
            url=secret(self.url).value,
            kind=self.kind,
            every=self.every,
            family=self.family,
            grade=self.grade or "",
            lang=self.lang,
            allow_private=self.allow_private,
            options=filled(self.options, os.environ),
        )

    @property
    def is_private(self) -> bool:
        """Whether it is kept from clients."""
        return self.kind in _PRIVATE_KINDS if self.private is None else self.private

    @property
    def publisher(self) -> Publisher | None:
        """Who stands behind it, where the operator said so."""
        if not self.family and self.grade is None:
            return None
        return Publisher(family=self.family or self.id, reliability=self.grade or Reliability.F, party=self.party)
