"""The countries that a region touches."""

from typing import Any

import pytest

from indicators.places.place import Place
from indicators.places.reach import countries_of
from indicators.places.region import Region

PLACES = {
    one.id: one
    for one in (
        Place(id="bamako", lat=12.64, lon=-8.0, names=("Bamako",), country="ML"),
        Place(id="siguiri", lat=11.42, lon=-9.17, names=("Siguiri",), country="GN"),
        Place(id="niamey", lat=13.51, lon=2.11, names=("Niamey",), country="NE"),
        Place(id="camp", lat=12.7, lon=-8.1, names=("the camp",)),
    )
}


@pytest.mark.parametrize(
    ("rule", "countries"),
    [
        ({"countries": ["ML", "BF"]}, {"ML", "BF"}),
        ({"within_km": 50, "of": "bamako"}, {"ML"}),
        ({"within_km": 250, "of": "bamako"}, {"ML", "GN"}),
        ({"corridor": ["bamako", "siguiri"], "width_km": 60}, {"ML", "GN"}),
        ({"places": ["niamey"]}, {"NE"}),
        ({"places": ["camp"]}, None),
        ({"regions": ["near", "east"]}, {"ML", "NE"}),
        ({"regions": ["near", "all"]}, None),
        ({"anywhere": True}, None),
    ],
)
def test_a_region_touches_the_countries_it_names_is_drawn_by_or_holds_places_of(
    rule: dict[str, Any], countries: set[str] | None
) -> None:
    """What is not known is not guessed: everywhere, and places without a country."""
    regions = {
        "near": Region(within_km=50, of="bamako"),
        "east": Region(places=("niamey",)),
        "all": Region(anywhere=True),
        "asked": Region(**rule),
    }
    found = countries_of("asked", regions, PLACES)
    assert found == (None if countries is None else frozenset(countries))
