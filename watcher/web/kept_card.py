"""KeptCard: the scorecard, worked out once for all who ask, until something is published, ruled, or falls due."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from watcher.scoring.scorecards import Scorecard, Status, scorecard_of
from watcher.settings import Settings
from watcher.store import Connection, rulings
from watcher.store.stamps import card_stamp
from watcher.web.site import Site


class KeptCard:
    """The scorecard of the page and of the API."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._made: _Kept | None = None
        self._making = asyncio.Lock()

    async def card(self) -> Scorecard:
        """Return it as it stands now."""
        async with self._making:
            now = self._site.plant.now()
            stamp = await self._site.read(card_stamp)
            if self._made is None or self._made.stamp != stamp or not self._made.holds(now):
                self._made = await self._site.read(_card, self._site.plant.settings, now)
            return self._made.card


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """A card, of which stamp, and the times from which on it reads otherwise."""

    stamp: str
    card: Scorecard
    turns: tuple[datetime, ...]

    def holds(self, now: datetime) -> bool:
        """Whether it would read the same at *now*."""
        return self.card.at <= now and all(turn > now for turn in self.turns)


def _card(connection: Connection, settings: Settings, now: datetime) -> _Kept:
    card = scorecard_of(connection, settings, now=now)
    due = [entry.end for entry in card.entries if entry.status is Status.OPEN]
    # A ruling from a machine whose clock is ahead of ours counts from its own time on.
    ruled = [ruling.at for one in card.assessments for ruling in rulings.rulings(connection, one) if ruling.at > now]
    return _Kept(stamp=card_stamp(connection), card=card, turns=(*due, *ruled))
