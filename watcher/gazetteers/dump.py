"""Importing: the places worth having of a GeoNames country dump, read as a stream."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from indicators.errors import Problem
from indicators.language.text import tokens
from indicators.places import AtlasPlace, distance_km
from indicators.places.geonames import GeoNamesRow, parse_row
from watcher.gazetteers.compact import MOST_PLACES
from watcher.gazetteers.lines import BrokenLines, lines_of

POPULATED = ("P",)
GONE = frozenset({"PPLCH", "PPLH", "PPLQ", "PPLW"})
"""Codes of places that are no more: former capitals, historical, abandoned and destroyed places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which places are kept. ``features`` are classes (``P``) or codes (``AIRP``) of GeoNames."""

    features: tuple[str, ...] = POPULATED
    min_population: int = 0
    near: tuple[float, float] | None = None
    within_km: float = 0.0

    def reason_against(self, row: GeoNamesRow) -> str:
        """Say why *row* is not kept; empty if it is."""
        if row.feature_code in GONE and row.feature_code not in self.features:
            return "no longer there"
        if row.feature_class not in self.features and row.feature_code not in self.features:
            return "other features"
        if row.population < self.min_population:
            return "too small"
        if self.near is not None and distance_km(self.near, (row.lat, row.lon)) > self.within_km:
            return "too far"
        return ""


@dataclass(slots=True, kw_only=True)
class Imported:
    """What an import found: the places kept, what was left out and why, and the broken lines."""

    places: dict[str, AtlasPlace] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    broken: BrokenLines = field(default_factory=BrokenLines)
    refused: Problem | None = None

    @property
    def good(self) -> int:
        """Rows that could be read."""
        return len(self.places) + self.left_out.total()

    @property
    def by_country(self) -> dict[str, int]:
        """How many places are kept of each country."""
        return dict(sorted(Counter(p.country for p in self.places.values()).items()))

    def sorted(self) -> list[AtlasPlace]:
        """Return the places by country, the largest first."""
        return sorted(self.places.values(), key=lambda p: (p.country, -p.population, int(p.key)))

    def keep(self, number: int, row: GeoNamesRow) -> None:
        """Keep the place of *row*, on the line of that *number*, unless it is there already or has no name."""
        place = row.place()
        if place is None:
            self.broken.add(number, "it has no name that can be looked for")
        elif row.key in self.places:
            self.broken.add(number, f"the number {row.key} is there twice; the first is kept")
        else:
            self.places[row.key] = place

    def problems(self, path: Path) -> tuple[Problem, ...]:
        """Return what is wrong with the file at *path*, its broken lines first."""
        return (*self.broken.problems(path), *([self.refused] if self.refused else []))


def read_dump(path: Path, selection: Selection) -> Imported:
    """Read the dump at *path* and keep what *selection* asks for; ``refused`` says why nothing can be used."""
    done = Imported()
    try:
        if _is_zip(path):
            done.refused = Problem(where=str(path), what="it is a ZIP archive", instead=f"unpack it: unzip {path.name}")
            return done
        for number, row, what in _rows(path):
            if row is None:
                done.broken.add(number, what)
            elif reason := selection.reason_against(row):
                done.left_out[reason] += 1
            else:
                done.keep(number, row)
            if len(done.places) > MOST_PLACES:
                break
    except OSError as error:
        done.refused = Problem(where=str(path), what=f"cannot be read: {error.strerror}")
        return done
    done.refused = _refusal(path, done)
    return done


def _refusal(path: Path, done: Imported) -> Problem | None:
    where = str(path)
    if len(done.places) > MOST_PLACES:
        instead = "import one country, or narrow it with --min-population or --near"
        return Problem(where=where, what=f"has more than {MOST_PLACES} places to keep", instead=instead)
    if not done.good:
        instead = "take a country's dump from https://download.geonames.org/export/dump/ and unpack it"
        return Problem(where=where, what="has no row of GeoNames", instead=instead)
    if not done.places:
        told = ", ".join(f"{n} {why}" for why, n in done.left_out.most_common())
        return Problem(where=where, what=f"no place is left: {told}", instead="ask for less")
    return None


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"PK"


def find_in_dump(path: Path, name: str) -> AtlasPlace | None:
    """Return the largest populated place of the dump at *path* that is called *name*, if there is one.

    Raises ``OSError`` as the system does.
    """
    wanted = _folded(name)
    best: GeoNamesRow | None = None
    for _, row, _what in _rows(path):
        if row is None or row.feature_class not in POPULATED or (best and row.population <= best.population):
            continue
        if any(_folded(written) == wanted for written in (*row.written[:2], *row.written[2].split(","))):
            best = row
    return best.place() if best else None


def _folded(name: str) -> list[str]:
    return [token.word for token in tokens(name)]


def _rows(path: Path) -> Iterator[tuple[int, GeoNamesRow | None, str]]:
    with path.open("rb") as file:
        for number, line, what in lines_of(file):
            if line is None:
                yield number, None, what
            elif line.strip() and not line.startswith("#"):
                yield number, *parse_row(line)
