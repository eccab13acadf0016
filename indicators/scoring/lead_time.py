"""Lead time: how long before it happened one was warned."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

ENOUGH_DAYS = 7
"""A week is what people and supplies need to move."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadTimes:
    """The median lead in days of what was warned of, and the share of ALL episodes with a week or more."""

    episodes: int = 0
    warned: int = 0
    median: float | None = None
    share_enough: float | None = None


def lead_times(leads: Iterable[float | None]) -> LeadTimes:
    """Return the lead times of episodes; ``None`` is one that came unwarned, and counts as less than a week."""
    given = list(leads)
    known = [lead for lead in given if lead is not None]
    enough = sum(lead >= ENOUGH_DAYS for lead in known)
    return LeadTimes(
        episodes=len(given),
        warned=len(known),
        median=median(known) if known else None,
        share_enough=enough / len(given) if given else None,
    )
