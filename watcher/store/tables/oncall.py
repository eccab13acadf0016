"""The tables of being on call: overrides, where chains stand, who has which alert, and the links that give it."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table

from watcher.store.columns import Utc, Words
from watcher.store.shapes import metadata


def _text(name: str) -> Column[str]:
    return Column(name, Words, nullable=False)


def _alert() -> Column[str]:
    return Column("alert_id", Words, ForeignKey("alerts.id"), nullable=False)


overrides = Table(
    "overrides",
    metadata,
    Column("number", Integer, primary_key=True),
    *map(_text, ("rota", "person")),
    Column("start", Utc, nullable=False),
    Column("end", Utc, nullable=False),
    *map(_text, ("who", "why", "undone_by")),
    Index(None, "end"),
)

escalations = Table(
    "escalations",
    metadata,
    Column("alert_id", Words, ForeignKey("alerts.id"), primary_key=True),
    Column("chain", Words, primary_key=True),
    Column("level", Integer, nullable=False),
    Column("since", Utc, nullable=False),
    Column("taken", Integer, nullable=False),
    Column("opened", Integer, nullable=False),
    Column("restarted", Boolean, nullable=False),
    _text("over"),
    Index(None, "over"),
)

acknowledgements = Table(
    "acknowledgements",
    metadata,
    Column("number", Integer, primary_key=True),
    *map(_text, ("assessment", "kind", "subject")),
    Column("level", Integer, nullable=False),
    _alert(),
    _text("owner"),
    Column("at", Utc, nullable=False),
    Column("until", Utc, nullable=False),
    *map(_text, ("note", "by", "over")),
    Index(None, "over", "kind", "subject"),
)

acknowledge_links = Table(
    "acknowledge_links",
    metadata,
    Column("digest", Words, primary_key=True),
    _alert(),
    _text("recipient"),
    Column("level", Integer, nullable=False),
    Column("until", Utc, nullable=False),
    Column("used_at", Utc),
    Index(None, "until"),
)
