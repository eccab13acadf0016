"""What the daemon has at hand of its last judgements, so that the next need not read all past matches again."""

from indicators.events import Casebook
from indicators.levels import Tracks
from watcher.assessments import Live

AtHand = tuple[Casebook, Tracks]


class Casebooks:
    """The last casebook and tracks of each assessment, under exactly the version of the rules that made them.

    They are kept only once their judgement is committed: after a failure those before are still true.
    """

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, AtHand]] = {}

    def of(self, live: Live) -> AtHand | None:
        """Return what *live* left, or ``None`` after a start or a change of its rules."""
        kept = self._kept.get(live.assessment.id)
        return kept[1] if kept is not None and kept[0] == live.digest else None

    def keep(self, live: Live, at_hand: AtHand) -> None:
        """Take *at_hand* in the place of what was there."""
        self._kept[live.assessment.id] = (live.digest, at_hand)
