"""Validation: what an assessment's indicators can tell apart, and what they cannot, before anything has happened.

The matrix of indicators against scenarios is worked across, as Heuer's analysis of competing hypotheses asks
(Psychology of Intelligence Analysis, chapter 8); the ratings stand in the place of the points of Pherson and
Heuer's Indicators Validator. Pure: an assessment in, a report out.
"""

from indicators.validation.findings import FindingKind, ValidationFinding
from indicators.validation.reports import Report, validated

__all__ = ["FindingKind", "Report", "ValidationFinding", "validated"]
