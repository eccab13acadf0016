"""Site: what every route of the web process is given."""

from collections.abc import Callable
from dataclasses import dataclass

from watcher.plant import Plant
from watcher.settings import Web, WrittenSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The plant behind the pages, how they are served, and the way to have what came judged at once."""

    plant: Plant
    web: Web
    judge_soon: Callable[[], None]

    def source(self, wanted: str) -> WrittenSource | None:
        """Return the configured source with that id."""
        return next((source for source in self.plant.settings.sources if source.id == wanted), None)
