"""A database as version 0002 left it, with rows in it, for the tests of the way from there."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData, Table

from tests.store.builders import DAY, HOUR, NOON, an_alert
from watcher.store import Connection, Database, migrations

TEXTS: dict[str, Any] = {"title": "Pénurie de carburant à Bamako", "summary": "Les stations", "content": "« sans fin »"}

MOVE = {
    "id": "move-1",
    "assessment": "mali",
    "version": "1.2",
    "key": "coup",
    "at": "2026-03-01T12:00:00.123456Z",
    "before": 0.1,
    "after": 0.17,
    "low": 0.12,
    "high": 0.3,
    "band_before": 1,
    "band_after": 2,
    "level_before": 0,
    "level_after": 2,
    "reasons": ["band up"],
    "differences": [{"kind": "indicator", "source": "fuel", "nats": 0.7123456789012345}],
    "rows": [{"kind": "indicator", "source": "fuel", "nats": 0.7123456789012345}],
    "events": [
        {
            "id": "event-1",
            "indicator": "fuel",
            "place": "bamako",
            "day": "2026-03-01",
            "when": "2026-03-01T11:00:00.123456Z",
            "reports": [
                {
                    "indicator": "fuel",
                    "item": {
                        "id": "item-1",
                        "source": "studio-tamani",
                        "title": "Pénurie",
                        "fetched": "2026-03-01T12:00:00.123456Z",
                        "published": None,
                        "url": "",
                        "summary": "",
                        "content": "",
                        "lang": "fr",
                        "lat": 12.65,
                        "lon": -8.0,
                        "place": "Bamako",
                        "codes": [],
                        "actors": [],
                    },
                    "publisher": {"family": "tamani", "reliability": "B", "party": True},
                    "evidence": [{"words": "Pénurie", "field": "title", "start": 0, "end": 7}],
                    "places": ["bamako"],
                    "announcement": False,
                    "rejected_by": "",
                    "known": None,
                }
            ],
            "grade": {"reliability": "B", "credibility": 2},
            "announcement": False,
        }
    ],
    "families": ["tamani"],
    "coverage": 0.9,
    "degraded": False,
    "happened": None,
}
"""A move as it was written then: events and matches had fewer fields."""

ALERT = an_alert().model_dump_json(exclude={"kind"})
"""An alert as it was worded then: all alerts were about moves, and did not say so."""


def old_database(url: str) -> Database:
    """Open the empty database at *url* and bring it to version 0002, with rows."""
    database = Database(url)
    with database.write() as connection:
        _upgrade_to(connection, "0002")
        _fill(connection)
    return database


def _upgrade_to(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _put(connection: Connection, table: str, **row: object) -> None:
    """Insert a row into *table* as it stands now, whatever the code knows of it."""
    then = Table(table, MetaData(), autoload_with=connection)
    assert {*row, "id"} == {*then.columns.keys(), "id"}, f"a whole row of {table}; a number comes by itself"
    connection.execute(then.insert().values(row))


def _fill(connection: Connection) -> None:
    """Put a row into each table that step 0003 changes, and into those whose rows refer to them."""
    _put(connection, "items", id="item-1", source="studio-tamani", **TEXTS, url="https://news.example/1", lang="fr",
         published=NOON - HOUR, fetched=NOON, lat=12.65, lon=-8.0, place="Bamako", codes=["1721"], actors=["JNIM"],
         content_hash="0", revision=2)  # fmt: skip
    _put(connection, "item_revisions", item_id="item-1", revision=1, **TEXTS, replaced_at=NOON)
    _put(connection, "judgements", item_id="item-1", assessment="mali", judged_with="1.2", at=NOON)
    evidence = {"words": "Pénurie de carburant", "field": "title", "start": 0, "end": 20}
    _put(connection, "matches", assessment="mali", item_id="item-1", indicator="fuel", family="tamani",
         reliability="B", party=True, evidence=[evidence], places=["bamako", "kati"], announcement=True,
         rejected_by="", judged_at=NOON)  # fmt: skip
    _put(connection, "blind_spans", assessment="mali", start=NOON - DAY, end=NOON - HOUR)
    _put(connection, "blind_spans", assessment="mali", start=NOON, end=None)
    _put(connection, "rulings", assessment="mali", key="coup", happened=True, who="A. Diallo", why="radio", at=NOON)
    _put(connection, "moves", id="move-1", assessment="mali", key="coup", sequence=1, at=NOON, before=0.1, after=0.17,
         reasons=["band up"], data=MOVE)  # fmt: skip
    _put(connection, "alerts", id="move-1", assessment="mali", scenario="coup", level=2, at=NOON, body=ALERT)
