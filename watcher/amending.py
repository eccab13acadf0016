"""Amending: a rule changed in its file by a program, checked before it is written, and undone if wished."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from indicators.editing import EditError, edited
from indicators.errors import Problem, Severity
from indicators.parsing import parse_assessment
from watcher.assessment_files import read_text

BEFORE = ".before"
"""Ends the name of the file that holds the version before the last change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """A file as it would read after a change, the difference line by line, and what is wrong with it.

    Only ``sound`` amendments may be written: the daemon would refuse the file otherwise.
    """

    file: Path
    text: str
    difference: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def sound(self) -> bool:
        """Whether the changed file would be taken up."""
        return not any(problem.severity is Severity.ERROR for problem in self.problems)


def amended(file: Path, rule: str, changes: Mapping[str, str]) -> Amendment:
    """Return *file* with the keys of *changes* set in the indicator *rule*; an empty value takes the key out."""
    text, problems = read_text(file)
    assessment, found = parse_assessment(text, name=str(file)) if text is not None else (None, problems)
    if assessment is None or text is None:
        return Amendment(file=file, text=text or "", difference=(), problems=found)
    ids = [indicator.id for indicator in assessment.indicators]
    if rule not in ids:
        unknown = Problem(where=str(file), what=f"no indicator {rule!r}", instead=f"known: {', '.join(ids[:8])}")
        return Amendment(file=file, text=text, difference=(), problems=(unknown,))
    after = text
    try:
        for key, value in changes.items():
            after = edited(after, ("indicators", ids.index(rule), key), value)
    except EditError as error:
        return Amendment(file=file, text=text, difference=(), problems=(Problem(where=str(file), what=str(error)),))
    _, problems = parse_assessment(after, name=str(file))
    return Amendment(file=file, text=after, difference=_difference(file, text, after), problems=problems)


def write(amendment: Amendment) -> None:
    """Put the amended text in the file's place in one step; the text before it is kept beside it."""
    file = amendment.file
    _replace(_kept(file), file.read_text("utf-8"))
    _replace(file, amendment.text)


def undone(file: Path) -> Amendment | None:
    """Return *file* as it was before the last change, or ``None`` if there was none; undoing twice is redoing."""
    kept, now = read_text(_kept(file))[0], read_text(file)[0]
    if kept is None or now is None:
        return None
    _, problems = parse_assessment(kept, name=str(file))
    return Amendment(file=file, text=kept, difference=_difference(file, now, kept), problems=problems)


def _kept(file: Path) -> Path:
    return file.with_name(file.name + BEFORE)


def _replace(file: Path, text: str) -> None:
    """Write so that a reader (the daemon looks at any time) sees the old text or the new one, never half of one."""
    beside = file.with_name(f".{file.name}.new")
    beside.write_text(text, "utf-8")
    if file.exists():
        beside.chmod(file.stat().st_mode)
    beside.replace(file)


def _difference(file: Path, before: str, after: str) -> tuple[str, ...]:
    lines = unified_diff(before.splitlines(), after.splitlines(), file.name, file.name, n=1, lineterm="")
    return tuple(lines)
