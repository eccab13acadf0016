"""Ping: the heartbeat of the whole service, told to a watcher outside by the same way as every alert."""

import hashlib
import json
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime

from alerts.worded import Names, Worded
from indicators.bands import WarningLevel

ALIVE, FAILING = "watchdog", "watchdog-fail"
"""Whom a ping is owed to: the outside watcher's address for all is well, and the one for trouble. No person's ids."""


class Ping(Worded):
    """That we are alive at *at*; ``troubles`` is why that is not enough, and empty when all is well."""

    kind: Literal["watchdog"] = "watchdog"
    id: str
    assessment: Literal[""] = ""
    at: AwareDatetime
    troubles: tuple[Names, ...] = ()
    marking: str = "TLP:CLEAR"

    @property
    def healthy(self) -> bool:
        """Whether all is well."""
        return not self.troubles

    @property
    def to(self) -> str:
        """Whom it is owed to."""
        return ALIVE if self.healthy else FAILING

    @property
    def subject_key(self) -> str:
        """What it is about, for the store's index."""
        return ALIVE

    @property
    def level(self) -> WarningLevel:
        """The level it is filed under: it takes no warning's place in the outbox."""
        return WarningLevel.BASELINE

    @property
    def urgency(self) -> WarningLevel:
        """How soon it must be heard: after every warning that waits."""
        return WarningLevel.BASELINE


def ping_id(at: datetime, *, salt: str = "") -> str:
    """Return the id of the ping at *at*; *salt* is the installation's name."""
    return "ping-" + hashlib.sha256(json.dumps([salt, at.isoformat()]).encode()).hexdigest()[:16]
