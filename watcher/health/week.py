"""The last seven days of a source in seven characters, for a table."""

from datetime import datetime

from watcher.health.diary import Diary, hour_of

DAYS = 7
UNWATCHED = "·"
_BARS = "▁▂▃▄▅▆▇█"
_DAY = 24


def week_bar(diary: Diary, *, now: datetime) -> str:
    """Return one character for each of the last seven times 24 hours, oldest first.

    A bar says in how many hours something new came, up to every second hour; the lowest bar says in none,
    and a dot that nobody could look.
    """
    ago = [(hour_of(now) - hour, heard) for hour, heard in diary.hours()]
    return "".join(_day([heard for back, heard in ago if back // _DAY == day]) for day in reversed(range(DAYS)))


def _day(hours: list[bool]) -> str:
    if not hours:
        return UNWATCHED
    return _BARS[min(-(-sum(hours) * 2 * (len(_BARS) - 1) // _DAY), len(_BARS) - 1)]
