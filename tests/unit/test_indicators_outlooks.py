"""Outlooks: the method's invariants, over assessments and events that nobody chose.

The numbers in the names of sections are those of the method, 2.5. Number 9 (fading between two changes
of a window) is kept in the tests of levels, 10 and 11 in those of moves.
"""

import math
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.assessments import Assessment, forecasts
from indicators.checks import faults_of
from indicators.errors import Severity
from indicators.outlooks import Outlook, RowKind, log_ratio, logit, p_otherwise, probability
from indicators.publishers import Grade
from tests.builders import START, a_small_assessment, an_event, days
from tests.drawn import (
    ASSESSMENTS,
    BRIEFLY,
    CASES,
    EVENTS,
    FILES,
    SURE,
    THOROUGH,
    UNSURE,
    Case,
    Written,
    a_file,
    a_link,
    a_question,
    an_indicator_for,
    direct,
    files,
    happenings,
    judged,
)


@given(assessment=ASSESSMENTS)
@BRIEFLY
def test_the_drawn_assessments_would_pass_the_check(assessment: Assessment) -> None:
    """What follows is about assessments that an analyst could use: no reference or number of theirs is at fault."""
    assert [f for f in faults_of(assessment) if f.severity is Severity.ERROR] == []


# --- 1: the assessment itself ------------------------------------------------------------------------


@given(assessment=ASSESSMENTS)
@THOROUGH
def test_on_its_date_with_no_events_the_outlook_is_the_assessment(assessment: Assessment) -> None:
    """Every p is its prior and no indicator has a row."""
    view = judged(assessment, (), 0)
    assert [f.key for f in forecasts(assessment)] == list(view.estimates)
    for estimate in view.estimates.values():
        assert estimate.p == pytest.approx(estimate.prior, abs=1e-12)
        assert direct(estimate) == 0
        assert estimate.low == pytest.approx(estimate.high, abs=1e-12)


# --- 2: probabilities --------------------------------------------------------------------------------


@given(case=CASES)
@THOROUGH
def test_every_line_is_a_probability_and_a_set_shares_exactly_one(case: Case) -> None:
    """0 < p < 1 inside its range under other ratings, and the states of a set add up to 1."""
    estimates = case.view.estimates
    for estimate in estimates.values():
        assert 0 < estimate.low <= estimate.p <= estimate.high < 1
    for members in case.assessment.sets:
        total = math.fsum(estimates[f"{members.id}.{s.id}"].p for s in members.states)
        assert total == pytest.approx(1, abs=1e-12)


# --- 3 and 5: evidence goes its own way --------------------------------------------------------------


def one_way(assessment: Assessment, indicator: str, before: Outlook, after: Outlook) -> None:
    """Assert that direct evidence for questions went nowhere but where *indicator*'s ratings point."""
    ratings = assessment.indicator(indicator)
    for question in assessment.questions:
        gain = direct(after.estimates[question.id]) - direct(before.estimates[question.id])
        if question.id not in ratings.effects:
            assert gain == 0, question.id
            continue
        ratio = log_ratio(assessment, ratings, question.id, None)
        assert gain * math.copysign(1, ratio) >= -1e-9 if ratio else abs(gain) <= 1e-9, question.id


@given(case=CASES, half=st.integers(0, 120), which=st.integers(0, 7))
@THOROUGH
def test_one_more_event_moves_direct_evidence_in_its_own_direction_only(case: Case, half: int, which: int) -> None:
    """A distinct event never lowers what it speaks for, never raises what it speaks against."""
    indicator = case.assessment.indicators[which % len(case.assessment.indicators)].id
    more = an_event(indicator, START + days(half / 2), place="one more")
    one_way(case.assessment, indicator, case.view, case.with_event(more))


@given(case=CASES, half=st.integers(0, 120), which=st.integers(0, 7))
@THOROUGH
def test_a_better_grade_moves_direct_evidence_in_the_indicators_own_direction_only(
    case: Case, half: int, which: int
) -> None:
    """A report that is confirmed counts for more, and for nothing else."""
    indicator = case.assessment.indicators[which % len(case.assessment.indicators)].id
    weak = an_event(indicator, START + days(half / 2), place="one more", grade=UNSURE)
    one_way(case.assessment, indicator, case.with_event(weak), case.with_event(replace(weak, grade=SURE)))


# --- 4: order of arrival -----------------------------------------------------------------------------


@given(data=st.data(), case=CASES)
@THOROUGH
def test_the_order_in_which_events_arrived_is_irrelevant(data: st.DataObject, case: Case) -> None:
    """Any order gives the same outlook, to the last bit of every row."""
    shuffled = tuple(data.draw(st.permutations(case.events)))
    assert judged(case.assessment, shuffled, case.at) == case.view


# --- 6: bounds ---------------------------------------------------------------------------------------


@given(case=CASES)
@THOROUGH
def test_no_indicator_no_group_and_no_line_moves_further_than_its_cap(case: Case) -> None:
    """At most ln 10 for one indicator, ln 8 for a group, 3.5 nats for all direct evidence of a question.

    Of two states of a set each may move by 3.5, so one of them against the rest by twice that.
    """
    group_of = {i.id: i.group for i in case.assessment.indicators}
    for question in case.assessment.questions:
        estimate = case.view.estimates[question.id]
        rows = [row for row in estimate.rows if row.kind is RowKind.INDICATOR]
        groups = {g: math.fsum(r.nats for r in rows if group_of[r.source] == g) for g in group_of.values()}
        assert all(abs(row.nats) <= math.log(10) + 1e-9 for row in rows)
        assert all(abs(nats) <= math.log(8) + 1e-9 for nats in groups.values())
        assert abs(direct(estimate)) <= 3.5 + 1e-9
    states = [case.view.estimates[f"{m.id}.{s.id}"] for m in case.assessment.sets for s in m.states]
    assert all(abs(estimate.change) <= 7 + 1e-9 for estimate in states)


def loud(count: int, group: str = "g{}", effect: str = "[AC, NC]") -> str:
    """Return *count* indicators that speak for a coup as loudly as ratings can."""
    return "".join(
        f"  - {{id: loud{n}, name: loud, group: {group.format(n)}, why: {{statements: [S1]}}, match: convoy,\n"
        f"     count: {{window_days: 7, thresholds: [1, 2, 3], half_life_days: 14}}, effects: {{coup: {effect}}},\n"
        f"     proof: {{must_match: [convoy], must_not_match: [film]}}}}\n"
        for n in range(count)
    )


@pytest.mark.parametrize(
    ("count", "group", "nats"),
    [
        pytest.param(1, "g{}", math.log(10), id="one indicator: ln 10, whatever its ratings"),
        pytest.param(3, "g0", math.log(8), id="one group: ln 8"),
        pytest.param(4, "g{}", 3.5, id="all together: 3.5"),
    ],
)
def test_the_caps_bind(count: int, group: str, nats: float) -> None:
    """At full level the loudest ratings reach the cap itself, so the bounds above are not empty promises."""
    drawn = a_small_assessment(
        statements="{S1: A coup is unlikely., S2: Attacks go on.}",
        groups="[g0, g1, g2, g3]",
        indicators=loud(count, group),
        model="{cap_group: 3.0}" if count == 1 else "{}",
    )
    events = tuple(an_event(f"loud{n}", START + days(1), place=f"{n} {k}") for n in range(count) for k in range(3))
    assert direct(judged(drawn, events, 2).estimates["coup"]) == pytest.approx(nats)


def test_a_second_voice_in_a_group_counts_half_and_a_third_a_quarter() -> None:
    """Correlated indicators do not add up as if they were independent."""
    drawn = a_small_assessment(groups="[g0]", indicators=loud(3, "g0", "[L, E]"))
    events = tuple(an_event(f"loud{n}", START + days(1), place=f"{n} {k}") for n in range(3) for k in range(3))
    rows = sorted(row.nats for row in judged(drawn, events, 2).estimates["coup"].rows)
    full = math.log(0.675 / 0.5)
    assert rows == pytest.approx([full / 4, full / 2, full])


# --- 7: the ledger adds up ---------------------------------------------------------------------------


@given(case=CASES, later=st.integers(0, 60))
@THOROUGH
def test_a_ledger_adds_up_to_the_change_it_explains(case: Case, later: int) -> None:
    """Rows sum to logit p less logit prior; between two days their differences sum to the change."""
    first, second = case.view.estimates, judged(case.assessment, case.events, case.at + later).estimates
    for key, estimate in first.items():
        assert logit(estimate.p) - logit(estimate.prior) == pytest.approx(estimate.change, abs=1e-9)
        moved = math.fsum(r.nats for r in second[key].rows) - math.fsum(r.nats for r in estimate.rows)
        assert logit(second[key].p) - logit(estimate.p) == pytest.approx(moved, abs=1e-9)


@given(case=CASES)
@THOROUGH
def test_what_speaks_for_one_of_two_states_speaks_against_the_other(case: Case) -> None:
    """In a set of two the rows mirror each other, indicator by indicator."""
    for members in (m for m in case.assessment.sets if len(m.states) == 2):
        one, other = (case.view.estimates[f"{members.id}.{s.id}"].rows for s in members.states)
        assert {r.key: r.nats for r in one} == pytest.approx({r.key: -r.nats for r in other}, abs=1e-9)


@given(case=CASES)
@THOROUGH
def test_a_state_is_explained_by_the_indicators_that_rate_it(case: Case) -> None:
    """No row of a set names anything else, and one that rates every state alike leaves no trace."""
    for members in case.assessment.sets:
        effects = {i.id: i.effects.get(members.id) for i in case.assessment.indicators}
        for row in (r for s in members.states for r in case.view.estimates[f"{members.id}.{s.id}"].rows):
            effect = effects[row.source]
            assert row.kind is RowKind.INDICATOR
            assert isinstance(effect, dict)
            assert len(set(effect.values())) > 1 or abs(row.nats) < 1e-6


# --- 8: silence --------------------------------------------------------------------------------------

LONG = 5000.0
CALM = st.builds(Case, files(0.0).map(Assessment.model_validate), EVENTS.map(happenings), st.just(LONG))


@given(case=CALM)
@THOROUGH
def test_after_long_silence_a_calm_assessment_is_itself_again(case: Case) -> None:
    """Where nothing was going on at first, every p comes back to its prior, whatever happened between."""
    for estimate in case.view.estimates.values():
        assert estimate.p == pytest.approx(estimate.prior, abs=1e-9)


@given(case=CASES)
@THOROUGH
def test_after_long_silence_history_does_not_matter(case: Case) -> None:
    """Where something was going on at first, p settles where it would have without any event."""
    after = judged(case.assessment, case.events, LONG).estimates
    without = judged(case.assessment, (), LONG).estimates
    assert {k: e.p for k, e in after.items()} == pytest.approx({k: e.p for k, e in without.items()}, abs=1e-9)


# --- 12: the order of the file -----------------------------------------------------------------------


@given(data=st.data(), file=FILES, drawn=EVENTS, at=st.integers(0, 80))
@THOROUGH
def test_reordering_the_file_changes_no_probability(
    data: st.DataObject, file: Written, drawn: list[tuple[int, int, Grade]], at: int
) -> None:
    """Scenarios, indicators, states, links and effects may stand in any order."""
    shuffled = {**file, "groups": file["groups"][::-1]}
    shuffled["scenarios"] = [
        {**s, **{k: s[k][::-1] for k in ("states", "links", "at_least_max_of") if k in s}}
        for s in data.draw(st.permutations(file["scenarios"]))
    ]
    shuffled["indicators"] = [
        {**i, "effects": dict(reversed(i["effects"].items()))} for i in data.draw(st.permutations(file["indicators"]))
    ]
    one, other = (judged(Assessment.model_validate(f), happenings(drawn), at).estimates for f in (file, shuffled))
    assert {k: e.p for k, e in one.items()} == pytest.approx({k: other[k].p for k in one}, abs=1e-12)


def renamed(file: Written, names: dict[str, str]) -> Written:
    """Return *file* with other ids for scenarios, indicators and groups; a state keeps its own name."""

    def new(key: str) -> str:
        scenario, dot, state = key.partition(".")
        return names[scenario] + dot + state

    def scenario(written: Written) -> Written:
        links = [{**link, "parent": new(link["parent"])} for link in written.get("links", [])]
        bounds = {k: new(written[k]) for k in ("at_most",) if k in written}
        floors = {k: [new(part) for part in written[k]] for k in ("at_least_max_of",) if k in written}
        return written | {"id": new(written["id"])} | ({"links": links} if links else {}) | bounds | floors

    def indicator(written: Written) -> Written:
        told = {k: {new(s): v for s, v in written[k].items()} for k in ("effects", "direct_reason")}
        return written | {"id": new(written["id"]), "group": new(written["group"])} | told

    return file | {
        "groups": [new(group) for group in file["groups"]],
        "scenarios": [scenario(s) for s in file["scenarios"]],
        "indicators": [indicator(i) for i in file["indicators"]],
    }


@given(data=st.data(), file=FILES, drawn=EVENTS, at=st.integers(0, 80))
@THOROUGH
def test_other_names_change_no_probability_and_at_most_which_of_two_equals_comes_first(
    data: st.DataObject, file: Written, drawn: list[tuple[int, int, Grade]], at: int
) -> None:
    """Ids are for people: whatever they are, every p is the same, and so are the shares that rows have, whoever's."""
    ids = [*file["groups"], *(s["id"] for s in (*file["scenarios"], *file["indicators"]))]
    names = dict(zip(ids, data.draw(st.permutations([f"n{n}" for n in range(len(ids))])), strict=True))
    events = happenings(drawn)
    others = tuple(replace(e, indicator=names[e.indicator]) for e in events if e.indicator in names)
    one = judged(Assessment.model_validate(file), events, at).estimates
    other = judged(Assessment.model_validate(renamed(file, names)), others, at).estimates
    assert len(one) == len(other)
    for key, estimate in one.items():
        scenario, dot, state = key.partition(".")
        twin = other[names[scenario] + dot + state]
        assert twin.p == pytest.approx(estimate.p, abs=1e-12)
        assert sorted(r.nats for r in twin.rows) == pytest.approx(sorted(r.nats for r in estimate.rows), abs=1e-12)


# --- links, bounds, rulings --------------------------------------------------------------------------


def linked(p: float, p_parent: float, p_if: float) -> Assessment:
    """Return an assessment in which *child* depends on *parent* and nothing else is known."""
    link = {"parent": "parent", "p_if": p_if, "statements": ["S1"]}
    parent = a_question("parent", p_parent)
    omen = an_indicator_for(Random(0), "omen", [parent], (0.0,)) | {"effects": {"parent": ["VL", "U"]}}
    file = a_file((0, 0), 1, 1, (0.0,)) | {"scenarios": [a_question("child", p, links=[link]), parent]}
    return Assessment.model_validate(file | {"indicators": [omen]})


SHARES = st.integers(1, 99).map(lambda n: n / 100)


@given(p=SHARES, parent=SHARES, share=SHARES)
@THOROUGH
def test_a_ruling_on_the_parent_gives_exactly_the_analysts_conditional(p: float, parent: float, share: float) -> None:
    """Confirmed: P(child | parent). Ruled out: the probability that both priors then imply."""
    p_if = a_link("parent", parent, p, share)["p_if"]
    assessment = linked(p, parent, p_if)
    confirmed = judged(assessment, (), 0, {"parent": True}).estimates
    refuted = judged(assessment, (), 0, {"parent": False}).estimates
    assert confirmed["child"].p == pytest.approx(p_if, abs=1e-9)
    assert refuted["child"].p == pytest.approx(p_otherwise(p, parent, p_if), abs=1e-9)
    mean = parent * confirmed["child"].p + (1 - parent) * refuted["child"].p
    assert mean == pytest.approx(p, abs=1e-9)


@pytest.mark.parametrize(("p_if", "moves"), [(0.3, 1), (0.1, 0), (0.02, -1)], ids=["helps", "is idle", "inhibits"])
def test_a_parent_that_rises_carries_its_child_the_way_the_link_says(p_if: float, moves: int) -> None:
    """Above the prior it raises, at the prior it does nothing, below it lowers the child."""
    events = tuple(an_event("omen", START + days(1), place=str(n)) for n in range(9))
    view = judged(linked(0.1, 0.2, p_if), events, 2).estimates
    gain = view["child"].p - 0.1
    assert view["parent"].p > 0.3
    assert (gain > 1e-9) - (gain < -1e-9) == moves


@given(case=CASES)
@THOROUGH
def test_a_whole_is_never_below_its_parts_nor_a_success_above_its_attempt(case: Case) -> None:
    """Floors and ceilings hold, and a bound that binds has its own row in the ledger."""
    estimates = case.view.estimates
    for question in case.assessment.questions:
        own = estimates[question.id]
        floors = [estimates[part].p for part in question.at_least_max_of]
        ceiling = estimates[question.at_most].p if question.at_most else 1.0
        assert max(floors, default=0.0) - 1e-9 <= own.p <= ceiling + 1e-9
        bound = [row for row in own.rows if row.kind is RowKind.COHERENCE]
        free = probability(logit(own.prior) + math.fsum(r.nats for r in own.rows if r not in bound))
        assert bool(bound) == (free < max(floors, default=0.0) or free > ceiling)


@pytest.mark.parametrize("ruled", [True, False])
def test_a_ruling_stands_beside_the_models_figure(ruled: bool) -> None:
    """A person's ruling is shown as such: p stays the model's, so the ledger still adds up."""
    own = judged(linked(0.1, 0.2, 0.3), (), 0, {"parent": ruled}).estimates["parent"]
    assert own.happened is ruled
    assert own.p == pytest.approx(0.2)


def test_without_ratings_nothing_is_learnt() -> None:
    """An indicator that is as likely either way has a weight of nothing."""
    drawn = a_small_assessment(groups="[g0]", indicators=loud(1, "g0", "[E, E]"))
    events = tuple(an_event("loud0", START + days(1), place=str(k)) for k in range(3))
    assert judged(drawn, events, 2).estimates["coup"].p == pytest.approx(0.12)


def test_the_range_shows_how_far_the_figure_rests_on_the_ratings() -> None:
    """All ln LR halved and raised by half: the ends of the range are those two outlooks."""
    events = tuple(an_event("officer_unrest", START + days(1), place=str(n)) for n in range(4))
    own = judged(a_small_assessment(), events, 2).estimates["coup"]
    ratio = math.log(0.875 / 0.325)
    wanted = [probability(logit(0.12) + scale * ratio) for scale in (0.5, 1.0, 1.5)]
    assert [own.low, own.p, own.high] == pytest.approx(wanted)


@given(p=st.floats(1e-9, 1 - 1e-9))
@THOROUGH
def test_log_odds_and_probabilities_are_inverse(p: float) -> None:
    """There and back, at both ends of the scale too."""
    assert probability(logit(p)) == pytest.approx(p, rel=1e-9)
    assert logit(1 - p) == pytest.approx(-logit(p), abs=1e-6)


def test_certainty_has_infinite_odds() -> None:
    """0 and 1 are not in the model's reach, and do not crash what prints them."""
    assert (logit(0), logit(1)) == (-math.inf, math.inf)
    assert (probability(-800), probability(800)) == (0.0, 1.0)


def test_every_kind_of_scenario_is_drawn() -> None:
    """The files reach links, floors, ceilings and sets; otherwise the properties would say little."""
    drawn = [Assessment.model_validate(a_file((n, n), 3, 2, (0.0,))) for n in range(40)]
    questions = [q for assessment in drawn for q in assessment.questions]
    assert sum(bool(assessment.sets) for assessment in drawn) > 5
    for bound in ("links", "at_least_max_of", "at_most"):
        assert sum(bool(getattr(q, bound)) for q in questions) > 5, bound
