"""Cursors: where a list goes on, as a text that only its own list takes back.

A cursor holds the position of the last row that was sent, so that rows which come meanwhile shift nothing and a page
far down costs what the first one does. It is bound to the list and its filters; it opens nothing, for whatever it says,
the same rows are looked through.
"""

import base64
import binascii
import hashlib
import json
from datetime import datetime
from http import HTTPStatus

from watcher.web.api.documents import Listing
from watcher.web.refusals import Refusal, RefusedError

BAD = Refusal(
    status=HTTPStatus.UNPROCESSABLE_ENTITY,
    kind="cursor",
    what="cursor: this is none of this list, or the filters are others than those it was made with",
    instead="`next` of the page before, with the same filters; or none, to begin again",
)


class Cursor:
    """Makes and reads the cursors of one list, under the filters that *asked* has."""

    def __init__(self, name: str, asked: Listing) -> None:
        told = asked.model_dump_json(exclude={"limit", "cursor"})
        self._bound = [name, hashlib.sha256(told.encode()).hexdigest()[:12]]
        self._given = asked.cursor

    def at(self, *position: str | int | datetime) -> str:
        """Return the cursor behind the row at *position*."""
        parts = [part.isoformat() if isinstance(part, datetime) else part for part in position]
        written = json.dumps([*self._bound, *parts], separators=(",", ":"))
        return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")

    def moment_and_key(self) -> tuple[datetime, str] | None:
        """Return the position given, of a list in the order of time and then of a name."""
        parts = self._parts(2)
        return (_moment(parts[0]), _text(parts[1])) if parts else None

    def moment_and_number(self) -> tuple[datetime, int] | None:
        """Return the position given, of a list in the order of time and then of a number."""
        parts = self._parts(2)
        return (_moment(parts[0]), _number(parts[1])) if parts else None

    def number(self) -> int | None:
        """Return the position given, of a list in the order of a number."""
        parts = self._parts(1)
        return _number(parts[0]) if parts else None

    def _parts(self, count: int) -> list[object]:
        if not self._given:
            return []
        try:
            padded = self._given + "=" * (-len(self._given) % 4)
            told = json.loads(base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True))
        except (ValueError, binascii.Error, RecursionError):
            raise RefusedError(BAD) from None
        if not isinstance(told, list) or told[:2] != self._bound or len(told) != count + 2:
            raise RefusedError(BAD)
        return told[2:]


_MOST = 2**31
"""Beyond any number that a row can have on either database."""


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise RefusedError(BAD)
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or abs(value) >= _MOST:
        raise RefusedError(BAD)
    return value


def _moment(value: object) -> datetime:
    try:
        found = datetime.fromisoformat(_text(value))
        found.astimezone()
    except (ValueError, OverflowError):
        raise RefusedError(BAD) from None
    if found.tzinfo is None:
        raise RefusedError(BAD)
    return found
