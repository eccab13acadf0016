"""The operator's proxy: asked for all that is outside, for nothing else, and only because a person wrote it down."""

import json
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from tests.builders import small
from tests.daemons import configure, rss
from tests.forwarders import Forwarder
from tests.servers import FeedServer, Page
from watcher.collecting.polling import poll
from watcher.settings import load_settings
from watcher.sources.faults import Fault, SourceError
from watcher.sources.http import Http
from watcher.wiring import build

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class _Names(AbstractResolver):
    """What a machine behind a proxy knows: its own network, and nothing of the world."""

    def __init__(self, **known: str) -> None:
        self.known = {name.replace("_", "."): address for name, address in known.items()}
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        if host not in self.known:
            raise OSError("no such name")
        return [ResolveResult(hostname=host, host=self.known[host], port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        """Nothing is held."""


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as running:
        running.put("/rss", Page(body=b"news", etag='"1"'))
        yield running


@pytest.fixture
async def proxy(server: FeedServer) -> AsyncIterator[Forwarder]:
    async with Forwarder(hosts={"feeds.example": server.port}) as running:
        yield running


async def fault_of(http: Http, url: str) -> SourceError:
    with pytest.raises(SourceError) as failure:
        await http.get(url, source="wire")
    return failure.value


async def test_what_is_outside_is_asked_of_the_proxy(server: FeedServer, proxy: Forwarder) -> None:
    """A name that means nothing here; conditions and contact arrive, and it is looked up here but once."""
    names = _Names()
    async with Http(proxy=proxy.url, resolver=names, user_agent="watcher (desk@example.org)") as http:
        for _ in range(2):
            answer = await http.get("http://feeds.example/rss", source="wire", headers={"If-None-Match": '"0"'})
        unchanged = await http.get("http://feeds.example/rss", source="wire", headers={"If-None-Match": '"1"'})
    assert (answer.body, unchanged.status) == (b"news", 304)
    assert proxy.asked == ["GET http://feeds.example/rss HTTP/1.1"] * 3
    assert server.requests[0].headers["User-Agent"] == "watcher (desk@example.org)"
    assert names.asked == ["feeds.example"]


async def test_an_answer_through_the_proxy_is_bounded_as_any(server: FeedServer, proxy: Forwarder) -> None:
    """T12, T11: size and time; a redirect is followed through the proxy and drops credentials at another host."""
    proxy.hosts["other.example"] = server.port
    server.put("/big", Page(body=b"x" * 5_000))
    server.put("/hang", Page(hang=True))
    server.put("/moved", Page(redirect_to="http://other.example/rss"))
    async with Http(proxy=proxy.url, resolver=_Names(), max_bytes=1_000, deadline=timedelta(seconds=1)) as http:
        assert (await fault_of(http, "http://feeds.example/big")).fault is Fault.TOO_LARGE
        assert (await fault_of(http, "http://feeds.example/hang")).fault is Fault.TIMEOUT
        answer = await http.get("http://feeds.example/moved", source="wire", headers={"Authorization": "Bearer x"})
    assert answer.body == b"news"
    assert "Authorization" in server.requests[-2].headers
    assert "Authorization" not in server.requests[-1].headers


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "169.254.169.254",
        "10.0.0.1",
        "[::1]",
        "localhost",
        "intranet.corp",
    ],
)
async def test_t02_t04_no_inside_address_is_asked_of_the_proxy(proxy: Forwarder, host: str) -> None:
    """T02, T03, T04: the proxy stands inside and could reach them; written or redirected to, nothing is sent."""
    names = _Names(intranet_corp="10.1.2.3", localhost="127.0.0.1", **{"169_254_169_254": "169.254.169.254"})
    names.known |= {"127.0.0.1": "127.0.0.1", "10.0.0.1": "10.0.0.1", "::1": "::1", "127.1": "127.0.0.1"}
    async with Http(proxy=proxy.url, resolver=names) as http:
        failure = await fault_of(http, f"http://{host}/rss")
    assert failure.fault is Fault.REFUSED_ADDRESS
    assert proxy.asked == []


async def test_a_redirect_inside_is_not_asked_of_the_proxy(server: FeedServer, proxy: Forwarder) -> None:
    """T02: a feed that leads to the cloud's own address ends there."""
    server.put("/trick", Page(redirect_to="http://169.254.169.254/latest"))
    names = _Names()
    names.known["169.254.169.254"] = "169.254.169.254"
    async with Http(proxy=proxy.url, resolver=names) as http:
        assert (await fault_of(http, "http://feeds.example/trick")).fault is Fault.REFUSED_ADDRESS
    assert proxy.asked == ["GET http://feeds.example/trick HTTP/1.1"]


async def test_what_lives_inside_is_dialled_past_the_proxy(server: FeedServer, proxy: Forwarder) -> None:
    """`allow_private` sources are the operator's own; the proxy is not told of them."""
    async with Http(proxy=proxy.url) as http:
        answer = await http.get(server.url("/rss"), source="wire", allow_private=True)
    assert (answer.body, proxy.asked) == (b"news", [])


async def test_t10_the_environment_sets_none_and_changes_none(
    proxy: Forwarder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T10: neither the proxy nor the exceptions of the environment count."""
    for name, value in {
        "HTTP_PROXY": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
        "NO_PROXY": "*",
    }.items():
        monkeypatch.setenv(name, value)
    async with Http(proxy=proxy.url, resolver=_Names()) as http:
        assert (await http.get("http://feeds.example/rss", source="wire")).body == b"news"
    assert len(proxy.asked) == 1


async def test_the_proxys_password_is_given_to_it_and_to_nobody_else(server: FeedServer, proxy: Forwarder) -> None:
    """And a wrong one is a fault in words that name neither."""
    proxy.password = "desk:hush"
    right, wrong = (f"http://desk:{word}@127.0.0.1:{proxy.port}" for word in ("hush", "guess"))
    async with Http(proxy=right, resolver=_Names()) as http:
        assert (await http.get("http://feeds.example/rss", source="wire")).body == b"news"
    assert "Proxy-Authorization" not in server.requests[-1].headers
    async with Http(proxy=wrong, resolver=_Names()) as http:
        answer = await http.get("http://feeds.example/rss", source="wire")
        assert answer.status == 407
        failure = await fault_of(http, "https://feeds.example/rss")
    assert (failure.fault, failure.detail) == (
        Fault.UNREACHABLE,
        "feeds.example: the proxy does not let us through",
    )


async def test_a_proxy_that_is_not_there_is_told_as_that() -> None:
    """Not as a fault of the site; and the site is not dialled instead."""
    async with Http(proxy="http://127.0.0.1:9", resolver=_Names()) as http:
        failure = await fault_of(http, "http://feeds.example/rss")
    assert failure.detail == "feeds.example: the proxy does not answer"


async def test_tls_is_tunnelled_and_checked(proxy: Forwarder) -> None:
    """T16: the certificate is the site's and is checked here; the proxy sees a name and a port."""
    async with Http(proxy=proxy.url, resolver=_Names()) as http:
        failure = await fault_of(http, "https://feeds.example/rss")
    assert failure.detail == "feeds.example: no TLS connection", "the server behind speaks no TLS"
    assert proxy.asked == ["CONNECT feeds.example:443 HTTP/1.1"]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("socks5://127.0.0.1:1080", "spoken to over http"),
        ("proxy.example:3128", "spoken to over http"),
        ("http://proxy.example/pac", "has a path"),
        ("http://desk:hush@proxy.example:3128", "stands in the file"),
        ("http://${NO_SUCH_NAME}@proxy.example:3128", "no NO_SUCH_NAME"),
    ],
)
def test_a_proxy_that_cannot_be_meant_is_refused_with_its_line(tmp_path: Path, written: str, told: str) -> None:
    """`watcher check` says so before anything is polled; no password is repeated."""
    config = configure(tmp_path, small(), sources={"wire": "https://wire.example/"}, channels={"console": ""})
    config.write_text(json.dumps(json.loads(config.read_text("utf-8")) | {"proxy": written}), "utf-8")
    settings, problems = load_settings(config)
    assert settings is None
    assert any(told in str(problem) for problem in problems), problems
    assert "hush" not in " ".join(map(str, problems))


async def test_the_daemons_polls_go_through_it(
    server: FeedServer, proxy: Forwarder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From watcher.yaml to a kept report."""
    monkeypatch.setenv("OUR_PROXY", proxy.url)
    server.put("/rss", Page(body=rss(["Calm night"])))
    config = configure(tmp_path, small(), sources={"wire": "http://feeds.example/rss"}, channels={"console": ""})
    raw = json.loads(config.read_text("utf-8")) | {"proxy": "${OUR_PROXY}"}
    raw["sources"][0] |= {"allow_private": False}
    config.write_text(json.dumps(raw), "utf-8")
    settings, problems = load_settings(config)
    assert settings is not None, problems
    async with build(settings) as plant:
        polled = await poll(plant, settings.sources[0], now=NOON)
    assert polled is not None
    assert (polled.fault, polled.new) == ("", 1)
    assert "GET http://feeds.example/robots.txt HTTP/1.1" in proxy.asked
