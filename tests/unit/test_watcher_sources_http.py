"""The door out: where it dials, how far it follows, how much it takes."""

import asyncio
import gzip
import socket
import ssl
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from alerts.addresses import refusal
from tests.servers import FeedServer, Page, gzip_bomb
from watcher.sources.faults import Fault, SourceError
from watcher.sources.http import Http, Response


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http(user_agent="watcher-test", max_bytes=100_000) as door:
        yield door


async def fault_of(http: Http, url: str, *, allow_private: bool = True) -> SourceError:
    with pytest.raises(SourceError) as failure:
        await http.get(url, source="wire", allow_private=allow_private)
    return failure.value


async def body_of(http: Http, server: FeedServer, page: Page) -> Response:
    return await http.get(server.put("/f", page), source="wire", allow_private=True)


@asynccontextmanager
async def saying(answer: bytes) -> AsyncIterator[str]:
    """Run a server that says *answer* to whatever it hears, and hangs up."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    listening = await asyncio.start_server(speak, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/"
    finally:
        listening.close()
        await listening.wait_closed()


# Addresses

INSIDE = ["127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1"]
INSIDE6 = ["::1", "fc00::1", "fdff::1"]
NEVER = [
    "0.0.0.0",
    "169.254.169.254",
    "192.0.0.192",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
PUBLIC = [
    "1.1.1.1",
    "9.9.9.9",
    "172.32.0.1",
    "100.128.0.1",
    "192.0.1.1",
    "2606:4700::1111",
    "64:ff9b::101:101",
]


@pytest.mark.parametrize("address", INSIDE + INSIDE6)
def test_inside_addresses_need_permission(address: str) -> None:
    """T02: Loopback and private networks are refused, unless the source is allowed to live there."""
    assert refusal(address)
    assert not refusal(address, inside=True)


@pytest.mark.parametrize("address", NEVER)
def test_special_addresses_are_never_dialled(address: str) -> None:
    """T02, T03: Metadata services, multicast, and IPv4 dressed up as IPv6 stay shut even with permission."""
    assert refusal(address)
    assert refusal(address, inside=True)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_open(address: str) -> None:
    """The guard does not shut out the world, nor the IPv4 world seen through NAT64."""
    assert not refusal(address)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "localhost",
        "localhost.",
        "①②⑦.⓪.⓪.①",
        "[::1]",
        "[::ffff:127.0.0.1]",
    ],
)
async def test_no_spelling_of_loopback_gets_in(http: Http, server: FeedServer, host: str) -> None:
    """T04: The address that is dialled is judged, not the way it is written; the server hears nothing."""
    error = await fault_of(http, f"http://{host}:{server.port}/f", allow_private=False)
    assert error.fault in {Fault.REFUSED_ADDRESS, Fault.UNREACHABLE}
    assert server.requests == []


class FixedNames(AbstractResolver):
    """Resolves every name to the same addresses, or no name at all."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        del family
        if not self.addresses:
            raise OSError(None, "no such name")
        return [
            ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)
            for address in self.addresses
        ]

    async def close(self) -> None:
        pass


@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("1.1.1.1", "127.0.0.1"), ("10.0.0.1", "169.254.169.254")])
async def test_one_bad_record_refuses_the_name(addresses: tuple[str, ...]) -> None:
    """T05: A name that points outside and inside at once is refused whole, before anything is dialled."""
    async with Http(resolver=FixedNames(*addresses)) as http:
        error = await fault_of(http, "http://wire.example/", allow_private=False)
    assert error.fault is Fault.REFUSED_ADDRESS


@pytest.mark.parametrize(
    "url",
    [
        "ftp://wire.example/",
        "file:///etc/passwd",
        "gopher://wire.example/",
        "data:text/xml,<rss/>",
        "javascript:alert(1)",
        "FILE:///etc/passwd",
        "wire.example/feed",
        "//wire.example/feed",
        "",
        "http://",
        "http:///feed",
        "http://user:pass@wire.example/",
        "http://user@wire.example/",
        "http://169.254.169.254:8888\\@wire.example/",
        "http://wire.example/a\\b",
        "http://wire.example#@127.0.0.1/",
        "http://wire.example/\r\nHost: other",
        "http://wire.example/\tx",
        "http://wire.example/\0",
        "http://wire.example:99999/",
        "http://wire.example:port/",
        "http://[::1/",
    ],
)
async def test_trick_addresses_are_refused(http: Http, url: str) -> None:
    """T06, T07: Only a plain http or https address is fetched; two parsers could disagree about the others."""
    assert (await fault_of(http, url)).fault is Fault.REFUSED_ADDRESS


# Requests


async def test_a_request_says_who_asks(http: Http, server: FeedServer) -> None:
    """The server sees our name, our wish for gzip, and the caller's headers."""
    url = server.put("/f", Page(body=b"hello"))
    answer = await http.get(url, source="wire", headers={"If-None-Match": '"1"'}, allow_private=True)
    assert (answer.status, answer.body, answer.truncated) == (200, b"hello", False)
    headers = server.requests[0].headers
    assert headers["User-Agent"] == "watcher-test"
    assert headers["Accept-Encoding"] == "gzip"
    assert headers["If-None-Match"] == '"1"'


async def test_cookies_are_not_kept(http: Http, server: FeedServer) -> None:
    """A cookie set by one answer is not sent with the next request."""
    server.put("/f", Page(body=b"x", headers={"Set-Cookie": "track=1; Path=/"}))
    for _ in range(2):
        await http.get(f"http://localhost:{server.port}/f", source="wire", allow_private=True)
    assert "Cookie" not in server.requests[1].headers


async def test_the_environment_sets_no_proxy(server: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """T10: A proxy in the environment is not used: it would dial addresses that we cannot check."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with Http() as http:
        answer = await body_of(http, server, Page(body=b"direct"))
    assert answer.body == b"direct"


async def test_headers_of_an_answer_are_found_in_any_case(http: Http, server: FeedServer) -> None:
    """Callers need not know how a server spells its headers."""
    answer = await body_of(http, server, Page(body=b"x", etag='"1"'))
    assert answer.headers["etag"] == answer.headers["ETag"] == '"1"'


@pytest.mark.parametrize("status", [404, 500])
async def test_the_body_of_a_refusal_is_not_read(http: Http, server: FeedServer, status: int) -> None:
    """An error page of any size costs nothing."""
    answer = await body_of(http, server, Page(status=status, body=b"x" * 200_000))
    assert (answer.status, answer.body) == (status, b"")


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_followed(http: Http, server: FeedServer, status: int) -> None:
    """Absolute and relative redirects lead to the document, and say where they ended."""
    server.put("/new", Page(body=b"moved"))
    server.put("/middle", Page(status=status, redirect_to="new"))
    answer = await body_of(http, server, Page(status=status, redirect_to=server.url("/middle")))
    assert answer.body == b"moved"
    assert answer.url == server.url("/new")


@pytest.mark.parametrize(("hops", "followed"), [(5, True), (6, False)])
async def test_five_redirects_are_enough(http: Http, server: FeedServer, hops: int, followed: bool) -> None:
    """T01: The fifth redirect is followed and the sixth is not."""
    server.put("/0", Page(body=b"end"))
    for step in range(1, hops + 1):
        server.put(f"/{step}", Page(redirect_to=f"/{step - 1}"))
    url = server.url(f"/{hops}")
    if followed:
        assert (await http.get(url, source="wire", allow_private=True)).body == b"end"
    else:
        assert (await fault_of(http, url)).fault is Fault.REDIRECTS


async def test_a_circle_ends(http: Http, server: FeedServer) -> None:
    """T01: Two pages that point at each other are named as such."""
    server.put("/a", Page(redirect_to="/b"))
    server.put("/b", Page(redirect_to="/a"))
    error = await fault_of(http, server.url("/a"))
    assert error.fault is Fault.REDIRECTS
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("location", "fault"),
    [
        ("", Fault.REDIRECTS),
        ("http://[::1/", Fault.REDIRECTS),
        ("\\\\evil.example\\x", Fault.REDIRECTS),
        ("file:///etc/passwd", Fault.REFUSED_ADDRESS),
        ("ftp://wire.example/", Fault.REFUSED_ADDRESS),
        ("javascript:alert(1)", Fault.REFUSED_ADDRESS),
        ("http://user:pass@wire.example/", Fault.REFUSED_ADDRESS),
        ("http://169.254.169.254/latest/meta-data", Fault.REFUSED_ADDRESS),
        ("http://0.0.0.0/", Fault.REFUSED_ADDRESS),
        ("http://[64:ff9b::a9fe:a9fe]/", Fault.REFUSED_ADDRESS),
    ],
)
async def test_each_hop_is_checked_again(http: Http, server: FeedServer, location: str, fault: Fault) -> None:
    """T01, T02, T07: A redirect gets no further than an operator's own address would."""
    url = server.put("/f", Page(redirect_to=location))
    assert (await fault_of(http, url)).fault is fault


async def test_credentials_stay_with_their_host(http: Http, server: FeedServer) -> None:
    """T08: To another origin go neither credentials nor conditions; on the same one they stay."""
    mine = {"Authorization": "Bearer hush", "X-Api-Key": "hush", "If-None-Match": '"1"', "Accept": "text/xml"}
    async with FeedServer() as other:
        other.put("/end", Page(body=b"x"))
        server.put("/near", Page(redirect_to=other.url("/end")))
        url = server.put("/start", Page(redirect_to="/near"))
        await http.get(url, source="wire", headers=mine, allow_private=True)
        assert mine.items() <= dict(server.requests[1].headers).items()
        far = other.requests[0].headers
        assert far["Accept"] == "text/xml"
        assert not {"Authorization", "X-Api-Key", "If-None-Match"} & set(far)


async def test_a_bomb_in_a_redirect_is_not_opened(http: Http, server: FeedServer) -> None:
    """T13: The body of a redirect is left on the wire."""
    server.put("/end", Page(body=b"x"))
    page = Page(redirect_to="/end", headers={"Content-Encoding": "gzip, gzip"})
    assert (await body_of(http, server, page)).body == b"x"


# Bytes


async def test_a_body_over_the_limit_is_refused(http: Http, server: FeedServer) -> None:
    """T12: One byte too many is too many; exactly the limit is read."""
    assert len((await body_of(http, server, Page(body=b"x" * 100_000))).body) == 100_000
    assert (await fault_of(http, server.put("/f", Page(body=b"x" * 100_001)))).fault is Fault.TOO_LARGE


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP"])
async def test_gzip_is_unpacked(http: Http, server: FeedServer, coding: str) -> None:
    """The one coding that we ask for is taken off."""
    page = Page(body=gzip.compress(b"hello" * 1000), headers={"Content-Encoding": coding})
    assert (await body_of(http, server, page)).body == b"hello" * 1000


@pytest.mark.parametrize("coding", ["utf-8", "UTF8", "none", "binary", "identity"])
async def test_what_is_no_coding_is_nothing_to_take_off(http: Http, server: FeedServer, coding: str) -> None:
    """A server that names its charset there does not make its source blind."""
    page = Page(body=b"hello", headers={"Content-Encoding": coding})
    assert (await body_of(http, server, page)).body == b"hello"


async def test_gzip_in_several_members_is_one_body(http: Http, server: FeedServer) -> None:
    """Members that were joined end to end are all read, and padding behind them is not."""
    body = gzip.compress(b"one ") + gzip.compress(b"two") + b"\0" * 20
    answer = await body_of(http, server, Page(body=body, headers={"Content-Encoding": "gzip"}))
    assert (answer.body, answer.truncated) == (b"one two", False)


async def test_a_gzip_bomb_stops_at_the_limit(http: Http, server: FeedServer) -> None:
    """T13: A small body that would unpack to 50 MB is refused as too large, and is not unpacked to find out."""
    page = Page(body=gzip_bomb(50_000_000), headers={"Content-Encoding": "gzip"})
    assert len(page.body) < 100_000
    tracemalloc.start()
    try:
        error = await fault_of(http, server.put("/f", page))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert error.fault is Fault.TOO_LARGE
    assert peak < 5_000_000


@pytest.mark.parametrize("coding", ["gzip, gzip", "br", "zstd", "deflate", "gzip,br"])
async def test_other_codings_are_refused(http: Http, server: FeedServer, coding: str) -> None:
    """T13: A coding that was not asked for, or a second one, is not undone."""
    page = Page(body=b"x", headers={"Content-Encoding": coding})
    assert (await fault_of(http, server.put("/f", page))).fault is Fault.NOT_A_FEED


async def test_gzip_that_is_none_is_refused(http: Http, server: FeedServer) -> None:
    """Bytes that are not what the header says are no document."""
    page = Page(body=b"plain after all", headers={"Content-Encoding": "gzip"})
    assert (await fault_of(http, server.put("/f", page))).fault is Fault.NOT_A_FEED


async def test_a_short_body_is_returned_and_marked(http: Http, server: FeedServer) -> None:
    """T15: What came before the connection broke is kept, and known not to be all."""
    answer = await body_of(http, server, Page(body=b"x" * 5000, cut=1234))
    assert (answer.body, answer.truncated) == (b"x" * 1234, True)


async def test_a_gzip_stream_without_its_end_is_marked(http: Http, server: FeedServer) -> None:
    """T15: A coding that stops early is truncated, even if the byte count is right."""
    packed = gzip.compress(b"hello" * 1000)
    answer = await body_of(http, server, Page(body=packed[:-8], headers={"Content-Encoding": "gzip"}))
    assert answer.truncated


async def test_a_chunked_body_without_its_end_is_marked() -> None:
    """T15: A chunked answer that ends before its last chunk is truncated."""
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    async with Http() as http, saying(head + b"5\r\nhello\r\n9\r\nwor") as url:
        answer = await http.get(url, source="wire", allow_private=True)
    assert answer.truncated
    assert answer.body.startswith(b"hello")


async def test_a_body_that_ends_with_the_connection_is_whole() -> None:
    """Without a length the end of the connection is the end of the body."""
    async with Http() as http, saying(b"HTTP/1.0 200 OK\r\n\r\nhello") as url:
        answer = await http.get(url, source="wire", allow_private=True)
    assert (answer.body, answer.truncated) == (b"hello", False)


# Silence and noise


@pytest.mark.parametrize("page", [Page(hang=True), Page(body=b"x" * 1000, drip=0.05)], ids=["hang", "drip"])
async def test_the_deadline_ends_silence_and_drips(server: FeedServer, page: Page) -> None:
    """T11: One deadline covers the whole exchange, however steadily the bytes trickle."""
    async with Http(deadline=timedelta(seconds=0.5)) as http:
        assert (await fault_of(http, server.put("/f", page))).fault is Fault.TIMEOUT


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"220 mail.example ESMTP\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
    ],
    ids=["nothing", "not http", "long header", "many headers"],
)
async def test_an_answer_that_is_not_http_is_unreachable(http: Http, answer: bytes) -> None:
    """T12: Whatever else listens there, a typed error and not a crash."""
    async with saying(answer) as url:
        assert (await fault_of(http, url)).fault is Fault.UNREACHABLE


async def test_a_closed_port_is_unreachable(http: Http) -> None:
    """Nobody listening is an error with a reason in words."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    error = await fault_of(http, f"http://127.0.0.1:{port}/feed?key=hush")
    assert error.fault is Fault.UNREACHABLE
    assert error.detail == "127.0.0.1: connection refused"


async def test_a_server_without_tls_is_unreachable_over_https(http: Http, server: FeedServer) -> None:
    """T16: There is no falling back to an open connection."""
    error = await fault_of(http, f"https://127.0.0.1:{server.port}/f")
    assert error.fault is Fault.UNREACHABLE


async def test_a_certificate_that_nobody_vouches_for_is_refused(http: Http) -> None:
    """T16: Encrypted to a stranger is not encrypted to the source; nothing is asked."""
    asked: list[bytes] = []

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.read(100))
        writer.close()

    stranger = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    stranger.load_cert_chain(Path(__file__).parent.parent / "corpus" / "tls" / "self-signed.pem")
    listening = await asyncio.start_server(hear, "127.0.0.1", 0, ssl=stranger)
    async with listening:
        error = await fault_of(http, f"https://127.0.0.1:{listening.sockets[0].getsockname()[1]}/f?key=hush")
    assert (error.fault, error.detail) == (Fault.UNREACHABLE, "127.0.0.1: its certificate is not valid")
    assert b"".join(asked) == b""


@pytest.mark.parametrize(("statuses", "moved"), [((301,), True), ((308, 302), True), ((302, 307), False), ((), False)])
async def test_a_move_for_good_is_told(http: Http, server: FeedServer, statuses: tuple[int, ...], moved: bool) -> None:
    """T09: Who moved for good is followed at each poll, and the operator hears of it; a detour is nobody's business."""
    server.put("/end", Page(body=b"x"))
    for number, status in enumerate(statuses):
        following = "/end" if number + 1 == len(statuses) else f"/{number + 1}"
        server.put(f"/{number}", Page(status=status, redirect_to=following))
    answer = await http.get(server.url("/0" if statuses else "/end"), source="wire", allow_private=True)
    assert (answer.body, answer.moved) == (b"x", moved)


async def test_a_name_that_does_not_resolve_is_unreachable() -> None:
    """A resolver's failure is an error like any other."""
    async with Http(resolver=FixedNames()) as http:
        error = await fault_of(http, "http://wire.example/")
    assert (error.fault, error.detail) == (Fault.UNREACHABLE, "wire.example: the name does not resolve")


async def test_being_cancelled_is_not_an_error_of_the_source(http: Http, server: FeedServer) -> None:
    """A shutdown in mid-poll stays a cancellation and is not reported as a timeout."""
    url = server.put("/f", Page(hang=True))
    poll = asyncio.create_task(http.get(url, source="wire", allow_private=True))
    await server.asked.wait()
    poll.cancel()
    with pytest.raises(asyncio.CancelledError):
        await poll
