"""The benchmark compares like with like: every way it times finds the same matches. No test asserts a time."""

from collections.abc import Sequence

import pytest

from benchmarks import events, matching, naive, plain, replay
from benchmarks.figures import at_least, at_most, table
from benchmarks.mutants import Mutants, Verdict, report, verdict_of
from benchmarks.mutation_copy import with_fewer_examples
from benchmarks.news import news
from benchmarks.rivals import Rival, rivals
from benchmarks.rules import rules
from benchmarks.vocabulary import LANGUAGES
from indicators.events import group_matches
from indicators.query import Document
from indicators.rulebook import Rulebook
from tests.builders import mali
from watcher.judging.matching import here

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


def test_the_events_benchmark_compares_what_it_times() -> None:
    """Reports of today, late ones and ones in a storm: grouped one by one and at once, in memory and through a file."""
    sizes = events.Sizes(items=2_000, days=20, storm=60, new=12)
    figures = {f.name: f for f in events.measured(sizes, memory=False)}
    assert figures["reports"].value == 200
    assert figures["items stored"].value == 2_000
    assert {"one of today", "one 7 days late", "one in the middle of the storm"} <= figures.keys()


def test_other_events_stop_the_benchmark() -> None:
    """No figure is printed for a casebook that holds something else than its reports grouped at once."""
    archive = events.Sizes(items=200, days=5, storm=4).archive()
    known = list(archive.matches())
    indicators = {i.id: i for i in archive.assessment.indicators}
    fewer = group_matches(known[1:], indicators)
    with pytest.raises(AssertionError, match="events"):
        events.same(group_matches(known, indicators), fewer)


def test_the_replay_benchmark_compares_what_it_times() -> None:
    """The replay from matches made before says what the whole one says, and a sample is judged anew."""
    items = replay.past(replay.Sizes(items=300, days=3, match=0.2))
    found = {item.id: matches for item in items if (matches := replay.matcher().match_item(item))}
    assert replay.agree(mali(), items, found) > 0
    whole = replay.replayed(items, here(replay.matcher()))
    replay.same(whole, replay.replayed(items, replay.read_before(found)))
    with pytest.raises(AssertionError, match="judged otherwise"):
        replay.same(whole, replay.replayed(items, replay.read_before({})))


def test_the_table_says_what_passed_and_what_did_not() -> None:
    """A reader sees figure, target and verdict in one line."""
    passed = at_least(6000, name="rate", value=7000, unit="items/s")
    failed = at_most(40, name="share", value=40.5, unit="%")
    _, rate, share = table([passed, failed]).splitlines()
    assert rate.split() == ["rate", "7,000", "items/s", ">=", "6,000", "pass"]
    assert share.split() == ["share", "40.50", "%", "<=", "40", "FAIL"]


def test_an_interrupted_run_leaves_a_fair_sample_of_mutants() -> None:
    """Only what was drawn before the first mutant without a verdict counts: those tried sooner were the quick ones."""
    drawn = Mutants(dict.fromkeys("abcdef", Verdict.UNDECIDED), seed=1).drawn()
    assert sorted(drawn) == list("abcdef")
    tried = dict.fromkeys(drawn, Verdict.NOTICED) | {drawn[1]: Verdict.SURVIVED, drawn[3]: Verdict.UNDECIDED}
    mutants = Mutants(tried, seed=1)
    assert list(mutants.sample()) == drawn[:3]
    assert mutants.undecided(6) == [drawn[3]]


def test_a_mutant_that_ran_out_of_time_is_no_part_of_the_score() -> None:
    """Two of three that were judged were noticed; one that no test runs is not, and the timeout stands beside them."""
    codes = {"a": 1, "b": 3, "c": 33, "d": -24}
    head, *left = report(Mutants({name: verdict_of(code) for name, code in codes.items()}, seed=1)).splitlines()
    assert "2 noticed, 1 not, 1 timeouts; score 66.7%" in head
    assert left == ["no test runs it: c", "timeout: d"]


def test_tests_of_mutants_draw_fewer_examples() -> None:
    """One of sixteen, and one at least; nothing else of a test changes."""
    assert (
        with_fewer_examples("settings(max_examples=400, deadline=None)") == "settings(max_examples=25, deadline=None)"
    )
    assert with_fewer_examples("max_examples=5") == "max_examples=1"
