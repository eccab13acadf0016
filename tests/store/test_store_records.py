"""What people decided and what the service could see."""

from typing import Any

import pytest

from indicators.levels import Span
from indicators.sight import EVERYWHERE
from tests.store.builders import HOUR, NOON
from watcher.store import Database, assessments, audit, rulings, sight
from watcher.store.rulings import Ruling


def a_ruling(key: str = "coup", *, happened: bool | None = True, who: str = "A. Diallo") -> Ruling:
    return Ruling(assessment="mali", key=key, happened=happened, who=who, why="Radio says so", at=NOON)


def test_the_last_ruling_holds_and_all_are_kept(database: Database) -> None:
    """A ruling can be turned and taken back, never erased."""
    made = (a_ruling(), a_ruling("war", happened=False), a_ruling("split"), a_ruling(happened=False))
    with database.write() as connection:
        for ruling in (*made, a_ruling("split", happened=None)):
            rulings.add(connection, ruling)
        assert rulings.happened(connection, "mali") == {"coup": False, "war": False}
        assert rulings.rulings(connection, "mali")[:4] == made
        assert rulings.happened(connection, "niger") == {}


def test_a_ruling_has_a_name(database: Database) -> None:
    """Nobody and nothing decides that a scenario happened but a person."""
    with pytest.raises(ValueError, match="needs the name of a person"), database.write() as connection:
        rulings.add(connection, a_ruling(who=" "))


def test_blind_spans_open_and_close_once(database: Database) -> None:
    """Saying again that we are blind does not start again; the last span may be open."""
    with database.write() as connection:
        sight.close_blind(connection, "mali", NOON)
        sight.open_blind(connection, "mali", NOON)
        sight.open_blind(connection, "mali", NOON + HOUR)
        sight.close_blind(connection, "mali", NOON + 2 * HOUR)
        sight.close_blind(connection, "mali", NOON + 3 * HOUR)
        sight.open_blind(connection, "mali", NOON + 4 * HOUR)
        closed = Span(start=NOON, end=NOON + 2 * HOUR)
        assert sight.blind(connection, "mali")[EVERYWHERE] == (closed, Span(start=NOON + 4 * HOUR))


def test_the_sight_of_one_indicator_opens_and_closes_apart_from_that_of_the_whole(database: Database) -> None:
    """And apart from another indicator's, and from the same one of another assessment."""
    with database.write() as connection:
        sight.open_blind(connection, "mali", NOON, indicator="fuel")
        sight.open_blind(connection, "mali", NOON + HOUR)
        sight.open_blind(connection, "mali", NOON + HOUR, indicator="strike")
        sight.open_blind(connection, "niger", NOON + HOUR, indicator="fuel")
        sight.close_blind(connection, "mali", NOON + 2 * HOUR, indicator="fuel")
        sight.open_blind(connection, "mali", NOON + 3 * HOUR, indicator="fuel")
        sight.close_blind(connection, "mali", NOON + 4 * HOUR)
        assert sight.blind(connection, "mali") == {
            EVERYWHERE: (Span(start=NOON + HOUR, end=NOON + 4 * HOUR),),
            "fuel": (Span(start=NOON, end=NOON + 2 * HOUR), Span(start=NOON + 3 * HOUR)),
            "strike": (Span(start=NOON + HOUR),),
        }
        assert sight.blind(connection, "niger") == {"fuel": (Span(start=NOON + HOUR),)}
        assert sight.blind(connection, "chad") == {}


def test_a_pause_of_the_daemon_is_a_span_of_the_whole(database: Database) -> None:
    """It is noted afterwards and leaves a span that is open as it is."""
    with database.write() as connection:
        sight.open_blind(connection, "mali", NOON, indicator="fuel")
        sight.add_blind(connection, "mali", Span(start=NOON, end=NOON + HOUR))
        sight.close_blind(connection, "mali", NOON + 2 * HOUR)
        assert sight.blind(connection, "mali") == {
            EVERYWHERE: (Span(start=NOON, end=NOON + HOUR),),
            "fuel": (Span(start=NOON),),
        }


def test_a_span_never_ends_before_it_starts(database: Database) -> None:
    """A clock that is set back cannot give days away that were seen."""
    with database.write() as connection:
        sight.open_blind(connection, "mali", NOON)
        sight.close_blind(connection, "mali", NOON - HOUR)
        assert sight.blind(connection, "mali")[EVERYWHERE] == (Span(start=NOON, end=NOON),)


def test_the_last_good_assessment_is_the_one_kept_last(database: Database) -> None:
    """Whatever the clock said: going back to an earlier file is a new entry, the same file again is none."""

    def keep(sha: str, **more: Any) -> None:
        usual: dict[str, Any] = {
            "file": "mali.yaml",
            "id": "mali",
            "version": "1.2",
            "sha": sha,
            "text": f"text of {sha}",
            "loaded_at": NOON,
        }
        assessments.keep_good(connection, assessments.GoodAssessment(**(usual | more)))

    with database.write() as connection:
        assert assessments.last_good(connection, "mali.yaml") is None
        keep("a")
        keep("b", loaded_at=NOON - HOUR)
        keep("b", loaded_at=NOON + HOUR)
        keep("x", file="niger.yaml", id="niger")
        last = assessments.last_good(connection, "mali.yaml")
        assert last is not None
        assert (last.sha, last.text, last.loaded_at) == ("b", "text of b", NOON - HOUR)
        keep("a")
        last = assessments.last_good(connection, "mali.yaml")
        assert last is not None
        assert last.sha == "a"


def test_the_audit_keeps_who_what_and_when(database: Database) -> None:
    """The newest entry comes first, with its detail."""
    with database.write() as connection:
        audit.write(connection, at=NOON, who="A. Diallo", what="released a notice", detail={"n": [1, "é"]})
        audit.write(connection, at=NOON, who="watcher", what="started", detail={})
        newest, first = audit.recent(connection, limit=9)
    assert newest.what == "started"
    assert first == audit.AuditEntry(at=NOON, who="A. Diallo", what="released a notice", detail={"n": [1, "é"]})
