"""Episodes: separate happenings. A hundred overlapping windows over one coup are one episode, not a hundred."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """Happenings of one kind that no window can tell apart: each within a horizon of the one before."""

    days: tuple[date, ...]

    @property
    def first(self) -> date:
        """The day on which it began: what a warning has to come before."""
        return self.days[0]


def episodes(days: Iterable[date], *, horizon_days: int) -> tuple[Episode, ...]:
    """Return *days* as episodes, oldest first: a day less than *horizon_days* after another belongs to it."""
    found: list[list[date]] = []
    for day in sorted(set(days)):
        if found and (day - found[-1][-1]).days < horizon_days:
            found[-1].append(day)
        else:
            found.append([day])
    return tuple(Episode(days=tuple(own)) for own in found)
