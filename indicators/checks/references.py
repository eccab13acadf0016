"""References: every name that the file uses must exist, once, and nothing may go in circles."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher, get_close_matches
from graphlib import CycleError, TopologicalSorter

from indicators.assessments import Assessment, ExclusiveSet, Question, forecasts
from indicators.concepts import ANY_LANGUAGE, TermError, parse_term, shared_names
from indicators.language.stems import STEMMED
from indicators.language.text import tokens
from indicators.places import Place, Region
from indicators.query import QueryError, parse, syntax
from indicators.rules import Indicator
from indicators.written import Fault, Path


def references(assessment: Assessment) -> Iterator[Fault]:
    """Find unknown or repeated names, unserved statements, unusable terms and circles."""
    own = (_unique, _dates, _regions, _uncallable, _terms, _includes, _statements)
    for check in (*own, _indicator_references, _scenario_references):
        yield from check(assessment)


def _unique(assessment: Assessment) -> Iterator[Fault]:
    for kind in ("places", "scenarios", "indicators"):
        seen: set[str] = set()
        for i, thing in enumerate(getattr(assessment, kind)):
            if thing.id in seen:
                yield Fault(
                    path=(kind, i, "id"),
                    what=f"the id {thing.id!r} is used twice",
                    instead="give it its own id",
                )
            seen.add(thing.id)
    for i, scenario in enumerate(assessment.scenarios):
        states = [s.id for s in scenario.states] if isinstance(scenario, ExclusiveSet) else []
        for j, state in enumerate(states):
            if state in states[:j]:
                path = ("scenarios", i, "states", j, "id")
                yield Fault(path=path, what=f"the id {state!r} is used twice", instead="give it its own id")


def _dates(assessment: Assessment) -> Iterator[Fault]:
    if assessment.review_by <= assessment.as_of:
        yield Fault(path=("review_by",), what="review_by is not after as_of", instead="write a later date")


def _regions(assessment: Assessment) -> Iterator[Fault]:
    for name, region in assessment.regions.items():
        yield from _area(("regions", name), region)
        yield from _region_references(("regions", name), region, assessment)
    yield from no_cycle(
        ("regions",),
        "regions",
        {n: [r for r in x.regions if r in assessment.regions] for n, x in assessment.regions.items()},
    )


def _area(at: Path, region: Region) -> Iterator[Fault]:
    circle = region.within_km is not None or region.of is not None
    corridor = bool(region.corridor) or region.width_km is not None
    given = [circle, corridor, region.places, region.countries, region.regions, region.anywhere]
    if sum(bool(g) for g in given) != 1:
        yield Fault(
            path=at,
            what=f"region {at[-1]!r} must be one area",
            instead="write one of: {within_km, of}, {corridor, width_km}, {places}, {countries}, {regions}, "
            "{anywhere: true}",
        )
    elif circle and (region.within_km is None or region.of is None):
        what = f"region {at[-1]!r} must be one area: a circle needs within_km and of"
        yield Fault(path=at, what=what, instead="e.g. {within_km: 150, of: bamako}")
    elif corridor and (region.width_km is None or not region.corridor):
        what = f"region {at[-1]!r} must be one area: a corridor needs corridor and width_km"
        yield Fault(path=at, what=what, instead="e.g. {corridor: [kayes, bamako], width_km: 30}")
    elif corridor and len(set(region.corridor)) == 1:
        what = f"the corridor {at[-1]!r} has one place: a line joins two or more"
        yield Fault(path=at, what=what, instead=f"add a place, or write {{within_km: …, of: {region.corridor[0]}}}")


def _region_references(at: Path, region: Region, assessment: Assessment) -> Iterator[Fault]:
    if region.of is not None:
        yield from _place((*at, "of"), region.of, assessment.places)
    for key in ("corridor", "places"):
        for i, place in enumerate(getattr(region, key)):
            yield from _place((*at, key, i), place, assessment.places)
    for i, part in enumerate(region.regions):
        yield from known((*at, "regions", i), "region", part, assessment.regions)
    for i, code in enumerate(region.countries):
        for fault in known((*at, "countries", i), "country", code, assessment.countries):
            yield replace(fault, instead=_or_add(fault.instead, f"add it under countries: {code}: {{names: […]}}"))


def _or_add(suggested: str, add: str) -> str:
    return f"{suggested} (or {add})" if suggested else add


def _where(at: Path, indicator: Indicator, regions: Iterable[str]) -> Iterator[Fault]:
    """Find a region that is unknown; one that nobody wrote is not told as if somebody had."""
    region = indicator.where.region
    if "where" in indicator.model_fields_set or region in regions:
        yield from known((*at, "where", "region"), "region", region, regions)
        return
    what = f"{indicator.id} has no where, and there is no region {region!r}, which it then has"
    yield Fault(path=at, what=what, instead="write where: {region: …}, or add anywhere: {anywhere: true} under regions")


def _place(at: Path, wanted: str, places: Iterable[Place]) -> Iterator[Fault]:
    """Find that *wanted* is no place's id; a name that an analyst took for the id leads to it."""
    ids = {p.id for p in places}
    if wanted in ids:
        return
    folded = [t.word for t in tokens(wanted)]
    named = next((p.id for p in places for name in p.every_name if [t.word for t in tokens(name)] == folded), None)
    if named is not None:
        yield Fault(path=at, what=f"unknown place {wanted!r}", instead=f"that is a name of {named}: write {named}")
        return
    for fault in known(at, "place", wanted, ids):
        add = "(or add it under places; `watcher places find` knows where it lies)"
        yield replace(fault, instead=f"{fault.instead} {add}")


def _uncallable(assessment: Assessment) -> Iterator[Fault]:
    """Find concepts and actors whose name no query can write: the grammar would read something else."""
    for kind, sign in (("concepts", "@"), ("queries", "@"), ("actors", "#")):
        own = getattr(assessment, kind)
        for name in own:
            if _called_by(f"{sign}{name}") != name:
                what = f"no query can call the {_ONE[kind]} {name!r} as {sign}{name}: a name has letters "
                better = _callable(name)
                hint = f"write {better}" if better and better not in own else f"write a name such as {_CALLABLE[kind]}"
                yield Fault(
                    path=(kind, name), what=f"{what}a to z without accents, digits and _, a letter first", instead=hint
                )


_ONE = {"concepts": "concept", "queries": "query", "actors": "actor"}
_CALLABLE = {"concepts": "fuel_convoy", "queries": "plot_in_the_army", "actors": "jnim"}


def _called_by(query: str) -> str | None:
    """Return the name that *query* calls if it is one call and nothing else."""
    try:
        node = parse(query)
    except QueryError:
        return None
    return node.name if isinstance(node, syntax.Concept | syntax.Actor) else None


def _callable(name: str) -> str:
    """Return the name that is most like *name* and can be called, maybe empty."""
    plain = unicodedata.normalize("NFKD", name)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    better = re.sub(r"[^A-Za-z0-9]+", "_", plain).strip("_")
    return better if better[:1].isalpha() else ""


def _terms(assessment: Assessment) -> Iterator[Fault]:
    for kind in ("concepts", "actors"):
        for name, concept in getattr(assessment, kind).items():
            for lang, terms in concept.terms.items():
                yield from _language((kind, name, lang), lang)
                for i, term in enumerate(terms):
                    yield from _term((kind, name, lang, i), term, lang)
    for path, names in _names_of_places(assessment):
        for j, name in enumerate(names):
            yield from _term((*path, j), name)


def _names_of_places(assessment: Assessment) -> Iterator[tuple[Path, Iterable[str]]]:
    for i, place in enumerate(assessment.places):
        yield ("places", i, "names"), place.names
        yield ("places", i, "ambiguous_names"), place.ambiguous_names
    for code, country in assessment.countries.items():
        yield ("countries", code, "names"), country.names
        yield ("countries", code, "not"), country.not_


def _language(path: Path, lang: str) -> Iterator[Fault]:
    if lang != ANY_LANGUAGE and not (len(lang) == len("fr") and lang.isalpha() and lang.islower()):
        near = {"english": "en", "french": "fr", "arabic": "ar"}.get(lang.casefold(), lang[:2].casefold())
        hint = (
            f"write {near}"
            if near in STEMMED
            else "write include, about, any, or a language of two letters: en, fr, ar"
        )
        yield Fault(path=path, what=f"unknown language {lang!r}", instead=hint)


_OPERATOR = re.compile(r"\b(?:AND|OR|NOT)\b|\b(?:NEAR|BEFORE)/\d|SAME SENTENCE|\b(?:title|body|lead|source|lang|type):")


def _term(path: Path, term: str, lang: str = ANY_LANGUAGE) -> Iterator[Fault]:
    if term[:1] in ("@", "#"):
        hint = f"write include: [{term[1:]}]" if term[0] == "@" else "call it in the rule's match"
        yield Fault(path=path, what=f"{term!r} stands in a list of words and is none", instead=hint)
    elif _OPERATOR.search(term):
        hint = "a concept is a list of words and phrases; operators belong in match"
        yield Fault(path=path, what=f"{term!r} is a query and not a term", instead=hint)
    try:
        stemmed = parse_term(term).stemmed
    except TermError as error:
        yield Fault(path=path, what=str(error))
        return
    if stemmed and lang not in STEMMED:
        what = f"the term {term!r} asks for a stem, and none are known for {lang!r}"
        yield Fault(path=path, what=what, instead=f"put it under one of {', '.join(STEMMED)}, or end it with *")


def _includes(assessment: Assessment) -> Iterator[Fault]:
    """Find concepts that include what is not there, or each other in a circle."""
    for kind, library in (("concepts", shared_names()), ("actors", ())):
        own = getattr(assessment, kind)
        for name, concept in own.items():
            for i, part in enumerate(concept.include):
                choices = (set(own) - {name}) | set(library)
                yield from known((kind, name, "include", i), kind[:-1], part, choices)
        graph = {name: [p for p in concept.include if p in own and p != name] for name, concept in own.items()}
        yield from no_cycle((kind,), kind, graph)


def _statements(assessment: Assessment) -> Iterator[Fault]:
    used: set[str] = set()
    for path, quoted in _quotes(assessment):
        for statement in quoted:
            yield from known(path, "statement", statement, assessment.statements)
        used |= set(quoted)
    for statement in assessment.statements:
        if statement not in used:
            yield Fault(
                path=("statements", statement),
                what=f"statement {statement} is served by no scenario and no indicator",
                instead="quote it where it belongs, or take it out",
            )


def _quotes(assessment: Assessment) -> Iterator[tuple[Path, tuple[str, ...]]]:
    for i, scenario in enumerate(assessment.scenarios):
        at = ("scenarios", i)
        if isinstance(scenario, ExclusiveSet):
            for j, state in enumerate(scenario.states):
                yield (*at, "states", j, "prior", "statements"), state.prior.statements
            continue
        yield (*at, "prior", "statements"), scenario.prior.statements
        for j, link in enumerate(scenario.links):
            yield (*at, "links", j, "statements"), link.statements
    for i, indicator in enumerate(assessment.indicators):
        yield ("indicators", i, "why", "statements"), indicator.why.statements


def _indicator_references(assessment: Assessment) -> Iterator[Fault]:
    ids = [i.id for i in assessment.indicators]
    durations = {i.id for i in assessment.indicators if not i.matched}
    scenarios = [s.id for s in assessment.scenarios]
    for i, indicator in enumerate(assessment.indicators):
        at: Path = ("indicators", i)
        yield from known((*at, "group"), "group", indicator.group, assessment.groups)
        yield from _where(at, indicator, assessment.regions)
        for target in indicator.effects:
            yield from known((*at, "effects", target), "scenario", target, scenarios)
        if indicator.candidate_resolution:
            yield from known((*at, "candidate_resolution"), "scenario", indicator.candidate_resolution, scenarios)
        if indicator.count.while_:
            yield from known((*at, "count", "while"), "indicator", indicator.count.while_.indicator, ids)
            if indicator.count.while_.indicator in durations:
                what = f"{indicator.id} would wait for {indicator.count.while_.indicator}, which counts no events"
                yield Fault(path=(*at, "count", "while"), what=what, instead="name an indicator that reads items")


def _scenario_references(assessment: Assessment) -> Iterator[Fault]:
    lines = [f.key for f in forecasts(assessment)]
    graph: dict[str, list[str]] = {}
    for i, scenario in enumerate(assessment.scenarios):
        if not isinstance(scenario, Question):
            continue
        at: Path = ("scenarios", i)
        for j, link in enumerate(scenario.links):
            yield from known((*at, "links", j, "parent"), "scenario", link.parent, lines)
            if link.parent in {other.parent for other in scenario.links[:j]}:
                what = f"a second link to {link.parent}"
                yield Fault(path=(*at, "links", j, "parent"), what=what, instead="keep one")
        for part in scenario.at_least_max_of:
            yield from known((*at, "at_least_max_of"), "scenario", part, lines)
        if scenario.at_most:
            yield from known((*at, "at_most"), "scenario", scenario.at_most, lines)
        graph[scenario.id] = list(scenario.parents)
    yield from no_cycle(("scenarios",), "scenario links", graph)


def known(path: Path, kind: str, name: str, names: Iterable[str]) -> Iterator[Fault]:
    """Find that *name* is none of *names*, and suggest the nearest."""
    choices = sorted(names)
    if name not in choices:
        yield Fault(path=path, what=f"unknown {kind} {name!r}", instead=_instead(kind, name, choices))


def _instead(kind: str, name: str, choices: Sequence[str]) -> str:
    if kind == "concept":  # of so many names the likest by its letters often means something else
        near = did_you_mean(near_names(name, choices))
        return near or "`watcher concepts` lists those of the library with what is meant"
    if kind == "actor" and not choices:
        return f"add it under actors: {name}: {{any: […]}}"
    return suggestion(name, choices, cutoff=0.5)


MOST_NEAR = 3
"""Names that are offered at once; more are a list to search and no help."""
_AS_NEAR = 0.08
"""Likeness (difflib's ratio, 0 to 1) by which the others may be less like than the nearest."""
_SURE = 0.6
"""Likeness below which the nearest is a guess; others as bad would only make it longer."""


def near_names(name: str, names: Iterable[str], *, cutoff: float = _SURE) -> tuple[str, ...]:
    """Return those of *names* that were probably meant by *name*, the likeliest first, none below *cutoff*.

    One where one is clearly nearest, up to three where they are about equally near.
    """
    close = get_close_matches(name, names, n=MOST_NEAR, cutoff=cutoff)
    likeness = [SequenceMatcher(None, one, name).ratio() for one in close]  # ordered as difflib itself asks
    return tuple(
        one
        for one, ratio in zip(close, likeness, strict=True)
        if one == close[0] or ratio >= max(_SURE, likeness[0] - _AS_NEAR)
    )


def did_you_mean(near: Iterable[str]) -> str:
    """Return the question for the names *near*: ``did you mean a, b or c?``; empty for none."""
    *first, last = (*near,) or ("",)
    return f"did you mean {', '.join(first)}{' or ' if first else ''}{last}?" if last else ""


def like_called(assessment: Assessment | None, name: str) -> str:
    """Ask for the ``@concept`` or ``#actor`` that was probably meant by *name*; empty where none is near.

    Without an assessment the concepts are those of the shared library.
    """
    if name.startswith("#"):
        known_names = assessment.actors if assessment else ()
        return did_you_mean(near_names(name, [f"#{one}" for one in known_names]))
    own = (*assessment.queries, *assessment.concepts) if assessment else ()
    return did_you_mean(near_names(name, [f"@{one}" for one in sorted({*own, *shared_names()})]))


def suggestion(name: str, names: Iterable[str], *, cutoff: float = _SURE) -> str:
    """Say what was probably meant by *name*, or what names there are; in the order given."""
    choices = tuple(names)
    told = did_you_mean(near_names(name, choices, cutoff=cutoff))
    listed = f"known: {', '.join(choices[:_TOLD])}{' …' if len(choices) > _TOLD else ''}" if choices else ""
    return told or listed


_TOLD = 8
"""Names that are listed where none is near."""


def no_cycle(path: Path, what: str, graph: Mapping[str, Iterable[str]]) -> Iterator[Fault]:
    """Find that the names of *graph* lead back to themselves."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        ring = " -> ".join(reversed(error.args[1]))
        yield Fault(path=path, what=f"{what} form a cycle: {ring}", instead="remove one of these links")
