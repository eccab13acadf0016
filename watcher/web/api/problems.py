"""Problem: the shape of every error of the API, as RFC 9457 has it."""

from typing import Any

from pydantic import BaseModel, Field

MEDIA_TYPE = "application/problem+json"


class Fault(BaseModel):
    """One thing that is wrong in what was sent; the value itself is not repeated."""

    where: str = Field(description="The parameter or the field.", examples=["query.limit"])
    what: str = Field(description="What is wrong with it.", examples=["Input should be less than or equal to 200"])


class Problem(BaseModel):
    """Why a request was not answered as asked (RFC 9457)."""

    type: str = Field(description="Which problem; the same for the same cause.", examples=["urn:watcher:problem:token"])
    title: str = Field(description="The status in words.", examples=["Unauthorized"])
    status: int = Field(description="The status of the answer.", examples=[401])
    detail: str = Field(description="What is wrong here.", examples=["the token is unknown, expired or revoked"])
    instead: str | None = Field(None, description="What to send instead, where that can be said.")
    faults: list[Fault] | None = Field(None, description="Each thing that is wrong, where there may be several.")


_CONTENT = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}

TOLD: dict[int | str, dict[str, Any]] = {
    401: {"description": "No token, a wrong one, or a session that is over.", "content": _CONTENT},
    403: {"description": "The role or the scope of the token does not allow this.", "content": _CONTENT},
    404: {"description": "There is no such thing, or none that this caller may know of.", "content": _CONTENT},
    422: {"description": "A parameter, a field or a cursor is not valid; `faults` names each.", "content": _CONTENT},
    429: {"description": "Too many requests; `Retry-After` says in how many seconds to go on.", "content": _CONTENT},
    "default": {"description": "Any other error has the same shape.", "content": _CONTENT},
}
"""What every route may answer beside what it is for."""
