"""Vitals: what a source's good polls have shown so far, carried from poll to poll in its row."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

from indicators.language.text import fold, one_line
from watcher.health.diary import Diary
from watcher.health.observed import Observed
from watcher.health.rhythm import learned
from watcher.sources.options import Shows

UNLEARNED = timedelta(days=7)
"""A source whose rhythm is not known yet may be silent for so long, or three times the longest gap it showed."""

FEW = 5
"""Reports below which nothing is concluded from how many there are, or from none of them being known."""

_AHEAD = timedelta(days=1)
"""A source's own clock may be ahead by so much; what was heard later was heard when ours was."""

_COLLAPSED = 5
_MANY = 10
_GARBLED = 0.005
"""Half a percent of the characters: a French text read wrongly throughout has four."""

_SLOWLY = 0.2
_LONGEST_TITLE = 200
_LEAST_ALIKE = 0.5
_SHOWN = 80


def _diary(kept: Any) -> Any:
    return Diary.read(kept) if isinstance(kept, str) else kept


class Oddity(StrEnum):
    """What makes us doubt that this is still the source we trust. The word is the same in log, page and test."""

    NONE = ""
    EMPTY = "no reports where there used to be some"
    TITLE = "another title, and nothing we know"
    LANGUAGE = "another language, and nothing we know"
    COLLAPSED = "far fewer reports than usual"
    GARBLED = "characters are lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """Of a source that never gave a whole answer everything is empty."""

    diary: Annotated[Diary, BeforeValidator(_diary), PlainSerializer(str)] = field(default_factory=Diary)
    heard_at: datetime | None = None
    """When a poll last brought something new; at the first poll, the time of its newest report."""
    newest_at: datetime | None = None
    """The newest time that a report gave for itself."""
    late_at: datetime | None = None
    """From when its silence is unusual."""
    title: str = ""
    language: str = ""
    usual: float = 0.0
    """How many reports it usually shows."""
    whole_at: datetime | None = None
    """The last answer that was more than "nothing new"."""
    unmodified: int = 0
    """Polls since then."""
    odd: Oddity = Oddity.NONE
    odd_detail: str = ""
    odd_since: datetime | None = None
    odd_polls: int = 0
    instead: str = ""
    """By what other way it was had at the last good poll, because its own does not work."""
    instead_since: datetime | None = None
    gap_at: datetime | None = None
    """The last poll that showed a full list of which nothing was known."""


def after_unmodified(vitals: Vitals, *, at: datetime, since: datetime | None) -> Vitals:
    """Return *vitals* after a poll at *at* that was told "nothing new" *since* the poll before."""
    return replace(vitals, diary=vitals.diary.note(at, heard=False, since=since), unmodified=vitals.unmodified + 1)


def after_poll(
    vitals: Vitals, seen: Observed, *, since: datetime | None, shows: Shows, quiet_after: timedelta
) -> Vitals:
    """Return *vitals* after a poll that showed *seen*; *since* is the good poll before it, if nothing lies between.

    *shows* says what such a source shows: only of one that shows its last reports a short list means anything.
    *quiet_after* is the operator's floor: before it no silence is unusual.
    """
    first = vitals.whole_at is None
    odd, detail = _oddity(vitals, seen) if shows is Shows.LATEST and not first else (Oddity.NONE, "")
    doubted = odd is not Oddity.NONE
    counted = not doubted or odd is Oddity.COLLAPSED  # what stays small is usual in the end
    gap = shows is Shows.LATEST and not first and not doubted and seen.shown >= FEW and seen.known == 0
    heard = _heard(vitals, seen, shows=shows, quiet_after=quiet_after, since=since, doubted=doubted)
    return replace(
        heard,
        newest_at=max(filter(None, (vitals.newest_at, seen.newest)), default=None),
        title=vitals.title if doubted else one_line(seen.title, limit=_LONGEST_TITLE) or vitals.title,
        language=vitals.language if doubted else seen.language or vitals.language,
        usual=_level(vitals.usual, seen.shown, first=first) if counted else vitals.usual,
        whole_at=seen.at,
        unmodified=0,
        odd=odd,
        odd_detail=detail,
        odd_since=(vitals.odd_since if odd is vitals.odd else None) or (seen.at if doubted else None),
        odd_polls=(vitals.odd_polls if odd is vitals.odd else 0) + 1 if doubted else 0,
        gap_at=seen.at if gap else vitals.gap_at,
    )


def had(vitals: Vitals, instead: str, *, at: datetime) -> Vitals:
    """Return *vitals* after a good poll at *at* that was had by another way, told in words, or by none: its own."""
    since = (vitals.instead_since or at) if instead else None
    return replace(vitals, instead=instead, instead_since=since)


def trusted(vitals: Vitals) -> Vitals:
    """Return *vitals* with what is odd now taken as what is usual from now on: a person has looked at it."""
    return replace(
        vitals, title="", language="", usual=0.0, odd=Oddity.NONE, odd_detail="", odd_since=None, odd_polls=0
    )


def usual_gap(vitals: Vitals) -> timedelta | None:
    """Return about how long the next report is waited for after the last, or ``None`` while nothing is learned."""
    rhythm = learned(vitals.diary)
    return rhythm.gap_at(vitals.heard_at) if rhythm is not None and vitals.heard_at is not None else None


def _heard(
    vitals: Vitals, seen: Observed, *, shows: Shows, quiet_after: timedelta, since: datetime | None, doubted: bool
) -> Vitals:
    """Note whether something new came. What a doubtful source says does not count as hearing from the one we know."""
    new = seen.new > 0 and not doubted
    diary = vitals.diary.note(seen.at, heard=new and vitals.whole_at is not None, since=since)
    at = seen.at
    if not new and vitals.heard_at is not None and vitals.heard_at > at + _AHEAD:
        late = _unlearned(at, shows, quiet_after)  # the diary has that clock's gap in it
        return replace(vitals, diary=diary, heard_at=at, late_at=late)
    if not new:
        return replace(vitals, diary=diary, late_at=vitals.late_at or _unlearned(at, shows, quiet_after))
    if vitals.whole_at is None:  # it was all printed before we looked
        diary, at = diary.with_past(seen.dates), seen.newest or seen.at
    return replace(vitals, diary=diary, heard_at=at, late_at=_late_at(diary, at, shows=shows, quiet_after=quiet_after))


def _unlearned(since: datetime, shows: Shows, quiet_after: timedelta) -> datetime | None:
    """Return from when it is unusual that a source brought nothing *since* then, where nothing can be learned of it."""
    return since + max(UNLEARNED, quiet_after) if shows is Shows.LATEST else None


def _late_at(diary: Diary, since: datetime, *, shows: Shows, quiet_after: timedelta) -> datetime | None:
    rhythm = learned(diary)
    if rhythm is not None:
        return rhythm.late_at(since, quiet_after=quiet_after)
    if shows is not Shows.LATEST:
        return None  # a list of storms in force may be empty for a season
    times = [hour for hour, new in diary.hours() if new]
    longest = max((b - a for a, b in pairwise(times)), default=0)
    return since + max(UNLEARNED, timedelta(hours=3 * longest), quiet_after)


def _level(usual: float, shown: int, *, first: bool) -> float:
    return float(shown) if first or not usual else usual + _SLOWLY * (shown - usual)


def _oddity(vitals: Vitals, seen: Observed) -> tuple[Oddity, str]:
    """Compare a poll with what is usual."""
    if seen.shown == 0:
        return (Oddity.EMPTY, f"it used to show about {vitals.usual:.0f}") if vitals.usual >= 1 else (Oddity.NONE, "")
    odd, detail = _another_house(vitals, seen)
    if odd is not Oddity.NONE:
        return odd, detail
    if vitals.usual >= _MANY and seen.shown * _COLLAPSED < vitals.usual:
        return Oddity.COLLAPSED, f"{seen.shown}, usually about {vitals.usual:.0f}"
    return (Oddity.GARBLED, f"{seen.garbled:.1%} of its text") if seen.garbled >= _GARBLED else (Oddity.NONE, "")


def _another_house(vitals: Vitals, seen: Observed) -> tuple[Oddity, str]:
    """Tell a lapsed address from a new name: beside reports that we know, it is the same house.

    Once a source is in doubt its own reports are known as well, which proves nothing any more.
    """
    stranger = seen.known == 0
    if _unlike(vitals.title, seen.title) and (stranger or vitals.odd is Oddity.TITLE):
        return Oddity.TITLE, f"“{seen.title[:_SHOWN]}” was “{vitals.title[:_SHOWN]}”"
    other = bool(vitals.language and seen.language) and vitals.language != seen.language
    if other and (stranger or vitals.odd is Oddity.LANGUAGE):
        return Oddity.LANGUAGE, f"{seen.language} was {vitals.language}"
    return Oddity.NONE, ""


def _unlike(before: str, after: str) -> bool:
    """Whether two titles share less than half of the shorter one's words; dates and numbers in them do not count."""
    one, other = _words(before), _words(after)
    return bool(one and other) and len(one & other) < _LEAST_ALIKE * min(len(one), len(other))


def _words(title: str) -> frozenset[str]:
    return frozenset(fold(word) for word in title.replace("-", " ").split() if word.isalpha() and len(word) > 1)
