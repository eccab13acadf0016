"""Notices in the store, on both databases: one client's rows, its ceiling, and records that are only added."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerts.deliveries import Delivery, DeliveryState, delivery_key
from alerts.notices import Edits, NoticeState, Step, StepKind
from alerts.notices.edits import Part
from tests.noticing import a_client, a_notice
from watcher.store import Connection, Database, StoreError, alerts, deliveries, delivery_acts
from watcher.store.notices import ClientNotices, clients_kept, last_told

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ACME, BOLT = a_client(), a_client("bolt")


def _of(connection: Connection, client: str = "acme", **changes: str) -> ClientNotices:
    return ClientNotices(connection, a_client(client, **changes))


def _draft(connection: Connection, id_: str = "n-1", client: str = "acme", **changes: object) -> ClientNotices:
    notices = _of(connection, client, ceiling="TLP:RED")
    notices.add(a_notice(id=id_, client=client, release=None, **changes), move="m1", rows={"indicator:x": 0.7})
    return notices


def test_a_clients_notices_are_its_own(database: Database) -> None:
    """D20: whatever is asked for, nothing of another client comes, and nothing can be written into another's rows."""
    with database.write() as connection:
        _draft(connection, "n-1", "acme")
        _draft(connection, "n-2", "bolt")
        bolt = _of(connection, "bolt")
        assert [n.id for n in bolt.every()] == ["n-2"]
        assert bolt.get("n-1") is None
        (foreign,) = _of(connection).every()
        with pytest.raises(ValueError, match="not one of bolt's"):
            bolt.step(foreign, Step(kind=StepKind.RELEASE, who="a", why="b", at=NOON))
        with pytest.raises(ValueError, match="not one of bolt's"):
            bolt.revise(foreign, Edits(), who="a", why="b", at=NOON)
        with pytest.raises(ValueError, match="not one of bolt's"):
            bolt.add(a_notice(id="n-3"), move="m", rows={})
        assert clients_kept(connection) == {"acme", "bolt"}


def test_the_newest_come_a_page_at_a_time(database: Database) -> None:
    """Newest first, going on behind the last one shown, also among notices of one moment; never another client's."""
    with database.write() as connection:
        for number in range(7):
            at = NOON + timedelta(minutes=number // 3)
            _draft(connection, f"n-{number}", "acme", at=at)
            _draft(connection, f"n-b{number}", "bolt", at=at)
        notices, seen = _of(connection), list[str]()
        before = None
        while page := notices.newest(limit=2, before=before):
            seen += [one.id for one in page]
            before = page[-1].number
            assert before == notices.number_of(page[-1].id)
        assert seen == [f"n-{number}" for number in reversed(range(7))]
        assert notices.number_of("n-b0") is None
        assert notices.newest(limit=9, released=True) == ()


def test_steps_need_a_notice_of_the_same_client(database: Database) -> None:
    """The key of a step is the pair of client and notice: the database itself refuses the mixture."""
    with database.write() as connection:
        _draft(connection, "n-1", "acme")
        (kept,) = _of(connection).every()
    mixed = replace(kept, drafted=kept.drafted.model_copy(update={"client": "bolt"}))
    with pytest.raises(StoreError), database.write() as connection:
        ClientNotices(connection, BOLT).step(mixed, Step(kind=StepKind.HOLD, who="a", why="b", at=NOON))


@pytest.mark.parametrize(
    ("ceiling", "seen"),
    [
        ("TLP:CLEAR", []),
        ("TLP:AMBER", ["n-1"]),
        ("TLP:AMBER+STRICT", ["n-1", "n-2"]),
        ("TLP:RED", ["n-1", "n-2", "n-3"]),
    ],
)
def test_what_is_above_the_ceiling_is_not_there(database: Database, ceiling: str, seen: list[str]) -> None:
    """In no list, under no id, and not to be sent."""
    with database.write() as connection:
        for id_, marking in (("n-1", "TLP:AMBER"), ("n-2", "TLP:AMBER+STRICT"), ("n-3", "TLP:RED")):
            _draft(connection, id_, marking=marking)
            alerts.add(connection, a_notice(id=id_, marking=marking))
        own = _of(connection, ceiling=ceiling)
        assert [n.id for n in own.every()] == seen
        for id_ in ("n-1", "n-2", "n-3"):
            assert (own.get(id_) is not None) is (id_ in seen)
            assert (own.released(id_) is not None) is (id_ in seen)


def test_another_clients_released_notice_is_not_to_be_sent(database: Database) -> None:
    """A delivery that names the wrong client's notice finds nothing."""
    with database.write() as connection:
        _draft(connection, "n-1", "acme")
        alerts.add(connection, a_notice(id="n-1"))
        assert _of(connection, "bolt").released("n-1") is None
        released = _of(connection).released("n-1")
        assert released is not None
        assert released.notice == a_notice(id="n-1")


def test_revisions_and_steps_are_added_and_read_in_order(database: Database) -> None:
    """Who, when and why of each stay; the last edits stand, and the state is read off the steps."""
    with database.write() as connection:
        notices = _draft(connection)
        (kept,) = notices.every()
        one = Edits().with_words(Part.ADVICE, "en", "One")
        kept = notices.revise(kept, one, who="A", why="first", at=NOON)
        kept = notices.revise(kept, one.with_words(Part.ADVICE, "en", "Two"), who="B", why="second", at=NOON)
        notices.step(kept, Step(kind=StepKind.HOLD, who="A", why="wait", at=NOON))
    with database.read() as connection:
        (kept,) = _of(connection).every()
    assert [(r.who, r.why) for r in kept.revisions] == [("A", "first"), ("B", "second")]
    assert kept.edits.text(Part.ADVICE, "en") == "Two"
    assert kept.state is NoticeState.HELD
    assert kept.rows == {"indicator:x": 0.7}
    assert kept.steps[0].at == NOON


def test_what_waits_is_neither_released_nor_archived(database: Database) -> None:
    """Asked every minute: the past is not read for it."""
    steps = {
        "n-draft": (),
        "n-held": (StepKind.HOLD,),
        "n-archived": (StepKind.HOLD, StepKind.ARCHIVE),
        "n-reopened": (StepKind.ARCHIVE, StepKind.REOPEN),
        "n-released": (StepKind.RELEASE,),
    }
    with database.write() as connection:
        for id_, taken in steps.items():
            notices = _draft(connection, id_)
            kept = notices.get(id_)
            assert kept is not None
            for kind in taken:
                notices.step(kept, Step(kind=kind, who="A", why="x", at=NOON))
        alerts.add(connection, a_notice(id="n-released"))
        _draft(connection, "n-other", "bolt")
        assert {n.id for n in _of(connection).waiting()} == {"n-draft", "n-held", "n-reopened"}
        assert {n.state for n in _of(connection).waiting()} == {NoticeState.DRAFT, NoticeState.HELD}


def test_drafting_twice_is_as_once(database: Database) -> None:
    """A judgement that is made again after a crash finds its draft."""
    with database.write() as connection:
        notices = _of(connection)
        assert notices.add(a_notice(release=None), move="m", rows={})
        assert not notices.add(a_notice(release=None, client_name="Other"), move="m", rows={})
        (kept,) = notices.every()
        assert kept.drafted.client_name == "Acme Logistics"


def test_what_was_told_last_is_what_still_stands(database: Database) -> None:
    """Withdrawn, corrected and recalling notices are not what the client relies on."""
    with database.write() as connection:
        notices = _draft(connection, "n-1")
        for id_ in ("n-2", "n-3"):
            _draft(connection, id_)
        for hours, id_ in enumerate(("n-1", "n-2", "n-3")):
            release = a_notice().release
            assert release is not None
            alerts.add(
                connection, a_notice(id=id_, release=release.model_copy(update={"at": NOON + timedelta(hours=hours)}))
            )
            kept = notices.get(id_)
            assert kept is not None
            notices.step(kept, Step(kind=StepKind.RELEASE, who="A", why="", at=NOON))
        last = last_told(notices.every())
        assert last is not None
        assert last.id == "n-3"
        notices.step(last, Step(kind=StepKind.WITHDRAW, who="A", why="wrong", at=NOON))
        last = last_told(notices.every(assessment="small", scenario="coup"))
        assert last is not None
        assert last.id == "n-2"


def test_a_recall_counts_who_got_it_and_gives_up_the_rest(database: Database) -> None:
    """Accepted, in a sender's hands, or without an answer: told. Waiting or refused: it never leaves."""
    states = {
        "accepted": {"state": DeliveryState.ACCEPTED},
        "sending": {"state": DeliveryState.SENDING},
        "unsure": {"may_have_arrived": True},
        "waiting": {},
        "held": {"state": DeliveryState.HELD, "held": "quiet hours"},
    }
    with database.write() as connection:
        alerts.add(connection, a_notice())
        owed = [
            Delivery(
                key=delivery_key("n-1", name, "email"),
                alert_id="n-1",
                recipient=name,
                channel="email",
                level=2,
                due=NOON,
                **more,  # type: ignore[arg-type] # fields by name
            )
            for name, more in states.items()
        ]
        deliveries.plan(connection, owed, at=NOON)
        got = delivery_acts.recall(connection, "n-1", who="A. Keita", at=NOON, why="wrong")
        after = {r.delivery.recipient: r.delivery.state for r in deliveries.recorded(connection, "n-1")}
    assert {d.recipient for d in got} == {"accepted", "sending", "unsure"}
    assert after == dict.fromkeys(states, DeliveryState.DEAD) | {"accepted": DeliveryState.ACCEPTED}
