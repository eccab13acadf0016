"""What the daemon has at hand of its last judgements, so that the next need not read all past matches again."""

from datetime import datetime

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

    def of(self, live: Live, *, now: datetime) -> AtHand | None:
        """Return what *live* left, or ``None`` after a start, a change of its rules, or a clock that was far ahead.

        What was let go of as too old under a clock that was ahead may be needed again at *now*.
        """
        digest, at_hand = self._kept.get(live.assessment.id, ("", None))
        if at_hand is None or digest != live.digest:
            return None
        oldest = at_hand[1].oldest
        return None if oldest is not None and oldest > now else at_hand

    def keep(self, live: Live, at_hand: AtHand) -> None:
        """Take *at_hand* in the place of what was there."""
        self._kept[live.assessment.id] = (live.digest, at_hand)

    def forget(self) -> None:
        """Let the next judgement read everything again: another process may have judged since."""
        self._kept.clear()
