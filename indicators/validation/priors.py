"""Priors: numbers that contradict one another, stand at the edge of a term, or need their parts to hang together."""

import math
from collections.abc import Iterator

from indicators.assessments import Assessment, Question
from indicators.bands import band_of, percent
from indicators.checks.coherence import coherence, wholes
from indicators.errors import Severity
from indicators.validation.findings import Finding, FindingKind
from indicators.written import Path


def incoherent(assessment: Assessment) -> Iterator[Finding]:
    """Tell what the coherence check finds: priors at an edge, and what would refuse the file."""
    for fault in coherence(assessment):
        yield Finding(
            kind=_kind(fault.path, fault.severity),
            subjects=(_subject(assessment, fault.path),),
            what=f"{_subject(assessment, fault.path)}: {fault.what}",
            instead=fault.instead,
            severity=fault.severity,
        )


def hanging_together(assessment: Assessment) -> Iterator[Finding]:
    """Find "any" scenarios whose term is not the one their parts would give if they were independent."""
    scale = assessment.scale
    for whole in wholes(assessment):
        p = whole.question.prior.p
        independent = 1 - math.prod(1 - part for part in whole.parts.values())
        if whole.coherent and band_of(independent, scale) != band_of(p, scale):
            term = scale[band_of(independent, scale)].terms["en"]
            yield Finding(
                kind=FindingKind.TOGETHER,
                subjects=(whole.question.id, *whole.parts),
                what=f"{whole.question.id} has {percent(p)}; its parts give at least {percent(whole.low)}, at most "
                f"{percent(min(whole.high, 1.0))}, and {percent(independent)} ({term}) if they were independent",
                instead=_together(p, independent),
            )


def _together(p: float, independent: float) -> str:
    if p < independent:
        return (
            "keep it only if the parts come together or not at all, and say in the paper what they share; else raise it"
        )
    return "keep it only if one part keeps the others from happening, and say so in the paper; else lower it"


def _kind(path: Path, severity: Severity) -> FindingKind:
    if path[0] == "indicators":
        return FindingKind.DOUBLE
    return FindingKind.EDGE if severity is Severity.WARNING else FindingKind.INCOHERENT


def _subject(assessment: Assessment, path: Path) -> str:
    number = int(path[1])
    if path[0] == "indicators":
        return assessment.indicators[number].id
    scenario = assessment.scenarios[number]
    if isinstance(scenario, Question) or path[2:3] != ("states",) or len(path) <= 3:  # noqa: PLR2004 - the state's number
        return scenario.id
    return f"{scenario.id}.{scenario.states[int(path[3])].id}"
