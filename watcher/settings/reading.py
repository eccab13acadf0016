"""From the text of ``watcher.yaml`` to checked settings, or to every fault in it with its line."""

import os
from collections.abc import Mapping
from pathlib import Path

from indicators.errors import Problem, Severity
from indicators.written import WrittenFile, in_order
from watcher.assessment_files import assessment_path
from watcher.gazetteers import BUNDLED
from watcher.settings.faults import setting_faults
from watcher.settings.whole import Settings


def load_settings(
    path: Path, *, environment: Mapping[str, str] | None = None
) -> tuple[Settings | None, tuple[Problem, ...]]:
    """Read the configuration at *path*; relative paths in it are meant from its folder.

    Returns ``None`` and what is wrong, all of it with its line, when it cannot be used.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        what = f"cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8 text'}"
        return None, (Problem(where=str(path), what=what, instead="`watcher init` writes a commented one"),)
    return read_settings(text, path, environment=environment)


def read_settings(
    text: str, path: Path, *, environment: Mapping[str, str] | None = None
) -> tuple[Settings | None, tuple[Problem, ...]]:
    """Read *text* as the configuration that stands, or is to stand, at *path*, as :func:`load_settings` does."""
    file = WrittenFile(text, name=str(path))
    settings, problems = file.read(Settings)
    if settings is None:
        return None, problems
    known = os.environ if environment is None else environment
    problems = in_order(file.place(fault) for fault in setting_faults(settings, known, folder=path.parent))
    if any(p.severity is Severity.ERROR for p in problems):
        return None, problems
    return _from_folder(settings, path.parent), problems


def _from_folder(settings: Settings, folder: Path) -> Settings:
    database = settings.database
    if "://" not in database:
        database = f"sqlite:///{(folder / database).resolve()}"
    assessments = tuple(str(p) if (p := assessment_path(a, folder)) else a for a in settings.assessments)
    gazetteers = tuple(g if g == BUNDLED else str(folder / g) for g in settings.gazetteers)
    templates = str((folder / settings.templates).resolve()) if settings.templates else ""
    found = {"database": database, "assessments": assessments, "gazetteers": gazetteers, "templates": templates}
    return settings.model_copy(update=found)
