"""Drafts: an assessment with another query for one rule, to be tried before it is written into the file."""

from dataclasses import replace

from indicators.assessments import Assessment
from indicators.checks.proofs import proofs
from indicators.checks.rules import rules
from indicators.errors import Severity
from indicators.written import Fault


def drafted(
    assessment: Assessment, rule: str, *, match: str | None = None, not_: str | None = None
) -> tuple[Assessment, tuple[Fault, ...]]:
    """Return *assessment* with *match* and *not_* in the indicator *rule* (``None`` leaves one as it is).

    The faults are those of the new queries; with one of severity error the draft cannot be tried. An
    example of the indicator's own that now fails is a warning. Raises ``KeyError`` for an unknown *rule*.
    """
    old = assessment.indicator(rule)
    number = assessment.indicators.index(old)
    changes = {key: text for key, text in (("match", match), ("not_", not_)) if text is not None}
    new = old.model_copy(update=changes)
    others = tuple(new if i is old else i for i in assessment.indicators)
    draft = assessment.model_copy(update={"indicators": others})
    keys = {key.rstrip("_") for key in changes}
    found = tuple(
        fault for fault in rules(draft) if fault.path[:2] == ("indicators", number) and keys & set(fault.path[2:])
    )
    if any(fault.severity is Severity.ERROR for fault in found):
        return draft, found
    alone = draft.model_copy(update={"indicators": (new,)})
    broken = (replace(fault, severity=Severity.WARNING) for fault in proofs(alone))
    return draft, (*found, *broken)
