"""Doubles: indicators that reach a scenario by more than one way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from indicators.assessments import Assessment
from indicators.checks.coherence import double_paths
from indicators.phrases import phrase
from indicators.validation.findings import FindingKind, ValidationFinding


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDouble:
    """A double count that the analyst wants, with the written reason."""

    indicator: str
    child: str
    parents: tuple[str, ...]
    reason: str


def kept(assessment: Assessment) -> tuple[KeptDouble, ...]:
    """Return every indicator that feeds both ends of a link and says why, in the file's order."""
    return tuple(
        KeptDouble(indicator=p.indicator, child=p.child, parents=p.parents, reason=p.reason)
        for p in double_paths(assessment)
        if p.reason
    )


def chains(assessment: Assessment) -> Iterator[ValidationFinding]:
    """Find indicators that feed a scenario and also one from which two links or more lead to it, without a reason.

    Those over a single link are a fault of the file and told by its check.
    """
    parents = {q.id: tuple(link.parent.partition(".")[0] for link in q.links) for q in assessment.questions}
    for indicator in assessment.indicators:
        for child in indicator.effects:
            near = set(parents.get(child, ()))
            if child in indicator.direct_reason or near & set(indicator.effects):
                continue
            far = _above(parents, child)
            for start in indicator.effects:
                if start in far:
                    yield _chain(indicator.id, (*far[start], child))


def _chain(indicator: str, way: tuple[str, ...]) -> ValidationFinding:
    start, child = way[0], way[-1]
    return ValidationFinding(
        kind=FindingKind.CHAIN,
        subjects=(indicator, start, child),
        said=phrase("chain", indicator=indicator, child=child, start=start, way=" -> ".join(way)),
        cure=phrase("chain do", child=child),
    )


def _above(parents: Mapping[str, tuple[str, ...]], child: str) -> dict[str, tuple[str, ...]]:
    """Return everything above *child* with the shortest way down to it (the start first, *child* left out)."""
    ways: dict[str, tuple[str, ...]] = {}
    waiting: list[tuple[str, ...]] = [(parent,) for parent in parents.get(child, ())]
    while waiting:
        way = waiting.pop(0)
        if way[0] not in ways:
            ways[way[0]] = way
            waiting += [(parent, *way) for parent in parents.get(way[0], ())]
    return ways
