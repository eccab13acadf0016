"""What the schema cannot see: references, rules, coherence of the numbers, and each indicator's own proof."""

from indicators.assessments import Assessment
from indicators.checks.coherence import coherence, words_and_numbers
from indicators.checks.proofs import proofs
from indicators.checks.references import references
from indicators.checks.rules import rules
from indicators.errors import Severity
from indicators.written import Fault

FIRST = (references, rules, words_and_numbers)
"""These look at one thing at a time."""

THEN = (coherence, proofs)
"""These need every name to stand."""


def faults_of(assessment: Assessment) -> tuple[Fault, ...]:
    """Run every check; those that follow references only once all references stand."""
    found = tuple(fault for check in FIRST for fault in check(assessment))
    if any(fault.severity is Severity.ERROR for fault in found):
        return found
    return found + tuple(fault for check in THEN for fault in check(assessment))
