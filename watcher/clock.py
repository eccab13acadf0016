"""Clock: where the shell gets the time from; a test or the demo brings its own."""

from collections.abc import Callable
from datetime import UTC, datetime

Now = Callable[[], datetime]
"""Returns an aware time in UTC."""


def utc_now() -> datetime:
    """Return the time on this machine's clock."""
    return datetime.now(UTC)
