"""Moves: when a published word, level or figure changes, and that nobody is called twice for nothing."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from indicators.assessments import Assessment
from indicators.bands import ICD_203, PHIA, WarningLevel, band_of, percent
from indicators.levels import Level, Reading, Readings
from indicators.moves import MoveReason, OutlookMove, PendingTerm, Published, Wait, advance, pending_term, withdraw
from indicators.outlooks import Estimate, Outlook, Row, RowKind, logit, probability
from indicators.parsing import parse_assessment
from tests.builders import DAILY, START, WIRE, a_match, an_event, an_item, days, small

THOROUGH = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
UP = {MoveReason.BAND_UP, MoveReason.LEVEL_UP, MoveReason.ODDS_UP}
DOWN = {MoveReason.BAND_DOWN, MoveReason.LEVEL_DOWN, MoveReason.ODDS_DOWN}


@cache
def assessed(prior: float = 0.12, impact: str = "extreme", estimative: str = "icd203") -> Assessment:
    """Return the small assessment with this prior and impact for its first line, a coup, in the words of a scale."""
    scale = PHIA if estimative == "phia" else ICD_203
    term = scale[band_of(prior, scale)].terms["en"]
    text = small(estimative=estimative).replace("p: 0.12, term: very unlikely", f"p: {prior}, term: {term}")
    assessment, problems = parse_assessment(text.replace("extreme", impact), name="small.yaml")
    assert assessment is not None, problems
    return assessment


@dataclass(frozen=True, kw_only=True)
class Look:
    """What we see of the coup question, *hours* after the assessment's first day; the other line stays put."""

    hours: float
    p: float
    voices: int = 2
    level: Level = Level.QUIET
    coverage: float = 1.0
    own: float | None = None
    """The coverage of the line's indicator, where it is not that of the whole."""
    happened: bool | None = None
    shares: Mapping[str, float] | None = None

    def rows(self, prior: float) -> tuple[Row, ...]:
        """Split the change since the prior over the indicators of *shares*."""
        change = logit(self.p) - logit(prior)
        shares = self.shares or {"officer_unrest": 1.0}
        return tuple(Row(kind=RowKind.INDICATOR, source=name, nats=change * part) for name, part in shares.items())


def outlook_of(assessment: Assessment, look: Look) -> tuple[Outlook, Readings]:
    now = START + days(1 + look.hours / 24)
    coup, blockade = (q.prior.p for q in assessment.questions)
    lines = {
        "coup": (coup, look.p, look.rows(coup), look.happened),
        "blockade": (blockade, blockade, (), None),
    }
    estimates = {
        key: Estimate(key=key, prior=prior, p=p, low=p, high=p, rows=rows, happened=happened)
        for key, (prior, p, rows, happened) in lines.items()
    }
    seen = {"officer_unrest": look.own} if look.own is not None else {}
    view = Outlook(
        assessment=assessment.id, version="1", at=now, estimates=estimates, coverage=look.coverage, seen=seen
    )
    reports = tuple(
        a_match("officer_unrest", item=an_item(f"{who.family} {now}", published=now), publisher=who)
        for who in (WIRE, DAILY)[: look.voices]
    )
    events = (an_event("officer_unrest", now, reports=reports),) if reports else ()
    reading = Reading(
        indicator="officer_unrest",
        at=now,
        level=look.level,
        count=1,
        activation=0.5,
        baseline=0,
        events=events,
    )
    return view, Readings([reading])


def walk(
    looks: Iterable[Look], assessment: Assessment | None = None, start: Mapping[str, Published] | None = None
) -> tuple[list[OutlookMove], dict[str, Published]]:
    """Show *looks* one after the other; return every move and what stands published at the end."""
    written = assessment or assessed()
    moves: list[OutlookMove] = []
    stands = dict(start or {})
    for look in looks:
        stands, new = advance(written, *outlook_of(written, look), stands)
        moves += new
    return moves, stands


def hours_of(moves: Iterable[OutlookMove], *reasons: MoveReason) -> list[float]:
    return [round((m.at - START) / days(1 / 24) - 24, 6) for m in moves if set(reasons) & set(m.reasons)]


def every(step: float, until: float, p: float, *, after: float = 0, **rest: object) -> list[Look]:
    """Return a look at *p* every *step* hours, from *after* to *until*."""
    count = round((until - after) / step) + 1
    return [replace(Look(hours=after + n * step, p=p), **rest) for n in range(count)]  # type: ignore[arg-type]


def test_the_assessment_itself_is_no_move() -> None:
    """At its priors nothing is said, and what stands is what the assessment says."""
    moves, stands = walk([Look(hours=0, p=0.12, voices=0)])
    assert moves == []
    assert (stands["coup"].band, stands["coup"].level, stands["coup"].move_p) == (1, WarningLevel.BASELINE, 0.12)


# --- bands -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("p", "band"),
    [
        (0.20, "very unlikely"),
        (0.2299, "very unlikely"),
        (0.2301, "unlikely"),
        (0.47, "unlikely"),
        (0.49, "roughly even chance"),
    ],
)
def test_a_word_changes_only_once_its_edge_is_passed_by_the_margin(p: float, band: str) -> None:
    """Three points above the edge, not on it."""
    _, stands = walk([Look(hours=0, p=p)], assessed(0.17))
    assert ICD_203[stands["coup"].band].terms["en"] == band


@pytest.mark.parametrize(("voices", "hour"), [(2, 0), (1, 6), (0, 6)], ids=["two families", "one family", "nobody"])
def test_a_word_rises_at_once_with_two_families_and_after_six_hours_with_one(voices: int, hour: float) -> None:
    """A single voice must hold for six hours before it changes the published word."""
    moves, _ = walk(every(1, 12, 0.235, voices=voices), assessed(0.17))
    assert hours_of(moves, MoveReason.BAND_UP) == [hour]


def test_a_second_family_ends_the_wait() -> None:
    """The word rises in the hour in which the other family reports."""
    moves, _ = walk([Look(hours=0, p=0.235, voices=1), Look(hours=2, p=0.235, voices=2)], assessed(0.17))
    assert hours_of(moves, MoveReason.BAND_UP) == [2]


def test_a_dip_restarts_the_wait_of_a_single_voice() -> None:
    """Five hours above, one below, five above: that is not six hours above."""
    looks = [*every(1, 5, 0.235, voices=1), Look(hours=6, p=0.21, voices=1), *every(1, 12, 0.235, after=7, voices=1)]
    moves, _ = walk(looks, assessed(0.17))
    assert hours_of(moves, MoveReason.BAND_UP) == []


def test_a_word_falls_after_three_days_and_every_rise_restarts_the_wait() -> None:
    """72 hours below the edge by the margin, without a break."""
    up = Look(hours=0, p=0.24)
    assert hours_of(walk([up, *every(6, 96, 0.14, after=6)])[0], MoveReason.BAND_DOWN) == [78]
    broken = [up, *every(6, 60, 0.14, after=6), Look(hours=66, p=0.19), *every(6, 150, 0.14, after=72)]
    assert hours_of(walk(broken)[0], MoveReason.BAND_DOWN) == [144]


def test_just_below_the_edge_a_word_stays() -> None:
    """Inside the margin the published word holds for as long as it takes."""
    moves, _ = walk([Look(hours=0, p=0.24), *every(6, 400, 0.18, after=6)])
    assert hours_of(moves, MoveReason.BAND_DOWN) == []


# --- a clock that was ahead and was corrected ----------------------------------------------------------

_YEAR_AHEAD = 365 * 24.0


def test_a_word_that_began_to_wait_under_a_clock_that_was_ahead_rises_all_the_same() -> None:
    """One voice was noted a year ahead; the second is heard under the right time."""
    looks = [Look(hours=_YEAR_AHEAD, p=0.235, voices=1), Look(hours=2, p=0.235, voices=2)]
    assert hours_of(walk(looks, assessed(0.17))[0], MoveReason.BAND_UP) == [2]


def test_what_sinks_under_a_clock_that_was_ahead_waits_no_longer_than_its_hold() -> None:
    """Word, level and odds: the hold begins anew when the clock is put right, and not a year later."""
    up, sunk = Look(hours=0, p=0.24), every(6, 300, 0.05, after=6)
    moves, plain = (walk([up, *ahead, *sunk])[0] for ahead in ([Look(hours=_YEAR_AHEAD, p=0.05)], []))
    for reason in (MoveReason.BAND_DOWN, MoveReason.LEVEL_DOWN, MoveReason.ODDS_DOWN):
        assert hours_of(moves, reason) == hours_of(plain, reason) != [], reason


def test_what_two_families_double_after_a_notice_from_the_future_is_raised() -> None:
    """What came since a notice under a wrong clock cannot be told apart, so that all of it counts as since then."""
    halved = every(72, _YEAR_AHEAD + 72, 0.06, after=_YEAR_AHEAD)
    _, stands = walk([*halved, Look(hours=2, p=0.165)])
    assert stands["coup"].level == WarningLevel.ADVISORY


# --- warning levels ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prior", "impact", "look", "level"),
    [
        pytest.param(0.12, "extreme", Look(hours=0, p=0.13), 0, id="nothing much"),
        pytest.param(0.12, "extreme", Look(hours=0, p=0.13, level=Level.LEVEL_1), 0, id="indicator at level 1"),
        pytest.param(0.12, "extreme", Look(hours=0, p=0.13, level=Level.LEVEL_2), 1, id="indicator at level 2"),
        pytest.param(0.12, "extreme", Look(hours=0, p=0.11, level=Level.LEVEL_2), 0, id="level 2 that lowers p"),
        pytest.param(0.12, "extreme", Look(hours=0, p=0.22, voices=1), 1, id="odds doubled by one family"),
        pytest.param(0.12, "extreme", Look(hours=0, p=0.22), 2, id="odds doubled by two families"),
        pytest.param(0.17, "extreme", Look(hours=0, p=0.235), 2, id="word up"),
        pytest.param(0.12, "moderate", Look(hours=0, p=0.36, voices=1), 3, id="odds times four"),
        pytest.param(0.50, "high", Look(hours=0, p=0.56, voices=1), 3, id="likely and grave"),
        pytest.param(0.50, "moderate", Look(hours=0, p=0.56, voices=1), 0, id="likely and not grave"),
        pytest.param(0.62, "high", Look(hours=0, p=0.63, voices=1), 0, id="likely from the start"),
        pytest.param(0.03, "extreme", Look(hours=0, p=0.21, voices=1), 3, id="rare and extreme, now notable"),
        pytest.param(0.60, "extreme", Look(hours=0, p=0.81, voices=1), 4, id="very likely and extreme"),
        pytest.param(0.60, "high", Look(hours=0, p=0.81, voices=1), 1, id="very likely and not extreme"),
        pytest.param(0.12, "moderate", Look(hours=0, p=0.12, voices=0, happened=True), 4, id="ruled to have happened"),
        pytest.param(0.12, "moderate", Look(hours=0, p=0.12, voices=0, happened=False), 0, id="ruled not to have"),
    ],
)
def test_each_rule_gives_its_warning_level_at_once(prior: float, impact: str, look: Look, level: int) -> None:
    """Watch, Advisory, Warning and Critical as the method lists them; a level may rise by several steps."""
    _, stands = walk([look], assessed(prior, impact))
    assert stands["coup"].level == level


@pytest.mark.parametrize(
    ("at", "level", "watch"), [(1, Level.LEVEL_1, True), (1, Level.QUIET, False), (3, Level.LEVEL_2, False)]
)
def test_an_indicator_may_raise_watch_from_another_level(at: int, level: Level, watch: bool) -> None:
    """A first shot in the capital is told although it moves the odds by little; `raises_watch_at` says which."""
    written = assessed()
    asked = [i.model_copy(update={"raises_watch_at": at}) for i in written.indicators]
    moves, stands = walk([Look(hours=0, p=0.13, level=level)], written.model_copy(update={"indicators": tuple(asked)}))
    assert (stands["coup"].level is WarningLevel.WATCH, len(moves)) == (watch, int(watch))


@pytest.mark.parametrize("hours", [0.1, 5, 200])
def test_doubled_odds_are_an_advisory_whenever_the_second_family_reports(hours: float) -> None:
    """One poll or two brought them: the move that told of the first family does not use the doubling up."""
    alone = every(24, 150, 0.22, voices=1) if hours > 24 else [Look(hours=0, p=0.22, voices=1)]
    moves, stands = walk([*alone, Look(hours=hours, p=0.2199), *every(24, 600, 0.2199, after=hours + 1)])
    assert [(m.level_before, m.level_after) for m in moves] == [(0, 1), (1, 2)]
    assert moves[1].reasons == (MoveReason.LEVEL_UP, MoveReason.CONFIRMED)
    assert (moves[1].rising, moves[1].families) == (True, ("daily", "wire"))
    assert stands["coup"].raised_from == 0.12


def test_a_second_family_behind_less_than_doubled_odds_raises_nothing() -> None:
    """Watch for another reason, or a rise that has faded meanwhile."""
    begun = Look(hours=0, p=0.19, voices=1, level=Level.LEVEL_2)
    assert walk([begun, Look(hours=5, p=0.19)])[1]["coup"].level is WarningLevel.WATCH
    assert walk([Look(hours=0, p=0.22, voices=1), Look(hours=5, p=0.21)])[1]["coup"].level is WarningLevel.WATCH


def test_a_lower_prior_in_a_new_version_is_no_warning() -> None:
    """The settled term lags behind by its hold; that it lies above the new prior's word is nobody's evidence."""
    _, stands = walk([Look(hours=0, p=0.50, voices=0)], assessed(0.50))
    moves, stands = walk(every(6, 300, 0.12, after=1, voices=0), assessed(0.12), stands)
    assert [move.reasons for move in moves] == [(MoveReason.BAND_DOWN, MoveReason.ODDS_DOWN)]
    assert stands["coup"].level is WarningLevel.BASELINE


def test_a_term_past_the_edge_of_a_new_versions_prior_is_an_advisory() -> None:
    """Evidence that was not enough for the old prior's next word may be for that of a lower one."""
    _, stands = walk([Look(hours=0, p=0.40, voices=0)], assessed(0.40))
    _, stands = walk([Look(hours=1, p=0.24)], assessed(0.12), stands)
    assert stands["coup"].level is WarningLevel.ADVISORY


def test_a_level_falls_one_step_at_a_time_after_each_hold() -> None:
    """From Warning to Baseline takes three holds of 72 hours, however fast p fell."""
    moves, stands = walk([Look(hours=0, p=0.36), *every(6, 300, 0.12, after=6, voices=0)])
    fell = [(m.level_before, m.level_after) for m in moves if MoveReason.LEVEL_DOWN in m.reasons]
    assert hours_of(moves, MoveReason.LEVEL_UP) == [0]
    assert hours_of(moves, MoveReason.LEVEL_DOWN) == [78, 150, 222]
    assert fell == [(3, 2), (2, 1), (1, 0)]
    assert stands["coup"].level is WarningLevel.BASELINE


@pytest.mark.parametrize("coverage", [1.0, 0.1])
def test_what_a_person_ruled_out_is_warned_of_no_more_from_that_moment(coverage: float) -> None:
    """One move by the person's word, not four over nine days; it is no observation, so poor sight changes nothing."""
    out = every(6, 300, 0.36, after=6, happened=False, coverage=coverage)
    moves, stands = walk([Look(hours=0, p=0.36), *out])
    assert [(m.level_before, m.level_after) for m in moves] == [(0, 3), (3, 0)]
    assert moves[1].reasons == (MoveReason.RULED, MoveReason.LEVEL_DOWN)
    assert stands["coup"].level is WarningLevel.BASELINE


@pytest.mark.parametrize(("p", "level"), [(0.12, WarningLevel.WARNING), (0.85, WarningLevel.CRITICAL)])
def test_a_ruling_taken_back_leaves_no_critical_behind(p: float, level: WarningLevel) -> None:
    """Unless the figure says so it is a Warning at most from that moment, and falls by the holds from there."""
    ruled = Look(hours=0, p=p, happened=True, voices=0)
    _, stands = walk([ruled])
    (back,), after = walk([Look(hours=1, p=p, coverage=0.1, voices=0)], start=stands)
    assert (back.level_before, back.level_after) == (WarningLevel.CRITICAL, level)
    assert MoveReason.RULED in back.reasons
    if p == 0.12:
        moves, _ = walk(every(6, 300, p, after=2, voices=0), start=after)
        assert [(m.level_before, m.level_after) for m in moves] == [(3, 2), (2, 1), (1, 0)]


@pytest.mark.parametrize("happened", [True, False])
def test_of_what_a_person_has_ruled_on_no_figure_is_news(happened: bool) -> None:
    """Neither its term nor its odds, up or down, for as long as the ruling stands; afterwards both are again."""
    ruled = [replace(look, happened=happened) for look in [Look(hours=6, p=0.12), *every(6, 300, 0.7, after=12)]]
    moves, stands = walk([Look(hours=0, p=0.12), *ruled])
    assert [move.reasons[0] for move in moves] == [MoveReason.RULED]
    back, _ = walk([Look(hours=306, p=0.7)], start=stands)
    assert {MoveReason.RULED, MoveReason.BAND_UP, MoveReason.ODDS_UP} <= set(back[0].reasons)


def test_a_level_stays_while_its_reason_stands() -> None:
    """A steady outlook is told once and then neither repeated nor taken back."""
    for p in (0.22, 0.24, 0.36):
        moves, _ = walk(every(6, 1000, p))
        assert hours_of(moves, *MoveReason) == [0], p


# --- odds --------------------------------------------------------------------------------------------


def odds_times(factor: float, p: float = 0.12) -> float:
    return probability(logit(p) + math.log(factor))


@pytest.mark.parametrize(("factor", "told"), [(1.99, []), (2.01, [0]), (3.9, [0])])
def test_doubled_odds_are_news_at_once_even_inside_a_word(factor: float, told: list[float]) -> None:
    """From 1 % to 2 % is news although both are "almost no chance"."""
    moves, _ = walk([Look(hours=0, p=odds_times(factor, 0.01), voices=1)], assessed(0.01))
    assert hours_of(moves, MoveReason.ODDS_UP) == told
    assert [m.band_before == m.band_after for m in moves] == [True] * len(told)


def test_the_next_notice_counts_from_the_last_one() -> None:
    """Doubled, then doubled again, is two notices; what lies between is none."""
    factors = (1.5, 2.1, 3, 4.3, 6, 8.7)
    moves, _ = walk([Look(hours=n, p=odds_times(f, 0.01)) for n, f in enumerate(factors)], assessed(0.01))
    assert hours_of(moves, *MoveReason) == [1, 3, 5]
    assert [m.before for m in moves][1:] == [m.after for m in moves][:-1]


def test_halved_odds_are_news_after_the_hold() -> None:
    """A fall must stay for 72 hours before anybody is told that things are better."""
    moves, _ = walk([Look(hours=0, p=0.12, voices=0), *every(6, 120, odds_times(0.49), after=6, voices=0)])
    assert hours_of(moves, MoveReason.ODDS_DOWN) == [78]
    assert hours_of(walk(every(6, 400, odds_times(0.51), voices=0))[0], MoveReason.ODDS_DOWN) == []


# --- poor sight --------------------------------------------------------------------------------------

COVERED = st.sampled_from([0.0, 0.3, 0.59])
PS = st.integers(1, 99).map(lambda n: n / 100)


@given(
    ps=st.lists(st.tuples(PS, st.sampled_from([1, 5, 30, 80]), st.integers(0, 2)), min_size=1, max_size=12),
    dim=COVERED,
    all_of_it=st.booleans(),
)
@THOROUGH
def test_below_the_coverage_floor_nothing_ever_moves_down(
    ps: list[tuple[float, int, int]], dim: float, all_of_it: bool
) -> None:
    """Whatever p does for as long as it likes: who cannot see does not give the all-clear, of all or of one line."""
    whole, own = (dim, None) if all_of_it else (1.0, dim)
    hours = 0.0
    looks = [Look(hours=0, p=0.36)]
    for p, step, voices in ps:
        hours += step
        looks.append(Look(hours=hours, p=p, voices=voices, coverage=whole, own=own))
    moves, _ = walk(looks)
    assert DOWN & {reason for move in moves for reason in move.reasons} == set()
    for one, other in pairwise(moves):
        assert other.band_after >= one.band_after
        assert other.level_after >= one.level_after


@pytest.mark.parametrize("dim", [Look(hours=72, p=0.12, coverage=0.5), Look(hours=72, p=0.12, own=0.5)])
def test_a_hold_does_not_run_while_sight_is_poor(dim: Look) -> None:
    """71 hours of clear fall, one dim look, then the wait begins again."""
    looks = [Look(hours=0, p=0.36), *every(1, 71, 0.12, after=1), dim]
    assert hours_of(walk([*looks, *every(1, 144, 0.12, after=73)])[0], *DOWN) == []
    assert hours_of(walk([*looks, *every(1, 145, 0.12, after=73)])[0], *DOWN) == [145]


def test_poor_sight_does_not_hold_back_a_warning() -> None:
    """Upward moves go out and say that the outlook is degraded."""
    moves, _ = walk([Look(hours=0, p=0.36, coverage=0.2)])
    assert [(m.degraded, m.coverage, m.level_after) for m in moves] == [(True, 0.2, WarningLevel.WARNING)]


def test_poor_sight_of_one_line_is_told_with_what_cannot_be_seen() -> None:
    """The assessment sees enough; the line's own indicator does not."""
    moves, _ = walk([Look(hours=0, p=0.36, own=0.2)])
    assert [(m.degraded, m.coverage, m.unseen) for m in moves] == [(True, 0.2, ("officer_unrest",))]


def test_sight_at_the_floor_is_good_enough() -> None:
    """60 % is not below 60 %."""
    assert not walk([Look(hours=0, p=0.36, coverage=0.6)])[0][0].degraded


# --- a term that has not settled ----------------------------------------------------------------------


_FALLEN = [Look(hours=0, p=0.40), *every(24, 72, 0.33, after=24), Look(hours=73, p=0.15), Look(hours=96, p=0.15)]
"""The level began to fall a day before the term did."""
_DIM = [Look(hours=0, p=0.30, coverage=0.5, level=Level.LEVEL_2, shares={"officer_unrest": -0.5, "fuel": 1.5})]
"""One indicator raises the line, and too few sources can see to lower the term."""


@pytest.mark.parametrize(
    ("prior", "looks", "pending"),
    [
        (0.12, [Look(hours=0, p=0.30)], None),
        (0.12, [Look(hours=0, p=0.30, voices=1)], PendingTerm(settled=1, wait=Wait.SECOND_VOICE, needs=6)),
        (0.12, [Look(hours=0, p=0.30, voices=1), Look(hours=6, p=0.30, voices=1)], None),
        (0.12, [Look(hours=0, p=0.30, voices=1, happened=True)], None),
        (0.12, [Look(hours=0, p=0.215)], PendingTerm(settled=1, wait=Wait.EDGE, needs=0.03)),
        (0.12, [Look(hours=0, p=0.46)], PendingTerm(settled=2, wait=Wait.EDGE, needs=0.03)),
        (0.12, _FALLEN, PendingTerm(settled=2, wait=Wait.FALL, needs=72)),
        (0.50, _DIM, PendingTerm(settled=3, wait=Wait.SIGHT)),
    ],
)
def test_a_term_that_has_not_settled_says_what_it_waits_for(
    prior: float, looks: list[Look], pending: PendingTerm | None
) -> None:
    """A margin, a second voice, the hold or sight; what has settled, or was ruled by a person, waits for nothing."""
    written = assessed(prior, "moderate")
    moves, _ = walk(looks, written)
    assert pending_term(moves[-1], written) == pending


def test_the_end_of_a_line_has_no_term_that_waits() -> None:
    """It tells of no figure: neither its term nor what that would wait for."""
    _, stands = walk([Look(hours=0, p=0.46)])
    (_, (last,)) = withdraw(assessed(), {"gone": replace(stands["coup"], key="gone")}, at=START + days(9))
    assert last.band_after != band_of(last.after)
    assert pending_term(last, assessed()) is None


# --- flapping ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("edge", [0.05, 0.20, 0.45, 0.55, 0.80])
@pytest.mark.parametrize("voices", [1, 2])
def test_a_figure_that_flaps_around_an_edge_is_told_once(edge: float, voices: int) -> None:
    """D18: Ten days of hourly flapping over an edge give one move of the word at most, and none downward."""
    prior = round(edge - 0.035, 3)
    looks = [Look(hours=n, p=edge + (0.035 if n % 2 else -0.035), voices=voices) for n in range(240)]
    moves, _ = walk(looks, assessed(prior, "moderate"))
    assert len(moves) <= 1
    assert DOWN & {reason for move in moves for reason in move.reasons} == set()


@given(ps=st.lists(st.sampled_from([0.14, 0.16, 0.19, 0.24, 0.36, 0.5]), min_size=10, max_size=60))
@THOROUGH
def test_nothing_is_lowered_that_stood_within_the_hold(ps: list[float]) -> None:
    """Before any downward move every look of the last 72 hours asked for it; moves of a kind keep that distance."""
    looks = [Look(hours=12.0 * n, p=p) for n, p in enumerate(ps)]
    moves, _ = walk(looks)
    for move in moves:
        (at,) = hours_of([move], *MoveReason)
        recent = [look.p for look in looks if at - 72 <= look.hours <= at]
        if MoveReason.BAND_DOWN in move.reasons:
            assert max(recent) + 0.03 < ICD_203[move.band_before].low
        if MoveReason.ODDS_DOWN in move.reasons:
            assert max(logit(p) for p in recent) <= logit(move.before) - math.log(2)
    for kind in DOWN:
        assert all(b - a >= 72 for a, b in pairwise(hours_of(moves, kind)))


# --- what a move carries -----------------------------------------------------------------------------

SHARES = st.lists(st.integers(-3, 5), min_size=3, max_size=3).filter(lambda parts: sum(parts) != 0)


def a_wandering(drawn: list[tuple[float, list[int]]]) -> list[Look]:
    """Return looks, 40 hours apart, whose rows come, grow, shrink and go."""
    names = ("officer_unrest", "convoy_attack", "elsewhere")
    return [
        Look(
            hours=40.0 * n,
            p=p,
            shares={name: part / sum(parts) for name, part in zip(names, parts, strict=True) if part},
        )
        for n, (p, parts) in enumerate(drawn)
    ]


@given(drawn=st.lists(st.tuples(PS, SHARES), min_size=1, max_size=12))
@THOROUGH
def test_the_differences_of_a_move_add_up_to_what_it_says(drawn: list[tuple[float, list[int]]]) -> None:
    """Rows since the last move, gone ones included, sum to logit(after) - logit(before); largest first."""
    for move in walk(a_wandering(drawn))[0]:
        gained = math.fsum(row.nats for row in move.differences)
        assert gained == pytest.approx(logit(move.after) - logit(move.before), abs=1e-9)
        assert move.odds_factor == pytest.approx(math.exp(gained))
        assert sorted(move.differences, key=lambda r: -abs(r.nats)) == list(move.differences)


@given(drawn=st.lists(st.tuples(PS, SHARES), min_size=1, max_size=12), cut=st.integers(0, 12))
@THOROUGH
def test_a_replay_after_a_crash_makes_the_same_moves(drawn: list[tuple[float, list[int]]], cut: int) -> None:
    """From the beginning or from what was stored half-way: equal moves, equal ids, and no id twice."""
    looks = a_wandering(drawn)
    once, stands = walk(looks)
    _, half_way = walk(looks[:cut])
    resumed, also_stands = walk(looks[cut:], start=half_way)
    assert walk(looks) == (once, stands)
    assert once[len(once) - len(resumed) :] == resumed
    assert also_stands == stands
    assert len({move.id for move in once}) == len(once)


@given(drawn=st.lists(st.tuples(PS, SHARES), min_size=1, max_size=12))
@THOROUGH
def test_showing_the_same_outlook_twice_says_nothing_twice(drawn: list[tuple[float, list[int]]]) -> None:
    """A cycle that runs again on the same outlook makes no further move."""
    looks = a_wandering(drawn)
    _, stands = walk(looks)
    again, still = walk(looks[-1:], start=stands)
    assert again == []
    assert walk(looks[-1:], start=still) == ([], still)


def test_moves_of_different_lines_have_different_ids() -> None:
    """The first move of each line must not be taken for a repeat of the other's."""
    view, readings = outlook_of(assessed(), Look(hours=0, p=0.36))
    risen = replace(view.estimates["blockade"], p=0.9, happened=True)
    both = replace(view, estimates={**view.estimates, "blockade": risen})
    _, moves = advance(assessed(), both, readings, {})
    assert [m.key for m in moves] == ["coup", "blockade"]
    assert moves[0].id != moves[1].id


def test_a_move_shows_the_events_and_the_families_that_carried_it() -> None:
    """Both reports of the event are behind the rise; the fall that follows has nothing to show."""
    moves, _ = walk([Look(hours=0, p=0.36), *every(6, 90, 0.12, after=6, voices=0)])
    rise, fall = moves[0], moves[1]
    assert [e.indicator for e in rise.events] == ["officer_unrest"]
    assert rise.families == ("daily", "wire")
    assert (fall.events, fall.families, fall.rising) == ((), (), False)


def test_what_was_told_before_is_not_evidence_of_the_next_move() -> None:
    """A second doubling shows what happened since the first, not the old event again."""
    first, second = walk([Look(hours=0, p=0.02), Look(hours=5, p=0.04)], assessed(0.01))[0]
    assert {e.id for e in first.events} & {e.id for e in second.events} == set()


def test_a_term_that_settles_while_the_figure_fades_shows_what_raised_it() -> None:
    """A single voice held for six hours, by whose end a little had faded: still a rise, carried by the same event."""
    view, readings = outlook_of(assessed(), Look(hours=0, p=0.24, voices=1))
    stands, _ = advance(assessed(), view, readings, {})
    later, _ = outlook_of(assessed(), Look(hours=1, p=0.2399, voices=1))
    stands, (move,) = advance(assessed(), replace(later, at=START + days(1.3)), readings, stands)
    assert MoveReason.BAND_UP in move.reasons
    assert (move.after < move.before, move.rising) == (True, True)
    assert move.events == readings["officer_unrest"].events
    assert move.families == ("wire",)


# --- words for figures -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("p", "term"),
    [
        (0.001, "almost no chance"),
        (0.0499, "almost no chance"),
        (0.05, "very unlikely"),
        (0.1999, "very unlikely"),
        (0.20, "unlikely"),
        (0.45, "roughly even chance"),
        (0.55, "likely"),
        (0.80, "very likely"),
        (0.95, "almost certain"),
        (0.9999, "almost certain"),
    ],
)
def test_each_figure_has_its_word_and_an_edge_belongs_to_the_upper_one(p: float, term: str) -> None:
    """ICD 203, half-open bands."""
    assert ICD_203[band_of(p)].terms["en"] == term


@pytest.mark.parametrize(
    ("p", "printed"),
    [(0.004, "1 % or less"), (0.01, "1 %"), (0.126, "13 %"), (0.99, "99 %"), (0.996, "99 % or more")],
)
def test_no_figure_is_printed_as_impossible_or_certain(p: float, printed: str) -> None:
    """The display stops at 1 and 99 per cent."""
    assert percent(p) == printed


def test_confirmation_by_a_second_family_ends_the_wait_for_the_word() -> None:
    """The hold for a single family lasts until somebody else confirms, and the alert has the events."""
    seen, _ = walk([Look(hours=0, p=0.24, voices=1), Look(hours=1, p=0.24, voices=2), Look(hours=7, p=0.24, voices=2)])
    risen = [move for move in seen if MoveReason.BAND_UP in move.reasons]
    assert len(risen) == 1
    assert risen[0].at == START + days(1 + 1 / 24)
    assert risen[0].events, "a word that follows a change that has held shows what stands behind it"


# --- the other scale ---------------------------------------------------------------------------------


@given(ps=st.lists(st.tuples(PS, st.sampled_from([1, 12, 73])), min_size=1, max_size=14))
@THOROUGH
def test_the_words_of_either_scale_change_by_the_same_rule(ps: list[tuple[float, int]]) -> None:
    """What stands is never further from p than the margin upward; downward it may lag for the hold, not for ever."""
    for estimative, scale in (("icd203", ICD_203), ("phia", PHIA)):
        hours, looks = 0.0, []
        for p, step in ps:
            hours += step
            looks.append(Look(hours=hours, p=p))
        last = looks[-1].p
        looks.append(Look(hours=hours + 80, p=last))
        looks.append(Look(hours=hours + 160, p=last))
        _, stands = walk(looks, assessed(0.12, "moderate", estimative))
        assert scale[stands["coup"].band].low - 0.03 <= last + 1e-9
        assert last - 1e-9 < scale[stands["coup"].band].high + 0.03


@pytest.mark.parametrize(("p", "word"), [(0.25, "highly unlikely"), (0.256, "unlikely")])
def test_a_gap_of_the_yardstick_needs_the_margin_too(p: float, word: str) -> None:
    """The edge lies in the middle of the gap, at 22.5 %, and must be passed by three points."""
    _, stands = walk([Look(hours=0, p=p)], assessed(0.17, "moderate", "phia"))
    assert PHIA[stands["coup"].band].terms["en"] == word


def test_the_first_word_is_that_of_the_assessments_scale() -> None:
    """Fifty-one per cent is a roughly even chance to one reader and a realistic possibility to the other."""
    for estimative, scale in (("icd203", ICD_203), ("phia", PHIA)):
        _, stands = walk([Look(hours=0, p=0.51, voices=0)], assessed(0.51, "moderate", estimative))
        assert stands["coup"].band == band_of(0.51, scale)


# --- counted, and withdrawn --------------------------------------------------------------------------


@given(drawn=st.lists(st.tuples(PS, SHARES), min_size=1, max_size=12))
@THOROUGH
def test_the_moves_of_a_line_are_numbered_from_one(drawn: list[tuple[float, list[int]]]) -> None:
    """Without a hole, and what stands published knows the last number."""
    moves, stands = walk(a_wandering(drawn))
    assert [move.sequence for move in moves] == list(range(1, len(moves) + 1))
    assert stands["coup"].sequence == len(moves)


def test_a_move_that_was_kept_before_they_were_counted_can_still_be_read() -> None:
    """Old rows have no number: it is 0."""
    adapter = TypeAdapter(OutlookMove)
    (move,) = walk([Look(hours=0, p=0.36)])[0]
    old = adapter.dump_python(move, mode="json")
    assert old.pop("sequence") == 1
    assert adapter.validate_python(old) == replace(move, sequence=0)


def without_the_coup() -> Assessment:
    """Return the small assessment after somebody took the coup question out of the file."""
    whole = assessed()
    return whole.model_copy(update={"scenarios": whole.scenarios[1:], "indicators": whole.indicators[:1]})


LATER = START + days(30)


def test_a_line_that_is_gone_from_the_file_stands_down_with_a_word() -> None:
    """A warning that nobody judges any more must not stand for ever, nor vanish without being taken back."""
    moves, stands = walk([Look(hours=0, p=0.36)])
    after, (last,) = withdraw(without_the_coup(), stands, at=LATER, salt="s")
    assert (last.key, last.reasons, last.sequence) == ("coup", (MoveReason.WITHDRAWN,), 2)
    assert (last.level_before, last.level_after) == (WarningLevel.WARNING, WarningLevel.BASELINE)
    assert (last.before, last.after, last.differences, last.events) == (0.36, 0.36, (), ())
    assert last.id not in {move.id for move in moves}
    assert list(after) == ["coup"]
    assert withdraw(without_the_coup(), {**stands, **after}, at=LATER, salt="s") == ({}, ())


def test_a_renamed_line_is_withdrawn_under_its_old_name_and_begins_anew_under_the_new_one() -> None:
    """The new name has no past: what stands of it is what the assessment says."""
    whole = assessed()
    renamed = whole.scenarios[0].model_copy(update={"id": "putsch"})
    changed = whole.model_copy(update={"scenarios": (renamed, whole.scenarios[1])})
    _, stands = walk([Look(hours=0, p=0.36)])
    gone, _ = withdraw(changed, stands, at=LATER)
    assert list(gone) == ["coup"]
    view, readings = outlook_of(whole, Look(hours=1, p=0.12, voices=0))
    moved = replace(view.estimates["coup"], key="putsch")
    view = replace(view, estimates={"putsch": moved, "blockade": view.estimates["blockade"]})
    new, moves = advance(changed, view, readings, {**stands, **gone})
    assert (new["putsch"].level, new["putsch"].sequence, moves) == (WarningLevel.BASELINE, 0, ())


@given(p=PS, coverage=st.sampled_from([0.0, 0.59, 1.0]))
@THOROUGH
def test_what_stood_at_baseline_is_withdrawn_without_a_word(p: float, coverage: float) -> None:
    """Only a level above Baseline must be taken back; then at once, however little can be seen."""
    _, stands = walk([Look(hours=0, p=p)])
    after, moves = withdraw(without_the_coup(), stands, at=LATER, coverage=coverage)
    stood = stands["coup"].level > WarningLevel.BASELINE
    assert (len(moves), len(after)) == (stood, stood)
    assert all(move.degraded == (coverage < 0.6) for move in moves)


def test_lines_that_are_in_the_file_are_never_withdrawn() -> None:
    """Whatever stands of them."""
    _, stands = walk([Look(hours=0, p=0.36)])
    assert withdraw(assessed(), stands, at=LATER) == ({}, ())


def test_a_line_that_comes_back_goes_on_counting() -> None:
    """Its next move is not taken for a repeat of one that was made before it was withdrawn."""
    _, stands = walk([Look(hours=0, p=0.36)])
    gone, (last,) = withdraw(without_the_coup(), stands, at=LATER)
    again, _ = walk([Look(hours=24 * 40, p=0.36)], start={**stands, **gone})
    assert [(move.sequence, move.level_after) for move in again] == [(last.sequence + 1, WarningLevel.WARNING)]
