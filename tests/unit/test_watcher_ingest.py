"""Signed pushes: who is let in, what is kept, and what a sender is told. A real server and a real store."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from indicators.items import Item
from tests.builders import NOON
from tests.daemons import settings_with
from tests.fakes import FakeClock
from tests.senders import SECRET, Answered, post, signed
from watcher.health.source_state import SourceState
from watcher.plant import Plant
from watcher.store import items, sources
from watcher.web.server import serving
from watcher.web.site import Site
from watcher.wiring import build

REPORT = {
    "id": "7",
    "title": "Post attacked near Gao",
    "published": "2026-03-01T11:00:00Z",
    "url": "https://x.example/7",
}


@dataclass(slots=True, kw_only=True)
class Gate:
    """A served plant with one webhook source called ``wire``."""

    plant: Plant
    clock: FakeClock
    url: str
    judged: list[bool] = field(default_factory=list)

    async def push(self, body: object = REPORT, *, to: str = "wire", key: str = "", **how: Any) -> Answered:
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = signed(sent, **({"at": self.clock.now} | how)) | ({"Idempotency-Key": key} if key else {})
        return await post(f"{self.url}/ingest/{to}", sent, headers)

    def kept(self) -> tuple[Item, ...]:
        with self.plant.database.read() as connection:
            return items.recent(connection, limit=50)

    def state(self) -> SourceState:
        with self.plant.database.read() as connection:
            return sources.state(connection, "wire")


def webhook(**options: Any) -> dict[str, Any]:
    """Return a webhook source as an operator writes it."""
    return {"id": "wire", "kind": "webhook", "every": "1h", "lang": "en", "options": {"secret": "${WIRE}"} | options}


@pytest.fixture
async def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Gate]:
    monkeypatch.setenv("WIRE", SECRET)
    feed = {"id": "feed", "url": "https://wire.example/rss"}
    clock = FakeClock(NOON)
    settings = settings_with(tmp_path, sources=[webhook(), feed])
    async with build(settings, now=clock) as plant:
        judged: list[bool] = []
        assert settings.web is not None
        async with serving(Site(plant=plant, web=settings.web, judge_soon=lambda: judged.append(True))) as server:
            await asyncio.wait_for(server.listening.wait(), 30)
            yield Gate(plant=plant, clock=clock, url=f"http://127.0.0.1:{server.port}", judged=judged)


async def test_a_signed_report_is_kept_and_judged_at_once(gate: Gate) -> None:
    """202 says what was kept; the item is this source's, and its silence clock starts anew."""
    answer = await gate.push()
    assert (answer.status, answer.json["read"], answer.json["new"]) == (202, 1, 1)
    (item,) = gate.kept()
    assert (item.title, item.source, item.fetched, item.lang) == (REPORT["title"], "wire", NOON, "en")
    assert gate.judged == [True]
    state = gate.state()
    assert (state.last_ok_at, state.next_due_at, state.failures) == (NOON, NOON + timedelta(hours=1), 0)


async def test_a_list_is_many_reports_and_an_empty_one_a_sign_of_life(gate: Gate) -> None:
    """Nothing to report is a message as well: the source sees, and nothing is judged."""
    two = [REPORT, REPORT | {"id": "8", "title": "Post retaken"}]
    assert (await gate.push(two)).json["new"] == 2
    gate.clock.pass_(minutes=30)
    quiet = await gate.push([])
    assert (quiet.status, quiet.json["read"], quiet.json["new"]) == (202, 0, 0)
    assert gate.state().last_ok_at == gate.clock.now
    assert gate.judged == [True]


FEEDS = {
    "application/rss+xml": b"<rss version='2.0'><channel><item><title>One</title></item></channel></rss>",
    "application/atom+xml; charset=utf-8": (
        b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>One</title></entry></feed>"
    ),
    "application/feed+json": b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1, "title": "One"}]}',
    "text/xml": (
        b"<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'><identifier>a</identifier><sender>s@x.example</sender>"
        b"<sent>2026-03-01T08:00:00+00:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>"
        b"<info><event>Flood</event><headline>One</headline></info></alert>"
    ),
}


@pytest.mark.parametrize(("content_type", "body"), FEEDS.items())
async def test_a_feed_can_be_pushed_too(gate: Gate, content_type: str, body: bytes) -> None:
    """RSS, Atom, JSON Feed and CAP are told by their Content-Type."""
    answer = await gate.push(body, content_type=content_type)
    assert (answer.status, answer.json["new"]) == (202, 1)
    assert gate.kept()[0].title == "One"


async def test_whoever_cannot_sign_learns_nothing(gate: Gate) -> None:
    """A wrong secret, an unknown source and a source of another kind give the same answer, byte by byte."""
    wrong = await gate.push(secret="a guess of somebody else")
    unknown = await gate.push(to="nobody")
    feed = await gate.push(to="feed")
    assert {a.status for a in (wrong, unknown, feed)} == {401}
    assert wrong.body == unknown.body == feed.body
    assert wrong.headers["WWW-Authenticate"]
    assert gate.kept() == ()
    assert gate.state().last_poll_at is None


@pytest.mark.parametrize("missing", ["Watcher-Timestamp", "Watcher-Signature"])
async def test_an_unsigned_message_is_told_how_to_sign(gate: Gate, missing: str) -> None:
    """Both headers are needed, and the answer says how they are made."""
    headers = signed(b"{}", at=NOON)
    del headers[missing]
    answer = await post(f"{gate.url}/ingest/wire", b"{}", headers)
    assert (answer.status, answer.json["type"]) == (401, "urn:watcher:problem:unsigned")
    assert "HMAC-SHA256" in answer.json["instead"]


@pytest.mark.parametrize("signature", ["sha256=", "sha256=xyz", "sha1=" + "0" * 40, "0" * 64, "sha256=" + "0" * 63])
async def test_a_signature_of_another_form_is_no_signature(gate: Gate, signature: str) -> None:
    """Nothing weaker and nothing shorter is compared at all."""
    headers = signed(b"{}", at=NOON) | {"Watcher-Signature": signature}
    assert (await post(f"{gate.url}/ingest/wire", b"{}", headers)).json["type"] == "urn:watcher:problem:unsigned"


async def test_a_changed_body_is_refused(gate: Gate) -> None:
    """The signature is over every byte."""
    body = json.dumps(REPORT).encode()
    answer = await post(f"{gate.url}/ingest/wire", body + b" ", signed(body, at=NOON))
    assert answer.status == 401


@pytest.mark.parametrize("minutes", [-6, 6])
async def test_an_old_message_and_one_from_the_future_are_refused(gate: Gate, minutes: int) -> None:
    """Five minutes either way; the answer says that it is the time, and nothing of the source."""
    at = NOON + timedelta(minutes=minutes)
    answer = await gate.push(at=at)
    assert (answer.status, answer.json["type"]) == (401, "urn:watcher:problem:untimely")
    assert answer.body == (await gate.push(at=at, to="nobody")).body


async def test_a_replay_is_refused(gate: Gate) -> None:
    """The same message a second time is refused inside its window too, also if its key was changed."""
    assert (await gate.push(key="a")).status == 202
    gate.clock.pass_(minutes=1)
    for key in ("a", "b", ""):
        again = await gate.push(key=key, at=NOON)
        assert (again.status, again.json["type"]) == (409, "urn:watcher:problem:replayed")
    assert gate.judged == [True]


async def test_a_replay_of_an_unreadable_message_is_refused_too(gate: Gate) -> None:
    """Otherwise one captured message could make a source fail for five minutes."""
    assert (await gate.push(b"{")).status == 422
    assert (await gate.push(b"{")).status == 409
    assert gate.state().failures == 1


async def test_a_sender_may_try_again_with_the_same_key(gate: Gate) -> None:
    """Signed anew under the same key, a message is acknowledged and kept once."""
    assert (await gate.push(key="batch-1")).json["new"] == 1
    gate.clock.pass_(minutes=20)
    again = await gate.push(key="batch-1")
    assert (again.status, again.json["repeat"], again.json["new"]) == (202, True, 0)
    assert len(gate.kept()) == 1


async def test_a_key_that_was_taken_for_another_message_is_refused(gate: Gate) -> None:
    """A sender that writes one key for all would else be told that all is well while nothing is kept."""
    assert (await gate.push(key="batch-7")).json["new"] == 1
    gate.clock.pass_(minutes=1)
    other = REPORT | {"id": "8", "title": "Post retaken"}
    refused = await gate.push(other, key="batch-7")
    assert (refused.status, refused.json["type"]) == (422, "urn:watcher:problem:key")
    assert len(gate.kept()) == 1
    gate.clock.pass_(minutes=1)
    assert (await gate.push(key="batch-7")).json["repeat"]
    assert (await gate.push(other, key="batch-8")).json["new"] == 1


async def test_a_message_without_a_key_is_a_revision(gate: Gate) -> None:
    """A report that is sent again with another text is corrected, not doubled."""
    await gate.push()
    gate.clock.pass_(minutes=1)
    assert (await gate.push(REPORT | {"title": "Post attacked, one dead"})).json["new"] == 1
    assert [item.title for item in gate.kept()] == ["Post attacked, one dead"]


BAD = {
    "empty": (b"", "empty"),
    "no json": (b"Post attacked", "not-a-feed"),
    "html": (b"<html><body>Log in</body></html>", "not-a-feed"),
    "half": (b'[{"id": "1", "tit', "truncated"),
    "a text": (b'"Post attacked"', "not-a-feed"),
    "null": (b"null", "not-a-feed"),
    "no words": (b'[{"id": "1"}]', "not-a-feed"),
    "twice a key": (b'[{"id": "1", "id": "2", "title": "x"}]', "not-a-feed"),
    "deep": (b"[" * 100_000, "not-a-feed"),
    "not utf-8": (b'[{"title": "\xff\xfe\xff"}]', "not-a-feed"),
}


@pytest.mark.parametrize(("body", "kind"), BAD.values(), ids=BAD.keys())
async def test_a_body_that_cannot_be_read_is_one_clear_error(gate: Gate, body: bytes, kind: str) -> None:
    """422 with the fault's name and what to send; it stands beside the source as a failed poll does."""
    answer = await gate.push(body)
    assert (answer.status, answer.json["type"]) == (422, f"urn:watcher:problem:{kind}")
    assert answer.json["instead"]
    state = gate.state()
    assert state.failures == 1
    assert state.last_fault.replace(" ", "-") == kind
    assert state.last_ok_at is None


async def test_one_bad_record_takes_nobody_with_it(gate: Gate) -> None:
    """Its neighbours are kept and the note says which one was lost and why."""
    answer = await gate.push([REPORT, {"id": "8", "title": ["no text"]}, "what"])
    assert (answer.status, answer.json["new"]) == (202, 1)
    assert "skipped 2 unreadable records" in answer.json["note"]
    assert "[1]" in answer.json["note"]
    assert gate.state().last_detail == answer.json["note"]


async def test_another_content_type_is_told_which_are_read(gate: Gate) -> None:
    """415, with the list."""
    answer = await gate.push(content_type="text/plain")
    assert (answer.status, answer.json["type"]) == (415, "urn:watcher:problem:media-type")
    assert "application/json" in answer.json["instead"]


async def test_a_key_that_cannot_be_kept_is_refused(gate: Gate) -> None:
    """It must be short and printable."""
    assert (await gate.push(key="x" * 201)).json["type"] == "urn:watcher:problem:key"


async def test_a_map_finds_the_fields_of_a_foreign_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``items`` and ``map`` are those of the kind json."""
    monkeypatch.setenv("WIRE", SECRET)
    source = webhook(items="found.rows", map={"id": "n", "title": "what"}, scheme="desk")
    settings = settings_with(tmp_path, sources=[source])
    async with build(settings, now=FakeClock(NOON)) as plant:
        assert settings.web is not None
        async with serving(Site(plant=plant, web=settings.web, judge_soon=lambda: None)) as server:
            await asyncio.wait_for(server.listening.wait(), 30)
            gate = Gate(plant=plant, clock=FakeClock(NOON), url=f"http://127.0.0.1:{server.port}")
            answer = await gate.push({"found": {"rows": [{"n": 1, "what": "Pumps dry"}]}})
            assert (answer.status, answer.json["new"]) == (202, 1)
            assert gate.kept()[0].title == "Pumps dry"
