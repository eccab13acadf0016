"""Known: the reports of a docket by their items, of which one more can be known at the cost of a few."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from indicators.matcher import Match

_FEW = 64
"""So many of the newest are kept apart; copying thousands for each that comes would be most of its cost."""


@dataclass(frozen=True, slots=True)
class KnownMatches(Mapping[str, Match]):
    """Never changed: one with more reports shares those that were there. ``_newest`` goes before ``_rest``."""

    _rest: Mapping[str, Match] = field(default_factory=dict)
    _newest: Mapping[str, Match] = field(default_factory=dict)

    @classmethod
    def of(cls, reports: Iterable[Match]) -> "KnownMatches":
        """Return those *reports*."""
        return cls({r.item.id: r for r in reports})

    def and_of(self, report: Match) -> "KnownMatches":
        """Return them with one more *report*, which takes the place of another of its item."""
        return self.and_all((report,))

    def and_all(self, reports: Iterable[Match]) -> "KnownMatches":
        """Return them with more *reports*, each in the place of another of its item."""
        newest = {**self._newest, **{r.item.id: r for r in reports}}
        return KnownMatches(self._rest, newest) if len(newest) < _FEW else KnownMatches({**self._rest, **newest})

    def __getitem__(self, item: str) -> Match:
        found = self._newest.get(item)
        return self._rest[item] if found is None else found

    def __contains__(self, item: object) -> bool:
        return item in self._newest or item in self._rest

    def __iter__(self) -> Iterator[str]:
        yield from self._newest
        yield from (item for item in self._rest if item not in self._newest)

    def __len__(self) -> int:
        return len(self._rest.keys() | self._newest.keys())
