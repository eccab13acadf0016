"""Tables of commands: a text in a cell is text, wherever it came from, and never markup of the console's."""

from typing import Any

from rich.table import Table
from rich.text import Text


class PlainTable(Table):
    """A table whose cells stand as they are given; what is to have a colour is given as a ``Text``."""

    def add_row(self, *cells: Any, **more: Any) -> None:
        """Add a row, as :meth:`rich.table.Table.add_row` does."""
        super().add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in cells), **more)
