"""Printing: what a narrow screen may do to a table."""

from io import StringIO

import pytest
from rich.console import Console

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
