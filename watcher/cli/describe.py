"""``watcher describe``: a rule read back in plain words, in English or French."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from watcher.cli.loading import (
    DEFAULT_CONFIG,
    AssessmentOption,
    ConfigOption,
    JsonOption,
    assessment_meant,
    assessment_or_exit,
)
from watcher.cli.printing import USAGE, fail, print_json, screen

if TYPE_CHECKING:
    from indicators.assessments import Assessment
    from indicators.description import Description

WIDEST = 110
"""Columns; longer lines are hard to read."""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.command("describe")(describe)


def describe(
    rule: Annotated[str, typer.Argument(help="An indicator's id; without it, every indicator.")] = "",
    assessment: AssessmentOption = "",
    query: Annotated[str, typer.Option("--query", help="Read back this query alone; no assessment is needed.")] = "",
    lang: Annotated[str, typer.Option("--lang", help="en or fr.")] = "en",
    terms: Annotated[bool, typer.Option("--terms", help="Also print the words behind each concept and actor.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Say in plain words what RULE reads, what refuses it, where, how much counts, and what that says.

    Read it aloud to whoever wrote the assessment: what sounds wrong is wrong. “convoi…” stands for
    every word that begins so.
    """
    from indicators.query.describe import LANGUAGES

    if lang not in LANGUAGES:
        fail(f"--lang {lang}: write one of {', '.join(LANGUAGES)}", code=USAGE)
    if query:
        loaded = assessment_or_exit(assessment) if assessment else None
        _describe_query(query, lang, loaded, terms=terms, as_json=as_json)
        return
    told = _descriptions(assessment_meant(assessment, config, rule=rule), rule, lang)
    if as_json:
        print_json([_json(one) for one in told])
        return
    console = screen()
    for number, one in enumerate(told):
        if number:
            console.print()
        console.rule(one.indicator, align="left", characters="─")
        console.print(one.text(min(console.width, WIDEST), terms=terms), markup=False)


def _describe_query(query: str, lang: str, assessment: "Assessment | None", *, terms: bool, as_json: bool) -> None:
    from indicators.checks.references import like_called
    from indicators.named_queries import read_query
    from indicators.query import QueryError
    from indicators.query.describe import describe as read_back
    from indicators.vocabulary import names_in, terms_called

    try:
        node = read_query(assessment, query)
    except QueryError as error:
        fail(f"{query}\n{' ' * (error.column - 1)}^ {error.what}", code=USAGE)
    behind = {name: terms_called(assessment, name) for name in names_in(node)}
    unknown = [name for name, words in behind.items() if words is None]
    if unknown:
        told = [f"{name}{f' ({near})' if (near := like_called(assessment, name)) else ''}" for name in unknown]
        hint = "" if assessment else " in the shared library: name an assessment with -a to use its own"
        fail(f"unknown {', '.join(told)}{hint}; `watcher concepts` lists the library", code=USAGE)
    if as_json:
        print_json({"query": query, "lang": lang, "text": read_back(node, lang)} | ({"terms": behind} if terms else {}))
        return
    console = screen()
    console.print(read_back(node, lang, width=min(console.width, WIDEST)), markup=False)
    for name, by_language in behind.items() if terms else ():
        for key, words in (by_language or {}).items():
            console.print(f"{name} ({key}): {', '.join(words)}", markup=False)


def _descriptions(assessment: "Assessment", rule: str, lang: str) -> "list[Description]":
    from indicators.checks.references import suggestion
    from indicators.description import describe_indicator

    known = [i.id for i in assessment.indicators]
    if rule and rule not in known:
        fail(f"no indicator {rule!r} in {assessment.id}: {suggestion(rule, known)}", code=USAGE)
    return [describe_indicator(assessment, name, lang) for name in ([rule] if rule else known)]


def _json(told: "Description") -> dict[str, Any]:
    return {
        "indicator": told.indicator,
        "name": told.name,
        "parts": {part.key: part.text() for part in told.parts},
        "says": list(told.says),
        "text": told.text(),
        "terms": {name: {lang: list(terms) for lang, terms in by.items()} for name, by in told.terms.items()},
    }
