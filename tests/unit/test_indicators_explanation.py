"""Explanation: why an item does or does not match, clause by clause, and a query as it would be written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.explanation import Clause, explain, explain_query
from indicators.matcher import Matcher
from indicators.query import Document, parse
from indicators.query.spell import spell
from tests.builders import a_small_assessment, an_item, mali

MATCHER = Matcher(a_small_assessment())


def verdict(title: str, rule: str = "convoy_attack") -> str:
    return explain(MATCHER, an_item(title, lang="en"), rule).verdict


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Convoy ambushed near Kolokani", "matches and counts"),
        ("Convoy leaves Kolokani", "does not match: @attack does not hold"),
        ("Rain in Kolokani", "does not match: @convoy does not hold"),
        ("Film: convoy ambushed near Kolokani", "matches, but is refused by not: Film"),
        ("Convoy ambushed near Gao", "matches, but is refused by where: names no place in near"),
        (
            "Convoy seen leaving the town by people who later in the day heard an attack near Kolokani",
            "does not match: @convoy NEAR/12 @attack does not hold (13 words apart, at most 12 are allowed)",
        ),
    ],
)
def test_the_verdict_names_what_to_look_at(title: str, said: str) -> None:
    """One sentence: it counts, it is refused and by what, or which part of the query is missing."""
    assert verdict(title) == said


def test_a_rule_that_reads_no_items_is_unknown_here() -> None:
    """Asking about a name that is none must not look like an item that does not match."""
    with pytest.raises(KeyError):
        verdict("Convoy ambushed near Kolokani", "no_such_rule")


def test_an_item_without_a_language_is_explained_in_each() -> None:
    """It may hold in one language only, and then that is the one to read."""
    found = explain(MATCHER, an_item("Un convoi attaqué à Kolokani"), "convoy_attack")
    assert {r.lang: bool(r.match and r.match.holds) for r in found.readings} == {"en": False, "fr": True}
    assert (found.counts, found.places) == (True, ("kolokani",))


@pytest.mark.parametrize("title", ["Le convoi quitte Kolokani", "A convoy leaves Kolokani"])
def test_what_is_missing_is_said_of_the_language_that_comes_nearest(title: str) -> None:
    """A convoy that is there is not said to be missing because the other language has no such word."""
    assert explain(MATCHER, an_item(title), "convoy_attack").verdict == "does not match: @attack does not hold"


def clause(query: str, title: str, summary: str = "") -> Clause:
    (lexicon,) = MATCHER.lexicons_for(Document(an_item(title, lang="en"))).values()
    return explain_query(query, Document(an_item(title, summary=summary, lang="en")), lexicon)


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("@convoy BEFORE/5 @attack", "both are there, in the other order or one inside the other"),
        ("@attack SAME SENTENCE rain", "both are there, in different sentences"),
        ("@attack NEAR/5 rain", "both are there, in different fields"),
        ("source:rfi AND convoy", "the item's source is wire"),
        ("convoy AND type:acled", "the item's type is none"),
    ],
)
def test_what_the_parts_do_not_show_is_said(query: str, note: str) -> None:
    """Distance, order, sentences, and what the item says of itself."""
    found = clause(query, "Attack on a convoy", summary="Rain follows.")
    failing = found if not found.parts or found.joined == "" else found.decisive[0]
    assert (found.holds, failing.note) == (False, note)


def test_only_what_decided_is_decisive() -> None:
    """Of an OR that holds, the parts that hold; of an AND that fails, those that fail."""
    both = clause("(@convoy OR rain) AND snow AND hail", "A convoy")
    assert [part.text for part in both.decisive] == ["snow", "hail"]
    assert [part.text for part in both.parts[0].decisive] == ["@convoy"]


QUERIES = [q for i in mali().indicators for q in (i.match, i.not_, i.announcement) if q]


@pytest.mark.parametrize("query", QUERIES, ids=lambda q: q[:30])
def test_a_spelled_query_means_what_the_written_one_meant(query: str) -> None:
    """Every query of the shipped assessment can be written back."""
    assert parse(spell(parse(query))) == parse(query)


ATOMS = st.sampled_from(["alpha", "beta*", '"gamma delta"', "@c", "#a", "title:eta", "lang:fr", '"a:b"'])


def joined(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(["AND", "OR", "AND NOT"])
    return st.tuples(part, operators, part).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})") | st.tuples(
        st.sampled_from(["x", "@c", "(x OR y)", "(x NEAR/2 y)"]),
        st.sampled_from(["NEAR/3", "BEFORE/9", "SAME SENTENCE"]),
        st.sampled_from(["y", "#a", "(x AND z)", "(x BEFORE/2 y)", "title:(x OR y)"]),
    ).map(" ".join)


@given(query=st.recursive(ATOMS, joined, max_leaves=6))
@settings(max_examples=400, deadline=None)
def test_spelling_keeps_what_binds_to_what(query: str) -> None:
    """Brackets are left out only where the grammar puts the parts together the same way."""
    assert parse(spell(parse(query))) == parse(query)
