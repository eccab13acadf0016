"""Axis: where moments lie from left to right in a drawing, and which days are written below it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.web.charts.drawing import Drawing
from watcher.web.languages import Language

_STEPS = (1, 2, 7, 14, 30, 61, 91, 182, 365)
"""Days from one written date to the next; the first is taken by which no more are written than there is room for."""

_LABEL = 64
"""Units that a date takes with the air beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Time from *since* at ``left`` to *until* at ``right``, in units of the drawing."""

    since: datetime
    until: datetime
    left: float
    right: float

    def x(self, at: datetime) -> float:
        """Where *at* lies; what is outside lies on the edge."""
        whole = (self.until - self.since).total_seconds()
        share = (at - self.since).total_seconds() / whole if whole > 0 else 1.0
        return round(self.left + min(1.0, max(0.0, share)) * (self.right - self.left), 1)

    def days(self) -> Iterator[datetime]:
        """Yield the moments that are written, the first and none too near the last."""
        room = max(1, int((self.right - self.left) / _LABEL))
        length = (self.until - self.since) / timedelta(days=1)
        step = next((s for s in _STEPS if length / s <= room), max(_STEPS[-1], length / room))
        at = self.since
        while at <= self.until:
            yield at
            at += timedelta(days=step)

    def write(self, drawing: Drawing, *, top: float, bottom: float, lang: Language) -> None:
        """Write the dates below *bottom*, each with a line up to *top*."""
        for at in self.days():
            x = self.x(at)
            drawing.add("line", look="grid", x1=x, x2=x, y1=top, y2=bottom)
            anchor = "start" if x < self.left + _LABEL / 2 else "end" if x > self.right - _LABEL / 2 else "middle"
            drawing.text(x, bottom + 15, lang.short_day(at), look="soft", anchor=anchor)
