"""Confidence: how far a figure can be leaned on, judged apart from how likely it says something is.

The levels and what they mean are those of the US intelligence community's analytic standards (ICD 203);
the rules that propose one are this project's own. Confidence and likelihood never share a sentence.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from indicators.assessments import Assessment
from indicators.bands import band_of
from indicators.errors import OutlookError
from indicators.levels import Reading
from indicators.outlooks.ledger import Outlook, RowKind
from indicators.outlooks.line_sight import line_sight
from indicators.publishers import Reliability

MUCH = 0.6
"""Share of the evidence that one family, or poor sources, may carry before confidence drops."""
WIDE = 2
"""Terms that the range under other ratings may touch before confidence drops."""
_POOR = (Reliability.D, Reliability.E, Reliability.F)


class Sureness(StrEnum):
    """How far a judgement can be leaned on."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


class DoubtKind(StrEnum):
    """Why confidence is low."""

    COVERAGE = "coverage"  # too little of what bears on it can be seen
    ONE_FAMILY = "one family"  # most of the evidence comes from one publisher family
    POOR_SOURCES = "poor sources"  # most of it comes from sources graded D to F
    WIDE_RANGE = "wide range"  # other ratings would give quite another word


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One reason: its kind, the share (0 to 1) or number of terms behind it, and the family, if it is about one."""

    kind: DoubtKind
    value: float
    family: str = ""

    def text(self, lang: str = "en") -> str:
        """Return the reason as a clause for people."""
        value = f"{self.value:.0f}" if self.kind is DoubtKind.WIDE_RANGE else f"{100 * self.value:.0f} %"
        return _TEXTS.get(lang, _TEXTS["en"])[self.kind].format(value=value, family=self.family)


_TEXTS = {
    "en": {
        DoubtKind.COVERAGE: "only {value} of what bears on it can be seen",
        DoubtKind.ONE_FAMILY: "{value} of the evidence comes from one publisher family, {family}",
        DoubtKind.POOR_SOURCES: "{value} of the evidence comes from sources graded D to F",
        DoubtKind.WIDE_RANGE: "other ratings of the indicators would give any of {value} terms",
    },
    "fr": {
        DoubtKind.COVERAGE: "seuls {value} de ce qui s'y rapporte sont visibles",
        DoubtKind.ONE_FAMILY: "{value} des indices viennent d'un seul groupe d'éditeurs, {family}",
        DoubtKind.POOR_SOURCES: "{value} des indices viennent de sources cotées D à F",
        DoubtKind.WIDE_RANGE: "d'autres cotations des indicateurs donneraient l'un de {value} termes",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """The confidence that stands, with the doubts behind it.

    The machine proposes Moderate or Low, never High. ``set_by`` and ``because`` are filled where a named
    person decided otherwise; the doubts stay on record.
    """

    level: Sureness
    doubts: tuple[Doubt, ...] = ()
    set_by: str = ""
    because: str = ""

    def decided(self, level: Sureness, *, by: str, because: str) -> "Confidence":
        """Return the confidence as the person *by* sets it; raises :class:`OutlookError` without a name or a reason."""
        if not by.strip() or not because.strip():
            raise OutlookError("whoever sets a confidence gives a name and a reason")
        return replace(self, level=level, set_by=by.strip(), because=because.strip())


def confidence_of(assessment: Assessment, view: Outlook, key: str, readings: Iterable[Reading]) -> Confidence:
    """Return the confidence that is proposed for line *key* of the outlook *view*.

    It is Moderate, and Low for any of: less of what bears on the line can be seen
    (:func:`~indicators.outlooks.line_sight.line_sight`) than the assessment's floor asks for (0.6 unless it says
    otherwise); more than 60 % of the evidence from one publisher family, or from sources graded D to F; a range
    under other ratings that touches more than two terms. Raises ``KeyError`` for an unknown line.

    Evidence is the size of the ledger's rows in nats. A row that moved through a parent rests on what moved
    the parent. An event's share goes to its families in equal parts; what is inferred from silence, or
    ruled by a person, is evidence that comes from no family; a level that only fades has no reports left
    and is left out.
    """
    estimate, scale = view.estimates[key], assessment.scale
    doubts: list[Doubt] = []
    sight = line_sight(assessment, key, coverage=view.coverage, seen=view.seen)
    if not sight.enough:
        doubts.append(Doubt(kind=DoubtKind.COVERAGE, value=sight.coverage))
    origins = list(_origins(view, key, {r.indicator: r for r in readings}, 1.0, frozenset()))
    doubts += _doubts_about(origins)
    terms = band_of(estimate.high, scale) - band_of(estimate.low, scale) + 1
    if terms > WIDE:
        doubts.append(Doubt(kind=DoubtKind.WIDE_RANGE, value=terms))
    return Confidence(level=Sureness.LOW if doubts else Sureness.MODERATE, doubts=tuple(doubts))


@dataclass(frozen=True, slots=True)
class _Origin:
    """A piece of evidence in nats, who brought it (empty: nobody), and whether its best source is poor."""

    nats: float
    families: frozenset[str] = frozenset()
    poor: bool = False


def _doubts_about(origins: list[_Origin]) -> Iterator[Doubt]:
    total = math.fsum(origin.nats for origin in origins)
    if not total:
        return
    by_family: dict[str, float] = defaultdict(float)
    for origin in origins:
        for family in origin.families:
            by_family[family] += origin.nats / len(origin.families)
    for family, nats in sorted(by_family.items()):
        if nats / total > MUCH:
            yield Doubt(kind=DoubtKind.ONE_FAMILY, value=nats / total, family=family)
    poor = math.fsum(origin.nats for origin in origins if origin.poor) / total
    if poor > MUCH:
        yield Doubt(kind=DoubtKind.POOR_SOURCES, value=poor)


def _origins(
    view: Outlook, key: str, readings: Mapping[str, Reading], factor: float, seen: frozenset[str]
) -> Iterator[_Origin]:
    """Yield what line *key* rests on, each row's nats times *factor*."""
    for row in view.estimates[key].rows:
        nats = abs(row.nats) * factor
        if not nats:
            continue
        if row.kind is RowKind.INDICATOR:
            yield from _from_reading(readings.get(row.source), nats)
        elif row.source in view.estimates and row.source not in seen:
            parent = view.estimates[row.source]
            whole = math.fsum(abs(r.nats) for r in parent.rows)
            if parent.happened is not None or not whole:
                yield _Origin(nats)
            else:
                yield from _origins(view, row.source, readings, nats / whole, seen | {key})


def _from_reading(reading: Reading | None, nats: float) -> Iterator[_Origin]:
    if reading is None:
        return
    if reading.signal < 0:
        yield _Origin(nats)
        return
    total = math.fsum(event.value for event in reading.events)
    if total:
        for event in reading.events:
            yield _Origin(nats * event.value / total, event.families, event.grade.reliability in _POOR)
