"""The ledger: signed rows in nats, the line they explain, and all lines together."""

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class RowKind(StrEnum):
    """What a ledger row stands for."""

    INDICATOR = "indicator"
    LINK = "link"  # a parent scenario moved
    COHERENCE = "coherence"  # a floor or ceiling bound
    ASSESSMENT = "assessment"  # a new version of the paper changed the prior


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One signed term of a ledger, in nats (natural log-odds). ``source`` is an indicator or a scenario."""

    kind: RowKind
    source: str
    nats: float

    @property
    def key(self) -> str:
        """A name for this row that stays the same from one outlook to the next."""
        return f"{self.kind.value}:{self.source}"

    @property
    def odds_factor(self) -> float:
        """What this row multiplies the odds by."""
        return math.exp(self.nats)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One line of the outlook: probability, its range under other ratings, and the ledger behind it.

    ``p`` is the model's figure; ``happened`` is a person's ruling that the scenario occurred (or, if
    false, that it did not), which then stands in the model's place.
    """

    key: str
    prior: float
    p: float
    low: float
    high: float
    rows: tuple[Row, ...]
    happened: bool | None = None

    @property
    def change(self) -> float:
        """Log-odds gained since the assessment: exactly the sum of the rows."""
        return math.fsum(row.nats for row in self.rows)


class Estimates(Mapping[str, Estimate]):
    """The estimates of one outlook by line, with what can be asked of them without writing out all of it.

    ``figures`` are the probabilities of all lines, ``priors`` their priors, and ``rulings`` what a person ruled.
    """

    def __init__(self, figures: Mapping[str, float], priors: Mapping[str, float], rulings: Mapping[str, bool]) -> None:
        """Take what every line has from the beginning."""
        self.figures, self.priors, self.rulings = figures, priors, rulings
        self._written: dict[str, Estimate] = {}

    @classmethod
    def of(cls, written: Mapping[str, Estimate]) -> "Estimates":
        """Return *written* estimates as such."""
        if isinstance(written, Estimates):
            return written
        rulings = {key: e.happened for key, e in written.items() if e.happened is not None}
        found = Estimates({k: e.p for k, e in written.items()}, {k: e.prior for k, e in written.items()}, rulings)
        found._written.update(written)
        return found

    def rows(self, key: str) -> tuple[Row, ...]:
        """Return the ledger of a line."""
        return self._written[key].rows

    def raised_by(self, key: str, indicators: Collection[str]) -> bool:
        """Whether one of *indicators* raises a line: whether it has a row above 0."""
        rows = self.rows(key) if indicators else ()
        return any(r.nats > 0 and r.kind is RowKind.INDICATOR and r.source in indicators for r in rows)

    def __getitem__(self, key: str) -> Estimate:
        return self._written[key]

    def __contains__(self, key: object) -> bool:
        return key in self.figures

    def __iter__(self) -> Iterator[str]:
        return iter(self.figures)

    def __len__(self) -> int:
        return len(self.figures)

    def __repr__(self) -> str:
        return repr(dict(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Every line of an assessment at one moment."""

    assessment: str
    version: str
    at: datetime
    estimates: Mapping[str, Estimate]
    coverage: float = 1.0
    """Share of the sources that can see, 0 to 1."""
    seen: Mapping[str, float] = field(default_factory=dict)
    """The same of each indicator of which it is not that of the whole."""

    @property
    def figures(self) -> Mapping[str, float]:
        """The probability of every line, which costs no more than it did to work them out."""
        return Estimates.of(self.estimates).figures
