"""The API against its own description: requests made up from it, as each role; no 5xx, no answer out of shape."""

import asyncio
import json
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import APIOperation, Case
from schemathesis.core.result import Err, Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection, positive_data_acceptance

from tests.desks import ServedDesk, copied, desk_of
from watcher.people import tokens
from watcher.people.roles import Role, Scope
from watcher.people.tokens import NewToken
from watcher.web.api.budgets import Budget

EXAMPLES = 4
"""Made-up requests of each kind for each operation and role."""

NOT_ASKED = [
    positive_data_acceptance,  # a cursor and a query are texts of which most are none: they are refused, as they must
    negative_data_rejection,  # of a parameter sent twice one counts, and "1e0" is a number
    ignored_auth,  # the matrix of tests/unit/test_web_permissions.py goes through every route and role
]


def _token(desk: ServedDesk, role: Role) -> str:
    client = "acme" if role is Role.CLIENT else ""
    new = NewToken(name="t", role=role, scopes=frozenset(Scope), lasts=timedelta(days=1), client=client)
    with desk.plant.database.write() as connection:
        return tokens.add(connection, new, settings=desk.plant.settings, by="test", now=desk.clock())[1]


def _call(operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, url: str, headers: dict[str, str]) -> int:
    """Call *operation* with requests of that *mode*; return how many."""
    called = 0

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def call(case: Case[Any]) -> None:
        nonlocal called
        called += 1
        case.call_and_validate(base_url=url, headers=headers, excluded_checks=NOT_ASKED)

    call()
    return called


def _read(found: Ok[APIOperation[Any, Any, Any, Any]] | Err[Any]) -> list[APIOperation[Any, Any, Any, Any]]:
    assert isinstance(found, Ok), found
    return [found.ok()]


def _call_everything(document: dict[str, Any], url: str, token: str) -> int:
    """Call each operation of *document* with requests that fit it and with some that do not; return how many."""
    headers = {"Authorization": f"Bearer {token}"}
    return sum(
        _call(operation, mode, url, headers)
        for found in schemathesis.openapi.from_dict(document).get_all_operations()
        for operation in _read(found)
        if operation.path != "/api/v1/stream"  # it never ends; tests/unit/test_web_api.py listens to it
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        if mode is GenerationMode.POSITIVE or operation.query or operation.body
    )


@pytest.mark.parametrize("role", list(Role), ids=str)
async def test_each_role_hears_what_the_schema_says(
    role: Role, demo_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P13: Whatever is sent, the answer has a status and a shape that the description names, and is no 5xx."""
    monkeypatch.setattr("watcher.web.app.Budget", partial(Budget, at_once=10**6))
    async with desk_of(copied(demo_data, tmp_path / "desk")) as desk:
        token = _token(desk, role)
        headers = {"Authorization": f"Bearer {token}"}
        document = json.loads((await desk.stranger().ask("GET", "/api/v1/openapi.json", headers=headers)).text)
        assert await asyncio.to_thread(_call_everything, document, desk.url, token) > 2 * len(document["paths"])
