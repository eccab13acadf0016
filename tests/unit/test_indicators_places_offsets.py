"""Offsets: so far from a named place is a place of its own, in English and in French."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.documents import Document
from indicators.places import Country, Gazetteer, Place, Point, Region, Whereabouts, distance_km
from indicators.places.distance import point_at
from indicators.places.offsets import may_tell_distances
from tests.builders import an_item

BAMAKO = Place(
    id="bamako",
    lat=12.64,
    lon=-8.0,
    country="ML",
    names=("Bamako", "Malian capital", "Mali's capital", "capitale malienne"),
)
GAZETTEER = Gazetteer(
    (
        BAMAKO,
        Place(id="kati", lat=12.74, lon=-8.07, country="ML", names=("Kati",)),
        Place(id="didieni", lat=13.89, lon=-8.10, country="ML", names=("Didiéni",)),
        Place(id="gao", lat=16.27, lon=-0.04, country="ML", names=("Gao",), ambiguous=True),
        Place(id="ouaga", lat=12.37, lon=-1.52, country="BF", names=("Ouagadougou",)),
    ),
    {"ML": Country(names=("Mali",)), "BF": Country(names=("Burkina",))},
    {
        "core": Region(within_km=40, of="bamako"),
        "ring": Region(within_km=150, of="bamako"),
        "road": Region(corridor=("bamako", "didieni"), width_km=40),
        "mali": Region(countries=("ML",)),
    },
)


def located(title: str, **more: str) -> Whereabouts:
    return GAZETTEER.locate(Document(an_item(title, **more)))


def places(title: str, **more: str) -> list[str]:
    return [place.place for place in located(title, **more).places]


@pytest.mark.parametrize(
    ("title", "may"),
    [("12 mi from Bamako", True), ("12mi.", True), ("12 miles off", True), ("The ministry in Bamako", False)],
)
def test_a_unit_of_length_is_a_word(title: str, may: bool) -> None:
    """A word that only begins like a mile asks nobody to look for distances; and none is found in it."""
    assert may_tell_distances(Document(an_item(title, summary="", content=""))) is may
    assert places("Ten ministries of Bamako") == ["bamako"]


@pytest.mark.parametrize(
    ("title", "place"),
    [
        ("Attack 300 km north of Bamako", "300 km N of bamako"),
        ("Attack 300km to the north of Bamako", "300 km N of bamako"),
        ("Some 300 kilometres (185 miles) north-east of the Malian capital Bamako", "300 km NE of bamako"),
        ("About 60 miles southwest of Mali's capital", "97 km SW of bamako"),
        ("Fighting within 50 km of Bamako", "50 km from bamako"),
        ("A village 30-40 km from the capital, Bamako", "40 km from bamako"),
        ("A camp 1,500 km away from Bamako", "1500 km from bamako"),
        ("Four hundred kilometres from the town of Kati", "400 km from kati"),
        ("Several hundred km from Bamako", "200 km from bamako"),
        ("Attaque à 300 km au nord de Bamako", "300 km N of bamako"),
        ("À 60 kilomètres à l\u2019est de la capitale malienne", "60 km E of bamako"),
        ("Une centaine de kilomètres au sud-ouest de la ville de Kati", "100 km SW of kati"),
        ("À plus de 1.200 km au nord-est de Bamako", "1200 km NE of bamako"),
        ("À 1\u202f200 km de Bamako", "1200 km from bamako"),
        ("À 70,5 km environ de Bamako", "70 km from bamako"),
        ("À deux cents km d'Ouagadougou", "200 km from ouaga"),
        ("120 km à l'ouest d\u2019Ouagadougou", "120 km W of ouaga"),
        ("À 90 km de Bamako, vers Ségou", "90 km from bamako"),
    ],
)
def test_a_distance_before_a_name_is_another_place(title: str, place: str) -> None:
    """Units, numbers in digits and words, directions and titles of the place, in both languages."""
    assert places(title) == [place]


@pytest.mark.parametrize(
    "title",
    [
        "Attack north of Bamako",
        "Attack 20 km from Bamako",
        "Attaque à 2,5 km de Bamako",
        "The 300 km from Bamako to Ségou",
        "Convoy does 60 km/h from Bamako",
        "After 300 km, Bamako",
        "A run of 300 km; Bamako watches",
        "0 km from Bamako",
        "99999 km from Bamako",
        "Camp 300 kmh from Bamako",
    ],
)
def test_what_tells_no_distance_of_that_place_leaves_it_there(title: str) -> None:
    """A journey, a speed, a direction alone, next door, nonsense: the town is named as ever."""
    assert places(title) == ["bamako"]


def test_a_place_named_beside_its_distance_counts_alone() -> None:
    """Didiéni, 160 km north of Bamako, is Didiéni; a place that lies elsewhere is not what the distance speaks of."""
    assert places("Attack in Didiéni, 160 km north of Bamako") == ["didieni"]
    assert places("Gao, Mali: attack 160 km north of Bamako") == ["gao", "160 km N of bamako"]
    assert places("Didiéni quiet, as the whole of the north has been for a week; attack 160 km north of Bamako") == [
        "didieni",
        "160 km N of bamako",
    ]


def test_a_town_named_by_itself_too_is_there_as_well() -> None:
    """What is said of Bamako itself still counts for Bamako."""
    assert places("Attack 300 km north of Bamako, gunfire in Bamako") == ["300 km N of bamako", "bamako"]


@pytest.mark.parametrize(
    ("title", "core", "ring", "road", "mali"),
    [
        ("300 km north of Bamako", False, False, False, True),
        ("30 km north of Bamako", True, True, True, True),
        ("100 km north of Bamako", False, True, True, True),
        ("100 km east of Bamako", False, True, False, True),
        ("30 km from Bamako", True, True, False, True),
        ("60 km from Bamako", False, True, False, True),
        ("160 km from Bamako", False, False, False, True),
    ],
)
def test_a_region_has_an_offset_only_if_all_it_may_mean_lies_inside(
    title: str, core: bool, ring: bool, road: bool, mali: bool
) -> None:
    """Without a direction it is somewhere on a ring: what may lie outside is not inside."""
    where = located(title)
    found = {region: GAZETTEER.inside(region, where) is not None for region in ("core", "ring", "road", "mali")}
    assert found == {"core": core, "ring": ring, "road": road, "mali": mali}


def test_the_sources_own_word_for_where_is_read_alike() -> None:
    """A record whose place is an offset lies there."""
    assert places("Two killed", place="80 km south of Bamako") == ["80 km S of bamako"]


def test_a_page_full_of_distances_gives_a_handful_of_places() -> None:
    """Hostile or merely long: eight offsets are enough."""
    assert len(places("x", content=" ".join(f"{n} km north of Bamako." for n in range(100, 400)))) == 8


@given(
    start=st.tuples(st.floats(-80, 80), st.floats(-180, 180)),
    km=st.floats(1, 5000),
    bearing=st.sampled_from(range(0, 360, 45)),
)
def test_the_point_lies_as_far_as_it_says(start: Point, km: float, bearing: int) -> None:
    """The direct problem and the inverse one agree, over the date line and near the poles too."""
    there = point_at(start, km, bearing)
    assert -90 <= there[0] <= 90
    assert -180 <= there[1] <= 180
    assert distance_km(start, there) == pytest.approx(km, rel=1e-6)
