"""The outbox: at least once, never two senders at a time, and nothing is lost in between."""

import threading
from dataclasses import replace
from datetime import datetime

import pytest

from alerts.channels.channel import Answer, Outcome
from alerts.deliveries import Delivery, DeliveryState, after_outcome
from tests.builders import an_alert
from tests.store.builders import DAY, HOUR, MINUTE, NOON, SECOND, a_delivery, keep_alert
from watcher.store import (
    Connection,
    Database,
    StoreError,
    alerts,
    audit,
    deliveries,
    delivery_acts,
    leases,
    stories,
)
from watcher.store.leases import Claim

LEASE = MINUTE


@pytest.fixture
def owed(database: Database) -> Database:
    """A database that owes one message."""
    with database.write() as connection:
        keep_alert(connection)
        deliveries.plan(connection, [a_delivery()], at=NOON)
    return database


def claim(database: Database, *, now: datetime = NOON, limit: int = 9) -> tuple[Claim, ...]:
    with database.write() as connection:
        return leases.claim(connection, now=now, lease=LEASE, limit=limit)


def record(database: Database, held: Claim, answer: Answer, *, at: datetime = NOON) -> bool:
    after = after_outcome(held.delivery, Outcome(answer=answer, detail="HTTP 999"), now=at)
    with database.write() as connection:
        return leases.record(connection, held.token, after, at=at)


def pending(database: Database) -> tuple[Delivery, ...]:
    with database.read() as connection:
        return deliveries.pending(connection)


def counts(database: Database, **more: int) -> bool:
    with database.read() as connection:
        return deliveries.counts(connection) == {s.value: 0 for s in DeliveryState} | more


def test_planning_twice_owes_once(owed: Database) -> None:
    """The key is the promise: a second plan changes nothing, not even the due time."""
    assert pending(owed) == (a_delivery(),)
    with owed.write() as connection:
        again = [a_delivery(due=NOON + DAY), a_delivery("analyst")]
        assert deliveries.plan(connection, again, at=NOON) == 1
    assert set(pending(owed)) == {a_delivery(), a_delivery("analyst")}


def test_every_field_comes_back(owed: Database) -> None:
    """A delivery that has been through something is kept whole."""
    tried = a_delivery(
        "analyst",
        attempts=3,
        last_answer=Answer.TEMPORARY,
        last_detail="HTTP 503",
        may_have_arrived=True,
        due=NOON + MINUTE,
    )
    with owed.write() as connection:
        deliveries.plan(connection, [tried], at=NOON)
    assert tried in pending(owed)


def test_what_is_claimed_is_counted_before_it_is_sent(owed: Database) -> None:
    """The attempt is written with the claim; a second claimer finds nothing."""
    (held,) = claim(owed)
    assert held.delivery == a_delivery(state=DeliveryState.SENDING, attempts=1)
    assert pending(owed) == (held.delivery,)
    assert claim(owed) == ()
    assert counts(owed, sending=1)


def test_what_is_not_due_waits(owed: Database) -> None:
    """One microsecond early is early."""
    assert claim(owed, now=NOON - SECOND / 1_000_000) == ()


def test_the_gravest_goes_first_then_the_one_that_waits_longest(owed: Database) -> None:
    """With too little time for all, a high warning is not behind low ones."""
    more = [
        a_delivery("late", due=NOON + SECOND),
        a_delivery("grave", level=4, due=NOON + MINUTE),
        a_delivery("low", level=1, due=NOON - DAY),
    ]
    with owed.write() as connection:
        deliveries.plan(connection, more, at=NOON)
    now = NOON + MINUTE
    assert [c.delivery.recipient for c in claim(owed, now=now, limit=3)] == ["grave", "duty officer", "late"]
    assert [c.delivery.recipient for c in claim(owed, now=now)] == ["low"]


def test_one_way_does_not_take_every_place(database: Database) -> None:
    """D10: of what waits for one recipient some is taken; what is on its way counts; others come through."""
    with database.write() as connection:
        keep_alert(connection)
        many = [a_delivery("desk", key=f"desk{n}", level=4) for n in range(5)]
        deliveries.plan(connection, [*many, a_delivery("analyst", level=1)], at=NOON)
        flying = {("desk", a_delivery().channel): 1}
        held = leases.claim(connection, now=NOON, lease=LEASE, limit=4, limit_a_way=3, flying=flying)
    assert [c.delivery.recipient for c in held] == ["desk", "desk", "analyst"]


def test_what_is_due_is_found_by_an_index(database: Database) -> None:
    """D24: after ten years of alerts the sender still looks at what is owed, and at nothing that is over."""
    rows = (
        "SELECT key FROM deliveries WHERE state = 'waiting' AND due <= '2026-01-01' ORDER BY level DESC, due LIMIT 32"
    )
    with database.write() as connection:
        keep_alert(connection)
        old = [a_delivery(key=f"old{n}", state=DeliveryState.ACCEPTED) for n in range(3_000)]
        deliveries.plan(connection, [*old, a_delivery()], at=NOON)
        explain = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
        if connection.dialect.name != "sqlite":
            connection.exec_driver_sql("ANALYZE deliveries")
        plan = " ".join(str(row) for row in connection.exec_driver_sql(explain + rows))
    assert "state" in plan
    assert "INDEX" in plan.upper()
    assert "SEQ SCAN" not in plan.upper()


@pytest.mark.parametrize("answer", [Answer.REFUSED, Answer.TEMPORARY, Answer.UNKNOWN])
def test_a_try_that_failed_waits_for_the_next(owed: Database, answer: Answer) -> None:
    """The answer is kept and the delivery is claimed again when it is due."""
    (held,) = claim(owed)
    assert record(owed, held, answer)
    (waiting,) = pending(owed)
    assert (waiting.state, waiting.attempts, waiting.last_answer) == (DeliveryState.WAITING, 1, answer)
    assert claim(owed, now=waiting.due - SECOND) == ()
    (again,) = claim(owed, now=waiting.due)
    assert (again.delivery.attempts, again.delivery.is_repeat) == (2, answer is Answer.UNKNOWN)


def test_an_accepted_one_is_over(owed: Database) -> None:
    """It is never claimed again, and saying so twice is not ours twice."""
    (held,) = claim(owed)
    assert record(owed, held, Answer.ACCEPTED)
    assert not record(owed, held, Answer.ACCEPTED)
    assert (pending(owed), claim(owed, now=NOON + DAY)) == ((), ())
    assert counts(owed, accepted=1)


def test_a_crash_between_claim_and_record_is_a_repeat(owed: Database) -> None:
    """Nothing is lost: when the lease ends it is claimed again, as one that may have arrived."""
    claim(owed)
    assert claim(owed, now=NOON + LEASE - SECOND) == ()
    (again,) = claim(owed, now=NOON + LEASE)
    assert again.delivery.is_repeat
    assert (again.delivery.attempts, again.delivery.last_answer) == (2, Answer.UNKNOWN)
    assert pending(owed) == (again.delivery,)


def test_a_sender_whose_lease_ended_has_nothing_to_say(owed: Database) -> None:
    """The one who holds the claim now decides, not the one who comes back late."""
    (stale,) = claim(owed)
    (held,) = claim(owed, now=NOON + LEASE)
    assert stale.token != held.token
    assert not record(owed, stale, Answer.REFUSED, at=NOON + LEASE)
    assert pending(owed) == (held.delivery,)
    assert record(owed, held, Answer.TEMPORARY, at=NOON + LEASE)


def test_a_late_acceptance_is_believed(owed: Database) -> None:
    """It is a fact, whoever holds the claim; the one who does then has nothing left to record."""
    (stale,) = claim(owed)
    (held,) = claim(owed, now=NOON + LEASE)
    assert record(owed, stale, Answer.ACCEPTED, at=NOON + LEASE)
    assert not record(owed, held, Answer.REFUSED, at=NOON + LEASE)
    assert claim(owed, now=NOON + DAY) == ()
    assert counts(owed, accepted=1)


def test_only_the_outcome_of_a_try_is_recorded(owed: Database) -> None:
    """No sender can declare a delivery dead."""
    (held,) = claim(owed)
    dead = replace(held.delivery, state=DeliveryState.DEAD)
    with pytest.raises(ValueError, match="is not how a try ends"), owed.write() as connection:
        leases.record(connection, held.token, dead, at=NOON)


def test_two_claimers_never_get_the_same(database: Database) -> None:
    """Eight senders at once share forty messages, each message once."""
    with database.write() as connection:
        keep_alert(connection)
        deliveries.plan(connection, [a_delivery(f"person {n}") for n in range(40)], at=NOON)
    gate, got = threading.Barrier(8), list[Claim]()

    def send() -> None:
        gate.wait()
        while held := claim(database, limit=3):
            got.extend(held)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == len({c.delivery.key for c in got}) == len({c.token for c in got}) == 40


def test_a_claimer_does_not_wait_for_another(owed: Database) -> None:
    """PostgreSQL skips what another transaction is claiming; SQLite lets one claim at a time."""
    if owed.place.endswith("watcher.db"):
        return
    with owed.write() as connection:
        assert len(leases.claim(connection, now=NOON, lease=LEASE, limit=9)) == 1
        assert claim(owed) == ()


def test_a_clean_stop_puts_claims_back_as_they_were(owed: Database) -> None:
    """What was not sent is not a try and not a repeat; what had a repeat in it keeps that."""
    tried = a_delivery("analyst", attempts=2, last_answer=Answer.TEMPORARY, last_detail="HTTP 503")
    with owed.write() as connection:
        deliveries.plan(connection, [tried], at=NOON)
    before = pending(owed)
    held = claim(owed)
    with owed.write() as connection:
        leases.release(connection, [c.token for c in held], at=NOON + SECOND)
    assert pending(owed) == before
    assert len(claim(owed, now=NOON + SECOND)) == 2


def test_a_stop_after_the_lease_ended_changes_nothing(owed: Database) -> None:
    """A token that is no longer good releases nobody else's claim."""
    (stale,) = claim(owed)
    (held,) = claim(owed, now=NOON + LEASE)
    with owed.write() as connection:
        leases.release(connection, [stale.token], at=NOON + LEASE)
    assert pending(owed) == (held.delivery,)


def test_a_clock_set_back_does_not_hold_a_claim_for_ever(owed: Database) -> None:
    """A lease further ahead than twice its length is a wrong clock's, and counts as ended."""
    claim(owed, now=NOON + DAY)
    (again,) = claim(owed)
    assert again.delivery.is_repeat


def test_a_clock_set_back_does_not_hold_a_tried_delivery_for_ever(owed: Database) -> None:
    """A due time that no rule could have set counts as come."""
    (held,) = claim(owed, now=NOON + DAY)
    assert record(owed, held, Answer.REFUSED, at=NOON + DAY)
    assert len(claim(owed)) == 1


def test_only_a_named_person_gives_a_delivery_up(owed: Database) -> None:
    """It is on record who and why; a sender that comes back with a failure cannot undo it."""
    (held,) = claim(owed)
    with pytest.raises(ValueError, match="only a named person"), owed.write() as connection:
        delivery_acts.kill(connection, held.delivery.key, who=" ", at=NOON)
    with owed.write() as connection:
        dead = delivery_acts.kill(connection, held.delivery.key, who="A. Diallo", at=NOON, why="left the team")
        (entry,) = audit.recent(connection, limit=9)
    assert dead.state is DeliveryState.DEAD
    assert (entry.who, entry.what) == ("A. Diallo", "gave up a delivery")
    assert (entry.detail["key"], entry.detail["why"]) == (dead.key, "left the team")
    assert [entry.detail[when]["state"] for when in ("before", "after")] == ["sending", "dead"]
    assert not record(owed, held, Answer.TEMPORARY)
    assert claim(owed, now=NOON + DAY) == ()
    assert counts(owed, dead=1)


def test_even_a_dead_one_may_turn_out_to_have_arrived(owed: Database) -> None:
    """A late acceptance is kept for a delivery that was given up."""
    (held,) = claim(owed)
    with owed.write() as connection:
        delivery_acts.kill(connection, held.delivery.key, who="A. Diallo", at=NOON)
    assert record(owed, held, Answer.ACCEPTED)
    assert counts(owed, accepted=1)


def test_a_dead_one_can_be_revived(owed: Database) -> None:
    """It is due at once and on record; the living and the delivered are left as they stand."""
    key = a_delivery().key

    def revive(connection: Connection, at: datetime, who: str = "B. Keïta") -> Delivery:
        return delivery_acts.revive(connection, key, who=who, at=at)

    with owed.write() as connection:
        assert revive(connection, NOON + HOUR) == a_delivery()
        delivery_acts.kill(connection, key, who="A. Diallo", at=NOON)
        with pytest.raises(ValueError, match="only a named person"):
            revive(connection, NOON, who="")
        alive = revive(connection, NOON + HOUR)
        assert [e.what for e in audit.recent(connection, limit=9)] == [
            "revived a delivery",
            "gave up a delivery",
        ]
    assert (alive.state, alive.due) == (DeliveryState.WAITING, NOON + HOUR)
    assert len(claim(owed, now=NOON + HOUR)) == 1


def test_what_was_delivered_cannot_be_given_up(owed: Database) -> None:
    """Accepted is final, and nothing is put on record that did not happen."""
    (held,) = claim(owed)
    record(owed, held, Answer.ACCEPTED)
    with owed.write() as connection:
        after = delivery_acts.kill(connection, held.delivery.key, who="A. Diallo", at=NOON)
        assert (after.state, audit.recent(connection, limit=9)) == (DeliveryState.ACCEPTED, ())


def test_a_delivery_that_is_not_there(owed: Database) -> None:
    """The sentence names it."""
    with pytest.raises(StoreError, match="there is no delivery nothing"), owed.write() as connection:
        delivery_acts.kill(connection, "nothing", who="A. Diallo", at=NOON)


def test_a_delivery_needs_its_alert(database: Database) -> None:
    """Nothing can be owed about a warning that was not kept."""
    with pytest.raises(StoreError), database.write() as connection:
        deliveries.plan(connection, [a_delivery()], at=NOON)


def test_what_the_provider_called_it_is_kept(owed: Database) -> None:
    """With the acceptance, and also when that comes after the claim has ended."""
    (held,) = claim(owed)
    taken = Outcome(answer=Answer.ACCEPTED, reference="C1 1.1")
    after = after_outcome(held.delivery, taken, now=NOON)
    claim(owed, now=NOON + HOUR)  # the lease has ended: somebody else has it
    with owed.write() as connection:
        assert leases.record(connection, held.token, after, at=NOON + HOUR)
        assert deliveries.of_alert(connection, after.alert_id)[0].reference == "C1 1.1"


@pytest.fixture
def story(database: Database) -> Database:
    """A database that owes one person the end of a warning, and since then a graver rise of the same line."""
    over = an_alert(id="over", at=NOON, level_before=3, level_after=0)
    again = an_alert(id="again", at=NOON + MINUTE, level_before=0, level_after=4)
    with database.write() as connection:
        for one in (over, again):
            alerts.add(connection, one)
            owed = a_delivery(key=one.id, alert_id=one.id, level=one.urgency, due=NOON + MINUTE)
            deliveries.plan(connection, [owed], at=NOON)
    return database


def test_what_is_told_of_one_subject_leaves_in_its_order(story: Database) -> None:
    """Side by side the end of a warning could arrive after the rise that followed it, as the last word."""
    (first,) = claim(story, now=NOON + MINUTE)
    assert first.delivery.alert_id == "over"
    assert claim(story, now=NOON + MINUTE) == ()
    assert record(story, first, Answer.ACCEPTED, at=NOON + MINUTE)
    (second,) = claim(story, now=NOON + MINUTE)
    assert second.delivery.alert_id == "again"


def test_what_waits_for_its_next_try_keeps_no_later_news_back(story: Database) -> None:
    """A message that a provider will not have must not hold up the rise behind it; one that follows is overtaken."""
    (first,) = claim(story, now=NOON + MINUTE)
    assert record(story, first, Answer.REFUSED, at=NOON + MINUTE)
    (second,) = claim(story, now=NOON + MINUTE)
    assert second.delivery.alert_id == "again"
    over = an_alert(id="over", at=NOON, level_before=3, level_after=0)
    way = {"recipient": "duty officer", "channel": "slack"}
    with story.read() as connection:
        assert not stories.is_overtaken(connection, over, **way)
    assert record(story, second, Answer.ACCEPTED, at=NOON + MINUTE)
    with story.read() as connection:
        assert stories.is_overtaken(connection, over, **way)
        assert not stories.is_overtaken(connection, over, recipient="duty officer", channel="email")


def test_other_subjects_and_other_ways_do_not_wait_for_each_other(database: Database) -> None:
    """Only what would be read as one story is one."""
    with database.write() as connection:
        for number, assessment in enumerate(("mali", "niger")):
            alerts.add(connection, an_alert(id=assessment, assessment=assessment, at=NOON + number * SECOND))
            for who in ("awa", "ben"):
                owed = a_delivery(who, key=f"{assessment} {who}", alert_id=assessment)
                deliveries.plan(connection, [owed], at=NOON)
    assert len(claim(database, now=NOON + MINUTE)) == 4


def test_lines_of_one_name_in_two_assessments_are_two_subjects(database: Database) -> None:
    """What was told of a coup in Mali cools down no news of one in Niger."""
    with database.write() as connection:
        alerts.add(connection, an_alert(id="mali", assessment="mali", at=NOON))
        deliveries.plan(connection, [a_delivery("awa", key="mali", alert_id="mali")], at=NOON)
        told = stories.told(connection, "awa", since=NOON - HOUR)
    assert told.by_subject == {("mali", "coup"): NOON}
    assert told.times == (NOON,)
