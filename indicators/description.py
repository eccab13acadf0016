"""An indicator read back in plain words, in English or French: what counts, where, how much, and what it says."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from indicators.assessments import Assessment, ExclusiveSet, Question
from indicators.bands import ICD_203, band_of
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


_TEXTS = {
    "en": {
        "why": "{name}: {because} (Statements: {statements}.)",
        "counter": "It is a counter-indicator.",
        "reads": "A report counts if ",
        "not": "It is refused if ",
        "announcement": "It counts half, as a mere announcement, if ",
        "named": "{name} holds if ",
        "codes": "Whatever its words, a record counts that carries the event code {codes}",
        "codes_of": " and names {actors} as taking part",
        "anywhere": "Where it happened does not matter.",
        "where": "It must name a place {area}.",
        "drop": "A report that names no place is refused.",
        "watch": "A report that names no place at all does not count, but is kept for a person to look at.",
        "count": "A report that names no place at all counts too.",
        "event": "Happenings are counted, one for each place and day however many report it",
        "place_day": "Places are counted once for each day, however many report it",
        "window": ", over {window}. {levels}.",
        "duration": "It reads no report itself: it counts the days for which {other} has stood at level {level} or "
        "above. {levels}.",
        "publishers": "Publishers are counted, each family once, at the best event it reported; parties to the "
        "conflict are left out",
        "novelty": "Happenings are counted that name {new} not seen in the {unseen} before",
        "new_place": "a place",
        "new_family": "a publisher",
        "new_actor": "an actor",
        "rise": "What happened in {window} is compared with its own pace in the {against} before, once {least} of "
        "them were watched. {levels}.",
        "chance": "what chance alone brings at one look in {n}",
        "silence": "It counts the days for which nothing of it has been seen while we could look. {levels}.",
        "silence_of": "It reads no report itself: it counts the days for which nothing of {other} has been seen "
        "while we could look. {levels}.",
        "combination": "It reads no report itself: it counts how many of {others} stand at level {level} or "
        "above{lately}{ordered}.{unless} {levels}.",
        "lately": ", or did in the last {n}",
        "ordered": ", having come to it in this order",
        "unless": " Nothing counts while {others} stands there.",
        "levels": "It is at {levels}",
        "level": "level {level} ({active} active) from {needed}",
        "fade": "What is no longer supported by it loses half every {half}.",
        "baseline": "On {day} it was already {baseline} active: only what differs from that moves the outlook.",
        "resolves": "At level 1 a person must say whether {scenario} has happened.",
        "says": "What it says by itself when it is fully active:",
        "pair": "{direction} {name} (odds x{factor}): chance of being seen: {true} if it happens, {false} if not",
        "set": "on {name}: chance of being seen: {ratings}; this speaks for {state} (odds x{factor})",
        "rated": "{rating} if {state}",
        "for": "for",
        "against": "against",
        "neither": "neither for nor against",
        "within": "within {km} km of {place}",
        "corridor": "within {km} km of the line {places}",
        "places": "among {places}",
        "country": "in {countries}",
        "countries": "in {countries}",
        "or": " or ",
        "days": "{n} days",
        "day": "one day",
    },
    "fr": {
        "why": "{name} : {because} (Énoncés : {statements}.)",
        "counter": "C'est un contre-indicateur.",
        "reads": "Un article compte si ",
        "not": "Il est refusé si ",
        "announcement": "Il compte pour moitié, comme simple annonce, si ",
        "named": "{name} est vrai si ",
        "codes": "Quels que soient ses mots, un relevé compte s'il porte le code d'événement {codes}",
        "codes_of": " et nomme {actors} parmi les acteurs",
        "anywhere": "Le lieu n'importe pas.",
        "where": "Il doit nommer un lieu {area}.",
        "drop": "Un article qui ne nomme aucun lieu est refusé.",
        "watch": "Un article qui ne nomme aucun lieu ne compte pas, mais reste à examiner par une personne.",
        "count": "Un article qui ne nomme aucun lieu compte aussi.",
        "event": "On compte les faits, un par lieu et par jour quel que soit le nombre d'articles",
        "place_day": "On compte chaque lieu une fois par jour, quel que soit le nombre d'articles",
        "window": ", sur {window}. {levels}.",
        "duration": "Il ne lit aucun article : il compte les jours où {other} se tient au niveau {level} ou plus. "
        "{levels}.",
        "publishers": "On compte les éditeurs, chaque famille une fois, au meilleur fait qu'elle rapporte ; les "
        "parties au conflit ne comptent pas",
        "novelty": "On compte les faits qui nomment {new} qu'on n'avait pas vu pendant {unseen}",
        "new_place": "un lieu",
        "new_family": "un éditeur",
        "new_actor": "un acteur",
        "rise": "Ce qui est arrivé sur {window} est comparé à son propre rythme des {against} d'avant, dès que "
        "{least} en ont été observés. {levels}.",
        "chance": "ce que le hasard seul apporte à un examen sur {n}",
        "silence": "Il compte les jours où l'on n'en a rien vu alors qu'on pouvait voir. {levels}.",
        "silence_of": "Il ne lit aucun article : il compte les jours où l'on n'a rien vu de {other} alors qu'on "
        "pouvait voir. {levels}.",
        "combination": "Il ne lit aucun article : il compte combien de {others} se tiennent au niveau {level} ou "
        "plus{lately}{ordered}.{unless} {levels}.",
        "lately": ", ou s'y tenaient dans les derniers {n}",
        "ordered": ", arrivés dans cet ordre",
        "unless": " Rien ne compte tant que {others} s'y tient.",
        "levels": "Il est au {levels}",
        "level": "niveau {level} (actif à {active}) dès {needed}",
        "fade": "Ce qui n'est plus soutenu perd la moitié tous les {half}.",
        "baseline": "Au {day} il était déjà actif à {baseline} : seul l'écart à ce niveau déplace les perspectives.",
        "resolves": "Au niveau 1 une personne doit dire si {scenario} a eu lieu.",
        "says": "Ce qu'il dit à lui seul quand il est pleinement actif :",
        "pair": "{direction} {name} (cote x{factor}) : chance d'être vu : {true} si cela arrive, {false} sinon",
        "set": "sur {name} : chance d'être vu : {ratings} ; cela parle pour {state} (cote x{factor})",
        "rated": "{rating} si {state}",
        "for": "pour",
        "against": "contre",
        "neither": "ni pour ni contre",
        "within": "à moins de {km} km de {place}",
        "corridor": "à moins de {km} km de la ligne {places}",
        "places": "parmi {places}",
        "country": "de ce pays : {countries}",
        "countries": "d'un de ces pays : {countries}",
        "or": " ou ",
        "days": "{n} jours",
        "day": "jour",
    },
}


class _Writer:
    """Writes one indicator in one language."""

    def __init__(self, assessment: Assessment, indicator: Indicator, lang: str) -> None:
        self._assessment = assessment
        self._indicator = indicator
        self._lang = lang
        self._texts = _TEXTS[lang]

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
