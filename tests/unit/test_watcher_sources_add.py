"""`watcher sources add`, `remove`, `undo`: the feed behind an address, what it brings, and one line in the file."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from indicators.items import Item
from tests.builders import an_item, small
from tests.daemons import configure, rss
from tests.samples import SAMPLES, cap_alert, json_of
from tests.servers import FeedServer, Page
from watcher.cli import app
from watcher.settings import load_settings
from watcher.sources.http import Response
from watcher.sources.recognition import of_address, of_answer
from watcher.sources.web_pages import common_addresses, feeds_named_in
from watcher.sourcing.entries import EntryError, line_of, with_entry, without_entry
from watcher.sourcing.proposals import every_for, rhythm_of

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TITLES = ["Convoy ambushed near Kolokani", "Convoy ambushed near Gao", "Rain in Bamako", "Market in Bamako"]
COMMENTED = """\
# Ours.
database: watcher.db
assessments: [assessment.yaml]
sources:
  # The wire goes first.
  - {id: wire,   url: "https://wire.example/rss",  every: 15m}   # paid for
  - id: daily
    url: "https://daily.example/rss"

    # twice an hour is enough
    every: 30m

# Who hears.
recipients: [{id: desk, channels: {console: ""}}]
routes: [{to: [desk]}]
last_resort: desk
"""


def page(*links: str, body: str = "") -> Page:
    head = "".join(links)
    return Page(
        body=f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode(), content_type="text/html"
    )


def link(href: str, kind: str = "application/rss+xml", title: str = "News") -> str:
    return f'<link rel="alternate" type="{kind}" title="{title}" href="{href}">'


def commented(folder: Path) -> Path:
    (folder / "assessment.yaml").write_text(small(), "utf-8")
    path = folder / "watcher.yaml"
    path.write_text(COMMENTED, "utf-8")
    return path


async def watcher(*arguments: str | Path, answers: str = "") -> Result:
    """Run a command in a thread: it has a loop of its own, while the server goes on in ours."""
    given = [str(a) for a in arguments]
    return await asyncio.to_thread(CliRunner().invoke, app, given, input=answers)


def objects(done: Result) -> Any:
    return json.loads(done.stdout.splitlines()[0])


# Which kind it is.


def answered(body: bytes, content_type: str = "") -> Response:
    return Response(status=200, headers={"Content-Type": content_type}, body=body, url="http://wire.example/x")


@pytest.mark.parametrize(
    ("body", "kind", "called"),
    [
        (rss(["One"]), "feed", "RSS"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><!-- hello --><feed xmlns='http://www.w3.org/2005/Atom'/>", "feed", "Atom"),
        (b"<rdf:RDF xmlns:rdf='x'><channel/></rdf:RDF>", "feed", "RSS 1.0 (RDF)"),
        (SAMPLES["cap"].whole, "cap", "Atom with CAP alerts"),
        (cap_alert("a", "Flood"), "cap", "a CAP alert"),
        (SAMPLES["json_feed"].whole, "json_feed", "JSON Feed"),
        (SAMPLES["geojson"].whole, "geojson", "GeoJSON"),
        (SAMPLES["gdelt"].whole, "gdelt", "GDELT's list of files"),
        (b"<!doctype html><html><body>no</body></html>", "", ""),
        (b"<alert>not CAP's</alert>", "", ""),
        (b'{"error": "no"}', "", ""),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": [', "json_feed", "JSON Feed"),
        (b"id,title\n1,x\n", "", ""),
        (b"", "", ""),
    ],
)
def test_a_kind_is_told_by_what_is_answered(body: bytes, kind: str, called: str) -> None:
    """Every kind that can be polled without asking first is known by its own marks, and a page is none of them."""
    found = of_answer(answered(body))
    assert (found.kind if found else "", found.called if found else "") == (kind, called)


def test_gdacs_is_told_from_other_geojson() -> None:
    """Its names need a preset, without which its events would have neither identity nor code."""
    properties = {"eventtype": "FL", "eventid": 1, "alertlevel": "Orange"}
    found = of_answer(answered(json_of(type="FeatureCollection", features=[{"properties": properties}])))
    assert found is not None
    assert found.options == {"preset": "gdacs"}


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://api.reliefweb.int/v2/reports?query[value]=Mali", "reliefweb"),
        ("https://acleddata.com/api/acled/read?country=Mali", "acled"),
        ("https://acleddata.com/2026/report", None),
        ("https://reliefweb.int/updates/rss.xml", None),
    ],
)
def test_an_api_that_answers_nobody_is_told_by_its_address(url: str, kind: str | None) -> None:
    """Without a name or a login they only refuse."""
    found = of_address(url)
    assert (found.kind if found else None) == kind


# What a page names.


def test_a_page_names_its_feeds_from_its_own_base_and_comments_last() -> None:
    """Relative addresses are completed, styles and pages are no feeds, and nothing a reader may not click is taken."""
    body = page(
        '<base href="/sub/">',
        link("comments/feed", title="Comments"),
        link("rss.xml"),
        link("rss.xml"),
        link("javascript:alert(1)"),
        '<link rel="stylesheet" type="text/css" href="x.css">',
        '<link rel="alternate" type="text/html" href="/en">',
        link("feed.json", "application/feed+json", "JSON"),
    ).body
    found = feeds_named_in(body, at="https://news.example/today")
    assert [one.url.removeprefix("https://news.example") for one in found] == [
        "/sub/rss.xml",
        "/sub/feed.json",
        "/sub/comments/feed",
    ]


def test_where_nothing_is_named_links_that_look_like_feeds_are_taken() -> None:
    """Many a site has only an orange button."""
    body = page(body='<a href="/about">x</a><a href="/rss">RSS</a><a href="/?feed=rss2">y</a>').body
    found = feeds_named_in(body, at="https://news.example/")
    assert [one.url for one in found] == ["https://news.example/rss", "https://news.example/?feed=rss2"]
    assert "https://news.example/feed" in common_addresses("https://news.example/a/b?c=1")


# The command.


async def test_the_feed_behind_a_page_is_found_shown_and_written(tmp_path: Path) -> None:
    """A page leads to its feed; what it brings, what rules say, and its line are shown; one line is written."""
    async with FeedServer() as server:
        server.put("/news.xml", Page(body=rss(TITLES)))
        url = server.put("/home", page(link("/news.xml")))
        config = commented(tmp_path)
        done = await watcher("sources", "add", url, "--allow-private", "-c", config, "--grade", "b", answers="y\n")
        assert done.exit_code == 0, done.output
        assert server.url("/news.xml") in config.read_text("utf-8")
    for told in (
        "4 report(s) came",
        "convoy_attack 2 (1 would count)",
        "grade B (as you say)",
        "Undo: watcher sources remove",
    ):
        assert told in done.output
    added = [line for line in config.read_text("utf-8").splitlines() if line not in COMMENTED.splitlines()]
    assert len(added) == 1
    settings, problems = load_settings(config)
    assert settings is not None, problems
    source = settings.sources[-1]
    assert (source.kind, source.grade, source.allow_private, source.region) == ("feed", "B", True, ("ML",))


async def test_what_was_added_can_be_removed_and_undone(tmp_path: Path) -> None:
    """Taking it out gives the file back byte for byte; undo puts it in again, and undo once more takes it out."""
    async with FeedServer() as server:
        url = server.put("/rss", Page(body=rss(TITLES)))
        config = commented(tmp_path)
        arguments = ("sources", "add", url, "--allow-private", "-c", config, "--yes", "--json")
        told = objects(await watcher(*arguments))
    assert told["written"]
    with_it = config.read_text("utf-8")
    assert (await watcher("sources", "remove", told["entry"]["id"], "-c", config, "--yes")).exit_code == 0
    assert config.read_text("utf-8") == COMMENTED
    for text in (with_it, COMMENTED):
        assert (await watcher("sources", "undo", "-c", config, "--yes")).exit_code == 0
        assert config.read_text("utf-8") == text


async def test_of_several_feeds_one_is_chosen(tmp_path: Path) -> None:
    """Without --pick the list is printed and nothing is written; a question can be answered too."""
    async with FeedServer() as server:
        server.put("/a.xml", Page(body=rss(["Alpha"])))
        server.put("/b.json", Page(body=SAMPLES["json_feed"].whole, content_type="application/feed+json"))
        server.put("/same.xml", Page(body=rss(["Alpha"])))
        links = (link("/a.xml", title="First"), link("/b.json", "application/feed+json", "Second"), link("/dead.xml"))
        url = server.put("/home", page(*links))
        config = commented(tmp_path)
        common = ("sources", "add", url, "--allow-private", "-c", config)
        listed = await watcher(*common, "--yes")
        picked = await watcher(*common, "--pick", "2", "--json")
        asked = await watcher(*common, answers="2\nn\n")
        beyond = await watcher(*common, "--pick", "3")
    assert listed.exit_code == beyond.exit_code == 2
    assert "choose one with --pick N" in listed.output
    assert (objects(picked)["kind"], objects(picked)["written"]) == ("json_feed", False)
    assert "kind: json_feed" in asked.output
    assert config.read_text("utf-8") == COMMENTED


async def test_where_the_page_names_nothing_the_usual_places_are_tried(tmp_path: Path) -> None:
    """A feed at /feed is found although no page says so."""
    async with FeedServer() as server:
        server.put("/feed", Page(body=rss(TITLES)))
        url = server.put("/", page())
        done = await watcher("sources", "add", url, "--allow-private", "-c", commented(tmp_path), "--dry-run", "--json")
    assert objects(done)["entry"]["url"].endswith("/feed")
    assert not objects(done)["written"]


@pytest.mark.parametrize(
    ("body", "content_type", "told"),
    [
        (b"<!doctype html><html><body>Welcome</body></html>", "text/html", "the page names no feed; tried /"),
        (page(link("/gone.xml")).body, "text/html", "the page names 1 feed(s), but none answers as one"),
        (b'{"rows": []}', "application/json", "kind: json with a map"),
        (b"a,b\n1,2\n", "text/csv", "kind: csv with columns"),
    ],
)
async def test_an_address_without_a_feed_says_what_is_there(
    tmp_path: Path, body: bytes, content_type: str, told: str
) -> None:
    """Nothing is written, and the message leads on."""
    async with FeedServer() as server:
        url = server.put("/", Page(body=body, content_type=content_type))
        config = commented(tmp_path)
        done = await watcher("sources", "add", url, "--allow-private", "-c", config, "--yes")
    assert done.exit_code == 1
    assert told in done.output
    assert config.read_text("utf-8") == COMMENTED


async def test_a_source_that_is_polled_already_is_named(tmp_path: Path) -> None:
    """Its items would count as two voices."""
    async with FeedServer() as server:
        url = server.put("/rss", Page(body=rss(TITLES)))
        config = configure(tmp_path, small(), sources={"wire": url}, channels={"console": ""})
        done = await watcher("sources", "add", url, "--allow-private", "-c", config, "--yes")
    assert done.exit_code == 1
    assert "polled already, as wire" in done.output


async def test_a_private_address_is_only_asked_with_permission(tmp_path: Path) -> None:
    """T02: adding a source goes through the same door as polling it."""
    async with FeedServer() as server:
        url = server.put("/rss", Page(body=rss(TITLES)))
        done = await watcher("sources", "add", url, "-c", commented(tmp_path), "--yes")
        assert not server.requests
    assert done.exit_code == 1
    assert "private address" in done.output
    assert "--allow-private" in done.output


async def test_what_a_kind_cannot_do_without_is_asked_for(tmp_path: Path) -> None:
    """GDELT without countries would be the whole world; with them it is polled and written whole."""
    async with FeedServer() as server:
        url = server.put("/list.txt", Page(body=SAMPLES["gdelt"].whole, content_type="text/plain"))
        for path, packed in SAMPLES["gdelt"].also.items():
            server.put(path, Page(body=packed, content_type="application/zip"))
        config = commented(tmp_path)
        common = ("sources", "add", url, "--allow-private", "-c", config, "--yes", "--id", "gdelt", "--family", "gdelt")
        lacking = await watcher(*common)
        whole = await watcher(*common, "--option", "countries=[ML]", "--json")
    assert lacking.exit_code == 2
    assert "--option countries=" in lacking.output
    assert objects(whole)["entry"]["options"] == {"countries": ["ML"]}
    settings, problems = load_settings(config)
    assert settings is not None, problems
    assert settings.sources[-1].id == "gdelt"


@pytest.mark.parametrize(
    "wrong", [("--grade", "Z"), ("--every", "soon"), ("--lang", "french"), ("--region", "Mali"), ("--id", "A B")]
)
async def test_a_wrong_word_of_the_operators_is_told_by_its_option(tmp_path: Path, wrong: tuple[str, str]) -> None:
    """What `watcher check` would refuse is refused before anything is asked or written."""
    async with FeedServer() as server:
        url = server.put("/rss", Page(body=rss(TITLES)))
        config = commented(tmp_path)
        done = await watcher("sources", "add", url, "--allow-private", "-c", config, "--yes", *wrong)
    assert done.exit_code == 2
    assert wrong[0].removeprefix("--") in done.output
    assert config.read_text("utf-8") == COMMENTED


async def test_a_key_in_the_address_stays_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """P15: written as a name it is polled with its value, and neither the file nor the screen has it."""
    monkeypatch.setenv("WIRE_KEY", "hush-key")
    async with FeedServer() as server:
        server.put("/rss", Page(body=rss(TITLES)))
        config = commented(tmp_path)
        url = server.url("/rss") + "?key=${WIRE_KEY}"
        done = await watcher("sources", "add", url, "--allow-private", "-c", config, "--yes")
        assert server.requests[-1].query == "key=hush-key"
    assert done.exit_code == 0, done.output
    assert "${WIRE_KEY}" in config.read_text("utf-8")
    assert "hush-key" not in done.output + config.read_text("utf-8")


# The file.


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_one_entry_goes_in_and_out_and_leaves_no_trace(end: str) -> None:
    """Behind the last source, before what follows; comments, empty lines and line ends are those of the file."""
    text = COMMENTED.replace("\n", end)
    entry = {"id": "new", "url": "https://new.example/é?a=1", "every": "1h", "region": ["ML", "NO"], "party": True}
    changed = with_entry(text, entry)
    assert f"    every: 30m{end}  - {{id: new, " in changed
    assert without_entry(changed, "new") == text


@pytest.mark.parametrize("source", ["wire", "daily"])
def test_any_entry_can_be_taken_out(source: str) -> None:
    """Its own lines go; the comment above and the other entries stay."""
    left = without_entry(COMMENTED, source)
    assert "# The wire goes first." in left
    assert f"id: {source}" not in left
    assert "# Who hears." in left


def test_a_list_in_brackets_takes_entries_too() -> None:
    """A configuration that a program wrote as JSON is changed in its place."""
    text = json.dumps({"sources": [{"id": "a", "url": "x"}, {"id": "b", "url": "y"}], "n": 1})
    changed = with_entry(text, {"id": "c", "url": "z"})
    assert [one["id"] for one in json.loads(changed)["sources"]] == ["a", "b", "c"]
    assert json.loads(without_entry(changed, "a")) == {
        "sources": [{"id": "b", "url": "y"}, {"id": "c", "url": "z"}],
        "n": 1,
    }
    assert without_entry(changed, "c") == text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [", "not readable as YAML"),
        ("recipients: []", "no list under sources:"),
        ("sources: []", "no list under sources:"),
        ("sources: [{id: wire}]", "the last source"),
        (
            "sources:\n  - &one {id: wire, url: x}\n  - {id: b}\nother: *one\n",
            "cannot be changed here|would not be readable",
        ),
    ],
)
def test_a_file_that_cannot_be_changed_safely_is_left_to_a_person(text: str, told: str) -> None:
    """What the change would break or leave without a source is refused in a sentence."""
    with pytest.raises(EntryError, match=told):
        without_entry(text, "wire")


def test_words_that_yaml_would_misread_are_quoted() -> None:
    """An id that is a number or a yes stays a text, a time stays bare."""
    line = line_of({"id": "123", "family": "no", "url": "u:", "every": "15m", "options": {"a": [1, "b"]}})
    assert line == '{id: "123", url: "u:", every: 15m, family: "no", options: {"a": [1, "b"]}}'


# The rhythm.


def every(minutes: float, count: int = 10) -> list[Item]:
    return [an_item(f"Report {n}", published=NOON - n * timedelta(minutes=minutes)) for n in range(count)]


@pytest.mark.parametrize(
    ("items", "word"),
    [(every(2), "5m"), (every(30), "15m"), (every(60), "30m"), (every(600), "1h"), (every(60, 2), "15m"), ([], "15m")],
)
def test_looking_is_twice_as_frequent_as_reports_within_bounds(items: list[Item], word: str) -> None:
    """A quiet source is still looked at every hour; too few dates say nothing."""
    assert every_for(rhythm_of(items)) == word


def test_reports_a_day_come_from_the_dates_alone() -> None:
    """Undated reports are counted as reports and say nothing of the rhythm."""
    rhythm = rhythm_of([*every(60, 25), *(an_item(f"Undated {n}", published=None) for n in range(5))])
    assert (rhythm.items, rhythm.dated, rhythm.per_day) == (30, 25, 24.0)
