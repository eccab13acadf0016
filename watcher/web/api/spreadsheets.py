"""Spreadsheets: rows as CSV that no spreadsheet program takes for formulas. The one writer of such tables."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

Cell = str | float | bool | datetime | None
"""What can stand in a cell. Numbers stay numbers; every text may come from a stranger."""

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a program reads as the beginning of a formula, in the wide letters of East Asian text too (I18)."""


def spreadsheet(columns: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> str:
    """Return *rows* as CSV (RFC 4180) under their *columns*. Times are ISO 8601; nothing is an empty cell.

    A text that begins as a formula does gets an apostrophe before it, which spreadsheets read as: this is text. Each
    text is quoted, so that no separator of another country's programs cuts it into cells.
    """
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in columns])
    return written.getvalue()


def _cell(value: Cell) -> str | float:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        text = value.replace("\0", "")
        return f"'{text}" if text.lstrip(" \ufeff").startswith(_BEGINS_A_FORMULA) or text[:1].isspace() else text
    return value
