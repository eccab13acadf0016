"""Both lines of a scenario as one small SVG file: no script, no font, no address from outside."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from indicators.decisions import MoveDecision
    from watcher.showing.history import History

WIDTH, HEIGHT = 900, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 190, 20, 60, 80
_INK, _PALE, _MACHINE, _ANALYST, _LATE = "#222222", "#f1efe9", "#1f6fb2", "#c2410c", "#6b7280"
_STYLE = {"font-family": "sans-serif", "font-size": "12", "fill": _INK}
_NAMESPACE = "http://www.w3.org/2000/svg"


def svg(history: "History") -> str:
    """Return the drawing as text. Names and reasons are text in it, whatever they hold."""
    root = ET.Element("svg", {"xmlns": _NAMESPACE, "viewBox": f"0 0 {WIDTH} {HEIGHT}", "role": "img"})
    drawn = _Drawing(root, history)
    _say(root, "title", f"{history.key}: {history.name}")
    ET.SubElement(root, "rect", {"width": str(WIDTH), "height": str(HEIGHT), "fill": "#ffffff"})
    drawn.text(_LEFT, 22, history.name, size="15")
    drawn.text(_LEFT, 42, f"{history.key}, {history.assessment}; moves: {history.moves_are}", fill=_LATE)
    drawn.bands()
    drawn.steps([(f.at, f.p) for f in history.machine], stroke=_MACHINE, width="1.6", last=history.judged)
    drawn.steps([(p.at, p.p) for p in history.analyst], stroke=_ANALYST, width="2.2", dash="7 3", last=history.until)
    drawn.marks()
    drawn.legend()
    return ET.tostring(root, encoding="unicode") + "\n"


def _say(parent: ET.Element, tag: str, text: str) -> None:
    from indicators.language.text import one_line

    ET.SubElement(parent, tag).text = one_line(text)


class _Drawing:
    """The drawing on its way: where moments and probabilities lie on the page."""

    def __init__(self, root: ET.Element, history: "History") -> None:
        self._root, self._history = root, history

    def x(self, at: datetime) -> float:
        """Where *at* lies from the left; what is outside lies on the edge."""
        whole = self._history.until - self._history.since
        share = (at - self._history.since) / whole if whole else 0.0
        return round(_LEFT + min(1.0, max(0.0, share)) * (WIDTH - _LEFT - _RIGHT), 1)

    def y(self, p: float) -> float:
        """Where *p* lies from the top."""
        return round(_TOP + (1 - p) * (HEIGHT - _TOP - _BOTTOM), 1)

    def text(self, x: float, y: float, text: str, *, size: str = "12", fill: str = _INK, anchor: str = "start") -> None:
        """Write *text* with its left (or the *anchor*) at a point."""
        from indicators.language.text import one_line

        look = _STYLE | {"font-size": size, "fill": fill, "text-anchor": anchor}
        ET.SubElement(self._root, "text", {"x": str(x), "y": str(y)} | look).text = one_line(text)

    def bands(self) -> None:
        """Draw the terms as stripes, with their names and edges, and the dates at both ends."""
        for number, band in enumerate(self._history.scale):
            top, bottom = self.y(band.high), self.y(band.low)
            box = {"x": str(_LEFT), "y": str(top), "width": str(WIDTH - _LEFT - _RIGHT)}
            box |= {"height": str(round(bottom - top, 1)), "fill": _PALE if number % 2 else "#ffffff"}
            ET.SubElement(self._root, "rect", box)
            self.text(_LEFT - 8, (top + bottom) / 2 + 4, band.spelled(), size="11", anchor="end", fill=_LATE)
        low = HEIGHT - _BOTTOM + 34
        self.text(_LEFT, low, f"{self._history.since:%Y-%m-%d}")
        self.text(WIDTH - _RIGHT, low, f"{self._history.until:%Y-%m-%d}", anchor="end")

    def steps(
        self, points: Sequence[tuple[datetime, float]], *, stroke: str, width: str, last: datetime, dash: str = ""
    ) -> None:
        """Draw a line that stands at each point until the next one, and until *last*."""
        path: list[str] = []
        for at, p in points:
            path += [f"H{self.x(at)}", f"V{self.y(p)}"] if path else [f"M{self.x(at)},{self.y(p)}"]
        if path:
            path.append(f"H{self.x(max(last, points[-1][0]))}")
            look = {"fill": "none", "stroke": stroke, "stroke-width": width}
            look |= {"stroke-dasharray": dash} if dash else {}
            ET.SubElement(self._root, "path", {"d": " ".join(path)} | look)

    def marks(self) -> None:
        """Mark moves, decisions, rulings and events, each with what it is as its tooltip."""
        base = HEIGHT - _BOTTOM
        for move in self._history.moves:
            x, y, up = self.x(move.at), self.y(move.after), -6 if move.rising else 6
            told = f"move {move.id[:8]}, {move.at:%Y-%m-%d %H:%M} UTC: {', '.join(r.told for r in move.reasons)}"
            self._mark("path", {"d": f"M{x},{y + up} L{x - 5},{y - up} L{x + 5},{y - up} Z", "fill": _MACHINE}, told)
        for decision in self._history.decisions:
            x, y = self.x(decision.at), base + 14
            shape = {"d": f"M{x},{y - 6} L{x + 6},{y} L{x},{y + 6} L{x - 6},{y} Z", "fill": _ANALYST}
            self._mark("path", shape, _told(decision))
        for ruling in self._history.rulings:
            x = self.x(ruling.at)
            line = {"x1": str(x), "x2": str(x), "y1": str(_TOP), "y2": str(base), "stroke": _INK}
            told = f"ruling by {ruling.who}, {ruling.at:%Y-%m-%d %H:%M} UTC: {ruling.why}"
            self._mark("line", line | {"stroke-dasharray": "2 3"}, told)
        for event in self._history.events:
            x = self.x(event.when)
            tick = {"x1": str(x), "x2": str(x), "y1": str(base), "y2": str(base + 6), "stroke": _LATE}
            self._mark("line", tick, f"{event.indicator}, {event.day}, {event.grade}")

    def _mark(self, tag: str, look: dict[str, str], told: str) -> None:
        _say(ET.SubElement(self._root, tag, look), "title", told)

    def legend(self) -> None:
        """Say which line is whose; the words carry it, not the colours alone."""
        y = HEIGHT - 16
        for x, stroke, dash, told in ((_LEFT, _MACHINE, "", "machine"), (_LEFT + 110, _ANALYST, "7 3", "analyst")):
            line = {"x1": str(x), "x2": str(x + 28), "y1": str(y - 4), "y2": str(y - 4), "stroke": stroke}
            ET.SubElement(
                self._root, "line", line | {"stroke-width": "2"} | ({"stroke-dasharray": dash} if dash else {})
            )
            self.text(x + 34, y, told)
        self.text(_LEFT + 220, y, "triangle: move   diamond: decision   tick: event   dotted: ruling", fill=_LATE)


def _told(decision: "MoveDecision") -> str:
    told = f" {decision.p:.2f}" if decision.p is not None else ""
    return f"{decision.kind}{told} by {decision.who}, {decision.at:%Y-%m-%d %H:%M} UTC: {decision.why}"
