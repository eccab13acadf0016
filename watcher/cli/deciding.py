"""What the commands share by which people decide: who, why, and what would change."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.printing import USAGE, fail, screen

if TYPE_CHECKING:
    from rich.text import Text

    from indicators.events import Event
    from watcher.deciding.foreseen import Foreseen

ByOption = Annotated[str, typer.Option("--by", help="Who decides; without it the user of this session.", envvar="USER")]
WhyOption = Annotated[str, typer.Option("--why", help="Why, in a sentence; it stays on record.")]

NOTHING_CHANGES = "Nothing changes but the record: no level and no figure."


@contextmanager
def refusing() -> Iterator[None]:
    """End with one clear sentence where something cannot be decided, or the database cannot be used."""
    from watcher.asking.refusal import DecisionError
    from watcher.store.errors import StoreError

    try:
        yield
    except DecisionError as error:
        fail(str(error), code=USAGE)
    except StoreError as error:
        fail(str(error))


def since_or_exit(told: str, now: datetime) -> datetime:
    """Return the moment that *told* names (14d, 6w, 2025-11-01), or end with a hint."""
    from watcher.workbench.period import since_of

    try:
        return since_of(told, until=now + timedelta(microseconds=1))
    except ValueError as error:
        fail(f"--since: {error}", code=USAGE)


def length_or_exit(told: str) -> timedelta:
    """Return the length of time that ``--for`` names (45m, 4h, 2d), or end with a hint."""
    from pydantic import TypeAdapter, ValidationError

    from alerts.spans import Duration

    try:
        length: timedelta = TypeAdapter(Duration).validate_python(told)
    except ValidationError:
        fail(f"--for {told}: write a number and a unit: 45m, 4h or 2d", code=USAGE)
    if not length:
        fail(f"--for {told}: write more than nothing", code=USAGE)
    return length


def said(text: str, *, indent: int = 0) -> "Text":
    """Return *text* from outside (a headline, a name) ready to print: one line, never markup."""
    from rich.text import Text

    from indicators.language.text import one_line

    return Text(" " * indent + one_line(text))


def told_event(event: "Event | None") -> str:
    """Return *event* in a few words: id, grade, value, reports."""
    if event is None:
        return "none"
    count = len(event.reports)
    return f"{event.id[:8]} {event.grade}, counts {event.value:.2f}, {count} report{'' if count == 1 else 's'}"


def print_foreseen(effect: "Foreseen") -> None:
    """Print what a decision makes of events, levels and outlook, and when it is applied."""
    from indicators.bands import percent

    console = screen()
    for change in effect.events:
        known = change.after or change.before
        name = known.indicator if known else ""
        console.print(f"  event {name}: {told_event(change.before)} -> {told_event(change.after)}", markup=False)
    for indicator, before, after in effect.levels:
        console.print(f"  {indicator}: {before} -> {after}", markup=False)
    for key, p_before, p_after in effect.lines:
        shown = f"{percent(p_before)} -> {percent(p_after)}"
        console.print(f"  {key}: {shown} ({p_before:.4f} -> {p_after:.4f})", markup=False)
    for key, happened in effect.ruled:
        told = {True: "occurred", False: "did not occur", None: "open again"}[happened]
        console.print(f"  {key}: ruled, {told}", markup=False)
    if effect.nothing:
        console.print(f"  {NOTHING_CHANGES}")
    for key in effect.warned:
        console.print(f"  An alert about {key} will go out.", markup=False)
    console.print(
        f"Worked out on the judgement of {effect.at:%Y-%m-%d %H:%M} UTC; a running daemon applies it at its next "
        "cycle, `watcher once` at once."
    )
