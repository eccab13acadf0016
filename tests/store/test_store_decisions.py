"""What people decided about events and moves: kept with its number, never changed."""

from typing import Any

import pytest
from sqlalchemy import delete

from alerts.alert import Alert
from indicators.decisions import MoveDecision, MoveDecisionKind
from indicators.events import DecisionKind
from indicators.publishers import Grade, Reliability
from indicators.sight import EVERYWHERE, Sight
from tests.store.builders import HOUR, NOON, a_move, an_alert
from watcher.store import (
    Connection,
    Database,
    StoreError,
    alerts,
    evaluations,
    event_decisions,
    move_decisions,
    outlooks,
    tables,
)
from watcher.store.evaluations import KeptJudgement
from watcher.store.last_evaluation import JudgedSince, LastEvaluation, judged_since, last_evaluation


def decide(
    connection: Connection, move: str, kind: MoveDecisionKind, *, key: str = "coup", p: float | None = None
) -> MoveDecision:
    return move_decisions.add(
        connection, "mali", key=key, move=move, kind=kind, who="A. Diallo", why="s’est vu", at=NOON, p=p
    )


def test_decisions_about_moves_come_back_in_their_order(database: Database) -> None:
    """Each with its own number, later ones beside earlier ones about the same move."""
    move, other = a_move(1), a_move(1, key="war")
    with database.write() as connection:
        outlooks.add_moves(connection, [move, other])
        made = (
            decide(connection, move.id, MoveDecisionKind.ACCEPT),
            decide(connection, other.id, MoveDecisionKind.REJECT, key="war"),
            decide(connection, move.id, MoveDecisionKind.AMEND, p=0.123456789012345),
            decide(connection, move.id, MoveDecisionKind.WITHDRAW),
        )
    with database.read() as connection:
        assert move_decisions.decisions(connection, "mali") == made
        assert move_decisions.decisions(connection, "mali", key="war") == made[1:2]
        assert move_decisions.decisions(connection, "niger") == ()
    assert len({d.number for d in made}) == 4


def test_only_a_move_that_was_made_can_be_decided_on(database: Database) -> None:
    """And a move that was decided on cannot be taken out from under the decision."""
    with pytest.raises(StoreError), database.write() as connection:
        decide(connection, "nothing", MoveDecisionKind.ACCEPT)
    with database.write() as connection:
        outlooks.add_moves(connection, [a_move(1)])
        decide(connection, a_move(1).id, MoveDecisionKind.ACCEPT)
    with pytest.raises(StoreError), database.write() as connection:
        connection.execute(delete(tables.moves))


def test_a_move_knows_whether_its_alert_proposed_it(database: Database) -> None:
    """As it was told then, whatever the assessment says now; nothing is known where no alert was kept."""
    moves = [a_move(1), a_move(2, at=NOON + HOUR), a_move(3, at=NOON + 2 * HOUR)]
    with database.write() as connection:
        outlooks.add_moves(connection, moves)
        alerts.add(connection, an_alert(moves[0].id))
        alerts.add(connection, an_alert(moves[1].id).model_copy(update={"moves": "reviewed"}))
        kept = move_decisions.kept_moves(connection, "mali")
        assert move_decisions.kept_moves(connection, "mali", key="war") == ()
    assert [(k.move.id, k.move.sequence, k.reviewed) for k in kept] == [
        (moves[0].id, 1, False),
        (moves[1].id, 2, True),
        (moves[2].id, 3, None),
    ]


def test_an_alert_from_before_there_was_review_was_automatic(database: Database) -> None:
    """What was stored by an earlier version can be read."""
    from sqlalchemy import insert

    told = an_alert().model_dump_json(exclude={"moves", "kind"})
    row = {
        "id": "old",
        "kind": "move",
        "assessment": "mali",
        "subject": "coup",
        "level": 2,
        "at": NOON,
        "body": told,
        "number": 1,
    }
    with database.write() as connection:
        connection.execute(insert(tables.alerts).values(row))
        found = alerts.get(connection, "old")
    assert isinstance(found, Alert)
    assert found.moves == "automatic"


def test_decisions_about_events_come_back_with_what_they_say(database: Database) -> None:
    """Grade, reports and what is withdrawn survive; those of another assessment do not mix in."""
    grade = Grade(reliability=Reliability.B, credibility=2)
    with database.write() as connection:
        told: dict[str, Any] = {"indicator": "fuel", "reports": ("b", "a"), "who": "A. Diallo", "why": "vu", "at": NOON}
        first = event_decisions.add(connection, "mali", kind=DecisionKind.REGRADE, grade=grade, **told)
        event_decisions.add(connection, "niger", kind=DecisionKind.CONFIRM, **told)
        last = event_decisions.add(connection, "mali", kind=DecisionKind.WITHDRAW, withdraws=first.number, **told)
        assert event_decisions.decisions(connection, "mali") == (first, last)
        assert event_decisions.decisions(connection, "mali", up_to=first.number) == (first,)


def test_the_last_judgement_tells_what_could_be_seen(database: Database) -> None:
    """The newest of the assessment's own, or nothing before the first."""
    sight = {EVERYWHERE: Sight(coverage=0.75), "fuel": Sight(coverage=0.5)}
    with database.write() as connection:
        assert last_evaluation(connection, "mali") is None
        for name, hour in (("mali", 0), ("mali", 1), ("niger", 2)):
            judged = KeptJudgement(
                number=0,
                assessment=name,
                at=NOON + hour * HOUR,
                judged_with="x",
                sight=sight,
                happened={},
                decisions=0,
            )
            evaluations.add(connection, judged)
        last = LastEvaluation(number=2, judged_with="x", at=NOON + HOUR, sight=sight)
        assert last_evaluation(connection, "mali") == last
        assert judged_since(connection, "mali", 1) == JudgedSince(rules=frozenset({"x"}), items=())
        assert judged_since(connection, "mali", 2) == JudgedSince(rules=frozenset(), items=())
