"""Any JSON API by JMESPath: a map that fits, a map that does not, and what it says then."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.servers import FeedServer, Page, Seen
from watcher.sources import Fault, Fetched, Http, Response, SourceError, SourceSettings, Validators
from watcher.sources.json_api import JsonOptions, JsonSource, read_records

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def read(document: Any, **options: Any) -> Fetched:
    settings = SourceSettings(id="wire", url="https://wire.example/api", kind="json")
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    answer = Response(status=200, headers={}, body=body, url=settings.url)
    return read_records(answer, options=JsonOptions(**options), settings=settings, now=NOON)


def refused(document: Any, **options: Any) -> SourceError:
    with pytest.raises(SourceError) as failure:
        read(document, **options)
    return failure.value


def test_every_field_can_be_mapped() -> None:
    """Paths, joins and lists of JMESPath fill each field of a report."""
    record = {
        "n": 12,
        "attr": {"head": "Clash near Kati", "text": "Two trucks burnt.", "more": "<p>Long.</p>", "lang": "fr"},
        "links": [{"href": "https://wire.example/12"}],
        "when": {"told": "2026-03-01T08:00:00Z", "was": "2026-02-28"},
        "at": {"lat": "12.74", "lon": -8.07, "names": ["Kati", "Koulikoro"]},
        "kinds": ["Battles", "Armed  clash"],
        "sides": ["Army", "Rebels", "Army", None],
    }
    (item,) = read(
        {"result": {"rows": [record]}},
        items="result.rows",
        scheme="acled",
        map={
            "id": "n",
            "title": "attr.head",
            "summary": "attr.text",
            "content": "attr.more",
            "url": "links[0].href",
            "published": "when.told",
            "occurred": "when.was",
            "lang": "attr.lang",
            "lat": "at.lat",
            "lon": "at.lon",
            "place": "join(', ', at.names)",
            "codes": "kinds",
            "actors": "sides",
        },
    ).items
    assert (item.title, item.summary, item.content) == ("Clash near Kati", "Two trucks burnt.", "Long.")
    assert (item.lat, item.lon, item.place) == (12.74, -8.07, "Kati, Koulikoro")
    assert item.codes == ("acled:battles", "acled:armed clash")
    assert item.actors == ("Army", "Rebels")
    assert item.published == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert item.occurred == datetime(2026, 2, 28, tzinfo=UTC)
    assert (item.url, item.lang) == ("https://wire.example/12", "fr")


def test_a_document_that_is_the_list_needs_no_path() -> None:
    """The usual place of the records is the document itself."""
    assert [item.title for item in read([{"t": "a"}, {"t": "b"}], map={"title": "t"}).items] == ["a", "b"]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        pytest.param({"rows": {"1": {}}}, "'rows' gives an object, not a list", id="X08-object-for-list"),
        pytest.param({"lines": []}, "'rows' gives nothing, not a list", id="renamed"),
        pytest.param([], "'rows' gives nothing, not a list", id="X08-list-for-object"),
        pytest.param({"error": "quota exceeded"}, "'rows' gives nothing", id="T20-error"),
        pytest.param(7, "'rows' gives nothing", id="a-number"),
        pytest.param(b'{"rows": [], "rows": []}', "'rows' stands there twice", id="X08-twice"),
        pytest.param(b'{"rows": 1e999}', "rows: a number beyond all bounds", id="X08-1e999"),
    ],
)
def test_records_that_are_not_where_they_should_be_are_a_fault(document: Any, words: str) -> None:
    """X08: the message names the expression and what it found, so that the map can be put right."""
    error = refused(document, items="rows", map={"title": "t"})
    assert error.fault is Fault.NOT_A_FEED
    assert words in error.detail


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        pytest.param(b'{"t": {"a": 1}}', "rows[1]: title is an object", id="X08-object-for-text"),
        pytest.param(b'{"t": NaN}', "rows[1]: title: NaN", id="X08-nan"),
        pytest.param(b'{"t": %s}' % (b"9" * 5000), "rows[1]: title: a number of 5000 digits", id="X08-5000-digits"),
        pytest.param(b'{"t": "x", "t": "y"}', "rows[1]: the key 't'", id="X08-twice"),
        pytest.param(b"null", "rows[1] is nothing", id="null"),
        pytest.param(b'{"other": "x"}', "rows[1]: title", id="no-words"),
        pytest.param(b'{"t": true}', "rows[1]: title is a yes or no", id="true-for-text"),
    ],
)
def test_a_bad_record_never_sinks_its_neighbours(bad: bytes, told: str) -> None:
    """X08, I22: it is counted, and the note names its place and field."""
    fetched = read(b'{"rows": [{"t": "a"}, %s, {"t": "c"}]}' % bad, items="rows", map={"title": "t"})
    assert [item.title for item in fetched.items] == ["a", "c"]
    assert told in fetched.note


def test_an_odd_value_in_a_field_nobody_reads_costs_nothing() -> None:
    """X08: a NaN among figures we do not use must not hide the report."""
    assert len(read(b'[{"t": "a", "score": NaN}]', map={"title": "t"}).items) == 1


@pytest.mark.parametrize("date", ["2024-13-45", "soon", "+99:99", "1970-01-01", "2099-01-01", "9" * 50, ["x"], True])
def test_a_date_that_cannot_be_is_no_date(date: Any) -> None:
    """I09: the report stays undated, never "now", and the note says that a date was there."""
    fetched = read([{"t": "a", "d": date}], map={"title": "t", "published": "d"})
    assert fetched.items[0].published is None
    assert "a date cannot be read ([0]: " in fetched.note


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("20260301", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T08:00:00+02:00", datetime(2026, 3, 1, 6, tzinfo=UTC)),
        ("2026-03-01 08:00:00", datetime(2026, 3, 1, 8, tzinfo=UTC)),
        (1772352000, datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ("1772352000", datetime(2026, 3, 1, 8, tzinfo=UTC)),
        (1772352000000, datetime(2026, 3, 1, 8, tzinfo=UTC)),
        (1772352000.5, None),
        ("Sun, 01 Mar 2026 08:00:00 GMT", datetime(2026, 3, 1, 8, tzinfo=UTC)),
    ],
)
def test_the_usual_ways_to_write_a_date_are_read(written: Any, understood: datetime | None) -> None:
    """ISO 8601, mail dates, and whole seconds or milliseconds from 1970; a time without a zone is UTC."""
    (item,) = read([{"t": "a", "d": written}], map={"title": "t", "published": "d"}).items
    assert item.published == understood


def test_long_lists_of_names_and_long_texts_are_bounded() -> None:
    """I12: a record of a megabyte is cut in sight, and so is a list without end."""
    record = {"t": "A" * 1_000_000, "s": "word " * 200_000, "c": [f"x:{n}" for n in range(10_000)]}
    (item,) = read([record], map={"title": "t", "summary": "s", "codes": "c"}).items
    assert item.title.endswith("[cut]")
    assert len(item.title) < 510
    assert len(item.summary) < 66_000
    assert len(item.codes) == 50


@pytest.mark.parametrize("hostile", ["<script>x</script>Calm", "Calm\r\nBcc: a@x.example", "Calm\u202e\0"])
def test_text_from_a_record_is_as_harmless_as_from_a_feed(hostile: str) -> None:
    """I13, I14, I16, X04: markup, line breaks and control characters are gone from a title."""
    (item,) = read([{"t": hostile}], map={"title": "t"}).items
    assert item.title.isprintable()
    assert "<" not in item.title
    assert "Calm" in item.title


class Keyed:
    """An API that wants a key in a header, and counts."""

    def __call__(self, seen: Seen) -> Page:
        if seen.headers.get("X-Api-Key") != "hush-key":
            return Page(status=401)
        return Page(body=b'[{"t": "a"}]', content_type="application/json", etag='"1"')


async def test_a_key_in_a_header_reaches_its_host_and_no_other() -> None:
    """T08: the key is sent where the operator said, and dropped when the answer leads to another host."""
    async with FeedServer() as server, FeedServer() as other, Http(deadline=timedelta(seconds=10)) as http:
        options = {"map": {"title": "t"}, "headers": {"X-Api-Key": "hush-key"}}
        url = server.put("/api", Keyed())
        settings = SourceSettings(id="wire", url=url, kind="json", allow_private=True, options=options)
        fetched = await JsonSource().fetch(settings, http, Validators(), NOON)
        assert [item.title for item in fetched.items] == ["a"]
        assert (await JsonSource().fetch(settings, http, fetched.validators, NOON)).not_modified
        server.put("/api", Page(redirect_to=other.put("/api", Keyed())))
        with pytest.raises(SourceError) as failure:
            await JsonSource().fetch(settings, http, Validators(), NOON)
        assert failure.value.fault is Fault.HTTP_STATUS
        assert "hush-key" not in f"{failure.value} {settings!r} {other.requests!r}"


def test_gdelts_doc_api_is_read_by_the_map_of_the_guide() -> None:
    """Where GDELT's files cannot be had, its search for articles can: date, title and link arrive."""
    found = {
        "url": "https://news.example/a",
        "url_mobile": "",
        "title": "Convoi attaqué au Mali",
        "seendate": "20260301T081500Z",
        "domain": "news.example",
        "language": "French",
        "sourcecountry": "Mali",
    }
    (item,) = read(
        {"articles": [found]},
        items="articles",
        map={"id": "url", "title": "title", "url": "url", "published": "seendate"},
    ).items
    assert (item.title, item.url, item.published) == (found["title"], found["url"], NOON.replace(hour=8, minute=15))
