"""What the schema cannot see: references, rules, coherence of the numbers, and each indicator's own proof."""

from indicators.assessments import Assessment
from indicators.checks.coherence import coherence, words_and_numbers
from indicators.checks.counting import counting
from indicators.checks.diagnosticity import diagnosticity
from indicators.checks.named import named, uncalled
from indicators.checks.proofs import proofs
from indicators.checks.references import references
from indicators.checks.rules import rules
from indicators.checks.terms import common_terms
from indicators.checks.twins import twins
from indicators.errors import Severity
from indicators.written import Fault

FIRST = (references, named, rules, counting, words_and_numbers)
"""These look at one thing at a time."""

THEN = (coherence,)
"""These need every name to stand, and so do the proofs."""

ADVICE = (uncalled, common_terms, diagnosticity, twins)
"""These never refuse a file; they are asked for when a person checks it, not each time it is read."""


def faults_of(assessment: Assessment, *, proven: bool = True) -> tuple[Fault, ...]:
    """Run every check; those that follow references only once all references stand.

    Without *proven* the indicators' own examples are not run: for reading what was proven before, and for
    finding out why an example fails.
    """
    found = tuple(fault for check in FIRST for fault in check(assessment))
    if any(fault.severity is Severity.ERROR for fault in found):
        return found
    return found + tuple(fault for check in (*THEN, *((proofs,) if proven else ())) for fault in check(assessment))


def advice_on(assessment: Assessment) -> tuple[Fault, ...]:
    """Return warnings about what a sound assessment allows and its author probably did not mean."""
    return tuple(fault for check in ADVICE for fault in check(assessment))
