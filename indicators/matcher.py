"""Which indicators an item speaks to, on what words, and why an almost-match was refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from indicators.assessments import Assessment
from indicators.documents import Document, Hit, Hits
from indicators.items import Item
from indicators.places import Gazetteer, Whereabouts
from indicators.publishers import Publisher, publisher_of
from indicators.query import Check, compiled, parse
from indicators.rulebook import Rulebook
from indicators.rules import Indicator
from indicators.vocabulary import languages_of, vocabulary_of

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
class _Conditions:
    """What else is asked of an item whose words match: its veto and its announcement, by language."""

    indicator: Indicator
    vetoes: Mapping[str, Check]
    announcements: Mapping[str, Check]


class Matcher:
    """All live rules of one assessment, compiled once. Holds no state between items."""

    def __init__(self, assessment: Assessment) -> None:
        self._publishers = assessment.publisher_rules
        self._gazetteer = Gazetteer(assessment.places, assessment.countries, assessment.regions)
        rules = {i.id: i.match for i in assessment.indicators if i.matched}
        vocabulary = vocabulary_of(assessment)
        self._rulebook = Rulebook(rules, vocabulary, languages_of(vocabulary))
        self._conditions = {i.id: self._conditions_of(i) for i in assessment.indicators if i.matched}

    def match_item(self, item: Item, *, publisher: Publisher | None = None) -> tuple[Match, ...]:
        """Return every indicator whose words *item* has, refused ones included, in the file's order.

        An item that says its language is read in that language; one that does not, in each.
        """
        document = Document(item)
        found = self._rulebook.match(document)
        if not found:
            return ()
        who = publisher or publisher_of(item, self._publishers)
        where = self._gazetteer.locate(document)
        return tuple(self._match(document, rule, hits, who, where) for rule, hits in found.items())

    def _match(self, document: Document, rule: str, hits: Hits, who: Publisher, where: Whereabouts) -> Match:
        conditions = self._conditions[rule]
        places = self._gazetteer.inside(conditions.indicator.where.region, where)
        languages = self._rulebook.languages_of(document)
        return Match(
            indicator=rule,
            item=document.item,
            publisher=who,
            evidence=tuple(_evidence(document, hit) for hit in hits[:MOST_EVIDENCE]),
            places=places or (),
            announcement=_first(conditions.announcements, document, languages) is not None,
            rejected_by=_vetoed(conditions, document, languages) or _outside(conditions.indicator, where, places),
        )

    def _conditions_of(self, indicator: Indicator) -> _Conditions:
        return _Conditions(indicator, self._checks(indicator.not_), self._checks(indicator.announcement))

    def _checks(self, query: str) -> Mapping[str, Check]:
        lexicons = self._rulebook.lexicons if query else {}
        return {lang: compiled(parse(query), lexicon) for lang, lexicon in lexicons.items()}


def _evidence(document: Document, hit: Hit) -> Evidence:
    start, end = document.span_of(hit)
    return Evidence(words=document.quote(hit), field=document.field_of(hit), start=start, end=end)


def _first(checks: Mapping[str, Check], document: Document, languages: tuple[str, ...]) -> Hits | None:
    """Return the hits of the first language, of those the document is read in, in which the check holds."""
    found = (checks[lang](document) for lang in languages if lang in checks)
    return next((hits for hits in found if hits is not None), None)


def _vetoed(conditions: _Conditions, document: Document, languages: tuple[str, ...]) -> str:
    veto = _first(conditions.vetoes, document, languages)
    if veto is None:
        return ""
    return f"not: {', '.join(document.quote(hit) for hit in veto) or 'its veto holds'}"


def _outside(indicator: Indicator, where: Whereabouts, places: tuple[str, ...] | None) -> str:
    unlocated_counts = indicator.where.unlocated == "count" and not where.places
    return f"where: names no place in {indicator.where.region}" if places is None and not unlocated_counts else ""
