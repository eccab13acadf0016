"""A percolator on tantivy, in memory: a batch of items is indexed, every rule is a query built of its objects.

Its own query parser is left alone (it answers nothing to ``a AND NOT b``). tantivy has no SAME SENTENCE,
and its slop is exact only for two single words in either order: other NEARs and BEFORE are left out on
both sides. The fields of an item are one text with a gap between them that no NEAR can cross.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from tantivy import Document, Index, Occur, Query, SchemaBuilder

from benchmarks.plain import PlainItem, PlainRule, alternatives, marked, may_overlap
from indicators.concepts import Term
from indicators.query import Node
from indicators.query.syntax import And, Field, Near, Not, Or, SameSentence, Within, walk

_MOST_PAIRS = 400
_WIDEST = 20
_GAP = " ".join(["\u00b7"] * (_WIDEST + 1))
_HEAP = 256_000_000
_ALL = "all"
_INDEXED = {Field.TITLE: "title", Field.BODY: "body"}


def expressible(rule: PlainRule) -> bool:
    """Whether tantivy can say exactly what *rule* says."""
    return all(_sayable(part) for node in rule.readings.values() for part in walk(node))


def _sayable(part: Node) -> bool:
    match part:
        case SameSentence() | Near(ordered=True):
            return False
        case Within(field):
            return field in _INDEXED
        case Near(left, right, words):
            firsts, seconds = alternatives(left), alternatives(right)
            if words > _WIDEST or not firsts or not seconds or len(firsts) * len(seconds) > _MOST_PAIRS:
                return False
            single = all(len(term.words) == 1 and not term.words[0].open_ended for term in (*firsts, *seconds))
            return single and not any(may_overlap(a, b) for a in firsts for b in seconds)
        case _:
            return True


class Tantivy:
    """Rules as tantivy's queries, asked of each batch."""

    def __init__(self, rules: Iterable[PlainRule]) -> None:
        builder = SchemaBuilder()
        for field in (*_INDEXED.values(), _ALL, "lang"):
            builder.add_text_field(field, tokenizer_name="whitespace")
        self._schema = builder.build()
        self._queries = [(rule.name, self._query(rule)) for rule in rules if rule.readings]

    def match(self, items: Sequence[PlainItem]) -> list[frozenset[str]]:
        """Index *items* as one batch, and return the names of the rules that hold, item by item."""
        index = Index(self._schema)
        writer = index.writer(_HEAP, num_threads=1)
        for item in items:
            writer.add_document(_document(item))
        writer.commit()
        index.reload()
        searcher = index.searcher()
        if searcher.num_segments != 1:
            raise RuntimeError("the batch does not fit one segment: take a smaller one")
        found: dict[int, set[str]] = defaultdict(set)
        for name, query in self._queries:
            for _, address in searcher.search(query, limit=len(items), count=False).hits:
                found[address.doc].add(name)
        return [frozenset(found[row]) for row in range(len(items))]

    def _query(self, rule: PlainRule) -> Query:
        if rule.alike:
            return self._said(next(iter(rule.readings.values())), _ALL)
        return Query.boolean_query(
            [
                (
                    Occur.Should,
                    Query.boolean_query([(Occur.Must, self._term("lang", lang)), (Occur.Must, self._said(node, _ALL))]),
                )
                for lang, node in rule.readings.items()
            ]
        )

    def _said(self, node: Node, field: str) -> Query:
        terms = alternatives(node)
        if terms is not None:
            return _either([self._phrase(field, spelling) for term in terms for spelling in marked(term)])
        match node:
            case And(parts):
                return Query.boolean_query([self._part(part, field) for part in parts])
            case Or(parts):
                return _either([self._said(part, field) for part in parts])
            case Within(where, part):
                return self._said(part, _INDEXED[where])
            case Near(left, right, words):
                return self._near(alternatives(left) or (), alternatives(right) or (), words, field)
            case _:
                raise ValueError(f"tantivy has no word for {node}")

    def _part(self, part: Node, field: str) -> tuple[Occur, Query]:
        if isinstance(part, Not):
            return Occur.MustNot, self._said(part.part, field)
        return Occur.Must, self._said(part, field)

    def _near(self, firsts: Sequence[Term], seconds: Sequence[Term], words: int, field: str) -> Query:
        """Two single words: as far apart as slop allows in this order, or in the other."""
        pairs = [(a.words[0].folded, b.words[0].folded) for a in firsts for b in seconds]
        both = [list(pair) for a, b in pairs for pair in ((a, b), (b, a))]
        return _either([Query.phrase_query(self._schema, field, list(pair), slop=words) for pair in both])

    def _phrase(self, field: str, spelling: str) -> Query:
        words = spelling.split()
        if "*" not in spelling:
            return (
                self._term(field, words[0]) if len(words) == 1 else Query.phrase_query(self._schema, field, list(words))
            )
        patterns = [re.escape(word[:-1]) + ".*" if word.endswith("*") else re.escape(word) for word in words]
        if len(words) == 1:
            return Query.regex_query(self._schema, field, patterns[0])
        return Query.regex_phrase_query(self._schema, field, list(patterns))

    def _term(self, field: str, word: str) -> Query:
        return Query.term_query(self._schema, field, word, index_option="basic")


def _either(queries: Sequence[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, query) for query in queries])


def _document(item: PlainItem) -> Document:
    title, summary, content = (" ".join(words) for words in item.fields)
    body = f"{summary} {_GAP} {content}"
    return Document(title=title, body=body, lang=" ".join(item.languages), **{_ALL: f"{title} {_GAP} {body}"})
