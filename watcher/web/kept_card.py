"""KeptCard: the scorecard, worked out once for all who ask, until something is published, ruled, or falls due."""

import asyncio
from datetime import datetime

from watcher.scoring.scorecards import Scorecard, Status, scorecard_of
from watcher.settings import Settings
from watcher.store import Connection
from watcher.store.stamps import card_stamp
from watcher.web.site import Site


class KeptCard:
    """The scorecard of the page and of the API."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._made: tuple[str, Scorecard] | None = None
        self._making = asyncio.Lock()

    async def card(self) -> Scorecard:
        """Return it as it stands now."""
        async with self._making:
            now = self._site.plant.now()
            stamp = await self._site.read(card_stamp)
            if self._made is None or self._made[0] != stamp or not _holds(self._made[1], now):
                self._made = await self._site.read(_card, self._site.plant.settings, now)
            return self._made[1]


def _card(connection: Connection, settings: Settings, now: datetime) -> tuple[str, Scorecard]:
    return card_stamp(connection), scorecard_of(connection, settings, now=now)


def _holds(card: Scorecard, now: datetime) -> bool:
    """Say whether nothing has fallen due since: then the card would read the same at *now*."""
    return card.at <= now and all(entry.end > now for entry in card.entries if entry.status is Status.OPEN)
