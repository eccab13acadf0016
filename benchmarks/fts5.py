"""A percolator on SQLite's full-text index, in memory: a batch of items is indexed, every rule is a query.

SQLite says AND, OR, NOT, phrases, beginnings, columns and NEAR as we do. It has no BEFORE, no SAME
SENTENCE, no star inside a phrase and no NEAR between expressions: NEAR between alternatives is written
out pair by pair, and rules that need the rest are left out of the comparison on both sides.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import closing

from benchmarks.plain import (
    FIELDS,
    PlainItem,
    PlainRule,
    alternatives,
    marked,
    may_overlap,
)
from indicators.concepts import Term
from indicators.query import Node
from indicators.query.syntax import And, Field, Near, Not, Or, SameSentence, Within, walk

_MOST_PAIRS = 400
_COLUMNS = {Field.TITLE: "{title}", Field.BODY: "{summary content}"}
_TABLE = (
    "CREATE VIRTUAL TABLE item USING fts5(title, summary, content, lang, content='', tokenize=\"ascii tokenchars '_'\")"
)


def expressible(rule: PlainRule) -> bool:
    """Whether SQLite can say exactly what *rule* says."""
    return all(_sayable(part) for node in rule.readings.values() for part in walk(node))


def _sayable(part: Node) -> bool:
    match part:
        case SameSentence() | Near(ordered=True):
            return False
        case Within(field):
            return field in _COLUMNS
        case Near(left, right):
            firsts, seconds = alternatives(left), alternatives(right)
            if not firsts or not seconds or len(firsts) * len(seconds) > _MOST_PAIRS:
                return False
            return not any(may_overlap(a, b) for a in firsts for b in seconds)
        case _:
            terms = alternatives(part)
            return terms is None or not any(word.open_ended for term in terms for word in term.words[:-1])


class Fts5:
    """Rules as SQLite's queries, asked of each batch."""

    def __init__(self, rules: Iterable[PlainRule]) -> None:
        self.queries = [(rule.name, _query(rule)) for rule in rules if rule.readings]

    def match(self, items: Sequence[PlainItem]) -> list[frozenset[str]]:
        """Index *items* as one batch, and return the names of the rules that hold, item by item."""
        found: dict[int, set[str]] = defaultdict(set)
        with closing(sqlite3.connect(":memory:")) as database:
            database.execute(_TABLE)
            database.executemany(
                "INSERT INTO item(rowid, title, summary, content, lang) VALUES (?, ?, ?, ?, ?)", _rows(items)
            )
            for name, query in self.queries:
                for (row,) in database.execute("SELECT rowid FROM item WHERE item MATCH ?", (query,)):
                    found[row].add(name)
        return [frozenset(found[row]) for row in range(len(items))]


def _rows(items: Sequence[PlainItem]) -> Iterable[tuple[int, str, str, str, str]]:
    for row, item in enumerate(items):
        title, summary, content = (" ".join(item.fields[FIELDS.index(field)]) for field in FIELDS)
        yield row, title, summary, content, " ".join(map(_language, item.languages))


def _language(lang: str) -> str:
    return f"_lang{lang}"


def _query(rule: PlainRule) -> str:
    if rule.alike:
        return _said(next(iter(rule.readings.values())))
    parts = [f'(lang : "{_language(lang)}" AND ({_said(node)}))' for lang, node in rule.readings.items()]
    return " OR ".join(parts)


def _said(node: Node) -> str:
    terms = alternatives(node)
    if terms is not None:
        return f"({' OR '.join(_phrase(spelling) for term in terms for spelling in marked(term))})"
    match node:
        case And(parts):
            wanted = " AND ".join(_said(part) for part in parts if not isinstance(part, Not))
            refused = " OR ".join(_said(part.part) for part in parts if isinstance(part, Not))
            return f"(({wanted}) NOT ({refused}))" if refused else f"({wanted})"
        case Or(parts):
            return f"({' OR '.join(map(_said, parts))})"
        case Within(field, part):
            return f"({_COLUMNS[field]} : {_said(part)})"
        case Near(left, right, words):
            return _near(alternatives(left) or (), alternatives(right) or (), words)
        case _:
            raise ValueError(f"SQLite has no word for {node}")


def _near(firsts: Sequence[Term], seconds: Sequence[Term], words: int) -> str:
    left = [_phrase(spelling) for term in firsts for spelling in marked(term)]
    right = [_phrase(spelling) for term in seconds for spelling in marked(term)]
    return f"({' OR '.join(f'NEAR({a} {b}, {words})' for a in left for b in right)})"


def _phrase(spelling: str) -> str:
    return f'"{spelling[:-1]}" *' if spelling.endswith("*") else f'"{spelling}"'
