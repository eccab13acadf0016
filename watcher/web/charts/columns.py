"""Columns: what became of an indicator's events, period by period. Pattern and place say it, not colour alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from watcher.showing.alarm_record import AlarmRecord, PeriodRecord
from watcher.web.charts.drawing import Drawing
from watcher.web.languages import Language, words

_TALL, _TOP, _LEFT, _DATES = 110.0, 8.0, 26.0, 20.0
_LABEL = 62
"""Units that a date takes with the air beside it."""

_WIDEST = 46.0

PARTS = (
    ("confirmed", words("confirmed by a person")),
    ("open", words("nobody has said")),
    ("rejected", words("rejected by a person")),
    ("refuted", words("refuted by reports")),
)
"""From the foot of a column up, with what each is called; what was false stands on top."""

_PATTERNS = {"rejected": 1, "refuted": -1}
"""The parts that are hatched, and which way the lines lean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """Where columns stand: ``step`` is the room of one, ``unit`` the height of one event."""

    step: float
    unit: float
    foot: float

    def x(self, number: int) -> float:
        return _LEFT + number * self.step

    @property
    def wide(self) -> float:
        return min(self.step * 0.7, _WIDEST)


def columns(periods: Sequence[PeriodRecord], *, lang: Language, width: float, name: str) -> Drawing:
    """Return one column for each of *periods*; *name* keeps its patterns apart from those of other drawings."""
    most = max((one.record.events for one in periods), default=0)
    drawing = Drawing(width, _TOP + _TALL + _DATES, told=_told(periods, lang), look="chart columns-chart")
    for part, lean in _PATTERNS.items():
        drawing.hatch(f"{name}-{part}", lean=lean)
    ground = _Ground(step=(width - _LEFT) / max(len(periods), 1), unit=_TALL / max(most, 1), foot=_TOP + _TALL)
    for mark in sorted({0, most // 2, most}):
        y = ground.foot - mark * ground.unit
        drawing.add("line", look="grid", x1=_LEFT, x2=width, y1=y, y2=y)
        drawing.text(_LEFT - 5, y + 4, lang.number(mark), look="soft", anchor="end")
    every = -(-_LABEL // max(int(ground.step), 1))
    for number, one in enumerate(periods):
        _column(drawing, ground, number, one, lang, name)
        if number % every == 0:
            drawing.text(ground.x(number), ground.foot + 15, lang.short_day(_noon(one)), look="soft")
    return drawing


def _column(drawing: Drawing, ground: _Ground, number: int, one: PeriodRecord, lang: Language, name: str) -> None:
    y, x = ground.foot, ground.x(number)
    for part, count in _counts(one.record):
        tall = count * ground.unit
        y -= tall
        tip = f"{lang.day(one.start)}: {lang.says(dict(PARTS)[part])} {lang.number(count)}"
        _piece(drawing, part, name, (x, y, ground.wide, tall), tip)


def mark(part: str) -> Drawing:
    """Return how *part* of a column looks, for the list beside the drawing."""
    drawing = Drawing(14, 12)
    if part in _PATTERNS:
        drawing.hatch(f"mark-{part}", lean=_PATTERNS[part])
    _piece(drawing, part, "mark", (1, 1, 12, 10), "")
    return drawing


def _piece(drawing: Drawing, part: str, name: str, box: tuple[float, float, float, float], tip: str) -> None:
    x, y, width, height = box
    if part in _PATTERNS:
        drawing.add("rect", x=x, y=y, width=width, height=height, fill=f"url(#{name}-{part})", tip=tip)
    look = "frame" if part in _PATTERNS else f"part-{part}"
    drawing.add("rect", look=look, x=x, y=y, width=width, height=height, tip=tip)


def _counts(record: AlarmRecord) -> Iterator[tuple[str, int]]:
    yield from ((part, count) for part, _ in PARTS if (count := getattr(record, part)))


def _noon(one: PeriodRecord) -> datetime:
    """Return a moment of the period's first day that is on this day on any reader's clocks."""
    return datetime.combine(one.start, time(12), tzinfo=UTC)


def _told(periods: Sequence[PeriodRecord], lang: Language) -> str:
    told = [
        f"{lang.day(one.start)} "
        + ", ".join(f"{lang.says(dict(PARTS)[part])} {lang.number(count)}" for part, count in _counts(one.record))
        for one in periods
        if one.record.events
    ]
    return "; ".join(told[-12:]) if told else lang.says("No event in this time.")
