"""Text of an assessment file to an :class:`Assessment`, with every fault at its line."""

from dataclasses import dataclass, field
from functools import lru_cache, partial

from indicators.assessments import Assessment
from indicators.checks import faults_of
from indicators.concepts import shared_digest
from indicators.errors import Problem, Severity
from indicators.rest import faults_of_rest
from indicators.written import WrittenFile, in_order

_REMEMBERED = 6
"""Texts without a fault that are remembered: at the desk one is compared, saved and taken up, each time read whole."""


def parse_assessment(text: str, *, name: str, proven: bool = True) -> tuple[Assessment | None, tuple[Problem, ...]]:
    """Read the assessment in *text*; *name* is the file's name for messages.

    Nothing is raised for what a person wrote. All faults of shape and of references come at once (where
    entries of a wrong shape leave enough to look at), mathematics and each indicator's own proof once these
    stand; the value is ``None`` when any of them is an error. Without *proven* the indicators' own examples are
    not run. The last few texts in which nothing was found are not read again.
    """
    try:
        return _faultless(_Asked(text=text, proven=proven, concepts=shared_digest(), name=name)), ()
    except _Faulty as found:
        return found.assessment, found.problems


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What is to be read: all that the answer depends on where there is no fault to name the file in."""

    text: str
    proven: bool
    concepts: str
    name: str = field(compare=False)


class _Faulty(Exception):  # noqa: N818 - what is raised is not remembered; it is no error of ours
    def __init__(self, assessment: Assessment | None, problems: tuple[Problem, ...]) -> None:
        super().__init__()
        self.assessment = assessment
        self.problems = problems


@lru_cache(maxsize=_REMEMBERED)
def _faultless(asked: _Asked) -> Assessment:
    assessment, problems = _read(asked)
    if assessment is None or problems:
        raise _Faulty(assessment, problems)
    return assessment


def _read(asked: _Asked) -> tuple[Assessment | None, tuple[Problem, ...]]:
    file = WrittenFile(asked.text, name=asked.name)
    assessment, problems = file.read(Assessment)
    if assessment is None:
        more = map(file.place, faults_of_rest(file.data, partial(faults_of, proven=False)))
        return None, in_order({*problems, *more})
    found = in_order(file.place(fault) for fault in faults_of(assessment, proven=asked.proven))
    refused = any(problem.severity is Severity.ERROR for problem in found)
    return (None if refused else assessment), found
