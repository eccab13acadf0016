"""Heartbeats: a stage that stands still is named."""

from datetime import timedelta

from tests.builders import NOON
from watcher.health.heartbeats import Heartbeats, Stage

PATIENCE = {Stage.POLL: timedelta(minutes=30), Stage.JUDGE: timedelta(minutes=30), Stage.SEND: timedelta(minutes=2)}


def test_a_stage_that_never_finished_is_late() -> None:
    """A start proves nothing: each stage has to come round once."""
    beats = Heartbeats()
    assert beats.late(PATIENCE, now=NOON) == (Stage.POLL, Stage.JUDGE, Stage.SEND)
    beats.beat(Stage.JUDGE, at=NOON)
    assert beats.late(PATIENCE, now=NOON) == (Stage.POLL, Stage.SEND)
    assert beats.last(Stage.JUDGE) == NOON
    assert beats.last(Stage.SEND) is None


def test_each_stage_has_its_own_patience() -> None:
    """Sending comes round in seconds, polling in minutes: each is late by its own measure."""
    beats = Heartbeats()
    for stage in Stage:
        beats.beat(stage, at=NOON)
    assert beats.late(PATIENCE, now=NOON + timedelta(minutes=2)) == ()
    assert beats.late(PATIENCE, now=NOON + timedelta(minutes=3)) == (Stage.SEND,)
    assert beats.late(PATIENCE, now=NOON + timedelta(hours=1)) == tuple(PATIENCE)


def test_a_beat_from_the_future_proves_nothing() -> None:
    """A clock that was ahead and is set back must not keep a dead stage alive for a day."""
    beats = Heartbeats()
    for stage in Stage:
        beats.beat(stage, at=NOON + timedelta(days=1))
    assert beats.late(PATIENCE, now=NOON) == tuple(PATIENCE)
