"""``/api/v1/openapi.json``: the API as it is for whoever asks: the routes that their role may call, and no others."""

import asyncio
from collections.abc import Callable, Iterable
from functools import cache
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from watcher.people.roles import Role
from watcher.web import cookies
from watcher.web.api.problems import Problem
from watcher.web.api.routes import routes_of
from watcher.web.permissions import permission_of
from watcher.web.site import Site
from watcher.web.visits import Anybody

_ABOUT = """\
What the desk shows, for programs. Times are RFC 3339 in UTC; distances are kilometres; a probability lies between 0 and
1 and always comes with its term, its range and the end of its horizon.

**Who asks**: `Authorization: Bearer wt_…` with a token of the page *Tokens*, or the session of a browser. A token has a
role, scopes (`read`, `act`) and an end; one of a client reads what was released to that client and nothing else.

**Lists** come in pages: send `next` as `cursor`, with the same filters. Parameters and fields that nobody knows are
refused with 422.

**Reads** carry an `ETag`: send it back in `If-None-Match` and hear 304 where nothing changed.

**Errors** are `application/problem+json` (RFC 9457).

**News**: `/api/v1/stream` says when something changed; the channel `webhook` posts each alert to an address of yours.
"""


def router(site: Site, *, nouns: Iterable[Callable[[Site], APIRouter]]) -> APIRouter:
    """Return the route, which describes those of *nouns* and itself."""
    routes = routes_of("openapi")

    @cache
    def told(role: Role) -> dict[str, Any]:
        described = (*(noun(site) for noun in nouns), routes)
        every = [route for one in described for route in one.routes if isinstance(route, APIRoute)]
        return description(every, role, secure=site.is_secure)

    @routes.get("/openapi.json", summary="Describe this API (OpenAPI 3.1)", response_class=JSONResponse)
    async def get_openapi_document(visit: Anybody) -> JSONResponse:
        made = await asyncio.get_running_loop().run_in_executor(site.readers, told, visit.person.role)
        return JSONResponse(made)

    return routes


def description(routes: Iterable[APIRoute], role: Role, *, secure: bool) -> dict[str, Any]:
    """Return the OpenAPI document of those of *routes* that *role* may call."""
    own = [route for route in routes if permission_of(route).allows(role)]
    made = get_openapi(title="Watcher", version=f"1 ({version('iw-watcher')})", description=_ABOUT, routes=own)
    parts = made.setdefault("components", {})
    shapes = parts.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        shapes.pop(name, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    shapes |= problem.pop("$defs") | {"Problem": problem}
    parts["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "A token of the page Tokens, `wt_…`."},
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": cookies.session_name(secure=secure),
            "description": "The session of somebody who signed in with a browser.",
        },
    }
    for route in own:
        for method in route.methods or ():
            _tell_who(made["paths"][route.path_format][method.lower()], route)
    return made


def _tell_who(operation: dict[str, Any], route: APIRoute) -> None:
    permission = permission_of(route)
    roles = ", ".join(sorted(permission.roles))
    who = f"For the roles {roles}; a token needs the scope `{permission.scope}`."
    operation["description"] = "\n\n".join(part for part in (operation.get("description", ""), who) if part)
    operation["security"] = [{"token": []}, {"session": []}]
