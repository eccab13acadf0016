"""Text of an assessment file to an :class:`Assessment`, with every fault at its line."""

from indicators.assessments import Assessment
from indicators.checks import faults_of
from indicators.errors import Problem, Severity
from indicators.written import WrittenFile, in_order


def parse_assessment(text: str, *, name: str, proven: bool = True) -> tuple[Assessment | None, tuple[Problem, ...]]:
    """Read the assessment in *text*; *name* is the file's name for messages.

    Nothing is raised for what a person wrote. All faults come at once (syntax and schema first, then
    references, then mathematics and each indicator's own proof); the value is ``None`` when any of
    them is an error. Without *proven* the indicators' own examples are not run.
    """
    file = WrittenFile(text, name=name)
    assessment, problems = file.read(Assessment)
    if assessment is None:
        return None, problems
    found = in_order(file.place(fault) for fault in faults_of(assessment, proven=proven))
    refused = any(problem.severity is Severity.ERROR for problem in found)
    return (None if refused else assessment), found
