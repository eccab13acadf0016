"""Foresight: whether anybody would see each scenario coming, and whether what is seen can change its word."""

import math
from collections.abc import Iterable, Iterator, Mapping

from indicators.assessments import Assessment, Forecast, forecasts
from indicators.bands import band_of
from indicators.checks.diagnosticity import immovable
from indicators.phrases import Chance, Decimal, Phrase, phrase
from indicators.validation.findings import FindingKind, ValidationFinding
from indicators.validation.matrix import is_itself
from indicators.validation.reach import Push, Reach


def unforeseen(assessment: Assessment, alone: Iterable[Push]) -> Iterator[ValidationFinding]:
    """Find lines that nothing of enough weight can raise, or only the event itself, or that nothing can lower.

    Enough weight is the factor of the odds at which the assessment would notify somebody (``notify_odds``): an
    indicator that alone, at full level, does not lead there warns nobody by itself. *alone* is how far each
    indicator can raise each line.
    """
    missing = immovable(assessment)
    pushed = tuple(alone)
    for line in forecasts(assessment):
        own = {push.indicator: push.nats for push in pushed if push.key == line.key}
        yield from _rising(assessment, line, own)
        if missing[line.key] == ("lower",):
            yield ValidationFinding(
                kind=FindingKind.ONE_WAY,
                subjects=(line.key,),
                said=phrase("one way", line=line.key),
                cure=phrase("one way do"),
            )


def unmovable(assessment: Assessment, reached: Iterable[Reach]) -> Iterator[ValidationFinding]:
    """Find lines whose term stays the same whatever is seen."""
    scale = assessment.scale
    for reach in reached:
        if band_of(reach.low, scale) == band_of(reach.high, scale):
            term = scale[band_of(reach.prior, scale)]
            yield ValidationFinding(
                kind=FindingKind.FIXED,
                subjects=(reach.key,),
                said=phrase("fixed", line=reach.key, term=term, low=Chance(reach.low), high=Chance(reach.high)),
                cure=phrase("fixed do"),
            )


def _rising(assessment: Assessment, line: Forecast, own: Mapping[str, float]) -> Iterator[ValidationFinding]:
    enough = math.log(assessment.model.warn.notify_odds) - 1e-9
    itself = {i.id for i in assessment.indicators if is_itself(assessment, i, line)}
    heavy = [name for name, nats in own.items() if nats >= enough]
    if not heavy:
        yield _unseen(assessment, line.key, own)
    elif set(heavy) <= itself:
        early = {name: nats for name, nats in own.items() if name not in itself}
        yield ValidationFinding(
            kind=FindingKind.LATE,
            subjects=(line.key, *heavy),
            said=phrase("late", events=tuple(heavy), line=line.key, strongest=_strongest(early)),
            cure=phrase("late do"),
        )


def _unseen(assessment: Assessment, key: str, own: Mapping[str, float]) -> ValidationFinding:
    factor = f"{assessment.model.warn.notify_odds:g}"
    return ValidationFinding(
        kind=FindingKind.UNSEEN,
        subjects=(key,),
        said=phrase("unseen", line=key, factor=factor, strongest=_strongest(own)),
        cure=phrase("unseen do", line=key),
    )


def _strongest(own: Mapping[str, float]) -> Phrase:
    best = max(own, key=lambda name: own[name], default="")
    if not best or own[best] <= 0:
        return phrase("nothing raises")
    return phrase("strongest", indicator=best, factor=Decimal(math.exp(own[best])))
