"""Named queries: a rule that calls them finds, costs and explains what it would written out in full."""

import pytest

from indicators.assessments import Assessment
from indicators.checks import advice_on
from indicators.description import describe_indicator
from indicators.explanation import explain
from indicators.matcher import Matcher
from indicators.named_queries import read_query, unnamed
from indicators.query import QueryError, parse
from indicators.query.spell import spell
from indicators.revisions import revisions
from tests.builders import a_small_assessment, an_item, mali
from watcher.judging.unchanged import read_alike

QUERIES = {"convoy_hit": "@convoy NEAR/12 @attack", "trouble": "title:(@convoy_hit OR #jnim) OR @attack"}
NAMED = a_small_assessment().model_copy(update={"queries": QUERIES})


def with_rule(match: str, veto: str = "title:film") -> Assessment:
    """Return the small assessment with its queries, its first rule reading *match*."""
    first, *others = NAMED.indicators
    changed = first.model_copy(update={"match": match, "not_": veto})
    return NAMED.model_copy(update={"indicators": (changed, *others)})


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("@convoy_hit", "@convoy NEAR/12 @attack"),
        ("@trouble AND lead:@convoy", "(title:((@convoy NEAR/12 @attack) OR #jnim) OR @attack) AND lead:@convoy"),
        ("@trouble OR film", "title:((@convoy NEAR/12 @attack) OR #jnim) OR @attack OR film"),
        ("NOT @convoy_hit AND film", "NOT (@convoy NEAR/12 @attack) AND film"),
    ],
)
def test_a_name_stands_for_exactly_what_is_written_under_it(short: str, full: str) -> None:
    """The engine is given the tree of the long query, so matches, evidence and speed are those of the long query."""
    assert unnamed(read_query(NAMED, short)) == parse(full)
    assert spell(read_query(NAMED, short)) == short


def test_without_queries_names_stay_concepts() -> None:
    """An assessment that has none, or no assessment at all, reads every name as before."""
    assert read_query(None, "@convoy_hit") == parse("@convoy_hit")


def test_rules_match_alike_with_names_and_without() -> None:
    """Items, evidence and vetoes are the same; so no kept item is judged again when a rule is only split."""
    short, full = with_rule("@convoy_hit", "@trouble AND film"), with_rule("@convoy NEAR/12 @attack", _LONG_VETO)
    reports = ["Convoy ambushed near Kolokani", "Film: convoy ambushed near Kolokani", "Convoy leaves Kolokani"]
    for title in reports:
        item = an_item(title, lang="en")
        assert Matcher(short).match_item(item) == Matcher(full).match_item(item)
    assert Matcher(short).match_item(an_item(reports[0], lang="en"))
    assert "convoy_attack" in read_alike(short, full)
    changed = short.model_copy(update={"queries": QUERIES | {"convoy_hit": "@convoy AND @attack"}})
    assert "convoy_attack" not in read_alike(short, changed)
    assert any("named queries changed" in revision.told for revision in revisions(short, changed))


_LONG_VETO = "(title:((@convoy NEAR/12 @attack) OR #jnim) OR @attack) AND film"


def test_the_explanation_shows_what_is_inside() -> None:
    """An analyst sees the name, and under it the words that held or the part that is missing."""
    found = explain(Matcher(with_rule("@convoy_hit")), an_item("Convoy leaves Kolokani", lang="en"), "convoy_attack")
    clause = found.readings[0].match
    assert clause is not None
    assert (clause.text, clause.parts[0].text) == ("@convoy_hit", "@convoy NEAR/12 @attack")
    assert found.verdict == "does not match: @attack does not hold"


def test_the_description_names_it_and_says_what_it_means() -> None:
    """The rule reads in one look, and each name is explained below it."""
    told = describe_indicator(with_rule("@trouble"), "convoy_attack").text()
    assert "A report counts if the report mentions “trouble”." in told
    assert "“convoy hit” holds if the report mentions “convoy” and “attack” with at most 12 words between." in told
    assert "« convoy hit » est vrai si" in describe_indicator(with_rule("@trouble"), "convoy_attack", "fr").text()


def test_a_query_that_no_rule_calls_is_said() -> None:
    """It does no harm, and its author probably forgot to call it."""
    assert any("no rule calls the query trouble" in fault.what for fault in advice_on(with_rule("@convoy_hit")))
    assert not any("no rule calls" in fault.what for fault in advice_on(mali()))


def test_a_circle_and_a_doubling_end() -> None:
    """Neither hangs nor fills the memory; the check names both, and a rule is refused what it stands for."""
    circle = NAMED.model_copy(update={"queries": {"a": "@b AND x", "b": "@a AND y"}})
    assert spell(read_query(circle, "@a")) == "@a"
    names = "abcdefghijklmnopqrstuvwxyz"
    doubled = {names[0]: "one OR two"} | {names[i]: f"@{names[i - 1]} AND @{names[i - 1]}" for i in range(1, 26)}
    large = NAMED.model_copy(update={"queries": doubled})
    with pytest.raises(QueryError, match="more than 3000 parts"):
        read_query(large, " OR ".join(f"@{name}" for name in names[:11]))
