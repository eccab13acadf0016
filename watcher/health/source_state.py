"""Where polling one source stands, as its row tells it."""

from dataclasses import dataclass, field
from datetime import datetime

from watcher.health.vitals import Vitals
from watcher.sources.source import Validators


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """Where polling a source stands. A source that was never polled has nothing but its id.

    ``failures`` counts polls that failed since the last good one. Ask with :meth:`validators_for`,
    not with ``validators``: they belong to the address that gave them.
    """

    id: str
    url: str = ""
    validators: Validators = field(default_factory=Validators)
    next_due_at: datetime | None = None
    last_poll_at: datetime | None = None
    last_ok_at: datetime | None = None
    last_fault: str = ""
    last_detail: str = ""
    failures: int = 0
    renamed: int = 0
    """Polls in a row that gave most of what we have under new guids."""
    by_link: bool = False
    """Its guids are not believed any more: a report is known by its link."""
    vitals: Vitals = field(default_factory=Vitals)

    def validators_for(self, url: str) -> Validators:
        """Return what to ask *url* with: nothing if it is a new address."""
        return self.validators if url == self.url else Validators()
