"""GDELT's articles (Global Knowledge Graph 2.1): a line becomes an article with its place and themes."""

import hashlib
import io
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.servers import FeedServer, Page
from watcher.sources import Fault, Fetched, Http, SourceError, SourceSettings, Validators
from watcher.sources.gdelt.articles import COLUMNS, articles_in
from watcher.sources.gdelt.events import Wanted
from watcher.sources.gdelt.source import GdeltSource

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MALI = Wanted(countries=frozenset({"ML"}))
PLACES = (
    "1#Mali#ML##17#-4#ML;4#Kolokani, Koulikoro, Mali#ML#ML07#13.5728#-8.0339#-1433;4#Niamey, Niger#NG#NG08#13.5#2.1#-1"
)


def row(number: int = 1, **changes: Any) -> str:
    cells = [""] * COLUMNS
    told = {
        "id": f"20260301113000-{number}",
        "date": "20260301113000",
        "outlet": "news.example",
        "link": f"https://news.example/{number}",
        "themes": "PROTEST;ARMEDCONFLICT;PROTEST;",
        "places": PLACES,
        "translation": "srclc:fra; eng:GT-FRA 1.0",
        "extras": "<PAGE_TITLE>Convoi attaqu&#xE9; pr&#xE8;s de Kolokani</PAGE_TITLE>",
    } | changes
    at = {"id": 0, "date": 1, "outlet": 3, "link": 4, "themes": 7, "places": 9, "translation": 25, "extras": 26}
    for name, place in at.items():
        cells[place] = told[name]
    return "\t".join(cells)


def packed(*rows: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("20260301113000.gkg.csv", "\n".join(rows) + "\n")
    return held.getvalue()


def test_an_article_has_its_own_title_language_place_and_themes() -> None:
    """What a rule reads are the page's words and the themes; it lies at its nearest place and not in mid-country."""
    found = articles_in(row().encode(), MALI, source="gdelt", now=NOON)
    (item,) = found.items
    assert (item.title, item.lang, item.url) == ("Convoi attaqué près de Kolokani", "fr", "https://news.example/1")
    assert (item.place, item.lat, item.lon) == ("Kolokani, Koulikoro, Mali", 13.5728, -8.0339)
    assert item.codes == ("gkg:protest", "gkg:armedconflict")
    assert item.published == NOON.replace(hour=11, minute=30)


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"extras": ""}, "title", "Article of news.example (Kolokani, Koulikoro, Mali)"),
        ({"places": "1#Mali#ML##17#-4#ML"}, "lat", None),
        ({"places": "4#Kati#ML#ML07#north#west#1"}, "lon", None),
        ({"link": "javascript:x"}, "url", ""),
        ({"date": "20261399999999"}, "published", None),
        ({"translation": "", "extras": "<PAGE_TITLE>Two dead</PAGE_TITLE>"}, "lang", "en"),
        ({"translation": "srclc:bam"}, "lang", None),
    ],
)
def test_what_is_missing_or_odd_costs_its_field(changes: dict[str, Any], field: str, value: Any) -> None:
    """I09, I14: the article stays."""
    (item,) = articles_in(row(**changes).encode(), MALI, source="gdelt", now=NOON).items
    assert getattr(item, field) == value


def test_articles_of_other_countries_and_other_lines_are_left() -> None:
    """X09: a line of another format is counted, its neighbours go on, and one article is one item."""
    abroad = row(2, places="4#Niamey, Niger#NG#NG08#13.5#2.1#-1")
    found = articles_in(
        "\n".join((row(), "x\ty", abroad, row(3, link="https://news.example/1"))).encode(), MALI, source="g", now=NOON
    )
    assert (len(found.items), found.events, found.unread) == (1, 3, 1)


async def polled(body: bytes, **options: Any) -> Fetched:
    async with FeedServer() as server, Http() as http:
        names = [f"20260301113000.{kind}.zip" for kind in ("export.CSV", "mentions.CSV", "gkg.csv")]
        listed = "".join(f"1 {'0' * 32} http://files.example/{name}\n" for name in names)
        if options.pop("sum", True):
            listed = listed.replace("0" * 32, hashlib.md5(body).hexdigest())
        server.put("/lastupdate.txt", Page(body=listed.encode()))
        server.put(f"/{names[2]}", Page(body=body))
        settings = SourceSettings(
            id="gdelt",
            url=server.url("/lastupdate.txt"),
            kind="gdelt",
            allow_private=True,
            options={"countries": ["ML"], "files": "articles", **options},
        )
        return await GdeltSource().fetch(settings, http, Validators(), NOON)


async def test_the_articles_are_read_from_beside_the_list() -> None:
    """The list names events, mentions and articles; only what was asked for is fetched, and its cursor kept."""
    fetched = await polled(packed(row(), row(2)))
    assert [item.url for item in fetched.items] == ["https://news.example/1", "https://news.example/2"]
    assert fetched.validators.etag.startswith("20260301113000")


async def test_another_format_or_another_file_is_a_fault() -> None:
    """X09, T14: columns that changed and bytes that are not those listed are told, and nothing is guessed."""
    with pytest.raises(SourceError) as columns:
        await polled(packed("a\tb"))
    assert (columns.value.fault, "27 columns" in columns.value.detail) == (Fault.COLUMNS, True)
    with pytest.raises(SourceError) as other:
        await polled(packed(row()), sum=False)
    assert other.value.fault is Fault.TRUNCATED


async def test_roots_are_of_events() -> None:
    """A filter that would do nothing is refused."""
    with pytest.raises(SourceError, match="roots are codes of events"):
        await polled(packed(row()), roots=[14])
