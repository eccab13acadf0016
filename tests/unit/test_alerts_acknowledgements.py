"""Acknowledgements: who has an alert, and what opens it again."""

from datetime import timedelta
from typing import Any

import pytest

from alerts.acknowledgements import Acknowledgement, Answer, Reopening, answer, reopening
from alerts.alert import Alert
from tests.builders import NOON, an_alert

HOUR = timedelta(hours=1)


def an_acknowledgement(**changes: Any) -> Acknowledgement:
    values: dict[str, Any] = {
        "assessment": "small",
        "kind": "move",
        "subject": "coup",
        "level": 2,
        "alert_id": "a",
        "owner": "Awa",
    }
    return Acknowledgement(**(values | {"at": NOON, "until": NOON + HOUR} | changes))


def a_fall(**changes: Any) -> Alert:
    values: dict[str, Any] = {"id": "b", "level_before": 2, "level_after": 2, "before": 0.24, "after": 0.2}
    return an_alert(**(values | changes))


SEEN = an_alert(id="a", level_after=2)
RISE = an_alert(id="b", level_before=2, level_after=3)
NEWS = an_alert(id="b", level_before=2, level_after=2)


@pytest.mark.parametrize(
    ("later", "standing", "owner", "told"),
    [
        ((), None, "Awa", Answer.TAKEN),
        ((a_fall(),), None, "Awa", Answer.TAKEN),
        ((RISE,), None, "Awa", Answer.OVERTAKEN),
        ((NEWS,), None, "Awa", Answer.OVERTAKEN),
        ((NEWS, a_fall(id="c")), None, "Awa", Answer.OVERTAKEN),
        ((a_fall(level_after=0),), None, "Awa", Answer.AT_REST),
        ((), an_acknowledgement(), "Ben", Answer.OTHERS),
        ((), an_acknowledgement(), "awa", Answer.YOURS),
        ((), an_acknowledgement(until=NOON + timedelta(minutes=1)), "Ben", Answer.TAKEN),
    ],
)
def test_only_what_was_seen_is_taken(
    later: tuple[Alert, ...], standing: Acknowledgement | None, owner: str, told: Answer
) -> None:
    """D14: of two the second is told who has it; whoever saw only what was before takes nothing."""
    assert answer(SEEN, later, standing, owner=owner, now=NOON + 30 * timedelta(minutes=1)) is told


@pytest.mark.parametrize(
    ("alert", "why"),
    [
        (RISE, Reopening.ROSE),
        (NEWS, Reopening.EVIDENCE),
        (a_fall(level_after=0), Reopening.STOOD_DOWN),
        (a_fall(), None),
        (a_fall(level_after=1), None),
    ],
)
def test_a_rise_and_news_open_it_again(alert: Alert, why: Reopening | None) -> None:
    """D14: what was acknowledged is a level and what was behind it, no more."""
    assert reopening(an_acknowledgement(), alert) is why


@pytest.mark.parametrize("changes", [{"owner": " "}, {"until": NOON}, {"at": NOON.replace(tzinfo=None)}])
def test_one_without_a_person_or_an_end_is_refused(changes: dict[str, Any]) -> None:
    """Only a person acknowledges, and for a time."""
    with pytest.raises(ValueError, match="an acknowledgement needs"):
        an_acknowledgement(**changes)
