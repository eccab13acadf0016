"""The clock of the levels: observed days since the assessment. It stands still while we are blind."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

_DAY = timedelta(days=1)
NEVER = datetime.max.replace(tzinfo=UTC)
"""Stands for a moment that the clock does not reach, as far as is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of time [start, end); an open end is ``None``."""

    start: datetime
    end: datetime | None = None

    def has(self, moment: datetime) -> bool:
        """Whether *moment* lies in it."""
        return self.start <= moment and (self.end is None or moment < self.end)


@dataclass(frozen=True, slots=True)
class Clock:
    """Days since the assessment's date on a clock that stops while we are blind."""

    start: datetime
    blind: tuple[Span, ...] = ()
    _gaps: tuple[tuple[datetime, datetime | None, timedelta], ...] = field(
        init=False, repr=False, compare=False, default=()
    )
    """Blind stretches from the start on, in order: begin, end, and what was lost before them."""

    def __post_init__(self) -> None:
        gaps: list[tuple[datetime, datetime | None, timedelta]] = []
        lost = timedelta()
        for span in merged(self.blind):
            begin = max(span.start, self.start)
            if span.end is not None and span.end <= begin:
                continue
            gaps.append((begin, span.end, lost))
            lost += (span.end - begin) if span.end is not None else timedelta()
        object.__setattr__(self, "_gaps", tuple(gaps))

    def days(self, moment: datetime) -> float:
        """Return the observed days from the start to *moment*; never negative."""
        lost = timedelta()
        if self._gaps:
            last = bisect_right(self._gaps, moment, key=_begin) - 1
            if last >= 0:
                begin, end, before = self._gaps[last]
                lost = before + ((moment if end is None else min(end, moment)) - begin)
        return max(0.0, (moment - self.start - lost) / _DAY)

    def moment(self, days: float) -> datetime:
        """Return the first moment at which the clock shows *days*, to the microsecond.

        That is :data:`NEVER` if it stands still for good before that, or beyond what a date can say.
        """
        try:
            found = self.start + timedelta(days=days)
            for begin, end, _ in self._gaps:
                if begin >= found:
                    break
                if end is None:
                    return NEVER
                found += end - begin
        except OverflowError:
            return NEVER
        return found


def _begin(gap: tuple[datetime, datetime | None, timedelta]) -> datetime:
    return gap[0]


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the same time as *spans*, in order and without overlap."""
    whole: list[Span] = []
    for span in sorted(spans, key=lambda s: s.start):
        last = whole[-1] if whole else None
        if last is None or (last.end is not None and last.end < span.start):
            whole.append(span)
        elif last.end is not None and (span.end is None or span.end > last.end):
            whole[-1] = Span(start=last.start, end=span.end)
    return tuple(whole)
