"""Who really said it: publisher families and NATO/Admiralty grades.

Weights and the digit-by-rule are this project's own reading of the two-axis Admiralty scale
(STANAG 2511; the axes are judged independently; F and 6 mean *cannot be judged*, not *worst*).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import translate
from functools import lru_cache
from urllib.parse import urlsplit

from indicators.items import Item
from indicators.links import site_of


class Reliability(StrEnum):
    """How reliable the source is, judged apart from what it says."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"


SOURCE_WEIGHT = {"A": 1.0, "B": 0.9, "C": 0.75, "D": 0.5, "E": 0.2, "F": 0.5}
INFORMATION_WEIGHT = {1: 1.0, 2: 0.9, 3: 0.7, 4: 0.35, 5: 0.0, 6: 0.5}
EVENT_REFERENCE = 0.63
"""Weight of one B3 agency report: exactly one full event."""

_ORDER = "ABCDEF"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """The family behind a source. Copies inside one family are one voice.

    ``party`` marks a side of the conflict: it can open an event, never confirm it alone.
    """

    family: str
    reliability: Reliability
    party: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherRule:
    """A pattern over a source's name or its link's host (``*`` stands for anything)."""

    match: tuple[str, ...]
    publisher: Publisher

    def fits(self, names: Iterable[str]) -> bool:
        """Whether any of *names* fits any pattern."""
        fitting = _pattern(self.match).match
        return any(fitting(name) for name in names)


@lru_cache(maxsize=4_096)
def _pattern(globs: tuple[str, ...]) -> re.Pattern[str]:
    """Return what fits whatever any of *globs* fits; it is asked about every report."""
    return re.compile("|".join(map(translate, globs)) or "(?!)")


def publisher_of(item: Item, rules: Iterable[PublisherRule]) -> Publisher:
    """Return who published *item*; an unknown outlet is a family of its own, graded F (cannot be judged)."""
    return publisher_named(*names_of(item), rules=rules)


def names_of(item: Item) -> tuple[str, str]:
    """Return the names by which a table knows *item*'s publisher: of its source, and of its link's host or nothing."""
    return item.source.casefold(), _host(item.url)


def publisher_named(source: str, host: str, *, rules: Iterable[PublisherRule]) -> Publisher:
    """Return who publishes under these names, as :func:`publisher_of`."""
    names = [name for name in (source, host) if name]
    for rule in rules:
        if rule.fits(names):
            return rule.publisher
    return Publisher(family=source or host, reliability=Reliability.F)


def _host(url: str) -> str:
    try:
        return site_of(urlsplit(url).hostname or "") if url.startswith("http") else ""
    except ValueError:  # an address like http://[bad/ names nobody
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """Admiralty grade of an event, e.g. ``B2``: best source, credibility of the information."""

    reliability: Reliability
    credibility: int

    def __str__(self) -> str:
        return f"{self.reliability}{self.credibility}"

    @property
    def value(self) -> float:
        """Weight of one event with this grade, 0 to 1; a single agency report (B3) is 1."""
        weight = SOURCE_WEIGHT[self.reliability] * INFORMATION_WEIGHT[self.credibility]
        return min(1.0, weight / EVENT_REFERENCE)


def grade_of(publishers: Iterable[Publisher]) -> Grade:
    """Grade an event by rule from who reported it.

    Three independent families are 1, two are 2, one is 3, and nothing but F sources is 6.
    Parties to the conflict do not count as a second voice.
    """
    voices: dict[str, Publisher] = {}
    for p in sorted(publishers, key=lambda p: (_ORDER.index(p.reliability), p.party), reverse=True):
        voices[p.family] = p  # of one family the most reliable source speaks
    if not voices:
        raise ValueError("an event needs at least one report")
    best = min((p.reliability for p in voices.values()), key=_ORDER.index)
    if best is Reliability.F:
        return Grade(reliability=best, credibility=6)
    neutral = sum(1 for p in voices.values() if not p.party and p.reliability is not Reliability.F)
    return Grade(reliability=best, credibility={0: 3, 1: 3, 2: 2}.get(neutral, 1))
