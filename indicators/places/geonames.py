"""GeoNames rows: a line of a country dump as a place, or what is wrong with it.

A dump has one place a line in 19 columns between tabs, as its readme describes them
(https://download.geonames.org/export/dump/readme.txt). The data are GeoNames', under CC BY 4.0.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from indicators.language.text import one_line, tokens
from indicators.places.atlas import AtlasPlace

COLUMNS = 19

LONGEST_NAME = 100
"""Characters; a longer name is a description."""

MOST_NAMES = 12
"""Names that are kept of one place: its own, its plain spelling, and other spellings of it."""

SEPARATORS = "|\t\n"
"""Characters that part names and columns in our own files: no name has one."""

_OUR_SCRIPTS = re.compile(r"[\u0020-\u024f\u02b0-\u036f\u0400-\u052f\u0600-\u06ff\u1e00-\u1eff\u2018\u2019]+")
"""Latin, Cyrillic and Arabic letters: the scripts of the languages that reports are read in."""

_NUMBER = re.compile(r"[0-9]{1,11}")
_CODE = re.compile(r"[A-Z0-9]{1,4}")
_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class GeoNamesRow:
    """A row of a dump with its feature: class ``P`` (populated place), code ``PPLA`` (seat of a region).

    ``written`` are its name, its plain spelling and its other names, as they stand there: they are
    worked out by :meth:`place`, because few rows of a dump are kept.
    """

    key: str
    lat: float
    lon: float
    country: str
    population: int
    feature_class: str
    feature_code: str
    written: tuple[str, str, str]

    def place(self) -> AtlasPlace | None:
        """Return the place, or ``None`` if it has no name that can be looked for."""
        name, plain, others = self.written
        names = names_from(name, (plain, *others.split(",")))
        if not names:
            return None
        return AtlasPlace(
            key=self.key, lat=self.lat, lon=self.lon, country=self.country, names=names, population=self.population
        )


def parse_row(line: str) -> tuple[GeoNamesRow | None, str]:
    """Return the row on *line*, or ``None`` and what is wrong with the line."""
    cells = line.split("\t")
    if len(cells) != COLUMNS:
        return None, f"has {len(cells)} columns between tabs and not {COLUMNS}"
    key, name, plain, others, lat, lon = cells[:6]
    position, wrong_position = position_from(lat, lon)
    population, wrong_population = population_from(cells[14])
    what = (
        ("" if _NUMBER.fullmatch(key) else f"its number is {_shown(key)} and not digits")
        or wrong_position
        or ("" if _COUNTRY.fullmatch(cells[8]) else f"its country is {_shown(cells[8])} and not two capital letters")
        or wrong_population
    )
    if what or position is None:
        return None, what
    row = GeoNamesRow(
        key=key,
        lat=position[0],
        lon=position[1],
        country=cells[8],
        population=population,
        feature_class=cells[6],
        feature_code=cells[7],
        written=(name, plain, others),
    )
    return row, ""


def position_from(lat: str, lon: str) -> tuple[tuple[float, float] | None, str]:
    """Return latitude and longitude in degrees as numbers, or ``None`` and what is wrong with them."""
    try:
        north, east = float(lat), float(lon)
    except ValueError:
        return None, f"its position {_shown(lat)}, {_shown(lon)} is not two numbers"
    # NaN fails every comparison.
    if not -90 <= north <= 90:  # noqa: PLR2004 - degrees
        return None, f"its latitude {_shown(lat)} is not between -90 and 90"
    if not -180 <= east <= 180:  # noqa: PLR2004 - degrees
        return None, f"its longitude {_shown(lon)} is not between -180 and 180"
    return (north, east), ""


def population_from(written: str) -> tuple[int, str]:
    """Return the number of people, 0 where it is not known, or what is wrong with it."""
    if not written:
        return 0, ""
    if _NUMBER.fullmatch(written):
        return int(written), ""
    return 0, f"its population is {_shown(written)} and not a number of people"


def names_from(name: str, others: Iterable[str]) -> tuple[str, ...]:
    """Return the names a place is looked for by: its *name* first, then the spellings among *others* worth having.

    Airport codes, transliterations (they begin with a small letter), other scripts and spellings that
    differ by accents alone are left out.
    """
    kept: dict[tuple[str, ...], str] = {}
    for number, written in enumerate((name, *others)):
        shown = written.strip() if written.isprintable() else one_line(written)
        worth = number == 0 or not (shown[:1].islower() or _CODE.fullmatch(shown))
        fits = 0 < len(shown) <= LONGEST_NAME and not any(c in shown for c in SEPARATORS)
        if worth and fits and _OUR_SCRIPTS.fullmatch(shown):
            folded = tuple(token.word for token in tokens(shown))
            if folded:
                kept.setdefault(folded, shown)
        if len(kept) == MOST_NAMES:
            break
    return tuple(kept.values())


def _shown(text: str) -> str:
    """Return *text* as it can stand in a message."""
    return repr(one_line(text, limit=30))
