"""Chains: whom an alert reaches next, and when."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from alerts.chains import MISSED, Chain, Due, Progress, after_restart, after_step, called, due
from alerts.rotas import Roster, Rota
from tests.builders import NOON

MINUTE = timedelta(minutes=1)
ROSTER = Roster(
    rotas=(
        Rota(id="desk", people=("awa", "ben"), start=date(2026, 1, 5)),
        Rota(id="old", people=("gone",), start=date(2026, 1, 5)),
    ),
    known=frozenset({"awa", "ben", "chief"}),
)


def a_chain(*, times: int = 1) -> Chain:
    steps = [{"to": ["rota:desk"]}, {"to": ["team:desk"], "after": "10m"}, {"to": ["last_resort"], "after": "20m"}]
    return Chain.model_validate({"id": "night", "steps": steps, "times": times})


def a_progress(**changes: Any) -> Progress:
    values: dict[str, Any] = {"alert_id": "a", "chain": "night", "level": 3, "since": NOON, "taken": 1}
    return Progress(**(values | changes))


def test_a_step_is_due_when_its_wait_is_over() -> None:
    """Not a second before."""
    assert due(a_chain(), a_progress(), now=NOON + 10 * MINUTE - timedelta(seconds=1)) is Due.NOTHING_YET
    assert due(a_chain(), a_progress(), now=NOON + 10 * MINUTE) is Due.STEP


def test_after_a_downtime_the_wait_begins_again_once() -> None:
    """S16: who was told last could not answer; but a watch that looks once an hour still escalates."""
    late = NOON + 10 * MINUTE + MISSED + MINUTE
    assert due(a_chain(), a_progress(), now=late) is Due.RESTART
    again = after_restart(a_progress(), now=late)
    assert due(a_chain(), again, now=late + 10 * MINUTE) is Due.STEP
    assert due(a_chain(), again, now=late + timedelta(days=3)) is Due.STEP
    assert not after_step(again, now=late).restarted


def test_a_clock_that_was_ahead_holds_no_step_up() -> None:
    """The wait begins again under the clock that is right."""
    assert due(a_chain(), a_progress(since=NOON + timedelta(days=400)), now=NOON) is Due.RESTART


@given(pauses=st.lists(st.integers(1, 100_000), min_size=60, max_size=60), times=st.integers(1, 3))
def test_whatever_the_pauses_every_step_is_taken_once_and_in_order(pauses: list[int], times: int) -> None:
    """At most one step at a look, each after its wait; and each is taken, however seldom anybody looks."""
    chain, progress, now, taken = a_chain(times=times), a_progress(taken=0), NOON, 0
    for pause in pauses:
        now += timedelta(seconds=pause)
        verdict = due(chain, progress, now=now)
        if verdict is Due.STEP:
            assert now - progress.since >= chain.wait(progress.taken)
            progress, taken = after_step(progress, now=now), taken + 1
        elif verdict is Due.RESTART:
            progress = after_restart(progress, now=now)
    elapsed = sum(pauses) >= 60 * 60 * chain.length * 2
    assert taken == progress.taken <= chain.length
    assert not elapsed or taken == chain.length or sum(p >= 1200 for p in pauses) < 2 * chain.length


def test_a_second_round_waits_too() -> None:
    """The first step of the next round comes after the longest wait, not at once."""
    chain = a_chain(times=2)
    assert chain.length == 6
    assert chain.wait(3) == 20 * MINUTE
    assert due(chain, a_progress(taken=6), now=NOON + timedelta(days=1)) is Due.FINISHED


def test_a_chain_that_is_begun_again_goes_at_once() -> None:
    """Whoever gave the alert back, or let it expire, has waited long enough."""
    chain = Chain.model_validate({"id": "night", "steps": [{"to": ["awa"], "after": "10m"}]})
    assert due(chain, a_progress(taken=0), now=NOON) is Due.NOTHING_YET
    assert due(chain, a_progress(taken=0, opened=2), now=NOON) is Due.STEP


@pytest.mark.parametrize(
    ("to", "people"),
    [
        (("awa",), ["awa"]),
        (("rota:desk",), ["ben"]),
        (("team:desk", "awa"), ["awa", "ben"]),
        (("everybody",), ["x", "y"]),
        (("last_resort",), ["chief"]),
        (("gone",), ["chief"]),
        (("team:old",), ["chief"]),
    ],
)
def test_a_name_stands_for_people(to: tuple[str, ...], people: list[str]) -> None:
    """D13: and never for nobody: then it is the last resort."""
    found = called(to, ROSTER, told=("x", "y"), last_resort="chief", now=NOON)
    assert sorted(one.recipient for one in found) == sorted(people)


def test_a_hole_goes_to_the_last_resort_and_says_so() -> None:
    """D13: nobody on call is not nobody told."""
    (one,) = called(("rota:old",), ROSTER, last_resort="chief", now=NOON)
    assert one.recipient == "chief"
    assert one.hole is not None
    assert one.hole.hole == "gone is no longer a recipient"


def test_a_step_without_a_wait_is_refused() -> None:
    """All at once is one step."""
    with pytest.raises(ValidationError, match="after: 10m"):
        Chain.model_validate({"id": "x", "steps": [{"to": ["a"]}, {"to": ["b"]}]})
