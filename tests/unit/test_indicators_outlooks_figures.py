"""Figures that people read beside an outlook: rows of a set of three, points, shares of doubt, notes."""

import math
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.events import Event
from indicators.levels import Level, Reading
from indicators.outlooks import (
    DoubtKind,
    Estimate,
    Outlook,
    Row,
    RowKind,
    Turning,
    confidence_of,
    logit,
    outlook,
    points,
    probability,
)
from indicators.publishers import Grade, Publisher, Reliability
from tests import reference_outlook
from tests.builders import DAILY, START, WIRE, a_match, a_small_assessment, an_event, an_item, mali
from tests.lived import Version, written

THOROUGH = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(seed=st.integers(0, 2**32))
@THOROUGH
def test_every_row_of_the_shipped_assessment_is_the_definitions(seed: int) -> None:
    """Three states share one softmax: what each indicator did to each of them is told as the plain reading has it."""
    luck = Random(seed)
    readings = [
        Reading(
            indicator=i.id, at=START, level=Level.LEVEL_1, count=1, activation=luck.random(), baseline=luck.random()
        )
        for i in mali().indicators
    ]
    quick = outlook(mali(), readings, now=START).estimates
    for key, plain in reference_outlook.outlook(mali(), readings, now=START).estimates.items():
        wanted = {row.key: row.nats for row in plain.rows}
        assert {row.key: row.nats for row in quick[key].rows} == pytest.approx(wanted, abs=1e-12, rel=1e-12)


@pytest.mark.parametrize(("state", "share"), [("siege.goes_on", 1.0), ("siege.ends", 0.0)])
def test_a_ruling_on_one_state_settles_the_set_for_all_that_hangs_on_it(state: str, share: float) -> None:
    """The child of a state that came about has the analyst's conditional, of one that did not the other."""
    coup = outlook(written(Version()), [], now=START, happened={state: True}).estimates["coup"]
    given_it, otherwise = 0.18, (0.12 - 0.6 * 0.18) / 0.4
    (row,) = [r for r in coup.rows if r.source == "siege.goes_on"]
    assert row.nats == pytest.approx(logit(share * given_it + (1 - share) * otherwise) - logit(0.12))


def test_an_outlook_says_how_much_could_be_seen() -> None:
    """What moves and confidence are held against."""
    assert outlook(mali(), [], now=START, coverage=0.4).coverage == 0.4


def told(*nats: float, before: float) -> tuple[float, ...]:
    rows = [Row(kind=RowKind.INDICATOR, source=str(n), nats=value) for n, value in enumerate(nats)]
    return points(rows, before, probability(logit(before) + math.fsum(nats)))


@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
def test_rows_that_cancel_out_are_told_at_the_slope_of_the_figure(p: float) -> None:
    """Up one nat and down one: p (1 - p) each way, and the figure stays."""
    assert told(1.0, -1.0, before=p) == pytest.approx((p * (1 - p), -p * (1 - p)))
    assert sum(told(1.0, -1.0, before=p)) == pytest.approx(0, abs=1e-15)


def test_two_rows_of_one_way_share_the_change_by_their_nats() -> None:
    """Three parts of four for three nats of four."""
    large, little = told(0.75, 0.25, before=0.2)
    assert large == pytest.approx(3 * little)
    assert large + little == probability(logit(0.2) + 1) - 0.2


BLOG = Publisher(family="blog", reliability=Reliability.E)
OTHER_BLOG = Publisher(family="another blog", reliability=Reliability.E)


def an_event_of(publisher: Publisher, place: str, *, announcement: bool = False) -> Event:
    match = a_match("officer_unrest", item=an_item(f"{publisher.family} {place}"), publisher=publisher)
    poor = publisher in (BLOG, OTHER_BLOG)
    grade = Grade(reliability=publisher.reliability if poor else Reliability.B, credibility=3)
    return an_event("officer_unrest", START, place=place, reports=(match,), grade=grade, announcement=announcement)


def doubts_of(events: Sequence[Event], *, coverage: float = 1.0, high: float = 0.3) -> list[tuple[str, str, str]]:
    row = Row(kind=RowKind.INDICATOR, source="officer_unrest", nats=0.8)
    line = Estimate(key="coup", prior=0.12, p=0.25, low=0.21, high=high, rows=(row,))
    view = Outlook(assessment="small", version="1", at=START, estimates={"coup": line}, coverage=coverage)
    reading = Reading(
        indicator="officer_unrest",
        at=START,
        level=Level.LEVEL_1,
        count=1,
        activation=0.5,
        baseline=0.0,
        events=tuple(events),
    )
    found = confidence_of(a_small_assessment(), view, "coup", [reading]).doubts
    return [(doubt.kind, doubt.text(), doubt.text("fr")) for doubt in found]


BOTH = (an_event_of(WIRE, "kolokani"), an_event_of(DAILY, "gao"))


def test_a_doubt_says_how_much_and_of_whom_in_both_languages() -> None:
    """The share behind it is printed, so that a reader can weigh it; an announcement carries half of its event."""
    half = (an_event_of(WIRE, "kolokani"), an_event_of(DAILY, "gao", announcement=True))
    (one,) = doubts_of(half)
    assert one == (
        DoubtKind.ONE_FAMILY,
        "67 % of the evidence comes from one publisher family, wire",
        "67 % des indices viennent d'un seul groupe d'éditeurs, wire",
    )
    blogs = [an_event_of(blog, place) for blog in (BLOG, OTHER_BLOG) for place in ("kolokani", "kati")]
    assert doubts_of([*blogs, half[1]])[0][1:] == (
        "64 % of the evidence comes from sources graded D to F",
        "64 % des indices viennent de sources cotées D à F",
    )
    assert doubts_of([*blogs, *BOTH]) == []


def test_doubts_about_sight_and_range_are_told_with_their_numbers() -> None:
    """How little can be seen, and how many words other ratings would give."""
    assert doubts_of(BOTH, coverage=0.4)[0][1:] == (
        "only 40 % of what bears on it can be seen",
        "seuls 40 % de ce qui s'y rapporte sont visibles",
    )
    assert doubts_of(BOTH, high=0.9)[0][1:] == (
        "other ratings of the indicators would give any of 4 terms",
        "d'autres cotations des indicateurs donneraient l'un de 4 termes",
    )


@pytest.mark.parametrize(
    ("turning", "en", "fr"),
    [
        (Turning(key="coup", rises=True, edge=None), "there is no higher term", "il n'y a pas de terme plus élevé"),
        (Turning(key="coup", rises=False, edge=None), "there is no lower term", "il n'y a pas de terme plus bas"),
        (Turning(key="coup", rises=True, edge=None, ruled=True), "a person has ruled on it", "une personne a tranché"),
        (
            Turning(key="coup", rises=True, edge=0.2),
            "no set of up to three indicators does",
            "aucun ensemble de trois indicateurs au plus n'y suffit",
        ),
    ],
)
def test_what_cannot_change_our_mind_is_said_in_both_languages(turning: Turning, en: str, fr: str) -> None:
    """Why there is nothing to name is three different things; a language we lack is answered in English."""
    assert (turning.note(), turning.note("fr"), turning.note("bm")) == (en, fr, en)
