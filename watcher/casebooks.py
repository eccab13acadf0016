"""Casebooks that the daemon has at hand, so that a judgement need not read all past matches again."""

from indicators.events import Casebook
from watcher.assessments import Live


class Casebooks:
    """The last casebook of each assessment, under exactly the version of the rules that made it.

    One is kept only once its judgement is committed: after a failure the one before is still true.
    """

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, Casebook]] = {}

    def of(self, live: Live) -> Casebook | None:
        """Return the casebook that *live* left, or ``None`` after a start or a change of its rules."""
        digest, casebook = self._kept.get(live.assessment.id, ("", None))
        return casebook if digest == live.digest else None

    def keep(self, live: Live, casebook: Casebook) -> None:
        """Take *casebook* in the place of what was there."""
        self._kept[live.assessment.id] = (live.digest, casebook)
