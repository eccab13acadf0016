"""Foresight: whether anybody would see each scenario coming, and whether what is seen can change its word."""

import math
from collections.abc import Iterable, Iterator, Mapping

from indicators.assessments import Assessment, Forecast, forecasts
from indicators.bands import band_of, percent
from indicators.checks.diagnosticity import immovable
from indicators.validation.findings import Finding, FindingKind
from indicators.validation.matrix import is_itself
from indicators.validation.reach import Push, Reach


def unforeseen(assessment: Assessment, alone: Iterable[Push]) -> Iterator[Finding]:
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
            yield Finding(
                kind=FindingKind.ONE_WAY,
                subjects=(line.key,),
                what=f"no indicator can lower {line.key}: it can rise and fall back to its prior, and no further",
                instead="add a counter-indicator, or give an indicator the baseline it had on the assessment's date",
            )


def unmovable(assessment: Assessment, reached: Iterable[Reach]) -> Iterator[Finding]:
    """Find lines whose term stays the same whatever is seen."""
    scale = assessment.scale
    for reach in reached:
        if band_of(reach.low, scale) == band_of(reach.high, scale):
            term = scale[band_of(reach.prior, scale)].terms["en"]
            where = f"{percent(reach.low)} to {percent(reach.high)}"
            yield Finding(
                kind=FindingKind.FIXED,
                subjects=(reach.key,),
                what=f"{reach.key} stays {term!r} whatever is seen ({where}): no alert about its term can ever go out",
                instead="add an indicator that tells it apart, link it to what would bring it about, or leave it "
                "to a person and say so in the paper",
            )


def _rising(assessment: Assessment, line: Forecast, own: Mapping[str, float]) -> Iterator[Finding]:
    enough = math.log(assessment.model.warn.notify_odds) - 1e-9
    itself = {i.id for i in assessment.indicators if is_itself(assessment, i, line)}
    heavy = [name for name, nats in own.items() if nats >= enough]
    if not heavy:
        yield _unseen(assessment, line.key, own)
    elif set(heavy) <= itself:
        early = {name: nats for name, nats in own.items() if name not in itself}
        told = ", ".join(heavy)
        yield Finding(
            kind=FindingKind.LATE,
            subjects=(line.key, *heavy),
            what=f"only the event itself ({told}) can warn of {line.key}; before it, {_strongest(early)}",
            instead="add an indicator of what comes before: preparations, movements, statements, arrests",
        )


def _unseen(assessment: Assessment, key: str, own: Mapping[str, float]) -> Finding:
    factor = f"{assessment.model.warn.notify_odds:g}"
    return Finding(
        kind=FindingKind.UNSEEN,
        subjects=(key,),
        what=f"no single indicator multiplies the odds of {key} by {factor}, where a warning begins: {_strongest(own)}",
        instead=f"add an indicator that is rare unless {key} comes, e.g. [VL, VU], or a link from what leads to it",
    )


def _strongest(own: Mapping[str, float]) -> str:
    best = max(own, key=lambda name: own[name], default="")
    if not best or own[best] <= 0:
        return "no indicator raises it"
    return f"the strongest, {best}, makes it x{math.exp(own[best]):.2f}"
