"""Tie graph: one line of an outlook among those it hangs together with; what bears on it before it, the rest after.

An arrow goes from what happens to what that changes. On it stands what it does now: ×1.4 multiplies the odds, ≤ and ≥
are bounds, read in the arrow's direction.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from textwrap import wrap

from watcher.showing.line_dossier import Tie, TieKind
from watcher.web.charts.drawing import Drawing
from watcher.web.languages import Language

WIDE, NARROW = 960.0, 320.0

_LINE, _PAD, _GAP, _LETTER = 16.0, 8.0, 12.0, 6.6
_BOX = 250.0
_SPINE, _INDENT = 8.0, 68.0
"""Where, in a narrow drawing, the line goes down along the boxes, and how far these stand off."""

_SIGNS = {TieKind.FLOOR: "≤", TieKind.CEILING: "≥"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One line of the outlook in the drawing: ``href`` is empty for the one that is looked at."""

    name: str
    figure: str
    href: str = ""
    sign: str = ""
    is_bound: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Box:
    node: Node
    x: float
    y: float
    width: float

    @property
    def lines(self) -> list[str]:
        return wrap(self.node.name, max(int((self.width - 2 * _PAD) / _LETTER), 8)) or [""]

    @property
    def tall(self) -> float:
        return 2 * _PAD + _LINE * (len(self.lines) + 1)

    @property
    def middle(self) -> float:
        return self.y + self.tall / 2


def nodes_of(ties: Iterable[Tie], *, leads_to: Callable[[str], str], lang: Language) -> tuple[Node, ...]:
    """Return the other ends of *ties*, each once, with all that its arrow says; *leads_to* gives a line's address."""
    found: dict[str, Node] = {}
    for tie in ties:
        sign = _SIGNS.get(tie.kind, f"×{lang.number(math.exp(tie.nats), 2)}" if tie.nats else "")
        is_bound, before = tie.kind is not TieKind.LINK, found.get(tie.key)
        found[tie.key] = Node(
            name=lang.name(tie.name),
            figure=lang.percent(tie.p),
            href=leads_to(tie.key),
            sign=f"{before.sign} {sign}".strip() if before is not None else sign,
            is_bound=is_bound and (before is None or before.is_bound),
        )
    return tuple(found.values())


def tie_graph(here: Node, above: Sequence[Node], below: Sequence[Node], *, width: float, lang: Language) -> Drawing:
    """Return *here* between what bears on it and what it bears on: side by side, or on a phone below each other."""
    told = lang.says(
        "What bears on it: %(above)s. What it bears on: %(below)s.",
        above=", ".join(one.name for one in above) or "–",
        below=", ".join(one.name for one in below) or "–",
    )
    return _beside(here, above, below, width, told) if width > _BOX * 3 else _under(here, above, below, width, told)


def _beside(here: Node, above: Sequence[Node], below: Sequence[Node], width: float, told: str) -> Drawing:
    before, after = _stacked(above, 1, _BOX), _stacked(below, width - _BOX - 1, _BOX)
    middle = _Box(node=here, x=(width - _BOX) / 2, y=1, width=_BOX)
    tall = max(_foot(before), _foot(after), middle.tall + 1)
    before, after = _sunk(before, (tall - _foot(before)) / 2), _sunk(after, (tall - _foot(after)) / 2)
    middle = _Box(node=here, x=middle.x, y=(tall - middle.tall) / 2, width=_BOX)
    drawing = Drawing(width, tall + 2, told=told, look="chart ties", leads=True)
    for box in before:
        _arrow(drawing, box.node, (box.x + box.width, box.middle), (middle.x, middle.middle))
    for box in after:
        _arrow(drawing, box.node, (middle.x + middle.width, middle.middle), (box.x, box.middle))
    return _drawn(drawing, (*before, middle, *after))


def _under(here: Node, above: Sequence[Node], below: Sequence[Node], width: float, told: str) -> Drawing:
    wide = width - _INDENT - 2
    before = _stacked(above, _INDENT, wide)
    middle = _Box(node=here, x=1, y=_foot(before) + (2 * _GAP if before else 1), width=width - 2)
    after = _sunk(_stacked(below, _INDENT, wide), middle.y + middle.tall + 2 * _GAP)
    drawing = Drawing(width, max(_foot(after), middle.y + middle.tall) + 2, told=told, look="chart ties", leads=True)
    for box in before:
        _line(drawing, box.node, f"M{box.x:g},{box.middle:g}H{_SPINE:g}V{middle.y - 6:g}")
        _sign(drawing, box.node, (_SPINE + box.x) / 2, box.middle - 5)
    if before:
        _head(drawing, (_SPINE, middle.y), 90)
    for box in after:
        _line(drawing, box.node, f"M{_SPINE:g},{middle.y + middle.tall:g}V{box.middle:g}H{box.x - 6:g}")
        _sign(drawing, box.node, (_SPINE + box.x) / 2, box.middle - 5)
        _head(drawing, (box.x, box.middle), 0)
    return _drawn(drawing, (*before, middle, *after))


def _stacked(nodes: Sequence[Node], x: float, width: float) -> tuple[_Box, ...]:
    found: list[_Box] = []
    for node in nodes:
        found.append(_Box(node=node, x=x, y=_foot(found) + _GAP if found else 1, width=width))
    return tuple(found)


def _sunk(boxes: Sequence[_Box], by: float) -> tuple[_Box, ...]:
    return tuple(_Box(node=box.node, x=box.x, y=box.y + by, width=box.width) for box in boxes)


def _foot(boxes: Sequence[_Box]) -> float:
    return boxes[-1].y + boxes[-1].tall if boxes else 0.0


def _arrow(drawing: Drawing, node: Node, start: tuple[float, float], end: tuple[float, float]) -> None:
    lean = math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))
    _line(drawing, node, f"M{start[0]:g},{start[1]:g}L{end[0]:g},{end[1]:g}")
    _head(drawing, end, lean)
    _sign(drawing, node, (start[0] + end[0]) / 2, (start[1] + end[1]) / 2 - 5)


def _line(drawing: Drawing, node: Node, way: str) -> None:
    drawing.add("path", look="tie-bound" if node.is_bound else "tie-link", d=way)


def _head(drawing: Drawing, at: tuple[float, float], lean: float) -> None:
    turned = f"translate({at[0]:g} {at[1]:g}) rotate({lean:.1f})"
    drawing.add("path", look="tie-head", d="M0,0L-8,-4V4Z", transform=turned)


def _sign(drawing: Drawing, node: Node, x: float, y: float) -> None:
    if node.sign:
        drawing.text(x, y, node.sign, look="tie-sign", anchor="middle")


def _drawn(drawing: Drawing, boxes: Sequence[_Box]) -> Drawing:
    for box in boxes:
        drawing.link(box.node.href)
        look = "tie-box" if box.node.href else "tie-box here"
        drawing.add("rect", look=look, x=box.x, y=box.y, width=box.width, height=box.tall, rx=5)
        told = [*((line, "tie-name") for line in box.lines), (box.node.figure, "tie-figure")]
        drawing.lines(box.x + _PAD, box.y + _PAD + _LINE - 4, told, step=_LINE)
        drawing.link("")
    return drawing
