"""Blindness: whether everything fails at once, so that one sentence is said and not three hundred."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from watcher.health.coverage import coverage
from watcher.health.seeing import patience, polls_well
from watcher.health.source_state import SourceState
from watcher.settings import WrittenSource

NEARLY_ALL = 0.9
"""Share of the families whose polls fail from which the world is not to blame: we are blind."""

ENOUGH = 0.5
"""Share of the families that must see again before we are not."""

_WITNESSES = 3


def blind_since(
    sources: tuple[WrittenSource, ...], states: Mapping[str, SourceState], *, now: datetime, already: bool
) -> datetime | None:
    """Return since when nobody sees anything, or ``None``. *already* says that it was so at the last look.

    It is so once every poll since the last good one of anybody failed, made by at least three sources (or all),
    for longer than the quickest may go without; or once nine of ten families fail. It ends when half of them see.
    """
    failing = [s for s in sources if _fails(s, states, now)]
    lost = bool(failing) and coverage(sources, {s.id for s in failing}) >= NEARLY_ALL
    if already:
        well = {s.id for s in sources if polls_well(s, states.get(s.id), now=now) and not states[s.id].failures}
        lost = lost or coverage(sources, well) < ENOUGH
    if not lost and not _nobody_gets_through(sources, states, now):
        return None
    good = [state.last_ok_at for s in sources if (state := states.get(s.id)) is not None and state.last_ok_at]
    return min(max(good, default=now), now)


def _fails(source: WrittenSource, states: Mapping[str, SourceState], now: datetime) -> bool:
    """Whether polls of *source* were made and failed for too long; one that is not polled is no witness."""
    state = states.get(source.id)
    return state is not None and state.failures > 1 and not polls_well(source, state, now=now)


def _nobody_gets_through(sources: tuple[WrittenSource, ...], states: Mapping[str, SourceState], now: datetime) -> bool:
    polled = [state for s in sources if (state := states.get(s.id)) is not None and state.last_poll_at is not None]
    last_good = max((state.last_ok_at for state in polled if state.last_ok_at is not None), default=None)
    if last_good is None or last_good > now:
        return False
    tried = [s for s in polled if s.failures and s.last_poll_at is not None and s.last_poll_at > last_good]
    quickest = min((patience(source) for source in sources), default=timedelta())
    return len(tried) >= min(_WITNESSES, len(sources)) and now - last_good > quickest
