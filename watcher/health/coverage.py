"""Coverage: how much of what could be seen can be seen now. Families have a voice, feeds do not."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from indicators.assessments import Assessment
from indicators.concepts import ANY_LANGUAGE
from indicators.query import QueryError, parse, syntax
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


def own_coverage(assessment: Assessment, settings: Settings, seeing: Collection[str]) -> Mapping[str, float]:
    """Return, by indicator, the coverage of those that not every source could show."""
    return {
        indicator.id: coverage(fitting, seeing)
        for indicator in assessment.indicators
        if (fitting := sources_of(indicator, assessment, settings)) is not None
    }


def sources_of(indicator: Indicator, assessment: Assessment, settings: Settings) -> tuple[WrittenSource, ...] | None:
    """Return the sources by which *indicator* could be seen; ``None`` where that is all of them.

    Its ``seen_by`` names sources or publisher families. Without it: codes alone are seen by no source of mere
    words, and a query that calls only names with terms in French is not seen by a source in Arabic.
    """
    if indicator.seen_by:
        return tuple(s for s in settings.sources if {s.id, s.family} & set(indicator.seen_by))
    fitting = tuple(s for s in settings.sources if _could_show(indicator, assessment, s))
    return None if len(fitting) == len(settings.sources) else fitting


def _could_show(indicator: Indicator, assessment: Assessment, source: WrittenSource) -> bool:
    if not indicator.matched:
        return True  # it reads other indicators, and what they see is asked of them
    if not indicator.match:
        return source.kind not in WORDS_ONLY
    if indicator.codes is not None or source.lang is None:
        return True
    languages = _languages(assessment, indicator.match)
    return languages is None or source.lang in languages


def _languages(assessment: Assessment, query: str) -> frozenset[str] | None:
    """Return the languages of the terms behind all that *query* calls; ``None`` if it can be met in any."""
    try:
        node = parse(query)
    except QueryError:
        return None
    if any(isinstance(one, syntax.Find) for one in syntax.walk(node)):
        return None  # a word that stands in the rule itself is looked for in every language
    found = {lang for name in names_in(node) for lang in terms_called(assessment, name) or (ANY_LANGUAGE,)}
    return None if ANY_LANGUAGE in found else frozenset(found)
