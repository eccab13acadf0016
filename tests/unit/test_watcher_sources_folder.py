"""A folder as a source: what is read, what is never read, and what is remembered."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from watcher.sources import Fault, Fetched, Http, SourceError, SourceSettings, Validators, folder
from watcher.sources.folder import FolderSource

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CAP = (
    '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>a</identifier><sender>s</sender>'
    "<sent>2026-03-01T08:00:00Z</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>"
    "<info><event>Flood</event></info></alert>"
)
COLLECTION = {
    "type": "FeatureCollection",
    "features": [{"type": "Feature", "id": "q1", "geometry": None, "properties": {"title": "Quake"}}],
}
JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "t",
    "items": [{"id": "1", "content_text": "Told"}],
}
LINE = {"source": "elsewhere", "title": "Written down", "published": "2026-03-01T08:00:00Z", "id": "7"}


def rss(*titles: str) -> str:
    rows = "".join(f"<item><title>{title}</title><guid>{title}</guid></item>" for title in titles)
    return f'<rss version="2.0"><channel><title>t</title>{rows}</channel></rss>'


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """A folder under the one that is allowed, which is *tmp_path*."""
    path = tmp_path / "drop"
    path.mkdir()
    return path


async def read(
    path: Path, validators: Validators | None = None, *, root: Path | None = None, **options: Any
) -> Fetched:
    settings = SourceSettings(id="hand", url=path.as_uri(), kind="folder", options=options)
    async with Http() as http:
        return await FolderSource(root or path.parent).fetch(settings, http, validators or Validators(), NOON)


async def fault(path: Path, **changes: Any) -> SourceError:
    with pytest.raises(SourceError) as failure:
        await read(path, **changes)
    return failure.value


KINDS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "news.rss": (rss("Told"), "Told", {}),
    "news.xml": (rss("Told"), "Told", {}),
    "news.ATOM": ('<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Told</title></entry></feed>', "Told", {}),
    "alert.xml": (CAP, "Flood", {}),
    "alert.cap": (CAP, "Flood", {}),
    "feed.json": (json.dumps(JSON_FEED), "Told", {}),
    "quakes.json": (json.dumps(COLLECTION), "Quake", {}),
    "quakes.geojson": (json.dumps(COLLECTION), "Quake", {}),
    "own.json": ('[{"t": "Told"}]', "Told", {"plain_json": {"map": {"title": "t"}}}),
    "table.csv": ("name,when\nTold,2026-03-01\n", "Told", {"csv": {"columns": {"title": "name"}}}),
    "items.jsonl": (json.dumps(LINE) + "\n", "Written down", {}),
}


@pytest.mark.parametrize("name", KINDS)
async def test_a_file_is_read_by_the_end_of_its_name(drop: Path, name: str) -> None:
    """Each by the reader of its kind; the items are this source's, received now."""
    content, title, options = KINDS[name]
    (drop / name).write_text(content, "utf-8")
    (item,) = (await read(drop, **options)).items
    assert (item.title, item.source, item.fetched) == (title, "hand", NOON)


async def test_files_stay_where_they_are(drop: Path) -> None:
    """Nothing is moved, renamed or emptied."""
    (drop / "a.rss").write_text(rss("One"))
    before = contents(drop)
    await read(drop)
    assert contents(drop) == before


async def test_what_was_read_is_remembered_by_its_content(drop: Path) -> None:
    """A new name or a new time is nothing new; a new content is."""
    (drop / "a.rss").write_text(rss("One"))
    first = await read(drop)
    os.utime(drop / "a.rss", (1, 1))
    (drop / "a.rss").rename(drop / "b.rss")
    assert await read(drop, first.validators) == Fetched(not_modified=True, validators=first.validators)
    (drop / "c.rss").write_text(rss("Two"))
    later = await read(drop, first.validators)
    assert {item.title for item in later.items} == {"One", "Two"}
    assert later.validators != first.validators


async def test_of_one_report_in_two_files_the_newest_tells(drop: Path) -> None:
    """An older copy of the file does not bring the older text back."""
    for name, text, time in (("new.jsonl", "Corrected", 200), ("old.jsonl", "As first told", 100)):
        (drop / name).write_text(json.dumps(LINE | {"summary": text}) + "\n")
        os.utime(drop / name, (time, time))
    (item,) = (await read(drop)).items
    assert item.summary == "Corrected"


async def test_a_bad_file_does_not_take_the_others_along(drop: Path) -> None:
    """I22: it is named; the poll is partial, so that it is read again when it is whole."""
    (drop / "good.rss").write_text(rss("One"))
    (drop / "half.xml").write_text("<rss><chan")
    fetched = await read(drop)
    assert [item.title for item in fetched.items] == ["One"]
    assert fetched.partial
    assert "half.xml" in fetched.note


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", "a,b\n1,2\n", "options: {csv:"),
        ("a.json", '{"a": 1}', "plain_json"),
        ("a.jsonl", "{broken\n", "no line is a report"),
        ("a.rss", "<rss><chan", "first entry"),
    ],
)
async def test_a_folder_of_which_nothing_can_be_read_is_a_fault(drop: Path, name: str, content: str, told: str) -> None:
    """Not silence: the file and the cure are named."""
    (drop / name).write_text(content)
    error = await fault(drop)
    assert name in error.detail
    assert told in error.detail


async def test_a_line_that_is_half_written_is_left_for_later(drop: Path) -> None:
    """X06: the whole lines come, the poll is partial."""
    (drop / "a.jsonl").write_text(json.dumps(LINE) + '\n{"source": "x", "tit')
    fetched = await read(drop)
    assert len(fetched.items) == 1
    assert fetched.partial


@pytest.mark.parametrize("name", [".hidden.rss", "a.rss.part", "a.exe", "a"])
async def test_other_files_are_not_looked_at(drop: Path, name: str) -> None:
    """Hidden, unfinished and unknown ones do not exist for us."""
    (drop / name).write_text(rss("One"))
    fetched = await read(drop)
    assert fetched.items == ()
    assert fetched.note == "there is no file in the folder"


async def test_a_link_is_not_followed(drop: Path, tmp_path: Path) -> None:
    """A file elsewhere is not read through a link in the folder, nor is a pipe."""
    (tmp_path / "secret.rss").write_text(rss("Secret"))
    (drop / "a.rss").symlink_to(tmp_path / "secret.rss")
    os.mkfifo(drop / "b.rss")
    (drop / "c.rss").mkdir()
    assert (await read(drop)).items == ()


async def test_a_folder_outside_of_the_allowed_one_is_refused(drop: Path, tmp_path: Path) -> None:
    """Also one that is led to by a link: what counts is where it really lies."""
    allowed = tmp_path / "allowed"
    allowed.mkdir()
    (allowed / "door").symlink_to(drop)
    for path in (drop, allowed / "door"):
        assert (await fault(path, root=allowed)).fault is Fault.REFUSED_ADDRESS
    assert (await read(drop, root=tmp_path)).items == ()


async def test_without_an_allowed_folder_none_is_read(drop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The installation has to say so first, in WATCHER_FOLDERS."""
    settings = SourceSettings(id="hand", url=drop.as_uri(), kind="folder")
    monkeypatch.delenv("WATCHER_FOLDERS", raising=False)
    async with Http() as http:
        with pytest.raises(SourceError, match="WATCHER_FOLDERS"):
            await FolderSource().fetch(settings, http, Validators(), NOON)
        monkeypatch.setenv("WATCHER_FOLDERS", str(drop.parent))
        assert (await FolderSource().fetch(settings, http, Validators(), NOON)).items == ()


async def test_a_folder_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    """A disk that is not mounted is no quiet source."""
    assert (await fault(tmp_path / "unmounted")).fault is Fault.UNREACHABLE


@pytest.mark.parametrize(
    "url", ["drop", "/srv/drop", "file://host/srv", "file:relative", "file:///srv/../etc", "http://x"]
)
def test_an_address_that_is_no_path_is_told_before_it_is_used(url: str) -> None:
    """`watcher check` says how it is written."""
    what, instead = FolderSource.options.address_problem(url)
    assert what
    assert instead.startswith("file:///")


async def test_x13_too_many_files_are_bounded(drop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """X13: the newest are read, the rest is counted."""
    monkeypatch.setattr(folder, "MOST_FILES", 3)
    for number in range(5):
        (drop / f"{number}.rss").write_text(rss(f"Report {number}"))
        os.utime(drop / f"{number}.rss", (number, number))
    fetched = await read(drop)
    assert {item.title for item in fetched.items} == {"Report 2", "Report 3", "Report 4"}
    assert "2 file(s) not read" in fetched.note


async def test_a_file_that_is_too_large_is_left_and_said(drop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """T12: the same bound as over the network."""
    monkeypatch.setattr(folder, "MAX_BYTES", 1_000)
    (drop / "a.rss").write_text(rss("One") + " " * 2_000)
    fetched = await read(drop)
    assert fetched.items == ()
    assert "1 file(s) not read" in fetched.note


async def test_no_item_tells_where_it_lay(drop: Path) -> None:
    """A relative link is no link: the folder's path is not a web address."""
    (drop / "a.rss").write_text(rss("One").replace("<guid>", "<link>/x</link><guid>"))
    (item,) = (await read(drop)).items
    assert item.url == ""
