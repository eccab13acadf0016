"""The compact file: places that an analyst imported, one a line, to be read at every start."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from indicators.errors import Problem
from indicators.places import Atlas, AtlasPlace
from indicators.places.geonames import population_from, position_from
from watcher.gazetteers.lines import BrokenLines, lines_of

FORMAT = "# watcher-places/1"
HEADER = (
    f"{FORMAT}: number, latitude, longitude, country, population, names parted by | (the first is shown)\n"
    "# Data of GeoNames (https://www.geonames.org), licence CC BY 4.0, selected by Watcher.\n"
)

MOST_PLACES = 200_000
"""Places of one file; a country has some ten thousand."""

_COLUMNS = 6


def write_places(path: Path, places: Iterable[AtlasPlace]) -> None:
    """Write *places* to the file at *path*, whole or not at all; raises ``OSError`` as the system does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.new")
    rows = (f"{p.key}\t{p.lat}\t{p.lon}\t{p.country}\t{p.population}\t{'|'.join(p.names)}\n" for p in places)
    with beside.open("w", encoding="utf-8", newline="\n") as file:
        file.write(HEADER)
        file.writelines(rows)
    beside.replace(path)  # atomic


def refusal(path: Path) -> tuple[str, str]:
    """Say why the file at *path* is no compact file and what to do, by its first line; empty if it is one."""
    try:
        with path.open("rb") as file:
            first = file.readline(200).decode("utf-8", "replace")
    except OSError as error:
        return f"the gazetteer {path} cannot be read: {error.strerror}", "`watcher places import ML.txt` writes one"
    if first.startswith(FORMAT):
        return "", ""
    if first.startswith("PK"):
        return f"the gazetteer {path} is a ZIP archive", "unpack it, then `watcher places import` the .txt in it"
    return f"the gazetteer {path} was not written by Watcher", f"`watcher places import {path}` makes one from a dump"


def read_places(path: Path) -> tuple[Atlas, tuple[Problem, ...]]:
    """Return the places of the compact file at *path*; a bad line is named and the others go on.

    The file is read again only when it changed.
    """
    what, instead = refusal(path)
    if what:
        return Atlas(), (Problem(where=str(path), what=what, instead=instead),)
    try:
        stat = path.stat()
        return _read(path, stat.st_mtime_ns, stat.st_size)
    except OSError as error:
        return Atlas(), (Problem(where=str(path), what=f"cannot be read: {error.strerror}"),)


@lru_cache(maxsize=16)
def _read(path: Path, _changed: int, _size: int) -> tuple[Atlas, tuple[Problem, ...]]:
    places: list[AtlasPlace] = []
    broken = BrokenLines()
    with path.open("rb") as file:
        for number, line, unread in lines_of(file):
            place, what = (None, unread) if line is None else _place(line)
            if place is not None:
                places.append(place)
            elif what:
                broken.add(number, what)
            if len(places) > MOST_PLACES:
                too_many = f"has more than {MOST_PLACES} places"
                return Atlas(), (Problem(where=str(path), what=too_many, instead="import with --min-population"),)
    problems = broken.problems(path)
    if not places:
        problems = (*problems, Problem(where=str(path), what="has no place", instead="import it again"))
    return Atlas(tuple(places)), problems


def _place(line: str) -> tuple[AtlasPlace | None, str]:
    if not line or line.startswith("#"):
        return None, ""
    cells = line.split("\t")
    if len(cells) != _COLUMNS:
        return None, f"has {len(cells)} columns between tabs and not {_COLUMNS}"
    key, lat, lon, country, people, written = cells
    position, what = position_from(lat, lon)
    population, odd = population_from(people)
    names = tuple(name for name in written.split("|") if name.strip())
    if position is None or odd:
        return None, what or odd
    if not (key and country and names):
        return None, "lacks its number, its country or its names"
    return AtlasPlace(
        key=key, lat=position[0], lon=position[1], country=country, names=names, population=population
    ), ""
