"""``/people``: accounts, made and changed by operators. The same functions as ``watcher people``."""

from http import HTTPStatus

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from watcher.people import accounts
from watcher.people.accounts import NewAccount
from watcher.people.passwords import SHORTEST
from watcher.people.roles import PeopleError, Role
from watcher.store import Connection
from watcher.store import accounts as account_store
from watcher.web.forms import Form
from watcher.web.languages import words
from watcher.web.site import Site
from watcher.web.visits import Operating, Visit

_NO_SUCH_ACT = words("This page does not know how to do that.")


def router(site: Site) -> APIRouter:
    """Return the routes, over the accounts of *site*'s plant."""
    routes = APIRouter()

    @routes.get("/people")
    async def show(visit: Operating) -> HTMLResponse:
        return await _page(visit)

    @routes.post("/people")
    async def add(visit: Operating) -> Response:
        form = await visit.form()
        try:
            await site.write(_add, visit, form)
        except PeopleError as error:
            return await _page(visit, wrong=str(error), typed=form)
        return visit.go("/people", said=words("%(name)s can sign in now."), name=accounts.tidy(form.text("name")))

    @routes.post("/people/{name}")
    async def change(name: str, visit: Operating) -> Response:
        form = await visit.form()
        try:
            await site.write(_change, visit, name, form)
        except PeopleError as error:
            return await _page(visit, wrong=str(error))
        return visit.go("/people", said=words("%(name)s is changed."), name=name)

    return routes


def _add(connection: Connection, visit: Visit, form: Form) -> None:
    new = NewAccount(
        name=form.text("name"),
        role=_role(form),
        password=form.raw("password"),
        shown=form.text("shown"),
        client=form.text("client"),
        recipient=form.text("recipient"),
    )
    accounts.add(connection, new, settings=visit.site.plant.settings, by=visit.person.name, now=visit.now)


def _change(connection: Connection, visit: Visit, name: str, form: Form) -> None:
    by, now, settings = visit.person.name, visit.now, visit.site.plant.settings
    act = form.text("act")
    if act == "disable":
        accounts.disable(connection, name, by=by, now=now)
    elif act == "enable":
        accounts.enable(connection, name, by=by, now=now)
    elif act == "role":
        client = form.text("client")
        accounts.set_role(connection, name, _role(form), client=client, settings=settings, by=by, now=now)
    elif act == "tie":
        accounts.tie(connection, name, form.text("recipient"), settings=settings, by=by, now=now)
    elif act == "tie-login":
        subject = form.raw("subject").strip()  # what surrounds it came with copying; within it nothing is changed
        accounts.tie_login(connection, name, subject, settings=settings, by=by, now=now)
    else:
        raise PeopleError(_NO_SUCH_ACT)


def _role(form: Form) -> Role:
    try:
        return Role(form.text("role"))
    except ValueError:
        raise PeopleError(f"a role is one of {', '.join(Role)}") from None


async def _page(visit: Visit, *, wrong: str = "", typed: Form | None = None) -> HTMLResponse:
    rows = await visit.site.read(account_store.every)
    settings = visit.site.plant.settings
    oidc = settings.web.oidc if settings.web is not None else None
    return visit.page(
        "people.html.j2",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        rows=rows,
        wrong=wrong,
        typed=typed or Form(fields={}),
        roles=tuple(Role),
        clients=settings.clients,
        recipients=settings.recipients,
        shortest=SHORTEST,
        house=oidc.called if oidc is not None else "",
        tied={row.name: accounts.tied_here(row, settings) for row in rows},
        longest_subject=accounts.LONGEST_SUBJECT,
    )
