"""Scores: each against an example worked by hand, and the properties that any such score must have."""

from datetime import UTC, date, datetime, timedelta
from math import isclose, log
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.bands import ICD_203, PHIA, WarningLevel
from indicators.scoring.alarms import KnownDays, alarms
from indicators.scoring.bare_moves import BareMove, WarnedTime, warned_times
from indicators.scoring.bootstrap import blocks_drawn, mean_interval, skill_interval
from indicators.scoring.brier import brier, mean, skill
from indicators.scoring.calibration import calibration
from indicators.scoring.cost_loss import RATIOS, cost_loss
from indicators.scoring.discrimination import aupr, auroc, discrimination
from indicators.scoring.episodes import episodes
from indicators.scoring.flips import flips_a_month
from indicators.scoring.lead_time import lead_times
from indicators.scoring.log_score import log_score
from indicators.scoring.ranked import category_brier, ranked_probability

P = st.floats(0, 1)
PAIRS = st.lists(st.tuples(P, st.booleans()), min_size=1, max_size=60)
JANUARY = datetime(2026, 1, 1, tzinfo=UTC)


def on(day: int) -> datetime:
    """Return noon of a day, counted from 1 January 2026."""
    return JANUARY + timedelta(days=day, hours=12)


def the(day: int) -> date:
    """Return a day, counted likewise."""
    return on(day).date()


def a_move(day: int, level: WarningLevel, *, band: tuple[int, int] = (1, 1)) -> BareMove:
    return BareMove(
        key="coup",
        at=on(day),
        before=0.1,
        after=0.2,
        level_before=WarningLevel.BASELINE,
        level_after=level,
        band_before=band[0],
        band_after=band[1],
    )


def test_brier_by_hand() -> None:
    """70 % of what came true scores 0.09, of what did not 0.49; a coin scores a quarter either way."""
    assert brier(0.7, happened=True) == pytest.approx(0.09)
    assert brier(0.7, happened=False) == pytest.approx(0.49)
    assert brier(0.5, happened=True) == brier(0.5, happened=False) == 0.25


@given(P, st.booleans())
def test_brier_lies_between_nothing_and_one(p: float, happened: bool) -> None:
    """And only the perfect forecast scores 0."""
    assert 0 <= brier(p, happened=happened) <= 1
    assert brier(float(happened), happened=happened) == 0


def test_skill_by_hand() -> None:
    """Half the reference's score is skill 0.5; against itself it is 0; a perfect reference leaves nothing to gain."""
    assert skill(0.05, 0.10) == pytest.approx(0.5)
    assert skill(0.2, 0.1) == pytest.approx(-1)
    assert skill(0.1, 0.0) is None
    assert skill(None, 0.1) is None


@given(PAIRS)
def test_the_base_rate_has_no_skill_against_itself(pairs: list[tuple[float, bool]]) -> None:
    """Whatever happened."""
    often = sum(h for _, h in pairs) / len(pairs)
    score = mean(brier(often, happened=h) for _, h in pairs)
    assert skill(score, score) in (0, None)


def test_log_score_by_hand() -> None:
    """Ln 2 for a coin; and nobody is punished for more than 1 %, or paid for more than 99 %."""
    assert log_score(0.5) == pytest.approx(log(2))
    assert log_score(0.0) == pytest.approx(-log(0.01))
    assert log_score(1.0) == pytest.approx(-log(0.99))


def test_scores_of_states_by_hand() -> None:
    """(0.2, 0.5, 0.3) when the last came true: half of .04+.25+.49; and steps (.2)², (.7)² over two."""
    assert category_brier((0.2, 0.5, 0.3), 2) == pytest.approx(0.39)
    assert ranked_probability((0.2, 0.5, 0.3), 2) == pytest.approx((0.04 + 0.49) / 2)


def test_the_ranked_score_minds_the_order() -> None:
    """One state off is better than two; the plain score sees no difference."""
    assert ranked_probability((0, 1, 0), 2) < ranked_probability((1, 0, 0), 2)
    assert category_brier((0, 1, 0), 2) == category_brier((1, 0, 0), 2)


@given(P, st.booleans())
def test_with_two_states_both_are_the_brier_score(p: float, happened: bool) -> None:
    """So that yes/no and exclusive questions can be read side by side."""
    both = (p, 1 - p)
    wanted = brier(p, happened=happened)
    assert category_brier(both, 0 if happened else 1) == pytest.approx(wanted)
    assert ranked_probability(both, 0 if happened else 1) == pytest.approx(wanted)


@given(st.lists(st.floats(0.001, 1), min_size=2, max_size=6), st.data())
def test_scores_of_states_lie_between_nothing_and_one(weights: list[float], data: st.DataObject) -> None:
    """And the perfect forecast scores 0."""
    outcome = data.draw(st.integers(0, len(weights) - 1))
    p = [w / sum(weights) for w in weights]
    perfect = [float(i == outcome) for i in range(len(p))]
    for score in (category_brier, ranked_probability):
        assert 0 <= score(p, outcome) <= 1 + 1e-12
        assert score(perfect, outcome) == 0


def test_calibration_by_hand() -> None:
    """Two figures of 10 % and 12 % of which one came true stand in "very unlikely"."""
    bins = calibration([(0.10, True), (0.12, False), (0.6, True)])
    assert [b.forecasts for b in bins] == [0, 2, 0, 0, 1, 0, 0]
    assert bins[1].mean_p == pytest.approx(0.11)
    assert bins[1].share == 0.5
    assert bins[0].share is None


def test_calibration_speaks_the_scale_of_the_assessment() -> None:
    """On the yardstick 10 % and 12 % are "highly unlikely"; 7 % still is a "remote chance"."""
    bins = calibration([(0.07, False), (0.10, True), (0.12, False)], PHIA)
    assert [(b.term, b.forecasts) for b in bins][:2] == [("remote chance", 1), ("highly unlikely", 2)]
    assert [b.printed for b in bins] == [b.printed for b in PHIA]


@given(PAIRS, st.randoms(use_true_random=False))
def test_calibration_counts_every_figure_once_in_any_order(pairs: list[tuple[float, bool]], order: Random) -> None:
    """Shuffling the rows changes nothing, and the counts add up."""
    bins = calibration(pairs)
    assert len(bins) == len(ICD_203)
    assert sum(b.forecasts for b in bins) == len(pairs)
    assert sum(b.happened for b in bins) == sum(h for _, h in pairs)
    other = list(pairs)
    order.shuffle(other)
    assert calibration(other) == bins


def test_areas_by_hand() -> None:
    """Of four pairs of a yes and a no, three are the right way round; precision 1 at the first, 2/3 at the second."""
    pairs = [(0.9, True), (0.8, False), (0.7, True), (0.1, False)]
    assert auroc(pairs) == 0.75
    assert aupr(pairs) == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)


def test_ties_tell_nothing_apart() -> None:
    """The same figure for all is worth a coin, and a precision of how often it happens."""
    pairs = [(0.3, True), (0.3, False), (0.3, False), (0.3, False)]
    assert auroc(pairs) == 0.5
    assert aupr(pairs) == 0.25


@given(PAIRS)
def test_turning_the_figures_round_turns_the_area(pairs: list[tuple[float, bool]]) -> None:
    """AUROC of the complement is one less the AUROC."""
    pairs = [*((round(p, 3), h) for p, h in pairs), (0.5, True), (0.5, False)]
    assert isclose(auroc(pairs) + auroc((1 - p, h) for p, h in pairs), 1, abs_tol=1e-9)


def test_few_episodes_are_not_ranked() -> None:
    """A hundred windows over nine happenings give no area, and say why."""
    pairs = [(0.9, True)] * 50 + [(0.1, False)] * 50
    refused = discrimination(pairs, episodes=9)
    assert refused.auroc is None
    assert "9 episodes" in refused.why_not
    assert discrimination(pairs, episodes=10).auroc == 1


def test_cost_loss_by_hand() -> None:
    """Ten windows, two events, both and one more warned at C/L 0.1: spent .3 x .1 of .1 (always) and .02 (knowing)."""
    pairs = [(0.5, True)] * 2 + [(0.5, False)] + [(0.0, False)] * 7
    at = {v.ratio: v.value for v in cost_loss(pairs)}
    assert at[0.10] == pytest.approx((0.1 - 0.03) / (0.1 - 0.02))
    assert tuple(at) == RATIOS


@given(PAIRS)
def test_knowing_the_future_is_worth_one_and_nothing_more(pairs: list[tuple[float, bool]]) -> None:
    """Wherever there is something to gain at all."""
    perfect = [v.value for v in cost_loss([(float(h), h) for _, h in pairs])]
    ours = [v.value for v in cost_loss(pairs)]
    for best, got in zip(perfect, ours, strict=True):
        assert (best is None) == (got is None)
        if best is not None and got is not None:
            assert best == pytest.approx(1)
            assert got <= 1 + 1e-9


def test_happenings_within_a_horizon_are_one_episode() -> None:
    """Windows cannot tell them apart; a gap of a whole horizon begins another."""
    found = episodes([the(0), the(20), the(45), the(75), the(20)], horizon_days=30)
    assert [e.days for e in found] == [(the(0), the(20), the(45)), (the(75),)]


def test_the_bootstrap_is_the_same_for_the_same_seed() -> None:
    """And its range holds the mean."""
    scores = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
    blocks = [n // 2 for n in range(8)]
    first, again, other = (
        mean_interval(scores, blocks, blocks_drawn(4, Random(seed).randrange, resamples=200)) for seed in (1, 1, 2)
    )
    assert first == again
    assert first is not None
    assert first.low <= 0.45 <= first.high
    assert other is not None


def test_blocks_make_the_range_honest() -> None:
    """Ten windows that tell one story are one piece of evidence: by block the range is wider than one by one."""
    story = [0.0] * 10 + [1.0] * 10 + [0.0] * 10 + [1.0] * 10 + [0.0] * 10
    by_block = mean_interval(story, [n // 10 for n in range(50)], blocks_drawn(5, Random(1).randrange))
    one_by_one = mean_interval(story, list(range(50)), blocks_drawn(50, Random(1).randrange))
    assert by_block is not None
    assert one_by_one is not None
    assert by_block.high - by_block.low > 2 * (one_by_one.high - one_by_one.low)


def test_too_few_blocks_have_no_range() -> None:
    """Three stretches that do not overlap say nothing about chance."""
    drawn = blocks_drawn(3, Random(1).randrange)
    assert mean_interval([0.1, 0.2, 0.3], [0, 1, 2], drawn) is None
    assert skill_interval([0.1, 0.2, 0.3], [0.2, 0.2, 0.2], [0, 1, 2], drawn) is None
    assert mean_interval([], [], ()) is None


def test_a_method_has_no_skill_against_itself_in_any_resample() -> None:
    """The range of 1 - score / score is [0, 0]."""
    scores = [0.1, 0.3, 0.2, 0.9]
    found = skill_interval(scores, scores, [0, 1, 2, 3], blocks_drawn(4, Random(1).randrange))
    assert found is not None
    assert (found.low, found.high) == (0, 0)


def test_lead_times_count_the_unwarned() -> None:
    """Median of what was warned; the share with a week is of all."""
    found = lead_times([3.0, 10.0, None, 20.0])
    assert (found.episodes, found.warned, found.median, found.share_enough) == (4, 3, 10.0, 0.5)
    assert lead_times([]).share_enough is None


def test_a_warning_stands_from_its_rise_to_its_fall() -> None:
    """At watch and at warning the same line stands for different times; what has not fallen is open."""
    told = [a_move(1, WarningLevel.WATCH), a_move(5, WarningLevel.WARNING), a_move(9, WarningLevel.WATCH)]
    assert warned_times(told, WarningLevel.WARNING) == (WarnedTime(start=on(5), end=on(9)),)
    assert warned_times(told, WarningLevel.WATCH) == (WarnedTime(start=on(1)),)
    assert warned_times(told, WarningLevel.CRITICAL) == ()


def judged(warnings: list[WarnedTime], happened: list[int], *, void: list[int] | None = None, until: int = 300):  # type: ignore[no-untyped-def] # an Alarms
    """Judge warnings of a 30-day question, watched for 100 days."""
    days = tuple(the(n) for n in happened)
    known = KnownDays(days=days, void=tuple(the(n) for n in void or ()), until=the(until))
    found = episodes(days, horizon_days=30)
    return alarms(warnings, found, known, horizon_days=30, since=on(0), until=on(100))


def test_alarms_by_hand() -> None:
    """One right with ten days' lead, one false, one event unwarned: hit rate and false alarm ratio are both a half."""
    found = judged([WarnedTime(start=on(10), end=on(12)), WarnedTime(start=on(50), end=on(51))], [21, 95])
    assert (found.right, found.false) == (1, 1)
    assert (found.hit_rate, found.false_alarm_ratio) == (0.5, 0.5)
    assert found.false_a_month == pytest.approx(0.3)
    assert [e.first for e in found.missed] == [the(95)]
    assert found.lead.median == pytest.approx(10.5)


def test_a_warning_on_the_day_itself_is_late() -> None:
    """The news of the event raised it: it is no hit, the event is missed, and nobody cried wolf."""
    found = judged([WarnedTime(start=on(20), end=on(30))], [20])
    assert (found.right, found.false, found.late) == (0, 0, 1)
    assert found.hit_rate == 0


def test_a_warning_is_not_judged_before_its_time_is_over() -> None:
    """Nor one that hangs on a disputed event. That it was right already would be told of the loud ones alone."""
    assert judged([WarnedTime(start=on(90), end=on(95))], [], until=110).open == 1
    assert judged([WarnedTime(start=on(90), end=on(95))], [100], until=110).open == 1
    assert judged([WarnedTime(start=on(80), end=on(95))], [100], until=111).right == 1
    assert judged([WarnedTime(start=on(40), end=on(41))], [], void=[50]).void == 1
    assert judged([WarnedTime(start=on(40), end=on(41))], []).false == 1


def test_the_rate_of_false_alarms_is_over_the_days_on_which_one_could_be_judged() -> None:
    """A warning in the last horizon is open, so these days cannot hold a false one and must not thin the others out."""
    found = judged([WarnedTime(start=on(5), end=on(6))], [], until=90)
    assert found.days == pytest.approx(59.5)
    assert found.false_a_month == pytest.approx(30 / 59.5)
    assert judged([], [], until=20).false_a_month is None


def test_lead_is_at_most_one_horizon() -> None:
    """A warning that has stood for two years did not see this one coming two years ahead."""
    assert judged([WarnedTime(start=on(1), end=on(99))], [95]).leads[0][1] == 30


def test_an_event_after_the_last_day_watched_is_not_missed() -> None:
    """Nobody was there to warn of it."""
    assert judged([], [150]).leads == ()
    assert judged([], [50]).hit_rate == 0


def test_flips_are_changes_of_the_term() -> None:
    """Two of three moves changed it, over sixty days: one a month."""
    told = [
        a_move(1, WarningLevel.WATCH, band=(1, 2)),
        a_move(2, WarningLevel.WATCH, band=(2, 1)),
        a_move(3, WarningLevel.WATCH),
    ]
    assert flips_a_month(told, days=60) == 1
    assert flips_a_month([], days=0) is None
