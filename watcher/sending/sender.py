"""Sending side by side: a way that hangs holds up neither another way nor the next look at what is due."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from alerts.channels import Answer
from watcher.health.heartbeats import Stage
from watcher.plant import Plant
from watcher.store import leases
from watcher.store.leases import Claim, Way

AT_ONCE = 32
"""Messages on their way at the same time."""

AT_ONCE_A_WAY = 8
"""Of these to one recipient by one channel: as many places as a way that hangs can take."""


_TOGETHER = 0.01
"""Seconds in which places that become free are filled in one transaction: one for each would cost the writer more."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Flight:
    """One message on its way; ``since`` is on the clock that nobody sets, in seconds."""

    way: Way
    since: float


class Sender:
    """Takes up what is due while there is room; each message ends by itself.

    *carry* sends one claim and records how it ended. One that *goes_on* takes up what waits by itself as soon as
    there is room; another waits to be asked.
    """

    def __init__(
        self,
        plant: Plant,
        carry: Callable[[Plant, Claim], Awaitable[Answer]],
        *,
        goes_on: bool = False,
    ) -> None:
        self._plant = plant
        self._carry = carry
        self._goes_on = goes_on
        self._turn = asyncio.Lock()
        self._refilling: asyncio.Task[None] | None = None
        self._flying: dict[asyncio.Task[Answer], _Flight] = {}
        self._more_waits = False
        self.answers: Counter[Answer] = Counter()
        """How what was sent so far has ended."""

    @property
    def busy(self) -> bool:
        """Whether anything is on its way."""
        return bool(self._flying)

    async def begin(self, *, now: datetime, tried: set[str]) -> None:
        """Take up what is due at *now* as far as there is room, and nothing that is among *tried*."""
        async with self._turn:
            again = True
            while again:
                landed = self.answers.total()
                flying = Counter(flight.way for flight in self._flying.values())
                room = AT_ONCE - len(self._flying)
                self._more_waits = not room or max(flying.values(), default=0) >= AT_ONCE_A_WAY
                claims, passed = await self._plant.in_writer(_claim, self._plant, now, tried, room, flying)
                tried |= {claim.delivery.key for claim in claims}
                for claim in claims:
                    self._start(claim)
                # Once more where others may stand behind what was passed over, or a place became free meanwhile.
                again = bool(claims and passed) or landed != self.answers.total()
            ways = Counter(flight.way for flight in self._flying.values())
            self._more_waits |= len(self._flying) >= AT_ONCE or max(ways.values(), default=0) >= AT_ONCE_A_WAY
        self._beat()

    async def one_lands(self) -> None:
        """Wait until something that is on its way has ended."""
        if self._flying:
            await asyncio.wait(self._flying, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(_TOGETHER)

    async def stop(self, *, patience: timedelta) -> None:
        """Wait for what is on its way, but no longer than *patience*: what is cut off goes out again as a repeat."""
        self._goes_on = False
        if self._refilling is not None:
            self._refilling.cancel()
        if self._flying:
            _, late = await asyncio.wait(self._flying, timeout=patience.total_seconds())
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _start(self, claim: Claim) -> None:
        task = asyncio.ensure_future(self._carry(self._plant, claim))
        self._flying[task] = _Flight(way=leases.way_of(claim.delivery), since=time.monotonic())
        task.add_done_callback(self._land)

    def _land(self, task: asyncio.Task[Answer]) -> None:
        del self._flying[task]
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("how a message ended was not kept, it goes out again as a repeat", exc_info=error)
        failed = task.cancelled() or error is not None
        self.answers[Answer.UNKNOWN if failed else task.result()] += 1
        if self._goes_on and self._more_waits and (self._refilling is None or self._refilling.done()):
            self._refilling = asyncio.ensure_future(self._refill())

    async def _refill(self) -> None:
        try:
            await asyncio.sleep(_TOGETHER)
            await self.begin(now=self._plant.now(), tried=set())
        except Exception:
            log.exception("could not take up what waits, the next look does")

    def _beat(self) -> None:
        """A channel that holds a message for longer than a claim lasts keeps no deadline: this stage stands still."""
        longest = self._plant.settings.sending.lease.total_seconds()
        oldest = min((flight.since for flight in self._flying.values()), default=time.monotonic())
        if time.monotonic() - oldest <= longest:
            self._plant.heartbeats.beat(Stage.SEND, at=self._plant.now())


def _claim(
    plant: Plant, now: datetime, tried: set[str], room: int, flying: Counter[Way]
) -> tuple[tuple[Claim, ...], int]:
    """Transaction 3: return what was taken, and how much was passed over.

    What was tried in this round already is given back: it waits for the next.
    """
    if not room:
        return (), 0
    lease = plant.settings.sending.lease
    with plant.database.write() as connection:
        claims = leases.claim(connection, now=now, lease=lease, limit=room, limit_a_way=AT_ONCE_A_WAY, flying=flying)
        again = [c for c in claims if c.delivery.key in tried]
        leases.release(connection, [c.token for c in again], at=now)
    return tuple(c for c in claims if c.delivery.key not in tried), len(again)
