"""Checking files as an operator has them: configuration, assessments, and what else is on this machine."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from fnmatch import fnmatchcase
from importlib.metadata import packages_distributions
from pathlib import Path

from indicators.assessments import Assessment, forecasts
from indicators.errors import Problem, Severity
from watcher.assessments import read_assessment, read_text
from watcher.settings import Settings, load_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The files that were looked at and everything found in them."""

    files: tuple[Path, ...]
    problems: tuple[Problem, ...]


def check_files(paths: Iterable[Path], *, today: date | None = None) -> Checked:
    """Check each file for what it is; a configuration brings the assessments it names along."""
    files: dict[Path, None] = {}
    problems: list[Problem] = [*_other_owners()]
    waiting = list(paths)
    while waiting:
        path = waiting.pop(0)
        if path in files:
            continue
        files[path] = None
        if _is_assessment(path):
            assessment, found = read_assessment(path)
            problems += found
            problems += _overdue(path, assessment, today)
        else:
            settings, found = load_settings(path)
            problems += found
            problems += _dead_routes(path, settings) if settings else ()
            waiting += [Path(a) for a in settings.assessments] if settings else []
    return Checked(files=tuple(files), problems=tuple(problems))


def _dead_routes(path: Path, settings: Settings) -> Iterator[Problem]:
    """A route whose patterns fit nothing is a warning that nobody would get."""
    loaded = [a for file in settings.assessments if (a := read_assessment(Path(file))[0]) is not None]
    names = {a.id: [f.key for f in forecasts(a)] for a in loaded}
    for number, route in enumerate(settings.routes, 1):
        keys = [key for name, own in names.items() if fnmatchcase(name, route.assessment) for key in own]
        if loaded and not any(fnmatchcase(key, route.scenario) for key in keys):
            near = get_close_matches(route.scenario, keys, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(names)}"
            what = f"route {number} fits no scenario of any assessment ({route.assessment}, {route.scenario})"
            yield Problem(where=str(path), what=what, instead=hint)


def _is_assessment(path: Path) -> bool:
    text, _ = read_text(path)
    return text is not None and ("watcher-assessment/" in text or "statements:" in text)


def _overdue(path: Path, assessment: Assessment | None, today: date | None) -> tuple[Problem, ...]:
    if assessment is None or today is None or today <= assessment.review_by:
        return ()
    days = (today - assessment.review_by).days
    what = f"the review was due on {assessment.review_by}, {days} day(s) ago"
    instead = "read it again, then move as_of, review_by and the priors"
    return (Problem(where=str(path), what=what, instead=instead, severity=Severity.WARNING),)


def _other_owners() -> tuple[Problem, ...]:
    """Another distribution that brings a package of our name would overwrite ours without a word."""
    owners = packages_distributions()
    return tuple(
        Problem(
            where=f"package {name}",
            what=f"also installed by {', '.join(sorted(set(owners[name]) - {'iw-watcher'}))}",
            instead="give iw-watcher an environment of its own",
            severity=Severity.WARNING,
        )
        for name in ("watcher", "alerts", "indicators")
        if set(owners.get(name, ())) - {"iw-watcher"}
    )
