"""Form: the fields that a page sent, as text, and the files with them, bounded in number and length."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qs

from fastapi import Request

from watcher.web import multipart
from watcher.web.refusals import Refusal, RefusedError

MOST_BYTES = 64_000
MOST_FIELDS = 200

_IN_LINE = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Fields by name, each with every value it was sent with; and files by the name of their field, as bytes."""

    fields: Mapping[str, tuple[str, ...]]
    files: Mapping[str, bytes] = field(default_factory=dict)

    def text(self, name: str, *, most: int = 500) -> str:
        """Return a field in one line without blanks around it, cut at *most* letters; ``""`` if it was not sent."""
        return " ".join(self.raw(name).split())[:most]

    def raw(self, name: str) -> str:
        """Return a field as it was typed: a password, a text of many lines."""
        return self.fields.get(name, ("",))[0]

    def every(self, name: str) -> tuple[str, ...]:
        """Return all values of a field: boxes that were ticked."""
        return self.fields.get(name, ())

    def __contains__(self, name: str) -> bool:
        return name in self.fields


async def read_form(request: Request, *, most_bytes: int = MOST_BYTES) -> Form:
    """Return the fields of *request*; refused where they are no form, too many, or too long."""
    told = request.headers.get("content-type", "")
    kind = told.partition(";")[0].strip().lower()
    if kind not in (_IN_LINE, multipart.KIND):
        refusal = Refusal(
            status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE, kind="media-type", what="this page reads forms", instead=_IN_LINE
        )
        raise RefusedError(refusal)
    body = await _body(request, most_bytes)
    found = _in_line(body) if kind == _IN_LINE else _in_parts(body, multipart.boundary_of(told))
    if found is None:
        raise RefusedError(_too_large(most_bytes))
    return found


async def _body(request: Request, most_bytes: int) -> bytes:
    size, parts = 0, []
    async for part in request.stream():
        size += len(part)
        if size > most_bytes:
            raise RefusedError(_too_large(most_bytes))
        parts.append(part)
    return b"".join(parts)


def _in_line(body: bytes) -> Form | None:
    """Return the fields of *body*; ``None`` for too many."""
    try:
        found = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return None
    return Form(fields={name: tuple(values) for name, values in found.items()})


def _in_parts(body: bytes, boundary: bytes) -> Form | None:
    if body.count(b"--" + boundary) > MOST_FIELDS:
        return None
    fields: dict[str, tuple[str, ...]] = defaultdict(tuple)
    files: dict[str, bytes] = {}
    for part in multipart.parts_of(body, boundary) if boundary else ():
        if part.is_file:
            files[part.name] = part.content
        else:
            fields[part.name] += (part.content.decode("utf-8", "replace"),)
    return Form(fields=dict(fields), files=files)


def _too_large(most: int) -> Refusal:
    what = f"the form has more than {MOST_FIELDS} fields or {most} bytes"
    return Refusal(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE, kind="too-large", what=what, instead="send less at once")
