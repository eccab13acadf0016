"""Footings: what judgements rested on beside their items. Each is kept once, under its own digest."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields

from pydantic import TypeAdapter
from sqlalchemy import Connection, insert, select

from indicators.concepts import TermsByLanguage
from indicators.publishers import Publisher
from watcher.store import tables

_FOOTINGS = tables.footings
_TOLD = TypeAdapter(tuple[str, Mapping[str, TermsByLanguage], Mapping[str, Publisher], str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Footing:
    """What a judgement rested on, so that it can be made again after the world beside it was edited.

    ``rules`` is the digest of the assessment's text; ``terms`` are those behind every name that was read, shared
    concepts included, by name and language; ``publishers`` are those that the operator named, by source;
    ``gazetteers`` says in which state each of them was: they are too large to be kept. ``digest`` is a short name
    for exactly this.
    """

    digest: str
    rules: str
    terms: Mapping[str, TermsByLanguage]
    publishers: Mapping[str, Publisher]
    gazetteers: str


def footing_of(
    *, rules: str, terms: Mapping[str, TermsByLanguage], publishers: Mapping[str, Publisher], gazetteers: str
) -> Footing:
    """Return the footing of these parts. The order of publishers changes nothing; that of terms might."""
    told = _TOLD.dump_json((rules, terms, dict(sorted(publishers.items())), gazetteers))
    digest = hashlib.sha256(told).hexdigest()[:16]
    return Footing(digest=digest, rules=rules, terms=terms, publishers=publishers, gazetteers=gazetteers)


def keep(connection: Connection, footing: Footing) -> None:
    """Keep *footing* if it is not there yet: most judgements rest on what the one before rested on."""
    there = select(_FOOTINGS.c.digest).where(_FOOTINGS.c.digest == footing.digest)
    if connection.execute(there).first() is None:
        connection.execute(insert(_FOOTINGS).values({f.name: getattr(footing, f.name) for f in fields(footing)}))


def kept(connection: Connection, digest: str) -> Footing | None:
    """Return the footing of that *digest*, or ``None`` if it is not on record."""
    columns = [_FOOTINGS.c[f.name] for f in fields(Footing)]
    row = connection.execute(select(*columns).where(_FOOTINGS.c.digest == digest)).mappings().first()
    return Footing(**row) if row is not None else None


def last(connection: Connection, assessment: str = "") -> Footing | None:
    """Return what the last judgement of *assessment*, or of any, rested on; ``None`` before the first."""
    judged = tables.evaluations.c
    newest = select(judged.footing).where(judged.footing.is_not(None)).order_by(judged.number.desc()).limit(1)
    found = newest.where(judged.assessment == assessment) if assessment else newest
    digest = connection.execute(found).scalar()
    return kept(connection, digest) if digest is not None else None
