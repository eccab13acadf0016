"""The proposal: what calibration would change, with the data behind it, for a person to decide upon."""

from collections.abc import Iterator, Sequence
from datetime import date
from io import StringIO
from typing import Literal

from pydantic import AwareDatetime, Field
from ruamel.yaml import YAML

from indicators.assessments import Assessment
from indicators.calibration.families import FAMILIES, families
from indicators.calibration.rates import PSEUDO_COUNT, Rate, rates
from indicators.calibration.resolved import Resolved, weights
from indicators.calibration.spans import Split
from indicators.calibration.temperature import fitted, total_loss
from indicators.rules import Rating
from indicators.written import Written

ENOUGH_FOR_ISOTONIC = 200
"""Resolved forecasts below which a free-form (isotonic) curve would only learn the noise."""


class Loss(Written):
    """The mean logarithmic loss in nats at the old and at the new temperature; lower is better."""

    old: float
    new: float


class NewTemperature(Written):
    """A temperature for one family of questions.

    ``forecasts`` were fitted on, ``worth`` so many that do not overlap; ``happened`` counts the former by outcome.
    ``test`` is empty where the test span has no forecast of the family.
    """

    family: Literal["binary", "exclusive"]
    old: float = 1.0
    new: float = Field(ge=0, le=2)
    deviation: float = Field(ge=0)
    forecasts: int
    worth: float
    happened: int
    fit: Loss
    test: Loss | None = None


class NewRating(Written):
    """A rating that would change. ``rate`` is what was seen, ``shrunk`` that and the old rating together."""

    indicator: str
    scenario: str
    key: str
    old: Rating
    new: Rating
    seen: float
    of: float
    rate: float
    shrunk: float
    note: str = ""


class Decision(Written):
    """Who applied the proposal, when and why, and the version of the assessment that came of it."""

    by: str = Field(min_length=1)
    why: str = Field(min_length=1)
    at: AwareDatetime
    version: str
    waiting: tuple[str, ...] = ()
    """What was not applied, in a sentence each."""


class Proposal(Written):
    """What would change in one version of an assessment. Nothing of it holds before a person applies it."""

    format: Literal["watcher-calibration/1"] = Field(alias="schema", default="watcher-calibration/1")
    assessment: str
    version: str
    file: str
    decides: str
    """Who must decide: the author of the assessment."""
    made: AwareDatetime
    data: str
    fit_until: date
    """The horizons of everything that was fitted on ended by this day; the test span begins with it."""
    fitted_on: int
    tested_on: int
    left_out: int
    temperatures: tuple[NewTemperature, ...] = ()
    ratings: tuple[NewRating, ...] = ()
    notes: tuple[str, ...] = ()
    decision: Decision | None = None

    def written(self) -> str:
        """Return the proposal as a YAML file with a head that says what it is and how it is applied."""
        yaml = YAML()
        yaml.width = 118
        out = StringIO()
        yaml.dump(self.model_dump(mode="json", by_alias=True, exclude_none=True), out)
        return _HEAD + out.getvalue()


_HEAD = """\
# A proposal: nothing here holds before a person applies it (watcher calibrate --apply).
# Strike the entries that you do not want; change nothing else. Rates are shares of forecasts, losses are in nats.
"""


def proposed(assessment: Assessment, parts: Split, *, made: AwareDatetime, file: str, data: str) -> Proposal:
    """Return what the forecasts before the test span propose for *assessment*.

    *file* is where the assessment is written and *data* where the forecasts are; *made* is now.
    """
    counted = weights(parts.fit, assessment)
    return Proposal(
        assessment=assessment.id,
        version=assessment.version,
        file=file,
        decides=assessment.author,
        made=made,
        data=data,
        fit_until=parts.begin.date(),
        fitted_on=len(parts.fit),
        tested_on=len(parts.test),
        left_out=parts.between,
        temperatures=tuple(_temperatures(assessment, parts)),
        ratings=tuple(_ratings(rates(assessment, parts.fit, counted))),
        notes=tuple(_notes(parts, sum(counted))),
    )


def _temperatures(assessment: Assessment, parts: Split) -> Iterator[NewTemperature]:
    family_of = families(assessment)
    for family in FAMILIES:
        own, later = (
            [row for row in rows if family_of[row.scenario.partition(".")[0]] == family]
            for rows in (parts.fit, parts.test)
        )
        if not own:
            continue
        counted = weights(own, assessment)
        fit = fitted(own, counted)
        old = dict(assessment.model.temperatures).get(family, 1.0)  # type: ignore[call-overload] # the model's names
        new = round(min(2.0, old * fit.value), 3)
        yield NewTemperature(
            family=family,  # type: ignore[arg-type] # the two names are those of the model
            old=old,
            new=new,
            deviation=round(fit.deviation, 3),
            forecasts=len(own),
            worth=round(sum(counted), 1),
            happened=sum(row.outcome for row in own),
            fit=_losses(own, counted, new / old if old else new),
            test=_losses(later, weights(later, assessment), new / old if old else new) if later else None,
        )


def _losses(rows: Sequence[Resolved], counted: Sequence[float], new: float) -> Loss:
    """Return the losses with the evidence as it was, which holds the present temperature, and *new* times as strong."""
    old, changed = (total_loss(rows, counted, t) / sum(counted) for t in (1.0, new))
    return Loss(old=round(old, 4), new=round(changed, 4))


def _ratings(found: Sequence[Rate]) -> Iterator[NewRating]:
    pairs = {(rate.indicator, rate.scenario, rate.key): rate for rate in found}
    for rate in found:
        if rate.nearest is not rate.rating:
            other = {"if_true": "if_false", "if_false": "if_true"}.get(rate.key, "")
            yield _rating(rate, _turned(rate, pairs.get((rate.indicator, rate.scenario, other))))


def _rating(rate: Rate, note: str) -> NewRating:
    return NewRating(
        indicator=rate.indicator,
        scenario=rate.scenario,
        key=rate.key,
        old=rate.rating,
        new=rate.nearest,
        seen=round(rate.seen, 1),
        of=round(rate.of, 1),
        rate=round(rate.seen / rate.of, 3),
        shrunk=round(rate.shrunk, 3),
        note=note,
    )


def _turned(rate: Rate, other: Rate | None) -> str:
    """Say where *rate* and its *other* half would no longer speak in the direction the paper gave them."""
    if other is None:
        return ""
    before, after = rate.rating.p - other.rating.p, rate.nearest.p - other.nearest.p
    if before * after > 0:
        return ""
    return "with it the indicator would tell nothing apart" if after == 0 else "with it the indicator turns round"


def _notes(parts: Split, worth: float) -> Iterator[str]:
    yield f"each rating weighs as much as {PSEUDO_COUNT:g} forecasts; each temperature starts from 1 +- 0.5"
    yield "temperatures were fitted with the ratings as they are: where ratings change, fit again before taking both"
    if worth < ENOUGH_FOR_ISOTONIC:
        yield (
            f"no isotonic curve was fitted: {len(parts.fit)} forecasts worth {worth:.0f} without overlap; "
            f"{ENOUGH_FOR_ISOTONIC} are needed"
        )
    else:
        yield "no isotonic curve was fitted: the outlook has no place for one"
    if not parts.test:
        yield "nothing was tested: no forecast lies in the test span"
