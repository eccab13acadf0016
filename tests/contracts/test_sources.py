"""What every kind of source promises, checked on each row of SOURCES against a real server."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from tests.servers import FeedServer, Page
from watcher.sources import SOURCES, Fault, Fetched, Http, SourceError, SourceSettings, Validators

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ETAG = '"v1"'
YESTERDAY = "Sat, 28 Feb 2026 12:00:00 GMT"
PATH = "/news"
SECRET = "hush-key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A document of one kind: whole, with *titles* in it, and without anything to report."""

    whole: bytes
    titles: tuple[str, ...]
    nothing_new: bytes
    content_type: str


SAMPLES = {
    "feed": Sample(
        whole=(
            b'<rss version="2.0"><channel><title>Wire</title>'
            b"<item><title>Convoy leaves</title><guid>1</guid></item>"
            b"<item><title>Convoy arrives</title><guid>2</guid></item>"
            b"</channel></rss>"
        ),
        titles=("Convoy leaves", "Convoy arrives"),
        nothing_new=b'<rss version="2.0"><channel><title>Wire</title></channel></rss>',
        content_type="application/rss+xml",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """One kind of source, a server to poll, and the way out to it."""

    kind: str
    server: FeedServer
    http: Http
    settings: SourceSettings
    sample: Sample = field(repr=False)

    def serve(self, page: Page | None = None, **changes: object) -> None:
        """Serve the kind's whole document, with *changes*, or another page altogether."""
        usual: dict[str, object] = {"body": self.sample.whole, "content_type": self.sample.content_type}
        self.server.put(PATH, page or Page(**(usual | changes)))  # type: ignore[arg-type]

    async def poll(self, validators: Validators | None = None) -> Fetched:
        return await SOURCES[self.kind].fetch(self.settings, self.http, validators or Validators(), NOON)

    async def fails(self, validators: Validators | None = None) -> SourceError:
        with pytest.raises(SourceError) as failure:
            await self.poll(validators)
        return failure.value


@pytest.fixture(params=sorted(SOURCES))
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    kind: str = request.param
    async with FeedServer() as server, Http(deadline=timedelta(seconds=20)) as http:
        url = server.url(f"{PATH}?key={SECRET}")
        settings = SourceSettings(id="wire", url=url, kind=kind, allow_private=True)
        yield Bench(kind=kind, server=server, http=http, settings=settings, sample=SAMPLES[kind])


def test_every_kind_has_a_sample() -> None:
    """A new row in SOURCES cannot skip this file."""
    assert set(SAMPLES) == set(SOURCES)


async def test_a_poll_returns_what_was_published(bench: Bench) -> None:
    """Every report in the document becomes an item of this source, seen at the time of the poll."""
    bench.serve()
    fetched = await bench.poll()
    assert tuple(item.title for item in fetched.items) == bench.sample.titles
    assert {(item.source, item.fetched) for item in fetched.items} == {("wire", NOON)}
    assert not fetched.partial
    assert not fetched.not_modified


async def test_identities_are_stable(bench: Bench) -> None:
    """The same document polled twice gives the same ids, and as many ids as items."""
    bench.serve()
    first, second = await bench.poll(), await bench.poll()
    assert [item.id for item in first.items] == [item.id for item in second.items]
    assert len({item.id for item in first.items}) == len(first.items)


async def test_the_body_hash_tells_documents_apart(bench: Bench) -> None:
    """Equal bytes have equal hashes and other bytes another, whatever the server's ETag says."""
    bench.serve(etag=ETAG)
    first, again = await bench.poll(), await bench.poll()
    bench.serve(etag=ETAG, body=bench.sample.nothing_new)
    other = await bench.poll()
    assert first.body_hash == again.body_hash != other.body_hash


async def test_validators_come_back_and_are_used(bench: Bench) -> None:
    """What the server gave to ask with is returned, sent next time, and kept when nothing changed."""
    bench.serve(etag=ETAG, last_modified=YESTERDAY)
    first = await bench.poll()
    assert first.validators == Validators(etag=ETAG, last_modified=YESTERDAY)
    second = await bench.poll(first.validators)
    assert second == Fetched(not_modified=True, validators=first.validators)
    assert bench.server.requests[1].headers["If-None-Match"] == ETAG
    assert bench.server.requests[1].headers["If-Modified-Since"] == YESTERDAY


async def test_a_changed_document_is_read_in_spite_of_validators(bench: Bench) -> None:
    """With an outdated ETag the new document comes, and its new validators with it."""
    bench.serve(etag='"v2"')
    fetched = await bench.poll(Validators(etag=ETAG))
    assert len(fetched.items) == len(bench.sample.titles)
    assert fetched.validators == Validators(etag='"v2"')


async def test_a_304_nobody_asked_for_is_a_fault(bench: Bench) -> None:
    """An answer of "not modified" to no condition would hide the source for ever, so it is an error."""
    bench.serve(Page(status=304))
    assert (await bench.fails()).fault is Fault.HTTP_STATUS


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 451, 500, 502])
async def test_a_bad_status_is_a_fault(bench: Bench, status: int) -> None:
    """Any refusal is named with its number; the document that came with it is not read."""
    bench.serve(status=status)
    error = await bench.fails()
    assert error.fault is Fault.HTTP_STATUS
    assert str(status) in error.detail


@pytest.mark.parametrize("status", [429, 503])
async def test_a_busy_server_is_left_alone_as_long_as_it_says(bench: Bench, status: int) -> None:
    """Retry-After travels with the error."""
    bench.serve(Page(status=status, headers={"Retry-After": "120"}))
    error = await bench.fails()
    assert error.fault is Fault.HTTP_STATUS
    assert error.retry_after == timedelta(minutes=2)


async def test_an_empty_answer_is_a_fault(bench: Bench) -> None:
    """200 with no bytes is not a quiet source."""
    bench.serve(body=b"")
    assert (await bench.fails()).fault is Fault.EMPTY


async def test_a_login_page_is_a_fault(bench: Bench) -> None:
    """200 with a web page is not a quiet source, and the error says what came instead."""
    bench.serve(body=b"<!DOCTYPE html><html><body>Log in</body></html>", content_type="text/html")
    error = await bench.fails()
    assert error.fault is Fault.NOT_A_FEED
    assert "HTML" in error.detail


async def test_a_body_cut_short_keeps_what_is_whole(bench: Bench) -> None:
    """Complete reports are used, half a report is not, and the old validators stay."""
    cut = bench.sample.whole.index(bench.sample.titles[-1].encode()) + 3
    bench.serve(etag='"v2"', cut=cut)
    fetched = await bench.poll(Validators(etag=ETAG))
    assert fetched.partial
    assert tuple(item.title for item in fetched.items) == bench.sample.titles[:-1]
    assert fetched.validators == Validators(etag=ETAG)


async def test_a_broken_connection_is_noticed_behind_a_whole_document(bench: Bench) -> None:
    """Fewer bytes than promised are a partial answer, even if what came looks complete."""
    bench.serve(etag=ETAG, body=bench.sample.whole + b" " * 100, cut=len(bench.sample.whole))
    fetched = await bench.poll()
    assert len(fetched.items) == len(bench.sample.titles)
    assert fetched.partial
    assert fetched.validators == Validators()


async def test_a_body_cut_before_any_report_is_a_fault(bench: Bench) -> None:
    """When nothing whole arrived the poll failed; it did not find silence."""
    bench.serve(cut=10)
    assert (await bench.fails()).fault is Fault.TRUNCATED


async def test_a_document_without_reports_is_no_fault(bench: Bench) -> None:
    """An empty list is an answer; the note says that it was one."""
    bench.serve(body=bench.sample.nothing_new)
    fetched = await bench.poll()
    assert fetched.items == ()
    assert fetched.note


async def test_a_private_address_needs_permission(bench: Bench) -> None:
    """Without ``allow_private`` a loopback source is refused before one byte is sent."""
    bench.serve()
    settings = SourceSettings(id="wire", url=bench.settings.url, kind=bench.kind)
    with pytest.raises(SourceError) as failure:
        await SOURCES[bench.kind].fetch(settings, bench.http, Validators(), NOON)
    assert failure.value.fault is Fault.REFUSED_ADDRESS
    assert bench.server.requests == []


FAULTY = {
    "status": Page(status=500),
    "empty": Page(),
    "circle": Page(redirect_to=f"{PATH}?key={SECRET}"),
    "bad redirect": Page(redirect_to=f"ftp://x.example/?key={SECRET}"),
    "html": Page(body=b"<html></html>"),
    "cut": Page(body=b"x" * 100, cut=10),
    "coding": Page(body=b"x", headers={"Content-Encoding": "br"}),
}


@pytest.mark.parametrize("page", FAULTY.values(), ids=FAULTY.keys())
async def test_no_error_tells_a_secret(bench: Bench, page: Page) -> None:
    """An error names the source and the fault, and never the query string, which may hold a key."""
    bench.serve(page)
    error = await bench.fails()
    assert error.source == "wire"
    assert SECRET not in f"{error} {error.detail} {error!r} {error.__cause__}"


async def test_one_failing_poll_does_not_spoil_the_next(bench: Bench) -> None:
    """After a fault the same source, over the same connection, works again at once."""
    bench.serve(status=500)
    await bench.fails()
    bench.serve()
    assert len((await bench.poll()).items) == len(bench.sample.titles)
