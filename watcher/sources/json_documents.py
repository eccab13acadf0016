"""What the kinds that read JSON share: bytes to a document or a named fault, a harvest to one poll's result."""

import hashlib
from collections.abc import Iterable

from watcher.sources.exchange import looks_like
from watcher.sources.faults import Fault, SourceError
from watcher.sources.json_text import Json, JsonError, read_json
from watcher.sources.records import Harvest
from watcher.sources.source import Fetched


def document_of(body: bytes, *, source: str) -> Json:
    """Return the JSON document in *body*; raises :class:`SourceError` if there is none."""
    if not body.strip(b" \t\r\n\0"):
        raise SourceError(source, Fault.EMPTY, "the answer has no content")
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise SourceError(source, Fault.NOT_A_FEED, f"looks like {looks_like(body)}")
    try:
        return read_json(body)
    except JsonError as error:
        raise SourceError(source, Fault.NOT_A_FEED, f"JSON that cannot be read: {error}") from None


def fetched_of(harvest: Harvest, *bodies: bytes, cut: bool = False, more: Iterable[str] = ()) -> Fetched:
    """Return the *harvest* of one poll as its result; *more* are further remarks for the note.

    Raises :class:`SourceError` where nothing whole arrived, or nothing of it could be read.
    """
    if cut and not harvest.drafts:
        raise SourceError(harvest.source, Fault.TRUNCATED, "the document ends before its first record does")
    return Fetched(
        items=harvest.items(),
        body_hash=hashlib.sha256(b"".join(bodies)).hexdigest(),
        partial=cut,
        note=harvest.note(cut=cut, more=more),
    )
