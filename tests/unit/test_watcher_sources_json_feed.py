"""JSON Feed: what each of its members becomes, and what is no such feed."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from indicators.items import Item
from watcher.sources import Fault, Fetched, Response, SourceError, SourceSettings
from watcher.sources.json_feed import read_json_feed

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
VERSION = "https://jsonfeed.org/version/1.1"


def read(*items: Any, lang: str | None = None, **head: Any) -> Fetched:
    feed = {"version": VERSION, "title": "Wire", "items": list(items)} | head
    return read_bytes(json.dumps(feed).encode(), lang=lang)


def read_bytes(body: bytes, *, lang: str | None = None) -> Fetched:
    settings = SourceSettings(id="wire", url="https://wire.example/feed.json", kind="json_feed", lang=lang)
    answer = Response(status=200, headers={}, body=body, url=settings.url)
    return read_json_feed(answer, settings=settings, now=NOON)


def only(**entry: Any) -> Item:
    (item,) = read(entry).items
    return item


def refused(body: bytes) -> SourceError:
    with pytest.raises(SourceError) as failure:
        read_bytes(body)
    return failure.value


def test_an_entry_becomes_an_item() -> None:
    """Title, text, link, date and language arrive as plain values."""
    item = only(
        id="7",
        title="Curfew & closures",
        url="https://wire.example/7",
        content_html="<p>One.</p><p>Two<br>three</p><script>x()</script>",
        summary="Short.",
        date_published="2026-03-01T09:00:00+01:00",
        language="fr-ML",
    )
    assert (item.title, item.summary, item.content) == ("Curfew & closures", "Short.", "One.\nTwo\nthree")
    assert (item.url, item.lang) == ("https://wire.example/7", "fr")
    assert item.published == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert item.occurred is None


def test_plain_text_is_not_read_as_markup() -> None:
    """What the format calls plain keeps its angle brackets: they are words of the report."""
    assert only(id="1", title="a < b > c", content_text="if x <b then y").content == "if x <b then y"


def test_an_entry_without_a_title_opens_with_its_first_line() -> None:
    """Short posts have none; an alert still needs a headline."""
    item = only(id="1", content_text="Shots heard in Kati.\nMore follows.")
    assert item.title == "Shots heard in Kati."


def test_an_outside_link_and_a_later_date_stand_in() -> None:
    """Where an entry has no address or date of its own, the one it refers to is used."""
    item = only(id="1", title="t", external_url="https://x.example/", date_modified="2026-02-28T00:00:00Z")
    assert item.url == "https://x.example/"
    assert item.published == datetime(2026, 2, 28, tzinfo=UTC)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "https://u:p@x.example/"])
def test_a_link_that_is_no_link_is_left_out(link: str) -> None:
    """I14, T07: nothing a reader might click leads into a script."""
    assert only(id="1", title="t", url=link).url == ""


@pytest.mark.parametrize(
    ("own", "entry", "feed", "understood"),
    [
        ("fr", "en", "en", "fr"),
        (None, "en", "fr", "en"),
        (None, None, "fr-ML", "fr"),
        (None, None, None, None),
        (None, None, "en-US", None),
    ],
)
def test_the_language_is_the_operators_then_the_entrys_then_the_feeds(
    own: str | None, entry: str | None, feed: str | None, understood: str | None
) -> None:
    """The nearest to the report counts, after the person who knows the site."""
    (item,) = read({"id": "1", "title": "t", "language": entry}, language=feed, lang=own).items
    assert item.lang == understood


def test_the_id_outlives_a_correction_and_a_number_is_an_id_too() -> None:
    """I01, I05: a corrected entry is the same report, so that it can be judged again as a revision."""
    before, after = only(id=7, title="Two dead"), only(id=7, title="Ten dead", url="https://wire.example/b")
    assert before.id == after.id


def test_one_id_for_all_loses_nobody() -> None:
    """I03: different entries stay apart whatever they share."""
    assert len({item.id for item in read({"id": "1", "title": "a"}, {"id": "1", "title": "b"}).items}) == 2


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        pytest.param('{"id": "2", "title": ["a"]}', "items[1]: title is a list", id="X08-list-for-text"),
        pytest.param('["a"]', "items[1] is a list", id="X08-list-for-object"),
        pytest.param('{"id": "2", "title": NaN}', "items[1]: title: NaN", id="X08-nan"),
        pytest.param('{"id": "2", "title": "a", "title": "b"}', "items[1]: the key 'title'", id="X08-twice"),
        pytest.param('{"id": "2"}', "items[1]: title", id="no-words"),
    ],
)
def test_a_bad_entry_is_skipped_and_counted_with_its_place(bad: str, told: str) -> None:
    """I22, X08: its neighbours go on, and the note leads to it."""
    body = f'{{"version": "{VERSION}", "items": [{{"id": "1", "title": "a"}}, {bad}, {{"id": "3", "title": "c"}}]}}'
    fetched = read_bytes(body.encode())
    assert [item.title for item in fetched.items] == ["a", "c"]
    assert "skipped 1 unreadable record" in fetched.note
    assert told in fetched.note


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(b'{"items": []}', "JSON Feed", id="no-version"),
        pytest.param(b'{"version": "https://evil.example/version/1", "items": []}', "JSON Feed", id="other-version"),
        pytest.param(b'{"version": "https://jsonfeed.org/version/1.1"}', "items is nothing", id="no-items"),
        pytest.param(
            b'{"version": "https://jsonfeed.org/version/1.1", "items": {}}', "items is an object", id="X08-object"
        ),
        pytest.param(b"[]", "JSON Feed", id="X08-list"),
        pytest.param(b'{"error": "quota"}', "JSON Feed", id="T20-error"),
        pytest.param(b"<rss/>", "XML", id="rss"),
        pytest.param(
            b'{"version": "https://jsonfeed.org/version/1.1", "items": [], "items": []}', "'items'", id="X08-twice"
        ),
    ],
)
def test_what_is_no_json_feed_is_refused(body: bytes, words: str) -> None:
    """T20, X08: another document is a named fault that says what stands where the feed should be."""
    error = refused(body)
    assert error.fault is Fault.NOT_A_FEED
    assert words in error.detail


def test_a_feed_of_which_nothing_can_be_read_is_a_fault() -> None:
    """A source whose every entry is lost is blind, and blindness is no silence."""
    error = refused(f'{{"version": "{VERSION}", "items": [1, 2]}}'.encode())
    assert error.fault is Fault.NOT_A_FEED
    assert "none of its 2 records" in error.detail
