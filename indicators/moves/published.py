"""What stands published about a line, and the move that changes it."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from indicators.assessments import Forecast
from indicators.bands import ICD_203, Scale, WarningLevel, band_of
from indicators.events import Event
from indicators.outlooks import Row, logit


class MoveReason(StrEnum):
    """Why we speak. A move may have several."""

    BAND_UP = "band up"
    BAND_DOWN = "band down"
    LEVEL_UP = "warning level up"
    LEVEL_DOWN = "warning level down"
    ODDS_UP = "odds up"
    ODDS_DOWN = "odds down"
    CONFIRMED = "confirmed"  # a second family stands behind what one had told
    RULED = "ruled by a person"
    WITHDRAWN = "withdrawn"  # the line is gone from the assessment
    ENDED = "ended"  # a person ended the whole assessment

    @property
    def told(self) -> str:
        """How it reads: a *band* is a term with its range, and a reader sees the term."""
        return self.replace("band", "term")

    @property
    def tells_of_no_figure(self) -> bool:
        """Whether a move for this reason only takes a warning back: an editor's word, which no evidence moved."""
        return self in (MoveReason.WITHDRAWN, MoveReason.ENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What stands published about one line of the outlook, and what is waiting to change it.

    ``move_*`` is the state at the last move (at first, the assessment itself); ``raised_from`` is
    the probability that stood before the warning level last rose (of a rise by way of Watch, before
    that); ``happened`` is what was published of a person's ruling. The ``*_since`` times say since
    when a change has been due but held back.
    """

    key: str
    band: int
    level: WarningLevel
    move_p: float
    move_at: datetime
    move_rows: Mapping[str, float] = field(default_factory=dict)
    move_prior: float | None = None
    raised_from: float | None = None
    happened: bool | None = None
    sequence: int = 0
    band_up_since: datetime | None = None
    band_down_since: datetime | None = None
    level_down_since: datetime | None = None
    odds_down_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlookMove:
    """A published change of one line: what stood, what stands, why, and the rows that carried it.

    ``differences`` are ledger rows less those of the last move, largest first; they add up to the
    change in log-odds. ``events`` are the new happenings behind the rows that went the move's way, or,
    if there is nothing new (a word that has held long enough), all that stand behind it. ``sequence``
    counts the line's moves from 1; 0 is one that was kept before they were counted.
    """

    id: str
    assessment: str
    version: str
    key: str
    at: datetime
    before: float
    after: float
    low: float
    high: float
    band_before: int
    band_after: int
    level_before: WarningLevel
    level_after: WarningLevel
    reasons: tuple[MoveReason, ...]
    differences: tuple[Row, ...]
    rows: tuple[Row, ...]
    events: tuple[Event, ...]
    families: tuple[str, ...]
    coverage: float
    """How much of what bears on the line could be seen, 0 to 1."""
    degraded: bool
    """Whether that was too little for it to be lowered."""
    unseen: tuple[str, ...] = ()
    """Where it was, the indicators that could not be seen."""
    happened: bool | None = None
    sequence: int = 0

    @property
    def rising(self) -> bool:
        """Whether it tells of more: of a higher warning level, else of a higher settled term, else of higher odds.

        A term can rise at the end of its hold, when the figure that lifted it has begun to fade.
        """
        if self.level_after != self.level_before:
            return self.level_after > self.level_before
        if self.band_after != self.band_before:
            return self.band_after > self.band_before
        return self.after >= self.before

    @property
    def odds_factor(self) -> float:
        """What the odds were multiplied by since the last move."""
        return math.exp(logit(self.after) - logit(self.before))


def first_published(forecast: Forecast, *, at: datetime, scale: Scale = ICD_203) -> Published:
    """Return what the assessment itself publishes on its date, in the words of *scale*."""
    return Published(
        key=forecast.key,
        band=band_of(forecast.prior.p, scale),
        level=WarningLevel.BASELINE,
        move_p=forecast.prior.p,
        move_at=at,
        move_prior=forecast.prior.p,
    )


def move_id(assessment: str, key: str, sequence: int, *, salt: str = "") -> str:
    """Return the identity of the *sequence*-th move of a line: the same again after a crash and a replay."""
    return hashlib.sha256(f"{salt}\0{assessment}\0{key}\0{sequence}".encode()).hexdigest()[:16]
