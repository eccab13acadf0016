"""Places: where a report says it happened, and that silence about it is never filled with a guess."""

import math
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from indicators.places import (
    Country,
    Gazetteer,
    Located,
    Place,
    Region,
    Whereabouts,
    distance_km,
    distance_to_line_km,
)
from indicators.places.nearby import Nearby
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
    "road": Region(corridor=("bamako", "bougouni"), width_km=30),
    "river": Region(corridor=("bamako", "san", "gao"), width_km=160),
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
        pytest.param("road", "Convoy hit near Bougouni", ("bougouni",), id="the end of a corridor"),
        pytest.param("road", "Convoy hit near Gao", None, id="far from the corridor"),
        pytest.param("road", "Convoy hit in Mali", None, id="a country is not in a corridor"),
        pytest.param("river", "From Gao to San", ("gao", "san"), id="the bend of a corridor"),
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


CAPITALS = tuple(
    Place(id=id_, lat=lat, lon=lon, country=country, names=(name,), ambiguous_names=("the capital",))
    for id_, lat, lon, country, name in (
        ("bamako", 12.6392, -8.0029, "ML", "Bamako"),
        ("niamey", 13.5137, 2.1098, "NE", "Niamey"),
    )
)


@pytest.mark.parametrize(
    ("title", "places"),
    [
        ("Bamako", ["bamako"]),
        ("Blasts in the capital", []),
        ("Mali: blasts in the capital", ["bamako"]),
        ("Niger: blasts in the capital", ["niamey"]),
        ("Mali and Niger: blasts in the capital", []),
        ("Mali and Niger: blasts in the capital, says Niamey", ["niamey"]),
        ("Mali: blasts 100 km north of the capital", ["100 km N of bamako"]),
    ],
)
def test_a_place_may_have_sure_names_and_ambiguous_ones(title: str, places: list[str]) -> None:
    """*The capital* is that of the one country that is named; Bamako needs nothing beside it."""
    gazetteer = Gazetteer(CAPITALS, COUNTRIES, {})
    assert [p.place for p in gazetteer.locate(Document(an_item(title))).places] == places


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


@pytest.mark.parametrize(
    ("lat", "lon"), [(math.nan, -8.0), (12.6, math.nan), (95.0, -8.0), (12.6, 181.0), (math.inf, -8.0), (12.6, None)]
)
def test_a_position_off_the_globe_is_none(lat: float, lon: float | None) -> None:
    """Whatever a source wrote, nothing breaks, and the names of the text count instead."""
    assert inside("ring", "Bamako market", lat=lat, lon=lon) == ("bamako",)


def test_a_point_on_the_circle_is_inside() -> None:
    """The radius belongs to its circle."""
    edge = distance_km((BAMAKO.lat, BAMAKO.lon), (GAO.lat, GAO.lon))
    gazetteer = Gazetteer((BAMAKO, GAO), {}, {"ring": Region(within_km=edge, of="bamako")})
    assert gazetteer.contains("ring", Located(place="gao", lat=GAO.lat, lon=GAO.lon, country="ML"))


def test_places_come_in_reading_order_once_each() -> None:
    """The first place a text names comes first: an incident is counted there."""
    assert [p.place for p in located("Gao: trucks from Bamako reach Gao", content="Bamako").places] == ["gao", "bamako"]


@pytest.mark.parametrize(
    ("place", "titles"),
    [
        ("Gao", [("Army base", ("gao",)), ("Niamey airport", ("gao", "niamey"))]),
        ("San", [("Hospital in Mali", ("san",)), ("Hospital", ())]),
        ("San, Mali", [("Hospital", ("san",))]),
        ("ML", [("San hospital", ("san",))]),
    ],
)
def test_the_sources_own_word_for_where_goes_first(place: str, titles: list[tuple[str, tuple[str, ...]]]) -> None:
    """It is read by the same rules as the text, and its country helps to read the text."""
    for title, wanted in titles:
        assert tuple(p.place for p in located(title, place=place).places) == wanted


def test_a_country_that_only_the_source_names_is_named() -> None:
    """A report filed under Mali is about Mali, though its text does not say so."""
    assert inside("mali", "Army base attacked", place="Mali") == ("ML",)
    assert inside("mali", "Army base attacked", place="ML") == ("ML",)


def test_what_was_refused_is_told_with_its_reason() -> None:
    """An explanation can say which name was not believed, and why."""
    (doubt,) = located("San hospital opens").doubtful
    assert (doubt.name, doubt.hit.first) == ("San", 0)
    assert "only where the text names ML" in str(doubt)
    assert not located("San hospital opens in Mali").doubtful


@pytest.mark.parametrize(
    ("region", "title", "unlocated"),
    [
        ("ring", "Convoy hit", True),
        ("ring", "Convoy hit in Mali", True),
        ("ring", "Convoy hit in Nigeria", False),
        ("ring", "Convoy hit near Gao", False),
        ("river", "Convoy hit in Mali", True),
        ("sahel", "Convoy hit in Nigeria", False),
        ("mali", "San hospital", True),
    ],
)
def test_an_item_is_unlocated_if_it_leaves_the_region_open(region: str, title: str, unlocated: bool) -> None:
    """No place, and no country but one that the region lies in; a country elsewhere is an answer."""
    assert GAZETTEER.unlocated(region, located(title)) is unlocated


KORO_MALI = Place(id="koro_ml", lat=14.07, lon=-3.08, country="ML", names=("Koro",))
KORO_BURKINA = Place(id="koro_bf", lat=11.15, lon=-4.21, country="BF", names=("Koro",))
TWO_KOROS = Gazetteer((BAMAKO, NIAMEY, KORO_MALI, KORO_BURKINA), COUNTRIES | {"BF": Country(names=("Burkina",))}, {})


@pytest.mark.parametrize(
    ("title", "places"),
    [
        pytest.param("Attack in Koro, Mali", ["koro_ml"], id="the country that is named"),
        pytest.param("Burkina: attack in Koro", ["koro_bf"], id="the other country"),
        pytest.param("From Bamako to Koro", ["bamako", "koro_ml"], id="the country of another place"),
        pytest.param("Burkina: from Bamako to Koro", ["bamako", "koro_bf"], id="a named country before a place's"),
        pytest.param("Burkina and Mali: from Bamako to Koro", ["bamako", "koro_ml"], id="two countries, one place"),
        pytest.param("Burkina and Mali: attack in Koro", [], id="two countries and nothing else"),
        pytest.param("Attack in Koro", [], id="nothing else"),
        pytest.param("From Niamey to Koro", ["niamey"], id="a place of a third country"),
    ],
)
def test_one_name_in_two_countries_is_resolved_or_left_open(title: str, places: list[str]) -> None:
    """By the countries that are named, then by other places; else it is no place, and that is told."""
    where = TWO_KOROS.locate(Document(an_item(title)))
    assert [p.place for p in where.places] == places
    assert bool(where.doubtful) is not any(p.startswith("koro") for p in places)


DEGREES = st.tuples(st.floats(-89, 89), st.floats(-180, 180))


def between(a: tuple[float, float], b: tuple[float, float], part: float) -> tuple[float, float]:
    """Return the point that lies at *part* of the great circle from *a* to *b*."""
    (ax, ay, az), (bx, by, bz) = vector(a), vector(b)
    angle = distance_km(a, b) / 6371.0088
    s, t = math.sin((1 - part) * angle) / math.sin(angle), math.sin(part * angle) / math.sin(angle)
    x, y, z = s * ax + t * bx, s * ay + t * by, s * az + t * bz
    return math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))


def vector(point: tuple[float, float]) -> tuple[float, float, float]:
    lat, lon = map(math.radians, point)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


@given(DEGREES, DEGREES)
def test_distances_are_the_same_both_ways(a: tuple[float, float], b: tuple[float, float]) -> None:
    """There and back, and never more than half way round."""
    assert distance_km(a, b) == pytest.approx(distance_km(b, a), abs=1e-6)
    assert 0 <= distance_km(a, b) <= 20_016


@given(DEGREES, DEGREES, DEGREES, st.floats(0, 1))
def test_a_point_on_a_corridors_line_is_inside(
    a: tuple[float, float], b: tuple[float, float], c: tuple[float, float], part: float
) -> None:
    """However far apart its places are, and on whichever stretch the point lies."""
    assume(all(1 < distance_km(p, q) < 19_000 for p, q in ((a, b), (b, c))))
    for point in (between(a, b, part), between(b, c, part)):
        assert distance_to_line_km(point, (a, b, c)) < 0.01


@given(DEGREES, DEGREES, DEGREES)
def test_the_distance_to_a_line_is_that_to_its_nearest_point(
    point: tuple[float, float], a: tuple[float, float], b: tuple[float, float]
) -> None:
    """Measured against three hundred points of the line: no point is nearer, and one is almost as near."""
    length = distance_km(a, b)
    assume(1 < length < 19_000)
    nearest = min(distance_km(point, between(a, b, i / 300)) for i in range(301))
    found = distance_to_line_km(point, (a, b))
    assert nearest - length / 300 <= found <= nearest + 1e-6
    assert found == pytest.approx(distance_to_line_km(point, (b, a)), abs=1e-6)


@pytest.mark.parametrize(("km", "wanted"), [(0.0, True), (14.9, True), (15.1, False), (40.0, False)])
def test_a_corridors_width_is_its_whole_width(km: float, wanted: bool) -> None:
    """width_km: 30 holds what lies at most 15 km to either side, and 15 km beyond the ends."""
    corridor = Gazetteer(
        (Place(id="a", lat=0, lon=0, names=("A",)), Place(id="b", lat=0, lon=5, names=("B",))),
        {},
        {"road": Region(corridor=("a", "b"), width_km=30)},
    )
    degrees = km / 111.195
    for lat, lon in ((degrees, 2.5), (-degrees, 2.5), (0, -degrees), (0, 5 + degrees)):
        point = Located(place="x", lat=lat, lon=lon, country="")
        assert corridor.contains("road", point) is wanted, (lat, lon)


@pytest.mark.parametrize(("here", "there"), [((0.0, 179.9), (0.0, -179.9)), ((89.9, 10.0), (89.9, -170.0))])
def test_what_is_near_over_the_date_line_or_a_pole_is_found(
    here: tuple[float, float], there: tuple[float, float]
) -> None:
    """Longitudes that are far apart as numbers may be near on the globe."""
    place = Located(place="there", lat=there[0], lon=there[1], country="")
    assert Nearby([place]).nearest(here, within_km=50) == place


@given(st.lists(DEGREES, min_size=1, max_size=30), DEGREES, st.floats(1, 3000))
def test_the_nearest_of_many_points_is_found(
    points: list[tuple[float, float]], here: tuple[float, float], km: float
) -> None:
    """The shortcut over latitudes finds what measuring to each point finds, at the poles and the date line too."""
    near = Nearby([Located(place=str(i), lat=p[0], lon=p[1], country="") for i, p in enumerate(points)])
    best = min(distance_km(here, p) for p in points)
    found = near.nearest(here, within_km=km)
    if best > km:
        assert found is None
    elif best < km * (1 - 1e-9):
        assert found is not None
        assert distance_km(here, (found.lat, found.lon)) == best
