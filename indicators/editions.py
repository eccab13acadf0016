"""Editions: the earlier texts of a report, and since when it says what a rule reads in it now.

A live page that is edited for days keeps the date of its first text. What only a later text says was told when
that text came, and counts on that day: counted on the old one, a warning would be lost in a window long closed. So
does what it says of another town than before: a page that goes on to the next attack tells of that one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from indicators.events.happening import SAME_PLACE_KM, first_place, vague
from indicators.items import Item
from indicators.matcher import Match
from indicators.places import distance_km

Read = Callable[[Item], tuple[Match, ...]]
"""What a matcher finds in one text."""

_Says = tuple[str, bool, bool]
_Said = Mapping[_Says, Match]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A report as it read before: ``item`` with that text, and ``until``, when the next one was seen."""

    item: Item
    until: datetime


def with_since(matches: Iterable[Match], editions: Sequence[Edition], read: Read) -> tuple[Match, ...]:
    """Return the *matches* of one report, those that its first text did not give with the time since which they hold.

    *editions* are its earlier texts, the oldest first. Of text that went back and forth, the first time counts. A
    record that says when the thing happened (``occurred``) counts on that day, however late it was corrected.
    """
    said: dict[Item, _Said] = {}  # a text that comes back is not read twice
    for edition in editions:
        if edition.item not in said:
            said[edition.item] = {_says(match): match for match in read(edition.item)}
    told = [(edition.until, said[edition.item]) for edition in editions]
    return tuple(replace(match, since=_since(match, told)) for match in matches)


def _says(match: Match) -> _Says:
    return match.indicator, match.counts, match.contrary


def _since(match: Match, told: Iterable[tuple[datetime, _Said]]) -> datetime | None:
    if match.item.occurred is not None or not (match.counts or match.contrary):
        return None
    begun = None
    for until, said in told:
        before = said.get(_says(match))
        if before is not None and _may_be_there(match, before):
            break
        begun = until
    return begun


def _may_be_there(match: Match, before: Match) -> bool:
    """Whether *match* may speak of a place that the report named *before*; what names no point may be anywhere."""
    place, named = first_place(match), [place for place in before.places if not vague(place)]
    if vague(place) or not named or place in named:
        return True
    here, there = match.spot, before.spot
    return here is not None and there is not None and distance_km(here, there) <= SAME_PLACE_KM
