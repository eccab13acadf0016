"""``/client/notices``: what was released to a client. Everything comes out of one view of one client.

Nothing here asks for an id without saying whose it is, and no template leaves anything out: what is not the client's
never gets here. An unknown notice and another client's are the same answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from alerts.layouts.apart import OwnLayouts
from alerts.messages import parts, subject_lines
from alerts.messages.notice_words import HEADINGS
from watcher.people.roles import Role, Scope
from watcher.releasing.for_clients import SeenNotice, for_client, marking_of
from watcher.releasing.proof import zoned
from watcher.settings import Settings
from watcher.store import Connection
from watcher.web.desk.notices import pdf
from watcher.web.languages import words
from watcher.web.permissions import Permission
from watcher.web.refusals import NO_SUCH_PAGE, RefusedError
from watcher.web.site import Site
from watcher.web.visits import Needs, OfAClient, Visit

PAGE = 30
"""Notices on one page of the list."""

OF_A_CLIENT_ACTING = Permission(roles=frozenset({Role.CLIENT}), scope=Scope.ACT)
OfAClientActing = Annotated[Visit, Depends(Needs(OF_A_CLIENT_ACTING))]
"""A client who says that something arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One notice with its sections in the reader's language: heading and text."""

    seen: SeenNotice
    sections: tuple[tuple[str, str], ...]


def router(site: Site) -> APIRouter:
    """Return the routes, over what *site*'s plant has released."""
    routes = APIRouter()

    @routes.get("/client/notices")
    async def listed(visit: OfAClient, before: str = "") -> HTMLResponse:
        found = await site.read(_listed, site.plant.settings, visit.person.client, before)
        shown = found[:PAGE]
        last = shown[-1].notice if len(found) > PAGE else None
        return visit.page(
            "client_notices.html.j2",
            marking=marking_of(one.notice.marking for one in shown),
            found=shown,
            line=line_in(visit),
            account=visit.person.name,
            older=last.id if last is not None else "",
        )

    @routes.get("/client/notices/{key}")
    async def one(key: str, visit: OfAClient) -> HTMLResponse:
        lang, own = visit.language, site.plant.layouts
        found = await site.read(_read, site.plant.settings, visit.person.client, key, lang.code, lang.zone, own)
        if found is None:
            raise RefusedError(NO_SUCH_PAGE)
        return visit.page(
            "client_notice.html.j2",
            marking=found.seen.notice.marking,
            seen=found.seen,
            notice=found.seen.notice,
            sections=found.sections,
            subject=line_in(visit)(found.seen),
            receipt=found.seen.received_by(visit.person.name),
        )

    @routes.get("/client/notices/{key}/brief.pdf")
    async def printed(key: str, visit: OfAClient, lang: str = "") -> Response:
        wanted = lang if lang in ("en", "fr") else visit.language.code
        found = await site.read(_seen, site.plant.settings, visit.person.client, key, wanted)
        if found is None:
            raise RefusedError(NO_SUCH_PAGE)
        seen, spoken = found
        return await pdf(visit, zoned(seen.notice, visit.language.zone), lang=spoken, released=True)

    @routes.post("/client/notices/{key}/received")
    async def received(key: str, visit: OfAClientActing) -> Response:
        if not await site.write(_acknowledge, visit, key):
            raise RefusedError(NO_SUCH_PAGE)
        said = words("It is noted that you have it; whoever sent it sees that.")
        return visit.go(f"/client/notices/{key}", said=said)

    return routes


def line_in(visit: Visit) -> Callable[[SeenNotice], str]:
    """Return how a notice is named in a line of the visitor's language."""
    return lambda seen: subject_lines(seen.notice)[visit.language.code]


def _listed(connection: Connection, settings: Settings, client: str, before: str) -> tuple[SeenNotice, ...]:
    """Return a page of notices: those before one of the client's own, else the newest."""
    view = for_client(connection, settings, client)
    if view is None:
        return ()
    return view.notices(limit=PAGE + 1, before=before if view.notice(before) is not None else "")


def _seen(
    connection: Connection, settings: Settings, client: str, key: str, lang: str
) -> tuple[SeenNotice, str] | None:
    """Return the notice and the language, *lang* or another, in which its client reads it."""
    view = for_client(connection, settings, client)
    seen = view.notice(key) if view is not None else None
    return (seen, view.language(lang)) if view is not None and seen is not None else None


def _read(
    connection: Connection, settings: Settings, client: str, key: str, lang: str, zone: str, own: OwnLayouts | None
) -> Read | None:
    found = _seen(connection, settings, client, key, lang)
    if found is None:
        return None
    seen, spoken = found
    told = parts(zoned(seen.notice, zone), lang=spoken, own=own)
    return Read(seen=seen, sections=tuple((HEADINGS[spoken][name], text) for name, text in told.items()))


def _acknowledge(connection: Connection, visit: Visit, key: str) -> bool:
    view = for_client(connection, visit.site.plant.settings, visit.person.client)
    return view is not None and view.acknowledge(key, account=visit.person.name, now=visit.now)
