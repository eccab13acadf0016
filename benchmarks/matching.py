"""Matching: items a second, side by side with the ways one would do it otherwise, all in one run.

``python -m benchmarks.matching`` from a checkout. What every line means is in benchmarks/README.md.
"""

import argparse
import gc
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from ahocorasick_rs import AhoCorasick

from benchmarks import footprint, naive, yardstick
from benchmarks.figures import Figure, at_least, at_most
from benchmarks.news import news
from benchmarks.plain import plain_item, plain_rules
from benchmarks.rivals import BATCH, Found, rate, rivals, same
from benchmarks.rules import COMMON, USUAL, Habit, Rules, rules
from benchmarks.telling import tell
from benchmarks.vocabulary import LANGUAGES
from indicators.concepts import Term, parse_term
from indicators.items import Item
from indicators.query import Document, parse
from indicators.query.triggers import terms_in
from indicators.rulebook import Rulebook

_EACH_ITEM = 40
"""So many more items are compared with the naive evaluator by some of the rules than by all of them."""


class Target:
    """What the project promises; a figure is judged by it and never asserted."""

    rate = 6_000
    share = 40
    growth = 4
    compile = 2
    memory = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much of everything is tried. The slow ones get a sample; whether they agree is asked of the same."""

    rules: int = 10_000
    items: int = 3_000
    seed: int = 1
    runs: int = 5
    naive_items: int = 8
    naive_rules: int = 200
    habit: Habit = USUAL


def sample(seed: int) -> list[str]:
    """Return lines of a thousand items that are not among those measured, to tell rare words by."""
    return [Document(item).line for item in news(1000, seed=seed + 1)]


def measured(sizes: Sizes) -> list[Figure]:
    """Return all figures. Raises ``AssertionError`` before any is taken if two ways disagree about a match."""
    items = list(news(sizes.items, seed=sizes.seed))
    written = rules(sizes.rules, seed=sizes.seed, habit=sizes.habit)
    book = _book(written, sizes)
    found = [frozenset(book.match(Document(item))) for item in items]
    pairs = agree_with_naive(written, items, found, sizes)
    own = _own_rates(items, written, sizes)
    return [
        Figure(name="matches", value=sum(map(len, found)) / len(items), unit="rules/item"),
        Figure(name="compared with the naive evaluator", value=pairs, unit="pairs", target="all equal", passed=True),
        *_rate_figures(own, sizes),
        *_rival_figures(items, written, found, sizes),
        *_footprint_figures(sizes),
    ]


def agree_with_naive(written: Rules, items: Sequence[Item], found: Found, sizes: Sizes) -> int:
    """Hold *found* against the naive evaluator: some items with all rules, all items with some. Return the pairs."""
    rng = random.Random(sizes.seed)
    whole = rng.sample(range(len(items)), min(sizes.naive_items, len(items)))
    some = dict(rng.sample(sorted(written.queries.items()), min(sizes.naive_rules, len(written.queries))))
    each = rng.sample(range(len(items)), min(_EACH_ITEM * sizes.naive_items, len(items)))
    for numbers, queries in ((whole, written.queries), (each, some)):
        for number in numbers:
            wanted = naive.matches(queries, items[number], written.concepts, LANGUAGES)
            same(found[number] & queries.keys(), wanted, f"naive evaluator, item {items[number].id}")
    return len(whole) * len(written.queries) + len(each) * len(some)


def rates(ways: Mapping[str, Callable[[Item], object]], items: Sequence[Item], runs: int) -> dict[str, float]:
    """Return items a second of processor time for each way: the median of *runs* rounds, every way in each.

    What the other ways have built is hidden from the garbage collector, as if each had its own process.
    """
    times: dict[str, list[float]] = {name: [] for name in ways}
    gc.collect()
    gc.freeze()
    for _ in range(runs):
        for name, way in ways.items():
            gc.collect()
            start = time.process_time()
            for item in items:
                way(item)
            times[name].append(time.process_time() - start)
    gc.unfreeze()
    return {name: len(items) / median(seconds) for name, seconds in times.items()}


def _own_rates(items: Sequence[Item], written: Rules, sizes: Sizes) -> dict[str, float]:
    automaton = AhoCorasick(sorted(set(map(_letters, _all_terms(written)))))
    ways: dict[str, Callable[[Item], object]] = {
        "normalise": Document,
        "normalise and scan": lambda item: automaton.find_matches_as_indexes(Document(item).line, overlapping=True),
    }
    for count in (sizes.rules // 100, sizes.rules // 10, sizes.rules):
        ways[f"match {count:,} rules"] = _matcher(_book(written.first(count), sizes))
    return rates(ways, items, sizes.runs)


def _book(written: Rules, sizes: Sizes) -> Rulebook:
    return Rulebook(written.queries, written.concepts, LANGUAGES, sample=sample(sizes.seed))


def _matcher(book: Rulebook) -> Callable[[Item], object]:
    return lambda item: book.match(Document(item))


def _all_terms(written: Rules) -> Iterable[Term]:
    """Return every term of every rule and concept: what a single automaton would have to find."""
    for query in written.queries.values():
        yield from terms_in(parse(query))
    for languages in written.concepts.values():
        for terms in languages.values():
            yield from map(parse_term, terms)


def _letters(term: Term) -> str:
    """Return *term* as it stands in a document's line, up to its first star or stem."""
    letters = ""
    for word in term.words:
        letters += f" {word.folded}"
        if word.open_ended or word.stemmed:
            return letters
    return f"{letters} "


def _rate_figures(own: Mapping[str, float], sizes: Sizes) -> list[Figure]:
    slowest, fastest = own[f"match {sizes.rules:,} rules"], own[f"match {sizes.rules // 100:,} rules"]
    share, growth = 100 * slowest / own["normalise and scan"], fastest / slowest
    figures = [Figure(name=name, value=rate, unit="items/s") for name, rate in own.items()]
    last = figures.pop()
    here = Target.rate * own["normalise and scan"] / yardstick.SCAN
    note = f"{Target.rate:,} where the limit was {yardstick.SCAN:,} is {here:,.0f} here"
    return [
        *figures,
        at_least(Target.rate, name=last.name, value=slowest, unit="items/s", note=note),
        at_least(Target.share, name="of normalise and scan", value=share, unit="%"),
        at_most(Target.growth, name="cost of 100 times the rules", value=growth, unit="x"),
    ]


def _rival_figures(items: Sequence[Item], written: Rules, found: Found, sizes: Sizes) -> Iterator[Figure]:
    plain = [plain_item(item, LANGUAGES) for item in items[:BATCH]]
    spelled = plain_rules(written.queries, written.concepts, LANGUAGES, plain)
    for rival in rivals():
        kept = [rule for rule in spelled if rival.expressible(rule)]
        count = min(rival.items, len(plain))
        theirs = rate(rival, kept, plain[:count], found[:count])
        said = Rules({rule.name: written.queries[rule.name] for rule in kept}, written.concepts)
        book = _book(said, sizes)
        ours = rates({"ours": _matcher(book)}, items, sizes.runs)["ours"]
        note = f"{len(kept):,} rules that it can say, {count:,} items, same matches"
        yield Figure(name=rival.name, value=theirs, unit="items/s", note=note)
        faster = Figure(
            name=f"faster than {rival.name}", value=ours / theirs, unit="x", note=f"{ours:,.0f} items/s on its rules"
        )
        promised = rival.target
        yield replace(faster, target=f">= {promised}", passed=faster.value >= promised) if promised else faster


def _footprint_figures(sizes: Sizes) -> list[Figure]:
    found = [footprint.measured(sizes.rules, min(sizes.items, BATCH), sizes.seed, habit=sizes.habit) for _ in range(3)]
    seconds, book, peak = (median(one[name] for one in found) for name in ("compile", "book", "peak"))
    return [
        at_most(Target.compile, name="compile", value=seconds, unit="s", note="in a fresh process"),
        Figure(name="memory of the rulebook", value=book, unit="MB"),
        at_most(Target.memory, name="memory at its peak", value=peak, unit="MB"),
    ]


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.matching", description=__doc__)
    for name in ("rules", "items", "seed", "runs"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Sizes(), name), help="default: %(default)s")
    parser.add_argument("--common", action="store_true", help="rules of more frequent words")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    asked = _asked(arguments)
    habit = COMMON if asked.common else USUAL
    sizes = Sizes(rules=asked.rules, items=asked.items, seed=asked.seed, runs=asked.runs, habit=habit)
    about = f"{asked.items:,} items, seed {asked.seed}, median of {asked.runs} runs"
    tell(lambda: measured(sizes), about=about, one_core=True, as_json=asked.json)


if __name__ == "__main__":
    main(sys.argv[1:])
