"""Identities over many polls: publishers that give a report another guid at every fetch are found out."""

from dataclasses import dataclass

from indicators.items import Item
from watcher.health.source_state import SourceState
from watcher.store import Connection, items

PATIENCE = 3
"""Polls in a row that rename most of what we have, until a source's guids are not believed any more."""

_MOST = 0.5
_FEWEST = 2

TOLD = "its guids change at every fetch: reports are known by their links"
"""Stands beside the source from then on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """The reports of one poll under the ids that they are kept by, and what is known of the source's guids now.

    ``switched`` says that this poll was the one too many.
    """

    kept: items.KeptItems
    renamed: int
    by_link: bool
    switched: bool = False

    @property
    def note(self) -> str:
        """What the operator is told beside the source."""
        return TOLD if self.by_link else ""


def identified(connection: Connection, state: SourceState, found: tuple[Item, ...]) -> Identified:
    """Return what a poll *found* under the ids that we have it by. Call it in the transaction that keeps it."""
    if not found:
        return Identified(kept=items.NOTHING_KEPT, renamed=state.renamed, by_link=state.by_link)
    kept = items.with_kept_ids(connection, found, by_link=state.by_link)
    churned = kept.renamed >= max(_FEWEST, _MOST * len(found))
    polls = state.renamed + 1 if churned else 0
    switched = polls >= PATIENCE and not state.by_link
    return Identified(kept=kept, renamed=polls, by_link=state.by_link or switched, switched=switched)
