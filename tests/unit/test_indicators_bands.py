"""Words for probabilities: two scales, each with its numbers, and the same rules for both."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.bands import ICD_203, PHIA, Band, Estimative, Scale, band_named, band_of
from indicators.errors import OutlookError, Severity
from indicators.parsing import parse_assessment
from tests.builders import small
from tests.drawn import THOROUGH

SCALES = pytest.mark.parametrize("scale", [ICD_203, PHIA], ids=["icd203", "phia"])

YARDSTICK = {
    "remote chance": (0.0, 0.05),
    "highly unlikely": (0.10, 0.20),
    "unlikely": (0.25, 0.35),
    "realistic possibility": (0.40, 0.4999),
    "likely": (0.55, 0.75),
    "highly likely": (0.80, 0.90),
    "almost certain": (0.95, 1.0),
}


@SCALES
def test_a_scale_has_a_word_for_every_probability_and_none_has_two(scale: Scale) -> None:
    """Its bands touch from 0 to 1, and no two have the same word in a language."""
    assert (scale[0].low, scale[-1].high) == (0, 1)
    assert all(one.high == other.low for one, other in pairwise(scale))
    for lang in ("en", "fr"):
        assert len({band.term(lang) for band in scale}) == len(scale)


@given(p=st.floats(0, 1), scale=st.sampled_from([ICD_203, PHIA]))
@THOROUGH
def test_a_figure_has_the_word_whose_range_holds_it(p: float, scale: Scale) -> None:
    """Half-open: an edge belongs to the upper word; certainty to the last one."""
    band = scale[band_of(p, scale)]
    assert band.low <= p
    assert p < band.high or p == 1


@given(one=st.floats(0, 1), other=st.floats(0, 1), scale=st.sampled_from([ICD_203, PHIA]))
@THOROUGH
def test_the_likelier_of_two_never_has_the_lesser_word(one: float, other: float, scale: Scale) -> None:
    """Words are in the order of their figures."""
    low, high = sorted((one, other))
    assert band_of(low, scale) <= band_of(high, scale)


@pytest.mark.parametrize(("term", "inside"), YARDSTICK.items(), ids=YARDSTICK)
def test_the_yardsticks_own_ranges_have_its_words(term: str, inside: tuple[float, float]) -> None:
    """Both ends of every published range, and nothing in it is taken for a gap."""
    for p in (*inside, sum(inside) / 2):
        band = PHIA[band_of(p, PHIA)]
        assert band.term("en") == term
        assert not band.between(p)


@pytest.mark.parametrize(
    ("p", "term"),
    [
        (0.06, "remote chance"),
        (0.09, "highly unlikely"),
        (0.075, "highly unlikely"),
        (0.21, "highly unlikely"),
        (0.24, "unlikely"),
        (0.36, "unlikely"),
        (0.39, "realistic possibility"),
        (0.51, "realistic possibility"),
        (0.54, "likely"),
        (0.76, "likely"),
        (0.79, "highly likely"),
        (0.91, "highly likely"),
        (0.94, "almost certain"),
    ],
)
def test_a_figure_in_a_gap_of_the_yardstick_has_the_nearer_word(p: float, term: str) -> None:
    """Exactly between two it has the upper one; and it can be told that it lies in a gap."""
    band = PHIA[band_of(p, PHIA)]
    assert band.term("en") == term
    assert band.between(p)


@given(p=st.floats(0, 1))
@THOROUGH
def test_icd_203_has_no_gaps(p: float) -> None:
    """Its ranges touch, so no figure lies between two words."""
    assert not ICD_203[band_of(p)].between(p)


@SCALES
def test_a_word_is_printed_with_its_range(scale: Scale) -> None:
    """The yardstick's ranges are approximate and say so."""
    for band in scale:
        assert band.printed in band.spelled("en")
        assert band.term("fr") in band.spelled("fr")
    assert PHIA[1].spelled() == "highly unlikely (about 10-20 %)"
    assert PHIA[1].spelled("fr") == "très improbable (environ 10-20 %)"
    assert ICD_203[2].spelled() == "unlikely (20-45 %)"


@SCALES
def test_a_word_is_found_by_its_english_name_in_its_own_scale(scale: Scale) -> None:
    """A term of the other scale is none of this one."""
    assert [band_named(band.terms["en"], scale) for band in scale] == list(scale)
    assert band_named("realistic possibility", ICD_203) is None
    assert band_named("very unlikely", PHIA) is None


@pytest.mark.parametrize("p", [math.nan, math.inf, -0.01, 1.01])
def test_what_is_no_probability_has_no_word(p: float) -> None:
    """NaN is not "almost certain"."""
    with pytest.raises(OutlookError, match="is no probability"):
        band_of(p)


def test_an_assessment_names_its_scale() -> None:
    """``icd203`` and ``phia`` are what stands in the file."""
    assert {e.value: e.scale for e in Estimative} == {"icd203": ICD_203, "phia": PHIA}
    assert [e.called for e in Estimative] == ["ICD 203", "PHIA"]


def test_a_scale_of_ones_own_can_be_asked_too() -> None:
    """The functions look at the bands they are given."""
    half = (Band({"en": "no"}, 0.0, 0.5, "0-50 %"), Band({"en": "yes"}, 0.5, 1.0, "50-100 %"))
    assert [half[band_of(p, half)].term("en") for p in (0.49, 0.5)] == ["no", "yes"]


def words(estimative: str, coup: str, blockade: str) -> list[str]:
    """Return what is wrong with the small assessment in these words for 12 % and 62 %."""
    text = small(estimative=estimative).replace("term: very unlikely", f"term: {coup}")
    _, problems = parse_assessment(text.replace("term: likely", f"term: {blockade}"), name="small.yaml")
    return [f"{p.what}: {p.instead}" for p in problems if p.severity is Severity.ERROR]


def test_a_priors_word_is_checked_against_the_chosen_scale() -> None:
    """A word of the other scale is refused with those of this one, a wrong word with the right one."""
    assert words("icd203", "very unlikely", "likely") == []
    assert words("phia", "highly unlikely", "likely") == []
    (foreign,) = words("phia", "very unlikely", "likely")
    assert "is not a PHIA term" in foreign
    assert "realistic possibility" in foreign
    (wrong,) = words("phia", "unlikely", "likely")
    assert "the term 'highly unlikely'" in wrong
