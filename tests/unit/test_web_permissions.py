"""Who may call what, read off the router: every route × role × client, and nobody by forgetting."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

from tests.desks import NAMES, WITH_CLIENTS, ServedDesk, copied, desk_of
from watcher.people import tokens
from watcher.people.roles import Role, Scope
from watcher.people.tokens import NewToken
from watcher.store import accounts
from watcher.web import app
from watcher.web.app import make_app
from watcher.web.permissions import Open, Permission, UndeclaredError, check_declared, open_to_all, permission_of

REFUSED = {401, 403, 404}
OPEN = {"/healthz", "/ack/{token}", "/ingest/{source}", "/websub/{token}", "/static/{fingerprint}/{name:path}"}
OPEN |= {"/slack/interact", "/sign-in", "/sign-in/oidc", "/sign-in/oidc/callback", "/first-account", "/reading"}
"""What anybody may call; a new one is a decision, and stands here."""


def _routes(desk: ServedDesk) -> list[tuple[str, str, Permission]]:
    """Return method, path and permission of every route, the parameters filled with names that nothing has."""
    found: list[tuple[str, str, Permission]] = []
    for router in app.ROUTERS:
        for route in router(desk.site).routes:
            assert isinstance(route, APIRoute)
            path = re.sub(r"\{[^}]+\}", "no-such-thing", route.path)
            found += [(method, path, permission_of(route)) for method in sorted(set(route.methods or ()) - {"HEAD"})]
    return found


def test_a_route_that_declares_nothing_is_not_served() -> None:
    """Forgetting is caught before the first request, here and at the start of the server."""
    routes = APIRouter()

    @routes.get("/forgotten")
    async def forgotten() -> str:
        return "everybody reads this"

    with pytest.raises(UndeclaredError, match="/forgotten declares nothing"):
        check_declared(routes.routes)


def test_a_route_that_declares_two_things_is_not_served() -> None:
    """Of two permissions nobody could say which counts."""
    routes = APIRouter()

    @routes.get("/both", dependencies=[*open_to_all(Open.SIGNED), *open_to_all(Open.NOTHING_PRIVATE)])
    async def both() -> str:
        return ""

    with pytest.raises(UndeclaredError, match="several things"):
        check_declared(routes.routes)


async def test_what_is_open_is_listed_here(desk: ServedDesk) -> None:
    """The routes that need nobody to sign in are these and no others; every change needs a scope that may act."""
    routes = [route for router in app.ROUTERS for route in router(desk.site).routes if isinstance(route, APIRoute)]
    assert {route.path for route in routes if permission_of(route).open} == OPEN
    made = make_app(desk.site)
    assert {r.path for r in made.routes if isinstance(r, APIRoute)} <= {r.path for r in routes}


async def test_whoever_is_not_signed_in_gets_nowhere(desk: ServedDesk) -> None:
    """Nobody, and a session unused for too long: a page leads to the sign-in, and everything else hears 401."""
    stranger, late = desk.stranger(), desk.browser(Role.OPERATOR)
    desk.clock.pass_(hours=13)
    for browser in (stranger, late):
        for method, path, permission in _routes(desk):
            if permission.open is not None:
                continue
            headers = {"Sec-Fetch-Site": "same-origin", "Accept": "application/json"}
            answer = await browser.ask(method, path, headers=headers)
            assert answer.status == 401, (method, path)
            assert answer.headers["Content-Type"] == "application/problem+json"
    page = await stranger.get("/people?x=1")
    assert (page.status, page.headers["Location"]) == (303, "/sign-in?next=/people%3Fx%3D1")


@pytest.mark.parametrize("who", [*Role, "bridge-ops"], ids=str)
async def test_the_matrix(desk: ServedDesk, who: Role | str) -> None:
    """Each role is let in exactly where the route says so; a client finds that nothing else is there."""
    role = who if isinstance(who, Role) else Role.CLIENT
    browser = desk.browser(who)
    for method, path, permission in _routes(desk):
        if permission.open is not None or path in ("/sign-out", "/live", "/api/v1/stream"):
            continue
        answer = await browser.ask(method, path, headers={"Sec-Fetch-Site": "same-origin"})
        if permission.allows(role):
            assert answer.status not in (401, 403, 500), (method, path, answer.words)
        elif role is Role.CLIENT and path == "/":
            assert (answer.status, answer.headers["Location"]) == (303, "/client")
        elif role is Role.CLIENT:
            unknown = await browser.get("/api/v1/nothing" if path.startswith("/api/") else "/there/is/nothing")
            assert (answer.status, answer.words) == (404, unknown.words), (method, path)
        else:
            assert answer.status == 403, (method, path)


@pytest.mark.parametrize("who", [*NAMES.values(), "bridge-ops"])
async def test_a_disabled_account_opens_nothing(desk: ServedDesk, who: str) -> None:
    """From that moment on, in every browser where it was signed in."""
    browser = desk.browser(who)
    assert (await browser.get("/account")).status == 200
    with desk.plant.database.write() as connection:
        accounts.change(connection, who, disabled_at=desk.clock())
    assert (await browser.get("/account")).status == 303


async def test_a_client_that_left_the_configuration_opens_nothing(demo_data: Path, tmp_path: Path) -> None:
    """Its accounts are there and lead nowhere; the others' do."""
    folder = copied(demo_data, tmp_path / "desk")
    clients = WITH_CLIENTS["clients"]
    async with desk_of(folder) as desk:
        assert (await desk.browser("bridge-ops").get("/account")).status == 200
    async with desk_of(folder, with_people=False, clients=clients[:1]) as desk:
        assert (await desk.browser("bridge-ops").get("/account")).status == 303
        assert (await desk.browser("acme-ops").get("/account")).status == 200


async def test_a_token_does_what_its_role_and_scope_allow(desk: ServedDesk) -> None:
    """A token for reading changes nothing, one of a client finds nothing of ours, and one that is over is no token."""

    async def made(role: Role, *scopes: Scope, client: str = "") -> str:
        new = NewToken(name="t", role=role, scopes=frozenset(scopes), lasts=timedelta(days=1), client=client)
        with desk.plant.database.write() as connection:
            return tokens.add(connection, new, settings=desk.plant.settings, by="test", now=desk.clock())[1]

    browser = desk.stranger()

    async def status(token: str, method: str, path: str) -> int:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        return (await browser.ask(method, path, headers=headers)).status

    reads, acts = await made(Role.OPERATOR, Scope.READ), await made(Role.OPERATOR, Scope.ACT)
    assert (await status(reads, "GET", "/"), await status(reads, "POST", "/people")) == (200, 403)
    assert (await status(acts, "GET", "/"), await status(acts, "POST", "/people")) == (403, 415)
    theirs = await made(Role.CLIENT, Scope.READ, client="acme")
    assert (await status(theirs, "GET", "/"), await status(theirs, "GET", "/people")) == (404, 404)
    assert await status(reads + "x", "GET", "/") == 401
    desk.clock.pass_(hours=25)
    assert await status(reads, "GET", "/") == 401
