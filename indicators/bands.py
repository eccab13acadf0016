"""Words for probabilities, and when a published word may change.

Terms and ranges: ICD 203 (US Intelligence Community Directive 203, analytic standards), the row
that begins "almost no chance". Margins and hold times are a display rule on top of the outlook:
they never change a probability.
"""

from dataclasses import dataclass
from enum import IntEnum

from pydantic import BaseModel, ConfigDict, Field


@dataclass(frozen=True, slots=True)
class Band:
    """One estimative term with its half-open range [low, high) and how it is printed."""

    terms: dict[str, str]
    low: float
    high: float
    printed: str

    def term(self, lang: str) -> str:
        """The term in *lang*, English where there is none."""
        return self.terms.get(lang, self.terms["en"])


def _band(en: str, fr: str, low: float, high: float, printed: str) -> Band:
    return Band({"en": en, "fr": fr}, low, high, printed)


ICD_203 = (
    _band("almost no chance", "presque aucune chance", 0.00, 0.05, "1-5 %"),
    _band("very unlikely", "très improbable", 0.05, 0.20, "5-20 %"),
    _band("unlikely", "improbable", 0.20, 0.45, "20-45 %"),
    _band("roughly even chance", "chances à peu près égales", 0.45, 0.55, "45-55 %"),
    _band("likely", "probable", 0.55, 0.80, "55-80 %"),
    _band("very likely", "très probable", 0.80, 0.95, "80-95 %"),
    _band("almost certain", "quasi certain", 0.95, 1.00, "95-99 %"),
)


def band_of(p: float) -> int:
    """Return the index in :data:`ICD_203` of the band that holds *p* (0 to 1, edges go up)."""
    return max(i for i, band in enumerate(ICD_203) if p >= band.low)


def band_named(term: str) -> Band | None:
    """Return the band with that English term, if there is one."""
    return next((b for b in ICD_203 if b.terms["en"] == term), None)


_OR_LESS = {"en": "1 % or less", "fr": "1 % ou moins"}
_OR_MORE = {"en": "99 % or more", "fr": "99 % ou plus"}


def percent(p: float, lang: str = "en") -> str:
    """Print *p* as a whole per cent, never below 1 or above 99: nothing is impossible or certain (ICD 203)."""
    if p < ICD_203[0].low + 0.01:
        return _OR_LESS.get(lang, _OR_LESS["en"])
    if p > ICD_203[-1].high - 0.01:
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
