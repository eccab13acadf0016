"""Form: the fields that a page sent, as text, bounded in number and length."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qs

from fastapi import Request

from watcher.web.refusals import Refusal, RefusedError

MOST_BYTES = 64_000
MOST_FIELDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Fields by name, each with every value it was sent with."""

    fields: Mapping[str, tuple[str, ...]]

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
    if kind != "application/x-www-form-urlencoded":
        what, instead = "this page reads forms", "application/x-www-form-urlencoded"
        refusal = Refusal(status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE, kind="media-type", what=what, instead=instead)
        raise RefusedError(refusal)
    size, parts = 0, []
    async for part in request.stream():
        size += len(part)
        if size > most_bytes:
            raise RefusedError(_too_large(most_bytes))
        parts.append(part)
    try:
        found = parse_qs(b"".join(parts).decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise RefusedError(_too_large(most_bytes)) from None
    return Form(fields={name: tuple(values) for name, values in found.items()})


def _too_large(most: int) -> Refusal:
    what = f"the form has more than {MOST_FIELDS} fields or {most} bytes"
    return Refusal(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE, kind="too-large", what=what, instead="send less at once")
