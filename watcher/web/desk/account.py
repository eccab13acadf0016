"""``/account``: one's own name, language, time zone and password."""

from datetime import datetime
from http import HTTPStatus
from zoneinfo import available_timezones

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from watcher.people import accounts, passwords, throttle
from watcher.people.roles import PeopleError
from watcher.store import Connection
from watcher.store import accounts as account_store
from watcher.web.forms import Form
from watcher.web.languages import words
from watcher.web.site import Site
from watcher.web.visits import Anybody, Visit

_NOT_A_PERSON = words("A token has no account of its own.")
_WRONG = words("The present password is not right.")
_WAIT = words("Too many tries: wait a minute.")
_DIFFERENT = words("The two new passwords differ.")


def router(site: Site) -> APIRouter:
    """Return the routes, over the accounts of *site*'s plant."""
    routes = APIRouter()

    @routes.get("/account")
    async def show(visit: Anybody) -> HTMLResponse:
        return await _page(visit)

    @routes.post("/account")
    async def prefer(visit: Anybody) -> Response:
        form = await visit.form()
        try:
            await site.write(_prefer, visit, form)
        except PeopleError as error:
            return await _page(visit, wrong=str(error))
        return visit.go("/account", said=words("Kept."))

    @routes.post("/account/password")
    async def change(visit: Anybody) -> Response:
        form = await visit.form()
        wrong = await _wrong(visit, form)
        if not wrong:
            try:
                await site.write(_set_password, visit, form.raw("new"), visit.now)
            except PeopleError as error:
                wrong = str(error)
        if wrong:
            return await _page(visit, wrong=wrong)
        return visit.go("/account", said=words("Your password is changed. You are signed out everywhere else."))

    return routes


async def _wrong(visit: Visit, form: Form) -> str:
    """Return what is wrong with a change of password; the present one is asked for, and counted like a sign-in."""
    if visit.person.token:
        return _NOT_A_PERSON
    if form.raw("new") != form.raw("again"):
        return _DIFFERENT
    site, name = visit.site, visit.person.name
    if await site.write(lambda c: throttle.charge(c, name, "account page", now=visit.now)):
        return _WAIT
    row = await site.read(account_store.get, name)
    if row is None or not await site.slowly(passwords.fits, form.raw("present"), row.password):
        return _WRONG
    await site.write(lambda c: throttle.clear(c, name, "account page", now=visit.now))
    return ""


def _prefer(connection: Connection, visit: Visit, form: Form) -> None:
    if visit.person.token:
        raise PeopleError(_NOT_A_PERSON)
    reads = {"shown": form.text("shown"), "lang": form.text("lang"), "zone": form.text("zone")}
    accounts.prefer(connection, visit.person.name, **reads, by=visit.person.name, now=visit.now)


def _set_password(connection: Connection, visit: Visit, password: str, now: datetime) -> None:
    name = visit.person.name
    accounts.set_password(connection, name, password, by=name, now=now, keep_session=visit.session)


async def _page(visit: Visit, *, wrong: str = "") -> HTMLResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    zones = tuple(sorted(available_timezones()))
    return visit.page("account.html.j2", status=status, wrong=wrong, zones=zones, shortest=passwords.SHORTEST)
