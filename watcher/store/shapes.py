"""The shapes of columns that most tables share, and the metadata that all of them are part of."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Integer, MetaData

from watcher.store.columns import Finite, Json, Utc, Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def key(name: str, *references: ForeignKey) -> Column[str]:
    """A part of the primary key."""
    return Column(name, Words, *references, primary_key=True)


def number() -> Column[int]:
    """A running number as the key."""
    return Column("id", Integer, primary_key=True)


def text(name: str, *references: ForeignKey) -> Column[str]:
    """Words that must be there."""
    return Column(name, Words, *references, nullable=False)


def count(name: str) -> Column[int]:
    """A whole number."""
    return Column(name, Integer, nullable=False)


def real(name: str) -> Column[float]:
    """A finite number."""
    return Column(name, Finite, nullable=False)


def flag(name: str) -> Column[bool]:
    """Yes or no."""
    return Column(name, Boolean, nullable=False)


def time(name: str) -> Column[datetime]:
    """A moment, in UTC."""
    return Column(name, Utc, nullable=False)


def maybe_time(name: str) -> Column[datetime]:
    """A moment, or none."""
    return Column(name, Utc, nullable=True)


def json_of(name: str, of: Any) -> Column[Any]:
    """A value of that type, as JSON."""
    return Column(name, Json(of), nullable=False)
