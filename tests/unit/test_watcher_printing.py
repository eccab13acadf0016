"""Printing: what a narrow screen may do to a table."""

from io import StringIO

import pytest
from rich.console import Console

from indicators.levels import Level
from indicators.outlooks.turning import Change
from watcher.cli.outlook import _change
from watcher.cli.printing import new_table

EVENT = "b61e184a"
TITLE = "Convoy ambushed near Kolokani, twelve soldiers are missing"


@pytest.mark.parametrize("width", [80, 60])
def test_a_narrow_screen_cuts_nothing_off(width: int) -> None:
    """The id that the next command asks for stands whole, in one line, and no word of the rest is lost."""
    columns = ("id", "day", "indicator", "place", "grade", "counts", "reports", "decided", "title")
    table = new_table(*columns, title="Events")
    table.add_row(EVENT, "2026-01-10", "convoy_attack_bamako", "Kolokani", "C3", "0.83", "2 (wire)", "-", TITLE)
    page = StringIO()
    Console(file=page, width=width).print(table)
    assert EVENT in page.getvalue()
    assert "…" not in page.getvalue()


def test_what_fades_is_not_said_as_quiet_to_quiet() -> None:
    """An indicator below its first level can still carry a figure: what would change our mind is that it fades."""
    assert _change(Change(indicator="gunfire", before=Level.QUIET, level=Level.QUIET)).endswith("fades away")
    assert _change(Change(indicator="gunfire", before=Level.LEVEL_2, level=Level.QUIET)) == "gunfire level 2 -> quiet"
