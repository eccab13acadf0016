"""The web process: bounds, headers, errors, health, and that it can never stop the watch. A real server."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from fastapi import APIRouter, Request

from tests.builders import small
from tests.daemons import configure, settings_with, until
from tests.fakes import FakeClock
from tests.senders import ask
from watcher.health.heartbeats import Stage
from watcher.plant import Plant
from watcher.settings import Web, load_settings
from watcher.web import app
from watcher.web.guards import SAFE_HEADERS
from watcher.web.permissions import Open, open_to_all
from watcher.web.server import WebServer, serving
from watcher.web.site import Site
from watcher.wiring import build

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@asynccontextmanager
async def served(plant: Plant, *, pause: timedelta = timedelta(seconds=0.05)) -> AsyncIterator[tuple[WebServer, str]]:
    """Serve *plant* and say where."""
    web = plant.settings.served
    assert web is not None
    async with serving(Site(plant=plant, web=web, judge_soon=lambda: None), pause=pause) as server:
        await asyncio.wait_for(server.listening.wait(), 30)
        yield server, f"http://127.0.0.1:{server.port}"


@pytest.fixture
async def plant(tmp_path: Path) -> AsyncIterator[Plant]:
    async with build(settings_with(tmp_path), now=FakeClock(NOON)) as made:
        yield made


def test_nothing_listens_unless_somebody_wants_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without ``web:`` no port is open, but for a source that is pushed to: then on this machine alone."""
    monkeypatch.setenv("WIRE_SECRET", "0123456789abcdef")
    settings = settings_with(tmp_path)
    assert settings.model_copy(update={"web": None}).served is None
    pushed = [{"id": "push", "kind": "webhook", "options": {"secret": "${WIRE_SECRET}"}}]
    settings = settings_with(tmp_path, sources=pushed).model_copy(update={"web": None})
    assert settings.served == Web(listen="127.0.0.1:8467")


async def test_a_body_does_not_wait_for_the_receipt_of_its_head(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are two writes: without TCP_NODELAY every answer on an open connection came 40 ms late."""
    made: list[socket.socket] = []
    create = socket.create_server

    def noted(*arguments: Any, **options: Any) -> socket.socket:
        made.append(create(*arguments, **options))
        return made[-1]

    monkeypatch.setattr(socket, "create_server", noted)
    async with served(plant):
        assert made[0].getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"listen": "8467"}, "an IP address of this machine and a port"),
        ({"listen": "watch.example:80"}, "an IP address of this machine and a port"),
        ({"listen": "127.0.0.1:99999"}, "0 (any free one) to 65535"),
        ({"base_url": "watch.example.org"}, "https://watch.example.org"),
        ({"base_url": "https://me:pw@watch.example.org"}, "https://watch.example.org"),
        ({"base_url": "https://watch.example.org/?a=b"}, "without ? and #"),
        ({"trusted_proxies": ["proxy.example"]}, "10.0.0.0/8"),
    ],
)
def test_a_wrong_setting_is_told_with_what_to_write(tmp_path: Path, written: dict[str, Any], told: str) -> None:
    """Each is refused when it is read, not when the server starts."""
    config = configure(tmp_path, small(), sources={"wire": "https://wire.example/rss"}, channels={"console": ""})
    config.write_text(json.dumps(json.loads(config.read_text("utf-8")) | {"web": written}), "utf-8")
    settings, problems = load_settings(config)
    assert settings is None
    assert told in " ".join(map(str, problems))


async def test_health_names_the_stage_that_stands_still(plant: Plant) -> None:
    """503 until each stage has come round, 200 while all do, 503 with its name when one is late."""
    async with served(plant) as (_, here):
        first = await ask("GET", f"{here}/healthz")
        assert (first.status, first.json["late"]) == (503, ["poll", "judge", "send"])
        for stage in Stage:
            plant.heartbeats.beat(stage, at=plant.now())
        well = await ask("GET", f"{here}/healthz")
        assert (well.status, well.json["status"], well.json["late"]) == (200, "ok", [])
        clock = plant.now
        assert isinstance(clock, FakeClock)
        clock.pass_(minutes=10)
        for stage in (Stage.POLL, Stage.SEND):
            plant.heartbeats.beat(stage, at=plant.now())
        late = await ask("GET", f"{here}/healthz")
        assert (late.status, late.json["late"]) == (503, ["judge"])
        assert (await ask("HEAD", f"{here}/healthz")).status == 503


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/healthz", 503),
        ("GET", "/nothing/here", 404),
        ("DELETE", "/healthz", 405),
        ("POST", "/ingest/wire", 401),
        ("GET", "/docs", 404),
        ("GET", "/redoc", 404),
        ("GET", "/openapi.json", 404),
    ],
)
async def test_every_answer_has_the_safe_headers(plant: Plant, method: str, path: str, status: int) -> None:
    """Also an error, also a page that is not there; no answer tells what the server runs on."""
    async with served(plant) as (_, here):
        answer = await ask(method, f"{here}{path}")
    assert answer.status == status
    assert {name: answer.headers.get(name) for name in SAFE_HEADERS} == SAFE_HEADERS
    assert "Server" not in answer.headers
    if status in (404, 405, 401):
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json["status"] == status
        assert answer.json["type"].startswith("urn:watcher:problem:")


async def test_a_body_is_bounded_in_size_whether_it_says_so_or_not(plant: Plant) -> None:
    """10 MB by Content-Length are refused before a byte is read, and in chunks once there are too many."""
    seal = {"Watcher-Timestamp": str(int(NOON.timestamp())), "Watcher-Signature": f"sha256={'0' * 64}"}
    async with served(plant) as (server, here):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"POST /ingest/wire HTTP/1.1\r\nHost: x\r\nContent-Length: 10000001\r\n\r\n")
        assert b" 413 " in await reader.readline()
        writer.close()
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        head = "".join(f"{name}: {value}\r\n" for name, value in seal.items())
        writer.write(f"POST /ingest/wire HTTP/1.1\r\nHost: x\r\n{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        for _ in range(11):
            writer.write(b"f4240\r\n" + b"x" * 1_000_000 + b"\r\n")
        assert b" 413 " in await reader.readline()
        writer.close()
        assert (await ask("GET", f"{here}/healthz")).status == 503, "it serves on"


async def test_a_fault_of_ours_is_a_bare_500_and_the_log_does_not_tell_the_path(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path can hold a token; neither answer nor log repeats it, nor the fault's own words to the sender."""
    _add_route(monkeypatch, "/fails/{token}", _fails)
    with structlog.testing.capture_logs() as logs:
        async with served(plant) as (_, here):
            answer = await ask("GET", f"{here}/fails/hush-token")
    assert (answer.status, answer.json["type"]) == (500, "urn:watcher:problem:fault")
    assert b"hush" not in answer.body
    (line,) = [one for one in logs if one["event"] == "web request failed"]
    assert "hush-token" not in str(line)


async def _fails(request: Request) -> None:
    raise ValueError(f"hush {request.method}")


@pytest.mark.parametrize(("trusted", "seen"), [([], "127.0.0.1"), (["127.0.0.0/8"], "192.0.2.7")])
async def test_x_forwarded_for_counts_only_from_a_trusted_proxy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: list[str], seen: str
) -> None:
    """Anybody can send the header; only the operator's own proxies are believed."""
    _add_route(monkeypatch, "/who", _who)
    web = {"listen": "127.0.0.1:0", "trusted_proxies": trusted}
    async with build(settings_with(tmp_path, web=web), now=FakeClock(NOON)) as plant, served(plant) as (_, here):
        answer = await ask("GET", f"{here}/who", headers={"X-Forwarded-For": "192.0.2.7"})
    assert answer.json == seen


async def _who(request: Request) -> str:
    assert request.client is not None
    return request.client.host


def _add_route(monkeypatch: pytest.MonkeyPatch, path: str, answer: Callable[[Request], Any]) -> None:
    """Serve one route more, as a row of the table."""

    def router(_: Site) -> APIRouter:
        routes = APIRouter()
        routes.add_api_route(path, answer, dependencies=open_to_all(Open.NOTHING_PRIVATE))
        return routes

    monkeypatch.setattr(app, "ROUTERS", (*app.ROUTERS, router))


async def test_a_server_that_cannot_start_is_tried_again(tmp_path: Path) -> None:
    """A port that is taken is logged and stops nobody; once it is free the server is there."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = settings_with(tmp_path, web={"listen": f"127.0.0.1:{port}"})
        async with build(settings, now=FakeClock(NOON)) as plant:
            site = Site(plant=plant, web=settings.web or Web(), judge_soon=lambda: None)
            with structlog.testing.capture_logs() as logs:
                async with serving(site, pause=timedelta(seconds=0.05)) as server:
                    await until(lambda: _failures(logs) >= 2, what="two tries")
                    assert not server.listening.is_set()
                    taken.close()
                    await asyncio.wait_for(server.listening.wait(), 30)
                    assert (await ask("GET", f"http://127.0.0.1:{port}/healthz")).status == 503


def _failures(logs: list[Any]) -> int:
    return sum(line["event"] == "web server failed, it is started again" for line in logs)
