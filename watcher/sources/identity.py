"""Who is who in one document: looked at as a whole, because some publishers give every entry the same guid."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

from indicators.items import Item, item_id
from indicators.links import canonical

DIGEST = 8
"""Bytes of a digest: enough to tell the entries of one source apart."""

Draft = tuple[str, Item]
"""An entry's guid and its item, still without an id: that depends on the neighbours."""

_NOTHING = bytes(DIGEST)
_BASES = (b"g", b"u", b"h", b"w")
"""What an identity rests on: guid, link, title and date, or everything that is told."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Digests of what an identity can be made from, and which of them it was made from (``basis``)."""

    guid: bytes
    url: bytes
    heading: bytes
    whole: bytes
    basis: bytes = b"w"

    def pack(self) -> bytes:
        """Return it as a fixed number of bytes."""
        return self.guid + self.url + self.heading + self.whole + self.basis

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """Return what :meth:`pack` packed."""
        guid, url, heading, whole, basis = (packed[start : start + DIGEST] for start in range(0, len(packed), DIGEST))
        return cls(guid=guid, url=url, heading=heading, whole=whole, basis=basis)


def identified(drafts: Iterable[Draft]) -> list[Item]:
    """Give each draft the strongest identity it shares with no other; one that is told twice is one item."""
    items, _ = identified_beside(list(drafts), ())
    return items


def identified_beside(drafts: Sequence[Draft], known: Collection[Marks]) -> tuple[list[Item], list[Marks]]:
    """Return the items of *drafts* as they are in one document with the *known* entries, and the marks of each draft.

    A draft that one of the known entries tells as well is that entry's item and is left out.
    """
    marks = [marks_of(draft) for draft in drafts]
    bases = bases_of([*known, *marks])
    seen = {one.whole for one in known}
    items: list[Item] = []
    for (guid, item), one in zip(drafts, marks, strict=True):
        if one.whole not in seen:
            seen.add(one.whole)
            items.append(_with_id(guid, item, bases[one.whole]))
    return items, [replace(one, basis=bases[one.whole]) for one in marks]


def bases_of(marks: Iterable[Marks]) -> dict[bytes, bytes]:
    """Return what the identity of each entry rests on, by its ``whole``: the strongest that no other entry has."""
    distinct = {one.whole: one for one in marks}
    guids = Counter(one.guid for one in distinct.values())
    links = Counter(one.url for one in distinct.values())
    headings = Counter(one.heading for one in distinct.values())

    def basis(one: Marks) -> bytes:
        alone = (guids[one.guid] == 1, links[one.url] == 1, headings[one.heading] == 1, True)
        there = (one.guid != _NOTHING, one.url != _NOTHING, True, True)
        return next(base for base, single, has in zip(_BASES, alone, there, strict=True) if single and has)

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
            guid=guid if basis == b"g" else "",
            url=item.url if basis == b"u" else "",
            title=_whole(item) if basis == b"w" else item.title,
            published=item.published,
        ),
    )


def _whole(item: Item) -> str:
    return f"{item.title}\0{item.url}\0{item.summary}\0{item.content}"
