"""Refusals: what every error that leaves the web process says, as ``application/problem+json`` (RFC 9457)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What is wrong with a request and what to send instead; it says nothing that the sender may not know."""

    status: HTTPStatus
    kind: str
    """One word or two for a machine, e.g. ``too-large``; the last part of ``type``."""
    what: str
    instead: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    sign_in: str = ""
    """Where a person who reads this in a browser is sent instead."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """Further members of the document, as RFC 9457 lets each kind of problem have its own."""

    def body(self) -> dict[str, Any]:
        """Return the members of the problem document."""
        told = {
            "type": f"urn:watcher:problem:{self.kind}",
            "title": self.status.phrase,
            "status": self.status.value,
            "detail": self.what,
        }
        return told | ({"instead": self.instead} if self.instead else {}) | dict(self.more)

    def response(self) -> JSONResponse:
        """Return it as an answer."""
        return JSONResponse(
            self.body(), self.status.value, headers=dict(self.headers), media_type="application/problem+json"
        )


NO_SUCH_PAGE = Refusal(status=HTTPStatus.NOT_FOUND, kind="not-found", what="there is no such page")
"""The one answer to an address that leads nowhere, to a thing that is gone, and to one that is another client's."""


class RefusedError(Exception):
    """A route does not do what it was asked."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.what)
        self.refusal = refusal
