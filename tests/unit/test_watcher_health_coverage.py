"""How much of what could be seen can be seen: families have a voice, feeds do not."""

from datetime import timedelta
from typing import Any

import pytest

from indicators.assessments import Assessment
from indicators.parsing import parse_assessment
from tests.builders import small
from tests.daemons import small_settings
from tests.lived import Version, written
from watcher.health.coverage import asks_of, coverage, not_shown, own_coverage, sources_of, unseen_by_all
from watcher.health.seeing import made_up_for
from watcher.settings import WrittenSource


def a_source(name: str, **changes: Any) -> WrittenSource:
    """Return a feed in English of a family of its own."""
    return WrittenSource(**({"id": name, "url": f"https://{name}.example/", "lang": "en"} | changes))


@pytest.mark.parametrize("name", ["storm", "lasting", "unheard"])
def test_what_reads_other_indicators_is_never_blind_for_itself(name: str) -> None:
    """All that a combination reads may stand at its level: it must count, whatever its own `seen_by` says."""
    reading = written(Version()).indicator(name).model_copy(update={"seen_by": ("fr",)})
    asked = written(Version()).model_copy(update={"indicators": (reading,)})
    assert sources_of(reading, asked, small_settings(EN, FR)) is None
    assert own_coverage(asked, small_settings(EN, FR), {"en"}) == {}


def test_forty_feeds_of_one_house_are_one_voice() -> None:
    """Thirty-nine of them tell nothing of the other two houses."""
    feeds = [a_source(f"press-{n}", family="press") for n in range(40)]
    sources = [*feeds, a_source("rfi"), a_source("bbc")]
    assert coverage(sources, {s.id for s in feeds}) == pytest.approx(1 / 3)
    assert coverage(sources, {"rfi", "bbc"}) == pytest.approx(2 / 3)
    assert coverage(sources, {s.id for s in sources}) == 1


def test_a_family_counts_by_the_share_of_its_own_that_sees() -> None:
    """Half a house is half a voice; no sources see nothing."""
    sources = [a_source("a", family="press"), a_source("b", family="press"), a_source("rfi")]
    assert coverage(sources, {"a", "rfi"}) == pytest.approx(0.75)
    assert coverage([], {"a"}) == 0


def assessment(change: str = "") -> Assessment:
    """Return the small assessment; *change* stands in for its first indicator's query."""
    text = small()
    if change:
        text = text.replace('match: "@convoy NEAR/12 @attack"', change, 1)
    found, problems = parse_assessment(text, name="small.yaml", proven=False)
    assert found is not None, problems
    return found


def seen_by(change: str, *sources: WrittenSource) -> list[str] | None:
    """Return the ids of *sources* by which the indicator with the query *change* could be seen; None: by all."""
    asked = assessment(change)
    found = sources_of(asked.indicators[0], asked, small_settings(*sources))
    return None if found is None else [s.id for s in found]


EN, FR, AR, ANY = a_source("en"), a_source("fr", lang="fr"), a_source("ar", lang="ar"), a_source("any", lang=None)
ACLED = a_source("acled", kind="acled")


@pytest.mark.parametrize(
    ("query", "sources", "expected"),
    [
        ('match: "@convoy NEAR/12 @attack"', (EN, FR, ANY), None),
        ('match: "@convoy NEAR/12 @attack"', (EN, AR, ANY), ["en", "any"]),
        ('match: "@convoy AND ambush"', (EN, AR), None),
        ('match: "@convoy NEAR/12 @attack"\n    seen_by: [fr]', (EN, FR), ["fr"]),
        ('match: "@convoy NEAR/12 @attack"\n    seen_by: [nobody]', (EN, FR), []),
        ("codes: {any: [acled:battles]}", (EN, ACLED), ["acled"]),
        ('match: "@convoy"\n    codes: {any: [acled:battles]}', (EN, ACLED), None),
    ],
    ids=["both languages", "no term in Arabic", "its own word", "seen_by", "seen_by nobody", "codes alone", "both"],
)
def test_an_indicator_is_seen_by_the_sources_that_could_show_it(
    query: str, sources: tuple[WrittenSource, ...], expected: list[str] | None
) -> None:
    """By the language of the terms it calls, by codes, by what its author wrote; and by all where nothing tells."""
    assert seen_by(query, *sources) == expected


NIGER, MALI, SAHEL = (a_source(n, region=r) for n, r in (("ne", ("NE",)), ("ml", ("ML",)), ("sahel", ("NE", "ML"))))


def test_a_source_of_another_region_makes_nothing_observable() -> None:
    """What it never writes of it cannot show; what nobody said of a source is not held against it."""
    asked = assessment()
    assert {one.where.region for one in asked.indicators} == {"near", "mali"}
    assert own_coverage(asked, small_settings(NIGER), {"ne"}) == {"convoy_attack": 0.0, "officer_unrest": 0.0}
    assert own_coverage(asked, small_settings(MALI, SAHEL, EN), {"ml"}) == {}
    assert own_coverage(asked, small_settings(NIGER, MALI), {"ne"}) == {"convoy_attack": 0.0, "officer_unrest": 0.0}
    assert own_coverage(asked, small_settings(NIGER, MALI), {"ml"}) == {"convoy_attack": 1.0, "officer_unrest": 1.0}
    at_hand = asks_of(asked)
    assert own_coverage(asked, small_settings(NIGER, MALI), {"ml"}, asks=at_hand) == {
        "convoy_attack": 1.0,
        "officer_unrest": 1.0,
    }
    assert not_shown(asked, small_settings(NIGER, SAHEL)) == {"ne": ("convoy_attack", "officer_unrest")}
    assert unseen_by_all(asked, small_settings(NIGER)) == ("convoy_attack", "officer_unrest")
    assert unseen_by_all(asked, small_settings(NIGER, SAHEL)) == ()


def test_what_is_watched_for_everywhere_is_seen_from_anywhere() -> None:
    """And an author's own list of eyes stands above the map."""
    text = small().replace("where: {region: near}", "where: {region: anywhere}")
    found, problems = parse_assessment(text, name="small.yaml", proven=False)
    assert found is not None, problems
    assert sources_of(found.indicators[0], found, small_settings(NIGER)) is None
    assert seen_by('match: "@convoy"\n    seen_by: [ne]', NIGER, MALI) == ["ne"]


def test_seen_by_names_families_too() -> None:
    """One house, whatever its feeds are called."""
    assert seen_by(
        'match: "@convoy"\n    seen_by: [press]', a_source("a", family="press"), a_source("b", family="press"), EN
    ) == ["a", "b"]


def test_only_indicators_with_eyes_of_their_own_are_listed() -> None:
    """The others see what the assessment sees; an Arabic source alone sees none of these."""
    asked = assessment()
    assert own_coverage(asked, small_settings(EN, FR), {"en"}) == {}
    assert own_coverage(asked, small_settings(AR), {"ar"}) == {"convoy_attack": 0.0, "officer_unrest": 0.0}


def test_a_pause_is_made_up_for_by_those_that_are_polled_so_seldom() -> None:
    """Six hours of any feed, two weeks of a weekly table; and the table must not speak for the feeds."""
    found = small_settings(a_source("rfi"), a_source("daily", every="1d"), a_source("acled", every="7d"))
    expected = {5: {"rfi", "daily", "acled"}, 7: {"daily", "acled"}, 240: {"acled"}, 480: set[str]()}
    assert {hours: set(made_up_for(found, timedelta(hours=hours))) for hours in expected} == expected
