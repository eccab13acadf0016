"""The protocol: what is asked when, what is settled how, what a benchmark may know, and what is not scored."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.assessments import Assessment
from indicators.backtest.asked import AskedQuestion, asked_of
from indicators.backtest.autoregression import counted, fitted
from indicators.backtest.level_count import LevelCount
from indicators.backtest.methods import Method
from indicators.backtest.origins import origins, step_of
from indicators.backtest.outcomes import Outcome, OutcomeRecord, Status
from indicators.backtest.past import Past
from indicators.backtest.protocol import Asking, backtest
from indicators.backtest.results import Backtest
from indicators.backtest.shuffle import shufflable, shuffled
from indicators.backtest.snapshots import Snapshot
from indicators.levels import Level, Reading
from indicators.outlooks import outlook
from tests.builders import a_small_assessment, mali

DAY = timedelta(days=1)
FIRST = date(2026, 1, 1)
COUP = AskedQuestion(id="coup", name="Coup", horizon_days=30, keys=("coup",), prior=(0.1, 0.9))
SET = AskedQuestion(id="war", name="War", horizon_days=30, keys=("war.on", "war.off"), prior=(0.7, 0.3))


def the(day: int) -> date:
    return FIRST + day * DAY


def a_record(
    asked: AskedQuestion, *days: int, void: Sequence[int] = (), since: int = 0, until: int = 400
) -> OutcomeRecord:
    rows = [Outcome(key=asked.keys[0], day=the(n)) for n in days]
    rows += [Outcome(key=asked.keys[0], day=the(n), void=True) for n in void]
    return OutcomeRecord(asked, rows, since=the(since), until=the(until))


def a_reading(name: str, level: Level = Level.QUIET, *, count: float = 0.0) -> Reading:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    activation = 0.4 * level.rank
    return Reading(indicator=name, at=moment, level=level, count=count, activation=activation, baseline=0.0)


@pytest.mark.parametrize(("told", "days"), [("weekly", 7), ("daily", 1), ("14d", 14), (" Weekly ", 7)])
def test_steps_between_origins(told: str, days: int) -> None:
    """A word or a number of days."""
    assert step_of(told) == days


@pytest.mark.parametrize("told", ["", "monthly", "0d", "-7d", "7", "1.5d"])
def test_an_unknown_step_says_what_to_write(told: str) -> None:
    """No silent default."""
    with pytest.raises(ValueError, match="weekly, daily, or a number of days"):
        step_of(told)


def test_origins_lie_at_midnight_and_reach_the_last_day() -> None:
    """Also where the last is exactly reached."""
    found = origins(the(0), the(14), every=7)
    assert [o.date() for o in found] == [the(0), the(7), the(14)]
    assert all((o.hour, o.tzinfo) == (0, UTC) for o in found)


def test_a_window_is_the_horizon_from_its_origin() -> None:
    """The origin's own day is in it, the day after its end is not."""
    record = a_record(COUP, 40)
    states = {n: record.settle(the(n)).state for n in (10, 11, 40, 41)}
    assert states == {10: 1, 11: 0, 40: 0, 41: 1}


def test_a_window_beyond_what_is_known_is_open_even_where_it_has_happened() -> None:
    """Scoring the loud ones early would favour whoever cries wolf."""
    record = a_record(COUP, 95, until=100)
    assert record.settle(the(70)).status is Status.SETTLED
    assert record.settle(the(71)).status is Status.OPEN


def test_a_disputed_outcome_voids_the_windows_that_hang_on_it() -> None:
    """And not those in which it happened beyond dispute anyway."""
    record = a_record(COUP, 60, void=[50])
    assert record.settle(the(25)).status is Status.VOID
    assert record.settle(the(45)).state == 0
    assert record.settle(the(61)).state == 1


def test_a_set_is_settled_by_the_state_that_holds_at_the_end() -> None:
    """Nothing on record before is unknown, not a state; a void line makes it void until the next."""
    rows = [
        Outcome(key="war.on", day=the(10)),
        Outcome(key="war.off", day=the(50)),
        Outcome(key="war", day=the(80), void=True),
        Outcome(key="war.on", day=the(90)),
    ]
    record = OutcomeRecord(SET, rows, since=the(0), until=the(400))
    ends = {n: record.settle(the(n - 30)) for n in (10, 11, 50, 51, 81, 91)}
    assert ends[10].status is Status.UNKNOWN
    assert (ends[11].state, ends[50].state, ends[51].state, ends[91].state) == (0, 0, 1, 0)
    assert ends[81].status is Status.VOID


def test_the_base_rate_without_a_past_is_the_prior() -> None:
    """With one horizon of quiet it is half of it: the prior counts as one horizon of days."""
    past = Past(a_record(COUP))
    assert past.base_rate(the(0)) == pytest.approx((0.1, 0.9))
    assert past.base_rate(the(59))[0] == pytest.approx(0.1 * 30 / 60)


@given(st.lists(st.integers(0, 390), max_size=12), st.integers(0, 390))
def test_no_benchmark_knows_what_came_after_its_origin(days: list[int], origin: int) -> None:
    """Outcomes on the origin's day and later change nothing in its base rate and persistence."""
    known = [n for n in days if n < origin]
    for method in (Past.base_rate, Past.persistence):
        assert method(Past(a_record(COUP, *days)), the(origin)) == method(Past(a_record(COUP, *known)), the(origin))


def test_persistence_learns_that_it_comes_in_waves() -> None:
    """After a wave it is above the base rate while the wave is fresh, and below it in the calm."""
    waves = [*range(0, 60, 10), *range(400, 460, 10), *range(800, 860, 10)]
    record = a_record(COUP, *waves, until=2000)
    fresh, calm = Past(record), Past(record)
    assert fresh.persistence(the(820))[0] > fresh.base_rate(the(820))[0]
    assert calm.persistence(the(1000))[0] < calm.base_rate(the(1000))[0]


def test_the_level_count_needs_no_ratings() -> None:
    """Three levels above the baseline double the odds; ratings that differ only in strength say the same."""
    small = a_small_assessment()
    (coup,) = (a for a in asked_of(small) if a.id == "coup")
    rule = LevelCount(small, coup)
    assert rule.figures([a_reading("officer_unrest")]) == pytest.approx(coup.prior)
    p = rule.figures([a_reading("officer_unrest", Level.LEVEL_3)])[0]
    assert p / (1 - p) == pytest.approx(2 * 0.12 / 0.88)


@pytest.mark.parametrize("level", [Level.QUIET, Level.LEVEL_1, Level.NOT_OBSERVABLE, Level.LEVEL_3])
def test_the_level_count_of_a_set_adds_up(level: Level) -> None:
    """Whatever its indicators show."""
    (asked,) = (a for a in asked_of(mali()) if a.exclusive)
    found = LevelCount(mali(), asked).figures([a_reading(i.id, level) for i in mali().indicators])
    assert sum(found) == pytest.approx(1)
    assert len(found) == len(asked.keys)


def test_the_regression_finds_a_slope_and_stays_modest() -> None:
    """With nothing it is the base rate; where counts go with happenings it rises with them; a few move it little."""
    assert fitted([], base=0.1, weight=1).at(2.0) == pytest.approx(0.1)
    pairs = [(0.0, False)] * 40 + [(2.0, True)] * 40
    learnt = fitted(pairs, base=0.1, weight=1)
    assert learnt.at(2.0) > 0.6
    assert learnt.at(0.0) < 0.3
    assert fitted(pairs[:1] + pairs[-1:], base=0.1, weight=0.1).at(2.0) < 0.2


def test_the_regression_stands_at_the_only_maximum() -> None:
    """The slope of the penalised likelihood is nought there, from either number."""
    pairs = [(0.5, True), (1.5, False), (0.1, False), (2.0, True), (0.7, True)] * 30
    found = fitted(pairs, base=0.2, weight=0.5)
    start = -1.3862943611198906
    left = [0.5 * (h - found.at(x)) for x, h in pairs]
    assert sum(left) + start - found.level == pytest.approx(0, abs=1e-6)
    assert sum(r * x for r, (x, _) in zip(left, pairs, strict=True)) - found.slope == pytest.approx(0, abs=1e-6)


def test_only_what_speaks_of_the_question_is_counted() -> None:
    """Convoys do not count for the coup."""
    small = a_small_assessment()
    (coup,) = (a for a in asked_of(small) if a.id == "coup")
    readings = [a_reading("officer_unrest", count=1.0), a_reading("convoy_attack", count=5.0)]
    assert counted(small, coup, readings) == pytest.approx(0.6931, abs=1e-4)


def test_shuffled_ratings_say_something_else() -> None:
    """The negative control bites: the same readings under another's effects give other figures."""
    order = list(shufflable(mali()))
    Random(1).shuffle(order)
    other = shuffled(mali(), order)
    readings = [a_reading(i.id, Level.LEVEL_2) for i in mali().indicators[:6]]
    now = mali().start + DAY
    ours, theirs = (outlook(a, readings, now=now).estimates for a in (mali(), other))
    assert sum(abs(ours[k].p - theirs[k].p) > 0.01 for k in ours) >= 3
    assert sorted(map(str, (i.effects for i in other.indicators))) == sorted(
        map(str, (i.effects for i in mali().indicators))
    )
    same = shuffled(mali(), shufflable(mali()))
    assert same == mali()


def test_a_shuffle_keeps_every_indicator() -> None:
    """An order that loses one is refused."""
    with pytest.raises(ValueError, match="once"):
        shuffled(mali(), shufflable(mali())[1:])


def a_backtest(figures: Sequence[float], *days: int, every: int = 7, seed: int = 1, until: int = 400) -> Backtest:
    """Score weekly figures for the coup of the small assessment, whose horizon is 90 days; the rest is left out."""
    small: Assessment = a_small_assessment()
    shots = [
        Snapshot(
            at=datetime(2026, 1, 1, tzinfo=UTC) + every * n * DAY,
            p={"coup": p, "blockade": 0.62},
            readings=tuple(a_reading(i.id) for i in small.indicators),
        )
        for n, p in enumerate(figures)
    ]
    (coup,) = (a for a in asked_of(small) if a.id == "coup")
    rows = [Outcome(key="coup", day=the(n)) for n in days]
    records = {"coup": OutcomeRecord(coup, rows, since=the(0), until=the(until))}
    shuffles = [[{"coup": p / 2, "blockade": 0.5} for p in figures], [{"coup": p, "blockade": 0.5} for p in figures]]
    asking = Asking(every=every, choose=Random(seed).randrange, watched_until=datetime(2027, 1, 1, tzinfo=UTC))
    return backtest(small, shots, [], records, shuffles, asking)


def test_scores_by_hand() -> None:
    """Three weekly figures, a coup on day 95: the last two windows hold it, and each method has the same three."""
    (coup,) = a_backtest([0.1, 0.2, 0.3], 95).questions
    assert [w.state for w in coup.windows] == [1, 0, 0]
    assert coup.scores[Method.OURS].brier == pytest.approx((0.1**2 + 0.8**2 + 0.7**2) / 3)
    assert coup.scores[Method.PRIOR].brier == pytest.approx((0.12**2 + 2 * 0.88**2) / 3)
    assert coup.scores[Method.SHUFFLED].brier_low == pytest.approx((0.1**2 + 0.8**2 + 0.7**2) / 3)
    assert coup.scores[Method.SHUFFLED].brier_high == pytest.approx((0.05**2 + 0.9**2 + 0.85**2) / 3)
    assert coup.episodes == 1
    assert coup.positive == 2


def test_what_is_not_over_is_counted_and_not_scored() -> None:
    """Of sixty weekly windows those that end after day 400 are open."""
    (coup,) = a_backtest([0.1] * 60).questions
    assert coup.count(Status.SETTLED) == 45
    assert coup.count(Status.OPEN) == 15
    assert coup.scores[Method.OURS].brier == pytest.approx(0.01)


def test_the_prior_has_no_skill_against_itself() -> None:
    """Whoever always says the prior has skill 0 against it, in every resample."""
    (coup,) = a_backtest([0.12] * 60, 95, 250).questions
    against = next(s for s in coup.skill if s.against is Method.PRIOR)
    assert against.skill == pytest.approx(0)
    assert against.interval is not None
    assert (against.interval.low, against.interval.high) == pytest.approx((0, 0))


def test_the_same_seed_gives_the_same_ranges() -> None:
    """And another one, others."""
    figures = [0.1 + 0.002 * n for n in range(60)]
    one, same, other = (a_backtest(figures, 95, 250, seed=seed).questions[0].brier_interval for seed in (1, 1, 7))
    assert one == same
    assert one is not None
    assert other is not None


def test_blocks_are_horizons_not_windows() -> None:
    """Forty-five weekly windows of ninety days are four blocks."""
    assert a_backtest([0.1] * 60).questions[0].blocks == 4


def test_nothing_to_score_is_no_score() -> None:
    """Where no window is over there is none, and nothing breaks."""
    found = a_backtest([0.1] * 3, until=20)
    assert found.settled == 0
    assert found.questions[0].scores[Method.OURS].brier is None


def test_no_snapshot_is_refused() -> None:
    """Nothing was asked: that is no result."""
    with pytest.raises(ValueError, match="no origin"):
        a_backtest([])
