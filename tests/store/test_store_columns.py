"""What columns write and read by themselves, where SQLAlchemy's own way would do it in more steps: the same."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import DateTime
from sqlalchemy.dialects import sqlite

from watcher.store.columns import Json, Utc

SQLITE: Any = sqlite.dialect()
PARIS = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 3, 1, 12, tzinfo=UTC),
        datetime(2026, 3, 1, 12, 0, 0, 7, tzinfo=UTC),
        datetime(2026, 3, 1, 1, 30, tzinfo=PARIS),
        datetime(1, 1, 1, tzinfo=UTC),
    ],
)
def test_a_moment_is_the_text_that_sqlalchemy_writes(moment: datetime) -> None:
    """Rows of before and after sort and compare as one."""
    write, read = Utc().bind_processor(SQLITE), Utc().result_processor(SQLITE, None)
    own = SQLITE.type_descriptor(DateTime()).bind_processor(SQLITE)
    assert write is not None
    assert read is not None
    assert own is not None
    assert write(moment) == own(moment.astimezone(UTC))
    back = read(write(moment))
    assert back == moment
    assert back is not None
    assert back.tzinfo is UTC


def test_a_moment_with_its_offset_is_read_as_well() -> None:
    """A statement that names no column, as in a migration, leaves the offset in the text."""
    read = Utc().result_processor(SQLITE, None)
    assert read is not None
    assert read("2026-03-01 14:00:00.000007+02:00") == datetime(2026, 3, 1, 12, 0, 0, 7, tzinfo=UTC)


def test_half_a_surrogate_pair_in_json_is_read() -> None:
    """Python writes it and reads it; the quicker reader of JSON does not take it."""
    read = Json(tuple[str, ...]).result_processor(SQLITE, None)
    assert read is not None
    assert read(json.dumps(["a\ud83d", "é"])) == ("a\ud83d", "é")
