"""The display rule: when a published word, warning level or figure of a line changes."""

from dataclasses import replace
from datetime import datetime, timedelta

from indicators.bands import WarningLevel
from indicators.moves.published import MoveReason, Published
from indicators.moves.view import View
from indicators.outlooks import logit

LIKELY = 0.55
"""Where "likely" begins (ICD 203). The thresholds of the warning levels are figures, whatever scale is printed."""
RARE = 0.05
NOTABLE = 0.20
VERY_LIKELY = 0.80
_ONE_VOICE = 1
_TWO_VOICES = 2
_AT_ONCE = timedelta()


def next_published(before: Published, view: View) -> tuple[Published, tuple[MoveReason, ...]]:
    """Return what stands after *view*, and why it is a move (empty if it is none)."""
    after, reasons = _by_figure(before, view) if view.happened is None else _by_ruling(before, view)
    if view.happened is not before.happened:
        return after, (MoveReason.RULED, *reasons)
    return after, reasons


def _by_figure(before: Published, view: View) -> tuple[Published, tuple[MoveReason, ...]]:
    after, band = _next_band(before, view)
    after, level = _next_level(after, view, band_up=_term_up(after, view))
    after, odds = _next_odds(after, view)
    if level is band is odds is None:
        return after, ()
    alone = level is MoveReason.LEVEL_UP and band is odds is None
    second = MoveReason.CONFIRMED if alone and _confirmed(before, view) else None
    return after, tuple([r for r in (level, band, odds, second) if r is not None])


def _by_ruling(before: Published, view: View) -> tuple[Published, tuple[MoveReason, ...]]:
    """Of a line that a person has ruled on no figure is told: its level is news, its term and its odds are not."""
    still = replace(before, band_up_since=None, band_down_since=None, odds_down_since=None)
    after, level = _next_level(still, view, band_up=False)
    return after, () if level is None else (level,)


def _next_band(before: Published, view: View) -> tuple[Published, MoveReason | None]:
    """A band changes once p is past its edge by the margin: up at once, down after the hold."""
    numbers, now = view.present.thresholds, view.present.now
    up, down = numbers.bands_around(view.p)
    if up <= before.band <= down and before.band_up_since is before.band_down_since is None:
        return before, None
    up_since = _since(before.band_up_since, now) if up > before.band else None
    down_since = None if down >= before.band or view.degraded else _down_since(before.band_down_since, view)
    waiting = before
    if up_since != before.band_up_since or down_since != before.band_down_since:
        waiting = replace(before, band_up_since=up_since, band_down_since=down_since)
    if up_since:
        hold = numbers.hold_up_alone if len(view.voices) <= _ONE_VOICE else _AT_ONCE
        if now - up_since >= hold:
            return replace(waiting, band=up, band_up_since=None), MoveReason.BAND_UP
    if down_since and now - down_since >= numbers.hold_down:
        return replace(waiting, band=down, band_down_since=None), MoveReason.BAND_DOWN
    return waiting, None


def _term_up(after: Published, view: View) -> bool:
    """Whether the settled term stands above the prior's.

    One that only waits to fall keeps a level and raises none: a new version's prior may lie words below it.
    """
    word = view.line.band
    if after.band <= word:
        return False
    return after.level >= WarningLevel.ADVISORY or view.present.thresholds.bands_around(view.p)[0] > word


def _since(known: datetime | None, now: datetime) -> datetime:
    """Since when a change waits: from now on where it did not, or only under a clock that was ahead."""
    return now if known is None or known > now else known


def _down_since(known: datetime | None, view: View) -> datetime:
    """Since when a fall waits: what nobody watched, such as an outage of our own, is no part of its hold."""
    since = _since(known, view.present.now)
    return since if since == view.present.now or view.was_watched(since) else view.present.now


def _next_level(before: Published, view: View, *, band_up: bool) -> tuple[Published, MoveReason | None]:
    """A level rises at once, by any number of steps, and falls by one after each hold; by a ruling it falls at once."""
    target = _target_level(before, view, band_up=band_up)
    if target > before.level:
        raised = replace(before, level=target, raised_from=_rise_began(before), level_down_since=None)
        return raised, MoveReason.LEVEL_UP
    if target < before.level and (view.happened is False or _taken_back(before, view)):
        lower = target if view.happened is False else WarningLevel.WARNING
        return replace(before, level=lower, level_down_since=None), MoveReason.LEVEL_DOWN
    if target == before.level or view.degraded:
        return before if before.level_down_since is None else replace(before, level_down_since=None), None
    now = view.present.now
    since = _down_since(before.level_down_since, view)
    if now - since < view.present.thresholds.hold_down:
        return before if since == before.level_down_since else replace(before, level_down_since=since), None
    lower = WarningLevel(before.level - 1)
    more = now if lower > target else None
    return replace(before, level=lower, level_down_since=more), MoveReason.LEVEL_DOWN


def _taken_back(before: Published, view: View) -> bool:
    """Whether the ruling that it occurred, which made it Critical, is no more; what stood before it is not known."""
    return before.level is WarningLevel.CRITICAL and before.happened is True and view.happened is None


def _target_level(before: Published, view: View, *, band_up: bool) -> WarningLevel:
    """Return the level the present state asks for: the highest rule that holds."""
    line, p, numbers = view.line, view.p, view.present.thresholds
    gain = view.log_odds - line.start
    if view.happened is False:
        return WarningLevel.BASELINE
    if view.happened or (line.extreme and line.prior < VERY_LIKELY <= p):
        return WarningLevel.CRITICAL
    sudden = line.extreme and line.prior < RARE and p >= NOTABLE
    if gain >= numbers.fourfold or (line.grave and line.prior < LIKELY <= p) or sudden:
        return WarningLevel.WARNING
    if band_up or (gain >= numbers.double / 2 and _doubled(before, view)):
        return WarningLevel.ADVISORY
    if gain >= numbers.double or _concern(view):
        return WarningLevel.WATCH
    return WarningLevel.BASELINE


def _doubled(before: Published, view: View) -> bool:
    """Whether the odds have doubled since the last move, by two families or more.

    Half of that keeps a level that was raised so: otherwise it would fall by itself as soon as the
    move had been told.
    """
    double = view.present.thresholds.double
    if before.level >= WarningLevel.ADVISORY and before.raised_from is not None:
        return view.log_odds - logit(before.raised_from) >= double / 2
    if _confirmed(before, view):
        return True
    return view.log_odds - logit(before.move_p) >= double and len(view.families()) >= _TWO_VOICES


def _confirmed(before: Published, view: View) -> bool:
    """Whether a second family stands behind doubled odds that put the line on Watch while there was one.

    The move that told of the first one began the count anew; who hears of them must not hang on whether both were
    read in one poll.
    """
    if before.level is not WarningLevel.WATCH or before.raised_from is None:
        return False
    risen = view.log_odds - logit(before.raised_from)
    return risen >= view.present.thresholds.double and len(view.voices) >= _TWO_VOICES


def _rise_began(before: Published) -> float:
    """Return the probability from which a level rises now: of one that stands at Watch, where that rise began."""
    if before.level is not WarningLevel.WATCH or before.raised_from is None:
        return before.move_p
    return min(before.raised_from, before.move_p)


def _concern(view: View) -> bool:
    """Whether an indicator that raises this line stands at the level where it puts it on Watch."""
    return view.present.lines.raised_by(view.line.key, view.present.concerning)


def _next_odds(before: Published, view: View) -> tuple[Published, MoveReason | None]:
    """Odds doubled since the last move are news at once; halved, after the hold."""
    numbers, now = view.present.thresholds, view.present.now
    step = view.log_odds - logit(before.move_p)
    if -numbers.double < step < numbers.double and before.odds_down_since is None:
        return before, None
    calm = before if before.odds_down_since is None else replace(before, odds_down_since=None)
    if step >= numbers.double:
        return calm, MoveReason.ODDS_UP
    if step > -numbers.double or view.degraded:
        return calm, None
    since = _down_since(before.odds_down_since, view)
    if now - since < numbers.hold_down:
        return before if since == before.odds_down_since else replace(before, odds_down_since=since), None
    return calm, MoveReason.ODDS_DOWN
