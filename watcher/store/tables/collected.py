"""The tables of what was collected: sources as they are polled, the polls, and the items with every revision."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    UniqueConstraint,
)

from watcher.health.vitals import Vitals
from watcher.store.columns import Finite, Words
from watcher.store.shapes import count, flag, json_of, key, maybe_time, metadata, number, real, text, time

sources = Table(
    "sources",
    metadata,
    key("id"),
    text("url"),
    text("etag"),
    text("last_modified"),
    maybe_time("next_due_at"),
    maybe_time("last_poll_at"),
    maybe_time("last_ok_at"),
    text("last_fault"),
    text("last_detail"),
    count("failures"),
    count("renamed"),
    flag("by_link"),
    json_of("vitals", Vitals),
)

known_entries = Table("known_entries", metadata, key("source"), text("entries"))
"""What a kind remembers of the last document of a source; apart from the source's row, which is read far more often."""

fetches = Table(
    "fetches",
    metadata,
    number(),
    text("source"),
    time("at"),
    text("outcome"),
    text("detail"),
    count("items_new"),
    count("items_shown"),
    count("items_known"),
    maybe_time("newest_at"),
    real("garbled"),
    text("body_hash"),
    Index(None, "source", "at"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    key("source"),
    *map(text, ("hub", "topic", "token", "secret")),
    time("next_ask_at"),
    maybe_time("granted_until"),
    count("tries"),
    flag("is_doubted"),
    text("detail"),
    UniqueConstraint("token"),
)

pushes = Table(
    "pushes",
    metadata,
    key("source"),
    key("mark"),
    time("at"),
    Index(None, "source", "at"),
)

items = Table(
    "items",
    metadata,
    key("id"),
    text("source"),
    text("title"),
    text("url"),
    text("summary"),
    text("content"),
    Column("lang", Words),
    maybe_time("published"),
    maybe_time("occurred"),
    time("fetched"),
    Column("lat", Finite),
    Column("lon", Finite),
    text("place"),
    json_of("codes", tuple[str, ...]),
    json_of("actors", tuple[str, ...]),
    text("content_hash"),
    count("revision"),
    Index(None, "fetched", "id"),
    Index(None, "source", "content_hash"),
    Index(None, "source", "fetched", "id"),
)

late_pages = Table(
    "late_pages",
    metadata,
    key("item_id", ForeignKey("items.id")),
    time("due"),
    count("tries"),
)
"""Pages of reports that were busy or did not answer, until they are had or given up."""

item_revisions = Table(
    "item_revisions",
    metadata,
    key("item_id", ForeignKey("items.id")),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    text("title"),
    text("summary"),
    text("content"),
    text("url"),
    Column("lang", Words),
    maybe_time("published"),
    maybe_time("occurred"),
    Column("lat", Finite),
    Column("lon", Finite),
    text("place"),
    json_of("codes", tuple[str, ...]),
    json_of("actors", tuple[str, ...]),
    time("replaced_at"),
)
