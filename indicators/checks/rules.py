"""Rules: each indicator's query, codes and effects must make sense by themselves."""

from collections.abc import Iterator

from indicators.assessments import Assessment, ExclusiveSet, Question
from indicators.checks.references import known
from indicators.codes import fault_of
from indicators.concepts import shared_names
from indicators.named_queries import read_query
from indicators.query import QueryError, parse, syntax
from indicators.query.triggers import required
from indicators.rules import Effect
from indicators.vocabulary import names_in
from indicators.written import Fault, Path


def rules(assessment: Assessment) -> Iterator[Fault]:
    """Find queries that are missing or cannot be read, and effects that do not fit."""
    for check in (_effects, _unwritten, _queries, _codes):
        yield from check(assessment)


def _effects(assessment: Assessment) -> Iterator[Fault]:
    scenarios = {s.id: s for s in assessment.scenarios}
    for i, indicator in enumerate(assessment.indicators):
        for target, effect in indicator.effects.items():
            path = ("indicators", i, "effects", target)
            scenario = scenarios.get(target)
            if isinstance(scenario, ExclusiveSet):
                states = {s.id for s in scenario.states}
                if isinstance(effect, Effect) or set(effect) != states:
                    hint = f"rate each state: {', '.join(sorted(states))}"
                    yield Fault(
                        path=path,
                        what=f"{target} is exclusive: it needs one rating for each state",
                        instead=hint,
                    )
            elif isinstance(scenario, Question) and not isinstance(effect, Effect):
                yield Fault(
                    path=path,
                    what=f"{target} is a yes/no scenario",
                    instead="write [if_true, if_false], e.g. [VL, U]",
                )


def _unwritten(assessment: Assessment) -> Iterator[Fault]:
    for i, indicator in enumerate(assessment.indicators):
        if indicator.matched and not indicator.match and not indicator.codes:
            hint = 'match: "@concept AND @other", or codes: [acled:battles]'
            yield Fault(path=("indicators", i), what="match is missing", instead=hint)
        if indicator.matched and indicator.proof is None:
            yield Fault(
                path=("indicators", i),
                what="proof is missing",
                instead="give at least one must_match and one must_not_match",
            )


def _queries(assessment: Assessment) -> Iterator[Fault]:
    for i, indicator in enumerate(assessment.indicators):
        for key, text in indicator.queries.items():
            try:
                node = read_query(assessment, text)
            except QueryError as error:
                yield Fault(path=("indicators", i, key), what=f"{key}: {error}")
                continue
            if key == "match":
                yield from _wordless(("indicators", i, key), node)
            for name in names_in(parse(text)):
                called = name.startswith("@")
                names = (
                    {*assessment.queries, *assessment.concepts, *shared_names()} if called else set(assessment.actors)
                )
                yield from known(("indicators", i, key), "concept" if called else "actor", name[1:], names)


def _wordless(path: Path, node: syntax.Node) -> Iterator[Fault]:
    try:
        required(node, cost=lambda _: 1)
    except ValueError as error:
        yield Fault(path=path, what=f"match: {error}")


def _codes(assessment: Assessment) -> Iterator[Fault]:
    for i, indicator in enumerate(assessment.indicators):
        if indicator.codes is None:
            continue
        path = ("indicators", i, "codes")
        for code in indicator.codes.any:
            fault = fault_of(code)
            if fault is not None:
                yield Fault(path=path, what=fault[0], instead=fault[1])
        for name in indicator.codes.actors:
            yield from known(path, "actor", name, assessment.actors)
