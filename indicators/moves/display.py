"""The display rule: when a published word, warning level or figure of a line changes."""

import math
from dataclasses import replace
from datetime import datetime, timedelta

from indicators.assessments import Impact
from indicators.bands import WarningLevel, band_of
from indicators.moves.published import MoveReason, Published
from indicators.moves.view import View
from indicators.outlooks import RowKind, logit

LIKELY = 0.55
"""Where "likely" begins (ICD 203). The thresholds of the warning levels are figures, whatever scale is printed."""
RARE = 0.05
NOTABLE = 0.20
VERY_LIKELY = 0.80
_ONE_VOICE = 1
_TWO_VOICES = 2
_LEVEL_OF_CONCERN = 2


def next_published(before: Published, view: View) -> tuple[Published, tuple[MoveReason, ...]]:
    """Return what stands after *view*, and why it is a move (empty if it is none)."""
    after, band = _next_band(before, view)
    after, level = _next_level(after, view, band_up=after.band > band_of(view.forecast.prior.p, view.scale))
    after, odds = _next_odds(after, view)
    ruled = MoveReason.RULED if view.estimate.happened is not before.happened else None
    return after, tuple(r for r in (ruled, level, band, odds) if r is not None)


def _next_band(before: Published, view: View) -> tuple[Published, MoveReason | None]:
    """A band changes once p is past its edge by the margin: up at once, down after the hold."""
    p, warn, now = view.estimate.p, view.warn, view.now
    up = band_of(max(p - warn.band_margin, 0.0), view.scale)
    down = band_of(min(p + warn.band_margin, 1.0), view.scale)
    up_since = _since(before.band_up_since, now) if up > before.band else None
    down_since = None if view.degraded or down >= before.band else _since(before.band_down_since, now)
    waiting = before
    if up_since != before.band_up_since or down_since != before.band_down_since:
        waiting = replace(before, band_up_since=up_since, band_down_since=down_since)
    if up_since:
        alone = len(view.voices) <= _ONE_VOICE
        if now - up_since >= timedelta(hours=warn.hold_up_single_family_hours if alone else 0):
            return replace(waiting, band=up, band_up_since=None), MoveReason.BAND_UP
    if down_since and now - down_since >= timedelta(hours=warn.hold_down_hours):
        return replace(waiting, band=down, band_down_since=None), MoveReason.BAND_DOWN
    return waiting, None


def _since(known: datetime | None, now: datetime) -> datetime:
    """Since when a change waits: from now on where it did not, or only under a clock that was ahead."""
    return now if known is None or known > now else known


def _next_level(before: Published, view: View, *, band_up: bool) -> tuple[Published, MoveReason | None]:
    """A level rises at once, by any number of steps, and falls by one after each hold."""
    target = _target_level(before, view, band_up=band_up)
    if target > before.level:
        raised = replace(before, level=target, raised_from=before.notice_p, level_down_since=None)
        return raised, MoveReason.LEVEL_UP
    if target == before.level or view.degraded:
        return before if before.level_down_since is None else replace(before, level_down_since=None), None
    since = _since(before.level_down_since, view.now)
    if view.now - since < timedelta(hours=view.warn.hold_down_hours):
        return before if since == before.level_down_since else replace(before, level_down_since=since), None
    lower = WarningLevel(before.level - 1)
    more = view.now if lower > target else None
    return replace(before, level=lower, level_down_since=more), MoveReason.LEVEL_DOWN


def _target_level(before: Published, view: View, *, band_up: bool) -> WarningLevel:
    """Return the level the present state asks for: the highest rule that holds."""
    prior, p, impact = view.forecast.prior.p, view.estimate.p, view.forecast.impact
    gain = logit(p) - logit(prior)
    double, fourfold = math.log(view.warn.notify_odds), math.log(view.warn.escalate_odds)
    grave = impact in (Impact.HIGH, Impact.EXTREME)
    extreme = impact is Impact.EXTREME
    if view.estimate.happened is False:
        return WarningLevel.BASELINE
    if view.estimate.happened or (extreme and prior < VERY_LIKELY <= p):
        return WarningLevel.CRITICAL
    if gain >= fourfold or (grave and prior < LIKELY <= p) or (extreme and prior < RARE and p >= NOTABLE):
        return WarningLevel.WARNING
    if band_up or (gain >= double / 2 and _doubled(before, view, double)):
        return WarningLevel.ADVISORY
    if gain >= double or _concern(view):
        return WarningLevel.WATCH
    return WarningLevel.BASELINE


def _doubled(before: Published, view: View, double: float) -> bool:
    """Whether the odds have doubled since the last notice, by two families or more.

    Half of that keeps a level that was raised so: otherwise it would fall by itself as soon as the
    notice had been given.
    """
    now = logit(view.estimate.p)
    if before.level >= WarningLevel.ADVISORY and before.raised_from is not None:
        return now - logit(before.raised_from) >= double / 2
    return now - logit(before.notice_p) >= double and len(view.families()) >= _TWO_VOICES


def _concern(view: View) -> bool:
    """Whether an indicator that raises this line stands at level 2 or above."""
    for row in view.estimate.rows:
        if row.nats > 0 and row.kind is RowKind.INDICATOR:
            reading = view.readings.get(row.source)
            if reading is not None and reading.level.rank >= _LEVEL_OF_CONCERN and reading.signal > 0:
                return True
    return False


def _next_odds(before: Published, view: View) -> tuple[Published, MoveReason | None]:
    """Odds doubled since the last notice are news at once; halved, after the hold."""
    step = logit(view.estimate.p) - logit(before.notice_p)
    double = math.log(view.warn.notify_odds)
    calm = before if before.odds_down_since is None else replace(before, odds_down_since=None)
    if step >= double:
        return calm, MoveReason.ODDS_UP
    if step > -double or view.degraded:
        return calm, None
    since = _since(before.odds_down_since, view.now)
    if view.now - since < timedelta(hours=view.warn.hold_down_hours):
        return before if since == before.odds_down_since else replace(before, odds_down_since=since), None
    return calm, MoveReason.ODDS_DOWN
