"""What every route of the API shares: its place, its errors, the size of what it takes, its ETag and its budget."""

import hashlib
import math
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive

from watcher.people.secrets import digest_of
from watcher.web.api.budgets import Budget
from watcher.web.api.problems import TOLD
from watcher.web.permissions import UNSAFE, permission_of
from watcher.web.refusals import Refusal, RefusedError
from watcher.web.visits import Needs

PREFIX = "/api/v1"

MOST_BYTES = 64_000
"""Bytes of a body: a note, a reason, a few patterns."""

_Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def routes_of(noun: str) -> APIRouter:
    """Return the router of one *noun*; a function's name is that of its operation, for clients that are generated."""
    return APIRouter(
        prefix=PREFIX,
        tags=[noun],
        route_class=ApiRoute,
        responses=TOLD,
        generate_unique_id_function=lambda route: route.name,
    )


class ApiRoute(APIRoute):
    """A route that first counts the request, then looks who asks, and only then reads what was sent."""

    def get_route_handler(self) -> _Handler:
        """Return what answers a request."""
        answer, admit = super().get_route_handler(), Needs(permission_of(self))
        known = _query_names(self)

        async def handle(request: Request) -> Response:
            _spend(request)
            if request.method in UNSAFE:  # a body is read before the route's own look at who asks
                await admit(request)
                request = await _bounded(request)
            if strange := sorted(set(request.query_params) - known):
                await admit(request)
                raise RefusedError(_unknown(strange, known))
            return tagged(await answer(request), request)

        return handle


def tagged(response: Response, request: Request) -> Response:
    """Return *response* with its ETag, or 304 where the caller has it already. What streams has none."""
    if request.method != "GET" or isinstance(response, StreamingResponse) or response.status_code != HTTPStatus.OK:
        return response
    tag = f'"{hashlib.sha256(bytes(response.body)).hexdigest()[:32]}"'
    response.headers["ETag"] = tag
    had = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if tag in had or "*" in had:
        kept = {name: value for name, value in response.headers.items() if name in ("etag", "link", "vary")}
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=kept)
    return response


def _query_names(route: APIRoute) -> frozenset[str]:
    names: set[str] = set()
    for field in route.dependant.query_params:
        shape = field.field_info.annotation
        if isinstance(shape, type) and issubclass(shape, BaseModel):
            names |= {info.alias or name for name, info in shape.model_fields.items()}
        else:
            names.add(field.alias)
    return frozenset(names)


def _spend(request: Request) -> None:
    budget: Budget = request.app.state.budget
    proof = request.headers.get("authorization") or request.headers.get("cookie", "")
    address = request.client.host if request.client is not None else ""
    waits = budget.spend(digest_of(proof) if proof else address)
    if waits:
        raise RefusedError(_too_many(math.ceil(waits)))


async def _bounded(request: Request) -> Request:
    """Return *request* with its whole body at hand; refused where that is more than any of our shapes can hold."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise RefusedError(_TOO_LARGE)
        parts.append(part)
    return Request(request.scope, _again(b"".join(parts), request.receive))


def _again(body: bytes, more: Receive) -> Receive:
    """Return a channel that gives *body* once, then whatever comes next: that the caller went away."""
    given = False

    async def receive() -> Message:
        nonlocal given
        if given:
            return await more()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _unknown(strange: list[str], known: frozenset[str]) -> Refusal:
    there = f"one of {', '.join(sorted(known))}" if known else "this address takes no parameters"
    return Refusal(
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        kind="not-valid",
        what="a parameter that nobody knows was sent, and would have changed nothing",
        instead=there,
        more={"faults": [{"where": f"query.{name[:80]}", "what": "unknown"} for name in strange[:5]]},
    )


def _too_many(seconds: int) -> Refusal:
    return Refusal(
        status=HTTPStatus.TOO_MANY_REQUESTS,
        kind="too-many",
        what="too many requests with this token or session",
        instead=f"go on in {seconds} s; If-None-Match and /api/v1/stream spare you most of them",
        headers={"Retry-After": str(seconds)},
    )


_TOO_LARGE = Refusal(
    status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    kind="too-large",
    what=f"the body has more than {MOST_BYTES} bytes",
    instead="send less: a note has 500 characters at most",
)
