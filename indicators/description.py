"""An indicator read back in plain words, in English or French: what counts, where, how much, and what it says."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from indicators.assessments import Assessment, ExclusiveSet, Question
from indicators.bands import ICD_203, band_of
from indicators.description_texts import TEXTS
from indicators.named_queries import named_in, read_query
from indicators.outlooks import log_ratio
from indicators.query import Node
from indicators.query.describe import LANGUAGES, WIDTH, Outline, lines, outline, quoted, written
from indicators.rules import Codes, Combine, Count, CountKind, Effect, Indicator, LocalText, Rating
from indicators.vocabulary import names_in, terms_called

__all__ = ["LANGUAGES", "Description", "describe_indicator"]

_EVEN = 0.05
"""Nats; a rating nearer to 1:1 than this speaks neither for nor against."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One sentence of a description: ``lead`` and ``end`` around an outline, or a plain text in ``lead``.

    ``key`` says for programs what the sentence is about.
    """

    key: str
    lead: str
    told: Outline | None = None
    lang: str = "en"

    def text(self, width: int = WIDTH) -> str:
        """Return the sentence in lines of at most *width* columns."""
        if self.told is not None:
            return written(self.told, self.lang, width=width, lead=self.lead, end=".")
        return written(Outline(self.lead), self.lang, width=width)


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """An indicator in plain words. ``says`` has one sentence for each scenario that it speaks to.

    ``terms`` are the words behind the concepts and actors of its queries, by name and language.
    """

    indicator: str
    name: str
    parts: tuple[Part, ...]
    says: tuple[str, ...]
    says_heading: str
    terms: Mapping[str, Mapping[str, tuple[str, ...]]]

    def text(self, width: int = WIDTH, *, terms: bool = False) -> str:
        """Return the whole paragraph in lines of at most *width* columns, with its *terms* on request."""
        told = [part.text(width) for part in self.parts]
        told.append(self.says_heading)
        for one in self.says:
            told += lines(f"  - {one}", width, indent="    ")
        if terms:
            for one in self._glossary():
                told += lines(one, width, indent="    ")
        return "\n".join(told)

    def _glossary(self) -> Iterator[str]:
        for name, by_language in self.terms.items():
            told = "; ".join(f"{lang}: {', '.join(terms)}" for lang, terms in by_language.items())
            yield f"{name} = {told or '?'}"


def describe_indicator(assessment: Assessment, wanted: str, lang: str = "en") -> Description:
    """Return the indicator *wanted* of *assessment* in plain words.

    *lang* is one of :data:`LANGUAGES`; raises ``KeyError`` for another one or an unknown indicator.
    """
    return _Writer(assessment, assessment.indicator(wanted), lang).description()


class _Writer:
    """Writes one indicator in one language."""

    def __init__(self, assessment: Assessment, indicator: Indicator, lang: str) -> None:
        self._assessment = assessment
        self._indicator = indicator
        self._lang = lang
        self._texts = TEXTS[lang]

    def description(self) -> Description:
        indicator = self._indicator
        queries = self._queries()
        return Description(
            indicator=indicator.id,
            name=self._local(indicator.name),
            parts=tuple(self._parts()),
            says=tuple(self._says()),
            says_heading=self._texts["says"],
            terms={name: terms_called(self._assessment, name) or {} for name in names_in(*queries.values())},
        )

    def _parts(self) -> Iterator[Part]:
        indicator, queries = self._indicator, self._queries()
        yield self._part("why", self._why())
        for key, query in (("reads", "match"), ("not", "not"), ("announcement", "announcement")):
            if query in queries:
                yield self._read(key, self._texts[key], queries[query])
        for name, named in named_in(*queries.values()).items():
            lead = self._say("named", name=quoted(name.replace("_", " "), self._lang))
            yield self._read(f"named {name}", lead, named)
        if indicator.codes is not None:
            yield self._part("codes", self._codes(indicator.codes))
        if indicator.matched:
            yield self._part("where", self._where())
        yield self._part("counts", self._counts())
        if indicator.count.baseline:
            day = self._assessment.as_of.isoformat()
            yield self._part("baseline", self._say("baseline", day=day, baseline=_percent(indicator.count.baseline)))
        if "raises_watch_at" in indicator.model_fields_set:
            yield self._part("watch_at", self._say("watch_at", level=indicator.raises_watch_at))
        if indicator.candidate_resolution:
            yield self._part("resolves", self._say("resolves", scenario=self._scenario(indicator.candidate_resolution)))

    def _queries(self) -> dict[str, Node]:
        return {key: read_query(self._assessment, text) for key, text in self._indicator.queries.items()}

    def _read(self, key: str, lead: str, query: Node) -> Part:
        return Part(key=key, lead=lead, told=outline(query, self._lang), lang=self._lang)

    def _part(self, key: str, text: str) -> Part:
        return Part(key=key, lead=text, lang=self._lang)

    def _say(self, key: str, **values: object) -> str:
        return self._texts[key].format(**values)

    def _local(self, text: LocalText) -> str:
        return text.get(self._lang) or text.get("en") or next(iter(text.values()))

    def _quoted(self, text: LocalText) -> str:
        return quoted(self._local(text), self._lang)

    def _why(self) -> str:
        why = self._indicator.why
        told = self._say(
            "why",
            name=self._local(self._indicator.name),
            because=why.because or "—",
            statements=", ".join(why.statements),
        )
        return f"{told} {self._texts['counter']}" if self._indicator.counter else told

    def _codes(self, codes: Codes) -> str:
        told = self._say("codes", codes=self._list(codes.any))
        if codes.actors:
            told += self._say(
                "codes_of", actors=self._list(quoted(name.replace("_", " "), self._lang) for name in codes.actors)
            )
        return f"{told}."

    def _where(self) -> str:
        where = self._indicator.where
        areas = list(self._areas(where.region))
        if None in areas:
            return self._texts["anywhere"]
        told = self._say("where", area=self._texts["or"].join(a for a in areas if a is not None))
        return f"{told} {self._texts[where.unlocated]}"

    def _areas(self, name: str) -> Iterator[str | None]:
        """Yield the areas of region *name* in words; ``None`` for everywhere."""
        region = self._assessment.regions[name]
        if region.anywhere:
            yield None
        if region.within_km is not None and region.of is not None:
            yield self._say("within", km=self._number(region.within_km), place=self._place(region.of))
        if region.corridor and region.width_km is not None:
            line = " - ".join(map(self._place, region.corridor))
            yield self._say("corridor", km=self._number(region.width_km / 2), places=line)
        if region.places:
            yield self._say("places", places=self._list(self._place(p) for p in region.places))
        if region.countries:
            key = "country" if len(region.countries) == 1 else "countries"
            yield self._say(key, countries=self._list(self._country(c) for c in region.countries))
        for part in region.regions:
            yield from self._areas(part)

    def _place(self, wanted: str) -> str:
        return next((p.names[0] for p in self._assessment.places if p.id == wanted), wanted)

    def _country(self, code: str) -> str:
        country = self._assessment.countries.get(code)
        return country.names[0] if country is not None else code

    def _counts(self) -> str:
        count = self._indicator.count
        steps = enumerate(zip(count.thresholds, count.weights, strict=True), 1)
        levels = ", ".join(
            self._say("level", level=level, needed=self._needed(needed), active=_percent(weight))
            for level, (needed, weight) in steps
        )
        levels = self._say("levels", levels=levels)
        return f"{self._counted(count, levels)} {self._say('fade', half=self._days(count.half_life_days))}"

    def _counted(self, count: Count, levels: str) -> str:
        window = self._say("window", window=self._days(count.window_days), levels=levels)
        if count.while_ is not None:
            other = self._indicator_named(count.while_.indicator)
            return self._say("duration", other=other, level=count.while_.min_level, levels=levels)
        if count.combine is not None:
            return self._combination(count.combine, levels)
        if count.of is CountKind.SILENCE:
            other = self._indicator_named(count.since) if count.since else ""
            return self._say("silence_of" if other else "silence", other=other, levels=levels)
        if count.of is CountKind.RISE:
            least = count.at_least_days or count.against_days / 3
            against, days = self._days(count.against_days), self._days(round(least, 1))
            return self._say("rise", window=self._days(count.window_days), against=against, least=days, levels=levels)
        if count.of is CountKind.NOVELTY:
            new = self._texts[f"new_{count.by}"]
            return self._say("novelty", new=new, unseen=self._days(count.unseen_days)) + window
        return self._texts[count.of] + window

    def _combination(self, combine: Combine, levels: str) -> str:
        lately = self._say("lately", n=self._days(combine.within_days)) if combine.within_days else ""
        against = self._list(map(self._indicator_named, combine.none_of))
        return self._say(
            "combination",
            others=", ".join(map(self._indicator_named, combine.among)),
            level=combine.min_level,
            lately=lately,
            ordered=self._texts["ordered"] if combine.in_order else "",
            unless=self._say("unless", others=against) if against else "",
            levels=levels,
        )

    def _needed(self, threshold: float) -> str:
        """Return what a level needs in words: a number, or for a rise how rare it is by chance."""
        if self._indicator.count.of is CountKind.RISE:
            return self._say("chance", n=self._number(float(f"{10**threshold:.3g}")))
        return self._number(threshold)

    def _indicator_named(self, wanted: str) -> str:
        return self._quoted(self._assessment.indicator(wanted).name)

    def _says(self) -> Iterator[str]:
        for name, effect in self._indicator.effects.items():
            if isinstance(effect, Effect):
                nats = log_ratio(self._assessment, self._indicator, name, None)
                key = "neither" if abs(nats) < _EVEN else "for" if nats > 0 else "against"
                yield self._say(
                    "pair",
                    direction=self._texts[key],
                    name=self._scenario(name),
                    factor=self._number(round(math.exp(nats), 2)),
                    true=self._rating(effect.if_true),
                    false=self._rating(effect.if_false),
                )
            else:
                yield self._set(name, effect)

    def _set(self, name: str, effect: Mapping[str, Rating]) -> str:
        members = next(s for s in self._assessment.sets if s.id == name)
        nats = {s.id: log_ratio(self._assessment, self._indicator, name, s.id) for s in members.states}
        favoured = max(members.states, key=lambda s: nats[s.id])
        rated = (
            self._say("rated", rating=self._rating(effect[s.id]), state=self._quoted(s.name)) for s in members.states
        )
        return self._say(
            "set",
            name=self._scenario(name),
            ratings=", ".join(rated),
            state=self._quoted(favoured.name),
            factor=self._number(round(_odds_against_the_rest(members, effect, favoured.id), 2)),
        )

    def _scenario(self, wanted: str) -> str:
        scenarios: dict[str, Question | ExclusiveSet] = {s.id: s for s in self._assessment.scenarios}
        return self._quoted(scenarios[wanted].name)

    def _rating(self, rating: Rating) -> str:
        return ICD_203[band_of(rating.p)].term(self._lang)

    def _number(self, value: float) -> str:
        told = f"{value:g}"
        return told.replace(".", ",") if self._lang == "fr" else told

    def _days(self, value: float) -> str:
        return self._texts["day"] if value == 1 else self._say("days", n=self._number(value))

    def _list(self, told: Iterable[str]) -> str:
        found = list(told)
        return self._texts["or"].join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)


def _odds_against_the_rest(members: ExclusiveSet, effect: Mapping[str, Rating], state: str) -> float:
    """Return what the odds of *state* against all other states are multiplied by, before any cap."""
    others = [s for s in members.states if s.id != state]
    mean = math.fsum(s.prior.p * effect[s.id].p for s in others) / math.fsum(s.prior.p for s in others)
    return effect[state].p / mean


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
