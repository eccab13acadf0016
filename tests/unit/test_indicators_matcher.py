"""Matcher: which indicators a report speaks to, on what words, and why an almost-match was refused."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.matcher import Match, Matcher
from tests.builders import DAILY, a_small_assessment, an_item, small

MATCHER = Matcher(a_small_assessment())


def changed(was: str, becomes: str) -> Matcher:
    """Return the matcher of the small assessment with one piece of its indicators' text replaced."""
    indicators = small().partition("indicators:\n")[2]
    assert indicators.count(was) == 1, was
    return Matcher(a_small_assessment(indicators=indicators.replace(was, becomes)))


def matched(title: str, matcher: Matcher = MATCHER, **fields: Any) -> tuple[Match, ...]:
    return matcher.match_item(an_item(title, **fields))


@pytest.mark.parametrize(
    ("title", "indicators"),
    [
        ("Convoy ambushed near Kolokani", ["convoy_attack"]),
        ("Officers arrested in Bamako", ["officer_unrest"]),
        ("Officers arrested after convoy attacked in Bamako", ["convoy_attack", "officer_unrest"]),
        ("Un convoi attaqué à Kolokani", ["convoy_attack"]),
        ("Convoy leaves Bamako", []),
        ("", []),
    ],
)
def test_an_item_speaks_to_every_indicator_whose_words_it_has(title: str, indicators: list[str]) -> None:
    """In the file's order; what has the words of none is no match at all."""
    assert [m.indicator for m in matched(title)] == indicators
    assert [m.rejected_by for m in matched(title)] == [""] * len(indicators)


@pytest.mark.parametrize(
    ("lang", "title", "found"),
    [
        ("fr", "Convoi attaqué à Bamako", True),
        ("en", "Convoi attaqué à Bamako", False),
        ("en", "Convoy attacked in Bamako", True),
        ("fr", "Tanker ambushed in Bamako", False),
        (None, "Tanker ambushed in Bamako", True),
        (None, "Convoi attaqué à Bamako", True),
        ("bm", "Convoi attaqué à Bamako", True),
    ],
)
def test_an_item_is_read_in_its_language_or_in_each_if_it_says_none(lang: str | None, title: str, found: bool) -> None:
    """A language without a vocabulary is read in every one we have."""
    assert bool(matched(title, lang=lang)) is found


def test_a_veto_refuses_and_names_its_words() -> None:
    """The match is kept and shown as refused: somebody will ask why it did not count."""
    (match,) = matched("The film: convoy ambushed near Kolokani")
    assert match.rejected_by == "not: film"
    assert [e.words for e in match.evidence] == ["convoy", "ambushed"]


def test_a_veto_over_the_title_leaves_the_body_alone() -> None:
    """Background in the text is not what the report is about."""
    (match,) = matched("Convoy ambushed near Kolokani", content="A film crew saw it.")
    assert match.rejected_by == ""


@pytest.mark.parametrize("title", ["Convoy ambushed near Gao", "Convoy ambushed", "Convoy ambushed in Mali"])
def test_a_report_that_names_no_place_in_the_region_is_refused(title: str) -> None:
    """A geographic filter fails closed and names its region."""
    (match,) = matched(title)
    assert (match.rejected_by, match.places) == ("where: names no place in near", ())


def test_an_indicator_may_let_unlocated_reports_count() -> None:
    """The file says so with ``unlocated: count``."""
    (match,) = matched("Convoy ambushed", changed("{region: near}", "{region: near, unlocated: count}"))
    assert (match.rejected_by, match.places) == ("", ())


def test_an_unlocated_report_can_be_kept_for_a_person_to_look_at() -> None:
    """With ``unlocated: watch`` it counts for nothing, and says that somebody should look."""
    matcher = changed("{region: near}", "{region: near, unlocated: watch}")
    assert [m.rejected_by for m in matched("Convoy ambushed", matcher)] == ["watch: where: names no place in near"]
    assert [m.rejected_by for m in matched("Convoy ambushed near Gao", matcher)] == ["where: names no place in near"]


CODED = changed(
    "where: {region: near}", "codes: {any: [acled:battles, cameo:19], actors: [jnim]}\n    where: {region: near}"
)
RECORD: dict[str, Any] = {"lat": 13.0, "lon": -8.0, "actors": ("JNIM: Group for Support of Islam and Muslims",)}


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        pytest.param({"codes": ("acled:Battles", "acled:Armed clash")}, True, id="an event type"),
        pytest.param({"codes": ("cameo:1951",)}, True, id="below a CAMEO code"),
        pytest.param({"codes": ("cameo:0195",)}, False, id="another root"),
        pytest.param({"codes": ("acled:Protests",)}, False, id="another event type"),
        pytest.param({"codes": ("acled:Battles",), "actors": ("Military Forces of Mali",)}, False, id="another actor"),
        pytest.param({"codes": ("acled:Battles",), "actors": ()}, False, id="no actor"),
        pytest.param({"codes": ("acled:Battles",), "lat": 16.27, "lon": -0.04}, False, id="another place"),
        pytest.param({"codes": ("acled:Battles",), "lat": None, "lon": None}, False, id="no place"),
    ],
)
def test_a_structured_record_counts_by_its_code_its_actors_and_its_coordinates(
    changes: dict[str, Any], counts: bool
) -> None:
    """No word of it needs to be in a concept, and none of its words can veto it."""
    found = matched("Film of 3 December", CODED, **(RECORD | changes))
    assert [m.indicator for m in found if not m.rejected_by] == ["convoy_attack"] * counts


def test_what_a_code_says_is_the_evidence() -> None:
    """The code stands where the words would; words that fit as well are shown beside it."""
    (match,) = matched("Convoy ambushed near Kolokani", CODED, **(RECORD | {"codes": ("acled:battles",)}))
    assert [(e.field, e.words) for e in match.evidence][:2] == [("codes", "acled:battles"), ("title", "Convoy")]


def test_an_announcement_is_marked_by_its_own_query() -> None:
    """It counts half; the query for it is the analyst's."""
    matcher = changed("where: {region: mali}", "where: {region: mali}\n    announcement: ceremony OR announce*")
    said, seen = (matched(f"Officers arrested in Bamako{end}", matcher)[0] for end in (", minister announces", ""))
    assert (said.announcement, seen.announcement) == (True, False)


def test_an_operators_publisher_stands_before_the_files() -> None:
    """Who configured a source knows it better than a pattern."""
    item = an_item("Officers arrested in Bamako")
    assert MATCHER.match_item(item, publisher=DAILY)[0].publisher == DAILY
    assert MATCHER.match_item(item)[0].publisher.family == "wire"


def test_the_same_item_gives_the_same_match_every_time() -> None:
    """A matcher keeps nothing from one item to the next."""
    first = matched("Officers arrested in Bamako")
    matched("Convoy ambushed near Kolokani", lang="fr")
    assert matched("Officers arrested in Bamako") == first


WORDS = st.sampled_from(
    ["convoy", "Convois", "attaqué", "ambush", "officer", "arrestation", "Bamako", "Gao", "Mali", "film"]
)
TEXTS = st.lists(st.one_of(WORDS, st.text(max_size=6)), max_size=12).map(" ".join)


@given(title=TEXTS, summary=TEXTS, content=TEXTS, lang=st.sampled_from([None, "en", "fr"]))
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_evidence_is_always_a_quotation(title: str, summary: str, content: str, lang: str | None) -> None:
    """No match without evidence, and each piece of it stands in the item at its offsets, whatever the text."""
    item = an_item(title, summary=summary, content=content, lang=lang)
    for match in MATCHER.match_item(item):
        assert match.evidence
        for piece in match.evidence:
            assert getattr(item, piece.field)[piece.start : piece.end] == piece.words


@pytest.mark.parametrize("odd", ["\ufdfa", "\ufdfb", "\u0640", "\ufe70", "\u2060", "\u0345"])
def test_no_letter_shifts_the_evidence(odd: str) -> None:
    """A blessing written as one sign, a lone stretching stroke: the words found are those that are quoted."""
    (match,) = matched(f"{odd} Convoy ambushed near Kolokani", content=f"{odd} said {odd}")
    assert [e.words for e in match.evidence] == ["Convoy", "ambushed"]


LONG = 65_536


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "body",
    [
        pytest.param("." * LONG, id="dots"),
        pytest.param("…?!" * (LONG // 3), id="marks"),
        pytest.param("convoy attack " * (LONG // 14), id="both sides of NEAR"),
        pytest.param("convoy " * (LONG // 14) + "attack " * (LONG // 14), id="one side after the other"),
        pytest.param("de-" * (LONG // 3), id="prefixes"),
        pytest.param("-" * LONG, id="hyphens"),
        pytest.param("Mali Bamako Kolokani Gao " * (LONG // 25), id="places"),
        pytest.param("a\u0301" * (LONG // 2), id="marks on letters"),
        pytest.param("film " * (LONG // 5), id="vetoes"),
    ],
)
def test_what_a_feed_can_bring_is_read_in_bounded_time(body: str) -> None:
    """Every field is capped; within it no shape makes the work grow with the square of its length."""
    matcher = changed('match: "@convoy NEAR/12 @attack"', 'match: "@convoy NEAR/12 @attack AND lead:kolokani"')
    found = matcher.match_item(an_item("Convoy ambushed near Kolokani", summary=body, content=body))
    assert [m.indicator for m in found] == ["convoy_attack"]
    assert all(len(m.rejected_by) < 1_000 for m in found)


def test_a_stem_written_in_a_rule_is_read_in_the_language_of_the_text() -> None:
    """Where no concept of the rule says which languages are meant, French is read as French."""
    known = a_small_assessment()
    rule = known.indicators[0].model_copy(update={"match": "attaquer~ AND kolokani", "not_": ""})
    matcher = Matcher(known.model_copy(update={"indicators": (rule,)}))
    assert [m.indicator for m in matched("Des hommes attaquaient Kolokani", matcher, lang="fr")] == ["convoy_attack"]
