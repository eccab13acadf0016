"""The benchmark compares like with like: every way it times finds the same matches. No test asserts a time."""

from collections.abc import Sequence

import pytest

from benchmarks import matching, naive, plain
from benchmarks.figures import at_least, at_most, table
from benchmarks.news import news
from benchmarks.rivals import Rival, rivals
from benchmarks.rules import rules
from benchmarks.vocabulary import LANGUAGES
from indicators.query import Document
from indicators.rulebook import Rulebook

ITEMS = list(news(40, seed=5))
RULES = rules(600, seed=5)


def ours(queries: Sequence[str]) -> list[frozenset[str]]:
    """Return what the rulebook finds of *queries*."""
    book = Rulebook({name: RULES.queries[name] for name in queries}, RULES.concepts, LANGUAGES)
    return [frozenset(book.match(Document(item))) for item in ITEMS]


def test_the_rulebook_finds_in_news_what_the_definition_finds() -> None:
    """Words, typing habits and rules of the benchmark, and not only those of a small alphabet."""
    some = dict(list(RULES.queries.items())[:150])
    wanted = [naive.matches(some, item, RULES.concepts, LANGUAGES) for item in ITEMS]
    assert ours(list(some)) == wanted
    assert sum(map(len, wanted)) > 0


@pytest.mark.parametrize("rival", rivals(), ids=lambda rival: rival.name)
def test_a_rival_is_timed_on_equal_matches(rival: Rival) -> None:
    """A rival that found less would be beaten for the wrong reason; it is asked most of the rules."""
    items = [plain.plain_item(item, LANGUAGES) for item in ITEMS]
    spelled = plain.plain_rules(RULES.queries, RULES.concepts, LANGUAGES, items)
    kept = [rule for rule in spelled if rival.expressible(rule)]
    found = rival.built(kept).match(items)
    assert found == ours([rule.name for rule in kept])
    assert sum(map(len, found)) > 0
    assert len(kept) > len(RULES.queries) * 2 / 3


def test_news_and_rules_are_the_same_in_every_run() -> None:
    """A figure of today can be set beside one of last year."""
    assert list(news(20, seed=5)) == ITEMS[:20]
    assert rules(100, seed=5).queries == dict(list(RULES.queries.items())[:100])
    assert list(news(20, seed=6)) != ITEMS[:20]


def test_a_disagreement_stops_the_benchmark() -> None:
    """No figure is printed for a matcher that finds something else."""
    sizes = matching.Sizes(naive_items=2, naive_rules=20)
    wrong = [frozenset(RULES.queries) for _ in ITEMS]
    with pytest.raises(AssertionError, match=r"naive evaluator, item n.*rules differ"):
        matching.agree_with_naive(RULES, ITEMS, wrong, sizes)


def test_the_table_says_what_passed_and_what_did_not() -> None:
    """A reader sees figure, target and verdict in one line."""
    passed = at_least(6000, name="rate", value=7000, unit="items/s")
    failed = at_most(40, name="share", value=40.5, unit="%")
    _, rate, share = table([passed, failed]).splitlines()
    assert rate.split() == ["rate", "7,000", "items/s", ">=", "6,000", "pass"]
    assert share.split() == ["share", "40.50", "%", "<=", "40", "FAIL"]
