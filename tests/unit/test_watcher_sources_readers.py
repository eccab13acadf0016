"""Readers: documents are read by child processes that can open nothing and that a costly document ends."""

import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from watcher.sources.csv_table import CsvOptions, read_table
from watcher.sources.faults import Fault, SourceError
from watcher.sources.feeds import parse_feed
from watcher.sources.http import Response
from watcher.sources.json_api import JsonOptions, read_records
from watcher.sources.readers import Readers
from watcher.sources.source import Fetched, SourceSettings

CORPUS = Path(__file__).parent.parent / "corpus" / "feeds"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SETTINGS = SourceSettings(id="wire", url="http://wire.example/feed")
WELL = b'<rss version="2.0"><channel><title>t</title><item><title>Calm</title></item></channel></rss>'


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    pool = Readers(most=1)
    yield pool
    pool.close()


def feed(body: bytes) -> Callable[[], Fetched]:
    return partial(parse_feed, body, settings=SETTINGS, content_type="", now=NOON)


def answer(body: bytes) -> Response:
    return Response(status=200, headers={}, body=body, url="")


async def fault_of(readers: Readers, work: Callable[[], Any], kind: type[Any] = Fetched) -> SourceError:
    with pytest.raises(SourceError) as caught:
        await readers.read(work, kind, source="wire")
    return caught.value


async def titles_of(readers: Readers, body: bytes) -> list[str]:
    return [item.title for item in (await readers.read(feed(body), Fetched, source="wire")).items]


def outcome(work: Callable[[], Fetched]) -> Fetched | tuple[Fault, str]:
    try:
        return work()
    except SourceError as error:
        return error.fault, error.detail


async def outcome_apart(readers: Readers, work: Callable[[], Fetched]) -> Fetched | tuple[Fault, str]:
    try:
        return await readers.read(work, Fetched, source="wire")
    except SourceError as error:
        return error.fault, error.detail


@pytest.mark.parametrize("name", sorted(path.name for path in CORPUS.iterdir()))
async def test_a_reader_reads_what_we_would(readers: Readers, name: str) -> None:
    """The child's items and faults are those of the same reading in this process, field by field."""
    work = feed((CORPUS / name).read_bytes())
    assert await outcome_apart(readers, work) == outcome(work)


OPENED = b'<rss version="2.0"><channel><item><title>'
ENTITIES = b'<!DOCTYPE a [<!ENTITY a "' + b"a" * 50_000 + b'">]><rss version="2.0"><channel><item><title>'
CLOSED = b"</title></item></channel></rss>"
IN_TEXT = OPENED + b"Calm</title><description><![CDATA[%s]]></description></item></channel></rss>"

COSTLY = {
    "nested 400,000 deep": b'<rss version="2.0"><channel>' + b"<a>" * 400_000,
    "400,000 entries inside one another": b'<rss version="2.0"><channel>' + b"<item>" * 400_000,
}
CHEAP = {
    "160,000 nested divs": IN_TEXT % (b"<div>" * 160_000),
    "80,000 comments that never end": IN_TEXT % (b"<!--" * 80_000),
    "an attribute of 8 MB": b'<rss version="2.0" a="' + b"x" * 8_000_000 + b'"><channel><item><title>Calm' + CLOSED,
    "160,000 brackets": OPENED + b"Calm" + CLOSED + b"<" * 160_000,
    "quadratic entities": ENTITIES + b"&a;" * 10_000 + CLOSED,
}


@pytest.mark.parametrize("name", COSTLY)
async def test_x02_a_costly_document_is_ended(readers: Readers, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends its reader after the time that it may take, with a fault; the next document is read.

    It may take two seconds here and nothing for its size: on a quick machine it is read within what its size allows.
    """
    monkeypatch.setattr("watcher.sources.readers.PROCESSOR_PER_MB", timedelta())
    told = await fault_of(readers, feed(COSTLY[name]))
    assert told.fault is Fault.COSTLY
    assert "processor time" in told.detail
    assert await titles_of(readers, WELL) == ["Calm"]


@pytest.mark.parametrize("name", CHEAP)
async def test_x02_what_would_be_costly_elsewhere_is_bounded(readers: Readers, name: str) -> None:
    """A document that other readers choke on gives its item, or a fault of its own, and never more text than fits."""
    found = await outcome_apart(readers, feed(CHEAP[name]))
    if isinstance(found, Fetched):
        assert all(len(item.title) < 600 and len(item.summary) < 70_000 for item in found.items)
    else:
        assert found[0] in {Fault.COSTLY, Fault.TRUNCATED}
    assert await titles_of(readers, WELL) == ["Calm"]


async def test_x08_json_nested_100000_deep_is_a_fault(readers: Readers) -> None:
    """A pit of brackets is told with its path."""
    options = JsonOptions.model_validate({"map": {"title": "t"}})
    body = b'{"rows": ' + b"[" * 100_000
    told = await fault_of(readers, partial(read_records, answer(body), options=options, settings=SETTINGS, now=NOON))
    assert told.fault in {Fault.NOT_A_FEED, Fault.COSTLY}


async def test_a_table_of_ten_megabytes_is_not_too_costly(readers: Readers) -> None:
    """The time that a document may take grows with it: what is large and honest is read."""
    rows = b"".join(b"%d,Market %d open in the old town,%s\n" % (n, n, b"calm " * 30) for n in range(20_000))
    options = CsvOptions.model_validate({"columns": {"id": "id", "title": "headline", "summary": "text"}})
    body = answer(b"id,headline,text\n" + rows)
    work = partial(read_table, body, options=options, settings=SETTINGS, now=NOON)
    assert len((await readers.read(work, Fetched, source="wire")).items) == 20_000


@pytest.mark.parametrize(
    "work",
    [
        partial(open, "/etc/hostname"),
        partial(socket.socket),
        partial(subprocess.run, [sys.executable, "-c", ""]),
        partial(open, "/tmp/watcher-was-here", "w"),
    ],
    ids=["a file", "a socket", "a process", "a new file"],
)
async def test_a_reader_can_open_nothing(readers: Readers, work: Callable[[], Any]) -> None:
    """The system refuses it, whoever asks; that is a fault of ours, named by its place."""
    with pytest.raises(RuntimeError, match=r"OSError at \w+\.py:\d+"):
        await readers.read(work, str, source="wire")


def said(expression: str) -> Callable[[], Any]:
    """Work that is no more than an expression: what a process knows of itself."""
    return partial(eval, expression)


async def test_a_reader_knows_no_secret_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys and passwords stand in our environment, and not in its; it has three descriptors and no fourth."""
    monkeypatch.setenv("WIRE_KEY", "hush")
    fresh = Readers(most=1)
    try:
        names = await fresh.read(said("sorted(__import__('os').environ)"), list[str], source="wire")
        limits = await fresh.read(
            said("__import__('resource').getrlimit(__import__('resource').RLIMIT_NOFILE)"), list[int], source="wire"
        )
    finally:
        fresh.close()
    assert "PYTHONPATH" in names
    assert "WIRE_KEY" not in names
    assert limits == [3, 3]


async def test_a_reader_needs_no_folder_of_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads on when something was installed beside it, or a file appeared where Python looks for modules."""
    monkeypatch.syspath_prepend(str(tmp_path))
    fresh = Readers(most=1)
    try:
        before = await titles_of(fresh, WELL)
        (tmp_path / "new.py").touch()
        assert await titles_of(fresh, WELL) == before == ["Calm"]
    finally:
        fresh.close()


async def test_a_reader_that_sleeps_is_ended() -> None:
    """What costs no processor time ends by the clock on the wall."""
    hasty = Readers(most=1, patience=timedelta(seconds=0.5))
    told = await fault_of(hasty, partial(time.sleep, 600), type(None))
    hasty.close()
    assert told.fault is Fault.COSTLY
    assert told.detail == "not read within 0.5 s"


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV])
async def test_a_reader_that_dies_is_replaced(readers: Readers, how: signal.Signals) -> None:
    """Its document has failed, with the signal in the fault; the next one has a new reader."""
    told = await fault_of(readers, said(f"__import__('os').kill(__import__('os').getpid(), {int(how)})"), type(None))
    assert told.fault is Fault.COSTLY
    assert f"signal {int(how)}" in told.detail
    assert await titles_of(readers, WELL) == ["Calm"]


async def test_a_large_daemon_keeps_its_readers() -> None:
    """The system counts the memory of who started a process as its peak; that is no reason to start one a document."""
    ours = bytearray(250 * 2**20)
    ours[:: resource.getpagesize()] = b"x" * len(ours[:: resource.getpagesize()])
    pool = Readers(most=1)
    try:
        processes = {await pool.read(said("__import__('os').getpid()"), int, source="wire") for _ in range(3)}
    finally:
        pool.close()
    assert len(processes) == 1


async def test_a_document_that_needs_too_much_memory_is_a_fault(readers: Readers) -> None:
    """A gigabyte is refused to it, and said; this process does not grow by it."""
    told = await fault_of(readers, partial(bytes, 1_000_000_000), bytes)
    assert told.fault is Fault.COSTLY
    assert "MB of memory" in told.detail
    assert await titles_of(readers, WELL) == ["Calm"]


async def test_what_comes_back_is_never_a_pickle(readers: Readers) -> None:
    """A value that is not made of plain values of the kind asked for does not even leave the reader."""
    with pytest.raises(RuntimeError, match="SerializationError"):
        await readers.read(said("__import__('pickle').dumps('x')"), Fetched, source="wire")


WATCHED = """
import sys
from pathlib import Path
from watcher.sources import reader
from tests.unit.test_watcher_sources_readers import feed
reader.warm_up()
seen = []
bodies = [Path(name).read_bytes() for name in sys.argv[1:]]
sys.addaudithook(lambda event, _: seen.append(event))
for body in bodies:
    try:
        feed(body)()
    except reader.SourceError:
        pass
print(sorted({event for event in seen if event.split(".")[0] in {"open", "os", "socket", "subprocess", "urllib"}}))
"""


def test_x01_x03_reading_opens_no_file_and_no_socket() -> None:
    """Python's own audit of every file, socket and process sees none, whatever a document refers to or looks like."""
    bodies = sorted(str(path) for path in CORPUS.iterdir())
    assert {"external-entity-file.xml", "path-as-body.txt", "url-as-body.txt"} <= {Path(name).name for name in bodies}
    done = subprocess.run([sys.executable, "-c", WATCHED, *bodies], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
