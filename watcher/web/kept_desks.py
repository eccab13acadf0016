"""KeptDesks: what each assessment's last judgement left, made once for all who look, and brought up to date.

Whoever asks is answered as of the last judgement and the last decision that were on record when they asked: nobody is
shown what stood before their own decision. :meth:`KeptDesks.keep_ready` does the work ahead of the first who asks.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog

from indicators.assessments import Assessment
from watcher.assessments import Written, read_in_force
from watcher.deciding.desk import Desk, desk_of
from watcher.settings import Settings
from watcher.store import Connection, StoreError
from watcher.store.stamps import judged_stamp
from watcher.web.site import Site

log = structlog.get_logger(__name__)

LOOK_EVERY = timedelta(seconds=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """The assessments in force, in the order of the configuration, and the desks of those that were judged."""

    stamp: str
    read: Mapping[Written, Assessment]
    desks: tuple[Desk, ...]

    @property
    def assessments(self) -> tuple[Assessment, ...]:
        """The assessments in force."""
        return tuple(self.read.values())


_NOTHING = Stands(stamp="", read={}, desks=())


class KeptDesks:
    """The desks of all assessments in force that were judged at least once."""

    def __init__(self, site: Site, *, look_every: timedelta = LOOK_EVERY) -> None:
        self._site = site
        self._every = look_every.total_seconds()
        self._made = _NOTHING
        self._making = asyncio.Lock()

    async def of(self, assessment: str = "") -> tuple[Desk, ...]:
        """Return the desk of one assessment, or of all of them; none before the first judgement."""
        return tuple(desk for desk in (await self.stands()).desks if assessment in ("", desk.assessment.id))

    async def stands(self) -> Stands:
        """Return all of them as they stand now."""
        async with self._making:
            # Looked at only now: who waited here for another's work would else do it a second time.
            if self._made.stamp != await self._site.read(judged_stamp):
                self._made = await self._site.read(_stands, self._site.plant.settings, self._made)
            return self._made

    async def keep_ready(self) -> None:
        """Bring the desks up to date soon after each judgement, until the server ends, in a thread that reads."""
        while not self._site.ending.is_set():
            try:
                await self.stands()
            except (StoreError, RuntimeError):
                log.warning("desks not made ahead: the database cannot be read")
            except Exception:  # whoever opens a page meets it too, and is told
                log.exception("desks not made ahead")
            try:
                await asyncio.wait_for(self._site.ending.wait(), self._every)
            except TimeoutError:
                continue


def _stands(connection: Connection, settings: Settings, before: Stands) -> Stands:
    """Return what stands at this one moment of the database."""
    read = read_in_force(connection, settings.assessments, before.read)
    known = {desk.assessment.id: desk for desk in before.desks}
    made = (desk_of(connection, one, before=known.get(one.id)) for one in read.values())
    return Stands(stamp=judged_stamp(connection), read=read, desks=tuple(desk for desk in made if desk is not None))
