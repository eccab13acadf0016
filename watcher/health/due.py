"""Due: which system warnings are due now, given the troubles that stand and what was told. Pure.

Each trouble gets one verdict with its name. A trouble is told once, whatever it does in between, until it was
gone for long enough; who was told of it is told that it is over. Many sources at once are one message.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from alerts.worded import Names
from watcher.health.troubles import Trouble, TroubleKind

SINGLY = 3
"""Source warnings an hour that are told one by one; more are told in one message, at most once an hour."""

HOUR = timedelta(hours=1)
RESTLESS = timedelta(days=7)
LONGEST_CALM = timedelta(days=1)
"""A trouble that comes and goes must be gone twice as long each time, up to a day, before it is called over."""

PATIENCE_WITH_REST = timedelta(days=1)
"""Sources told of in one message are called over together, or after so long those that are."""

_MOST_DOUBLINGS = 10


class Verdict(StrEnum):
    """What is done about one trouble, and why."""

    TELL = "told now"
    TOLD = "told before"
    BLIND = "everything fails: one warning says it"
    SETTLING = "everything failed until just now: it may come right by itself"
    HELD = "many at once: told together within the hour"
    CALMING = "gone, not yet for long enough"
    WAITING = "gone, waiting for the others of the same message"
    OVER = "over, told now"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldTrouble:
    """One trouble that was told: by which alert, and since when it is gone (``None``: it stands)."""

    number: int
    about: str
    kind: TroubleKind
    since: datetime
    told_at: datetime
    alert: str
    reason: Names
    calm: timedelta
    calm_since: datetime | None = None
    over_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What is to be done now. Each group becomes one alert; ``calm`` and ``stirring`` are only remembered."""

    tell: tuple[tuple[Trouble, ...], ...] = ()
    over: tuple[tuple[ToldTrouble, ...], ...] = ()
    calm: tuple[ToldTrouble, ...] = ()
    """Told troubles that were found gone just now."""
    stirring: tuple[ToldTrouble, ...] = ()
    """Told troubles that were gone and stand again, before anybody was told that they are over."""
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)


def due(troubles: Iterable[Trouble], told: Iterable[ToldTrouble], *, now: datetime) -> Due:
    """Return what is due at *now*; *told* are the episodes that are open or ended within the last seven days."""
    standing = {trouble.about: trouble for trouble in troubles}
    past = tuple(told)
    open_ = {one.about: one for one in past if one.over_at is None}
    verdicts = _standing(standing, open_, past, now) | _gone(standing, open_, past, now)
    fresh = [standing[about] for about, verdict in verdicts.items() if verdict is Verdict.TELL]
    tell = _told_singly(fresh) if len(_sources(fresh)) <= _room(past, now) else _told_together(fresh)
    over = [open_[about] for about, verdict in verdicts.items() if verdict is Verdict.OVER]
    return Due(
        tell=tell,
        over=_by_alert(over),
        calm=tuple(one for about, one in open_.items() if about not in standing and one.calm_since is None),
        stirring=tuple(one for about, one in open_.items() if about in standing and one.calm_since is not None),
        verdicts=verdicts,
    )


def _standing(
    standing: Mapping[str, Trouble], open_: Mapping[str, ToldTrouble], past: Sequence[ToldTrouble], now: datetime
) -> dict[str, Verdict]:
    found = {about: _of_one(trouble, standing, open_, past, now) for about, trouble in standing.items()}
    fresh = [a for a, v in found.items() if v is Verdict.TELL and standing[a].kind is TroubleKind.SOURCE]
    room = _room(past, now)
    if len(fresh) > room and (_grouped_lately(past, now) or len(fresh) == 1):
        found |= dict.fromkeys(fresh, Verdict.HELD)
    return found


def _of_one(
    trouble: Trouble,
    standing: Mapping[str, Trouble],
    open_: Mapping[str, ToldTrouble],
    past: Sequence[ToldTrouble],
    now: datetime,
) -> Verdict:
    if trouble.about in open_:
        return Verdict.TOLD
    if trouble.kind is not TroubleKind.SOURCE:
        return Verdict.TELL
    if TroubleKind.BLIND in standing:
        return Verdict.BLIND
    ended = max((_ended(one, now) for one in past if one.kind is TroubleKind.BLIND), default=None)
    return Verdict.SETTLING if ended is not None and now < ended + trouble.settling else Verdict.TELL


def _ended(blindness: ToldTrouble, now: datetime) -> datetime:
    return blindness.calm_since or blindness.over_at or now


def _gone(
    standing: Mapping[str, Trouble], open_: Mapping[str, ToldTrouble], past: Sequence[ToldTrouble], now: datetime
) -> dict[str, Verdict]:
    gone = {about: one for about, one in open_.items() if about not in standing}
    calm = {about for about, one in gone.items() if _calm_enough(one, past, now)}
    return {
        about: Verdict.CALMING
        if about not in calm
        else Verdict.OVER
        if _whole(one, calm, open_, past, now)
        else Verdict.WAITING
        for about, one in gone.items()
    }


def _calm_enough(one: ToldTrouble, past: Sequence[ToldTrouble], now: datetime) -> bool:
    if one.calm_since is None:
        return False
    before = sum(other.about == one.about and other.number != one.number for other in past)
    return now - one.calm_since >= min(one.calm * (1 << min(before, _MOST_DOUBLINGS)), max(LONGEST_CALM, one.calm))


def _whole(
    one: ToldTrouble, calm: set[str], open_: Mapping[str, ToldTrouble], past: Sequence[ToldTrouble], now: datetime
) -> bool:
    """Whether all that one message told of is over; or nothing was said about it for a day."""
    if all(other.about in calm for other in open_.values() if other.alert == one.alert):
        return True
    said = max(other.over_at or other.told_at for other in past if other.alert == one.alert)
    return now - said >= PATIENCE_WITH_REST


def _room(past: Sequence[ToldTrouble], now: datetime) -> int:
    alerts = _alerts_lately(past, now)
    return SINGLY - sum(size == 1 for size in alerts.values())


def _grouped_lately(past: Sequence[ToldTrouble], now: datetime) -> bool:
    return any(size > 1 for size in _alerts_lately(past, now).values())


def _alerts_lately(past: Sequence[ToldTrouble], now: datetime) -> Mapping[str, int]:
    sizes: dict[str, int] = defaultdict(int)
    for one in past:
        if one.kind is TroubleKind.SOURCE and now - HOUR < one.told_at <= now:
            sizes[one.alert] += 1
    return sizes


def _sources(troubles: Sequence[Trouble]) -> list[Trouble]:
    return [trouble for trouble in troubles if trouble.kind is TroubleKind.SOURCE]


def _told_singly(troubles: Sequence[Trouble]) -> tuple[tuple[Trouble, ...], ...]:
    return tuple((trouble,) for trouble in troubles)


def _told_together(troubles: Sequence[Trouble]) -> tuple[tuple[Trouble, ...], ...]:
    others = [trouble for trouble in troubles if trouble.kind is not TroubleKind.SOURCE]
    sources = tuple(_sources(troubles))
    return (*_told_singly(others), *((sources,) if sources else ()))


def _by_alert(over: Sequence[ToldTrouble]) -> tuple[tuple[ToldTrouble, ...], ...]:
    groups: dict[str, list[ToldTrouble]] = defaultdict(list)
    for one in over:
        groups[one.alert].append(one)
    return tuple(tuple(group) for group in groups.values())
