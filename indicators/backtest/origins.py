"""Origins: the moments at which the rules are asked, at midnight UTC and a fixed number of days apart."""

import re
from datetime import UTC, date, datetime, time, timedelta

STEPS = {"daily": 1, "weekly": 7}


def step_of(told: str) -> int:
    """Return the days between origins: ``weekly``, ``daily`` or ``14d``; ``ValueError`` says what to write."""
    days = re.fullmatch(r"(\d{1,3})d", told.strip().lower())
    step = int(days.group(1)) if days else STEPS.get(told.strip().lower(), 0)
    if step < 1:
        raise ValueError(f"{told!r}: write weekly, daily, or a number of days such as 14d")
    return step


def origins(first: date, last: date, *, every: int) -> tuple[datetime, ...]:
    """Return midnight UTC of *first* and of every *every*-th day after it, up to *last*."""
    count = (last - first).days // every + 1
    return tuple(datetime.combine(first + timedelta(days=every * n), time(), tzinfo=UTC) for n in range(count))
