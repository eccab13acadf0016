"""Rarity: how often letters are expected in a text, so that the rarest word of a rule is looked for first.

Only the order matters: a wrong guess costs time and changes no match.
"""

from collections import Counter
from collections.abc import Iterable

from ahocorasick_rs import AhoCorasick

from indicators.documents import FIELD_END
from indicators.lexicon import Terms

_OPEN = 4.0
"""So much more often than a whole word stands a beginning of the same length."""

_LEAD = 150
"""Letters that a first sentence is taken to have; a line does not tell where it ends."""

_SHARE = {"": 1.0, "lead": 2.0**-3, "title": 2.0**-4}
"""How often a part has what stands somewhere in a text, where no sample tells."""

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
        seen: dict[str, Counter[int]] = {part: Counter() for part in _SHARE}
        for line in lines:
            found = automaton.find_matches_as_indexes(line, overlapping=True)
            title = line.find(FIELD_END)
            for part, end in (("", len(line)), ("title", title), ("lead", title + _LEAD)):
                seen[part].update({number for number, start, _ in found if start < end})
        self._lines = len(lines)
        self._of: dict[tuple[Terms, str], float] = {}
        self._seen = {(wanted[n], part): count for part, counts in seen.items() for n, count in counts.items()}

    def of(self, terms: Terms, part: str = "") -> float:
        """Return how often one of *terms* is expected in *part*, up to a factor."""
        known = self._of.get((terms, part))
        if known is None:
            known = self._of[terms, part] = sum(self.expected(needle.letters, part) for needle in terms.needles)
        return known

    def expected(self, letters: str, part: str = "") -> float:
        """Return how often *letters* are expected in the ``title``, the ``lead`` or anywhere, up to a factor.

        Short words are common (Zipf's law of abbreviation), beginnings of words more so.
        """
        guess = 2.0 ** -len(letters) * (1.0 if letters.endswith(" ") else _OPEN)
        return self._seen.get((letters, part), 0) + guess * _SHARE[part]

    def rare(self, letters: str) -> bool:
        """Whether *letters* are so rare that looking for them in every text costs next to nothing."""
        return self.expected(letters) <= max(self._lines * _RARE, _RARE_GUESS)
