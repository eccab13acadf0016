"""The few statements that both databases know and that SQLAlchemy writes differently for each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from sqlalchemy import Column, Connection, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite

_BATCH = 500
"""Names in one ``IN (…)``: far below what either database takes, and long enough to be quick."""


def insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an insert that can say what to do about a row that is there already."""
    return _inserting(connection.dialect.name, table)


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert *rows*; one whose primary key is there already replaces what stands under it."""
    if not rows:
        return
    unknown = set(rows[0]) - {column.name for column in table.columns}
    if unknown:  # of many rows SQLAlchemy would drop such a value without a word
        raise ValueError(f"{table.name} has no column for {', '.join(sorted(unknown))}")
    connection.execute(_upserting(connection.dialect.name, table), rows)


@lru_cache(maxsize=256)
def _upserting(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return the statement of :func:`upsert`, the same one each time: to make it costs as much as some rows of it."""
    statement = _inserting(dialect, table)
    keys = [column.name for column in table.primary_key]
    new = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=new)


def _inserting(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def add_missing(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
    """Insert those *rows* that are not there yet and return how many."""
    statement = insert(connection, table).on_conflict_do_nothing()
    counted = statement.execution_options(preserve_rowcount=True)
    return sum(connection.execute(counted, row).rowcount for row in rows)


def next_number(connection: Connection, column: Column[int]) -> int:
    """Return a number above every one that *column*, the order of its table's record, has.

    SQLite has one writer; a server counts for all of them, in a sequence that is named after table and column.
    """
    if connection.dialect.name == "postgresql":
        return int(connection.execute(select(func.nextval(f"{column.table.name}_{column.name}"))).scalar_one())
    return int(connection.execute(select(func.coalesce(func.max(column), 0))).scalar_one()) + 1


def in_batches(names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yield *names* in tuples short enough for one statement."""
    rest = iter(names)
    while batch := tuple(islice(rest, _BATCH)):
        yield batch
