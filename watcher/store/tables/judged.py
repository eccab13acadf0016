"""The tables of what was judged, and of what named persons decided about it."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    UniqueConstraint,
)

from indicators.matcher import Evidence
from indicators.moves import OutlookMove
from indicators.outlooks import Row
from indicators.publishers import Publisher
from indicators.sight import Sight
from watcher.store.columns import Finite, Utc, Words
from watcher.store.shapes import count, flag, json_of, key, maybe_time, metadata, number, real, text, time

judgements = Table(
    "judgements",
    metadata,
    key("item_id", ForeignKey("items.id")),
    key("assessment"),
    text("judged_with"),
    time("at"),
    Index(None, "assessment", "judged_with", "item_id"),
)
"""Of each item and each assessment with a queue; what is not judged yet has an empty version."""

queues = Table("queues", metadata, key("assessment"))
"""The assessments that new items wait for, and one row without a name: see :mod:`watcher.store.queues`."""

matches = Table(
    "matches",
    metadata,
    key("assessment"),
    key("item_id", ForeignKey("items.id")),
    key("indicator"),
    text("family"),
    text("reliability"),
    flag("party"),
    json_of("evidence", tuple[Evidence, ...]),
    json_of("places", tuple[str, ...]),
    flag("announcement"),
    text("rejected_by"),
    Column("lat", Finite),
    Column("lon", Finite),
    text("stance"),
    text("signature"),
    maybe_time("since"),
    time("judged_at"),
)

event_decisions = Table(
    "event_decisions",
    metadata,
    Column("number", Integer, primary_key=True),
    text("assessment"),
    text("kind"),
    text("indicator"),
    json_of("reports", tuple[str, ...]),
    Column("grade", Words),
    Column("withdraws", Integer),
    text("who"),
    text("why"),
    time("at"),
    Index(None, "assessment", "number"),
)

footings = Table(
    "footings",
    metadata,
    key("digest"),
    text("rules"),
    json_of("terms", dict[str, dict[str, tuple[str, ...]]]),
    json_of("publishers", dict[str, Publisher]),
    text("gazetteers"),
)

evaluations = Table(
    "evaluations",
    metadata,
    Column("number", Integer, primary_key=True),
    text("assessment"),
    time("at"),
    text("judged_with"),
    json_of("sight", dict[str, Sight]),
    json_of("happened", dict[str, bool]),
    count("decisions"),
    Column("footing", Words, ForeignKey("footings.digest")),
    Index(None, "assessment", "number"),
)

evaluated_items = Table(
    "evaluated_items",
    metadata,
    Column("evaluation", Integer, ForeignKey("evaluations.number"), primary_key=True),
    key("item_id", ForeignKey("items.id")),
    count("revision"),
)

readings = Table(
    "readings",
    metadata,
    number(),
    text("assessment"),
    text("indicator"),
    time("at"),
    text("level"),
    real("count"),
    real("activation"),
    real("signal"),
    Index(None, "assessment", "indicator", "at"),
)

current_readings = Table(
    "current_readings",
    metadata,
    key("assessment"),
    key("indicator"),
    time("at"),
    text("level"),
    real("count"),
    real("activation"),
    real("signal"),
)

estimates = Table(
    "estimates",
    metadata,
    key("assessment"),
    key("key"),
    Column("at", Utc, primary_key=True),
    text("version"),
    real("prior"),
    real("p"),
    real("low"),
    real("high"),
    json_of("rows", tuple[Row, ...]),
    Column("happened", Boolean),
)

published = Table(
    "published",
    metadata,
    key("assessment"),
    key("key"),
    count("band"),
    count("level"),
    real("notice_p"),
    time("notice_at"),
    json_of("notice_rows", dict[str, float]),
    Column("notice_prior", Finite, nullable=True),
    Column("raised_from", Finite, nullable=True),
    Column("happened", Boolean, nullable=True),
    count("sequence"),
    maybe_time("band_up_since"),
    maybe_time("band_down_since"),
    maybe_time("level_down_since"),
    maybe_time("odds_down_since"),
)

moves = Table(
    "moves",
    metadata,
    key("id"),
    text("assessment"),
    text("key"),
    count("sequence"),
    time("at"),
    real("before"),
    real("after"),
    json_of("reasons", tuple[str, ...]),
    json_of("data", OutlookMove),
    count("number"),
    UniqueConstraint("assessment", "key", "sequence"),
    Index(None, "number"),
    Index(None, "assessment", "number"),
)
"""``number`` is the order in which they were put on record, those of all lines together; as that of alerts."""

move_decisions = Table(
    "move_decisions",
    metadata,
    Column("number", Integer, primary_key=True),
    text("assessment"),
    text("key"),
    text("move", ForeignKey("moves.id")),
    text("kind"),
    Column("p", Finite),
    Column("confidence", Words),
    text("who"),
    text("why"),
    time("at"),
    Index(None, "assessment", "key", "number"),
)

rulings = Table(
    "rulings",
    metadata,
    number(),
    text("assessment"),
    text("key"),
    Column("happened", Boolean),
    flag("void"),
    flag("goes_on"),
    text("who"),
    text("why"),
    time("at"),
    Index(None, "assessment", "key"),
)

assessments = Table(
    "assessments",
    metadata,
    Column("number", Integer, primary_key=True),
    text("file"),
    text("id"),
    text("version"),
    text("sha"),
    text("text"),
    time("loaded_at"),
    Index(None, "file", "number"),
)

rule_proposals = Table(
    "rule_proposals",
    metadata,
    Column("number", Integer, primary_key=True),
    *map(text, ("kind", "assessment", "rule", "block", "made_from", "who", "why")),
    time("at"),
    *map(text, ("state", "decided_by", "decided_why")),
    maybe_time("decided_at"),
    Index(None, "assessment", "state"),
)

blind_spans = Table(
    "blind_spans",
    metadata,
    number(),
    text("assessment"),
    text("indicator"),
    time("start"),
    maybe_time("end"),
)
