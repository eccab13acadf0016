"""What a column holds: text that both databases can keep, moments in UTC, numbers one can compare, values as JSON."""

import math
import re
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import JSON, DateTime, Dialect, Double, Text, TypeDecorator

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

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Return *value* as it is kept."""
        return None if value is None else storable(value)


class Utc(TypeDecorator[datetime]):
    """A moment. Refuses one without a time zone and gives every one back in UTC, on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return *value* in UTC."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} needs a time zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return *value* aware; SQLite gives it back without its zone."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Finite(TypeDecorator[float]):
    """A number one can compare: NaN would never cross a threshold, and SQLite would read it as nothing."""

    impl = Double
    cache_ok = True

    def process_bind_param(self, value: float | None, dialect: Dialect) -> float | None:  # noqa: ARG002
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

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002
        """Return *value* as plain lists, dicts and strings."""
        return self._adapter.dump_python(value, mode="json")

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002
        """Return the value that was stored; ``None`` where a join found no row."""
        return None if value is None else self._adapter.validate_python(value)
