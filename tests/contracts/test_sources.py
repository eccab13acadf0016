"""What every kind of source promises, checked on each row of SOURCES against a real server."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from indicators.publishers import Reliability
from tests.mailboxes import Authority, Folder, ImapServer
from tests.samples import SAMPLES, SECRET, Sample
from tests.servers import FeedServer, Page
from watcher.sources import SOURCES, Fault, Fetched, Http, SourceError, SourceSettings, Validators
from watcher.sources.webhook import WebhookOptions, read_push

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ETAG = '"v1"'
YESTERDAY = "Sat, 28 Feb 2026 12:00:00 GMT"
PATH = "/news"


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
        for path, body in self.sample.also.items():
            self.server.put(path, Page(body=body, content_type="application/zip"))

    def spoil(self) -> None:
        """Let the next poll fail."""
        self.serve(body=b"", status=500)

    def kept(self, etag: str, last_modified: str = "") -> Validators:
        """What the kind is to remember after a good poll at which the server gave these."""
        return Validators(etag=self.sample.cursor + etag, last_modified=last_modified)

    async def poll(self, validators: Validators | None = None) -> Fetched:
        return await SOURCES[self.kind].fetch(self.settings, self.http, validators or Validators(), NOON)

    async def fails(self, validators: Validators | None = None) -> SourceError:
        with pytest.raises(SourceError) as failure:
            await self.poll(validators)
        return failure.value


class FolderBench(Bench):
    """A kind that reads a folder: what a server would answer lies there as a file."""

    def serve(self, page: Page | None = None, **changes: object) -> None:
        shown = page or Page(**({"body": self.sample.whole} | changes))  # type: ignore[arg-type]
        path = Path(urlsplit(self.settings.url).path) / "news.xml"
        path.write_bytes(shown.body if shown.cut is None else shown.body[: shown.cut])


class PushBench(Bench):
    """A kind that is sent its documents: what a server would answer comes as a message."""

    def serve(self, page: Page | None = None, **changes: object) -> None:
        usual: dict[str, object] = {"body": self.sample.whole}
        self.server.put(PATH, page or Page(**(usual | changes)))  # type: ignore[arg-type]

    async def poll(self, validators: Validators | None = None) -> Fetched:
        shown = self.server.pages[PATH]
        fetched = read_push(
            shown.body if shown.cut is None else shown.body[: shown.cut],
            media_type=self.sample.content_type,
            options=WebhookOptions.model_validate(self.sample.options).records,
            settings=self.settings.bare,
            now=NOON,
        )
        assert fetched.pushed
        # What is pushed has no validators, and leaves those of a poll where they were.
        return replace(fetched, validators=validators or Validators())


@dataclass(frozen=True, slots=True, kw_only=True)
class MailBench(Bench):
    """A kind that reads a mailbox: what a server would answer lies there as mails, with a NUL between them."""

    mailbox: ImapServer

    def serve(self, page: Page | None = None, **changes: object) -> None:
        del page
        self.mailbox.login_answer = ""
        self.mailbox.folders["INBOX"] = folder = Folder()
        body = changes.get("body", self.sample.whole)
        assert isinstance(body, bytes)
        for raw in filter(None, body.split(b"\0")):
            folder.put(raw)

    def spoil(self) -> None:
        self.mailbox.login_answer = "NO [UNAVAILABLE] later"


UNASKED = {"folder": FolderBench, "webhook": PushBench}
"""Kinds that ask no server; what is promised of asking one says nothing of them."""

IN_MAILBOXES = {"imap"}
"""Kinds that read no document: neither half of one nor another in its place can come."""


@pytest.fixture(params=sorted(SOURCES))
async def any_bench(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Bench]:
    """Every kind there is."""
    async for one in _any_bench(request.param, tmp_path, monkeypatch):
        yield one


@pytest.fixture(params=sorted(SOURCES.keys() - IN_MAILBOXES))
async def reading_bench(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Bench]:
    """Every kind that reads a document."""
    async for one in _any_bench(request.param, tmp_path, monkeypatch):
        yield one


@pytest.fixture(params=sorted(SOURCES.keys() - UNASKED.keys() - IN_MAILBOXES))
async def bench(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bench]:
    """Every kind that asks a server."""
    async for one in _bench(request.param, tmp_path):
        yield one


async def _any_bench(kind: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    monkeypatch.setenv("WATCHER_FOLDERS", str(folder))
    made = _mail_bench(folder, monkeypatch) if kind in IN_MAILBOXES else _bench(kind, folder)
    async for one in made:
        yield one


async def _mail_bench(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    authority, sample = Authority(), SAMPLES["imap"]
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.write(folder / "ca.pem")))
    async with ImapServer(authority.context("localhost")) as mailbox, FeedServer() as server, Http() as http:
        settings = SourceSettings(id="wire", url=mailbox.url, kind="imap", allow_private=True, options=sample.options)
        yield MailBench(kind="imap", server=server, http=http, settings=settings, sample=sample, mailbox=mailbox)


async def _bench(kind: str, folder: Path) -> AsyncIterator[Bench]:
    async with FeedServer() as server, Http(deadline=timedelta(seconds=20)) as http:
        sample, made = SAMPLES[kind], UNASKED.get(kind, Bench)
        url = folder.as_uri() if kind == "folder" else server.url(f"{PATH}?key={SECRET}")
        # A kind that asks a second address must find it on this server too.
        here = server.url("")
        options = {n: v.replace("{server}", here) if isinstance(v, str) else v for n, v in sample.options.items()}
        settings = SourceSettings(
            id="wire", url=url, kind=kind, family="wire", grade=Reliability.B, allow_private=True, options=options
        )
        yield made(kind=kind, server=server, http=http, settings=settings, sample=sample)


def test_every_kind_has_a_sample() -> None:
    """A new row in SOURCES cannot skip this file."""
    assert set(SAMPLES) == set(SOURCES)


async def test_a_poll_returns_what_was_published(any_bench: Bench) -> None:
    """Every report in the document becomes an item of this source, seen at the time of the poll."""
    any_bench.serve()
    fetched = await any_bench.poll()
    assert tuple(item.title for item in fetched.items) == any_bench.sample.titles
    assert {(item.source, item.fetched) for item in fetched.items} == {("wire", NOON)}
    assert not fetched.partial
    assert not fetched.not_modified


async def test_identities_are_stable(any_bench: Bench) -> None:
    """The same document polled twice gives the same ids, and as many ids as items."""
    any_bench.serve()
    first, second = await any_bench.poll(), await any_bench.poll()
    assert [item.id for item in first.items] == [item.id for item in second.items]
    assert len({item.id for item in first.items}) == len(first.items)


async def test_the_body_hash_tells_documents_apart(any_bench: Bench) -> None:
    """T19: Equal bytes have equal hashes and other bytes another, whatever the server's ETag says."""
    any_bench.serve(etag=ETAG)
    first, again = await any_bench.poll(), await any_bench.poll()
    any_bench.serve(etag=ETAG, body=any_bench.sample.nothing_new)
    other = await any_bench.poll()
    assert first.body_hash == again.body_hash != other.body_hash


async def test_validators_come_back_and_are_used(bench: Bench) -> None:
    """What the server gave to ask with is returned, sent next time, and kept when nothing changed."""
    bench.serve(etag=ETAG, last_modified=YESTERDAY)
    first = await bench.poll()
    assert first.validators == bench.kept(ETAG, YESTERDAY)
    second = await bench.poll(first.validators)
    assert second == Fetched(not_modified=True, validators=first.validators)
    assert bench.server.requests[-1].headers["If-None-Match"] == ETAG
    assert bench.server.requests[-1].headers["If-Modified-Since"] == YESTERDAY


async def test_a_changed_document_is_read_in_spite_of_validators(bench: Bench) -> None:
    """With an outdated ETag the new document comes, and its new validators with it."""
    bench.serve(etag='"v2"')
    fetched = await bench.poll(Validators(etag=ETAG))
    assert len(fetched.items) == len(bench.sample.titles)
    assert fetched.validators == bench.kept('"v2"')


async def test_a_304_nobody_asked_for_is_a_fault(bench: Bench) -> None:
    """T19: An answer of "not modified" to no condition would hide the source for ever, so it is an error."""
    bench.serve(Page(status=304))
    assert (await bench.fails()).fault is Fault.HTTP_STATUS


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 451, 500, 502])
async def test_a_bad_status_is_a_fault(bench: Bench, status: int) -> None:
    """T18: Any refusal is named with its number; the document that came with it is not read."""
    bench.serve(status=status)
    error = await bench.fails()
    assert error.fault is bench.sample.refusals.get(status, Fault.HTTP_STATUS)
    assert str(status) in error.detail


@pytest.mark.parametrize("status", [429, 503])
async def test_a_busy_server_is_left_alone_as_long_as_it_says(bench: Bench, status: int) -> None:
    """T17: Retry-After travels with the error."""
    bench.serve(Page(status=status, headers={"Retry-After": "120"}))
    error = await bench.fails()
    assert error.fault is Fault.HTTP_STATUS
    assert error.retry_after == timedelta(minutes=2)


async def test_an_empty_answer_is_a_fault(reading_bench: Bench) -> None:
    """T20: 200 with no bytes is not a quiet source."""
    reading_bench.serve(body=b"")
    assert (await reading_bench.fails()).fault is Fault.EMPTY


async def test_a_login_page_is_a_fault(reading_bench: Bench) -> None:
    """T20: 200 with a web page is not a quiet source, and the error says what came instead."""
    reading_bench.serve(body=b"<!DOCTYPE html><html><body>Log in</body></html>", content_type="text/html")
    error = await reading_bench.fails()
    assert error.fault is Fault.NOT_A_FEED
    assert "HTML" in error.detail


async def test_a_body_cut_short_keeps_what_is_whole(reading_bench: Bench) -> None:
    """T15, X06: Complete reports are used, half a report is not, and the old validators stay."""
    cut = reading_bench.sample.whole.index(reading_bench.sample.last_mark) + 3
    reading_bench.serve(etag='"v2"', cut=cut)
    fetched = await reading_bench.poll(Validators(etag=ETAG))
    assert fetched.partial
    assert tuple(item.title for item in fetched.items) == reading_bench.sample.titles[:-1]
    assert fetched.validators == Validators(etag=ETAG)


async def test_a_broken_connection_is_noticed_behind_a_whole_document(bench: Bench) -> None:
    """T15: Fewer bytes than promised are a partial answer, even if what came looks complete."""
    bench.serve(etag=ETAG, body=bench.sample.whole + b" " * 100, cut=len(bench.sample.whole))
    fetched = await bench.poll()
    assert len(fetched.items) == len(bench.sample.titles)
    assert fetched.partial
    assert fetched.validators == Validators()


async def test_a_body_cut_before_any_report_is_a_fault(bench: Bench) -> None:
    """When nothing whole arrived the poll failed; it did not find silence."""
    bench.serve(cut=10)
    assert (await bench.fails()).fault is Fault.TRUNCATED


async def test_a_document_without_reports_is_no_fault(any_bench: Bench) -> None:
    """An empty list is an answer; the note says that it was one."""
    any_bench.serve(body=any_bench.sample.nothing_new)
    fetched = await any_bench.poll()
    assert fetched.items == ()
    assert fetched.note


async def test_a_private_address_needs_permission(bench: Bench) -> None:
    """T02: Without ``allow_private`` a loopback source is refused before one byte is sent."""
    bench.serve()
    settings = replace(bench.settings, allow_private=False)
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


async def test_one_failing_poll_does_not_spoil_the_next(any_bench: Bench) -> None:
    """After a fault the same source, over the same connection, works again at once."""
    any_bench.spoil()
    await any_bench.fails()
    any_bench.serve()
    assert len((await any_bench.poll()).items) == len(any_bench.sample.titles)
