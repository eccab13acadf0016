"""Advice: what a sound assessment allows and its author probably did not mean. None of it refuses a file."""

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest

from indicators.assessments import Assessment
from indicators.checks import advice_on, faults_of
from indicators.checks.diagnosticity import WEAK_RATIO, diagnosticity, ratio_of
from indicators.checks.history import FEWEST_HITS, Tally, past_faults, without_history
from indicators.checks.terms import common_terms
from indicators.checks.twins import normal, twins
from indicators.errors import Severity
from indicators.language import common_words
from indicators.language.text import fold
from indicators.parsing import parse_assessment
from indicators.query import parse
from indicators.rules import Effect, Indicator, Rating
from indicators.written import Fault
from tests.builders import a_match, a_small_assessment, an_item, small

CONVOY = "convoy: {en: [convoy*, tanker*], fr: [convoi*, citerne*]}"


def with_convoy(concept: str, *, match: str = "@convoy NEAR/12 @attack", not_: str = "title:film") -> Assessment:
    """Return the small assessment with another concept of convoys, used in *match* and *not_*."""
    known = a_small_assessment(concepts=small_concepts(concept))
    first = known.indicators[0].model_copy(update={"match": match, "not_": not_})
    return known.model_copy(update={"indicators": (first, *known.indicators[1:])})


def small_concepts(convoy: str) -> str:
    text = small()
    block = text[text.index("concepts:") + len("concepts:\n") : text.index("groups:")]
    return block.replace(CONVOY, f"convoy: {{any: [convoy], {convoy}}}").rstrip()


def found(assessment: Assessment) -> list[str]:
    return [fault.what for fault in common_terms(assessment)]


@pytest.mark.parametrize(
    ("concept", "words"),
    [
        ("fr: [car]", "in French the term 'car' has two senses: a coach, and “because”"),
        ("fr: [or]", "'or' has two senses"),
        ("fr: [vol]", "a flight, and a theft"),
        ("fr: [maïs]", "“mais” (but) is read like “maïs” (corn)"),
        ("en: [US]", "“us”: capital letters do not matter"),
        ("en: [new]", "the term 'new' stands in nearly every text in English"),
        ("fr: [nouveau]", "the term 'nouveau' stands in nearly every text in French"),
        ("fr: [sol*]", "the open term 'sol*' also hides in common words of other meanings: soldat, solde, soleil …"),
        ("fr: [port*]", "port, portable, porte …"),
        ("en: [impos*]", "impose, impossible"),
        ("fr: [livr*]", "livre, livrer"),
    ],
)
def test_a_term_that_finds_too_much_is_named(concept: str, words: str) -> None:
    """With the other sense, or with the common words it also finds."""
    (what,) = found(with_convoy(concept))
    assert words in what


def test_a_common_word_of_one_language_may_be_a_term_of_another() -> None:
    """A car is a car in English; a name of any language is read in both."""
    assert not found(with_convoy("en: [car]"))
    assert not found(with_convoy("ar: [car]"))
    assert len(found(a_small_assessment(concepts=small_concepts("en: [x]").replace("[convoy]", "[convoy, car]")))) == 1


@pytest.mark.parametrize(
    "concept",
    ["fr: [attaqu*]", "en: [arrest*]", "en: [arriv*]", "fr: [carburant*]", "en: [blockad*]", "fr: [négoci*]"],
)
def test_an_open_term_of_one_meaning_is_let_be(concept: str) -> None:
    """Endings are what a star is for."""
    assert not found(with_convoy(concept))


@pytest.mark.parametrize("concept", ['fr: ["car de transport"]', 'en: ["new blockade"]', 'fr: ["vol* de nuit"]'])
def test_a_phrase_is_let_be(concept: str) -> None:
    """Common words beside one another say something together."""
    assert not found(with_convoy(concept))


def test_a_common_word_close_to_another_term_is_let_be() -> None:
    """Within three words they read like a phrase; four words are too many."""
    assert not found(with_convoy("en: [new]", match="@convoy NEAR/3 @attack"))
    assert not found(with_convoy("fr: [car]", match="@attack BEFORE/2 (@convoy OR @officer)"))
    assert found(with_convoy("en: [new]", match="@convoy NEAR/4 @attack"))


def test_a_headline_may_be_refused_for_could_and_why() -> None:
    """What only vetoes a headline may be a common word, but not one of two senses."""
    use = {"match": "@attack", "not_": "title:@convoy"}
    assert not found(with_convoy("en: [could, why]", **use))
    assert found(with_convoy("en: [over]", **use))
    assert found(with_convoy("en: [could]", match="@attack", not_="@convoy"))
    assert found(with_convoy("en: [could]", match="@attack AND title:@convoy", not_=""))


def test_what_no_query_uses_is_let_be() -> None:
    """It finds nothing."""
    assert not found(with_convoy("fr: [car]", match="@attack"))


def test_a_concept_is_used_where_one_that_includes_it_is() -> None:
    """Its terms are found there too."""
    concepts = small_concepts("fr: [x]") + "\n  inner: {fr: [car]}\n  outer: {include: [inner], en: [lorry]}"
    known = a_small_assessment(concepts=concepts)
    assert not found(known)
    first = known.indicators[0].model_copy(update={"match": "@outer"})
    assert len(found(known.model_copy(update={"indicators": (first,)}))) == 1


def test_words_written_in_a_query_are_read_in_every_language() -> None:
    """Each once in each query, at the query's line; source: and lang: hold names."""
    query = "@attack AND (car OR visa* OR car) AND source:car AND lang:or"
    faults = list(common_terms(with_convoy("en: [x]", match=query)))
    assert [(f.path, "'car'" in f.what, "'visa*'" in f.what) for f in faults] == [
        (("indicators", 0, "match"), True, False),
        (("indicators", 0, "match"), False, True),
    ]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_common_words_are_in_order(lang: str) -> None:
    """No word is listed twice or in capitals, and no family is split where both halves would always be found."""
    families = [word for family in common_words.families(lang) for word in family]
    twice = [word for word, n in Counter(families).items() if n > 1]
    assert not twice
    assert not [w for w in families if w != w.lower()]
    assert len(families) > 900
    assert len(common_words.everywhere(lang)) > 150
    assert common_words.everywhere("xx") == frozenset()


def test_the_words_of_the_brief_are_known_traps() -> None:
    """The false friends that every French rule meets."""
    assert {"or", "car", "vol", "don"} <= common_words.two_senses("fr").keys()
    assert fold("été") in common_words.two_senses("fr")


def rated(effects: dict[str, Any]) -> Assessment:
    """Return the small assessment with other effects of its first indicator."""
    known = a_small_assessment()
    written = known.indicators[0].model_dump(by_alias=True) | {"effects": effects}
    first = Indicator.model_validate(written)
    return known.model_copy(update={"indicators": (first, *known.indicators[1:])})


@pytest.mark.parametrize(
    ("effects", "weak"),
    [
        ({"blockade": ["L", "E"]}, False),
        ({"blockade": ["VL", "L"]}, True),
        ({"blockade": ["E", "U"]}, False),
        ({"blockade": ["U", "E"]}, False),
        ({"blockade": ["VL", "L"], "coup": ["L", "U"]}, False),
        ({"blockade": ["E", "E"]}, True),
    ],
    ids=str,
)
def test_an_indicator_that_hardly_tells_scenarios_apart_is_named(effects: dict[str, Any], *, weak: bool) -> None:
    """Its best likelihood ratio counts, for or against."""
    told = [f.what for f in diagnosticity(rated(effects)) if "hardly discriminates" in f.what]
    assert bool(told) is weak
    assert all("convoy_attack" in what for what in told)


def test_of_an_exclusive_scenario_the_two_states_furthest_apart_count() -> None:
    """One state that stands out is enough."""
    rating = {"a": Rating.LIKELY, "b": Rating.LIKELY, "c": Rating.VERY_UNLIKELY}
    assert ratio_of(rating) == pytest.approx(0.675 / 0.125)
    assert ratio_of(Effect(if_true=Rating.VERY_LIKELY, if_false=Rating.LIKELY)) < WEAK_RATIO


def reach(assessment: Assessment) -> list[str]:
    return [f.what.partition(", ")[0] for f in diagnosticity(assessment) if "no indicator can" in f.what]


def test_a_scenario_that_nothing_can_lower_or_raise_is_named() -> None:
    """The small assessment has indicators that speak for each, and none against."""
    assert reach(a_small_assessment()) == ["no indicator can lower coup", "no indicator can lower blockade"]
    against = rated({"blockade": ["U", "VL"]})
    assert reach(against) == ["no indicator can lower coup", "no indicator can raise blockade"]
    assert "no indicator can raise or lower blockade" in reach(rated({"coup": ["U", "VL"]}))


def test_a_baseline_that_can_fade_counts_as_a_way_down() -> None:
    """An indicator that was active on the day of the assessment speaks by falling silent."""
    text = small().replace("half_life_days: 14}", "half_life_days: 14, baseline: 0.4}")
    assert reach(_parsed(text)) == ["no indicator can lower coup"]


def _parsed(text: str) -> Assessment:
    assessment, problems = parse_assessment(text, name="x.yaml")
    assert assessment is not None, problems
    return assessment


def linked(p_if: float) -> Assessment:
    """Return the small assessment with a coup that follows from a blockade, and counter-evidence of a blockade."""
    link = f"statements: [S1]}}\n    links: [{{parent: blockade, p_if: {p_if}, statements: [S1]}}]"
    text = small().replace("basis: inferred, statements: [S1]}", f"basis: inferred, {link}")
    text = text.replace("effects: {blockade: [VL, U]}", "effects: {blockade: [U, VL]}")
    return _parsed(text)


def test_a_link_carries_a_move_to_the_child_and_an_inhibiting_one_turns_it() -> None:
    """What lowers a parent lowers its child, or raises it where the parent prevents it."""
    assert reach(linked(0.18)) == ["no indicator can raise blockade"]
    assert reach(linked(0.05)) == ["no indicator can lower coup", "no indicator can raise blockade"]


def test_a_whole_is_lifted_by_its_part_and_never_lowered() -> None:
    """A floor goes one way."""
    text = small().replace("p: 0.12, term: very unlikely", "p: 0.62, term: likely")
    prior = "    prior: {p: 0.62, term: likely, basis: inferred"
    text = text.replace(prior, f"    at_least_max_of: [blockade]\n{prior}")
    text = text.replace("effects: {coup: [VL, U]}", "effects: {blockade: [U, VL]}")
    assert reach(_parsed(text)) == ["no indicator can lower coup"]


SAME = [
    ("@a AND @b", "@b AND @a"),
    ("@a AND (@b AND @c)", "(@c AND @a) AND @b"),
    ("@a OR @b OR @a", "@b OR @a"),
    ("@a NEAR/5 @b", "@b NEAR/5 @a"),
    ("@a SAME SENTENCE @b", "@b SAME SENTENCE @a"),
    ("Convoi", "convoi"),
    ('"fuel-truck"', '"Fuel Truck"'),
    ("@a AND NOT NOT @b", "@a AND @b"),
    ("title:(@a OR @b)", "title:(@b OR (@a))"),
]
DIFFERENT = [
    ("@a BEFORE/5 @b", "@b BEFORE/5 @a"),
    ("@a NEAR/5 @b", "@a NEAR/6 @b"),
    ("@a NEAR/5 @b", "@a BEFORE/5 @b"),
    ("title:@a", "body:@a"),
    ("@a AND @b", "@a OR @b"),
    ("@a", "#a"),
    ("convoi", "convoi*"),
]


@pytest.mark.parametrize(("one", "other"), SAME, ids=str)
def test_queries_that_differ_only_in_their_writing_are_the_same(one: str, other: str) -> None:
    """Order, brackets, repetition, case and hyphens."""
    assert normal(parse(one)) == normal(parse(other))


@pytest.mark.parametrize(("one", "other"), DIFFERENT, ids=str)
def test_queries_that_mean_something_else_are_not(one: str, other: str) -> None:
    """Order of BEFORE, distance, field, operator."""
    assert normal(parse(one)) != normal(parse(other))


def test_two_indicators_that_read_the_same_are_named() -> None:
    """Match, not, codes and where together; another place makes another indicator."""
    known = a_small_assessment()
    first = known.indicators[0]
    twin = first.model_copy(update={"id": "second_name", "match": "@attack NEAR/12 (@convoy)"})
    (fault,) = twins(known.model_copy(update={"indicators": (first, twin)}))
    assert fault.path == ("indicators", 1, "match")
    assert "second_name reads the same reports as convoy_attack" in fault.what
    elsewhere = twin.model_copy(update={"where": known.indicators[1].where})
    assert not list(twins(known.model_copy(update={"indicators": (first, elsewhere)})))
    assert not list(twins(known.model_copy(update={"indicators": (first, twin.model_copy(update={"not_": ""}))})))


def tally(items: int, **hits: range) -> Tally:
    """Return what was counted of *items* items, by indicator."""
    total = Tally()
    for n in range(items):
        matches = tuple(a_match(name, item=an_item(str(n))) for name, own in hits.items() if n in own)
        total.add(str(n), matches)
    return total


def warned(items: int, most: float = 0.05, **hits: range) -> list[Fault]:
    return list(past_faults(a_small_assessment(), tally(items, **hits), most=most))


def test_a_rule_that_matches_too_much_is_named_with_its_share() -> None:
    """More than five per cent, unless another bar is asked for."""
    (fault,) = warned(100, convoy_attack=range(6))
    assert "convoy_attack matches 6 of 100 items (6.0%, more than 5.0%)" in fault.what
    assert fault.path == ("indicators", 0, "match")
    assert not warned(100, convoy_attack=range(5))
    assert not warned(100, most=0.06, convoy_attack=range(6))


def test_a_few_hits_say_nothing() -> None:
    """Four of ten items are no share, and four shared hits no likeness."""
    few = range(FEWEST_HITS - 1)
    assert not warned(10, convoy_attack=few, officer_unrest=few)


def test_two_rules_with_the_same_hits_are_named() -> None:
    """Nine of ten shared is the same; eight of ten is not."""
    (fault,) = warned(1000, convoy_attack=range(10), officer_unrest=range(9))
    assert fault.path == ("indicators", 1, "match")
    assert "officer_unrest and convoy_attack match the same items (9 of 10)" in fault.what
    assert not warned(1000, convoy_attack=range(10), officer_unrest=range(8))


def test_a_rule_without_history_is_noted_and_no_fault() -> None:
    """With how often its words were there and refused."""
    total = tally(10, convoy_attack=range(2))
    total.add("x", (a_match("officer_unrest", rejected_by="where: names no place in mali"),))
    known = a_small_assessment()
    assert (
        without_history(known, total) == "no history, which is no fault of a warning rule: officer_unrest (1 refused)"
    )
    assert not list(past_faults(known, total))
    assert without_history(known, tally(5, convoy_attack=range(5), officer_unrest=range(5))) == ""


def test_advice_refuses_nothing_and_is_not_given_unasked() -> None:
    """It is a warning each, and reading a file for work does not look for it."""
    assessment = with_convoy("fr: [car]")
    advice = advice_on(assessment)
    assert {fault.severity for fault in advice} == {Severity.WARNING}
    assert all(fault.instead for fault in advice)
    assert not set(advice) & set(faults_of(assessment))
    assert all(a != b for a, b in pairwise(sorted(map(str, advice))))
