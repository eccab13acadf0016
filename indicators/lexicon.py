"""Lexicon: many terms looked up in one document at once.

The cost follows the words of the document, not the number of terms: every word asks two tables,
one of words and one of beginnings, which terms could start there.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from indicators.concepts import Term, Word
from indicators.query.document import Document, Hit, Hits


class Lexicon:
    """Terms under names; a name may have many terms."""

    def __init__(self, entries: Iterable[tuple[str, Term]]) -> None:
        self._whole: dict[str, list[tuple[str, tuple[Word, ...]]]] = defaultdict(list)
        self._open: dict[str, list[tuple[str, tuple[Word, ...]]]] = defaultdict(list)
        for name, term in entries:
            first = term.words[0]
            (self._open if first.open_ended else self._whole)[first.folded].append((name, term.words))
        self._lengths = sorted({len(beginning) for beginning in self._open})

    def scan(self, document: Document) -> Mapping[str, Hits]:
        """Return the hits of every name that has any in *document*, in reading order."""
        found: dict[str, set[Hit]] = defaultdict(set)
        for word, positions in document.words():
            for name, words in self._starting(word):
                found[name].update(hit for at in positions if (hit := document.stands(words, at)) is not None)
        return {name: tuple(sorted(hits)) for name, hits in found.items() if hits}

    def _starting(self, word: str) -> Iterable[tuple[str, tuple[Word, ...]]]:
        yield from self._whole.get(word, ())
        for length in self._lengths:
            if length > len(word):
                break
            yield from self._open.get(word[:length], ())
