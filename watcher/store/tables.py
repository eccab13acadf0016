"""Every table, once. A change here needs a migration; a test compares the two on both databases."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
)

from indicators.matcher import Evidence
from indicators.moves import OutlookMove
from indicators.outlooks import Row
from indicators.publishers import Publisher
from indicators.sight import Sight
from watcher.health.vitals import Vitals
from watcher.store.columns import Finite, Json, Utc, Words
from watcher.store.notice_tables import notice_tables

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _key(name: str, *references: ForeignKey) -> Column[str]:
    return Column(name, Words, *references, primary_key=True)


def _number() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _text(name: str, *references: ForeignKey) -> Column[str]:
    return Column(name, Words, *references, nullable=False)


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _real(name: str) -> Column[float]:
    return Column(name, Finite, nullable=False)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def _time(name: str) -> Column[datetime]:
    return Column(name, Utc, nullable=False)


def _maybe_time(name: str) -> Column[datetime]:
    return Column(name, Utc, nullable=True)


def _json(name: str, of: Any) -> Column[Any]:
    return Column(name, Json(of), nullable=False)


sources = Table(
    "sources",
    metadata,
    _key("id"),
    _text("url"),
    _text("etag"),
    _text("last_modified"),
    _maybe_time("next_due_at"),
    _maybe_time("last_poll_at"),
    _maybe_time("last_ok_at"),
    _text("last_fault"),
    _text("last_detail"),
    _count("failures"),
    _count("renamed"),
    _flag("by_link"),
    _json("vitals", Vitals),
)

known_entries = Table("known_entries", metadata, _key("source"), _text("entries"))
"""What a kind remembers of the last document of a source; apart from the source's row, which is read far more often."""

fetches = Table(
    "fetches",
    metadata,
    _number(),
    _text("source"),
    _time("at"),
    _text("outcome"),
    _text("detail"),
    _count("items_new"),
    _count("items_shown"),
    _count("items_known"),
    _maybe_time("newest_at"),
    _real("garbled"),
    _text("body_hash"),
    Index(None, "source", "at"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    _key("source"),
    *map(_text, ("hub", "topic", "token", "secret")),
    _time("next_ask_at"),
    _maybe_time("granted_until"),
    _count("tries"),
    _flag("is_doubted"),
    _text("detail"),
    UniqueConstraint("token"),
)

pushes = Table(
    "pushes",
    metadata,
    _key("source"),
    _key("mark"),
    _time("at"),
    Index(None, "source", "at"),
)

items = Table(
    "items",
    metadata,
    _key("id"),
    _text("source"),
    _text("title"),
    _text("url"),
    _text("summary"),
    _text("content"),
    Column("lang", Words),
    _maybe_time("published"),
    _maybe_time("occurred"),
    _time("fetched"),
    Column("lat", Finite),
    Column("lon", Finite),
    _text("place"),
    _json("codes", tuple[str, ...]),
    _json("actors", tuple[str, ...]),
    _text("content_hash"),
    _count("revision"),
    Index(None, "fetched", "id"),
    Index(None, "source", "content_hash"),
)

item_revisions = Table(
    "item_revisions",
    metadata,
    _key("item_id", ForeignKey("items.id")),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    _text("title"),
    _text("summary"),
    _text("content"),
    _text("url"),
    Column("lang", Words),
    _maybe_time("published"),
    _maybe_time("occurred"),
    Column("lat", Finite),
    Column("lon", Finite),
    _text("place"),
    _json("codes", tuple[str, ...]),
    _json("actors", tuple[str, ...]),
    _time("replaced_at"),
)

judgements = Table(
    "judgements",
    metadata,
    _key("item_id", ForeignKey("items.id")),
    _key("assessment"),
    _text("judged_with"),
    _time("at"),
)

matches = Table(
    "matches",
    metadata,
    _key("assessment"),
    _key("item_id", ForeignKey("items.id")),
    _key("indicator"),
    _text("family"),
    _text("reliability"),
    _flag("party"),
    _json("evidence", tuple[Evidence, ...]),
    _json("places", tuple[str, ...]),
    _flag("announcement"),
    _text("rejected_by"),
    Column("lat", Finite),
    Column("lon", Finite),
    _text("stance"),
    _text("signature"),
    _maybe_time("since"),
    _time("judged_at"),
)

event_decisions = Table(
    "event_decisions",
    metadata,
    Column("number", Integer, primary_key=True),
    _text("assessment"),
    _text("kind"),
    _text("indicator"),
    _json("reports", tuple[str, ...]),
    Column("grade", Words),
    Column("withdraws", Integer),
    _text("who"),
    _text("why"),
    _time("at"),
    Index(None, "assessment", "number"),
)

footings = Table(
    "footings",
    metadata,
    _key("digest"),
    _text("rules"),
    _json("terms", dict[str, dict[str, tuple[str, ...]]]),
    _json("publishers", dict[str, Publisher]),
    _text("gazetteers"),
)

evaluations = Table(
    "evaluations",
    metadata,
    Column("number", Integer, primary_key=True),
    _text("assessment"),
    _time("at"),
    _text("judged_with"),
    _json("sight", dict[str, Sight]),
    _json("happened", dict[str, bool]),
    _count("decisions"),
    Column("footing", Words, ForeignKey("footings.digest")),
    Index(None, "assessment", "number"),
)

evaluated_items = Table(
    "evaluated_items",
    metadata,
    Column("evaluation", Integer, ForeignKey("evaluations.number"), primary_key=True),
    _key("item_id", ForeignKey("items.id")),
    _count("revision"),
)

readings = Table(
    "readings",
    metadata,
    _number(),
    _text("assessment"),
    _text("indicator"),
    _time("at"),
    _text("level"),
    _real("count"),
    _real("activation"),
    _real("signal"),
    Index(None, "assessment", "indicator", "at"),
)

current_readings = Table(
    "current_readings",
    metadata,
    _key("assessment"),
    _key("indicator"),
    _time("at"),
    _text("level"),
    _real("count"),
    _real("activation"),
    _real("signal"),
)

estimates = Table(
    "estimates",
    metadata,
    _key("assessment"),
    _key("key"),
    Column("at", Utc, primary_key=True),
    _text("version"),
    _real("prior"),
    _real("p"),
    _real("low"),
    _real("high"),
    _json("rows", tuple[Row, ...]),
    Column("happened", Boolean),
)

published = Table(
    "published",
    metadata,
    _key("assessment"),
    _key("key"),
    _count("band"),
    _count("level"),
    _real("notice_p"),
    _time("notice_at"),
    _json("notice_rows", dict[str, float]),
    Column("notice_prior", Finite, nullable=True),
    Column("raised_from", Finite, nullable=True),
    Column("happened", Boolean, nullable=True),
    _count("sequence"),
    _maybe_time("band_up_since"),
    _maybe_time("band_down_since"),
    _maybe_time("level_down_since"),
    _maybe_time("odds_down_since"),
)

moves = Table(
    "moves",
    metadata,
    _key("id"),
    _text("assessment"),
    _text("key"),
    _count("sequence"),
    _time("at"),
    _real("before"),
    _real("after"),
    _json("reasons", tuple[str, ...]),
    _json("data", OutlookMove),
    UniqueConstraint("assessment", "key", "sequence"),
    Index(None, "assessment", "at"),
)

alerts = Table(
    "alerts",
    metadata,
    _key("id"),
    _text("kind"),
    _text("assessment"),
    _text("subject"),
    _count("level"),
    _time("at"),
    _text("body"),
    Index(None, "at"),
    Index(None, "kind", "subject", "at"),
)

deliveries = Table(
    "deliveries",
    metadata,
    _key("key"),
    _text("alert_id", ForeignKey("alerts.id")),
    _text("recipient"),
    _text("channel"),
    _count("level"),
    _text("state"),
    _time("due"),
    _count("attempts"),
    Column("last_answer", Words),
    _text("last_detail"),
    _text("held"),
    _text("reference"),
    _flag("may_have_arrived"),
    _text("step"),
    Column("claimed_by", Words),
    _maybe_time("claimed_until"),
    _time("created_at"),
    _maybe_time("finished_at"),
    Index(None, "alert_id"),
    Index(None, "state", "level", "due"),
    Index(None, "recipient", "created_at"),
)

silences = Table(
    "silences",
    metadata,
    Column("number", Integer, primary_key=True),
    _text("who"),
    _text("why"),
    _time("start"),
    _time("end"),
    _text("assessment"),
    _text("subject"),
    _text("kind"),
    _text("recipient"),
    _count("up_to"),
    _text("ended_by"),
    Index(None, "end"),
)

troubles = Table(
    "troubles",
    metadata,
    Column("number", Integer, primary_key=True),
    _text("about"),
    _text("kind"),
    _time("since"),
    _time("told_at"),
    _text("alert", ForeignKey("alerts.id")),
    _json("reason", dict[str, str]),
    _real("calm_seconds"),
    _maybe_time("calm_since"),
    _maybe_time("over_at"),
    Index(None, "about"),
    Index(None, "over_at"),
)

canary = Table(
    "canary",
    metadata,
    _key("name"),
    _time("put_in_at"),
    _time("out_at"),
)

rulings = Table(
    "rulings",
    metadata,
    _number(),
    _text("assessment"),
    _text("key"),
    Column("happened", Boolean),
    _flag("void"),
    _flag("goes_on"),
    _text("who"),
    _text("why"),
    _time("at"),
    Index(None, "assessment", "key"),
)

move_decisions = Table(
    "move_decisions",
    metadata,
    Column("number", Integer, primary_key=True),
    _text("assessment"),
    _text("key"),
    _text("move", ForeignKey("moves.id")),
    _text("kind"),
    Column("p", Finite),
    Column("confidence", Words),
    _text("who"),
    _text("why"),
    _time("at"),
    Index(None, "assessment", "key", "number"),
)

notices, notice_revisions, notice_steps = notice_tables(metadata)

blind_spans = Table(
    "blind_spans",
    metadata,
    _number(),
    _text("assessment"),
    _text("indicator"),
    _time("start"),
    _maybe_time("end"),
)

assessments = Table(
    "assessments",
    metadata,
    Column("number", Integer, primary_key=True),
    _text("file"),
    _text("id"),
    _text("version"),
    _text("sha"),
    _text("text"),
    _time("loaded_at"),
    Index(None, "file", "number"),
)

installation = Table("installation", metadata, _key("name"))

audit = Table(
    "audit",
    metadata,
    _number(),
    _time("at"),
    _text("who"),
    _text("what"),
    _json("detail", dict[str, Any]),
    Index(None, "at"),
)
