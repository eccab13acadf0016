"""Validating: the file of an assessment to the report on what its indicators tell apart."""

from pathlib import Path

from indicators.assessments import Assessment
from indicators.checks import FIRST
from indicators.errors import Problem, Severity
from indicators.validation import Report, validated
from indicators.written import WrittenFile, in_order
from watcher.assessment_files import read_text


def validate_file(path: Path) -> tuple[Report | None, tuple[Problem, ...]]:
    """Return the report on the assessment at *path*, or ``None`` and why there can be none.

    A file whose names do not stand cannot be reported on. Numbers that contradict one another can: they are
    findings. The indicators' own examples are not run.
    """
    text, problems = read_text(path)
    if text is None:
        return None, problems
    file = WrittenFile(text, name=str(path))
    assessment, problems = file.read(Assessment)
    if assessment is None:
        return None, problems
    found = in_order(file.place(fault) for check in FIRST for fault in check(assessment))
    if any(problem.severity is Severity.ERROR for problem in found):
        return None, found
    return validated(assessment), found
