"""How commands print: tables for people, JSON for programs, problems to standard error."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, NoReturn

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from indicators.errors import Problem

WIDE = 120
"""Columns where the output is no terminal: a log or a file is not cut at 80."""

FINDING = 1
USAGE = 2


def screen() -> "Console":
    """Return the console for people, on standard output."""
    from rich.console import Console

    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=WIDE)


def figure(p: float, happened: bool | None) -> str:
    """Return the probability *p* as it is printed, or what a person ruled of the question."""
    from indicators.bands import percent

    return percent(p) if happened is None else "occurred" if happened else "did not occur"


def new_table(*columns: str, title: str = "", title_justify: str = "left") -> "Table":
    """Return an empty table for people with these columns; what its cells are given is text and never markup.

    A narrow screen cuts nothing off: texts go on in the next line, and the first column, which has the ids that are
    copied into the next command, is the last to be broken.
    """
    from rich.text import Text

    from watcher.cli.tables import PlainTable

    shown = Text(title, style="table.title") if title else None
    table = PlainTable(*columns, title=shown, title_justify=title_justify)  # type: ignore[arg-type] # a Literal
    for column in table.columns:
        column.overflow = "fold"
    if table.columns:
        table.columns[0].no_wrap = True
    return table


LONGEST_CELL = 160
"""Characters of a text from outside that one cell of a table shows."""


def plain(text: str) -> "Text":
    """Return *text* from outside as the console prints it: no markup, and no longer than a cell may be."""
    from rich.text import Text

    return Text(text[:LONGEST_CELL])


def print_json(value: Any) -> None:
    """Print *value* as one JSON document on one line."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=_plain) + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return str(value)


def print_problems(problems: Iterable["Problem"]) -> bool:
    """Print *problems* to standard error, one a line; return whether any is an error."""
    from indicators.errors import Severity

    found = list(problems)
    for problem in found:
        typer.echo(str(problem), err=True)
    return any(p.severity is Severity.ERROR for p in found)


MOST_SOURCES = 8
"""Sources that a note names; --json has all."""


def note_unlisted(sources: Sequence[str]) -> None:
    """Say on standard error, in one line, which *sources* nobody stands for, if there are any."""
    if sources:
        one = len(sources) == 1
        named = ", ".join(sources[:MOST_SOURCES]) + (" …" if len(sources) > MOST_SOURCES else "")
        typer.echo(
            f"note: {len(sources)} source{'' if one else 's'} {'is' if one else 'are'} not in the assessment and "
            f"{'is' if one else 'are'} graded F6 (an event of theirs counts 0.40): {named}; add them under publishers:",
            err=True,
        )


def fail(message: str, *, code: int = FINDING) -> NoReturn:
    """Print *message* to standard error and end with *code*."""
    typer.echo(message, err=True)
    raise typer.Exit(code)
