"""Drawing: one SVG picture on its way. Its colours are classes of ``desk.css``, so that it follows light and dark.

Text is always text: names and headlines are escaped whatever they hold.
"""

from collections.abc import Sequence
from typing import Self
from xml.etree import ElementTree as ET

from indicators.language.text import one_line


class Drawing:
    """A picture of so many units; ``{{ drawing }}`` in a template puts it into the page.

    *told* says in words what the picture shows, for whoever does not see it; without it the picture is decoration.
    One that *leads* has links in it, which an image could not have; one that *stretches* fills its box, whatever its
    shape. A *fluid* one is as wide as its box, *height* pixels high, its letters as large as any others: lengths along
    it are written in per cent (``x="40%"``).
    """

    def __init__(
        self,
        width: float,
        height: float,
        *,
        told: str = "",
        look: str = "",
        leads: bool = False,
        stretches: bool = False,
        fluid: bool = False,
    ) -> None:
        self.width, self.height = width, height
        box = {"width": "100%", "height": f"{height:g}"} if fluid else {"viewBox": f"0 0 {width:g} {height:g}"}
        self._root = ET.Element("svg", box)
        self._at = self._root
        if look:
            self._root.set("class", look)
        if stretches:
            self._root.set("preserveAspectRatio", "none")
        if told:
            self._root.set("role", "group" if leads else "img")
            self._root.set("aria-label", one_line(told))
        else:
            self._root.set("aria-hidden", "true")

    def add(self, tag: str, *, look: str = "", tip: str = "", **values: float | str) -> Self:
        """Add a shape: ``add("rect", look="band", x=1, y=2, width=3, height=4, tip="what it is")``."""
        told = {name.replace("_", "-"): _value(value) for name, value in values.items()}
        shape = ET.SubElement(self._at, tag, told | ({"class": look} if look else {}))
        if tip:
            ET.SubElement(shape, "title").text = one_line(tip)
        return self

    def text(self, x: float | str, y: float, text: str, *, look: str = "", anchor: str = "start") -> Self:
        """Write *text* with its left end (or its *anchor*) at a point."""
        place = {"x": _value(x), "y": _value(y), "text-anchor": anchor} | ({"class": look} if look else {})
        ET.SubElement(self._at, "text", place).text = one_line(text)
        return self

    def lines(self, x: float, y: float, lines: Sequence[tuple[str, str]], *, step: float) -> Self:
        """Write lines of (text, look) below each other, the first at a point; whoever hears them hears one text."""
        text = ET.SubElement(self._at, "text", {"x": _value(x), "y": _value(y)})
        for number, (told, look) in enumerate(lines):
            place = {"x": _value(x), "dy": _value(step if number else 0.0)} | ({"class": look} if look else {})
            piece = ET.SubElement(text, "tspan", place)
            piece.text, piece.tail = one_line(told), " "
        return self

    def link(self, href: str, *, told: str = "") -> Self:
        """Let what is added from now on lead to *href*, a path of ours, which *told* names; ``""`` ends that."""
        named = {"aria-label": one_line(told)} if told else {}
        self._at = ET.SubElement(self._root, "a", {"href": href} | named) if href else self._root
        return self

    def hatch(self, name: str, *, lean: int = 1) -> Self:
        """Make a pattern of slanting lines that ``fill=f"url(#{name})"`` paints with; *lean* -1: the other way."""
        defs = ET.SubElement(self._root, "defs")
        box = {"id": name, "width": "6", "height": "6", "patternUnits": "userSpaceOnUse"}
        made = ET.SubElement(defs, "pattern", box | {"patternTransform": f"rotate({45 * lean})"})
        ET.SubElement(made, "line", {"x1": "0", "y1": "0", "x2": "0", "y2": "6", "class": "hatch"})
        return self

    def __html__(self) -> str:
        """Return the picture as the page takes it: already escaped."""
        return ET.tostring(self._root, encoding="unicode")

    def __str__(self) -> str:
        return self.__html__()


def _value(value: float | str) -> str:
    return value if isinstance(value, str) else f"{round(value, 2):g}"
