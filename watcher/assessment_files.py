"""Assessment files: found by path or by the name of a shipped one, read, and made ready to match items.

Nothing here needs a database or the network: what checks and tries rules starts at once.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import indicators
from indicators.assessments import Assessment
from indicators.errors import Problem
from indicators.matcher import Matcher
from indicators.parsing import parse_assessment
from watcher.gazetteers import load_atlas


def assessment_path(name: str, folder: Path) -> Path | None:
    """Return the file of the assessment *name*: a path from *folder*, or one that ships with Watcher."""
    own = folder / name
    if own.is_file():
        return own
    shipped = shipped_assessments() / f"{name}.yaml"
    return shipped if shipped.is_file() else None


def shipped_assessments() -> Path:
    """Return the folder of the assessments that come with Watcher."""
    return Path(indicators.__file__).parent / "assessments"


def read_text(path: Path) -> tuple[str | None, tuple[Problem, ...]]:
    """Return the text of the file at *path*, or why it cannot be read."""
    try:
        return path.read_text("utf-8"), ()
    except (OSError, UnicodeDecodeError) as error:
        what = f"cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8 text'}"
        return None, (Problem(where=str(path), what=what),)


def read_assessment(path: Path, *, proven: bool = True) -> tuple[Assessment | None, tuple[Problem, ...]]:
    """Return the assessment in the file at *path* and its problems; without *proven* its examples are not run."""
    text, problems = read_text(path)
    return (None, problems) if text is None else parse_assessment(text, name=str(path), proven=proven)


def matcher_of(gazetteers: Iterable[str]) -> Callable[[Assessment], Matcher]:
    """Return how to compile an assessment with the places of *gazetteers*; their faults are told by ``check``."""
    named = tuple(gazetteers)
    return lambda assessment: Matcher(assessment, atlas=load_atlas(named, assessment.countries)[0])
