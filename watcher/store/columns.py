"""What a column holds: text that both databases can keep, moments in UTC, numbers one can compare, values as JSON."""

import json
import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import JSON, DateTime, Dialect, Double, Text, TypeDecorator

# Every value that is kept or read goes through its column. Where nothing of the driver's lies in between, a column
# gives the database one function instead of three that call each other.

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable(text: str) -> str:
    """Return *text* as both databases can keep it.

    PostgreSQL refuses NUL and neither takes half a surrogate pair. Each becomes one U+FFFD, so that
    offsets into the text stay true and one bad item does not sink its batch.
    """
    return str(_UNSTORABLE.sub("\ufffd", text))  # a plain str, also of a StrEnum


class Words(TypeDecorator[str]):
    """Text of any length, made storable."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy calls it so
        """Return *value* as it is kept."""
        return None if value is None else storable(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], Any] | None:
        """Return what writes a value."""
        plain = self.impl_instance.bind_processor(dialect) is None
        return _words if plain else super().bind_processor(dialect)


class Utc(TypeDecorator[datetime]):
    """A moment. Refuses one without a time zone and gives every one back in UTC, on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy calls it so
        """Return *value* in UTC."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} needs a time zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy calls it so
        """Return *value* aware; SQLite gives it back without its zone."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """Return what writes a value."""
        return _moment_as_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], datetime | None] | None:
        """Return what reads a value."""
        return _moment_of_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


class Finite(TypeDecorator[float]):
    """A number one can compare: NaN would never cross a threshold, and SQLite would read it as nothing."""

    impl = Double
    cache_ok = True

    def process_bind_param(self, value: float | None, dialect: Dialect) -> float | None:  # noqa: ARG002 - SQLAlchemy calls it so
        """Return *value* unless it is NaN or infinite."""
        if value is not None and not math.isfinite(value):
            raise ValueError(f"{value} is no number to keep")
        return value


class Json(TypeDecorator[Any]):
    """A value of one type (``tuple[Row, ...]``, a dataclass) as JSON, checked when it is read back."""

    impl = JSON
    cache_ok = True

    def __init__(self, of: Any) -> None:
        super().__init__()
        self.of = of
        self._adapter: TypeAdapter[Any] = TypeAdapter(of)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy calls it so
        """Return *value* as plain lists, dicts and strings."""
        return self._adapter.dump_python(value, mode="json")

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy calls it so
        """Return the value that was stored; ``None`` where a join found no row."""
        return None if value is None else self._adapter.validate_python(value)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], Any] | None:
        """Return what reads a value."""
        return self._of_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def _of_text(self, text: str | None) -> Any:
        if text is None:
            return None
        try:
            return self._adapter.validate_json(text)
        except ValidationError:  # half of a surrogate pair is text to the one reader of JSON and none to the other
            return self._adapter.validate_python(json.loads(text))


def _words(value: str | None) -> str | None:
    return None if value is None else storable(value)


def _moment_as_text(value: datetime | None) -> str | None:
    """Return *value* as SQLAlchemy writes moments for SQLite."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"{value} needs a time zone")
    return value.astimezone(UTC).isoformat(" ", "microseconds").removesuffix("+00:00")


def _moment_of_text(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
