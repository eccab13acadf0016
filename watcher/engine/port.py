"""The engine port: what runs jobs at their times. The in-process adapter needs nothing else running."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

Job = Callable[[], Awaitable[object]]


class Engine(Protocol):
    """Runs named jobs again and again. One run of a job at a time; a missed run is made up for once."""

    def every(self, interval: timedelta, job: Job, *, name: str, first: datetime) -> None:
        """Run *job* at *first* and then every *interval*, spread a little so that jobs do not pile up."""
        ...

    def soon(self, name: str) -> None:
        """Run the job of that *name* as soon as possible, besides its own times."""
        ...

    async def start(self) -> None:
        """Begin to run jobs."""
        ...

    async def stop(self, *, patience: timedelta) -> None:
        """Start no new run, let running ones finish for *patience*, then cancel them."""
        ...
