"""When a delivery is tried again, and when it is over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.channels.channel import Answer, Outcome
from alerts.deliveries import (
    Delivery,
    DeliveryState,
    Move,
    after_claim,
    after_outcome,
    delivery_key,
    give_up,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LONGEST = {  # answer: (below level 3, from level 3 on)
    Answer.REFUSED: (timedelta(minutes=30), timedelta(minutes=30)),
    Answer.TEMPORARY: (timedelta(hours=1), timedelta(minutes=5)),
    Answer.UNKNOWN: (timedelta(minutes=15), timedelta(minutes=5)),
}


def a_delivery(*, attempts: int = 1, level: int = 1, state: DeliveryState = DeliveryState.SENDING) -> Delivery:
    key = delivery_key("alert-1", "duty officer", "slack")
    return Delivery(
        key=key,
        alert_id="alert-1",
        recipient="duty officer",
        channel="slack",
        level=level,
        due=NOON,
        state=state,
        attempts=attempts,
    )


def an_outcome(answer: Answer, retry_after: timedelta | None = None) -> Outcome:
    return Outcome(answer=answer, detail="HTTP 999", retry_after=retry_after)


def wait_after(answer: Answer, *, attempts: int = 1, level: int = 1, retry_after: timedelta | None = None) -> timedelta:
    delivery = a_delivery(attempts=attempts, level=level)
    return after_outcome(delivery, an_outcome(answer, retry_after), now=NOON).due - NOON


@pytest.mark.parametrize(
    ("attempts", "level", "seconds"),
    [
        (0, 1, 5),
        (1, 1, 5),
        (2, 1, 10),
        (3, 1, 20),
        (6, 1, 160),
        (8, 1, 640),
        (9, 1, 900),
        (10**9, 1, 900),
        (6, 3, 160),
        (7, 3, 300),
        (10**9, 5, 300),
    ],
)
def test_a_busy_provider_is_asked_less_and_less_often(attempts: int, level: int, seconds: int) -> None:
    """D02: Pauses double from 5 s up to 15 minutes, or up to 5 minutes when the warning is urgent."""
    assert wait_after(Answer.TEMPORARY, attempts=attempts, level=level) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("asked", "level", "given"),
    [
        (timedelta(seconds=90), 1, timedelta(seconds=90)),
        (timedelta(minutes=20), 1, timedelta(minutes=20)),
        (timedelta(days=9), 1, timedelta(hours=1)),
        (timedelta(minutes=4), 3, timedelta(minutes=4)),
        (timedelta(minutes=20), 3, timedelta(minutes=5)),
        (timedelta(0), 3, timedelta(seconds=5)),
        (timedelta(seconds=-7), 1, timedelta(seconds=5)),
    ],
)
def test_a_provider_may_ask_for_a_pause_within_limits(asked: timedelta, level: int, given: timedelta) -> None:
    """A provider's own pause is kept, at most 1 hour, at most 5 minutes when the warning is urgent."""
    assert wait_after(Answer.TEMPORARY, level=level, retry_after=asked) == given


@pytest.mark.parametrize("attempts", [1, 7, 4000])
@pytest.mark.parametrize("level", [0, 3, 5])
def test_a_refused_warning_is_tried_again(attempts: int, level: int) -> None:
    """A refusal never ends a delivery: half an hour later a repaired address still gets the warning."""
    delivery = after_outcome(a_delivery(attempts=attempts, level=level), an_outcome(Answer.REFUSED), now=NOON)
    assert delivery.state is DeliveryState.WAITING
    assert delivery.due == NOON + timedelta(minutes=30)


def test_silence_is_followed_by_a_marked_repeat() -> None:
    """Without an answer the message goes out again in 30 s as a repeat, then with growing pauses."""
    first = after_outcome(a_delivery(), an_outcome(Answer.UNKNOWN), now=NOON)
    assert (first.is_repeat, first.due - NOON) == (True, timedelta(seconds=30))
    later = after_outcome(replace(first, attempts=7), an_outcome(Answer.UNKNOWN), now=NOON)
    assert later.due - NOON == timedelta(seconds=320)


@pytest.mark.parametrize("answer", [Answer.TEMPORARY, Answer.REFUSED])
def test_once_perhaps_arrived_always_a_repeat(answer: Answer) -> None:
    """A later refusal does not call back a message that may have arrived."""
    unsure = after_outcome(a_delivery(), an_outcome(Answer.UNKNOWN), now=NOON)
    assert after_outcome(after_claim(unsure), an_outcome(answer), now=NOON).is_repeat


def test_a_definite_no_is_not_a_repeat() -> None:
    """What was certainly not taken goes out again unmarked."""
    assert not after_outcome(a_delivery(), an_outcome(Answer.TEMPORARY), now=NOON).is_repeat


def test_a_crash_while_sending_makes_a_repeat() -> None:
    """A delivery claimed a second time without an answer says that it may be a repeat, and why."""
    once = after_claim(a_delivery(attempts=0, state=DeliveryState.WAITING))
    twice = after_claim(once)
    assert [once.is_repeat, twice.is_repeat] == [False, True]
    assert [once.attempts, twice.attempts] == [1, 2]
    assert twice.last_detail == Move.CLAIMED_AGAIN


@pytest.mark.parametrize(
    ("outcome", "move"),
    [
        (an_outcome(Answer.ACCEPTED), Move.ACCEPTED),
        (an_outcome(Answer.REFUSED), Move.REFUSED),
        (an_outcome(Answer.TEMPORARY), Move.BACKING_OFF),
        (an_outcome(Answer.TEMPORARY, timedelta(seconds=9)), Move.ASKED_TO_WAIT),
        (an_outcome(Answer.UNKNOWN), Move.UNSURE),
    ],
)
def test_every_move_gives_its_reason(outcome: Outcome, move: Move) -> None:
    """The last detail names the move and keeps the channel's own words."""
    delivery = after_outcome(a_delivery(), outcome, now=NOON)
    assert delivery.last_detail == f"{move} (HTTP 999)"
    assert delivery.last_answer is outcome.answer


def test_only_a_named_person_gives_up() -> None:
    """A dead delivery carries a name; without one it cannot be made."""
    dead = give_up(a_delivery(), by="A. Diallo", why="mailbox closed for good")
    assert dead.state is DeliveryState.DEAD
    assert "A. Diallo" in dead.last_detail
    with pytest.raises(ValueError, match="named person"):
        give_up(a_delivery(), by=" ", why="tidying")


def test_a_late_acceptance_is_believed() -> None:
    """A message given up and then accepted after all is recorded as accepted, no other answer counts."""
    dead = give_up(a_delivery(), by="A. Diallo", why="phone lost")
    assert after_outcome(dead, an_outcome(Answer.ACCEPTED), now=NOON).state is DeliveryState.ACCEPTED
    assert after_outcome(dead, an_outcome(Answer.TEMPORARY), now=NOON) == dead
    assert after_claim(dead) == dead


def test_accepted_cannot_be_given_up() -> None:
    """What arrived stays recorded as arrived."""
    accepted = after_outcome(a_delivery(), an_outcome(Answer.ACCEPTED), now=NOON)
    assert give_up(accepted, by="A. Diallo", why="mistake") == accepted


def test_due_needs_a_time_zone() -> None:
    """A due time without a zone is refused when it is made."""
    with pytest.raises(ValueError, match="time zone"):
        replace(a_delivery(), due=datetime(2026, 3, 1, 12))  # noqa: DTZ001 - the fault under test


def test_a_key_is_stable_and_32_hex_digits() -> None:
    """Planning the same delivery again gives the key that is already stored."""
    key = delivery_key("alert-1", "duty officer", "slack")
    assert key == delivery_key("alert-1", "duty officer", "slack", "first")
    assert key == "45ce8d0de8e1a4254d2bd9565158e3b5"


texts = st.text(max_size=8)
parts = st.tuples(texts, texts, texts, texts)
answers = st.sampled_from(Answer)
outcomes = st.builds(Outcome, answer=answers, detail=texts, retry_after=st.none() | st.timedeltas())
moments = st.datetimes(
    min_value=datetime(1970, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(9000, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
deliveries = st.builds(
    Delivery,
    key=texts,
    alert_id=texts,
    recipient=texts,
    channel=texts,
    level=st.integers(min_value=0, max_value=5),
    due=moments,
    state=st.sampled_from(DeliveryState),
    attempts=st.integers(min_value=0, max_value=10**12),
    last_answer=st.none() | answers,
    last_detail=texts,
    may_have_arrived=st.booleans(),
)
identity = ("key", "alert_id", "recipient", "channel", "level")


@given(parts, parts)
def test_different_deliveries_have_different_keys(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    """No two deliveries share a key, wherever the boundaries between their parts fall."""
    assert (delivery_key(*one) == delivery_key(*other)) == (one == other)


@given(deliveries, outcomes, moments)
def test_no_answer_loses_a_delivery(before: Delivery, outcome: Outcome, now: datetime) -> None:
    """After any answer a delivery waits or is over, is still the same one, and forgets nothing."""
    after = after_outcome(before, outcome, now=now)
    assert after.state in (DeliveryState.WAITING, DeliveryState.ACCEPTED) or after == before
    assert [getattr(after, name) for name in identity] == [getattr(before, name) for name in identity]
    assert after.attempts == before.attempts
    assert after.is_repeat >= before.is_repeat
    assert (after.state is DeliveryState.DEAD) <= (before.state is DeliveryState.DEAD)


@given(deliveries, outcomes, moments)
def test_the_next_try_is_later_but_not_too_late(before: Delivery, outcome: Outcome, now: datetime) -> None:
    """A waiting delivery is due after now and within the longest pause of its answer and level."""
    after = after_outcome(before, outcome, now=now)
    if after.state is DeliveryState.WAITING:
        longest = LONGEST[outcome.answer][before.level >= 3]
        assert now < after.due <= now + longest


@given(deliveries, st.lists(outcomes, max_size=20), moments)
def test_accepted_is_final(delivery: Delivery, answered: list[Outcome], now: datetime) -> None:
    """Once accepted, neither answers nor claims change anything."""
    accepted = after_outcome(delivery, an_outcome(Answer.ACCEPTED), now=now)
    final = accepted
    for outcome in answered:
        final = after_claim(after_outcome(final, outcome, now=now))
    assert final == accepted


@given(st.lists(outcomes, max_size=30), moments)
def test_only_acceptance_ends_a_delivery(answered: list[Outcome], now: datetime) -> None:
    """D02: However often it fails, a delivery goes on until one answer is accepted; attempts only grow."""
    delivery = a_delivery(attempts=0, state=DeliveryState.WAITING)
    for number, outcome in enumerate(answered, start=1):
        delivery = after_outcome(after_claim(delivery), outcome, now=now)
        if delivery.is_over:
            break
        assert delivery.attempts == number
    assert delivery.is_over == any(outcome.answer is Answer.ACCEPTED for outcome in answered)


@given(deliveries, outcomes, moments)
def test_the_same_past_gives_the_same_future(before: Delivery, outcome: Outcome, now: datetime) -> None:
    """Nothing is left to chance: replaying an answer gives the same delivery."""
    assert after_outcome(before, outcome, now=now) == after_outcome(before, outcome, now=now)
