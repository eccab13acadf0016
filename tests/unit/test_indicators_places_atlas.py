"""The larger gazetteer: it adds places to an assessment's own and never takes one away or guesses."""

from typing import Any

import pytest

from indicators.documents import Document
from indicators.places import Atlas, AtlasPlace, Country, Gazetteer, Place, Region, Whereabouts, joined
from indicators.places.atlas import MOST_OF_A_COUNTRY
from tests.builders import an_item

PLACES = (
    Place(id="bamako", lat=12.6392, lon=-8.0029, country="ML", names=("Bamako", "Modibo Keita airport")),
    Place(id="kolokani", lat=13.5728, lon=-8.0339, country="ML", names=("Kolokani",)),
    Place(id="tombouctou", lat=16.7735, lon=-3.0074, country="ML", names=("Tombouctou",)),
    Place(id="kita", lat=13.0349, lon=-9.4895, country="ML", names=("Kita",), ambiguous=True),
    Place(id="niamey", lat=13.5137, lon=2.1098, country="NE", names=("Niamey",)),
)
COUNTRIES = {
    "ML": Country(names=("Mali", "Malien*")),
    "NE": Country.model_validate({"names": ["Niger", "Nigerien*"], "not": ["Niger River", "Niger State"]}),
    "NG": Country(names=("Nigeria*",)),
    "BF": Country(names=("Burkina",)),
}
REGIONS = {"ring": Region(within_km=150, of="bamako"), "mali": Region(countries=("ML",))}


def a_place(name: str, lat: float, lon: float, country: str = "ML", **changes: Any) -> AtlasPlace:
    names = (name, *changes.pop("others", ()))
    values: dict[str, Any] = {"key": f"{name} {country} {lat}", "lat": lat, "lon": lon, "country": country}
    return AtlasPlace(**(values | {"names": names} | changes))


ATLAS = Atlas(
    (
        a_place("Douentza", 15.0, -2.95, population=28_005),
        a_place("San", 13.297, -4.896, population=103_227),
        a_place("Bla", 12.95, -5.77, population=30_000),
        a_place("Keita", 14.76, 5.77, "NE", population=10_000),
        a_place("Touré", 13.1, -5.2),
        a_place("Paris", 13.9, -6.4),
        a_place("Mali", 13.2, -6.1),
        a_place("Timbuktu", 16.77, -3.0, others=("Tombouctou", "Tombuctú"), population=32_460),
        a_place("Kolokani", 11.1, -5.0),
        a_place("Badalabougou", 12.62, -7.99),
        a_place("Kita", 9.0, -5.0, "BF"),
        a_place("Koro", 14.07, -3.08, population=62_681),
        a_place("Koro", 13.3, -6.0, population=900),
        a_place("Koro", 11.15, -4.21, "BF", population=2_000),
        a_place("Sirakoro", 12.68, -9.23),
        a_place("Sirakoro", 13.5667, -7.55),
        a_place("Ntossoni", 13.2, -8.0),
        a_place("Ntossoni", 13.9, -8.0),
        a_place("Yorosso", 12.358, -4.777),
        a_place("Yorosso", 12.36, -4.78),
        a_place("Dosso", 13.05, 3.19, "NE", population=58_000),
        a_place("Kidira", 14.457, -12.213, "SN", population=7_000),
    )
)
GAZETTEER = Gazetteer(PLACES, COUNTRIES, REGIONS, atlas=ATLAS)


def located(title: str, **fields: Any) -> Whereabouts:
    return GAZETTEER.locate(Document(an_item(title, **fields)))


def places(title: str, **fields: Any) -> list[str]:
    return [p.place for p in located(title, **fields).places]


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("Mali: attack in Douentza", ["Douentza, ML"]),
        ("From Bamako to Douentza", ["bamako", "Douentza, ML"]),
        ("douentza, MALI", ["Douentza, ML"]),
        ("Attack in Douentza", []),
        ("Niger: attack in Douentza", []),
        ("From Niamey to Douentza", ["niamey"]),
        ("Nigeria: attack in Dosso", []),
        ("Niger State: attack in Dosso", []),
        ("Bodies found in the Niger River at Dosso", []),
        ("Niger: attack in Dosso", ["Dosso, NE"]),
        ("Senegal and Mali: trucks at Kidira", []),
    ],
)
def test_a_place_of_the_atlas_counts_only_beside_its_country(title: str, wanted: list[str]) -> None:
    """By name, or by a place of it that the assessment is sure of; other countries' places are not used at all."""
    assert places(title) == wanted


@pytest.mark.parametrize(
    ("title", "lang", "wanted"),
    [
        ("Mali: San hospital", None, []),
        ("Mali: attack in San", "en", ["San, ML"]),
        ("Mali : attaque à San", "fr", ["San, ML"]),
        ("Mali : attaque à San", None, []),
        ("Mali: a San day", "en", []),
        ("Mali : la ville de San", None, ["San, ML"]),
        ("Attack on San, Mali", None, ["San, ML"]),
        ("Attack on San (Mali)", None, ["San, ML"]),
        ("Attack on San, Niger", None, []),
        ("Mali: envoy in San Francisco", None, []),
        ("MALI: FIGHTERS IN SAN", None, ["San, ML"]),
        ("Mali : bla bla", None, []),
        ("Mali: Touré leaves the army", None, []),
        ("Mali: village of Touré burnt", None, ["Touré, ML"]),
        ("Mali: talks in Paris", None, []),
        ("Niger: plane in Modibo Keita airport", None, ["bamako"]),
        ("Niger: attack in Keita", None, ["Keita, NE"]),
        ("Mali: Mali army", None, []),
    ],
)
def test_a_name_that_is_another_word_needs_a_place_word(title: str, lang: str | None, wanted: list[str]) -> None:
    """San, Bla, a family name, a famous city or part of a longer name is no village, whatever the capitals."""
    assert places(title, lang=lang) == wanted


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        pytest.param("Mali: attack in Tombuctú", ["tombouctou"], id="another spelling"),
        pytest.param("Attack in Tombouctou", ["tombouctou"], id="the own name stays sure"),
        pytest.param("Attack in Tombuctú", [], id="the other spelling does not become sure"),
        pytest.param("Attack in Kolokani", ["kolokani"], id="a far village of the same name is not meant"),
        pytest.param("Mali: attack in Badalabougou", ["bamako"], id="a quarter is its town"),
        pytest.param("Mali: attack in Kita", ["kita"], id="an ambiguous own name"),
        pytest.param("Burkina: attack in Kita", ["Kita, BF"], id="meant in the other country"),
        pytest.param("Burkina and Mali: attack in Kita", ["kita"], id="the own place where both are named"),
    ],
)
def test_the_assessments_own_place_wins(title: str, wanted: list[str]) -> None:
    """Its id is kept, so that reports by name, by another spelling and by coordinates are one event."""
    assert places(title) == wanted


@pytest.mark.parametrize(
    ("title", "wanted", "why"),
    [
        ("Mali: attack in Koro", ["Koro, ML (14.07,-3.08)"], ""),
        ("Burkina: attack in Koro", ["Koro, BF"], ""),
        ("Burkina and Mali: attack in Koro", [], "may be in BF and ML"),
        ("Burkina and Mali: from Bamako, attack in Koro", ["bamako", "Koro, ML (14.07,-3.08)"], ""),
        ("Attack in Koro", [], "names none of them"),
        ("Mali: attack in Sirakoro", [], "2 places of ML have this name"),
        ("Mali: attack in Sirakoro, near Kolokani", ["Sirakoro, ML (13.57,-7.55)", "kolokani"], ""),
        ("Mali: attack in Ntossoni, near Kolokani", ["kolokani"], "2 places of ML have this name"),
        ("Mali: attack in Yorosso", ["Yorosso, ML (12.36,-4.78)"], ""),
    ],
)
def test_one_name_of_several_places_is_resolved_or_left_open(title: str, wanted: list[str], why: str) -> None:
    """By country, then by a sure place beside it, then by far the largest; a place listed twice is one."""
    where = located(title)
    assert [p.place for p in where.places] == wanted
    assert [str(doubt) for doubt in where.doubtful if why not in str(doubt)] == []
    assert bool(where.doubtful) is bool(why)


def test_an_everyday_word_raises_no_doubt() -> None:
    """Nobody asks why "bla" is no village where neither a country nor a place word speaks for it."""
    assert not located("Bla bla, they say").doubtful
    assert located("Mali: bla bla").doubtful
    assert located("Attack in Bla").doubtful


def test_a_sure_place_far_off_in_the_text_settles_nothing() -> None:
    """A dateline does not say which Sirakoro is meant forty words later."""
    assert places("Kolokani", content="word " * 40 + "Mali: Sirakoro") == ["kolokani"]


def test_without_an_atlas_only_own_places_are_known() -> None:
    """The default is empty: an assessment means the same on every machine."""
    gazetteer = Gazetteer(PLACES, COUNTRIES, REGIONS)
    where = gazetteer.locate(Document(an_item("Mali: from Bamako to Douentza")))
    assert [p.place for p in where.places] == ["bamako"]
    assert not where.doubtful


def test_a_region_holds_places_of_the_atlas() -> None:
    """A circle measures to them and a country has them, as it does with own places."""
    assert GAZETTEER.inside("ring", located("Mali: Badalabougou")) == ("bamako",)
    assert GAZETTEER.inside("ring", located("Mali: Douentza")) is None
    assert GAZETTEER.inside("mali", located("Mali: Douentza")) == ("Douentza, ML",)


@pytest.mark.parametrize(
    ("lat", "lon", "place", "country"),
    [
        (15.05, -2.95, "Douentza, ML", "ML"),
        (15.5, -2.95, "15.50,-2.95", "ML"),
        (16.9, -3.0, "tombouctou", "ML"),
        (48.8, 2.3, "48.80,2.30", ""),
    ],
)
def test_a_position_takes_the_name_of_what_lies_there(lat: float, lon: float, place: str, country: str) -> None:
    """An own place within 25 km, else one of the atlas within 10, else the coordinates themselves."""
    (found,) = located("Attack", lat=lat, lon=lon).places
    assert (found.place, found.country) == (place, country)


def test_the_order_of_an_atlas_does_not_matter() -> None:
    """The same places in another order locate the same."""
    other = Gazetteer(PLACES, COUNTRIES, REGIONS, atlas=Atlas(tuple(reversed(ATLAS.places))))
    for title in ("Mali: Koro, Sirakoro, Yorosso", "Burkina: Koro, Kita", "Mali: Timbuktu and Tombuctú"):
        document = Document(an_item(title))
        assert other.locate(document) == GAZETTEER.locate(document)


def test_names_that_nobody_could_look_for_do_no_harm() -> None:
    """Signs, stars, single letters, numbers and grammar among the names of a file are passed over."""
    odd = (
        "*",
        "a*",
        "~",
        "??",
        "É",
        "12",
        "The",
        "Sur",
        "x" * 500,
        "Camp (old) [ruin]",
        "mars",
        "a b c d e f g h i j k l m",
    )
    gazetteer = Gazetteer(PLACES, COUNTRIES, REGIONS, atlas=Atlas(tuple(a_place(n, 13, -6) for n in odd)))
    text = "Mali: in mars, near sur, in the camp, in 12 in É * camp old ruin, in x"
    assert gazetteer.locate(Document(an_item(text))).places == ()


def test_the_first_of_two_atlases_wins_where_both_have_a_place() -> None:
    """An imported file goes before the bundled one, place by place."""
    ours, theirs = a_place("Diré", 16.2, -3.4, key="7"), a_place("Dire", 16.9, -3.9, key="7")
    assert joined([Atlas((ours,)), Atlas((theirs, a_place("Ber", 16.8, -2.5)))]).places[0] == ours
    assert len(joined([Atlas((ours,)), Atlas((theirs,))]).places) == 1


def test_an_atlas_gives_a_bounded_number_of_places() -> None:
    """Of a country with more places than a matcher should hold, the largest are used."""
    many = Atlas(tuple(a_place(f"P{n}", 13, -6, key=str(n), population=n) for n in range(MOST_OF_A_COUNTRY + 5)))
    kept = many.of(("ML",))
    assert len(kept) == MOST_OF_A_COUNTRY
    assert min(p.population for p in kept) == 5
