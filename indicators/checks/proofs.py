"""Proofs: an indicator's own examples are run through the real matcher."""

from collections.abc import Iterator
from datetime import UTC, datetime

from indicators.assessments import Assessment
from indicators.items import Item
from indicators.matcher import Matcher
from indicators.rules import Example, Indicator
from indicators.written import Fault, Path


def proofs(assessment: Assessment) -> Iterator[Fault]:
    """Find examples that an indicator should match and does not, or the other way round."""
    matcher = Matcher(assessment)
    for i, indicator in enumerate(assessment.indicators):
        if indicator.proof is None:
            continue
        for key, wanted in (("must_match", True), ("must_not_match", False)):
            for j, example in enumerate(getattr(indicator.proof, key)):
                yield from _proof(("indicators", i, "proof", key, j), matcher, indicator, example, wanted=wanted)


def _proof(path: Path, matcher: Matcher, indicator: Indicator, example: Example, *, wanted: bool) -> Iterator[Fault]:
    item = Item(id="proof", source="proof", fetched=datetime(2000, 1, 1, tzinfo=UTC), **dict(example))
    match = next((m for m in matcher.match_item(item) if m.indicator == indicator.id), None)
    fired = match is not None and not match.rejected_by
    if fired and not wanted:
        words = ", ".join(e.words for e in match.evidence) if match else ""
        yield Fault(
            path=path,
            what=f"{indicator.id} must not match this, but does on: {words}",
            instead="narrow match or add to not",
        )
    if wanted and not fired:
        reason = match.rejected_by if match else "the words of match are not all there"
        yield Fault(
            path=path,
            what=f"{indicator.id} must match this, but does not: {reason}",
            instead="widen match or the concept",
        )
