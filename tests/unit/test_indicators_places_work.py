"""The work of finding places: it follows the length of a text, whatever is repeated in it."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import indicators.places
from indicators.documents import Document, Hit
from indicators.places import Atlas, AtlasPlace, Country, Gazetteer, Place
from indicators.places.mentions import Spans
from tests.builders import an_item

CODE = str(Path(indicators.places.__file__).parent)


def a_town(name: str, lat: float, lon: float) -> AtlasPlace:
    return AtlasPlace(key=f"{name} {lat}", names=(name,), lat=lat, lon=lon, country="ML")


GAZETTEER = Gazetteer(
    (
        Place(id="gao", lat=16.27, lon=-0.04, country="ML", names=("Gao",)),
        Place(id="bamako", lat=12.64, lon=-8.0, country="ML", names=("Bamako",)),
    ),
    {"ML": Country(names=("Mali",)), "NE": Country(names=("Niger",))},
    {},
    atlas=Atlas((a_town("Twin", 13, -6), a_town("Twin", 15, -3), a_town("San", 13.3, -4.9))),
)


def steps(work: Callable[[], object]) -> int:
    """Return how many lines of the code that finds places *work* runs; a turn of a loop is one."""
    count = 0

    def step(frame: FrameType, _: str, __: Any) -> Any:
        nonlocal count
        if not frame.f_code.co_filename.startswith(CODE):
            return None
        count += 1
        return step

    before = sys.gettrace()
    sys.settrace(step)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def test_a_turn_of_a_loop_is_a_step() -> None:
    """The measure itself: of stretches that are compared, twice as many cost more steps."""

    def compare(many: int) -> int:
        spans = Spans([Hit(0, 1)])
        return steps(lambda: [spans.cover(Hit(n, n)) for n in range(many)])

    assert 1.9 < compare(2000) / compare(1000) < 2.1


@pytest.mark.parametrize(
    "repeated",
    [
        pytest.param("Gao Twin ", id="one of two places beside a sure one"),
        pytest.param("Twin Gao Bamako ", id="beside several sure ones"),
        pytest.param("San Mali ", id="before its country"),
        pytest.param("San Antonio ", id="inside a longer name"),
        pytest.param("in San Mali, Twin Gao, San Antonio, Niger River ", id="all of them"),
    ],
)
def test_a_text_ten_times_as_long_is_ten_times_the_work(repeated: str) -> None:
    """A hostile page repeats what asks for context; every hit is not compared with every other."""
    short, long = (Document(an_item("Mali", content=repeated * many)) for many in (150, 1500))
    GAZETTEER.locate(short)  # what is built once is built
    assert steps(lambda: GAZETTEER.locate(long)) < 12 * steps(lambda: GAZETTEER.locate(short))


def test_many_names_beside_many_sure_ones_are_proportional_too() -> None:
    """Not only hits of one name: what the text is sure of is worked out once for all names."""

    def work(many: int) -> int:
        names = [f"Q{''.join(chr(97 + int(digit)) for digit in f'{n:04}')}" for n in range(many)]
        atlas = Atlas(tuple(a_town(name, lat, -6) for name in names for lat in (13.0, 15.0)))
        gazetteer = Gazetteer(
            (Place(id="gao", lat=16.27, lon=-0.04, country="ML", names=("Gao",)),),
            {"ML": Country(names=("Mali",))},
            {},
            atlas=atlas,
        )
        document = Document(an_item("", content=" ".join(f"{name} Gao" for name in names)))
        gazetteer.locate(Document(an_item("")))
        return steps(lambda: gazetteer.locate(document))

    assert work(1000) < 12 * work(100)


STRETCH = st.tuples(st.integers(0, 12), st.integers(0, 4)).map(lambda pair: Hit(pair[0], pair[0] + pair[1]))


@given(st.lists(STRETCH, max_size=12), STRETCH)
def test_a_hit_is_covered_by_any_longer_stretch_around_it(stretches: list[Hit], hit: Hit) -> None:
    """The shortcut says what a comparison with each stretch says: inside it, and not the same."""
    wanted = any(o.first <= hit.first and hit.last <= o.last and o != hit for o in stretches)
    assert Spans(stretches).cover(hit) is wanted


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        pytest.param("Bamako " + "word " * 14 + "Sirakoro", True, id="fifteen words after it"),
        pytest.param("Sirakoro " + "word " * 14 + "Bamako", True, id="fifteen words before it"),
        pytest.param("Bamako " + "word " * 15 + "Sirakoro", False, id="sixteen words after it"),
        pytest.param("Sirakoro " + "word " * 15 + "Bamako", False, id="sixteen words before it"),
        pytest.param("Sirakoro " + "word " * 40 + "Sirakoro " + "word " * 40 + "Sirakoro Bamako", True, id="the last"),
        pytest.param("Sirakoro Bamako " + "word " * 40 + "Sirakoro " * 3, True, id="the first"),
    ],
)
def test_a_sure_place_within_fifteen_words_of_any_hit_settles_which(text: str, meant: bool) -> None:
    """Before it or after it, and whichever of its hits it stands beside."""
    gazetteer = Gazetteer(
        (Place(id="bamako", lat=12.64, lon=-8.0, country="ML", names=("Bamako",)),),
        {"ML": Country(names=("Mali",))},
        {},
        atlas=Atlas((a_town("Sirakoro", 12.7, -8.1), a_town("Sirakoro", 16.0, -3.0))),
    )
    found = {p.place for p in gazetteer.locate(Document(an_item(text))).places} - {"bamako"}
    assert found == ({"Sirakoro, ML (12.70,-8.10)"} if meant else set())
