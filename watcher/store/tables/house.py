"""The tables of the house itself: its troubles, its canary, its name, and who did what."""

from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
)

from watcher.store.shapes import count, json_of, key, maybe_time, metadata, number, real, text, time

troubles = Table(
    "troubles",
    metadata,
    Column("number", Integer, primary_key=True),
    text("about"),
    text("kind"),
    time("since"),
    time("told_at"),
    text("alert", ForeignKey("alerts.id")),
    json_of("reason", dict[str, str]),
    real("calm_seconds"),
    maybe_time("calm_since"),
    maybe_time("over_at"),
    Index(None, "about"),
    Index(None, "over_at"),
)

canary = Table(
    "canary",
    metadata,
    key("name"),
    time("put_in_at"),
    time("out_at"),
)

installation = Table("installation", metadata, key("name"))

restores = Table(
    "restores",
    metadata,
    Column("number", Integer, primary_key=True),
    time("at"),
    text("who"),
    text("why"),
    maybe_time("as_of"),
    text("source"),
    text("aside"),
    Column("unknown", Integer, nullable=True),
    count("alerts"),
    maybe_time("told_at"),
)
"""``unknown`` alerts were said after ``as_of`` as far as the replaced database tells; ``alerts`` is the last number."""

audit = Table(
    "audit",
    metadata,
    number(),
    time("at"),
    text("who"),
    text("what"),
    json_of("detail", dict[str, Any]),
    count("link"),
    text("before"),
    text("digest"),
    Index(None, "at"),
    Index(None, "link"),
    Index(None, "digest"),
)

audit_head = Table("audit_head", metadata, key("name"), count("count"), text("digest"))
