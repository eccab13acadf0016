"""The analyst's line: what people stand by, worked out from the machine's moves and from their decisions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.decisions import (
    MoveDecision,
    MoveDecisionKind,
    Point,
    Step,
    analyst_line,
    standing_decisions,
    steps_of,
    waiting,
)
from indicators.moves import MoveReason
from tests.store.builders import a_move

START = datetime(2026, 1, 1, tzinfo=UTC)
PRIOR = 0.12
ACCEPT, AMEND, REJECT, WITHDRAW = MoveDecisionKind


def at(day: float) -> datetime:
    return START + timedelta(days=day)


def a_step(day: float, p: float, *, reviewed: bool = False, ruled: bool = False, move: str = "") -> Step:
    return Step(move=move or f"m{day:g}", at=at(day), p=p, reviewed=reviewed, ruled=ruled)


def decided(number: int, move: str, kind: MoveDecisionKind, day: float, *, p: float | None = None) -> MoveDecision:
    return MoveDecision(
        number=number,
        assessment="small",
        key="coup",
        move=move,
        kind=kind,
        who="A. Diallo",
        why="seen",
        at=at(day),
        p=p,
    )


def line(*known: Step, made: tuple[MoveDecision, ...] = ()) -> list[tuple[float, float]]:
    points = analyst_line(PRIOR, known, made, since=START)
    return [((point.at - START) / timedelta(days=1), point.p) for point in points]


def test_an_automatic_line_follows_the_notices() -> None:
    """Nobody has to do anything for it."""
    assert line(a_step(3, 0.3), a_step(9, 0.2)) == [(0, PRIOR), (3, 0.3), (9, 0.2)]


def test_a_step_of_a_clock_that_was_ahead_is_followed_by_what_came_after_it() -> None:
    """The line does not jump back to it when its date comes, and it waits no more once a later one was accepted."""
    ahead, after = replace(a_step(365, 0.4), sequence=1), replace(a_step(3, 0.3), sequence=2)
    assert line(ahead, after) == [(0, PRIOR), (3, 0.3)]
    steps = tuple(replace(step, reviewed=True) for step in (ahead, after))
    assert waiting(steps, [decided(1, "m3", ACCEPT, 4)]) == ()


def test_a_reviewed_line_waits_for_a_person() -> None:
    """It changes when a move is accepted or amended, at that moment and not before."""
    known = (a_step(3, 0.3, reviewed=True), a_step(9, 0.5, reviewed=True))
    assert line(*known) == [(0, PRIOR)]
    accepted = decided(1, "m3", ACCEPT, 4)
    assert line(*known, made=(accepted,)) == [(0, PRIOR), (4, 0.3)]
    amended = decided(2, "m9", AMEND, 10, p=0.4)
    assert line(*known, made=(accepted, amended)) == [(0, PRIOR), (4, 0.3), (10, 0.4)]


@pytest.mark.parametrize("reviewed", [False, True])
def test_a_rejected_move_leaves_the_line_where_it_stood(reviewed: bool) -> None:
    """At the step before that counts, or at the prior where there is none."""
    known = (a_step(3, 0.3, reviewed=reviewed), a_step(9, 0.5, reviewed=reviewed))
    made = (decided(1, "m3", ACCEPT, 4), decided(2, "m9", REJECT, 10))
    assert line(*known, made=made)[-1][1] == 0.3
    assert line(known[0], made=(decided(1, "m3", REJECT, 4),))[-1][1] == PRIOR


def test_a_decision_about_an_earlier_move_does_not_undo_a_later_one() -> None:
    """The newest step that counts is what we stand by."""
    known = (a_step(3, 0.3, reviewed=True), a_step(9, 0.5, reviewed=True))
    made = (decided(1, "m9", ACCEPT, 10), decided(2, "m3", AMEND, 11, p=0.2))
    assert line(*known, made=made) == [(0, PRIOR), (10, 0.5)]


def test_withdrawing_goes_back_one_decision_at_a_time() -> None:
    """As if the last had not been made; with none left the mode decides again."""
    known = a_step(3, 0.3)
    made = (decided(1, "m3", REJECT, 4), decided(2, "m3", AMEND, 5, p=0.2), decided(3, "m3", WITHDRAW, 6))
    assert line(known, made=made) == [(0, PRIOR), (3, 0.3), (4, PRIOR), (5, 0.2), (6, PRIOR)]
    assert line(known, made=(*made, decided(4, "m3", WITHDRAW, 7)))[-1] == (7, 0.3)
    assert standing_decisions((*made, decided(4, "m3", WITHDRAW, 7))) == {}


def test_what_is_decided_needs_a_name_a_reason_and_a_figure_where_one_belongs() -> None:
    """A record without them is refused when it is made."""
    with pytest.raises(ValueError, match="name and a reason"):
        MoveDecision(number=1, assessment="a", key="k", move="m", kind=ACCEPT, who=" ", why="x", at=START)
    with pytest.raises(ValueError, match="goes with amend"):
        decided(1, "m", AMEND, 1)
    with pytest.raises(ValueError, match="goes with amend"):
        decided(1, "m", ACCEPT, 1, p=0.2)
    for p in (0.0, 1.0, float("nan")):
        with pytest.raises(ValueError, match="no probability"):
            decided(1, "m", AMEND, 1, p=p)


def test_a_move_waits_until_it_or_a_later_one_is_decided() -> None:
    """Rejecting a later one does not settle the earlier; what a person ruled waits for nobody."""
    first, second = a_step(3, 0.3, reviewed=True), a_step(9, 0.5, reviewed=True)
    assert waiting((second, first), ()) == (first, second)
    assert waiting((first, second), (decided(1, "m9", ACCEPT, 10),)) == ()
    assert waiting((first, second), (decided(1, "m9", REJECT, 10),)) == (first,)
    assert waiting((first, second), (decided(1, "m3", AMEND, 10, p=0.2),)) == (second,)
    assert waiting((a_step(3, 0.3), a_step(4, 0.4, reviewed=True, ruled=True)), ()) == ()


def test_a_line_that_left_the_assessment_says_nothing_of_a_figure() -> None:
    """Its last move only takes its warning back."""
    from dataclasses import replace

    usual, gone = a_move(1), replace(a_move(2), reasons=(MoveReason.WITHDRAWN,))
    ruled = replace(a_move(3), reasons=(MoveReason.RULED,))
    found = steps_of([(usual, True), (gone, True), (ruled, False)])
    assert {(n.move, n.reviewed, n.ruled) for n in found} == {(usual.id, True, False), (ruled.id, False, True)}


# -------------------------------------------------------------------------------------------------------- laws

figures = st.floats(0.01, 0.99)
days = st.integers(0, 12)


@st.composite
def stories(draw: st.DrawFn) -> tuple[tuple[Step, ...], tuple[MoveDecision, ...]]:
    """Steps of one line in time, and decisions about them in the order of their numbers, clocks set back included."""
    when = sorted(draw(st.lists(days, max_size=6)))
    known = tuple(
        Step(move=f"m{n}", at=at(day), p=draw(figures), sequence=n, reviewed=draw(st.booleans()))
        for n, day in enumerate(when)
    )
    made: list[MoveDecision] = []
    for number in range(draw(st.integers(0, 8)) if known else 0):
        kind = draw(st.sampled_from(MoveDecisionKind))
        about = draw(st.sampled_from(known)).move
        made.append(decided(number, about, kind, draw(days), p=draw(figures) if kind is AMEND else None))
    return known, tuple(made)


def points(known: tuple[Step, ...], made: tuple[MoveDecision, ...]) -> tuple[Point, ...]:
    return analyst_line(PRIOR, known, made, since=START)


def stands(line: tuple[Point, ...]) -> float:
    return line[-1].p


@settings(max_examples=300, deadline=None)
@given(story=stories(), day=st.integers(0, 13))
def test_what_stood_is_never_rewritten(story: tuple[tuple[Step, ...], tuple[MoveDecision, ...]], day: int) -> None:
    """The line up to any moment is that of what was known and decided by then."""
    known, made = story
    then = at(day + 0.5)
    early = points(tuple(n for n in known if n.at <= then), tuple(d for d in made if d.at <= then))
    assert tuple(p for p in points(known, made) if p.at <= then or p.at == START) == early


@settings(max_examples=300, deadline=None)
@given(story=stories(), kind=st.sampled_from([ACCEPT, AMEND, REJECT]), p=figures, data=st.data())
def test_a_withdrawal_restores_what_stood(
    story: tuple[tuple[Step, ...], tuple[MoveDecision, ...]], kind: MoveDecisionKind, p: float, data: st.DataObject
) -> None:
    """Whatever was decided before, deciding and taking it back leaves the line where it stood."""
    known, made = story
    if not known:
        return
    about = data.draw(st.sampled_from(known)).move
    new = decided(90, about, kind, 20, p=p if kind is AMEND else None)
    back = decided(91, about, WITHDRAW, 21)
    assert stands(points(known, (*made, new, back))) == stands(points(known, made))
    assert standing_decisions((*made, new, back)) == standing_decisions(made)


@settings(max_examples=300, deadline=None)
@given(story=stories())
def test_the_line_is_that_of_a_plain_reading(story: tuple[tuple[Step, ...], tuple[MoveDecision, ...]]) -> None:
    """Going through the steps one by one, each either moves the line or leaves it, gives the same figure."""
    known, made = story
    p = PRIOR
    last: dict[str, list[MoveDecision]] = {n.move: [] for n in known}
    for decision in made:
        if decision.kind is not WITHDRAW:
            last[decision.move].append(decision)
        elif last[decision.move]:
            last[decision.move].pop()
    for step in known:
        decision_or_none = last[step.move][-1] if last[step.move] else None
        if decision_or_none is None:
            p = p if step.reviewed else step.p
        elif decision_or_none.kind is not REJECT:
            p = decision_or_none.p or step.p
    assert stands(points(known, made)) == p


@settings(max_examples=200, deadline=None)
@given(story=stories(), data=st.data())
def test_the_order_in_which_it_is_given_does_not_matter(
    story: tuple[tuple[Step, ...], tuple[MoveDecision, ...]], data: st.DataObject
) -> None:
    """Numbers and times order what was decided, and nothing else does."""
    known, made = story
    shuffled = tuple(data.draw(st.permutations(known))), tuple(data.draw(st.permutations(made)))
    assert points(*shuffled) == points(known, made)
    assert waiting(*shuffled) == waiting(known, made)


@settings(max_examples=200, deadline=None)
@given(story=stories())
def test_no_figure_is_made_up_and_none_of_the_machines_is_touched(
    story: tuple[tuple[Step, ...], tuple[MoveDecision, ...]],
) -> None:
    """Every figure of the line is the prior, a step's or an analyst's, and the steps are as they were."""
    known, made = story
    before = tuple(repr(n) for n in known)
    told = {PRIOR, *(n.p for n in known), *(d.p for d in made if d.p is not None)}
    assert {point.p for point in points(known, made)} <= told
    assert tuple(repr(n) for n in known) == before


@settings(max_examples=200, deadline=None)
@given(story=stories())
def test_under_review_nothing_moves_without_a_person(
    story: tuple[tuple[Step, ...], tuple[MoveDecision, ...]],
) -> None:
    """Each point after the prior rests on a decision, or goes back to the prior because one was withdrawn."""
    from dataclasses import replace

    known = tuple(replace(n, reviewed=True) for n in story[0])
    for point in points(known, story[1])[1:]:
        assert point.decision is not None or point.p == PRIOR
    assert points(known, ()) == (Point(at=START, p=PRIOR),)
