"""Rules as analysts write them: a few terms each, joined by every operator, and concepts with long lists.

``python -m benchmarks.rules`` prints some, and how many of them an item matches.
"""

import random
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import exp, log

from benchmarks.news import news
from benchmarks.vocabulary import LANGUAGES, vocabulary_of
from indicators.lexicon import Lexicon
from indicators.query import Document, parse
from indicators.query.triggers import terms_in

Concepts = dict[str, dict[str, tuple[str, ...]]]
"""Terms by language under ``@concept`` and ``#actor``, as :class:`indicators.rulebook.Rulebook` takes them."""

_SHAPES = {
    "{name}": 8,
    "{phrase}": 3,
    "{x} AND {x}": 16,
    "{x} AND {x} AND {x}": 9,
    "{x} AND ({x} OR {x})": 12,
    "({x} OR {x}) AND ({x} OR {x})": 8,
    "{x} AND {x} AND NOT {x}": 8,
    "({name} OR {x} OR {phrase}) AND {x} AND NOT ({x} OR {x})": 4,
    "{x} NEAR/{n} {x}": 11,
    "({x} OR {x}) NEAR/{n} ({x} OR {x})": 6,
    "{x} NEAR/{n} {x} AND {name}": 3,
    "{x} BEFORE/{n} {x}": 4,
    "{x} SAME SENTENCE {x}": 4,
    "title:{x} AND {x}": 4,
    "title:({x} OR {x}) AND {name}": 3,
    "body:({x} AND {x}) AND NOT title:{x}": 2,
    "@{concept} AND {x} AND {x}": 5,
    "@{concept} NEAR/{n} {x}": 6,
    "@{concept} NEAR/{n} @{concept} AND {name}": 3,
    "#{actor} AND @{concept} AND {x}": 3,
    "#{actor} NEAR/{n} {x} AND NOT {x}": 2,
}
"""What rules look like, and how many in a hundred and odd look so; x is a term of any kind."""

_KINDS = {"word": 42, "name": 34, "open": 10, "phrase": 9, "stem": 3, "frequent": 2}
"""What terms are, in a hundred."""

_CONCEPTS, _ACTORS = 60, 25
_FEWEST, _MOST = 5, 60


@dataclass(frozen=True, slots=True)
class Habit:
    """How frequent the words of a rule may be: so many of the most frequent of each kind are left alone."""

    words: int
    names: int
    phrases: int = 5  # two words side by side are rare even if both are frequent


USUAL = Habit(words=150, names=30)
"""An analyst knows that *government* and *people* say nothing."""

COMMON = Habit(words=60, names=10)
"""Rules of a beginner, whose words are in many more items."""

_SPOKEN = {"word": 50, "open": 25, "phrase": 20, "stem": 5}
"""What the terms of a concept are."""

_DISTANCES = (3, 5, 8, 10, 12, 15, 20)
_OPEN_FROM = 5
_FREQUENT = 20
_HOLE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Rules:
    """Queries under their names, and the concepts and actors they speak of."""

    queries: Mapping[str, str]
    concepts: Concepts

    def first(self, count: int) -> "Rules":
        """Return the first *count* of them, with all concepts."""
        return Rules(dict(list(self.queries.items())[:count]), self.concepts)


def rules(count: int, *, seed: int = 1, habit: Habit = USUAL) -> Rules:
    """Return *count* different queries; the same for the same *seed*, and the first ones the same for every count."""
    analyst = _Analyst(random.Random(f"rules {seed}"), habit)
    concepts = {f"@topic{n}": analyst.concept() for n in range(_CONCEPTS)}
    actors = {f"#actor{n}": analyst.actor() for n in range(_ACTORS)}
    queries: dict[str, None] = {}
    while len(queries) < count:
        queries[analyst.query()] = None
    return Rules({f"r{number}": query for number, query in enumerate(queries)}, concepts | actors)


@cache
def _bare(lang: str, hole: str) -> tuple[str, ...]:
    """Return the words of a hole, the frequent first, without the article that French brings with them."""
    return tuple(re.split(r"[ ']", word)[-1] for word in vocabulary_of(lang)[hole].words)


@dataclass(frozen=True, slots=True)
class _Analyst:
    """Writes rules and concepts; two with equal dice write the same."""

    rng: random.Random
    habit: Habit

    def query(self) -> str:
        lang = self.rng.choice(LANGUAGES)
        shape = self.rng.choices(list(_SHAPES), list(_SHAPES.values()))[0]
        return _HOLE.sub(lambda hole: self._fill(hole[1], lang), shape)

    def concept(self) -> dict[str, tuple[str, ...]]:
        size = round(exp(self.rng.uniform(log(_FEWEST), log(_MOST))))
        return {lang: self._terms(_SPOKEN, lang, max(2, size // 2)) for lang in LANGUAGES}

    def actor(self) -> dict[str, tuple[str, ...]]:
        names = self._terms({"name": 1}, LANGUAGES[0], self.rng.randint(2, 6))
        return {"any": names} | {lang: self._terms({"phrase": 1}, lang, 2) for lang in LANGUAGES}

    def _terms(self, kinds: Mapping[str, int], lang: str, count: int) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._term(kinds, lang) for _ in range(count)))

    def _term(self, kinds: Mapping[str, int], lang: str) -> str:
        return self._made(self.rng.choices(list(kinds), list(kinds.values()))[0], lang)

    def _fill(self, hole: str, lang: str) -> str:
        match hole:
            case "n":
                return str(self.rng.choice(_DISTANCES))
            case "concept":
                return f"topic{self.rng.randrange(_CONCEPTS)}"
            case "actor":
                return f"actor{self.rng.randrange(_ACTORS)}"
            case "x":
                term = self._term(_KINDS, lang)
            case kind:
                term = self._made(kind, lang)
        return f'"{term}"' if " " in term else term

    def _made(self, kind: str, lang: str) -> str:
        match kind:
            case "word":
                return self._word(lang)
            case "open":
                return self._open(self._word(lang), 2)
            case "stem":
                return f"{self._ranked(_bare(lang, 'V'), self.habit.words)}~"
            case "name":
                hole = self.rng.choices("lspo", (45, 20, 20, 15))[0]
                return self._ranked(vocabulary_of(lang)[hole].words, self.habit.names)
            case "phrase":
                return self._phrase(lang)
            case _:
                return self.rng.choice(_bare(lang, "n")[:_FREQUENT])

    def _word(self, lang: str) -> str:
        hole = self.rng.choices("nNaV", (45, 25, 15, 15))[0]
        return self._ranked(_bare(lang, hole), self.habit.words)

    def _phrase(self, lang: str) -> str:
        """Return two words that stand side by side in :mod:`benchmarks.sentences`, noun and adjective."""
        noun = self._ranked(_bare(lang, self.rng.choice("nN")), self.habit.phrases)
        adjective = self._ranked(_bare(lang, "a"), self.habit.phrases)
        first, last = (adjective, noun) if lang == "en" else (noun, adjective)
        return f"{first} {self._open(last, 1) if self.rng.randrange(10) == 0 else last}"

    def _open(self, word: str, less: int) -> str:
        return word if "-" in word or len(word) < _OPEN_FROM else f"{word[: max(_OPEN_FROM, len(word) - less)]}*"

    def _ranked(self, words: tuple[str, ...], skip: int) -> str:
        """Return a word past the first *skip*; each doubling of the rank is as likely as the next."""
        first = min(skip, len(words) // 4)
        return words[int(exp(self.rng.uniform(log(first), log(len(words)))))]


def main() -> None:
    """Print thirty rules, and how often their terms are met."""
    some = rules(10_000)
    for query in list(some.queries.values())[:30]:
        print(query)
    terms = Counter(term.key for query in some.queries.values() for term in terms_in(parse(query)))
    written = {term.key: term for query in some.queries.values() for term in terms_in(parse(query))}
    lexicon = Lexicon(written.items(), lang=LANGUAGES[0])
    items = [Document(item) for item in news(1000)]
    met = Counter(key for item in items for key in lexicon.scan(item))
    shares = sorted(met[key] / len(items) for key in terms.elements())
    print(f"\n{terms.total() / len(some.queries):.2f} terms a rule beside concepts, {len(terms):,} different")
    for tenth in (1, 3, 5, 7, 9):
        print(f"{tenth * 10} % of them are met in at most {shares[len(shares) * tenth // 10]:.1%} of the items")


if __name__ == "__main__":
    main()
