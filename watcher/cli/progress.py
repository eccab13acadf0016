"""How commands show how far long work is: on standard error, and only where somebody looks."""

import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import TypeVar

_T = TypeVar("_T")

LONG = 2_000
"""Things; fewer are read at once."""
LONG_DAYS = 60
"""Days; fewer are replayed at once."""


def with_progress(things: Iterable[_T], total: int, *, doing: str = "Reading items") -> Iterator[_T]:
    """Pass *things* on, of which there are *total*, with a bar that grows while they are read."""
    return _passed(things, doing, total, lambda count, _: count, long=total >= LONG)


def with_days(
    things: Iterable[_T], begin: datetime, end: datetime, *, at: Callable[[_T], datetime], doing: str = "Replaying"
) -> Iterator[_T]:
    """Pass *things* on, each of the moment that *at* tells, with a bar of the days from *begin* to *end*."""
    day = timedelta(days=1)
    days = (end - begin) / day
    return _passed(things, doing, days, lambda _, one: (at(one) - begin) / day, long=days >= LONG_DAYS)


def _passed(
    things: Iterable[_T], doing: str, total: float, done: Callable[[int, _T], float], *, long: bool
) -> Iterator[_T]:
    if not long or not sys.stderr.isatty():
        yield from things
        return
    from rich.console import Console
    from rich.progress import Progress

    # What is printed meanwhile goes where it was sent: the bar must not draw the lines of a file to itself.
    with Progress(console=Console(stderr=True), transient=True, redirect_stdout=False) as bar:
        task = bar.add_task(doing, total=total)
        for count, one in enumerate(things, 1):
            bar.update(task, completed=done(count, one))
            yield one
