"""Who is who in one document: looked at as a whole, because some publishers give every entry the same guid."""

import hashlib
import struct
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

from indicators.items import Item, item_id
from indicators.links import canonical

DIGEST = 8
"""Bytes of a digest: enough to tell the entries of one source apart."""

Draft = tuple[str, Item]
"""An entry's guid and its item, still without an id: that depends on the neighbours."""

_NOTHING = bytes(DIGEST)
_PACKED = struct.Struct(f"{DIGEST}s" * 4 + "1s")
_GUID, _LINK, _HEADING, _WHOLE = b"g", b"u", b"h", b"w"
"""What an identity rests on: guid, link, title and date, or everything that is told."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Digests of what an identity can be made from, and which of them it was made from (``basis``)."""

    guid: bytes
    url: bytes
    heading: bytes
    whole: bytes
    basis: bytes = _WHOLE

    def pack(self) -> bytes:
        """Return it as a fixed number of bytes."""
        return self.guid + self.url + self.heading + self.whole + self.basis

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """Return what :meth:`pack` packed."""
        return cls(*_PACKED.unpack(packed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """The items of one document, the marks of each draft that they were made from, and the bases of all in it."""

    items: list[Item]
    marks: list[Marks]
    bases: Mapping[bytes, bytes]
    """What the identity of each entry rests on, by its ``whole``; known entries are among them."""


def identified(drafts: Iterable[Draft]) -> list[Item]:
    """Give each draft the strongest identity it shares with no other; one that is told twice is one item."""
    return identified_beside(list(drafts), ()).items


def identified_beside(drafts: Sequence[Draft], known: Collection[Marks]) -> Identified:
    """Return the items of *drafts* as they are in one document with the *known* entries, and the marks of each draft.

    A draft that one of the known entries tells as well is that entry's item and is left out.
    """
    marks = [marks_of(draft) for draft in drafts]
    bases = _bases([*known, *marks])
    seen = {one.whole for one in known}
    items: list[Item] = []
    for (guid, item), one in zip(drafts, marks, strict=True):
        if one.whole not in seen:
            seen.add(one.whole)
            items.append(_with_id(guid, item, bases[one.whole]))
    return Identified(items=items, marks=[replace(one, basis=bases[one.whole]) for one in marks], bases=bases)


def _bases(marks: Iterable[Marks]) -> dict[bytes, bytes]:
    """Return what the identity of each entry rests on, by its ``whole``: the strongest that no other entry has."""
    distinct = {one.whole: one for one in marks}
    guids = Counter(one.guid for one in distinct.values())
    links = Counter(one.url for one in distinct.values())
    headings = Counter(one.heading for one in distinct.values())

    def basis(one: Marks) -> bytes:
        if one.guid != _NOTHING and guids[one.guid] == 1:
            return _GUID
        if one.url != _NOTHING and links[one.url] == 1:
            return _LINK
        return _HEADING if headings[one.heading] == 1 else _WHOLE

    return {whole: basis(one) for whole, one in distinct.items()}


def marks_of(draft: Draft) -> Marks:
    """Return the digests of a draft."""
    guid, item = draft
    heading = f"{item.title}\0{item.published.isoformat() if item.published else ''}"
    told = (guid, item.source, *(getattr(item, name) for name in _TOLD))
    return Marks(
        guid=digest(guid.encode("utf-8", "replace")) if guid else _NOTHING,
        url=digest(canonical(item.url).encode("utf-8", "replace")) if item.url else _NOTHING,
        heading=digest(heading.encode("utf-8", "replace")),
        whole=digest(repr(told).encode("utf-8", "replace")),
    )


def digest(content: bytes) -> bytes:
    """Return a short digest of *content*."""
    return hashlib.blake2b(content, digest_size=DIGEST).digest()


_TOLD = tuple(one.name for one in fields(Item) if one.name not in {"id", "source", "fetched"})


def _with_id(guid: str, item: Item, basis: bytes) -> Item:
    return replace(
        item,
        id=item_id(
            item.source,
            guid=guid if basis == _GUID else "",
            url=item.url if basis == _LINK else "",
            title=_whole(item) if basis == _WHOLE else item.title,
            published=item.published,
        ),
    )


def _whole(item: Item) -> str:
    return f"{item.title}\0{item.url}\0{item.summary}\0{item.content}"
