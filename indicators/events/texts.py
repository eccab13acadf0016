"""Texts: the different texts in which one happening was told, and whether a report has one of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from indicators.likeness import Signature, bands, likeness
from indicators.matcher import Match

ALIKE = 0.65
"""Share of three-word runs from which a text is taken for a copy or a rewrite of another. Not lower: agencies
end each new story with the paragraphs of the last one."""

SAME_TEXT = 0.85
"""The share that is asked where two reports name different places: then it is one text, read differently."""

MOST_TEXTS = 40
"""Different texts of one happening that a later one is compared with: the first of them."""


def day_of(moment: datetime) -> int:
    """Return the number of the day (UTC) of *moment*."""
    return (moment if moment.tzinfo is UTC else moment.astimezone(UTC)).toordinal()


def pieces_of(report: Match) -> frozenset[str]:
    """Return the pieces of a report's signature: what is one text with it shares one, as a rule."""
    return _pieces(report.signature)


@lru_cache(maxsize=4096)
def _pieces(signature: Signature) -> frozenset[str]:
    return frozenset(bands(signature))


@dataclass(frozen=True, slots=True)
class Texts:
    """By signature the last report that has it, for the first :data:`MOST_TEXTS` texts, with all their pieces."""

    pieces: frozenset[str]
    told: Mapping[str, Match]

    @classmethod
    def of(cls, reports: Iterable[Match]) -> "Texts":
        """Return the texts of *reports*, which are in the order of their keys."""
        told = {r.signature: r for r in reports if r.signature}
        kept = dict(list(told.items())[:MOST_TEXTS]) if len(told) > MOST_TEXTS else told
        return cls(frozenset().union(*map(_pieces, kept)), kept)

    def and_of(self, report: Match) -> "Texts":
        """Return the texts when one more report follows."""
        known = self.told.get(report.signature)
        if known is not None:
            return self if alike_dated(known, report) else Texts(self.pieces, {**self.told, report.signature: report})
        if not report.signature or len(self.told) >= MOST_TEXTS:
            return self
        return Texts(self.pieces | pieces_of(report), {**self.told, report.signature: report})

    def same_with(self, report: Match) -> bool:
        """Whether they are these texts and no other with one more *report*, wherever it comes among the others."""
        known = self.told.get(report.signature)
        return not report.signature or (known is not None and alike_dated(known, report))

    def hold(self, report: Match, pieces: frozenset[str], least: float) -> bool:
        """Whether *report*, whose signature has these *pieces*, has one of the texts or *least* of its runs.

        Records of two days are two texts, however alike their wording.
        """
        if not pieces or self.pieces.isdisjoint(pieces):
            return False
        same = self.told.get(report.signature)
        if same is not None and _of_one_day(same, report):
            return True
        return any(
            _of_one_day(r, report) and likeness(signature, report.signature) >= least
            for signature, r in self.told.items()
        )


def alike_dated(one: Match, other: Match) -> bool:
    """Whether two reports say when it happened in the same way: on the same day, or not at all."""
    a, b = one.item.occurred, other.item.occurred
    return a is b or (a is not None and b is not None and day_of(a) == day_of(b))


def _of_one_day(one: Match, other: Match) -> bool:
    a, b = one.item.occurred, other.item.occurred
    return a is None or b is None or abs(day_of(a) - day_of(b)) <= 1
