"""The ledger: signed rows in nats, the line they explain, and all lines together."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Every line of an assessment at one moment."""

    assessment: str
    version: str
    at: datetime
    estimates: Mapping[str, Estimate]
    coverage: float = 1.0
    """Share of the sources that can see, 0 to 1."""
