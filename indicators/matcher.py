"""Which indicators an item speaks to, on what words, and why an almost-match was refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial
from itertools import chain

from indicators.assessments import Assessment
from indicators.codes import codes_fitting, withdrawn
from indicators.concepts import TermsByLanguage
from indicators.documents import Document, Hit, Hits
from indicators.items import Item
from indicators.lexicon import Lexicon, Search
from indicators.likeness import Signature, signature_of
from indicators.named_queries import read_query, unnamed
from indicators.places import NO_ATLAS, Atlas, Gazetteer, Point, Whereabouts
from indicators.publishers import Publisher, names_of, publisher_named
from indicators.query import Check, Node
from indicators.rulebook import Rulebook
from indicators.rules import Indicator
from indicators.stances import Stance, StanceReader, stance_terms
from indicators.vocabulary import languages_asked, queries_of, vocabulary_of

WATCH = "watch: "
"""Begins the reason of a match that does not count but that a person should look at."""

VETO = "not: "
"""Begins the reason of a match that a veto refused."""

_PUBLISHERS = 4_096
"""Publishers that are remembered by their names, so that the table is not gone through for each report."""

MOST_EVIDENCE = 20
"""Hits that are kept of one match; more of the same words prove nothing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Words of an item that made a rule hold: ``item.<field>[start:end] == words``.

    An event code that did so stands in the field ``codes``, without offsets.
    """

    words: str
    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An item that fits an indicator's words or codes. ``rejected_by`` says why it does not count, if it does not.

    ``known`` is when we first judged it so; the matcher itself has no clock and leaves it empty. ``spot`` is
    where the first of ``places`` lies, and ``signature`` tells copies of one text (empty for a short one).
    ``since`` is when the text came that first said so, where an earlier text of the same report did not.
    """

    indicator: str
    item: Item
    publisher: Publisher
    evidence: tuple[Evidence, ...]
    places: tuple[str, ...] = ()
    announcement: bool = False
    rejected_by: str = ""
    known: datetime | None = None
    spot: Point | None = None
    stance: Stance = Stance.REPORTS
    signature: Signature = ""
    since: datetime | None = None

    @property
    def when(self) -> datetime:
        """The time on which it counts: the report's own, or that of the edit which brought what matches."""
        return self.since or self.item.when

    @property
    def dated(self) -> bool:
        """Whether that time is the source's own; of an edit we only know when we saw it."""
        return self.since is None and self.item.dated

    @property
    def counts(self) -> bool:
        """Whether it is a report of a happening that the rule wants."""
        return not self.rejected_by and self.stance is Stance.REPORTS

    @property
    def contrary(self) -> bool:
        """Whether it speaks against such a report: what it denies may be all that the rule's veto refused."""
        return self.stance is not Stance.REPORTS and (not self.rejected_by or self.rejected_by.startswith(VETO))

    @property
    def watched(self) -> bool:
        """Whether it does not count but is kept for a person to look at."""
        return self.rejected_by.startswith(WATCH)


@dataclass(frozen=True, slots=True)
class _Conditions:
    """What else is asked of an item that a rule calls for: its actors, veto and announcement, by language."""

    indicator: Indicator
    actors: Mapping[str, Check]
    vetoes: Mapping[str, Check]
    announcements: Mapping[str, Check]


@dataclass(frozen=True, slots=True)
class _Read:
    """What is found out of an item once for all rules that it fits."""

    document: Document
    who: Publisher
    where: Whereabouts
    stance: Stance
    signature: Signature
    unreal: str


class Matcher:
    """All live rules of one assessment, compiled once. Holds no state between items.

    *atlas* adds places to the assessment's own; *sample* are items like those to come, and only make
    matching faster (see :class:`~indicators.rulebook.Rulebook`). *terms* are read in the place of what
    :func:`terms_read` finds now: those of a past day.
    """

    def __init__(
        self,
        assessment: Assessment,
        *,
        atlas: Atlas = NO_ATLAS,
        sample: Iterable[Item] = (),
        terms: Mapping[str, TermsByLanguage] | None = None,
    ) -> None:
        self._publisher_of = lru_cache(_PUBLISHERS)(partial(publisher_named, rules=assessment.publisher_rules))
        self.gazetteer = Gazetteer(assessment.places, assessment.countries, assessment.regions, atlas=atlas)
        self._assessment = assessment
        rules = {i.id: unnamed(read_query(assessment, i.match)) for i in assessment.indicators if i.match}
        terms = terms_read(assessment) if terms is None else terms
        vocabulary = {name: found for name, found in terms.items() if name.startswith(("@", "#"))}
        lines = (Document(item).line for item in sample)
        self._rulebook = Rulebook(rules, vocabulary, languages_asked(queries_of(assessment), vocabulary), sample=lines)
        self._conditions = {i.id: self._conditions_of(i) for i in assessment.indicators if i.matched}
        self._stances = StanceReader(terms)
        # What only a rule looks for that was called is looked for at once as well, when the first one is.
        Search(chain.from_iterable(lexicon.unsearched() for lexicon in self._rulebook.lexicons.values()))
        self._coded = tuple(i for i in assessment.indicators if i.matched and i.codes)

    def match_item(self, item: Item, *, publisher: Publisher | None = None) -> tuple[Match, ...]:
        """Return every indicator whose words *item* has, refused ones included, in the file's order.

        An item that says its language is read in that language; one that does not, in each.
        """
        document = Document(item)
        worded = self._rulebook.match(document)
        coded = self._by_codes(item)
        if not worded and not coded:
            return ()
        who = publisher or self._publisher_of(*names_of(item))
        where = self.gazetteer.locate(document)
        stance, unreal = self._stances.read(document), withdrawn(item.codes)
        read = _Read(document, who, where, stance, signature_of(document), unreal)
        called = [rule for rule in self._conditions if rule in worded or rule in coded]
        return tuple(self._match(read, rule, worded.get(rule, ()), coded.get(rule, ())) for rule in called)

    def indicator(self, rule: str) -> Indicator:
        """Return the indicator *rule*; raises ``KeyError`` if there is none or it reads no items."""
        return self._conditions[rule].indicator

    def query(self, text: str) -> Node | None:
        """Return the query *text* with what its names stand for; ``None`` for an empty one."""
        return read_query(self._assessment, text) if text else None

    def lexicons_for(self, document: Document) -> Mapping[str, Lexicon]:
        """Return the lexicons that *document* is read with, by language."""
        return {lang: self._rulebook.lexicons[lang] for lang in self._rulebook.languages_of(document)}

    def _match(self, read: _Read, rule: str, hits: Hits, codes: tuple[str, ...]) -> Match:
        """Return the match of *rule*; a veto is about words, so what a code says is not vetoed."""
        document, where = read.document, read.where
        conditions = self._conditions[rule]
        places = self.gazetteer.inside(conditions.indicator.where.region, where)
        languages = self._rulebook.languages_of(document)
        veto = "" if codes else _vetoed(conditions, document, languages)
        told = tuple(Evidence(words=code, field="codes", start=0, end=0) for code in codes)
        return Match(
            indicator=rule,
            item=document.item,
            publisher=read.who,
            evidence=told + tuple(evidence_of(document, hit) for hit in hits[:MOST_EVIDENCE]),
            places=places or (),
            announcement=_first(conditions.announcements, document, languages) is not None,
            rejected_by=read.unreal or veto or self._outside(conditions.indicator, where, places),
            spot=_spot(where, places or ()),
            stance=read.stance,
            signature=read.signature,
        )

    def _outside(self, indicator: Indicator, where: Whereabouts, places: tuple[str, ...] | None) -> str:
        if places is not None:
            return ""
        region = indicator.where.region
        unlocated = indicator.where.unlocated if self.gazetteer.unlocated(region, where) else "drop"
        if unlocated == "count":
            return ""
        return f"{WATCH if unlocated == 'watch' else ''}where: names no place in {region}"

    def _by_codes(self, item: Item) -> Mapping[str, tuple[str, ...]]:
        """Return the rules that call for an event code of *item* (and its actors), with the codes."""
        found: dict[str, tuple[str, ...]] = {}
        if not item.codes:
            return found
        named = Document(replace(item, title="; ".join(item.actors), summary="", content="", lang=None))
        for indicator in self._coded:
            wanted = indicator.codes
            fitting = codes_fitting(wanted.any, item.codes) if wanted else ()
            actors = self._conditions[indicator.id].actors
            if fitting and (not actors or _first(actors, named, tuple(actors)) is not None):
                found[indicator.id] = fitting
        return found

    def _conditions_of(self, indicator: Indicator) -> _Conditions:
        actors = " OR ".join(f"#{name}" for name in indicator.codes.actors) if indicator.codes else ""
        queries = (actors, indicator.not_, indicator.announcement)
        return _Conditions(indicator, *map(self._checks, queries))

    def _checks(self, text: str) -> Mapping[str, Check]:
        query = self.query(text)
        if query is None:
            return {}
        return self._rulebook.condition(unnamed(query))


def terms_read(assessment: Assessment) -> Mapping[str, TermsByLanguage]:
    """Return every term that items are read for: of the names that the queries call, of a denial, of a retraction."""
    return {**vocabulary_of(assessment), **stance_terms()}


def evidence_of(document: Document, hit: Hit) -> Evidence:
    """Return the words of *hit* with their place in the item."""
    start, end = document.span_of(hit)
    return Evidence(words=document.quote(hit), field=document.field_of(hit), start=start, end=end)


def _spot(where: Whereabouts, places: tuple[str, ...]) -> Point | None:
    """Return the coordinates of the first of *places* that is a point: no country, nor somewhere around a town."""
    points = {located.place: (located.lat, located.lon) for located in where.places if not located.off_km}
    return next((points[place] for place in places if place in points), None)


def _first(checks: Mapping[str, Check], document: Document, languages: tuple[str, ...]) -> Hits | None:
    """Return the hits of the first language, of those the document is read in, in which the check holds."""
    found = (checks[lang](document) for lang in languages if lang in checks)
    return next((hits for hits in found if hits is not None), None)


def _vetoed(conditions: _Conditions, document: Document, languages: tuple[str, ...]) -> str:
    veto = _first(conditions.vetoes, document, languages)
    if veto is None:
        return ""
    words = dict.fromkeys(document.quote(hit) for hit in veto[:MOST_EVIDENCE])
    return f"{VETO}{', '.join(words) or 'its veto holds'}"
