"""Both lines of a scenario as plain characters: the bands on the left, time to the right, marks below."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.showing.history import History

ROWS = 20
"""Rows of the plot: one for each five points."""
COLUMNS = 72

MACHINE, ANALYST, BOTH = "·", "#", "*"
_MOVE_UP, _MOVE_DOWN, _DECISION, _EVENT, _RULING = "▲", "▼", "D", "e", "R"
LEGEND = (
    f"{MACHINE} machine   {ANALYST} analyst   {BOTH} both   - edge of a term   {_MOVE_UP}{_MOVE_DOWN} move   "
    f"{_DECISION} decision   {_EVENT} event   {_RULING} ruling"
)


def plot(history: "History") -> list[str]:
    """Return the lines of text that draw *history*: the plot, its marks, and the dates at both ends."""
    machine = heights([(f.at, f.p) for f in history.machine], history, last=history.judged)
    analyst = heights([(p.at, p.p) for p in history.analyst], history, last=history.until)
    edges = {_row(band.low): band for band in history.scale if band.low > 0}
    drawn: list[str] = []
    for row in reversed(range(ROWS)):
        cells = [_cell(m == row, a == row, edge=row in edges) for m, a in zip(machine, analyst, strict=True)]
        share = f"{100 * row // ROWS:>3} %" if row % 4 == 0 else "     "
        name = edges[row].terms["en"] if row in edges else ""
        drawn.append(f"{name:>20} {share} |{''.join(cells)}")
    first, last = f"{history.since:%Y-%m-%d}", f"{history.until:%Y-%m-%d}"
    gap = " " * (COLUMNS - len(first) - len(last))
    margin = " " * len(f"{'':>20} {'':5} |")
    return [*drawn, *(margin + marks for marks in _marks(history)), margin + first + gap + last]


def heights(points: Sequence[tuple[datetime, float]], history: "History", *, last: datetime) -> list[int | None]:
    """Return the row at which a line stands at the end of each column; ``None`` before it begins and after *last*."""
    step = (history.until - history.since) / COLUMNS
    found: list[int | None] = []
    for column in range(COLUMNS):
        begin = history.since + column * step
        end = history.until if column == COLUMNS - 1 else begin + step
        known = [p for at, p in points if at <= end and begin <= last]
        found.append(_row(known[-1]) if known else None)
    return found


def _row(p: float) -> int:
    return min(ROWS - 1, int(p * ROWS + 1e-9))


def _cell(machine: bool, analyst: bool, *, edge: bool) -> str:
    if machine and analyst:
        return BOTH
    if analyst:
        return ANALYST
    return MACHINE if machine else "-" if edge else " "


def _marks(history: "History") -> Iterable[str]:
    moves = [(m.at, _MOVE_UP if m.rising else _MOVE_DOWN) for m in history.moves]
    decided = [(d.at, _DECISION) for d in history.decisions]
    ruled = [(r.at, _RULING) for r in history.rulings]
    events = [(e.when, _EVENT) for e in history.events]
    for marks in (moves, decided, ruled, events):
        if marks:
            cells = [" "] * COLUMNS
            for at, mark in marks:
                cells[_column(at, history)] = mark
            yield "".join(cells).rstrip()


def _column(at: datetime, history: "History") -> int:
    whole = history.until - history.since
    share = (at - history.since) / whole if whole else 0.0
    return min(COLUMNS - 1, max(0, int(share * COLUMNS)))
