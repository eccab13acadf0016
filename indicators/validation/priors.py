"""Priors: numbers that contradict one another, stand at the edge of a term, or need their parts to hang together."""

import math
from collections.abc import Iterator

from indicators.assessments import Assessment, Question, forecasts
from indicators.bands import band_of
from indicators.checks.coherence import coherence, wholes
from indicators.errors import Severity
from indicators.phrases import Chance, Phrase, phrase
from indicators.validation.findings import FindingKind, ValidationFinding
from indicators.written import Path


def incoherent(assessment: Assessment) -> Iterator[ValidationFinding]:
    """Tell what the coherence check finds: priors at an edge, and what would refuse the file."""
    for fault in coherence(assessment):
        kind, subject = _kind(fault.path, fault.severity), _subject(assessment, fault.path)
        if kind is FindingKind.EDGE:
            yield _edge(assessment, subject)
            continue
        yield ValidationFinding(
            kind=kind,
            subjects=(subject,),
            said=phrase("as checked", subject=subject, what=fault.what),
            cure=phrase("as checked do", instead=fault.instead),
            severity=fault.severity,
        )


def _edge(assessment: Assessment, key: str) -> ValidationFinding:
    prior = next(line.prior for line in forecasts(assessment) if line.key == key)
    scale, margin = assessment.scale, assessment.model.warn.band_margin
    told = {"subject": key, "p": f"{prior.p}", "margin": f"{margin:g}", "range": scale[band_of(prior.p, scale)].printed}
    return ValidationFinding(
        kind=FindingKind.EDGE, subjects=(key,), said=Phrase(key="edge", facts=told), cure=phrase("edge do")
    )


def hanging_together(assessment: Assessment) -> Iterator[ValidationFinding]:
    """Find "any" scenarios whose term is not the one their parts would give if they were independent."""
    scale = assessment.scale
    for whole in wholes(assessment):
        p = whole.question.prior.p
        independent = 1 - math.prod(1 - part for part in whole.parts.values())
        if whole.coherent and band_of(independent, scale) != band_of(p, scale):
            yield ValidationFinding(
                kind=FindingKind.TOGETHER,
                subjects=(whole.question.id, *whole.parts),
                said=phrase(
                    "together",
                    line=whole.question.id,
                    p=Chance(p),
                    low=Chance(whole.low),
                    high=Chance(min(whole.high, 1.0)),
                    independent=Chance(independent),
                    term=scale[band_of(independent, scale)],
                ),
                cure=phrase("together below do" if p < independent else "together above do"),
            )


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
