"""The table of pages: a new one is a file beside this and a row here."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter

from watcher.people.roles import DESK, Role
from watcher.web.desk import account, board, clients, first_account, people, reading, signing_in, tokens
from watcher.web.languages import words
from watcher.web.menu import MenuEntry
from watcher.web.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The routes of one page, and where it stands in the menu, if it does."""

    router: Callable[[Site], APIRouter]
    menu: MenuEntry | None = None


_OPERATORS = frozenset({Role.OPERATOR})

PAGES: tuple[Page, ...] = (
    Page(router=board.router, menu=MenuEntry(path="/", label=words("Board"), roles=DESK, letter="b")),
    Page(router=people.router, menu=MenuEntry(path="/people", label=words("People"), roles=_OPERATORS, letter="p")),
    Page(router=tokens.router, menu=MenuEntry(path="/tokens", label=words("Tokens"), roles=_OPERATORS)),
    Page(router=clients.router, menu=MenuEntry(path="/clients", label=words("Clients"), roles=_OPERATORS)),
    Page(router=signing_in.router),
    Page(router=first_account.router),
    Page(router=account.router),
    Page(router=reading.router),
)
"""In the menu's order."""
