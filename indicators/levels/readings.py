"""Readings: what every indicator says at one moment, each worked out when it is first asked for.

A judgement asks for few: the outlook needs nothing but the signals, and only what is told needs what stands behind it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property

from indicators.events import Event
from indicators.levels.clock import Clock
from indicators.levels.reading import Level, Reading
from indicators.levels.track import Track, look, stand
from indicators.rules import Combine, CountKind

Observable = Mapping[str, bool] | bool
"""Of each indicator, or of all, whether anything that could report it is up."""


class Readings(Mapping[str, Reading]):
    """Readings of one moment by indicator."""

    def __init__(self, made: Iterable[Reading] = ()) -> None:
        """Take those that are *made*."""
        self._made = {reading.indicator: reading for reading in made}

    def loud(self, ranks: Mapping[str, int]) -> frozenset[str]:
        """Return the indicators that reached as many thresholds as *ranks* says and are above their baseline."""
        return frozenset(r.indicator for r in self.values() if r.level.rank >= ranks[r.indicator] and r.signal > 0)

    def __getitem__(self, name: str) -> Reading:
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)


class Looks(Readings):
    """Readings of *tracks* at *now*, each worked out when it is asked for; *reads* are the others that each one counts.

    Nothing that happened after *now* may be in the tracks.
    """

    def __init__(
        self,
        tracks: Mapping[str, Track],
        reads: Mapping[str, tuple[str, ...]],
        *,
        now: datetime,
        observable: Observable,
    ) -> None:
        """Work out nothing yet."""
        super().__init__()
        self._tracks, self._reads, self._now, self._observable = tracks, reads, now, observable
        self._days: dict[int, float] = {}

    @cached_property
    def signals(self) -> dict[str, float]:
        """The signal of every indicator, -1 to 1; each is its reading's to the last digit."""
        return {name: signal for name, (signal, _) in self._stands.items()}

    @cached_property
    def _stands(self) -> dict[str, tuple[float, int]]:
        """The signal and the rank of every indicator."""
        found: dict[str, tuple[float, int]] = {}
        now, seen, each = self._now, self._observable is True, not isinstance(self._observable, bool)
        clock, today = None, 0.0
        for name, track in self._tracks.items():
            if track.plan.clock is not clock:
                clock = track.plan.clock
                today = self._today(clock)
            found[name] = stand(track, today, now, self._sees(name) if each else seen)
        return found

    def loud(self, ranks: Mapping[str, int]) -> frozenset[str]:
        """Return the same without the readings themselves."""
        above = [name for name, (signal, reached) in self._stands.items() if signal > 0 and reached >= ranks[name]]
        # Whether what a combination must not see can be seen is more than its course says.
        return frozenset(
            [name for name in above if self._combines(name) is None or self[name].level.rank >= ranks[name]]
        )

    def _combines(self, name: str) -> Combine | None:
        return self._tracks[name].plan.count.combine

    def __getitem__(self, name: str) -> Reading:
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = self._read(self._tracks[name])
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._tracks

    def __iter__(self) -> Iterator[str]:
        return iter(self._tracks)

    def __len__(self) -> int:
        return len(self._tracks)

    def _read(self, track: Track) -> Reading:
        name, today = track.plan.id, self._today(track.plan.clock)
        events = self._events_read(track) if self._reads[name] else _events(track, today)
        reading = look(track, today=today, now=self._now, observable=self._sees(name), events=events)
        combine = self._combines(name)
        if combine is None or not reading.level.rank or all(self._sees(other) for other in combine.none_of):
            return reading
        # Nobody can say that the others do not stand.
        return replace(reading, level=Level.NOT_OBSERVABLE, met=None, known=None)

    def _events_read(self, track: Track) -> tuple[Event, ...]:
        """Return what stands behind the others that *track* counts: of a silence, nothing does."""
        if track.plan.count.of is CountKind.SILENCE:
            return ()
        shown = {e.id: e for other in self._reads[track.plan.id] for e in self[other].events}
        return tuple(sorted(shown.values(), key=lambda e: (e.when, e.id), reverse=True))

    def _today(self, clock: Clock) -> float:
        """Return the observed day of *clock*; most indicators share one."""
        today = self._days.get(id(clock))
        if today is None:
            today = self._days[id(clock)] = clock.days(self._now)
        return today

    def _sees(self, name: str) -> bool:
        """Whether *name* can be seen, with all that it counts."""
        if isinstance(self._observable, bool):
            return self._observable
        return self._observable[name] and all(self._sees(other) for other in self._reads[name])


def _events(track: Track, today: float) -> tuple[Event, ...]:
    return track.inside(today) if track.plan.kind.windowed else ()
