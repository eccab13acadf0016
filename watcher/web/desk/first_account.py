"""``/first-account``: the first operator, made with the set-up token, from this machine alone."""

from datetime import datetime
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from watcher.people import accounts, beginning, sessions, throttle
from watcher.people.accounts import NewAccount
from watcher.people.roles import PeopleError, Role
from watcher.store import Connection
from watcher.web import cookies
from watcher.web.forms import Form, read_form
from watcher.web.languages import words
from watcher.web.origins import is_from_this_machine
from watcher.web.permissions import Open, open_to_all
from watcher.web.refusals import NO_SUCH_PAGE, Refusal, RefusedError
from watcher.web.rendering import render
from watcher.web.site import Site
from watcher.web.strangers import check_host, stranger

_FROM_HERE = Refusal(
    status=HTTPStatus.FORBIDDEN,
    kind="set-up",
    what=words("nobody has an account yet, and until then the desk answers the machine it runs on alone"),
    instead=words("run `watcher people setup` there, or open this page on that machine"),
)
_WRONG = words("This set-up token does not count: `watcher people setup` prints a new one.")
_DIFFERENT = words("The two passwords differ.")


def router(site: Site) -> APIRouter:
    """Return the routes, over the accounts of *site*'s plant."""
    routes = APIRouter()

    @routes.get("/first-account", dependencies=open_to_all(Open.SIGNING_IN))
    async def ask(request: Request) -> HTMLResponse:
        await _check(site, request)
        return _form(site, request)

    @routes.post("/first-account", dependencies=open_to_all(Open.SIGNING_IN))
    async def make(request: Request) -> Response:
        await _check(site, request)
        form, now = await read_form(request), site.plant.now()
        wait = await site.write(lambda c: throttle.charge(c, "", "set-up", now=now))
        if wait or form.raw("password") != form.raw("again"):
            return _form(site, request, wrong=_WRONG if wait else _DIFFERENT, name=form.text("name"))
        try:
            secret = await site.write(_make, site, form, now)
        except PeopleError as error:
            return _form(site, request, wrong=str(error), name=form.text("name"))
        answer = RedirectResponse("/", HTTPStatus.SEE_OTHER)
        cookies.set_session(answer, secret, lasts=site.web.session_ends, secure=site.is_secure)
        return answer

    return routes


async def _check(site: Site, request: Request) -> None:
    check_host(site, request)
    if not await site.read(beginning.is_new):
        raise RefusedError(NO_SUCH_PAGE)
    if not is_from_this_machine(request):
        raise RefusedError(_FROM_HERE)


def _make(connection: Connection, site: Site, form: Form, now: datetime) -> str:
    if not beginning.opens(connection, form.text("token"), now=now):
        raise PeopleError(_WRONG)
    new = NewAccount(name=form.text("name"), role=Role.OPERATOR, password=form.raw("password"))
    row = accounts.add(connection, new, settings=site.plant.settings, by="set-up", now=now)
    return sessions.begin(connection, row, lasts=site.web.session_ends, now=now, how="set-up")


def _form(site: Site, request: Request, *, wrong: str = "", name: str = "") -> HTMLResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render("first_account.html.j2", frame=stranger(site, request), status=status, wrong=wrong, name=name)
