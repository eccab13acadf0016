"""Rarity: how often letters are expected in a text, so that the rarest word of a rule is looked for first.

Only the order matters: a wrong guess costs time and changes no match.
"""

from collections import Counter
from collections.abc import Iterable

from ahocorasick_rs import AhoCorasick

_OPEN = 4.0
"""So much more often than a whole word stands a beginning of the same length."""

_RARE = 0.02
"""Share of the sample's lines."""
_RARE_GUESS = 2.0**-9
"""The same without a sample: whole words of seven letters and more."""


class Rarity:
    """How often each of *letters* stands in the lines of *sample*; by their number where that does not tell."""

    def __init__(self, letters: Iterable[str], sample: Iterable[str] = ()) -> None:
        wanted = tuple(dict.fromkeys(letters))
        lines = tuple(sample)
        automaton = AhoCorasick(list(wanted if lines else ()))
        seen: Counter[int] = Counter()
        for line in lines:
            seen.update({found[0] for found in automaton.find_matches_as_indexes(line, overlapping=True)})
        self._lines = len(lines)
        self._seen = {wanted[number]: count for number, count in seen.items()}

    def expected(self, letters: str) -> float:
        """Return how often *letters* are expected, up to a factor.

        Short words are common (Zipf's law of abbreviation), beginnings of words more so.
        """
        guess = 2.0 ** -len(letters) * (1.0 if letters.endswith(" ") else _OPEN)
        return self._seen.get(letters, 0) + guess

    def rare(self, letters: str) -> bool:
        """Whether *letters* are so rare that looking for them in every text costs next to nothing."""
        return self.expected(letters) <= max(self._lines * _RARE, _RARE_GUESS)
