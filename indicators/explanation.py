"""Explanation: why an item did or did not match a rule, clause by clause, with the words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

from indicators.documents import Document, Hits
from indicators.items import Item
from indicators.lexicon import Lexicon
from indicators.matcher import Match, Matcher
from indicators.query import compiled, parse, syntax
from indicators.query.spell import spell
from indicators.query.syntax import Node

_SHOWN = 6
"""Different words shown of one clause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One part of a query: whether it holds, on which words, and what it is made of."""

    text: str
    joined: str
    """How its parts are joined: ``all``, ``any``, ``not``, or empty."""
    holds: bool
    words: tuple[str, ...] = ()
    note: str = ""
    parts: tuple["Clause", ...] = ()

    @property
    def decisive(self) -> tuple["Clause", ...]:
        """The parts that made it hold or fail: what a reader must see to believe it."""
        if self.joined in ("all", "any"):
            return tuple(part for part in self.parts if part.holds == self.holds)
        return self.parts


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageReading:
    """The rule's queries as read in one language. An empty query has no clause."""

    lang: str
    match: Clause | None
    veto: Clause | None
    announcement: Clause | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Everything that decided: the queries in each language, the codes, the places, and the verdict.

    ``match`` is ``None`` where neither words nor codes fit; ``verdict`` says in a sentence what came of it.
    """

    indicator: str
    verdict: str
    counts: bool
    readings: tuple[LanguageReading, ...]
    codes: tuple[str, ...]
    region: str
    places: tuple[str, ...]
    countries: tuple[str, ...]
    doubts: tuple[str, ...]
    match: Match | None


def explain(matcher: Matcher, item: Item, rule: str) -> Explanation:
    """Return why *item* does or does not match *rule*; raises ``KeyError`` for a rule that reads no items."""
    indicator = matcher.indicator(rule)
    document = Document(item)
    found = next((m for m in matcher.match_item(item) if m.indicator == rule), None)
    queries = tuple(matcher.query(text) for text in (indicator.match, indicator.not_, indicator.announcement))
    readings = tuple(
        LanguageReading(lang=lang, match=match, veto=veto, announcement=announcement)
        for lang, lexicon in matcher.lexicons_for(document).items()
        for match, veto, announcement in [[_clause(query, document, lexicon) for query in queries]]
    )
    where = matcher.gazetteer.locate(document)
    return Explanation(
        indicator=rule,
        verdict=_verdict(found, readings),
        counts=found is not None and not found.rejected_by,
        readings=readings,
        codes=tuple(e.words for e in found.evidence if e.field == "codes") if found else (),
        region=indicator.where.region,
        places=tuple(place.place for place in where.places),
        countries=tuple(sorted(where.countries)),
        doubts=tuple(map(str, where.doubtful)),
        match=found,
    )


def explain_query(text: str, document: Document, lexicon: Lexicon) -> Clause:
    """Return how the query *text* reads *document*; raises :class:`~indicators.query.QueryError`."""
    return _explained(parse(text), document, lexicon)


def _clause(query: Node | None, document: Document, lexicon: Lexicon) -> Clause | None:
    return _explained(query, document, lexicon) if query is not None else None


def _verdict(found: Match | None, readings: Iterable[LanguageReading]) -> str:
    if found is None:
        read = [r.match for r in readings if r.match is not None]
        nearest = max(read, key=_found, default=None)  # of several languages it is written in one
        return "does not match: " + (_missing(nearest) if nearest is not None else "its words are not all there")
    if not found.rejected_by:
        return "matches and counts" + (" half, as an announcement" if found.announcement else "")
    return f"matches, but is refused by {found.rejected_by}"


def _found(clause: Clause) -> int:
    """Return how many of the words and names asked for are there."""
    return sum(map(_found, clause.parts)) if clause.parts else int(clause.holds)


def _missing(clause: Clause) -> str:
    """Return the first part that fails and has no failing part itself: what to look at."""
    failing = next((part for part in clause.parts if not part.holds), None)
    if failing is not None and clause.joined not in ("any", "not"):
        return _missing(failing)
    return f"{clause.text} does not hold" + (f" ({clause.note})" if clause.note else "")


def _explained(node: Node, document: Document, lexicon: Lexicon) -> Clause:
    hits = compiled(node, lexicon)(document)
    return Clause(
        text=spell(node),
        joined=_JOINED.get(type(node), ""),
        holds=hits is not None,
        words=_words(document, hits or ()),
        note="" if hits is not None else _note(node, document, lexicon),
        parts=tuple(_explained(part, seen, lexicon) for part, seen in _parts(node, document)),
    )


def _parts(node: Node, document: Document) -> tuple[tuple[Node, Document], ...]:
    match node:
        case syntax.And(parts) | syntax.Or(parts):
            return tuple((part, document) for part in parts)
        case syntax.Near(left, right) | syntax.SameSentence(left, right):
            return (left, document), (right, document)
        case syntax.Not(part) | syntax.Named(_, part):
            return ((part, document),)
        case syntax.Within(field, part) if field not in syntax.TOLD and not isinstance(part, syntax.LEAVES):
            return ((part, document.part(field)),)
        case _:
            return ()


_JOINED: dict[type, str] = {syntax.And: "all", syntax.Or: "any", syntax.Not: "not"}


def _words(document: Document, hits: Hits) -> tuple[str, ...]:
    quoted = dict.fromkeys(document.quote(hit) for hit in hits)
    return tuple(quoted)[:_SHOWN]


def _note(node: Node, document: Document, lexicon: Lexicon) -> str:
    """Say what a reader cannot see from the parts: how far apart they stand, or what the item says of itself."""
    match node:
        case syntax.Near(left, right, words):
            return _apart(_hits(left, document, lexicon), _hits(right, document, lexicon), document, words)
        case syntax.SameSentence(left, right):
            both = _hits(left, document, lexicon) and _hits(right, document, lexicon)
            return "both are there, in different sentences" if both else ""
        case syntax.Within(field, _) if field in syntax.TOLD:
            item = document.item
            told = {syntax.Field.SOURCE: item.source, syntax.Field.LANG: item.lang or "unknown"}
            return f"the item's {field} is {told.get(field, ', '.join(item.codes) or 'none')}"
        case _:
            return ""


def _hits(node: Node, document: Document, lexicon: Lexicon) -> Hits:
    return compiled(node, lexicon)(document) or ()


_MOST_COMPARED = 200
"""Hits of each side; the nearest pair of more is found no better."""


def _apart(left: Hits, right: Hits, document: Document, words: int) -> str:
    left, right = left[:_MOST_COMPARED], right[:_MOST_COMPARED]
    gaps = [gap for a in left for b in right if (gap := _gap(a, b, document.field_number)) is not None]
    if gaps and min(gaps) <= words:
        return "both are there, in the other order or one inside the other"
    if gaps:
        return f"{min(gaps)} words apart, at most {words} are allowed"
    return "both are there, in different fields" if left and right else ""


def _gap(a: tuple[int, int], b: tuple[int, int], field: Callable[[int], int]) -> int | None:
    if field(a[0]) != field(b[0]):
        return None
    first, second = next(pairwise(sorted((a, b))))
    return max(0, second[0] - first[1] - 1)
