"""Places around a point: a town that several lists have is one town."""

from pathlib import Path

import pytest

from indicators.parsing import parse_assessment
from indicators.places import AtlasPlace
from tests.builders import small
from watcher.gazetteers.compact import write_places
from watcher.gazetteers.lookup import Directory

OWN = """
  - {id: bamako, lat: 12.64, lon: -8.0, country: ML, names: [Bamako, Bko]}
  - {id: kolokani, lat: 13.5728, lon: -8.0339, country: ML, names: [Kolokani]}
  - {id: airport, lat: 12.55, lon: -7.95, country: ML, names: [Senou airport, Bamako]}
"""
BOTH = [("assessment", "bamako"), ("assessment", "airport")]


def a_town(*names: str, lat: float, country: str = "ML") -> AtlasPlace:
    return AtlasPlace(key=str(round(lat * 1000)), names=names, lat=lat, lon=-8.0, country=country)


def around(folder: Path, *lists: list[AtlasPlace], km: float = 30) -> list[tuple[str, str]]:
    """Return source and id of the places around Bamako; *lists* are those of gazetteers."""
    files = [folder / f"list{number}.tsv" for number in range(len(lists))]
    for file, places in zip(files, lists, strict=True):
        write_places(file, places)
    countries = "  ML: {names: [Mali]}\n  GN: {names: [Guinea]}"
    assessment, problems = parse_assessment(small(places=OWN, countries=countries), name="small")
    assert assessment is not None, problems
    directory = Directory(assessment, [str(file) for file in files])
    assert not directory.problems
    return [(Path(e.source).stem, e.id) for _, e in directory.around((12.64, -8.0), km)]


@pytest.mark.parametrize("names", [("Bamako",), ("BAMAKÓ",), ("Bamakou", "Bko")])
def test_a_town_of_the_assessment_is_not_counted_again(names: tuple[str, ...], tmp_path: Path) -> None:
    """A gazetteer's place a few km off that shares one of its names is it, whatever case and accents."""
    assert around(tmp_path, [a_town(*names, lat=12.67)]) == BOTH


def test_a_town_of_two_gazetteers_is_counted_once(tmp_path: Path) -> None:
    """The first that has it stands for both."""
    both = [a_town("Kati", lat=12.74)], [a_town("Kati", lat=12.75)]
    assert around(tmp_path, *both) == [BOTH[0], ("list0", "Kati, ML"), BOTH[1]]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(a_town("Bamako", lat=12.85), id="too far to be the same"),
        pytest.param(a_town("Bamako", lat=12.67, country="GN"), id="in another country"),
        pytest.param(a_town("Badalabougou", lat=12.62), id="of another name"),
    ],
)
def test_another_place_is_counted(other: AtlasPlace, tmp_path: Path) -> None:
    """Only what is surely the same town is left out."""
    assert ("list0", other.id) in around(tmp_path, [other])


def test_two_places_of_the_assessment_stay_two(tmp_path: Path) -> None:
    """Bamako and its airport share a name and lie close: whoever wrote both meant both."""
    assert around(tmp_path) == BOTH


def test_a_town_lies_where_the_assessment_says(tmp_path: Path) -> None:
    """An own place outside the circle is not brought in by a gazetteer's other position for it."""
    assert around(tmp_path, [a_town("Kolokani", lat=13.5)], km=98) == BOTH
    assert ("assessment", "kolokani") in around(tmp_path, [a_town("Kolokani", lat=13.5)], km=104)
