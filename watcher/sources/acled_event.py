"""One ACLED event as a record: the same columns come from its API and in its CSV export."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from watcher.sources.dates import moment_of
from watcher.sources.field_maps import coded
from watcher.sources.records import Record, RecordError

COLUMNS = (
    "event_id_cnty",
    "event_date",
    "event_type",
    "sub_event_type",
    "actor1",
    "actor2",
    "country",
    "location",
    "latitude",
    "longitude",
    "notes",
)
"""Without these a row is no ACLED event; the others are used where they are there."""

_PRECISION = {"2": "The day is known to the week only.", "3": "The day is known to the month only."}
_OLD_EXPORT = "%d %B %Y"


def acled_record(row: Mapping[str, Any], *, now: datetime) -> Record:
    """Return *row* as a record: when it occurred, its types as codes, who took part, where.

    Raises :class:`RecordError` for a row that lacks a column, or whose day cannot be read: an event of an
    unknown day would count as one of today.
    """
    for name in COLUMNS:
        if name not in row:
            raise RecordError(f"{name} is missing")
        if isinstance(row[name], list | dict):
            raise RecordError(f"{name} is no single value")
    if not isinstance(row["event_type"], str) or not row["event_type"].strip():
        raise RecordError("event_type is empty")
    record = Record(
        id=row["event_id_cnty"],
        title=_title(row),
        summary=row["notes"],
        content="\n".join(_details(row)),
        published=row.get("timestamp"),
        lat=row["latitude"],
        lon=row["longitude"],
        place=_joined(row, "location", "admin1", "country"),
        codes=(coded("acled", row["event_type"]), coded("acled", row["sub_event_type"])),
        actors=_actors(row),
    )
    day = moment_of(row["event_date"], now=now) or moment_of(row["event_date"], now=now, written=_OLD_EXPORT)
    if day is None:
        raise RecordError(f"event_date {str(row['event_date'])[:40]!r} is no day")
    return replace(record, occurred=day.isoformat())


def _title(row: Mapping[str, Any]) -> str:
    what = _of(row, "sub_event_type") or _of(row, "event_type")
    who = " / ".join(name for name in (_of(row, "actor1"), _of(row, "actor2")) if name)
    where = _joined(row, "location", "country")
    return f"{what}: {who}, {where}" if who else f"{what}, {where}"


def _details(row: Mapping[str, Any]) -> Iterator[str]:
    deaths = _of(row, "fatalities")
    if deaths.isdigit() and int(deaths[:9]) > 0:
        yield f"Fatalities: {deaths}."
    if _of(row, "civilian_targeting"):
        yield f"{_of(row, 'civilian_targeting')}."
    if _of(row, "source"):
        yield f"Sources: {_of(row, 'source')}."
    if told := _PRECISION.get(_of(row, "time_precision")):
        yield told


def _actors(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Both sides and those named with them; ACLED parts several names of one column by semicolons."""
    written = (_of(row, name) for name in ("actor1", "assoc_actor_1", "actor2", "assoc_actor_2"))
    return tuple(name.strip() for several in written for name in several.split(";") if name.strip())


def _joined(row: Mapping[str, Any], *names: str) -> str:
    return ", ".join(dict.fromkeys(said for name in names if (said := _of(row, name))))


def _of(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
