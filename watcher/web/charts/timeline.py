"""Timeline: the machine's line and the analyst's line of one scenario, above the terms, with what happened to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from indicators.decisions import MoveDecisionKind
from watcher.showing.history import History
from watcher.web.charts.axis import Axis
from watcher.web.charts.drawing import Drawing
from watcher.web.languages import Language

_TOP, _MARKS, _DATES = 8.0, 26.0, 22.0
_EVENT_WIDE = 3.0
"""Ticks of events nearer than this are one tick."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """A drawing's width and height in units, and the room at its left for the figures."""

    width: float
    height: float
    left: float = 40.0

    @property
    def bottom(self) -> float:
        """Where probability 0 lies."""
        return self.height - _MARKS - _DATES


WIDE = Size(width=960, height=390)
NARROW = Size(width=380, height=350, left=34.0)
"""For a phone: the same with less room, so that its words stay legible."""


def timeline(history: History, size: Size, *, names: Mapping[str, str], lang: Language) -> Drawing:
    """Return both lines of *history*, with moves as triangles, decisions as diamonds, events as ticks below."""
    drawing = Drawing(size.width, size.height, told=_told(history, names, lang), look="chart")
    axis = Axis(since=history.since, until=history.until, left=size.left, right=size.width - 6)
    _bands(drawing, history, size, lang)
    axis.write(drawing, top=_TOP, bottom=size.height - _DATES, lang=lang)
    drawing.add("path", look="line", d=_steps([(f.at, f.p) for f in history.machine], axis, size, history.judged))
    drawing.add("path", look="line2", d=_steps([(p.at, p.p) for p in history.analyst], axis, size, history.until))
    _words(drawing, history, size, lang)
    _marks(drawing, history, axis, size, lang)
    return drawing


def _y(p: float, size: Size) -> float:
    return round(_TOP + (1 - p) * (size.bottom - _TOP), 1)


def _bands(drawing: Drawing, history: History, size: Size, lang: Language) -> None:
    stands = history.machine[-1].p if history.machine else 0.0
    for number, band in enumerate(history.scale):
        top, bottom = _y(band.high, size), _y(band.low, size)
        look = "band here" if band.low <= stands < band.high else f"band b{number % 2}"
        drawing.add(
            "rect", look=look, x=size.left, y=top, width=size.width - 6 - size.left, height=bottom - top,
            tip=band.spelled(lang.code),
        )  # fmt: skip


def _words(drawing: Drawing, history: History, size: Size, lang: Language) -> None:
    """Write the terms and their edges; after the lines, so that each word has its own ground."""
    for band in history.scale:
        top, bottom = _y(band.high, size), _y(band.low, size)
        if bottom - top >= 15:  # noqa: PLR2004 - the height of a word
            drawing.text(size.left + 5, (top + bottom) / 2 + 4, band.term(lang.code), look="soft term")
        if band.low > 0:
            drawing.text(size.left - 5, bottom + 4, f"{100 * band.low:.0f} %", look="soft term", anchor="end")


def _steps(points: Sequence[tuple[datetime, float]], axis: Axis, size: Size, last: datetime) -> str:
    """A line that stands at each point until the next one, and until *last*."""
    path: list[str] = []
    for at, p in points:
        x, y = axis.x(at), _y(p, size)
        path.append(f"H{x:g}V{y:g}" if path else f"M{x:g},{y:g}")
    if path:
        path.append(f"H{axis.x(max(last, points[-1][0])):g}")
    return "".join(path) or "M0,0"


def _marks(drawing: Drawing, history: History, axis: Axis, size: Size, lang: Language) -> None:
    low = size.bottom
    for ruling in history.rulings:
        x = axis.x(ruling.at)
        told = f"{lang.moment(ruling.at)}, {ruling.who}: {ruling.why}"
        drawing.add("line", look="ruling", x1=x, x2=x, y1=_TOP, y2=low, tip=told)
    for x, told in _ticks(history, axis, lang):
        drawing.add("rect", look="tick", x=x - 1, y=low + 3, width=2, height=8, tip=told)
    for move in history.moves:
        x, y, up = axis.x(move.at), _y(move.after, size), -6 if move.rising else 6
        told = f"{lang.moment(move.at)}: {lang.percent(move.before)} → {lang.percent(move.after)}"
        drawing.add("path", look="move", d=f"M{x:g},{y + up:g}L{x - 6:g},{y - up:g}H{x + 6:g}Z", tip=told)
    for decision in history.decisions:
        if decision.kind is not MoveDecisionKind.WITHDRAW:
            x, y = axis.x(decision.at), low + 18
            told = f"{lang.moment(decision.at)}, {decision.who}: {decision.why}"
            drawing.add("path", look="decision", d=f"M{x:g},{y - 6:g}l6,6l-6,6l-6,-6Z", tip=told)


def _ticks(history: History, axis: Axis, lang: Language) -> list[tuple[float, str]]:
    """Return where events are marked, and what of: those too near to be told apart are one mark."""
    found: list[tuple[float, list[str]]] = []
    for event in sorted(history.events, key=lambda e: e.when):
        x, told = axis.x(event.when), f"{lang.day(event.day)} {event.indicator} {event.grade}"
        if found and x - found[-1][0] < _EVENT_WIDE:
            found[-1][1].append(told)
        else:
            found.append((x, [told]))
    return [(x, "; ".join(told[:5]) + ("…" if len(told) > 5 else "")) for x, told in found]  # noqa: PLR2004 - a few


def _told(history: History, names: Mapping[str, str], lang: Language) -> str:
    machine, analyst = history.machine, history.analyst
    first, last = (machine[0].p, machine[-1].p) if machine else (analyst[0].p, analyst[-1].p)
    return lang.says(
        "%(name)s from %(since)s to %(until)s. The machine's line: %(first)s to %(last)s. The analyst's line ends at "
        "%(analyst)s. Moves: %(moves)s. Every move and decision stands in the list below.",
        name=lang.name(names),
        since=lang.day(history.since),
        until=lang.day(history.until),
        first=lang.percent(first),
        last=lang.percent(last),
        analyst=lang.percent(analyst[-1].p) if analyst else "–",
        moves=len(history.moves),
    )
