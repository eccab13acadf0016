"""History: what the rules found in items that are at hand tells which of them are too wide or the same."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from indicators.assessments import Assessment
from indicators.errors import Severity
from indicators.matcher import Match
from indicators.written import Fault

MOST_SHARE = 0.05
"""Share of all items above which a rule is too wide, unless the caller asks for another."""

FEWEST_HITS = 5
"""Hits below which neither a share nor a likeness says anything."""

SAME_SHARE = 0.9
"""Jaccard index (shared hits by all hits of both) from which two rules are called the same."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """Which items each indicator counted and how many it refused, while items are being read."""

    items: int = 0
    hits: dict[str, set[str]] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)

    def add(self, item: str, matches: tuple[Match, ...]) -> None:
        """Take in one item, by its id, with everything that matched it."""
        self.items += 1
        for match in matches:
            if match.rejected_by:
                self.refused[match.indicator] = self.refused.get(match.indicator, 0) + 1
            else:
                self.hits.setdefault(match.indicator, set()).add(item)


def past_faults(assessment: Assessment, tally: Tally, *, most: float = MOST_SHARE) -> Iterator[Fault]:
    """Find rules that counted more than the share *most* (0 to 1) of all items, and pairs with the same hits."""
    lines = {indicator.id: i for i, indicator in enumerate(assessment.indicators)}
    for name, i in lines.items():
        hits = len(tally.hits.get(name, ()))
        if hits >= FEWEST_HITS and hits > most * tally.items:
            what = f"{name} matches {hits} of {tally.items} items ({hits / tally.items:.1%}, more than {most:.1%})"
            instead = "narrow its match, or move what is beside the point to not"
            yield Fault(path=("indicators", i, "match"), what=what, instead=instead, severity=Severity.WARNING)
    for one, other in combinations([name for name in lines if name in tally.hits], 2):
        yield from _alike(("indicators", lines[other], "match"), one, other, tally.hits)


def _alike(path: tuple[str | int, ...], one: str, other: str, hits: Mapping[str, set[str]]) -> Iterator[Fault]:
    shared, either = len(hits[one] & hits[other]), len(hits[one] | hits[other])
    if min(len(hits[one]), len(hits[other])) >= FEWEST_HITS and shared >= SAME_SHARE * either:
        what = f"{other} and {one} match the same items ({shared} of {either}): one development would count twice"
        instead = "make one of them, or say in match what sets them apart"
        yield Fault(path=path, what=what, instead=instead, severity=Severity.WARNING)


def without_history(assessment: Assessment, tally: Tally) -> str:
    """Say which rules counted nothing, empty if each did: for a warning rule that is no fault."""
    told: list[str] = []
    for indicator in assessment.indicators:
        if indicator.matched and not tally.hits.get(indicator.id):
            refused = tally.refused.get(indicator.id, 0)
            told.append(f"{indicator.id} ({refused} refused)" if refused else indicator.id)
    if not told:
        return ""
    return f"no history, which is no fault of a warning rule: {', '.join(told)}"
