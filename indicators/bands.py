"""Words for probabilities, and when a published word may change.

Two scales, of which an assessment chooses one:

- ICD 203 (US Intelligence Community Directive 203, analytic standards), the row that begins
  "almost no chance". Its ranges touch.
- PHIA (the probability yardstick of the UK's Professional Head of Intelligence Assessment, as
  published on gov.uk). Its ranges are approximate and leave gaps of five points on purpose, so that
  nobody argues about the edge. A figure in a gap takes the nearer of the two terms, one exactly
  between them the upper; the printed range keeps the yardstick's own numbers behind an "about", and
  the figure itself is printed beside it. So "highly unlikely (about 10-20 %)" may stand beside 8 %:
  that is what the yardstick's "about" means.

Margins and hold times are a display rule on top of the outlook: they never change a probability.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from operator import attrgetter
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, Field

from indicators.errors import OutlookError


@dataclass(frozen=True, slots=True)
class Band:
    """One estimative term with its half-open range [low, high) and how that is printed.

    ``gap`` is how far the printed range stops short of each edge: half of the gap to the next term.
    """

    terms: dict[str, str]
    low: float
    high: float
    printed: str
    gap: float = 0.0

    def term(self, lang: str) -> str:
        """The term in *lang*, English where there is none."""
        return self.terms.get(lang, self.terms["en"])

    def spelled(self, lang: str = "en") -> str:
        """The term in *lang* with its range: a word without its numbers is read in too many ways."""
        about = _ABOUT.get(lang, _ABOUT["en"]) if self.gap else ""
        return f"{self.term(lang)} ({about}{self.printed})"

    def between(self, p: float) -> bool:
        """Whether *p* lies in this band but in the gap beside its printed range."""
        inner_low, inner_high = self.low + self.gap * (self.low > 0), self.high - self.gap * (self.high < 1)
        return self.low <= p < inner_low - _NOISE or inner_high + _NOISE < p < self.high


_ABOUT = {"en": "about ", "fr": "environ "}
_NOISE = 1e-9

Scale = tuple[Band, ...]
"""All terms of one scale, from the least likely to the likeliest; their ranges touch."""


def _band(en: str, fr: str, low: float, high: float, printed: str) -> Band:
    return Band({"en": en, "fr": fr}, low, high, printed)


ICD_203: Scale = (
    _band("almost no chance", "presque aucune chance", 0.00, 0.05, "1-5 %"),
    _band("very unlikely", "très improbable", 0.05, 0.20, "5-20 %"),
    _band("unlikely", "improbable", 0.20, 0.45, "20-45 %"),
    _band("roughly even chance", "chances à peu près égales", 0.45, 0.55, "45-55 %"),
    _band("likely", "probable", 0.55, 0.80, "55-80 %"),
    _band("very likely", "très probable", 0.80, 0.95, "80-95 %"),
    _band("almost certain", "quasi certain", 0.95, 1.00, "95-99 %"),
)


def _about(en: str, fr: str, low: float, high: float, printed: str) -> Band:
    return Band({"en": en, "fr": fr}, low, high, printed, gap=0.025)


PHIA: Scale = (
    _about("remote chance", "chance infime", 0.000, 0.075, "1-5 %"),
    _about("highly unlikely", "très improbable", 0.075, 0.225, "10-20 %"),
    _about("unlikely", "improbable", 0.225, 0.375, "25-35 %"),
    _about("realistic possibility", "possibilité réelle", 0.375, 0.525, "40-50 %"),
    _about("likely", "probable", 0.525, 0.775, "55-75 %"),
    _about("highly likely", "très probable", 0.775, 0.925, "80-90 %"),
    _about("almost certain", "quasi certain", 0.925, 1.000, "95-99 %"),
)


class Estimative(StrEnum):
    """The scale whose words an assessment speaks."""

    ICD203 = "icd203"
    PHIA = "phia"

    @property
    def scale(self) -> Scale:
        """Its terms."""
        return _SCALES[self]

    @property
    def called(self) -> str:
        """How people call it."""
        return _CALLED[self]


_SCALES: Mapping[Estimative, Scale] = MappingProxyType({Estimative.ICD203: ICD_203, Estimative.PHIA: PHIA})
_CALLED = {Estimative.ICD203: "ICD 203", Estimative.PHIA: "PHIA"}
_low = attrgetter("low")


def band_of(p: float, scale: Scale = ICD_203) -> int:
    """Return the index in *scale* of the band that holds *p*; an edge belongs to the upper band.

    Raises :class:`OutlookError` unless *p* lies in 0 to 1.
    """
    if not 0 <= p <= 1:
        raise OutlookError(f"{p} is no probability, so there is no word for it")
    return bisect_right(scale, p, key=_low) - 1


def band_named(term: str, scale: Scale = ICD_203) -> Band | None:
    """Return the band of *scale* with that English term, if there is one."""
    return next((b for b in scale if b.terms["en"] == term), None)


_OR_LESS = {"en": "1 % or less", "fr": "1 % ou moins"}
_OR_MORE = {"en": "99 % or more", "fr": "99 % ou plus"}
_LEAST = 0.01


def percent(p: float, lang: str = "en") -> str:
    """Print *p* as a whole per cent, never below 1 or above 99: nothing is impossible or certain (ICD 203)."""
    if p < _LEAST:
        return _OR_LESS.get(lang, _OR_LESS["en"])
    if p > 1 - _LEAST:
        return _OR_MORE.get(lang, _OR_MORE["en"])
    return f"{100 * p:.0f} %"


class WarningLevel(IntEnum):
    """How loudly we warn about one scenario. Levels fall one step at a time."""

    BASELINE = 0
    WATCH = 1
    ADVISORY = 2
    WARNING = 3
    CRITICAL = 4


class Warn(BaseModel):
    """Numbers of the display rule: margins in probability, holds in hours, odds as factors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    band_margin: float = Field(default=0.03, ge=0, lt=0.2)
    hold_up_single_family_hours: float = Field(default=6, ge=0, le=8760)
    hold_down_hours: float = Field(default=72, ge=0, le=8760)
    notify_odds: float = Field(default=2.0, gt=1, le=1000)
    escalate_odds: float = Field(default=4.0, gt=1, le=1000)
    coverage_floor: float = Field(default=0.6, ge=0, le=1)
