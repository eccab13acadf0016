"""Dead routes: what fits nothing that is watched, so that nobody hears by it."""

import json
from pathlib import Path
from typing import Any

import pytest

from alerts.clients import Client
from alerts.dead_routes import dead_routes, dead_subscriptions
from alerts.routes import Route
from indicators.errors import Severity
from tests.builders import a_small_assessment, small
from tests.daemons import configure
from watcher.workbench.checking import check_files

DESK: dict[str, Any] = {"to": ["desk"]}


def _dead(*routes: dict[str, Any]) -> list[str]:
    read = [Route.model_validate(route) for route in routes]
    return [dead.told for dead in dead_routes(read, [a_small_assessment()])]


@pytest.mark.parametrize(
    "route",
    [
        {},
        {"scenario": "coup"},
        {"scenario": "c*", "assessment": "sm*"},
        {"region": "near"},
        {"kind": "*", "assessment": "small"},
        {"kind": "system"},
        {"kind": "system", "scenario": "source wire"},
    ],
)
def test_a_route_that_something_fits_is_alive(route: dict[str, Any]) -> None:
    """By itself, and below a route for everything."""
    assert _dead(DESK | route) == []
    assert _dead(DESK | {"kind": "*", "routes": [DESK | route]}) == []


@pytest.mark.parametrize(
    ("route", "told"),
    [
        ({"scenario": "cuop"}, "1 (cuop, move)"),
        ({"assessment": "smal"}, "1 (smal, move)"),
        ({"region": "neer"}, "1 (neer, move)"),
        ({"region": "anywhere"}, "1 (anywhere, move)"),
        ({"kind": "system", "assessment": "small"}, "1 (small, system)"),
    ],
)
def test_a_route_that_nothing_fits_is_dead(route: dict[str, Any], told: str) -> None:
    """A misspelt scenario, assessment or region; a region in which no indicator is watched."""
    assert _dead(DESK | route) == [told]


def test_a_route_below_another_carries_what_both_fit() -> None:
    """A branch for coups below one for blockades, and one for our own troubles below one for moves, hear nothing."""
    below = [DESK | {"scenario": "coup"}, DESK | {"scenario": "block*"}]
    assert _dead(DESK | {"scenario": "blockade", "routes": below}) == ["1.1 (coup, move)"]
    assert _dead(DESK | {"routes": [DESK | {"kind": "system"}]}) == ["1.1 (system)"]


def test_a_subscription_is_dead_by_each_pattern() -> None:
    """What was renamed reaches the client no more, though its other scenarios do."""
    contact = {"id": "ops", "channels": {"email": "x"}}
    client = Client.model_validate(
        {"id": "acme", "name": "Acme", "contacts": [contact], "subscriptions": [{"scenarios": ["coup", "putsch"]}]}
    )
    assert [(n, pattern) for n, _, pattern in dead_subscriptions(client, [a_small_assessment()])] == [(1, "putsch")]


def test_check_says_what_to_write_instead(tmp_path: Path) -> None:
    """Each with the name that it could mean; a level that no branch above lets through is warned of."""
    config = configure(tmp_path, small(), sources={"wire": "https://wire.example/rss"}, channels={"console": ""})
    raw = json.loads(config.read_text("utf-8"))
    desk = {"to": [raw["last_resort"]]}
    below = [desk | {"min_level": "watch"}, desk | {"min_level": "critical"}, desk | {"kind": "system"}, desk]
    raw["routes"] = [desk | {"min_level": "warning", "routes": below}, desk | {"region": "neer"}]
    raw["routes"] += [desk | {"kind": "system", "assessment": "small"}, desk | {"scenario": "cuop"}]
    config.write_text(json.dumps(raw), "utf-8")
    found = {p.what: (p.instead, p.severity) for p in check_files([config]).problems if "route" in p.what}
    assert [severity for _, severity in found.values()].count(Severity.WARNING) == 1
    told = " ".join(f"{what} | {instead}" for what, (instead, _) in found.items())
    assert "route 1.1 asks for alerts from watch on, and a route above it carries none below warning" in told
    assert "route 1.3 fits nothing that the routes above it carry" in told
    assert "route 2 fits no region in which anything is watched (neer) | did you mean near" in told
    assert "route 3 is for troubles of Watcher itself" in told
    assert "route 4 fits no scenario of any assessment (*, cuop) | did you mean coup" in told
    assert len(found) == 5
