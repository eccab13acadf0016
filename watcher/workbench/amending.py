"""Amending: a rule changed in its file by a program, checked before it is written, and undone if wished."""

import fcntl
import os
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from tempfile import NamedTemporaryFile

from indicators.assessments import Assessment
from indicators.checks.references import suggestion
from indicators.errors import Problem, Severity
from indicators.parsing import parse_assessment
from indicators.written import Fault, WrittenFile
from indicators.written.editing import EditError, edited
from watcher.assessment_files import read_text

BEFORE = ".before"
"""Ends the name of the file that holds the version before the last change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """A file as it would read after a change, the difference line by line, and what is wrong with it.

    ``before`` is the text the change was made from, ``text`` the one after it; both have the line ends of
    the file. Only ``sound`` amendments may be written: the daemon would refuse the file otherwise.
    """

    file: Path
    before: str
    text: str
    difference: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def sound(self) -> bool:
        """Whether the changed file would be taken up."""
        return not any(problem.severity is Severity.ERROR for problem in self.problems)

    @property
    def changes(self) -> bool:
        """Whether the file would read otherwise than it does, be it only in its line ends."""
        return self.text != self.before


Advice = Callable[[Assessment], Iterable[Fault]]
"""What else is asked of a sound file before it is written; it warns and refuses nothing."""


def amended(file: Path, rule: str, changes: Mapping[str, str], *, advice: Advice | None = None) -> Amendment:
    """Return *file* with the keys of *changes* set in the indicator *rule*; an empty value takes the key out.

    What *advice* finds in the changed assessment, if it is sound, stands among the problems.
    """
    text, problems = as_it_is(file)
    assessment, found = parse_assessment(text, name=str(file)) if text is not None else (None, problems)
    if assessment is None or text is None:
        return _unchanged(file, text or "", *found)
    ids = [indicator.id for indicator in assessment.indicators]
    if rule not in ids:
        unknown = Problem(where=str(file), what=f"no indicator {rule!r}", instead=suggestion(rule, ids))
        return _unchanged(file, text, unknown)
    after = text
    try:
        for key, value in changes.items():
            after = edited(after, ("indicators", ids.index(rule), key), value)
    except EditError as error:
        return _unchanged(file, text, Problem(where=str(file), what=str(error)))
    changed, problems = parse_assessment(after, name=str(file))
    if changed is not None and advice is not None:
        problems = (*problems, *map(WrittenFile(after, name=str(file)).place, advice(changed)))
    return amendment_of(file, text, after, problems)


def write(amendment: Amendment) -> Problem | None:
    """Put the amended text in the file's place in one step, or return why not; the text before is kept beside it.

    A link stays a link: the file it leads to is written. Nothing is written to a file that is read-only
    or that no longer reads as it did when the amendment was made.
    """
    file = amendment.file.resolve()
    try:
        with file.open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX)  # two of us at once: the second one waits, then sees the change
            refusal = _refusal(amendment, file)
            if refusal is None:
                mode = stat.S_IMODE(file.stat().st_mode)
                _replace(_kept(file), amendment.before, mode)
                _replace(file, amendment.text, mode)
            return refusal
    except OSError as error:
        return Problem(where=str(amendment.file), what=f"cannot be written: {error.strerror or error}")


def before_the_last(file: Path) -> str | None:
    """Return the text of *file* before its last change, or ``None`` if there was none."""
    return as_it_is(_kept(file.resolve()))[0]


def undone(file: Path) -> Amendment | None:
    """Return *file* as it was before the last change, or ``None`` if there was none; undoing twice is redoing."""
    kept, now = before_the_last(file), as_it_is(file)[0]
    if kept is None or now is None:
        return None
    _, problems = parse_assessment(kept, name=str(file))
    return amendment_of(file, now, kept, problems)


def _unchanged(file: Path, text: str, *problems: Problem) -> Amendment:
    return Amendment(file=file, before=text, text=text, difference=(), problems=problems)


def amendment_of(file: Path, before: str, after: str, problems: tuple[Problem, ...]) -> Amendment:
    """Return the change of *file* from one text to another, with the *problems* of the second."""
    lines = unified_diff(before.splitlines(), after.splitlines(), file.name, file.name, n=1, lineterm="")
    return Amendment(file=file, before=before, text=after, difference=tuple(lines), problems=problems)


def as_it_is(file: Path) -> tuple[str | None, tuple[Problem, ...]]:
    """Return the text of *file* with its line ends as they are, or why it cannot be read."""
    try:
        return file.read_bytes().decode("utf-8"), ()
    except (OSError, UnicodeDecodeError):
        return None, read_text(file)[1]


def _refusal(amendment: Amendment, file: Path) -> Problem | None:
    where = str(amendment.file)
    if not file.stat().st_mode & 0o222 or not os.access(file, os.W_OK):  # root may write everything: ask the file first
        return Problem(where=where, what="is read-only", instead="allow writing (chmod u+w), or amend a copy")
    if as_it_is(file)[0] != amendment.before:
        return Problem(where=where, what="changed meanwhile, look again", instead="give the same command once more")
    return None


def _kept(file: Path) -> Path:
    return file.with_name(file.name + BEFORE)


def _replace(file: Path, text: str, mode: int) -> None:
    """Write so that a reader (the daemon looks at any time) sees the old text or the new one, never half of one."""
    with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", suffix=".new", delete=False) as new:
        beside = Path(new.name)
        try:
            new.write(text.encode("utf-8"))
            new.flush()
            beside.chmod(mode)
            beside.replace(file)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
