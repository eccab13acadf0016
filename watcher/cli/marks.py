"""How commands show the words that a rule found: in colour where there is one, in brackets elsewhere."""

from typing import TYPE_CHECKING

from watcher.cli.printing import screen

if TYPE_CHECKING:
    from rich.text import Text

    from watcher.workbench.excerpts import Excerpt

MARKED = "bold black on yellow"


def marked(excerpt: "Excerpt", *, colours: bool | None = None) -> "Text":
    """Return *excerpt* ready to print, its found words marked; *colours* says how, by default the screen does."""
    from rich.text import Text

    if colours is None:
        console = screen()
        colours = console.is_terminal and console.color_system is not None
    if not colours:
        return Text(excerpt.marked())
    shift = len(excerpt.marked("", "")) - len(excerpt.text) - (2 if excerpt.cut[1] else 0)
    text = Text(excerpt.marked("", ""))
    for start, end in excerpt.marks:
        text.stylize(MARKED, start + shift, end + shift)
    return text
