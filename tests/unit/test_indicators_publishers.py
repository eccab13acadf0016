"""Publishers: who stands behind a report, and what their word is worth."""

from itertools import permutations

import pytest

from indicators.publishers import Grade, Publisher, PublisherRule, Reliability, grade_of, publisher_of
from tests.builders import an_item

RULES = (
    PublisherRule(match=("afp*", "*.afp.com"), publisher=Publisher(family="afp", reliability=Reliability.B)),
    PublisherRule(match=("studiotamani.org",), publisher=Publisher(family="tamani", reliability=Reliability.C)),
    PublisherRule(match=("*tamani*",), publisher=Publisher(family="never", reliability=Reliability.E)),
)


def voice(written: str) -> Publisher:
    """Return the publisher written as family/reliability, with ``!`` for a party to the conflict."""
    family, reliability = written.rstrip("!").split("/")
    return Publisher(family=family, reliability=Reliability(reliability), party=written.endswith("!"))


@pytest.mark.parametrize(
    ("grade", "value"),
    [
        *(("A1", 1.0), ("A3", 1.0), ("B1", 1.0), ("B2", 1.0), ("B3", 1.0), ("C1", 1.0), ("C2", 1.0)),
        *(("C3", 0.83), ("D1", 0.79), ("D2", 0.71), ("D3", 0.56), ("B4", 0.5), ("F6", 0.40), ("E3", 0.22)),
        *(("E4", 0.11), ("A5", 0.0), ("B5", 0.0), ("F5", 0.0)),
    ],
)
def test_an_event_weighs_what_the_method_prints(grade: str, value: float) -> None:
    """One agency report (B3) is one full event; nothing weighs more, and what is retracted weighs nothing."""
    graded = Grade(reliability=Reliability(grade[0]), credibility=int(grade[1]))
    assert graded.value == pytest.approx(value, abs=0.005)
    assert str(graded) == grade


@pytest.mark.parametrize(
    ("voices", "grade"),
    [
        pytest.param("wire/B", "B3", id="one voice"),
        pytest.param("wire/B daily/C", "B2", id="two families"),
        pytest.param("wire/B daily/C radio/C", "B1", id="three families"),
        pytest.param("wire/B daily/C radio/C site/D", "B1", id="more change nothing"),
        pytest.param("wire/B wire/B wire/B", "B3", id="copies in one family are one voice"),
        pytest.param("daily/C", "C3", id="best source gives the letter"),
        pytest.param("blog/F", "F6", id="unknown source cannot be judged"),
        pytest.param("blog/F other/F third/F", "F6", id="many unknown sources confirm nothing"),
        pytest.param("wire/B blog/F", "B3", id="an unknown source is no second voice"),
        pytest.param("wire/B daily/C blog/F", "B2", id="nor a third"),
        pytest.param("army/C! wire/B", "B3", id="a party is no second voice"),
        pytest.param("army/C! jnim/D!", "C3", id="two parties confirm nothing"),
        pytest.param("army/C! wire/B daily/C", "B2", id="nor do they take away"),
        pytest.param("army/D!", "D3", id="a party opens an event"),
        pytest.param("rag/E", "E3", id="F is not sorted below E by mistake"),
        pytest.param("rag/E blog/F", "E3", id="the judged source gives the letter"),
    ],
)
def test_the_digit_counts_independent_families_and_the_letter_is_the_best_source(voices: str, grade: str) -> None:
    """Feeds do not count, families do; parties and unknown sources never raise the digit."""
    for order in permutations([voice(v) for v in voices.split()]):
        assert str(grade_of(order)) == grade


def test_an_event_without_a_report_has_no_grade() -> None:
    """Nothing must not be graded as something."""
    with pytest.raises(ValueError, match="at least one report"):
        grade_of([])


@pytest.mark.parametrize(
    ("source", "url", "family"),
    [
        pytest.param("afp-africa", "", "afp", id="pattern over the source's name"),
        pytest.param("AFP-Africa", "", "afp", id="in any case"),
        pytest.param("aggregator", "https://news.afp.com/x", "afp", id="pattern over the link's host"),
        pytest.param("aggregator", "https://www.studiotamani.org/a?b", "tamani", id="host without www"),
        pytest.param("tamani-feed", "", "never", id="a later rule"),
        pytest.param("studiotamani.org", "", "tamani", id="the first fit wins"),
        pytest.param("aggregator", "https://evil.example/studiotamani.org", "aggregator", id="a path is no host"),
        pytest.param("aggregator", "https://studiotamani.org@evil.example/", "aggregator", id="a user name is no host"),
        pytest.param("aggregator", "ftp://news.afp.com/x", "aggregator", id="only web links"),
    ],
)
def test_a_publisher_is_known_by_source_or_by_the_links_host(source: str, url: str, family: str) -> None:
    """The file's patterns decide, first fit first; anyone else is a family of their own."""
    assert publisher_of(an_item(source=source, url=url), RULES).family == family


def test_a_rule_without_a_pattern_fits_nobody() -> None:
    """Nothing written is not "anything"."""
    nobody = PublisherRule(match=(), publisher=Publisher(family="nobody", reliability=Reliability.A))
    assert publisher_of(an_item(source="afp-africa"), (nobody, *RULES)).family == "afp"


def test_an_unknown_outlet_cannot_be_judged() -> None:
    """It is graded F, which is not the worst grade, and is no party."""
    unknown = publisher_of(an_item(source="Le Blog"), RULES)
    assert unknown == Publisher(family="le blog", reliability=Reliability.F)
