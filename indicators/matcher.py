"""Which indicators an item speaks to, on what words, and why an almost-match was refused."""

from collections.abc import Iterator
from dataclasses import dataclass

from indicators.assessments import Assessment
from indicators.concepts import terms_for
from indicators.items import Item
from indicators.places import Gazetteer, Whereabouts
from indicators.publishers import Publisher, publisher_of
from indicators.query import Document, Hit, Node, Vocabulary, evaluate, parse
from indicators.rules import Indicator


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Words of an item that made a rule hold: ``item.<field>[start:end] == words``."""

    words: str
    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An item that fits an indicator's words. ``rejected_by`` says why it does not count, if it does not."""

    indicator: str
    item: Item
    publisher: Publisher
    evidence: tuple[Evidence, ...]
    places: tuple[str, ...] = ()
    announcement: bool = False
    rejected_by: str = ""


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
        self._vocabularies = {lang: _vocabulary(assessment, lang) for lang in assessment.languages}
        self._rules = tuple(_compile(i) for i in assessment.indicators if i.matched)

    def match_item(self, item: Item, *, publisher: Publisher | None = None) -> tuple[Match, ...]:
        """Return every indicator whose words *item* has, refused ones included, in the file's order.

        An item that says its language is read in that language; one that does not, in each.
        """
        document = Document(item)
        who = publisher or publisher_of(item, self._publishers)
        where = self._gazetteer.locate(document)
        return tuple(self._matches(document, who, where))

    def _matches(self, document: Document, who: Publisher, where: Whereabouts) -> Iterator[Match]:
        item = document.item
        vocabularies = (
            [self._vocabularies[item.lang]]
            if item.lang in self._vocabularies
            else self._vocabularies.values()
        )
        for rule in self._rules:
            hits, vocabulary = next(
                ((h, v) for v in vocabularies if (h := evaluate(rule.match, document, v)) is not None),
                (None, None),
            )
            if hits is None or vocabulary is None:
                continue
            places = self._gazetteer.inside(rule.indicator.where.region, where)
            yield Match(
                indicator=rule.indicator.id,
                item=item,
                publisher=who,
                evidence=tuple(_evidence(document, hit) for hit in hits),
                places=places or (),
                announcement=bool(
                    rule.announcement and evaluate(rule.announcement, document, vocabulary) is not None
                ),
                rejected_by=_rejected(rule, document, vocabulary, places),
            )


def _compile(indicator: Indicator) -> _Compiled:
    return _Compiled(
        indicator,
        parse(indicator.match),
        parse(indicator.not_) if indicator.not_ else None,
        parse(indicator.announcement) if indicator.announcement else None,
    )


def _vocabulary(assessment: Assessment, lang: str) -> Vocabulary:
    return Vocabulary(
        {name: terms_for(terms, lang) for name, terms in assessment.concepts.items()},
        {name: terms_for(terms, lang) for name, terms in assessment.actors.items()},
    )


def _evidence(document: Document, hit: Hit) -> Evidence:
    start, end = document.span_of(hit)
    return Evidence(words=document.quote(hit), field=document.field_of(hit), start=start, end=end)


def _rejected(
    rule: _Compiled, document: Document, vocabulary: Vocabulary, places: tuple[str, ...] | None
) -> str:
    if rule.veto is not None:
        veto = evaluate(rule.veto, document, vocabulary)
        if veto is not None:
            return f"not: {', '.join(document.quote(hit) for hit in veto) or 'its veto holds'}"
    if places is None and rule.indicator.where.unlocated == "drop":
        return f"where: names no place in {rule.indicator.where.region}"
    return ""
