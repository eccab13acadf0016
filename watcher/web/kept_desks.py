"""KeptDesks: each assessment's last judgement made again once for all who look, and anew when something changed."""

import asyncio

from watcher.assessments import in_force
from watcher.deciding.desk import Desk, desk_of
from watcher.settings import Settings
from watcher.store import Connection
from watcher.store.stamps import judged_stamp
from watcher.web.site import Site


class KeptDesks:
    """The desks of all assessments in force that were judged at least once."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._made: tuple[str, tuple[Desk, ...]] | None = None
        self._making = asyncio.Lock()

    async def of(self, assessment: str = "") -> tuple[Desk, ...]:
        """Return the desk of one assessment, or of all of them; none before the first judgement."""
        now = await self._site.read(judged_stamp)
        async with self._making:
            if self._made is None or self._made[0] != now:
                self._made = (now, await self._site.read(_desks, self._site.plant.settings))
            desks = self._made[1]
        return tuple(desk for desk in desks if assessment in ("", desk.assessment.id))


def _desks(connection: Connection, settings: Settings) -> tuple[Desk, ...]:
    found = (desk_of(connection, assessment) for assessment in in_force(connection, settings.assessments))
    return tuple(desk for desk in found if desk is not None)
