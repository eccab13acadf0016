"""MenuEntry: where a page stands in the menu, and for whom."""

from dataclasses import dataclass

from watcher.people.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuEntry:
    """One line of the menu. ``label`` is a fixed text; ``letter`` goes there after ``g`` on the keyboard."""

    path: str
    label: str
    roles: frozenset[Role]
    letter: str = ""
