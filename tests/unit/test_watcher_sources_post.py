"""A form sent out: to the vetted host alone, once, and bounded like every answer."""

from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import parse_qs

import pytest

from tests.servers import FeedServer, Page, gzip_bomb
from watcher.sources import Fault, Http, Response, SourceError

FORM = {"username": "desk@example.org", "password": "hush & more=1"}


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as one:
        yield one


async def post(url: str, *, allow_private: bool = True, seconds: float = 10, most: int = 1000) -> Response:
    async with Http(deadline=timedelta(seconds=seconds), max_bytes=most) as http:
        return await http.post(url, source="wire", form=FORM, allow_private=allow_private)


async def fault_of(url: str, *, allow_private: bool = True, seconds: float = 10) -> SourceError:
    with pytest.raises(SourceError) as failure:
        await post(url, allow_private=allow_private, seconds=seconds)
    assert "hush" not in f"{failure.value} {failure.value!r} {failure.value.__cause__}"
    return failure.value


async def test_a_form_arrives_as_it_was_written(server: FeedServer) -> None:
    """Names and values reach the host, whatever letters are in them, and its answer comes back."""
    answer = await post(server.put("/token", Page(body=b"{}")))
    (seen,) = server.requests
    assert (seen.method, answer.status, answer.body) == ("POST", 200, b"{}")
    assert parse_qs(seen.body.decode()) == {name: [value] for name, value in FORM.items()}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_never_followed(server: FeedServer, status: int) -> None:
    """T08: what is posted may be a password; it goes to the address that was written, and nowhere else."""
    url = server.put("/token", Page(status=status, redirect_to="/elsewhere"))
    assert (await fault_of(url)).fault is Fault.REDIRECTS
    assert [seen.path for seen in server.requests] == ["/token"]


async def test_a_private_address_needs_permission(server: FeedServer) -> None:
    """T02: without permission not a byte of the form leaves."""
    assert (await fault_of(server.url("/token"), allow_private=False)).fault is Fault.REFUSED_ADDRESS
    assert server.requests == []


@pytest.mark.parametrize("url", ["ftp://x.example/", "http://u:p@x.example/", "http://x.example\\@y/", "nonsense"])
async def test_an_address_that_is_none_is_refused(url: str) -> None:
    """T06, T07: the same vetting as for every question."""
    assert (await fault_of(url)).fault is Fault.REFUSED_ADDRESS


async def test_an_answer_without_end_is_stopped(server: FeedServer) -> None:
    """T12, T13: size is bounded, also after unpacking."""
    bomb = Page(body=gzip_bomb(1_000_000), headers={"Content-Encoding": "gzip"})
    assert (await fault_of(server.put("/token", bomb))).fault is Fault.TOO_LARGE


async def test_a_silent_host_is_left_in_time(server: FeedServer) -> None:
    """T11: one clock over the whole exchange."""
    assert (await fault_of(server.put("/token", Page(hang=True)), seconds=0.3)).fault is Fault.TIMEOUT


async def test_the_body_of_a_refusal_is_not_read(server: FeedServer) -> None:
    """A 400 is a number; its text may echo what was sent."""
    answer = await post(server.put("/token", Page(status=400, body=b"hush")))
    assert (answer.status, answer.body) == (400, b"")
