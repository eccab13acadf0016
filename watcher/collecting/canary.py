"""The canary: an item of our own that goes the whole way every hour and must come out.

It is polled, kept and taken up by the judge as every item is, matched by a rule of its own outside all
assessments, put on record, and taken out again: no analyst sees it, no event and no outlook counts it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import ClassVar

import structlog

from indicators.documents import Document
from indicators.items import Item
from indicators.rulebook import Rulebook
from watcher.settings import WrittenSource
from watcher.sources import Fetched, Http, Options, SourceSettings, Validators
from watcher.sources.options import Shows
from watcher.store import Connection
from watcher.store import canary as canary_store
from watcher.store.canary import PREFIX, SOURCE

log = structlog.get_logger(__name__)

KIND = "canary"
RULE = "watcher BEFORE/1 canary"


class CanaryOptions(Options):
    """Nothing: nobody writes this kind into a configuration."""

    shows: ClassVar[Shows] = Shows.ONCE


class CanarySource:
    """A kind of source inside the process: one item at each poll."""

    options = CanaryOptions

    async def fetch(self, settings: SourceSettings, http: Http, validators: Validators, now: datetime) -> Fetched:
        """Return the item of this moment."""
        del http, validators
        item = Item(
            id=f"{PREFIX}{now:%Y%m%dT%H%M%S}",
            source=settings.id,
            title="Watcher canary, must come out",
            fetched=now,
            published=now,
            lang="en",
        )
        return Fetched(items=(item,))


CANARY = WrittenSource(id=SOURCE, url="canary:", kind=KIND, every=timedelta(hours=1), lang="en")


def take_out(connection: Connection, items: Iterable[Item], *, now: datetime) -> tuple[Item, ...]:
    """Return *items* without canaries; each of those that its rule matches is on record as come out at *now*.

    One that is not matched stays where it is, so that it is missed.
    """
    given = tuple(items)
    for item in given:
        if item.source == SOURCE and _rule().match(Document(item)):
            canary_store.came_out(connection, item, at=now)
            log.info("canary came out", put_in=item.fetched)
    return tuple(item for item in given if item.source != SOURCE)


@cache
def _rule() -> Rulebook:
    return Rulebook({KIND: RULE})
