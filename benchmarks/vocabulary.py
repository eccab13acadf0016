"""Vocabulary: the words of one language by hole of a sentence, from frequent to rare, as Zipf found them."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, islice

from benchmarks import words
from benchmarks.sentences import DAYS, MONTHS

LANGUAGES = ("en", "fr")

_SEED = 20_26  # of the order of the words alone: rules and news of every seed speak of the same world
_SURNAMES, _PLACES, _ORGANISATIONS = 14_000, 10_000, 600
_TAILS = {"nouns": 6_000, "verbs": 2_500, "adjectives": 1_500}
_FLAT, _STEEP = 20, 1.0
_VOWELS = "aeiouyéèêâàîôûœAEIOUYÉÈÊÂÀÎÔÛŒ"


@dataclass(frozen=True, slots=True)
class Ranked:
    """Words from the most to the least frequent, with the sums of their weights."""

    words: tuple[str, ...]
    sums: tuple[float, ...]

    def draw(self, rng: random.Random, count: int) -> list[str]:
        """Return *count* words, frequent ones more often."""
        return rng.choices(self.words, cum_weights=self.sums, k=count)


Vocabulary = dict[str, Ranked]
"""By hole of a sentence (see :mod:`benchmarks.sentences`)."""


def ranked(found: Iterable[str], *, steep: float = _STEEP) -> Ranked:
    """Return the different words of *found*, the first the most frequent: 1 / (rank + 20) ** steep."""
    kept = tuple(dict.fromkeys(found))
    return Ranked(kept, tuple(accumulate((rank + _FLAT) ** -steep for rank in range(1, len(kept) + 1))))


@cache
def vocabulary_of(lang: str) -> Vocabulary:
    """Return the words of ``en`` or ``fr``; names of people, places and organisations are the same in both."""
    rng = random.Random(f"{_SEED} {lang}")
    own = _english(rng) if lang == "en" else _french(rng)
    return own | _names() | _small(lang)


def _shuffled(rng: random.Random, found: Sequence[str]) -> list[str]:
    return rng.sample(found, len(found))


def _flat(found: Iterable[str]) -> Ranked:
    kept = tuple(found)
    return Ranked(kept, tuple(accumulate(1.0 for _ in kept)))


def _small(lang: str) -> Vocabulary:
    return {
        "d": _flat(DAYS[lang]),
        "m": _flat(MONTHS[lang]),
        "y": _flat(str(year) for year in range(1991, 2027)),
        "k": ranked((str(n) for n in (2, 3, 10, 20, 12, 5, 30, *range(1, 1000))), steep=0.8),
        "t": _flat(words.ranks(lang)),
        "r": ranked(words.LOOSE[lang], steep=0.3),
    }


@cache
def _names() -> Vocabulary:
    rng = random.Random(_SEED)
    invented = iter(_shuffled(rng, list(words.invented_names())))
    surnames = list(islice(invented, _SURNAMES))
    places = [_compound(place, rng) for place in islice(invented, _PLACES)]
    people = [f"{rng.choice(words.first_names())} {surname}" for surname in surnames]
    return {
        "p": ranked(people, steep=0.8),
        "s": ranked(surnames, steep=0.8),
        "l": ranked(places, steep=0.8),
        "o": ranked("".join(rng.choices("AEIOUBCDFGLMPRST", k=rng.randint(3, 5))) for _ in range(_ORGANISATIONS)),
    }


def _compound(place: str, rng: random.Random) -> str:
    match rng.randrange(25):
        case 0:
            return f"{place}-{rng.choice(('Sud', 'Nord', 'Plateau', 'Ville', 'Gare'))}"
        case 1:
            return f"Saint-{place}"
        case _:
            return place


def _tailed(rng: random.Random, found: Sequence[str], lang: str, kind: str) -> list[str]:
    """Return *found* in an order of its own and after it the rare words that are made of them."""
    tail = list(words.derived(found, lang))
    learned = _shuffled(rng, list(words.learned(lang))) if kind == "nouns" else []
    return _shuffled(rng, found) + learned + _shuffled(rng, tail)[: _TAILS[kind]]


def _english(rng: random.Random) -> Vocabulary:
    nouns = _tailed(rng, words.EN_NOUNS, "en", "nouns")
    verbs = _tailed(rng, words.EN_VERBS, "en", "verbs")
    return {
        "n": ranked(nouns),
        "N": ranked(map(words.en_plural, nouns)),
        "a": ranked(_tailed(rng, words.EN_ADJECTIVES, "en", "adjectives")),
        "v": ranked(words.en_forms(verb)[0] for verb in verbs),
        "V": ranked(verbs),
        "g": ranked(words.en_forms(verb)[2] for verb in verbs),
    }


def _french(rng: random.Random) -> Vocabulary:
    genders = dict.fromkeys(words.FR_MASCULINE, "m") | dict.fromkeys(words.FR_FEMININE, "f")
    nouns = _tailed(rng, list(genders), "fr", "nouns")
    verbs = _tailed(rng, words.FR_VERBS, "fr", "verbs")
    adjectives = _tailed(rng, words.FR_ADJECTIVES, "fr", "adjectives")
    return {
        "n": ranked(_definite(noun, genders.get(noun, "f")) for noun in nouns),
        "u": ranked(f"{'un' if genders.get(noun) == 'm' else 'une'} {noun}" for noun in nouns),
        "e": ranked(_of_the(noun, genders.get(noun, "f")) for noun in nouns),
        "N": ranked(map(words.fr_plural, nouns)),
        "a": ranked(form for a in adjectives for form in (a, words.fr_feminine(a), words.fr_plural(a))),
        "v": ranked(form for verb in verbs for form in words.fr_forms(verb)[:3]),
        "V": ranked(verbs),
        "g": ranked(form for verb in verbs for form in words.fr_forms(verb)[3:]),
    }


def _definite(noun: str, gender: str) -> str:
    if noun.startswith(tuple(_VOWELS)):
        return f"l'{noun}"
    return f"le {noun}" if gender == "m" else f"la {noun}"


def _of_the(noun: str, gender: str) -> str:
    if noun.startswith(tuple(_VOWELS)):
        return f"de l'{noun}"
    return f"du {noun}" if gender == "m" else f"de la {noun}"
