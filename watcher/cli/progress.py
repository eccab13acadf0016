"""How commands show how far a long reading is: on standard error, and only where somebody looks."""

from collections.abc import Iterable
from typing import TypeVar

_T = TypeVar("_T")

LONG = 2_000
"""Things; fewer are read at once."""


def with_progress(things: Iterable[_T], total: int) -> Iterable[_T]:
    """Return *things*, of which there are *total*, with a bar that grows while they are read."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    if not console.is_terminal or total < LONG:
        return things
    return track(things, description="Reading items", total=total, console=console, transient=True)
