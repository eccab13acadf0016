"""The tables of what was said to whom: alerts, what is owed of them, and what keeps it back."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
)

from watcher.store.columns import Json, Words
from watcher.store.shapes import count, flag, key, maybe_time, metadata, text, time

alerts = Table(
    "alerts",
    metadata,
    key("id"),
    text("kind"),
    text("assessment"),
    text("subject"),
    count("level"),
    time("at"),
    count("number"),
    text("body"),
    Index(None, "at"),
    Index(None, "number"),
    Index(None, "kind", "subject", "number"),
)
"""``number`` is the order in which they were put on record: ``at`` may be of a clock that was ahead."""

deliveries = Table(
    "deliveries",
    metadata,
    key("key"),
    text("alert_id", ForeignKey("alerts.id")),
    text("recipient"),
    text("channel"),
    count("level"),
    text("state"),
    time("due"),
    count("attempts"),
    Column("last_answer", Words),
    text("last_detail"),
    text("held"),
    text("reference"),
    flag("may_have_arrived"),
    text("step"),
    Column("claimed_by", Words),
    maybe_time("claimed_until"),
    time("created_at"),
    maybe_time("finished_at"),
    Column("withheld", Json(tuple[int, ...]), nullable=True),
    Index(None, "alert_id"),
    Index(None, "state", "level", "due"),
    Index(None, "recipient", "created_at"),
    Index(None, "created_at", "key"),
)
"""``withheld`` are the findings of a notice whose headlines were left out of the words of its last try."""

silences = Table(
    "silences",
    metadata,
    Column("number", Integer, primary_key=True),
    text("who"),
    text("why"),
    time("start"),
    time("end"),
    text("assessment"),
    text("subject"),
    text("kind"),
    text("recipient"),
    count("up_to"),
    text("ended_by"),
    Index(None, "end"),
)
