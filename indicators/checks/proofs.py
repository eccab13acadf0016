"""Proofs: an indicator's own examples are run through the real matcher.

They know only the places of the file, so that a file means the same on every machine.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from indicators.assessments import Assessment
from indicators.explanation import Explanation, explain
from indicators.items import Item
from indicators.matcher import Matcher
from indicators.rules import Example
from indicators.written import Fault, Path

_SHOWN = 60
"""Characters of an example in a message."""


def proofs(assessment: Assessment) -> Iterator[Fault]:
    """Find examples that an indicator should match and does not, or the other way round."""
    matcher = Matcher(assessment)
    for i, indicator in enumerate(assessment.indicators):
        if indicator.proof is None:
            continue
        for key, wanted in (("must_match", True), ("must_not_match", False)):
            for j, example in enumerate(getattr(indicator.proof, key)):
                path = ("indicators", i, "proof", key, j)
                yield from _proof(path, matcher, indicator.id, example, wanted=wanted)


def _proof(path: Path, matcher: Matcher, rule: str, example: Example, *, wanted: bool) -> Iterator[Fault]:
    item = Item(id="proof", source="proof", fetched=datetime(2000, 1, 1, tzinfo=UTC), **dict(example))
    match = next((m for m in matcher.match_item(item) if m.indicator == rule), None)
    fired = match is not None and not match.rejected_by
    if fired == wanted:
        return
    told = f"{rule} {'must match' if wanted else 'must not match'} “{_short(example)}”"
    if match is not None and fired:
        words = ", ".join(e.words for e in match.evidence)
        yield Fault(path=path, what=f"{told}, but does on: {words}", instead="narrow match or add to not")
    else:
        found = explain(matcher, item, rule)
        yield Fault(path=path, what=f"{told}, but {_why(found)}", instead=_cure(found))


def _short(example: Example) -> str:
    text = example.title or ", ".join(example.codes)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _why(found: Explanation) -> str:
    return found.verdict.removeprefix("matches, but ").removeprefix("does not match: ")


def _cure(found: Explanation) -> str:
    reason = found.match.rejected_by if found.match else ""
    if not reason:
        return "widen match or the concept"
    if reason.startswith("not:"):
        return "narrow not, or its concept"
    return "name a place of the region; a proof knows only the places of this file"
