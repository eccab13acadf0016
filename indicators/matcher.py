"""Which indicators an item speaks to, on what words, and why an almost-match was refused."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from indicators.assessments import Assessment
from indicators.concepts import Term, terms_for
from indicators.items import Item
from indicators.lexicon import Lexicon
from indicators.places import Gazetteer, Whereabouts
from indicators.publishers import Publisher, publisher_of
from indicators.query import Document, Hit, Hits, Node, Vocabulary, evaluate, parse
from indicators.query.triggers import literal, terms_in, triggers_of
from indicators.rules import Indicator

MOST_EVIDENCE = 20
"""Hits that are kept of one match; more of the same words prove nothing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Words of an item that made a rule hold: ``item.<field>[start:end] == words``."""

    words: str
    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An item that fits an indicator's words. ``rejected_by`` says why it does not count, if it does not.

    ``known`` is when we first judged it so; the matcher itself has no clock and leaves it empty.
    """

    indicator: str
    item: Item
    publisher: Publisher
    evidence: tuple[Evidence, ...]
    places: tuple[str, ...] = ()
    announcement: bool = False
    rejected_by: str = ""
    known: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Compiled:
    indicator: Indicator
    match: Node
    veto: Node | None
    announcement: Node | None


class Matcher:
    """All live rules of one assessment, compiled once. Holds no state between items."""

    def __init__(self, assessment: Assessment) -> None:
        self._assessment = assessment
        self._publishers = assessment.publisher_rules
        self._gazetteer = Gazetteer(assessment.places, assessment.countries, assessment.regions)
        literals = _literals(assessment)
        self._lexicons = {lang: _lexicon(assessment, lang, literals) for lang in assessment.languages}
        self._names = frozenset(name for name, _ in _entries(assessment))
        self._rules = tuple(_compile(i) for i in assessment.indicators if i.matched)
        self._called_by = _index(assessment, self._rules)

    def match_item(self, item: Item, *, publisher: Publisher | None = None) -> tuple[Match, ...]:
        """Return every indicator whose words *item* has, refused ones included, in the file's order.

        An item that says its language is read in that language; one that does not, in each.
        """
        document = Document(item)
        who = publisher or publisher_of(item, self._publishers)
        where = self._gazetteer.locate(document)
        return tuple(self._matches(document, who, where))

    def _matches(self, document: Document, who: Publisher, where: Whereabouts) -> Iterator[Match]:
        vocabularies = self._vocabularies(document)
        for rule in self._candidates(vocabularies):
            hits = _first(rule.match, document, vocabularies)
            if hits is None:
                continue
            places = self._gazetteer.inside(rule.indicator.where.region, where)
            yield Match(
                indicator=rule.indicator.id,
                item=document.item,
                publisher=who,
                evidence=tuple(_evidence(document, hit) for hit in hits[:MOST_EVIDENCE]),
                places=places or (),
                announcement=_first(rule.announcement, document, vocabularies) is not None,
                rejected_by=_rejected(rule, document, vocabularies, where, places),
            )

    def _candidates(self, vocabularies: list[Vocabulary]) -> list[_Compiled]:
        """Return the rules that a word of the document calls for, in the file's order; no other can hold."""
        called = {i for v in vocabularies for name in v.found for i in self._called_by.get(name, ())}
        return [self._rules[i] for i in sorted(called)]

    def _vocabularies(self, document: Document) -> list[Vocabulary]:
        own = self._lexicons.get(document.item.lang or "")
        lexicons = [own] if own is not None else self._lexicons.values()
        return [Vocabulary(lexicon.scan(document), self._names) for lexicon in lexicons]


def _compile(indicator: Indicator) -> _Compiled:
    return _Compiled(
        indicator,
        parse(indicator.match),
        parse(indicator.not_) if indicator.not_ else None,
        parse(indicator.announcement) if indicator.announcement else None,
    )


def _entries(assessment: Assessment) -> Iterator[tuple[str, Mapping[str, tuple[str, ...]]]]:
    """Yield every concept and actor under the name that queries call it by."""
    for name, terms in assessment.concepts.items():
        yield f"@{name}", terms
    for name, terms in assessment.actors.items():
        yield f"#{name}", terms


def _lexicon(assessment: Assessment, lang: str, literals: Mapping[str, Term]) -> Lexicon:
    """Return every term that a text in *lang* is searched for; literals of the rules are of every language."""
    named = ((name, term) for name, terms in _entries(assessment) for term in terms_for(terms, lang))
    return Lexicon(chain(named, literals.items()))


def _literals(assessment: Assessment) -> dict[str, Term]:
    """Return the terms that the rules write out themselves, under the names their triggers call them by."""
    terms = (term for i in assessment.indicators if i.matched for term in terms_in(parse(i.match)))
    return {literal(term): term for term in terms}


def _index(assessment: Assessment, rules: tuple[_Compiled, ...]) -> Mapping[str, list[int]]:
    """Return, for every trigger, the rules that it calls for."""
    sizes = {name: sum(map(len, terms.values())) for name, terms in _entries(assessment)}
    called: dict[str, list[int]] = defaultdict(list)
    for number, rule in enumerate(rules):
        # A concept of many words is found often; of several sufficient triggers the rarest serves.
        for name in triggers_of(rule.match, cost=lambda n: sizes.get(n, 1)):
            called[name].append(number)
    return called


def _evidence(document: Document, hit: Hit) -> Evidence:
    start, end = document.span_of(hit)
    return Evidence(words=document.quote(hit), field=document.field_of(hit), start=start, end=end)


def _first(query: Node | None, document: Document, vocabularies: list[Vocabulary]) -> Hits | None:
    """Return the hits of *query* in the first language in which it holds."""
    if query is None:
        return None
    found = (evaluate(query, document, vocabulary) for vocabulary in vocabularies)
    return next((hits for hits in found if hits is not None), None)


def _rejected(
    rule: _Compiled,
    document: Document,
    vocabularies: list[Vocabulary],
    where: Whereabouts,
    places: tuple[str, ...] | None,
) -> str:
    """Return why the match does not count: a veto in any language the item is read in, or its place."""
    veto = _first(rule.veto, document, vocabularies)
    if veto is not None:
        return f"not: {', '.join(document.quote(hit) for hit in veto) or 'its veto holds'}"
    unlocated_counts = rule.indicator.where.unlocated == "count" and not where.places
    if places is None and not unlocated_counts:
        return f"where: names no place in {rule.indicator.where.region}"
    return ""
