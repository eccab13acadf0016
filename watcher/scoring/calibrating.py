"""Calibrating: files of forecasts to a file with a proposal, and a decided proposal into the assessment's file."""

from dataclasses import replace
from datetime import datetime
from difflib import unified_diff
from pathlib import Path

from indicators.assessments import Assessment
from indicators.calibration import Proposal, applied, proposed, read_forecasts
from indicators.calibration.spans import split, usual_begin
from indicators.errors import Problem, Severity
from indicators.parsing import parse_assessment
from indicators.written import WrittenFile
from indicators.written.editing import EditError
from watcher.assessment_files import read_text
from watcher.workbench.amending import Amendment, write


def propose(
    file: str, assessment: Assessment, data: Path, *, test_from: datetime | None, now: datetime
) -> tuple[Proposal | None, tuple[Problem, ...]]:
    """Return what the forecasts in the file *data* propose, or ``None`` and what is wrong with them.

    *file* is the assessment as it was named. Without *test_from* the last third of the time is kept for the test.
    """
    text, problems = read_text(data)
    if text is None:
        return None, problems
    rows, problems = read_forecasts(text, assessment, name=str(data))
    if problems:
        return None, problems
    if not rows:
        return None, (Problem(where=str(data), what="has no forecast", instead="write one line for each forecast"),)
    parts = split(rows, assessment, test_from or usual_begin(rows))
    if not parts.fit:
        what = f"no forecast was resolved before {parts.begin:%Y-%m-%d}, where the test span begins"
        return None, (Problem(where=str(data), what=what, instead="move it later with --test-from"),)
    return proposed(assessment, parts, made=now, file=file, data=str(data)), ()


def read_proposal(path: Path) -> tuple[Proposal | None, tuple[Problem, ...]]:
    """Return the proposal in the file at *path*, or ``None`` and what is wrong with it."""
    text, problems = read_text(path)
    return (None, problems) if text is None else WrittenFile(text, name=str(path)).read(Proposal)


def apply(
    path: Path, proposal: Proposal, file: Path, *, by: str, why: str, version: str, now: datetime, dry_run: bool = False
) -> Amendment:
    """Write *proposal* (of the file *path*) into the assessment's *file*, and who decided so into its own file.

    The assessment as it was is kept beside it; ``watcher amend --undo`` puts it back. With *dry_run*, or where
    anything is wrong, nothing is written.
    """
    try:
        before = file.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return _refused(file, "", *read_text(file)[1])
    assessment, problems = parse_assessment(before, name=str(file))
    if assessment is None:
        return _refused(file, before, *problems)
    try:
        done = applied(before, assessment, proposal, by=by, why=why, version=version, at=now)
    except EditError as error:
        return _refused(file, before, Problem(where=str(path), what=str(error)))
    _, problems = parse_assessment(done.text, name=str(file))
    lines = unified_diff(before.splitlines(), done.text.splitlines(), file.name, file.name, n=1, lineterm="")
    amendment = Amendment(file=file, before=before, text=done.text, difference=tuple(lines), problems=problems)
    if dry_run or not amendment.sound:
        return amendment
    refusal = write(amendment)
    if refusal is not None:
        return replace(amendment, problems=(*amendment.problems, refusal))
    return replace(amendment, problems=(*amendment.problems, *_recorded(path, done.proposal)))


def _recorded(path: Path, proposal: Proposal) -> tuple[Problem, ...]:
    try:
        path.write_text(proposal.written(), "utf-8")
    except OSError as error:
        what = f"the assessment is changed, but who decided could not be written here: {error.strerror or error}"
        instead = "write it down by hand"
        return (Problem(where=str(path), what=what, instead=instead, severity=Severity.WARNING),)
    return ()


def _refused(file: Path, text: str, *problems: Problem) -> Amendment:
    return Amendment(file=file, before=text, text=text, difference=(), problems=problems)
