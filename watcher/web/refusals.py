"""Refusals: every error that leaves the web process, as ``application/problem+json`` (RFC 9457)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What is wrong with a request and what to send instead; it says nothing that the sender may not know."""

    status: HTTPStatus
    kind: str
    """One word or two for a machine, e.g. ``too-large``; the last part of ``type``."""
    what: str
    instead: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """Return the members of the problem document."""
        told = {
            "type": f"urn:watcher:problem:{self.kind}",
            "title": self.status.phrase,
            "status": self.status.value,
            "detail": self.what,
        }
        return told | ({"instead": self.instead} if self.instead else {})

    def response(self) -> JSONResponse:
        """Return it as an answer."""
        return JSONResponse(
            self.body(), self.status.value, headers=dict(self.headers), media_type="application/problem+json"
        )


class RefusedError(Exception):
    """A route does not do what it was asked."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.what)
        self.refusal = refusal


def refuse_in_json(app: FastAPI) -> None:
    """Let every error of *app* leave it as a problem document."""
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(HTTPException, _not_served)
    app.add_exception_handler(RequestValidationError, _not_valid)


async def _refused(request: Request, error: Exception) -> JSONResponse:
    del request
    assert isinstance(error, RefusedError)
    return error.refusal.response()


async def _not_served(request: Request, error: Exception) -> JSONResponse:
    """A path, a method or a body that the framework itself refuses."""
    del request
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    kind = status.phrase.lower().replace(" ", "-")
    refusal = Refusal(status=status, kind=kind, what=status.description or status.phrase, headers=error.headers or {})
    return refusal.response()


async def _not_valid(request: Request, error: Exception) -> JSONResponse:
    """What was sent is not of the form that the route asks for; its values are not repeated."""
    del request
    assert isinstance(error, RequestValidationError)
    places = ", ".join(".".join(str(step) for step in fault["loc"]) for fault in error.errors()[:5])
    return Refusal(status=HTTPStatus.UNPROCESSABLE_ENTITY, kind="not-valid", what=f"not valid: {places}").response()
