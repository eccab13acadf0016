"""What people decided about events: added, numbered, and never changed."""

from typing import Any

import pytest

from indicators.events import DecisionKind, EventDecision
from indicators.publishers import Grade, Reliability
from tests.store.builders import HOUR, NOON
from watcher.store import Connection, Database, event_decisions

A1 = Grade(reliability=Reliability.A, credibility=1)


def decide(connection: Connection, assessment: str = "mali", **more: Any) -> EventDecision:
    values: dict[str, Any] = {
        "kind": DecisionKind.SPLIT,
        "indicator": "fuel",
        "reports": ["item-1", "item-2"],
        "who": "A. Diallo",
        "why": "Deux stations, deux jours — « vérifié »",
        "at": NOON,
    }
    return event_decisions.add(connection, assessment, **(values | more))


def test_every_kind_of_decision_comes_back_as_it_was_made(database: Database) -> None:
    """With its reports in order, its grade, the decision it takes back, name, reason and time."""
    with database.write() as connection:
        made = [decide(connection, kind=kind) for kind in ("merge", "split", "confirm", "reject")]
        made.append(decide(connection, kind=DecisionKind.REGRADE, grade=A1, reports=("item-2", "item-1")))
        made.append(decide(connection, kind=DecisionKind.WITHDRAW, withdraws=made[0].number, reports=()))
    with database.read() as connection:
        found = event_decisions.decisions(connection, "mali")
    assert found == tuple(made)
    assert [d.kind for d in found] == list(DecisionKind)
    assert (found[4].grade, found[5].withdraws) == (A1, made[0].number)
    assert found[0].reports == ("item-1", "item-2")


def test_a_decision_is_only_ever_added(database: Database) -> None:
    """Deciding again, or taking back, leaves what stood before as it was and stands behind it."""
    with database.write() as connection:
        first = decide(connection)
        again = decide(connection, at=NOON - HOUR)
        back = decide(connection, kind=DecisionKind.WITHDRAW, withdraws=first.number)
        assert event_decisions.decisions(connection, "mali") == (first, again, back)


def test_numbers_rise(database: Database) -> None:
    """Across assessments and transactions, whatever the clock says: they say what was decided after what."""
    numbers: list[int] = []
    for n in range(4):
        with database.write() as connection:
            decision = decide(connection, ("mali", "niger")[n % 2], at=NOON - n * HOUR)
        numbers.append(decision.number)
    assert numbers == sorted(set(numbers))
    assert numbers[0] > 0, "0 stands for no decision"


def test_up_to_cuts_what_was_decided_later(database: Database) -> None:
    """The decision of that number included; 0 is before all of them."""
    with database.write() as connection:
        made = tuple(decide(connection, at=NOON - n * HOUR) for n in range(3))
        assert event_decisions.decisions(connection, "mali", up_to=made[1].number) == made[:2]
        assert event_decisions.decisions(connection, "mali", up_to=made[2].number) == made
        assert event_decisions.decisions(connection, "mali", up_to=0) == ()


def test_each_assessment_has_its_own_decisions(database: Database) -> None:
    """What was decided in one country says nothing about the events of another."""
    with database.write() as connection:
        here, there = decide(connection), decide(connection, "niger")
        assert event_decisions.decisions(connection, "mali") == (here,)
        assert event_decisions.decisions(connection, "niger") == (there,)


@pytest.mark.parametrize(
    "lacking",
    [{"who": " "}, {"why": ""}, {"at": NOON.replace(tzinfo=None)}, {"reports": ()}, {"kind": DecisionKind.REGRADE},
     {"grade": A1}, {"kind": DecisionKind.WITHDRAW}],
    ids=["name", "reason", "zone", "reports", "grade", "too much", "which"],
)  # fmt: skip
def test_a_decision_that_lacks_something_is_refused(database: Database, lacking: dict[str, Any]) -> None:
    """And nothing of it is kept."""
    with database.write() as connection:
        with pytest.raises(ValueError, match=r"needs|names|goes with"):
            decide(connection, **lacking)
        assert event_decisions.decisions(connection, "mali") == ()
