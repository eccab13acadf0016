"""The tables of notices. Each row belongs to one client, and refers to no row of another."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, Table

from alerts.notices import Edits
from watcher.store.columns import Json, Utc, Words
from watcher.store.shapes import metadata

notices = Table(
    "notices",
    metadata,
    Column("client_id", Words, primary_key=True),
    Column("id", Words, primary_key=True),
    *(Column(name, Words, nullable=False) for name in ("assessment", "scenario", "move", "marking")),
    Column("strictness", Integer, nullable=False),
    Column("at", Utc, nullable=False),
    Column("body", Words, nullable=False),
    Column("rows", Json(dict[str, float]), nullable=False),
    Column("remarks", Json(tuple[str, ...]), nullable=False),
    Column("number", Integer, nullable=False),
    Index(None, "number"),
    Index(None, "client_id", "number"),
    Index(None, "client_id", "assessment", "scenario", "number"),
)
"""``number`` is the order in which they were drafted, whatever the clock said; as that of alerts."""


def _of_a_notice(name: str, *columns: Column[str]) -> Table:
    """Return a table of records about notices; the pair of client and notice is its owner's key."""
    return Table(
        name,
        metadata,
        Column("number", Integer, primary_key=True),
        *(Column(owner, Words, nullable=False) for owner in ("client_id", "notice_id")),
        *columns,
        *(Column(told, Words, nullable=False) for told in ("who", "why")),
        Column("at", Utc, nullable=False),
        ForeignKeyConstraint(["client_id", "notice_id"], ["notices.client_id", "notices.id"]),
        Index(None, "client_id", "notice_id", "number"),
    )


notice_revisions = _of_a_notice("notice_revisions", Column("edits", Json(Edits), nullable=False))
notice_steps = _of_a_notice("notice_steps", *(Column(name, Words, nullable=False) for name in ("kind", "about")))
