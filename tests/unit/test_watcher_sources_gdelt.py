"""GDELT 2.0: which files are read, what an event becomes, and archives that are made to do harm."""

import hashlib
import io
import struct
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from indicators.codes import fits
from tests.gdelt import SUFFIX, event, packed
from tests.servers import FeedServer, Page
from watcher.sources import Fault, Fetched, SourceError, SourceSettings, Validators
from watcher.sources.gdelt.source import GdeltSource, parse_export
from watcher.sources.http import Http
from watcher.sources.options import option_faults
from watcher.sources.zips import RefusedZipError, only_member

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MALI = {"countries": ["ML"]}


def read(*lines: str, options: dict[str, Any] | None = None) -> Fetched:
    settings = SourceSettings(id="gdelt", url="http://files.example/lastupdate.txt", options=options or MALI)
    return parse_export(packed(*lines), settings=settings, now=NOON)


# One event.


def test_an_event_becomes_an_item_with_code_actors_place_and_day() -> None:
    """Who did what, where and when, with the article behind it; the CAMEO code is what rules ask for."""
    (item,) = read(event()).items
    assert item.title == "Fighting: MALI and REBEL (Mopti, Mopti, Mali)"
    assert (item.actors, item.codes) == (("MALI", "REBEL"), ("cameo:1951",))
    assert fits("cameo:19", item.codes[0])
    assert (item.occurred, item.published) == (
        datetime(2026, 3, 1, tzinfo=UTC),
        datetime(2026, 3, 1, 11, 45, tzinfo=UTC),
    )
    assert (item.lat, item.lon, item.place) == (14.4843, -4.18296, "Mopti, Mopti, Mali")
    assert (item.url, item.lang) == ("https://news.example/1", "en")
    assert item.summary == "CAMEO 1951, coded by a machine; 5 articles, 2 sources, 10 mentions"


def test_the_number_of_the_event_is_its_identity() -> None:
    """The same event in another file, with other counts, is the same item."""
    assert read(event(7)).items[0].id == read(event(7, c33="99", c59="20260301120000")).items[0].id
    assert read(event(7)).items[0].id != read(event(8)).items[0].id


def test_an_event_that_is_published_twice_under_two_numbers_is_one_item() -> None:
    """Alike in day, actors, code, place and article: one is enough."""
    assert len(read(event(1), event(2, c60="https://news.example/1")).items) == 1


def test_an_event_known_only_by_its_country_has_no_position() -> None:
    """The middle of Mali is not where it happened."""
    (item,) = read(event(c51="1", c52="Mali", c56="17", c57="-4")).items
    assert (item.lat, item.lon, item.place) == (None, None, "Mali")


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ({"countries": ["ML"]}, {1, 2}),
        ({"countries": "ng"}, {3}),
        ({"countries": ["ML", "NG"], "roots": [19]}, {1, 3}),
        ({"countries": ["ML"], "roots": ["1"]}, {2}),
        ({"countries": ["UV"]}, set()),
    ],
)
def test_countries_and_roots_filter(options: dict[str, Any], kept: set[int]) -> None:
    """FIPS countries of the action, and root codes with or without their leading zero."""
    lines = [event(1), event(2, c26="010", c28="01"), event(3, c53="NG")]
    fetched = read(*lines, options=options)
    assert {int(item.url[-1]) for item in fetched.items} == kept
    assert ("none of 3 events" in fetched.note) == (not kept)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "countries"),
        ({"countries": []}, "countries"),
        ({"countries": ["Mali"]}, "two letters"),
        ({"countries": ["ML"], "roots": [21]}, "1 to 20"),
        ({"countries": ["ML"], "catch_up": 0}, "catch_up"),
        ({"countries": ["ML"], "language": "fr"}, "no option 'language'"),
    ],
)
def test_an_option_that_cannot_be_used_is_named(options: dict[str, Any], told: str) -> None:
    """`watcher check` says which option and what to write, before anything is polled."""
    faults = list(option_faults(GdeltSource.options, options))
    assert any(told in " ".join(map(str, fault)) for fault in faults), faults


@pytest.mark.parametrize("line", ["a\tb", event(c28="99"), event().replace("1\t", "x\t", 1), "\t".join(["1"] * 58)])
def test_x09_a_line_of_another_format_is_skipped_and_counted(line: str) -> None:
    """X09: its neighbours go on."""
    fetched = read(line, event())
    assert len(fetched.items) == 1
    assert "skipped 1 line(s)" in fetched.note


def test_x09_an_export_without_one_line_of_the_format_is_a_fault() -> None:
    """X09: GDELT changed its columns; nothing is guessed."""
    with pytest.raises(SourceError) as failure:
        read("\t".join(["1"] * 58))
    assert failure.value.fault is Fault.COLUMNS


def test_dates_that_cannot_be_are_none() -> None:
    """I09: an impossible day is no day."""
    (item,) = read(event(c1="20261345", c59="soon")).items
    assert (item.occurred, item.published) == (None, None)


# Archives (T14).


def member(**changes: Any) -> bytes:
    """An archive whose one file has a strange property."""
    info = zipfile.ZipInfo(changes.pop("filename", "x.export.CSV"))
    for name, value in changes.items():
        setattr(info, name, value)
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr(info, "content")
    return into.getvalue()


def several(count: int) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}.csv", "content")
    return into.getvalue()


def encrypted() -> bytes:
    """The same archive with the flag for a password set in both headers."""
    archive = bytearray(packed("content"))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        archive[archive.index(mark) + offset] |= 1
    return bytes(archive)


def bad_sum() -> bytes:
    archive = bytearray(packed("content"))
    at = archive.index(b"PK\x01\x02") + 16
    archive[at : at + 4] = struct.pack("<I", 1)
    return bytes(archive)


def understated() -> bytes:
    """A bomb that says of itself that it is small."""
    archive = bytearray(packed("x" * 5_000_000))
    at = archive.index(b"PK\x01\x02") + 24
    archive[at : at + 4] = struct.pack("<I", 10)
    return bytes(archive)


REFUSED = {
    "T14 bomb": (packed("\0" * 50_000_000), "more than"),
    "T14 a bomb that lies about its size": (understated(), "broken"),
    "T14 an archive inside": (packed(packed("x").decode("latin-1"), name="x.csv"), "archive inside"),
    "T14 no member": (several(0), "0 files"),
    "T14 two members": (several(2), "2 files"),
    "T14 a path upwards": (member(filename="../x.csv"), "path"),
    "T14 an absolute path": (member(filename="/etc/x.csv"), "path"),
    "T14 a path of Windows": (member(filename="c:\\x.csv"), "path"),
    "T14 a link": (member(external_attr=0o120777 << 16), "link"),
    "T14 a folder": (member(filename="x.csv/"), "folder"),
    "T14 another name": (member(filename="x.exe"), ".csv"),
    "T14 a password": (encrypted(), "password"),
    "T14 a bad checksum": (bad_sum(), "broken"),
    "T14 bzip2": (member(compress_type=zipfile.ZIP_BZIP2), "packed in a way"),
    "T14 cut short": (packed("content" * 1000)[:-30], "broken"),
    "T14 no archive": (b"<html></html>", "broken"),
}


@pytest.mark.parametrize(("archive", "told"), REFUSED.values(), ids=REFUSED.keys())
def test_an_archive_made_to_do_harm_is_refused(archive: bytes, told: str) -> None:
    """T14: a reason in words; nothing is written, and no more is unpacked than is allowed."""
    with pytest.raises(RefusedZipError, match=told):
        only_member(archive, suffix=".csv", limit=1_000_000)


def test_an_honest_archive_is_unpacked() -> None:
    """T14: the one file within the bound comes out whole."""
    assert only_member(packed("one", "two"), suffix=".csv", limit=8) == b"one\ntwo\n"


# The list, and which files are read.


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as running:
        yield running


class Files:
    """A mirror of GDELT: exports by their time, and the list that names the newest."""

    def __init__(self, server: FeedServer, *, suffix: str = SUFFIX) -> None:
        self.server = server
        self.suffix = suffix
        self.made: dict[str, bytes] = {}

    def put(self, stamp: str, *lines: str) -> None:
        self.made[stamp] = packed(*lines)
        self.server.put(f"/v2/{stamp}{self.suffix}", Page(body=self.made[stamp], content_type="application/zip"))

    def announce(self, stamp: str, *, md5: str = "", etag: str = "") -> None:
        md5 = md5 or hashlib.md5(self.made[stamp]).hexdigest()
        base = "http://data.gdeltproject.example/gdeltv2"
        kinds = (self.suffix, self.suffix.replace("export", "mentions"), self.suffix.replace("export.CSV", "gkg.csv"))
        body = "".join(f"100 {md5} {base}/{stamp}{kind}\n" for kind in kinds)
        self.server.put("/v2/lastupdate.txt", Page(body=body.encode(), etag=etag, content_type="text/plain"))

    @property
    def fetched(self) -> list[str]:
        """The times of the exports that were fetched, in order."""
        return [seen.path[4:18] for seen in self.server.requests if seen.path.endswith(".zip")]


async def poll(server: FeedServer, validators: Validators | None = None, **options: Any) -> Fetched:
    settings = SourceSettings(
        id="gdelt",
        url=server.url("/v2/lastupdate.txt?key=hush"),
        kind="gdelt",
        allow_private=True,
        options=MALI | options,
    )
    async with Http(deadline=timedelta(seconds=10)) as http:
        return await GdeltSource().fetch(settings, http, validators or Validators(), NOON)


async def test_the_first_poll_reads_the_newest_file(server: FeedServer) -> None:
    """The list names it; it is fetched from beside the list, whatever address the list gives."""
    files = Files(server)
    files.put("20260301114500", event(1))
    files.announce("20260301114500", etag='"e"')
    fetched = await poll(server)
    assert len(fetched.items) == 1
    assert files.fetched == ["20260301114500"]
    assert fetched.validators.etag == '20260301114500 "e"'
    assert server.requests[1].query == "key=hush"


async def test_a_file_that_was_read_is_not_fetched_again(server: FeedServer) -> None:
    """The same newest file, with or without an ETag of the list: nothing is fetched but the list."""
    files = Files(server)
    files.put("20260301114500", event(1))
    files.announce("20260301114500", etag='"e"')
    first = await poll(server)
    again = await poll(server, first.validators)
    files.announce("20260301114500", etag='"other"')
    third = await poll(server, first.validators)
    assert again.not_modified
    assert third.not_modified
    assert third.validators == first.validators
    assert len(files.fetched) == 1


async def test_the_files_of_a_pause_are_read_too(server: FeedServer) -> None:
    """GDELT's list names only the newest: those between are reckoned, a quarter hour apart."""
    files = Files(server)
    for n, stamp in enumerate(["20260301111500", "20260301113000", "20260301114500"]):
        files.put(stamp, event(n))
    files.announce("20260301114500")
    fetched = await poll(server, Validators(etag="20260301110000"))
    assert len(fetched.items) == 3
    assert sorted(files.fetched) == ["20260301111500", "20260301113000", "20260301114500"]
    assert not fetched.partial
    assert "gap" not in fetched.note


async def test_t24_what_is_given_up_after_a_long_pause_is_told(server: FeedServer) -> None:
    """T24: at most catch_up files are read, the newest; the rest is a gap in the note."""
    files = Files(server)
    files.put("20260301113000", event(1))
    files.put("20260301114500", event(2))
    files.announce("20260301114500")
    fetched = await poll(server, Validators(etag="20260301094500"), catch_up=2)
    assert len(fetched.items) == 2
    assert "gap: 6 older file(s), 1.5 h, were not read" in fetched.note
    assert fetched.validators.etag == "20260301114500"


async def test_a_file_that_gdelt_left_out_is_a_gap_and_no_fault(server: FeedServer) -> None:
    """A reckoned file may not exist; the poll is good and the note says so."""
    files = Files(server)
    files.put("20260301114500", event(1))
    files.announce("20260301114500")
    fetched = await poll(server, Validators(etag="20260301111500"))
    assert len(fetched.items) == 1
    assert not fetched.partial
    assert "gap: 1 file(s) of the time between are not there" in fetched.note


async def test_a_file_that_fails_is_asked_for_again(server: FeedServer) -> None:
    """What the others brought is kept; the cursor stays where it was."""
    files = Files(server)
    server.put(f"/v2/20260301113000{SUFFIX}", Page(body=b"broken"))
    files.put("20260301114500", event(1))
    files.announce("20260301114500")
    before = Validators(etag="20260301111500")
    fetched = await poll(server, before)
    assert len(fetched.items) == 1
    assert fetched.partial
    assert fetched.validators == before
    assert "20260301113000" in fetched.note


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        (Page(status=404), Fault.HTTP_STATUS),
        (Page(status=500), Fault.HTTP_STATUS),
        (Page(body=b"<html></html>"), Fault.NOT_A_FEED),
        (Page(body=packed("content" * 1000), cut=40), Fault.NOT_A_FEED),
    ],
    ids=["404", "500", "html", "cut"],
)
async def test_a_newest_file_that_cannot_be_read_fails_the_poll(server: FeedServer, page: Page, fault: Fault) -> None:
    """The list says that it is there: nothing read is no silence."""
    server.put(f"/v2/20260301114500{SUFFIX}", page)
    sent = page.body if page.cut is None else page.body[: page.cut]
    Files(server).announce("20260301114500", md5=hashlib.md5(sent).hexdigest())
    with pytest.raises(SourceError) as failure:
        await poll(server)
    assert failure.value.fault is fault
    assert "hush" not in str(failure.value)


async def test_a_file_that_is_not_the_one_listed_is_refused(server: FeedServer) -> None:
    """The list gives an MD5; other bytes are not read."""
    files = Files(server)
    files.put("20260301114500", event(1))
    files.announce("20260301114500", md5="0" * 32)
    with pytest.raises(SourceError, match="MD5"):
        await poll(server)


async def test_the_translated_stream_is_read_alike(server: FeedServer) -> None:
    """lastupdate-translation.txt names files of its own; those between have the same ending."""
    files = Files(server, suffix=".translation.export.CSV.zip")
    files.put("20260301113000", event(1))
    files.put("20260301114500", event(2))
    files.announce("20260301114500")
    assert len((await poll(server, Validators(etag="20260301111500"))).items) == 2


async def test_a_stream_that_stands_still_is_told(server: FeedServer) -> None:
    """An old newest file looks like quiet; the note says that it is not."""
    files = Files(server)
    files.put("20260301060000", event(1))
    files.announce("20260301060000")
    assert "stood still" in (await poll(server)).note


async def test_a_list_of_another_kind_is_a_fault(server: FeedServer) -> None:
    """T20: a page or an error in place of the list is no list without files."""
    server.put("/v2/lastupdate.txt", Page(body=b"Service unavailable\n", content_type="text/plain"))
    with pytest.raises(SourceError) as failure:
        await poll(server)
    assert failure.value.fault is Fault.NOT_A_FEED
