"""Settling: when going through reports again can stop, for what is other than it was moves nothing that comes later.

A later report is put to a happening for its place on its day or the next, or for a text that it shares; a denial
speaks of what it denies, a retraction of what its own family said. What is out of the reach of all three is settled.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indicators.events.fold import DENIAL_DAYS
from indicators.events.happening import Happening, Key, before, first_place
from indicators.events.texts import MOST_TEXTS, day_of, pieces_of
from indicators.matcher import Match
from indicators.stances import Stance


@dataclass(frozen=True, slots=True)
class Unlike:
    """Happenings that opened before an *edge* and stand otherwise there: as they *were* in the end, as they *are*."""

    edge: Key
    were: tuple[Happening, ...]
    are: tuple[Happening, ...]

    def moves(self, later: Iterable[Happening], denials: Sequence[Match]) -> bool:
        """Whether they may move anything put to *later* happenings from the edge on, or one of the later *denials*."""
        both = (*self.were, *self.are)
        if not both:
            return False
        if any(h.last >= self.edge for h in self.were) or any(self._near_in_time(h) for h in both):
            return True
        pieces = frozenset().union(*(h.texts.pieces for h in both))
        return any(self._share(pieces, h) for h in later) or any(self._spoken_of(r, both) for r in denials)

    def _near_in_time(self, happening: Happening) -> bool:
        """Whether a report of the edge's day may join *happening* for its place."""
        return any(anchor.day >= self.edge[0] - 1 for anchor in happening.anchors)

    def _share(self, pieces: frozenset[str], later: Happening) -> bool:
        """Whether a report that is in *later* may have a text with these *pieces*."""
        if len(later.texts.told) < MOST_TEXTS:
            return not pieces.isdisjoint(later.texts.pieces)
        return any(not pieces.isdisjoint(pieces_of(r)) for r in later.reports[before(later.reports, self.edge) :])

    def _spoken_of(self, denial: Match, both: tuple[Happening, ...]) -> bool:
        """Whether *denial* may speak of one of *both*."""
        if denial.stance is Stance.RETRACTS:
            family = denial.publisher.family
            return any(r.publisher.family == family for h in both for r in h.reports)
        day, place = day_of(denial.when), first_place(denial)
        return any(h.day >= day - DENIAL_DAYS and h.is_at(place, denial.spot) for h in both)
