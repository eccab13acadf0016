"""``/sign-in`` and ``/sign-out``."""

import math
from datetime import datetime, timedelta
from http import HTTPStatus

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from watcher.people import accounts, beginning, id_tokens, passwords, sessions, throttle
from watcher.people.roles import Role
from watcher.people.secrets import digest_of
from watcher.store import Connection
from watcher.store import accounts as account_store
from watcher.store import sessions as session_store
from watcher.store.accounts import AccountRow
from watcher.web import cookies
from watcher.web.forms import read_form
from watcher.web.languages import words
from watcher.web.origins import own_path
from watcher.web.permissions import Open, open_to_all
from watcher.web.rendering import render
from watcher.web.site import Site
from watcher.web.strangers import check_host, stranger
from watcher.web.visits import Anybody

log = structlog.get_logger(__name__)


def router(site: Site) -> APIRouter:
    """Return the routes, over the accounts of *site*'s plant."""
    routes = APIRouter()

    @routes.get("/sign-in", dependencies=open_to_all(Open.SIGNING_IN))
    async def ask(request: Request, next: str = "/") -> Response:  # noqa: A002 - the name in the address
        check_host(site, request)
        if await site.read(beginning.is_new):
            return RedirectResponse("/first-account", HTTPStatus.SEE_OTHER)
        return form(site, request, next=own_path(next))

    @routes.post("/sign-in", dependencies=open_to_all(Open.SIGNING_IN))
    async def sign_in(request: Request) -> Response:
        check_host(site, request)
        sent = await read_form(request)
        name, back = accounts.tidy(sent.text("name")), own_path(sent.raw("next"))
        address = request.client.host if request.client is not None else ""
        wait = await site.write(lambda c: throttle.charge(c, name, address, now=site.plant.now()))
        if wait:
            return _refused(site, request, name=name, next=back, wait=wait)
        row = await site.read(account_store.get, name)
        opens = row is not None and accounts.person(row, site.plant.settings) is not None
        fits = await site.slowly(
            passwords.fits, sent.raw("password"), row.password if row is not None and opens else ""
        )
        if row is None or not fits:
            log.warning("sign-in refused", account=name if row is not None else "unknown")
            return _refused(site, request, name=name, next=back)
        old = cookies.session_of(request, secure=site.is_secure)
        secret = await site.write(_begin, site, row, address, old, site.plant.now())
        return let_in(site, row, secret, back=back)

    @routes.post("/sign-out")
    async def sign_out(request: Request, visit: Anybody) -> Response:
        secret = cookies.session_of(request, secure=site.is_secure)
        await site.write(lambda c: sessions.end(c, secret, by=visit.person.name, now=visit.now))
        answer = visit.go("/sign-in", said=words("You are signed out."))
        cookies.drop_session(answer, secure=site.is_secure)
        return answer

    return routes


def let_in(site: Site, row: AccountRow, secret: str, *, back: str) -> Response:
    """Give the browser the session of *row* that :func:`begin` made, and send it to *back*, which is a path of ours."""
    begins = "/client" if row.role == Role.CLIENT and back == "/" else back
    answer = RedirectResponse(begins, HTTPStatus.SEE_OTHER)
    cookies.set_session(answer, secret, lasts=site.web.session_ends, secure=site.is_secure)
    return answer


def begin(connection: Connection, site: Site, row: AccountRow, *, old: str, now: datetime, how: str) -> str:
    """Begin a session and return its secret; the browser's old one ends."""
    if old:
        session_store.end(connection, digest_of(old))
    return sessions.begin(connection, row, lasts=site.web.session_ends, now=now, how=how)


def _begin(connection: Connection, site: Site, row: AccountRow, address: str, old: str, now: datetime) -> str:
    throttle.clear(connection, row.name, address, now=now)
    return begin(connection, site, row, old=old, now=now, how="password")


def _refused(site: Site, request: Request, *, name: str, next: str, wait: timedelta | None = None) -> Response:  # noqa: A002 - the name in the address
    seconds = math.ceil(wait.total_seconds()) if wait is not None else 0
    status = HTTPStatus.TOO_MANY_REQUESTS if seconds else HTTPStatus.UNAUTHORIZED
    answer = form(site, request, status=status, name=name, next=next, wrong=True, wait=seconds)
    if seconds:
        answer.headers["Retry-After"] = str(seconds)
    return answer


def form(
    site: Site,
    request: Request,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    name: str = "",
    next: str = "/",  # noqa: A002 - the name in the address
    wrong: bool = False,
    wait: int = 0,
    trouble: str = "",
    subject: str = "",
) -> HTMLResponse:
    """Return the page of signing in; *trouble* (English) is why the identity provider let nobody in."""
    house = site.web.oidc.called if site.web.oidc is not None and id_tokens.is_installed() else ""
    return render(
        "sign_in.html.j2",
        frame=stranger(site, request),
        status=status,
        name=name,
        next=next,
        wrong=wrong,
        wait=wait,
        house=house,
        trouble=trouble,
        subject=subject,
    )
