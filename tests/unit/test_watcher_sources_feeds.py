"""What the bytes of a feed become: items, doubts, or a named fault."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from indicators.items import Item
from watcher.sources.entries import drafts_of
from watcher.sources.exchange import retry_after
from watcher.sources.faults import Fault, SourceError
from watcher.sources.feeds import SALVAGE_LIMIT, parse_feed
from watcher.sources.source import Fetched, SourceSettings

CORPUS = Path(__file__).parent.parent / "corpus" / "feeds"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MORNING = datetime(2026, 3, 1, 8, tzinfo=UTC)


def parse(body: bytes, *, content_type: str = "application/rss+xml", lang: str | None = None) -> Fetched:
    settings = SourceSettings(id="wire", url="http://wire.example/feed?key=hush", lang=lang)
    return parse_feed(body, settings=settings, content_type=content_type, now=NOON)


def rss(items: str, *, head: str = "") -> bytes:
    return f'<rss version="2.0"><channel><title>Wire</title>{head}{items}</channel></rss>'.encode()


def sample(name: str) -> bytes:
    return (CORPUS / name).read_bytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a file of the corpus must become; a field left out is not looked at."""

    titles: tuple[str, ...]
    published: tuple[datetime | None, ...] | None = None
    urls: tuple[str, ...] | None = None
    langs: tuple[str | None, ...] | None = None
    positions: tuple[tuple[float | None, float | None], ...] | None = None
    texts: tuple[tuple[str, str], ...] | None = None
    partial: bool = False
    note: str | None = None


LINK = "http://wire.example/"
READ: dict[str, Expected] = {
    "atom-1.0.xml": Expected(
        titles=("Couvre-feu à Ségou",),
        published=(datetime(2026, 3, 1, 7, tzinfo=UTC),),
        urls=(f"{LINK}1",),
        langs=("fr",),
        texts=(("Bref.", "Premier alinéa.\nSecond."),),
    ),
    "bidi-override-in-title.xml": Expected(titles=("safe gnitoohs here x",)),
    "billion-laughs.xml": Expected(titles=("Laughs &i;",)),
    "cdata-with-markup.xml": Expected(titles=("Curfew & closures",), texts=(("One.\nTwo\nthree", ""),)),
    "channel-mention-in-title.xml": Expected(titles=("<@U1> @everyone Talks resume",)),
    "crlf-in-title.xml": Expected(titles=("Quiet night Bcc: all@example.org",)),
    "date-1970.xml": Expected(titles=("Epoch",), published=(None,)),
    "date-2099.xml": Expected(titles=("From the future", "From today"), published=(None, MORNING)),
    "external-entity-file.xml": Expected(titles=("Secret &x; end",)),
    "impossible-dates.xml": Expected(
        titles=(
            "Dated 2024-13-45",
            "Dated 2024-02-31",
            "Dated 2026-03-01T08:00:00+99:99",
            "Dated 99999-01-01",
            "Dated soon",
        ),
        published=(None,) * 5,
    ),
    "iso-8859-1-french.xml": Expected(titles=("Pénurie d'essence à Gao",), langs=("fr",)),
    "javascript-links.xml": Expected(
        titles=("Script link", "Data link", "File link", "User name", "Relative"),
        urls=("", "", "", "", f"{LINK}story/5"),
    ),
    "namespaces-and-position.xml": Expected(
        titles=("Explosion reported", "Position off the globe", "Older position"),
        positions=((12.65, -8.0), (None, None), (14.5, -4.2)),
        texts=(("Short", "Long text"), ("", ""), ("", "")),
    ),
    "no-entries.xml": Expected(titles=(), note="the feed has no entries"),
    "no-guid.xml": Expected(titles=("Known by its link", "Known by its words"), urls=(f"{LINK}g1", "")),
    "nul-in-title.xml": Expected(titles=("Beforeafter", "Neighbour")),
    "one-entry-twice.xml": Expected(titles=("Told once",)),
    "poison-among-neighbours.xml": Expected(titles=("Before", "After"), note="skipped 1 unreadable entry"),
    "rss-1.0-rdf.xml": Expected(
        titles=("Convoi attaqué près de Kati",), published=(MORNING,), urls=(f"{LINK}r1",), langs=("fr",)
    ),
    "rss-2.0-plain.xml": Expected(
        titles=("Fuel convoy reaches Bamako", "Pumps reopen"),
        published=(MORNING, MORNING),
        urls=(f"{LINK}a1", f"{LINK}a2"),
        langs=("en", "en"),
        texts=(("Forty tankers arrived.", ""), ("", "")),
        note="",
    ),
    "same-guid-and-link-for-all.xml": Expected(titles=("First story", "Second story", "Second story")),
    "same-guid-for-all.xml": Expected(titles=("First story", "Second story", "Third story")),
    "script-in-title.xml": Expected(titles=("Clashes in Mopti", "Roads closed", "<script>alert(2)</script>")),
    "template-in-title.xml": Expected(titles=("{{7*7}} {% x %} %s {0.__class__} $HOME",)),
    "truncated-in-third-entry.xml": Expected(
        titles=("Whole one", "Whole two"), partial=True, note="the document is cut short"
    ),
    "undated.xml": Expected(titles=("No date at all",), published=(None,)),
    "undefined-entity.xml": Expected(titles=("Fuel shortage & queues",)),
    "updated-instead-of-published.xml": Expected(titles=("Only updated",), published=(MORNING,)),
    "utf-16.xml": Expected(titles=("Pénurie à Gao",)),
}

REFUSED: dict[str, tuple[Fault, str]] = {
    "empty.xml": (Fault.EMPTY, "no content"),
    "html-page.html": (Fault.NOT_A_FEED, "HTML"),
    "json-error.json": (Fault.NOT_A_FEED, "JSON"),
    "only-white-space.xml": (Fault.EMPTY, "no content"),
    "path-as-body.txt": (Fault.NOT_A_FEED, "plain text"),
    "truncated-in-first-entry.xml": (Fault.TRUNCATED, "first entry"),
    "url-as-body.txt": (Fault.NOT_A_FEED, "plain text"),
    "xml-of-another-kind.xml": (Fault.NOT_A_FEED, "XML"),
}

FIELDS: dict[str, Callable[[Item], object]] = {
    "titles": lambda item: item.title,
    "published": lambda item: item.published,
    "urls": lambda item: item.url,
    "langs": lambda item: item.lang,
    "positions": lambda item: (item.lat, item.lon),
    "texts": lambda item: (item.summary, item.content),
}


def test_every_file_has_its_expectation() -> None:
    """A strange feed without a stated outcome proves nothing, and neither does an outcome without a feed."""
    assert {path.name for path in CORPUS.iterdir()} == set(READ) | set(REFUSED)


@pytest.mark.parametrize("name", READ)
def test_a_strange_feed_becomes_what_the_table_says(name: str) -> None:
    """X04, X05, X06, X07, I09, I17: each file yields plain values, and says whether anything is missing."""
    fetched, expected = parse(sample(name)), READ[name]
    for field, value_of in FIELDS.items():
        wanted = getattr(expected, field)
        if wanted is not None:
            assert tuple(value_of(item) for item in fetched.items) == wanted, field
    assert fetched.partial is expected.partial
    assert expected.note in {None, fetched.note}


@pytest.mark.parametrize("name", READ)
def test_no_item_is_lost_to_a_shared_identity(name: str) -> None:
    """I03: Different entries have different ids whatever they share, and the ids do not change between polls."""
    ids = [item.id for item in parse(sample(name)).items]
    assert len(set(ids)) == len(ids)
    assert ids == [item.id for item in parse(sample(name)).items]


@pytest.mark.parametrize("name", READ)
def test_what_leaves_the_door_is_harmless_text(name: str) -> None:
    """I13, I14, I16: No control character, line break in a title, or clickable script survives, in any file."""
    for item in parse(sample(name)).items:
        assert item.title.isprintable()
        assert not item.url or item.url.startswith(("http://", "https://"))
        assert all(line.isprintable() for line in (item.summary + "\n" + item.content).splitlines())


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_feed_is_refused_by_name(name: str) -> None:
    """A document that cannot be read is a named fault and says what it looked like."""
    fault, words = REFUSED[name]
    with pytest.raises(SourceError) as failure:
        parse(sample(name))
    assert failure.value.fault is fault
    assert words in failure.value.detail


class Watch:
    """Notes each file, socket and process that is opened while it is on. An audit hook stays for ever."""

    def __init__(self) -> None:
        self.on = False
        self.opened: list[str] = []
        sys.addaudithook(self._note)

    def _note(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.on and (event == "open" or event.startswith(("socket.", "subprocess.", "urllib."))):
            self.opened.append(f"{event} {arguments[:1]}")


@pytest.fixture(scope="module")
def watch() -> Watch:
    return Watch()


@pytest.mark.parametrize(
    "name", ["external-entity-file.xml", "billion-laughs.xml", "path-as-body.txt", "url-as-body.txt"]
)
def test_a_document_opens_nothing(name: str, watch: Watch) -> None:
    """X01, X03: Whatever a body names, reading it opens no file, no socket and no process."""
    body = sample(name)
    parse(sample("rss-2.0-plain.xml"))  # modules that the parser loads late are not the document's doing
    watch.on = True
    try:
        parse(body)
    except SourceError:
        assert name in REFUSED
    finally:
        watch.on = False
    assert watch.opened == []


# Dates


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("Sun, 01 Mar 2026 08:00:00 GMT", MORNING),
        ("Sun, 01 Mar 26 08:00:00 GMT", MORNING),
        ("2026-03-01T08:00:00Z", MORNING),
        ("2026-03-01T00:00:00-08:00", MORNING),
        ("Sat, 28 Feb 2026 23:30:00 -0800", datetime(2026, 3, 1, 7, 30, tzinfo=UTC)),
        ("2025-12-31T23:30:00-05:00", datetime(2026, 1, 1, 4, 30, tzinfo=UTC)),
        ("2026-03-02T11:00:00Z", datetime(2026, 3, 2, 11, tzinfo=UTC)),
        ("2026-03-02T13:00:00Z", None),
        ("Sun, 01 Mar 2026 08:00:00", MORNING),
        ("Dim, 01 Mar 2026 09:00:00 +0100", MORNING),
        ("dimanche 1er mars 2026 à 08:00", MORNING),
        ("dim., 1 mars 2026 08:00:00 +0000", MORNING),
        ("Sunday, March 1, 2026 - 08:00", MORNING),
        ("15 août 2025", datetime(2025, 8, 15, tzinfo=UTC)),
        ("3 juil. 2025", datetime(2025, 7, 3, tzinfo=UTC)),
        ("1772352000", MORNING),
        ("01/03/2026 08:00", None),
        ("March 1, 2026 8:00 PM", None),
        ("32 mars 2025", None),
        ("1990-01-01T00:00:00Z", datetime(1990, 1, 1, tzinfo=UTC)),
        ("1989-12-31T00:00:00Z", None),
        ("2026-00-10", None),
        ("2026-13-01", None),
        ("Fri, 45 Jan 2026 10:00:00 GMT", None),
        ("", None),
        ("9" * 5000, None),
    ],
)
def test_only_a_date_that_was_written_is_believed(written: str, understood: datetime | None) -> None:
    """I09: A possible date is read to the second, an impossible one is no date, and neither is ever "now"."""
    (item,) = parse(rss(f"<item><title>t</title><pubDate>{written}</pubDate></item>")).items
    assert item.published == understood


def test_a_date_that_cannot_be_read_is_told() -> None:
    """I09: A report that counts on the day of its receipt, because its date is written strangely, says so."""
    entry = "<item><title>t</title><pubDate>01/03/2026 08:00</pubDate></item>"
    assert parse(rss(entry)).note == "a date cannot be read ('01/03/2026 08:00')"


def test_a_good_second_date_replaces_a_bad_first() -> None:
    """Where the publication date is impossible but the update's is not, the update dates the item."""
    dates = "<published>2026-13-45</published><updated>2026-03-01T08:00:00Z</updated>"
    entry = f"<entry><title>t</title>{dates}</entry>"
    (item,) = parse(f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>'.encode()).items
    assert item.published == MORNING


# Text


def test_a_title_of_a_megabyte_is_cut_in_sight() -> None:
    """I12: A title stays a title: 500 characters, and a mark that more was there."""
    (item,) = parse(rss(f"<item><title>{'A' * 1_000_000}</title></item>")).items
    assert item.title == "A" * 500 + " [cut]"


def test_a_post_that_is_all_title_is_read_to_its_end() -> None:
    """I12: What a title has no room for is text, where the entry has no other."""
    post = f"{'We are told that ' * 40}heavy gunfire is heard in Bamako"
    (item,) = parse(rss(f"<item><title>{post}</title></item>")).items
    assert item.title.endswith("[cut]")
    assert item.summary == post


def test_a_body_of_a_megabyte_is_cut_in_sight() -> None:
    """I12: A body is read up to 64 KB, and a mark says that more was there."""
    (item,) = parse(rss(f"<item><title>t</title><description>{'word ' * 200_000}</description></item>")).items
    assert len(item.summary) < 66_000
    assert item.summary.endswith("[cut]")


@pytest.mark.parametrize("piece", ["<!--", "<div>", "<", "&lt;", "<a ", "<b><i>", "&#x202e;"])
def test_a_field_of_nothing_but_markup_is_survived(piece: str) -> None:
    """X02: 80,000 broken tags in one field leave its neighbour untouched."""
    flood = f"<item><title>flood</title><description><![CDATA[{piece * 80_000}]]></description></item>"
    fetched = parse(rss(f"{flood}<item><title>neighbour</title></item>"))
    assert [item.title for item in fetched.items] == ["flood", "neighbour"]


def test_words_are_not_glued_together() -> None:
    """Paragraphs and breaks part words; emphasis within a word does not."""
    markup = "<![CDATA[<p>one</p><p>two<br/>three</p>fo<b>ur</b><table><tr><td>5</td><td>6</td></tr></table>]]>"
    (item,) = parse(rss(f"<item><title>t</title><description>{markup}</description></item>")).items
    assert item.summary.split() == ["one", "two", "three", "four", "5", "6"]


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<figure><figcaption>Soldiers in Kati</figcaption></figure>Gunfire", "Soldiers in Kati Gunfire"),
        (
            "<pre>Gunfire</pre><address>heard</address>in<dl><dt>Bamako</dt><dd>Mali</dd></dl>",
            "Gunfire heard in Bamako Mali",
        ),
        ("Bamako : <<tirs nourris>> entendus", "Bamako : «tirs nourris>> entendus"),
        ("<![CDATA[Gunfire heard]]> in Bamako", "Gunfire heard in Bamako"),
        ("<iframe src='x'/>Gunfire <script src='y' />heard <object data='z'/>in Bamako", "Gunfire heard in Bamako"),
        ("L&amp;#8217;arm&amp;eacute;e&amp;nbsp;tire", "L’armée tire"),
        ("Toll &amp;lt;5, &amp;zz; AT&amp;T", "Toll &lt;5, &zz; AT&T"),
    ],
    ids=["captions", "blocks", "typed-quotes", "cdata-as-text", "xml-ends", "escaped-twice", "markup-stays-escaped"],
)
def test_no_word_is_lost_to_what_only_looks_like_markup(markup: str, words: str) -> None:
    """What an HTML parser would swallow or glue together stays words that rules can find."""
    plain = markup.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    (item,) = parse(rss(f"<item><title>t</title><description>{plain}</description></item>")).items
    assert " ".join(item.summary.split()) == words


def test_a_post_without_a_title_is_known_by_its_first_line() -> None:
    """Short posts have none, and a rule that reads titles must not pass them over."""
    text = "&lt;p&gt;Heavy gunfire in Bamako&lt;/p&gt;&lt;p&gt;More soon.&lt;/p&gt;"
    (item,) = parse(rss(f"<item><guid>1</guid><description>{text}</description></item>")).items
    assert item.title == "Heavy gunfire in Bamako"


@pytest.mark.parametrize(
    "content_type", ["", "text/xml", "text/xml; charset=iso-8859-1", "text/html", "application/json"]
)
def test_utf_8_is_read_whatever_the_header_says(content_type: str) -> None:
    """A wrong or missing charset does not garble a document whose bytes prove what they are."""
    body = rss("<item><title>Pénurie à Gao — جهاد</title></item>")
    (item,) = parse(body, content_type=content_type).items
    assert item.title == "Pénurie à Gao — جهاد"


@pytest.mark.parametrize("content_type", ["", "text/xml", "application/xml"])
def test_a_declared_encoding_of_seven_bits_is_believed(content_type: str) -> None:
    """Bytes that are all ASCII may still be written in another encoding, if the document says so."""
    head = b'<?xml version="1.0" encoding="iso-2022-jp"?>'
    body = rss("<item><title>燃料不足</title></item>").decode().encode("iso-2022-jp")
    assert parse(head + body, content_type=content_type).items[0].title == "燃料不足"


@pytest.mark.parametrize(
    ("said", "own", "understood"),
    [
        ("fr-ML", None, "fr"),
        ("en-US", "fr", "fr"),
        ("", "en", "en"),
        ("french", "en", "en"),
        ("", None, None),
        ("en-US", None, None),
        ("EN_us", None, None),
        ("en", None, None),
        ("en-NG", None, "en"),
    ],
)
def test_the_language_is_the_operators_or_else_the_feeds(said: str, own: str | None, understood: str | None) -> None:
    """Software declares en-US for many a French site: what the operator wrote counts before it."""
    body = rss("<item><title>t</title></item>", head=f"<language>{said}</language>")
    assert parse(body, lang=own).items[0].lang == understood


@pytest.mark.parametrize(
    ("feed", "entry", "own", "understood"),
    [
        ("en-US", "", "fr", "fr"),
        ("en-US", "", None, None),
        ("en-US", "fr", None, "fr"),
        ("fr", "en", None, "en"),
        ("fr", "en", "fr", "fr"),
    ],
)
def test_the_operators_language_counts_before_the_entrys(
    feed: str, entry: str, own: str | None, understood: str | None
) -> None:
    """Every entry has its document's ``xml:lang``: it must not overrule the person who knows the site."""
    said = f' xml:lang="{entry}"' if entry else ""
    body = f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{feed}"><entry><title{said}>t</title></entry></feed>'
    assert parse(body.encode(), lang=own).items[0].lang == understood


def test_a_key_in_the_feeds_address_stays_out_of_its_links() -> None:
    """A relative link is completed from the address without its query."""
    body = rss("<item><title>t</title><link>?id=1</link></item><item><title>u</title><link>#x</link></item>")
    assert [item.url for item in parse(body).items] == [
        "http://wire.example/feed?id=1",
        "http://wire.example/feed#x",
    ]


# Identity


def test_a_guid_outlives_a_new_link_and_title() -> None:
    """I05: A corrected report keeps its identity, so that it can be seen as a revision."""
    before = parse(rss("<item><guid>7</guid><title>Two dead</title><link>http://wire.example/a</link></item>"))
    after = parse(rss("<item><guid>7</guid><title>Ten dead</title><link>http://wire.example/b</link></item>"))
    assert before.items[0].id == after.items[0].id


def test_a_link_is_identity_where_there_is_no_guid() -> None:
    """I01: Without a guid a corrected title is still the same report."""
    before = parse(rss("<item><title>Two dead</title><link>http://wire.example/a</link></item>"))
    after = parse(rss("<item><title>Ten dead</title><link>http://wire.example/a</link></item>"))
    assert before.items[0].id == after.items[0].id


@pytest.mark.parametrize(
    ("broken", "note"),
    [
        ("<title>Bad<link>http://wire.example/b</link>", "skipped 1 unreadable entry"),
        ("<title><![CDATA[Bad</title>", "skipped 1 unreadable entry"),
        ("<title>Bad</title><description>never closed", ""),
        ("<title>Bad</title><!-- never closed", ""),
        ("<title>Bad</title><source url='x'>never closed", ""),
    ],
    ids=["title", "cdata", "description", "comment", "source"],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_tag_that_is_never_closed_takes_no_other_entry(broken: str, note: str, place: int) -> None:
    """X07, I22: The reader of broken XML goes on to the next end that fits, two reports further down."""
    entries = [f"<item><title>{t}</title><link>{LINK}{t}</link><guid>{t}</guid></item>" for t in ("One", "Two")]
    entries.insert(place, f"<item>{broken}</item>")
    fetched = parse(rss("".join(entries)))
    assert [(item.title, item.url) for item in fetched.items if item.title != "Bad"] == [
        ("One", f"{LINK}One"),
        ("Two", f"{LINK}Two"),
    ]
    assert fetched.note == note


def test_what_is_not_tried_of_a_long_broken_feed_is_counted() -> None:
    """X07: Whatever of a broken document is not read is told, not passed over."""
    entries = "".join(f"<item><title>Story {n}</title><!-- never closed</item>" for n in range(SALVAGE_LIMIT + 7))
    assert parse(rss(entries)).note == "skipped 7 unreadable entries"


def test_a_poisoned_entry_is_skipped_and_counted() -> None:
    """I22: An entry that breaks our own reading takes nobody with it."""

    class Poison:
        def __str__(self) -> str:
            raise RuntimeError("boom")

    entries: list[dict[str, object]] = [{"title": "Before"}, {"title": Poison()}, {"title": "After"}]
    drafts = drafts_of(entries, source="wire", language=None, now=NOON)
    assert [draft and draft[1].title for draft in drafts] == ["Before", None, "After"]


# Retry-After


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("0", timedelta()),
        ("-5", timedelta()),
        ("315360000", timedelta(hours=6)),
        ("Sun, 01 Mar 2026 12:30:00 GMT", timedelta(minutes=30)),
        ("Sun, 01 Mar 2026 11:00:00 GMT", timedelta()),
        ("Tue, 01 Mar 2044 12:00:00 GMT", timedelta(hours=6)),
        ("", None),
        ("soon", None),
        ("1e3", None),
        ("9" * 5000, None),
        ("Sun, 99 Mar 2026 99:99:99 GMT", None),
    ],
)
def test_a_servers_wish_is_honoured_within_reason(value: str, wait: timedelta | None) -> None:
    """T17: Seconds and dates are understood, held between nothing and six hours, and garbage is no wish."""
    assert retry_after(value, now=NOON) == wait
