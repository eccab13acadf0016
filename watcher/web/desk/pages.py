"""The table of pages: a new one is a file beside this and a row here."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter

from watcher.people.roles import DESK, Role
from watcher.web.desk import (
    account,
    alert_acts,
    alerts,
    assessments,
    audit,
    board,
    client_notices,
    client_outlook,
    clients,
    event,
    events,
    first_account,
    indicators,
    items,
    maps,
    new_version,
    notice_acts,
    notices,
    oncall,
    people,
    proposals,
    reading,
    rule_editor,
    scenarios,
    scorecard,
    signing_in,
    signing_in_elsewhere,
    sources,
    tokens,
)
from watcher.web.languages import words
from watcher.web.menu import MenuEntry
from watcher.web.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The routes of one page, and where it stands in the menu, if it does."""

    router: Callable[[Site], APIRouter]
    menu: MenuEntry | None = None


_CLIENTS = frozenset({Role.CLIENT})
_OPERATORS = frozenset({Role.OPERATOR})

PAGES: tuple[Page, ...] = (
    Page(router=board.router, menu=MenuEntry(path="/", label=words("Board"), roles=DESK, letter="b")),
    Page(router=alerts.router, menu=MenuEntry(path="/alerts", label=words("Alerts"), roles=DESK, letter="a")),
    Page(router=alert_acts.router),
    Page(router=scenarios.router),
    Page(
        router=indicators.router,
        menu=MenuEntry(path="/indicators", label=words("Indicators"), roles=DESK, letter="w"),
    ),
    Page(router=maps.router, menu=MenuEntry(path="/map", label=words("Map"), roles=DESK, letter="m")),
    Page(router=notices.router, menu=MenuEntry(path="/notices", label=words("Notices"), roles=DESK, letter="n")),
    Page(router=notice_acts.router),
    Page(router=oncall.router, menu=MenuEntry(path="/oncall", label=words("On call"), roles=DESK, letter="o")),
    Page(router=sources.router, menu=MenuEntry(path="/sources", label=words("Sources"), roles=DESK, letter="s")),
    Page(router=scorecard.router, menu=MenuEntry(path="/scorecard", label=words("Scorecard"), roles=DESK, letter="r")),
    Page(router=audit.router, menu=MenuEntry(path="/audit", label=words("Audit"), roles=DESK, letter="u")),
    Page(router=events.router, menu=MenuEntry(path="/events", label=words("Events"), roles=DESK, letter="e")),
    Page(router=event.router),
    Page(router=items.router, menu=MenuEntry(path="/items", label=words("Reports"), roles=DESK, letter="i")),
    Page(
        router=assessments.router,
        menu=MenuEntry(path="/assessments", label=words("Assessments"), roles=DESK, letter="v"),
    ),
    Page(router=rule_editor.router),
    Page(router=new_version.router),
    Page(router=proposals.router),
    Page(router=people.router, menu=MenuEntry(path="/people", label=words("People"), roles=_OPERATORS, letter="p")),
    Page(router=tokens.router, menu=MenuEntry(path="/tokens", label=words("Tokens"), roles=_OPERATORS)),
    Page(router=clients.router, menu=MenuEntry(path="/clients", label=words("Clients"), roles=_OPERATORS)),
    Page(
        router=client_outlook.router, menu=MenuEntry(path="/client", label=words("Outlook"), roles=_CLIENTS, letter="o")
    ),
    Page(
        router=client_notices.router,
        menu=MenuEntry(path="/client/notices", label=words("Notices"), roles=_CLIENTS, letter="n"),
    ),
    Page(router=signing_in.router),
    Page(router=signing_in_elsewhere.router),
    Page(router=first_account.router),
    Page(router=account.router),
    Page(router=reading.router),
)
"""In the menu's order."""
