"""Form: the fields that a page sent, as text, and the files with them, bounded in number and length."""

from collections import defaultdict
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qs

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from watcher.web.refusals import Refusal, RefusedError

MOST_BYTES = 64_000
MOST_FIELDS = 200
MOST_FILES = 5

_IN_LINE = "application/x-www-form-urlencoded"
_IN_PARTS = "multipart/form-data"
"""What a browser sends where a file is among the fields (RFC 7578)."""


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
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == _IN_LINE:
        return _in_line(b"".join([piece async for piece in _pieces(request, most_bytes)]), most_bytes)
    if kind == _IN_PARTS:
        return await _in_parts(request, most_bytes)
    refusal = Refusal(
        status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE, kind="media-type", what="this page reads forms", instead=_IN_LINE
    )
    raise RefusedError(refusal)


async def _pieces(request: Request, most_bytes: int) -> AsyncGenerator[bytes, None]:
    """Yield the body as it comes, up to so many bytes."""
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > most_bytes:
            raise RefusedError(_too_large(most_bytes))
        yield piece


def _in_line(body: bytes, most_bytes: int) -> Form:
    try:
        found = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise RefusedError(_too_large(most_bytes)) from None
    return Form(fields={name: tuple(values) for name, values in found.items()})


async def _in_parts(request: Request, most_bytes: int) -> Form:
    parser = MultiPartParser(
        request.headers,
        _pieces(request, most_bytes),
        max_files=MOST_FILES,
        max_fields=MOST_FIELDS,
        max_part_size=most_bytes,
    )
    try:
        sent = await parser.parse()
    except MultiPartException as error:
        raise RefusedError(_unreadable(error.message)) from None
    fields: dict[str, tuple[str, ...]] = defaultdict(tuple)
    files: dict[str, bytes] = {}
    for name, value in sent.multi_items():
        if isinstance(value, UploadFile):
            files[name] = await value.read()
        else:
            fields[name] += (value,)
    await sent.close()
    return Form(fields=dict(fields), files=files)


def _unreadable(why: str) -> Refusal:
    return Refusal(
        status=HTTPStatus.BAD_REQUEST, kind="form", what=f"the form cannot be read: {why}", instead="send it anew"
    )


def _too_large(most: int) -> Refusal:
    what = f"the form has more than {MOST_FIELDS} fields or {most} bytes"
    return Refusal(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE, kind="too-large", what=what, instead="send less at once")
