"""Named queries: each must be readable, call only what there is, and not itself; and somebody should call it."""

from collections.abc import Iterator

from indicators.assessments import Assessment
from indicators.checks.references import known, no_cycle
from indicators.concepts import shared_names
from indicators.errors import Severity
from indicators.named_queries import graph_of, named_in, read_query
from indicators.query import QueryError, parse
from indicators.vocabulary import names_in, queries_of
from indicators.written import Fault


def named(assessment: Assessment) -> Iterator[Fault]:
    """Find named queries that cannot be put into a rule, or share their name with a concept."""
    yield from no_cycle(("queries",), "queries", graph_of(assessment))
    for name, text in assessment.queries.items():
        path = ("queries", name)
        if name in assessment.concepts:
            what = f"{name} is a concept and a query: @{name} could mean either"
            yield Fault(path=path, what=what, instead="give one of them another name")
        try:
            read_query(assessment, text)
        except QueryError as error:
            yield Fault(path=path, what=f"{name}: {error}")
            continue
        for called in names_in(parse(text)):
            concept = called.startswith("@")
            names = {*assessment.queries, *assessment.concepts, *shared_names()} if concept else {*assessment.actors}
            yield from known(path, "concept" if concept else "actor", called[1:], names)


def uncalled(assessment: Assessment) -> Iterator[Fault]:
    """Find named queries that no rule calls, directly or through another."""
    called = named_in(*queries_of(assessment))
    for name in assessment.queries:
        if name not in called:
            what = f"no rule calls the query {name}"
            yield Fault(
                path=("queries", name),
                what=what,
                instead=f"write @{name} where it is meant, or take it out",
                severity=Severity.WARNING,
            )
