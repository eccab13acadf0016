"""The report: the matrix, what it shows, and how far the outlook can be moved by it."""

from collections.abc import Iterator
from dataclasses import dataclass

from indicators.assessments import Assessment
from indicators.bands import Estimative
from indicators.errors import Severity
from indicators.validation.doubles import KeptDouble, chains, kept
from indicators.validation.findings import ValidationFinding, in_order
from indicators.validation.foresight import unforeseen, unmovable
from indicators.validation.groups import Group, groups
from indicators.validation.likeness import rated_alike, telling_nothing
from indicators.validation.matrix import Matrix, matrix
from indicators.validation.priors import hanging_together, incoherent
from indicators.validation.reach import Push, Reach, pushes, reaches


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What validation shows of one assessment, in the words of its ``estimative`` scale.

    ``reaches`` is empty where the numbers contradict one another: such an outlook cannot be worked out.
    """

    assessment: str
    version: str
    estimative: Estimative
    matrix: Matrix
    groups: tuple[Group, ...]
    kept: tuple[KeptDouble, ...]
    reaches: tuple[Reach, ...]
    findings: tuple[ValidationFinding, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing found would refuse the file."""
        return not any(finding.severity is Severity.ERROR for finding in self.findings)


def validated(assessment: Assessment) -> Report:
    """Return the report on *assessment*, whose names must all stand (``indicators.checks.FIRST`` without errors)."""
    wrong = tuple(incoherent(assessment))
    coherent = not any(finding.severity is Severity.ERROR for finding in wrong)
    alone = pushes(assessment) if coherent else ()
    reached = reaches(assessment) if coherent else ()
    return Report(
        assessment=assessment.id,
        version=assessment.version,
        estimative=assessment.estimative,
        matrix=matrix(assessment),
        groups=groups(assessment),
        kept=kept(assessment),
        reaches=reached,
        findings=in_order((*wrong, *_found(assessment, alone, reached))),
    )


def _found(assessment: Assessment, alone: tuple[Push, ...], reached: tuple[Reach, ...]) -> Iterator[ValidationFinding]:
    yield from chains(assessment)
    if alone:
        yield from unforeseen(assessment, alone)
    yield from unmovable(assessment, reached)
    yield from telling_nothing(assessment)
    yield from rated_alike(assessment)
    yield from hanging_together(assessment)
