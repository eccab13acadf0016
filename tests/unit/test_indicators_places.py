"""Places: where a report says it happened, and that silence about it is never filled with a guess."""

from typing import Any

import pytest

from indicators.places import Country, Gazetteer, Located, Place, Region, Whereabouts, distance_km
from indicators.query import Document
from tests.builders import an_item

BAMAKO = Place(id="bamako", lat=12.6392, lon=-8.0029, country="ML", names=("Bamako",))
BOUGOUNI = Place(id="bougouni", lat=11.4177, lon=-7.4832, country="ML", names=("Bougouni",))
GAO = Place(id="gao", lat=16.2717, lon=-0.0447, country="ML", names=("Gao",))
SAN = Place(id="san", lat=13.3034, lon=-4.8956, country="ML", names=("San",), ambiguous=True)
NIAMEY = Place(id="niamey", lat=13.5137, lon=2.1098, country="NE", names=("Niamey",))
COUNTRIES = {
    "ML": Country(names=("Mali", "Malian*")),
    "NE": Country.model_validate({"names": ["Niger", "Nigerien*"], "not": ["Niger River", "fleuve Niger"]}),
    "NG": Country(names=("Nigeria*",)),
}
REGIONS = {
    "ring": Region(within_km=150, of="bamako"),
    "tight_ring": Region(within_km=140, of="bamako"),
    "towns": Region(places=("gao", "san")),
    "mali": Region(countries=("ML",)),
    "sahel": Region(regions=("mali", "niger")),
    "niger": Region(countries=("NE",)),
    "mixed": Region(regions=("tight_ring", "towns")),
    "anywhere": Region(anywhere=True),
}
GAZETTEER = Gazetteer((BAMAKO, BOUGOUNI, GAO, SAN, NIAMEY), COUNTRIES, REGIONS)


def located(title: str, **fields: Any) -> Whereabouts:
    return GAZETTEER.locate(Document(an_item(title, **fields)))


def inside(region: str, title: str, **fields: Any) -> tuple[str, ...] | None:
    return GAZETTEER.inside(region, located(title, **fields))


@pytest.mark.parametrize(
    ("a", "b", "km", "within"),
    [
        pytest.param((12.6392, -8.0029), (11.4177, -7.4832), 147, 1, id="Bamako to Bougouni"),
        pytest.param((48.8566, 2.3522), (51.5074, -0.1278), 343.6, 1, id="Paris to London"),
        pytest.param((0, 0), (0, 1), 111.195, 0.01, id="a degree on the equator"),
        pytest.param((60, 0), (60, 1), 55.6, 0.1, id="half of it at sixty north"),
        pytest.param((0, 179.5), (0, -179.5), 111.195, 0.01, id="across the date line"),
        pytest.param((90, 0), (-90, 0), 20015, 1, id="pole to pole"),
        pytest.param((12, -8), (12, -8), 0, 1e-9, id="nowhere to go"),
    ],
)
def test_distances_are_great_circles(a: tuple[float, float], b: tuple[float, float], km: float, within: float) -> None:
    """Known distances come out, in both directions."""
    assert distance_km(a, b) == pytest.approx(km, abs=within)
    assert distance_km(b, a) == distance_km(a, b)


@pytest.mark.parametrize(
    ("region", "title", "wanted"),
    [
        pytest.param("ring", "Convoy hit near Bougouni", ("bougouni",), id="circle holds a town 147 km out"),
        pytest.param("tight_ring", "Convoy hit near Bougouni", None, id="circle too small"),
        pytest.param("ring", "Convoy hit near Gao", None, id="town far from the circle"),
        pytest.param("ring", "Convoy hit in Mali", None, id="a country is not in a circle"),
        pytest.param("towns", "From Bamako to Gao", ("gao",), id="named places"),
        pytest.param("towns", "Bamako and Mali", None, id="other places of the country"),
        pytest.param("mali", "Army base at Gao", ("gao",), id="place in the country"),
        pytest.param("mali", "Malian army", ("ML",), id="country by name"),
        pytest.param("mali", "Gao, Mali", ("gao",), id="the place rather than the country"),
        pytest.param("mali", "Niamey airport", None, id="other country"),
        pytest.param("sahel", "Niamey airport", ("niamey",), id="union of countries"),
        pytest.param("sahel", "Niger and Mali agree", ("ML", "NE"), id="union by country names"),
        pytest.param("mixed", "Gao and Bamako", ("gao", "bamako"), id="union of circle and places, in reading order"),
        pytest.param("mixed", "Bougouni", None, id="in no part of the union"),
        pytest.param("anywhere", "Paris talks", (), id="anywhere asks for nothing"),
        pytest.param("anywhere", "Talks in Gao", ("gao",), id="anywhere still says where"),
        pytest.param("mali", "Convoy hit", None, id="no place at all"),
    ],
)
def test_a_region_holds_what_lies_in_it_and_nothing_else(
    region: str, title: str, wanted: tuple[str, ...] | None
) -> None:
    """Circle, places, countries, unions and anywhere; what names no place in a region is not in it."""
    assert inside(region, title) == wanted


@pytest.mark.parametrize(
    ("title", "places"),
    [
        ("San hospital", []),
        ("San Francisco", []),
        ("San, Mali", ["san"]),
        ("From Gao to San", ["gao", "san"]),
        ("From Niamey to San", ["niamey"]),
    ],
)
def test_an_ambiguous_name_needs_its_country_beside_it(title: str, places: list[str]) -> None:
    """San counts beside Mali or a sure place of Mali, and not beside a place of another country."""
    assert [p.place for p in located(title).places] == places


@pytest.mark.parametrize(
    ("title", "countries"),
    [
        ("Niger army", {"NE"}),
        ("Bodies in the Niger River", set()),
        ("Le fleuve Niger monte", set()),
        ("Niger closes the Niger River", {"NE"}),
        ("Nigeria army", {"NG"}),
        ("Nigerian and Malian troops", {"NG", "ML"}),
        ("Nigerien troops", {"NE"}),
    ],
)
def test_a_country_is_named_only_where_its_name_means_it(title: str, countries: set[str]) -> None:
    """The river is not the country, and Niger is not Nigeria."""
    assert located(title).countries == countries


def test_coordinates_of_the_source_win_over_names_in_the_text() -> None:
    """A report pinned at Gao that speaks of Bamako happened at Gao."""
    pinned = {"lat": 16.3, "lon": -0.1}
    assert inside("ring", "As in Bamako", **pinned) is None
    assert inside("mali", "As in Niamey", **pinned) == ("gao",)


@pytest.mark.parametrize(
    ("lat", "lon", "country"),
    [(12.7, -8.1, "ML"), (13.6, 2.0, "NE"), (48.8, 2.3, "")],
    ids=["near Bamako", "near Niamey", "far from every known place"],
)
def test_a_pin_takes_the_country_of_a_near_known_place_only(lat: float, lon: float, country: str) -> None:
    """A point within 100 km of a known place is in its country; farther away we do not know."""
    assert [p.country for p in located("Attack", lat=lat, lon=lon).places] == [country]


def test_a_pin_far_from_everything_is_in_no_country_even_if_the_text_names_one() -> None:
    """A point in Paris does not count for Mali because its text says Mali."""
    assert inside("mali", "Mali embassy in Paris", lat=48.8, lon=2.3) is None


def test_one_coordinate_is_no_position() -> None:
    """A latitude alone pins nothing: the names of the text count."""
    assert inside("ring", "Bamako market", lat=16.3) == ("bamako",)


def test_a_point_on_the_circle_is_inside() -> None:
    """The radius belongs to its circle."""
    edge = distance_km((BAMAKO.lat, BAMAKO.lon), (GAO.lat, GAO.lon))
    gazetteer = Gazetteer((BAMAKO, GAO), {}, {"ring": Region(within_km=edge, of="bamako")})
    assert gazetteer.contains("ring", Located(place="gao", lat=GAO.lat, lon=GAO.lon, country="ML"))


def test_places_come_in_reading_order_once_each() -> None:
    """The first place a text names comes first: an incident is counted there."""
    assert [p.place for p in located("Gao: trucks from Bamako reach Gao", content="Bamako").places] == ["gao", "bamako"]
