"""Coverage: how much of what could be seen can be seen now. Families have a voice, feeds do not."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from indicators.assessments import Assessment
from indicators.concepts import ANY_LANGUAGE
from indicators.named_queries import read_query
from indicators.places.reach import countries_of
from indicators.query import QueryError, syntax
from indicators.rules import Indicator
from indicators.vocabulary import names_in, terms_called
from watcher.settings import Settings, WrittenSource

WORDS_ONLY = frozenset({"feed", "json_feed", "reliefweb"})
"""Kinds whose reports carry no event codes."""


def coverage(sources: Iterable[WrittenSource], seeing: Collection[str]) -> float:
    """Return the share of *sources* that see, 0 to 1; *seeing* are the ids of those that do.

    Each publisher family counts as one, by the share of its own sources that see: of forty feeds of one house,
    thirty-nine more would tell nothing. No sources see nothing.
    """
    families: dict[str, list[bool]] = defaultdict(list)
    for source in sources:
        families[source.family or source.id].append(source.id in seeing)
    if not families:
        return 0.0
    return sum(sum(one) / len(one) for one in families.values()) / len(families)


def shares(sources: Iterable[WrittenSource]) -> Mapping[str, float]:
    """Return what each of *sources* gives to :func:`coverage` while it sees, by id; together they give 1."""
    families: dict[str, list[str]] = defaultdict(list)
    for source in sources:
        families[source.family or source.id].append(source.id)
    return {one: 1 / (len(families) * len(house)) for house in families.values() for one in house}


def own_coverage(
    assessment: Assessment,
    settings: Settings,
    seeing: Collection[str],
    *,
    asks: Mapping[str, "AskedOfSource"] | None = None,
) -> Mapping[str, float]:
    """Return, by indicator, the coverage of those that not every source could show.

    *asks* is what :func:`asks_of` says of *assessment*, where it is at hand.
    """
    asked = asks_of(assessment) if asks is None else asks
    shares: dict[
        tuple[AskedOfSource, tuple[str, ...]], float | None
    ] = {}  # of all the indicators that ask the same, at once
    found: dict[str, float] = {}
    for indicator in assessment.indicators:
        alike = asked[indicator.id], indicator.seen_by
        if alike not in shares:
            fitting = _fitting(indicator, asked[indicator.id], settings)
            shares[alike] = None if fitting is None else coverage(fitting, seeing)
        if (share := shares[alike]) is not None:
            found[indicator.id] = share
    return found


def sources_of(indicator: Indicator, assessment: Assessment, settings: Settings) -> tuple[WrittenSource, ...] | None:
    """Return the sources by which *indicator* could be seen; ``None`` where that is all of them.

    Its ``seen_by`` names sources or publisher families, unless it reads other indicators: what those see is asked of
    them, and blind for itself it would not count what they stand at. Without it: codes alone are seen by no source of
    mere words, a query that calls only names with terms in French is not seen by a source in Arabic, and what is
    watched for in Mali not by a source of which the operator says that it reports from Niger alone.
    """
    return _fitting(indicator, _asked(indicator, assessment), settings)


def _fitting(indicator: Indicator, asked: "AskedOfSource", settings: Settings) -> tuple[WrittenSource, ...] | None:
    if indicator.seen_by and indicator.matched:
        return tuple(s for s in settings.sources if {s.id, s.family} & set(indicator.seen_by))
    fitting = tuple(s for s in settings.sources if asked.could_be_met_by(s))
    return None if len(fitting) == len(settings.sources) else fitting


def not_shown(assessment: Assessment, settings: Settings) -> Mapping[str, tuple[str, ...]]:
    """Return, by the id of each source that could not show every indicator of *assessment*, those that it could not."""
    missing: dict[str, list[str]] = defaultdict(list)
    for indicator in assessment.indicators:
        fitting = sources_of(indicator, assessment, settings)
        could = None if fitting is None else {source.id for source in fitting}
        for source in settings.sources if could is not None else ():
            if could is not None and source.id not in could:
                missing[source.id].append(indicator.id)
    return {source: tuple(ids) for source, ids in missing.items()}


def unseen_by_all(assessment: Assessment, settings: Settings) -> tuple[str, ...]:
    """Return the ids of the indicators that no configured source could show, whether it sees or not."""
    return tuple(i.id for i in assessment.indicators if sources_of(i, assessment, settings) == ())


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOfSource:
    """What an indicator asks of a source: codes, one of some languages, one of some countries; ``None``: any."""

    codes_alone: bool = False
    languages: frozenset[str] | None = None
    countries: frozenset[str] | None = None

    def could_be_met_by(self, source: WrittenSource) -> bool:
        """Whether *source* could show it. What nobody said of a source is not held against it."""
        if self.codes_alone and source.kind in WORDS_ONLY:
            return False
        if self.languages is not None and source.lang is not None and source.lang not in self.languages:
            return False
        return self.countries is None or not source.region or bool(self.countries & set(source.region))


def asks_of(assessment: Assessment) -> Mapping[str, AskedOfSource]:
    """Return what each indicator of *assessment* asks of a source, by its id."""
    return {indicator.id: _asked(indicator, assessment) for indicator in assessment.indicators}


def _asked(indicator: Indicator, assessment: Assessment) -> AskedOfSource:
    if not indicator.matched:
        return AskedOfSource()  # it reads other indicators, and what they see is asked of them
    countries = countries_of(indicator.where.region, assessment.regions, {one.id: one for one in assessment.places})
    if not indicator.match:
        return AskedOfSource(codes_alone=True, countries=countries)
    languages = None if indicator.codes is not None else _languages(assessment, indicator.match)
    return AskedOfSource(languages=languages, countries=countries)


def _languages(assessment: Assessment, query: str) -> frozenset[str] | None:
    """Return the languages of the terms behind all that *query* calls; ``None`` if it can be met in any."""
    try:
        node = read_query(assessment, query)
    except QueryError:
        return None
    if any(isinstance(one, syntax.Find) for one in syntax.walk(node)):
        return None  # a word that stands in the rule itself is looked for in every language
    found = {lang for name in names_in(node) for lang in terms_called(assessment, name) or (ANY_LANGUAGE,)}
    return None if ANY_LANGUAGE in found else frozenset(found)
