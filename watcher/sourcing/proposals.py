"""What is proposed for a source that was found: name, interval, who speaks, in what language, from where."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import Any

from yarl import URL

from indicators.documents import Document
from indicators.items import Item
from indicators.matcher import Matcher
from indicators.places import Whereabouts
from indicators.publishers import Publisher, PublisherRule, Reliability, publisher_of
from watcher.settings import WrittenSource
from watcher.sourcing.entries import entry_of
from watcher.sourcing.finding import Candidate
from watcher.sourcing.opml import free_id, id_for

USUAL = "15m"
"""How often to look where the reports do not tell how often they come."""

OF_KIND = {"acled": "6h", "reliefweb": "1h", "gdelt": "15m", "cap": "5m"}
"""How often to look at what has a rhythm of its own, or a limit on questions."""

_STEPS = (("1h", 60), ("30m", 30), ("15m", 15), ("5m", 5))
_FEWEST_DATES = 3
_MAJORITY = 0.6
_KEY = re.compile(r"[?&](?:api_?key|apikey|key|token|access_token|auth|password|secret)=(?!\$\{)", re.IGNORECASE)
_TOP = frozenset({"co", "com", "org", "net", "gov", "gouv", "ac", "edu", "info", "news", "int", "www", "feeds", "rss"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequency:
    """How often reports come: how many there are and have a date, over what time, half of them closer than ``gap``."""

    items: int
    dated: int = 0
    span: timedelta = timedelta()
    gap: timedelta | None = None

    @property
    def per_day(self) -> float | None:
        """Reports a day, where the dates tell."""
        return (self.dated - 1) / (self.span / timedelta(days=1)) if self.gap is not None and self.span else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceProposal:
    """An entry for ``sources:`` as values, and what a person should know of it before it is written.

    ``publisher`` is who would be taken to speak, and ``because`` says from where that is known.
    """

    entry: Mapping[str, Any]
    publisher: Publisher
    because: str
    rhythm: Frequency
    remarks: tuple[str, ...] = ()

    @property
    def source(self) -> WrittenSource:
        """The entry as the configuration reads it."""
        return WrittenSource.model_validate(entry_of(self.entry))


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedEntry:
    """What the operator said on the command line, which goes before everything that could be guessed."""

    id: str = ""
    every: str = ""
    lang: str = ""
    family: str = ""
    grade: str = ""
    region: tuple[str, ...] = ()
    allow_private: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)


_SEVERAL = 2
"""Reports that name a country, from which on it is one that a source writes of."""


def first_entry(candidate: Candidate, asked: AskedEntry, known: Sequence[WrittenSource]) -> dict[str, Any]:
    """Return the entry with which *candidate* can be polled once, to see what it brings."""
    host = URL(candidate.url).host or ""
    taken = {source.id for source in known}
    kind = candidate.what.kind
    return {
        "id": asked.id or free_id(id_for(_name_of(host) + " " + _place_on(candidate.url), host), taken),
        "url": candidate.url,
        "kind": "" if kind == "feed" else kind,
        "every": asked.every or OF_KIND.get(kind, USUAL),
        "lang": asked.lang,
        "family": asked.family,
        "grade": asked.grade,
        "region": _region(asked.region),
        "allow_private": asked.allow_private,
        "options": {**candidate.what.options, **asked.options},
    }


def proposal_for(
    entry: Mapping[str, Any],
    items: Sequence[Item],
    *,
    asked: AskedEntry,
    known: Sequence[WrittenSource],
    rules: Iterable[PublisherRule],
    matchers: Sequence[Matcher],
) -> SourceProposal:
    """Return *entry* with what its first *items* tell filled in: the operator's own words stay."""
    rhythm = rhythm_of(items)
    kind = str(entry.get("kind") or "feed")
    filled = dict(entry)
    if not asked.every and kind not in OF_KIND:
        filled["every"] = every_for(rhythm)
    filled["lang"] = asked.lang or _language(items)
    filled["region"] = _region(asked.region or _country(items, matchers))
    publisher, because, named = _publisher(entry, items, asked=asked, known=known, rules=tuple(rules))
    filled |= named
    return SourceProposal(
        entry=filled, publisher=publisher, because=because, rhythm=rhythm, remarks=tuple(_remarks(filled, publisher))
    )


def rhythm_of(items: Sequence[Item]) -> Frequency:
    """Return how often *items* come, by the dates of those that have one."""
    dates = sorted(moment for item in items if (moment := item.published or item.occurred) is not None)
    if len(dates) < _FEWEST_DATES:
        return Frequency(items=len(items), dated=len(dates))
    gaps = sorted(later - earlier for earlier, later in pairwise(dates))
    return Frequency(items=len(items), dated=len(dates), span=dates[-1] - dates[0], gap=gaps[len(gaps) // 2])


def every_for(rhythm: Frequency) -> str:
    """Return how often to look: twice in the usual time between two reports, from every 5 minutes to every hour."""
    if rhythm.gap is None:
        return USUAL
    half = rhythm.gap / 2
    return next((word for word, minutes in _STEPS if timedelta(minutes=minutes) <= half), _STEPS[-1][0])


def _whereabouts(item: Item, matchers: Iterable[Matcher]) -> Iterable[Whereabouts]:
    return (matcher.gazetteer.locate(Document(item)) for matcher in matchers)


def _country(items: Sequence[Item], matchers: Sequence[Matcher]) -> tuple[str, ...]:
    """Return the country that most of the located *items* name, if there is one, and every other that several name.

    Too many of them rule nothing out; too few would make a source blind to what it may well write of.
    """
    counted: Counter[str] = Counter()
    located = 0
    for item in items:
        countries = {
            c for where in _whereabouts(item, matchers) for c in where.countries if re.fullmatch("[A-Z]{2}", c)
        }
        located += bool(countries)
        counted.update(countries)
    most = counted.most_common(1)
    clear = bool(most) and located >= _FEWEST_DATES and most[0][1] >= _MAJORITY * max(located, len(items) / 2)
    if not clear:
        return ()
    return tuple(country for country, times in counted.most_common() if times >= _SEVERAL or country == most[0][0])


def _language(items: Sequence[Item]) -> str:
    counted = Counter(item.lang for item in items if item.lang)
    return counted.most_common(1)[0][0] if counted else ""


def _publisher(
    entry: Mapping[str, Any],
    items: Sequence[Item],
    *,
    asked: AskedEntry,
    known: Sequence[WrittenSource],
    rules: tuple[PublisherRule, ...],
) -> tuple[Publisher, str, dict[str, str]]:
    """Return who speaks, from where that is known, and what of it the entry has to say."""
    host = _host(str(entry["url"]))
    sibling = next((s for s in known if s.family and _host(s.url) == host), None)
    if asked.family or asked.grade:
        grade = Reliability(asked.grade or (sibling and sibling.grade) or "F")
        family = asked.family or (sibling.family if sibling else _name_of(host))
        return Publisher(family=family, reliability=grade), "as you say", {"family": family, "grade": grade.value}
    if sibling is not None:
        grade = sibling.grade or Reliability.F
        told = {"family": sibling.family, "grade": grade.value}
        return Publisher(family=sibling.family, reliability=grade), f"as for {sibling.id}, of the same site", told
    by_table = [publisher_of(item, rules) for item in items[:20]]
    listed = Counter(p for p in by_table if p.reliability is not Reliability.F)
    if listed:
        return listed.most_common(1)[0][0], "from the assessment's publishers", {}
    family = _name_of(host)
    return Publisher(family=family, reliability=Reliability.F), "nobody has graded it", {"family": family}


def _remarks(entry: Mapping[str, Any], publisher: Publisher) -> Iterable[str]:
    if publisher.reliability is Reliability.F:
        yield "grade F: it opens events that count 0.40 each until somebody grades it (--grade A to E)"
    if not entry.get("lang"):
        yield "no language is told: rules are tried in every language (--lang fr)"
    if not entry.get("region"):
        yield "from which countries it reports is not told (--region ML)"
    if _KEY.search(str(entry["url"])):
        yield "the address seems to hold a key: write ${NAME} in its place and export NAME"


def _region(countries: Sequence[str]) -> str | list[str]:
    return countries[0] if len(countries) == 1 else list(countries)


def _host(url: str) -> str:
    try:
        return (URL(url).host or "").removeprefix("www.")
    except ValueError:
        return ""


def _name_of(host: str) -> str:
    """Return the word of *host* by which a person knows it: ``rfi`` of ``www.rfi.fr``, ``gouv`` of nothing."""
    parts = [part for part in host.split(".")[:-1] if part not in _TOP] or host.split(".")[:1]
    return re.sub("[^a-z0-9]+", "_", parts[-1].casefold()) if not host.replace(".", "").isdigit() else "local"


def _place_on(url: str) -> str:
    """Return what of the path tells one feed of a site from another."""
    words = re.findall("[a-z]{3,}", URL(url).path.casefold())
    return " ".join([word for word in words if word not in _OF_FEEDS][:2])


_OF_FEEDS = frozenset(
    {"feed", "feeds", "rss", "xml", "atom", "json", "index", "full", "posts", "default", "headlines", "rdf"}
)
