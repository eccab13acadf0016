"""A program at the API: its token, what it asks, and what was released to the client that it belongs to."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tests.builders import a_sighting, an_alert
from tests.desks import Browser, ServedDesk
from tests.noticing import a_notice
from watcher.people import tokens
from watcher.people.roles import Role, Scope
from watcher.people.tokens import NewToken
from watcher.releasing.letting_go import release
from watcher.store import alerts
from watcher.store.notices import ClientNotices

API = "/api/v1"


async def asked(browser: Browser, path: str, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Any:
    """Return what *path* answers, as JSON; it has that *status*."""
    answer = await browser.ask("GET", API + path, headers={"Accept": "application/json", **(headers or {})})
    assert answer.status == status, (path, answer.text[:500])
    kind = answer.headers["Content-Type"]
    assert kind == ("application/json" if status < 400 else "application/problem+json")
    return json.loads(answer.text)


def token_of(desk: ServedDesk, role: Role, *scopes: Scope, client: str = "") -> dict[str, str]:
    """Return the header of a new token."""
    new = NewToken(name="t", role=role, scopes=frozenset(scopes), lasts=timedelta(days=1), client=client)
    with desk.plant.database.write() as connection:
        secret = tokens.add(connection, new, settings=desk.plant.settings, by="test", now=desk.clock())[1]
    return {"Authorization": f"Bearer {secret}"}


async def released(desk: ServedDesk, client: str) -> str:
    """Release the first draft of *client* and return its id."""
    with desk.plant.database.read() as connection:
        known = desk.plant.settings.client(client)
        assert known is not None
        (first, *_) = ClientNotices(connection, known).waiting()
    release(desk.plant.settings, first.id, who="lea", why="", now=desk.clock())
    return first.id


def given(desk: ServedDesk, **changes: Any) -> str:
    """Let a notice be released to acme as *changes* have it and return its id; its headline is a public source's."""
    notice = a_notice(marking="TLP:GREEN", at=desk.clock(), **changes)
    client, public = desk.plant.settings.client("acme"), min(desk.plant.settings.public_sources)
    assert client is not None
    with desk.plant.database.write() as connection:
        alerts.add(connection, an_alert(id="m", at=desk.clock(), evidence=(a_sighting(source=public),)))
        ClientNotices(connection, client).add(notice, move="m", rows={})
        alerts.add(connection, notice)
    return notice.id
