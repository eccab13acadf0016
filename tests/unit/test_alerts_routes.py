"""Routes: who hears, who does not and why, and that no hole in them swallows a warning."""

import pytest
from pydantic import ValidationError

from alerts.routes import Heard, Recipient, Route, routes_for
from alerts.suppression import Suppression
from tests.builders import an_alert

HEARS = Suppression.NONE
QUIET = Suppression.BELOW_LEVEL


def heard(*routes: Route, before: int = 0, after: int = 3, scenario: str = "coup") -> dict[str, Suppression]:
    """Return who is named for an alert of the assessment *small* and whether they hear of it."""
    alert = an_alert(level_before=before, level_after=after, scenario=scenario)
    return {h.recipient: h.suppression for h in routes_for(alert, routes, last_resort="chief")}


@pytest.mark.parametrize(
    ("route", "fits"),
    [
        pytest.param(Route(to=("desk",)), True, id="everything"),
        pytest.param(Route(to=("desk",), assessment="small"), True, id="this assessment"),
        pytest.param(Route(to=("desk",), assessment="sm*"), True, id="assessments by pattern"),
        pytest.param(Route(to=("desk",), assessment="mali-*"), False, id="another assessment"),
        pytest.param(Route(to=("desk",), scenario="coup"), True, id="this scenario"),
        pytest.param(Route(to=("desk",), scenario="c?up"), True, id="scenario by pattern"),
        pytest.param(Route(to=("desk",), scenario="Coup"), False, id="capitals count"),
        pytest.param(Route(to=("desk",), scenario="blockade*"), False, id="another scenario"),
        pytest.param(Route(to=("desk",), assessment="small", scenario="blockade"), False, id="one of two"),
    ],
)
def test_a_route_carries_what_fits_all_its_patterns(route: Route, fits: bool) -> None:
    """What no route carries goes to the last resort, which is named only then."""
    assert heard(route) == ({"desk": HEARS} if fits else {"chief": HEARS})


def test_a_state_of_a_set_is_routed_by_its_full_name() -> None:
    """``blockade.*`` carries every state of the blockade."""
    assert heard(Route(to=("desk",), scenario="blockade.*"), scenario="blockade.ends") == {"desk": HEARS}


@pytest.mark.parametrize(
    ("least", "before", "after", "suppression"),
    [
        pytest.param("advisory", 0, 2, HEARS, id="reaches the level"),
        pytest.param("advisory", 0, 1, QUIET, id="stays below it"),
        pytest.param("baseline", 0, 0, HEARS, id="asks for everything"),
        pytest.param("critical", 3, 4, HEARS, id="the highest"),
        pytest.param("critical", 2, 3, QUIET, id="not the highest"),
        pytest.param("warning", 3, 2, HEARS, id="stand-down from what was heard"),
        pytest.param("warning", 2, 1, QUIET, id="stand-down from what was never heard"),
    ],
)
def test_a_route_speaks_from_its_level_on_and_also_of_the_end(
    least: str, before: int, after: int, suppression: Suppression
) -> None:
    """Whoever heard the warning hears that it is over; whoever did not is left in peace."""
    assert heard(Route(to=("desk",), min_level=least), before=before, after=after) == {"desk": suppression}


def test_an_alert_too_low_for_every_route_stays_quiet_with_its_reason() -> None:
    """That is a choice of the routes and no hole in them: the last resort is not woken."""
    assert heard(Route(to=("desk", "night"), min_level="critical"), after=1) == {"desk": QUIET, "night": QUIET}


def test_no_route_at_all_leads_to_the_last_resort() -> None:
    """A configuration without routes does not swallow a warning."""
    alert = an_alert()
    assert routes_for(alert, (), last_resort="chief") == (Heard(recipient="chief", suppression=HEARS),)


def test_one_route_that_carries_it_is_enough() -> None:
    """Whoever is named twice hears once, in whatever order the routes stand."""
    low, high = Route(to=("desk", "night")), Route(to=("desk",), min_level="critical")
    assert heard(low, high, after=1) == heard(high, low, after=1) == {"desk": HEARS, "night": HEARS}


@pytest.mark.parametrize(
    "written",
    [
        {"to": []},
        {"to": ["desk"], "min_level": "red"},
        {"to": ["desk"], "min_levle": "watch"},
        {},
    ],
    ids=["to nobody", "unknown level", "misspelt key", "empty"],
)
def test_a_route_that_could_never_work_is_refused(written: dict[str, object]) -> None:
    """A misspelt route must not look like one that is in force."""
    with pytest.raises(ValidationError):
        Route.model_validate(written)


@pytest.mark.parametrize(
    "written",
    [
        {"id": "a", "channels": {}},
        {"id": "a b", "channels": {"slack": "x"}},
        {"id": "a", "lang": "de", "channels": {"x": "y"}},
    ],
    ids=["unreachable", "a name with a space", "a language we do not write"],
)
def test_a_recipient_who_could_not_be_told_is_refused(written: dict[str, object]) -> None:
    """Everyone has a way to be reached and a language that we have words in."""
    with pytest.raises(ValidationError):
        Recipient.model_validate(written)
