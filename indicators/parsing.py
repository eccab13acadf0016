"""Text of an assessment file to an :class:`Assessment`, with every fault at its line."""

from functools import partial

from indicators.assessments import Assessment
from indicators.checks import faults_of
from indicators.errors import Problem, Severity
from indicators.rest import faults_of_rest
from indicators.written import WrittenFile, in_order


def parse_assessment(text: str, *, name: str, proven: bool = True) -> tuple[Assessment | None, tuple[Problem, ...]]:
    """Read the assessment in *text*; *name* is the file's name for messages.

    Nothing is raised for what a person wrote. All faults of shape and of references come at once (where
    entries of a wrong shape leave enough to look at), mathematics and each indicator's own proof once these
    stand; the value is ``None`` when any of them is an error. Without *proven* the indicators' own examples are
    not run.
    """
    file = WrittenFile(text, name=name)
    assessment, problems = file.read(Assessment)
    if assessment is None:
        more = map(file.place, faults_of_rest(file.data, partial(faults_of, proven=False)))
        return None, in_order({*problems, *more})
    found = in_order(file.place(fault) for fault in faults_of(assessment, proven=proven))
    refused = any(problem.severity is Severity.ERROR for problem in found)
    return (None if refused else assessment), found
