"""Gazetteers larger than an assessment's own: the bundled one, and files that an analyst imported."""

from collections.abc import Collection, Iterable
from pathlib import Path

from indicators.errors import Problem
from indicators.places import Atlas, joined
from watcher.gazetteers.bundled import bundled_places, installed_version
from watcher.gazetteers.compact import read_places, refusal

BUNDLED = "bundled"
"""Stands, in a list of gazetteers, for the one that comes with Watcher."""

DEFAULT = (BUNDLED,)


def load_atlas(gazetteers: Iterable[str], countries: Collection[str]) -> tuple[Atlas, tuple[Problem, ...]]:
    """Return the places of *countries* in *gazetteers* (``bundled`` or paths), and what is wrong with those.

    A place that two of them have is taken from the first. Files are read again only when they changed.
    """
    atlases: list[Atlas] = []
    problems: list[Problem] = []
    for name in gazetteers:
        atlas, found = bundled_places(countries) if name == BUNDLED else read_places(Path(name))
        atlases.append(atlas)
        problems += found
    return Atlas(joined(atlases).of(countries)), tuple(problems)


def fingerprint(gazetteers: Iterable[str]) -> str:
    """Return a text that changes when one of *gazetteers* does: a file, or the bundled one by its version."""
    return "\n".join(f"{name} {_state(name)}" for name in gazetteers)


def _state(name: str) -> str:
    if name == BUNDLED:
        return installed_version()
    try:
        stat = Path(name).stat()
    except OSError:
        return "missing"
    return f"{stat.st_mtime_ns} {stat.st_size}"


__all__ = ["BUNDLED", "DEFAULT", "fingerprint", "load_atlas", "refusal"]
