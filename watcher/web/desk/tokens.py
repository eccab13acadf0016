"""``/tokens``: tokens for programs, made and revoked by operators; each is shown once."""

from datetime import timedelta
from http import HTTPStatus

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from watcher.people import tokens
from watcher.people.roles import PeopleError, Role, Scope
from watcher.people.tokens import NewToken
from watcher.store import Connection, api_tokens
from watcher.web.forms import Form
from watcher.web.languages import words
from watcher.web.site import Site
from watcher.web.visits import Operating, Visit

DAYS = (7, 30, 90, 365)


def router(site: Site) -> APIRouter:
    """Return the routes, over the tokens of *site*'s plant."""
    routes = APIRouter()

    @routes.get("/tokens")
    async def show(visit: Operating) -> HTMLResponse:
        return await _page(visit)

    @routes.post("/tokens")
    async def add(visit: Operating) -> Response:
        form = await visit.form()
        try:
            secret = await site.write(_add, visit, form)
        except PeopleError as error:
            return await _page(visit, wrong=str(error), typed=form)
        return await _page(visit, secret=secret)

    @routes.post("/tokens/{wanted}/revoke")
    async def revoke(wanted: str, visit: Operating) -> Response:
        try:
            await site.write(lambda c: tokens.revoke(c, wanted, by=visit.person.name, now=visit.now))
        except PeopleError as error:
            return await _page(visit, wrong=str(error))
        return visit.go("/tokens", said=words("The token counts no more."))

    return routes


def _add(connection: Connection, visit: Visit, form: Form) -> str:
    try:
        role = Role(form.text("role"))
        scopes = frozenset(map(Scope, form.every("scope")))
        lasts = timedelta(days=int(form.text("days")))
    except (ValueError, OverflowError):
        raise PeopleError(f"a token has a role ({', '.join(Role)}), scopes ({', '.join(Scope)}) and days") from None
    new = NewToken(name=form.text("name"), role=role, scopes=scopes, lasts=lasts, client=form.text("client"))
    settings, by = visit.site.plant.settings, visit.person.name
    return tokens.add(connection, new, settings=settings, by=by, now=visit.now)[1]


async def _page(visit: Visit, *, wrong: str = "", secret: str = "", typed: Form | None = None) -> HTMLResponse:
    rows = await visit.site.read(api_tokens.every)
    return visit.page(
        "tokens.html.j2",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        rows=rows,
        wrong=wrong,
        secret=secret,
        typed=typed or Form(fields={}),
        roles=tuple(Role),
        scopes=tuple(Scope),
        days=DAYS,
        clients=visit.site.plant.settings.clients,
    )
