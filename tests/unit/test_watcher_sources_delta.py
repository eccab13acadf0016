"""Only new and changed entries of a feed are read, and what comes of it is what reading everything would have given."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.items import Item
from watcher.sources.cuts import cut_of
from watcher.sources.faults import Fault, SourceError
from watcher.sources.feeds import parse_feed
from watcher.sources.fields import title_of
from watcher.sources.known import KnownEntries
from watcher.sources.source import Fetched, SourceSettings

CORPUS = Path(__file__).parent.parent / "corpus" / "feeds"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WIRE = SourceSettings(id="wire", url="http://wire.example/feed.xml")


def read(body: bytes, *, known: str = "", content_type: str = "", lang: str | None = None) -> Fetched:
    source = SourceSettings(id=WIRE.id, url=WIRE.url, lang=lang)
    return parse_feed(body, settings=source, content_type=content_type, now=NOON, known=known)


def rss(*entries: str, head: str = "", tail: str = "") -> bytes:
    return f'<rss version="2.0"><channel><title>Wire</title>{head}{"".join(entries)}{tail}</channel></rss>'.encode()


def entry(number: int, title: str = "", more: str = "") -> str:
    return f"<item><guid>g{number}</guid><title>{title or f'Story {number}'}</title>{more}</item>"


def titles(fetched: Fetched) -> list[str]:
    return [item.title for item in fetched.items]


def second(first: bytes, then: bytes) -> Fetched:
    """What the second poll gives, knowing what the first one read."""
    known = read(first).known
    assert known
    return read(then, known=known)


def test_only_new_and_changed_entries_are_read() -> None:
    """Of four entries one is new and one was edited: two items come, and all four count as shown."""
    found = second(rss(entry(1), entry(2), entry(3)), rss(entry(4), entry(1), entry(2, "Edited"), entry(3)))
    assert titles(found) == ["Story 4", "Edited"]
    assert found.shown == 4


def test_nothing_new_is_nothing_and_keeps_what_is_known() -> None:
    """The same bytes give no item, no remark, and the same knowledge."""
    body = rss(entry(1), entry(2))
    first = read(body)
    again = read(body, known=first.known or "")
    assert (again.items, again.note, again.known, again.shown) == ((), "", first.known, 2)


@pytest.mark.parametrize(
    ("head", "read_again"),
    [
        ("<lastBuildDate>Sun, 01 Mar 2026 11:00:00 GMT</lastBuildDate>", False),
        ("<!-- made in 3 ms -->", False),
        ("<language>fr</language>", True),
    ],
)
def test_a_frame_that_only_tells_the_time_is_the_same_frame(head: str, read_again: bool) -> None:
    """Dates and comments around the entries change nothing in them; a language may."""
    found = second(rss(entry(1), entry(2)), rss(entry(1), entry(2), head=head))
    assert titles(found) == (["Story 1", "Story 2"] if read_again else [])


def test_a_new_entry_with_a_known_guid_makes_everything_be_read() -> None:
    """Who is who depends on the neighbours: once a guid is shared, the known entry has another identity."""
    twin = "<item><guid>g1</guid><title>Twin</title></item>"
    found = second(rss(entry(1), entry(2)), rss(twin, entry(1), entry(2)))
    assert found.items == read(rss(twin, entry(1), entry(2))).items


def test_an_entry_that_cannot_be_read_is_told_at_every_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was never read is not known: the remark about it does not go away by itself."""

    def odd(raw: object) -> str:
        if raw == "Poison":
            raise ValueError
        return title_of(raw)

    monkeypatch.setattr("watcher.sources.entries.title_of", odd)
    body = rss(entry(1), entry(2, "Poison"))
    assert second(body, body).note == "skipped 1 unreadable entry"


def test_knowledge_that_cannot_be_read_is_no_knowledge() -> None:
    """A damaged row makes the next poll read everything, no more."""
    body = rss(entry(1), entry(2))
    known = read(body).known or ""
    for damaged in ("", "x", known[:-3], known + "é", known.replace(":", ""), known[:40] + "!!" + known[40:]):
        assert titles(read(body, known=damaged)) == ["Story 1", "Story 2"]
    assert KnownEntries.read(known).write() == known


UNCERTAIN = {
    "an entry in an entry": rss(f"<item><title>a</title>{entry(2)}</item>"),
    "text between entries": rss(entry(1), "loose", entry(2)),
    "an element between entries": rss(entry(1), "<language>fr</language>", entry(2)),
    "an entry without content at the end": rss(entry(1), "<item />"),
    "two lists": b"<rss><channel>"
    + entry(1).encode()
    + b"</channel><channel>"
    + entry(2).encode()
    + b"</channel></rss>",
    "a document type": b"<!DOCTYPE rss []>" + rss(entry(1)),
    "an entry without content": rss(entry(1), "<item/>"),
    "an entry that does not end": rss(entry(1), "<item><title>b</title>"),
    "an undeclared prefix": rss(entry(1), "<x:y/>"),
    "an undefined entity": rss(entry(1, "a &nbsp; b")),
    "a letter in another encoding": rss(entry(1, "a")).replace(b"Wire", b"Wir\xe9"),
    "a declared encoding that is not the real one": b'<?xml version="1.0" encoding="latin-1"?>' + rss(entry(1, "é")),
    "an entry under another name that is empty": rss(entry(1), "<a:item xmlns:a='a'/>"),
    "an entry without content in an entry": rss("<entry><item/></entry>"),
    "entries too deep": b"<rss><a><b>" + entry(1).encode() + b"</b></a></rss>",
    "no entry": rss(),
}


@pytest.mark.parametrize("name", UNCERTAIN)
def test_where_the_cut_is_not_certain_there_is_none(name: str) -> None:
    """Then the whole document is read, at this poll and the next."""
    assert cut_of(UNCERTAIN[name], content_type="") is None


@pytest.mark.parametrize(
    "inside",
    [
        "<!-- <item><title>no</title></item> -->",
        "<![CDATA[</item><item>]]>",
        "<![CDATA[<!-- <item>]]>",
        "<!-- <![CDATA[ <item> -->",
        "<?note <item> ?>",
        "<x>&lt;item&gt;</x>",
        '<a b="</item>"/>',
        "<item_count>2</item_count><items/>",
    ],
)
def test_what_only_looks_like_an_entry_is_none(inside: str) -> None:
    """A comment, a CDATA section, an escaped text or an attribute that says "item" cuts nothing."""
    inside = inside.replace('"</item>"', '"&lt;/item>"')
    cut = cut_of(rss(entry(1, more=inside), entry(2)), content_type="")
    assert cut is not None
    assert cut.entries == (entry(1, more=inside).encode(), entry(2).encode())


def test_an_entry_ends_with_its_own_end() -> None:
    """A prefix, a sign inside an attribute and white space in the end tag belong to it."""
    odd = "<a:item xmlns:a='a' b='1>2'><title>a</title></a:item\n>"
    cut = cut_of(rss(odd, "\n", entry(2)), content_type="")
    assert cut is not None
    assert cut.entries == (odd.encode(), entry(2).encode())


@pytest.mark.parametrize("name", sorted(path.name for path in CORPUS.iterdir()))
def test_a_strange_feed_is_the_same_with_and_without_what_is_known(name: str) -> None:
    """Each file of the corpus, read twice: what the second reading leaves out was in the first."""
    live([(CORPUS / name).read_bytes()] * 2)


# Any feed, any history of it: the store has the same in the end.


def outcome(body: bytes, *, known: str = "", content_type: str = "") -> Fetched | tuple[Fault, str]:
    try:
        return read(body, known=known, content_type=content_type)
    except SourceError as error:
        return error.fault, error.detail


def live(bodies: Iterable[bytes], *, content_type: str = "") -> None:
    """Poll each of *bodies* in turn with and without what is known, and compare what a store would hold."""
    known = ""
    all_read: dict[str, Item] = {}
    delta_read: dict[str, Item] = {}
    for body in bodies:
        whole, delta = outcome(body, content_type=content_type), outcome(body, known=known, content_type=content_type)
        if not isinstance(whole, Fetched) or not isinstance(delta, Fetched):
            assert delta == whole
            continue
        assert delta.partial == whole.partial
        assert list(delta.items) == [item for item in whole.items if item in set(delta.items)]
        all_read |= {item.id: item for item in whole.items}
        delta_read |= {item.id: item for item in delta.items}
        assert delta_read == all_read
        known = known if delta.known is None else delta.known


TITLES = st.sampled_from(
    [
        "Calm",
        "Pénurie à Gao",
        "a &amp; b",
        "a & b",
        "a &nbsp; b",
        "<![CDATA[<b>Curfew</b> & <item>]]>",
        "&lt;i&gt;Fire&lt;/i&gt;",
        "",
        "Опасность",
    ]
)
EXTRAS = st.sampled_from(
    [
        "<!-- <item><title>no</title></item> -->",
        "<![CDATA[</item><entry>]]>",
        '<dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">A</dc:creator>',
        '<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/"><![CDATA[<p>Long</p>]]></content:encoded>',
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">In <b>full</b></div></content>',
        '<summary xml:lang="fr">Bref</summary>',
        "<description>&lt;p&gt;Short&lt;/p&gt;</description>",
        "<item><title>inner</title></item>",
        "<source><title>Other</title></source>",
        "<image><title>Picture</title><url>http://a.example/p.png</url></image>",
        "<textinput><title>Ask</title></textinput>",
        "<author><name>B</name></author>",
        "<media:thumbnail url='http://a.example/t.png'/>",
        '<georss:point xmlns:georss="http://www.georss.org/georss">12.6 -8.0</georss:point>',
        "<x:y>undeclared</x:y>",
        "<b>not closed",
        "</item>",
    ]
)
LINKS = st.sampled_from(["http://wire.example/1", "http://wire.example/2", "story/3", ""])
DATES = st.sampled_from(["Sun, 01 Mar 2026 08:00:00 GMT", "2026-03-01T07:00:00Z", "2024-13-45", ""])
GUIDS = st.sampled_from(["g1", "g2", "g3", "g4", ""])
ATTRIBUTES = st.sampled_from(
    ["", "", ' xml:base="http://b.example/"', ' xml:lang="en"', ' rdf:about="http://a.example/"']
)


@st.composite
def entries(draw: st.DrawFn, kind: str) -> str:
    name = "entry" if kind == "atom" else "item"
    guid, link, date = draw(GUIDS), draw(LINKS), draw(DATES)
    parts = [f"<title>{draw(TITLES)}</title>"]
    parts += [f"<id>{guid}</id>" if kind == "atom" else f"<guid>{guid}</guid>"] if guid else []
    parts += [f'<link href="{link}"/>' if kind == "atom" else f"<link>{link}</link>"] if link else []
    parts += [f"<updated>{date}</updated>" if kind == "atom" else f"<pubDate>{date}</pubDate>"] if date else []
    parts += draw(st.lists(EXTRAS, max_size=1)) if draw(st.booleans()) else []
    return f"<{name}{draw(ATTRIBUTES)}>{''.join(parts)}</{name}>"


FRAMES = {
    "rss": ('<rss version="2.0" xmlns:rdf="r"{ns}><channel><title>W</title>{head}', "{tail}</channel></rss>"),
    "atom": ('<feed xmlns="http://www.w3.org/2005/Atom" xmlns:rdf="r"{ns}><title>W</title>{head}', "{tail}</feed>"),
    "rdf": (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"{ns}><channel>{head}</channel>',
        "{tail}</rdf:RDF>",
    ),
}
HEADS = st.sampled_from(
    [
        "",
        "",
        "",
        "<updated>2026-03-01T07:00:00Z</updated>",
        "<language>fr</language>",
        "<!-- <item> -->",
        "<item_count/>",
    ]
)
BETWEEN = st.sampled_from(["", "", "", "\n  ", "<!-- more -->", "loose", "<ttl>5</ttl>"])
CODINGS = st.sampled_from(["utf-8", "utf-8", "utf-8", "latin-1", "utf-16", "utf-8-sig", "wrong"])


@st.composite
def histories(draw: st.DrawFn) -> list[bytes]:
    """Documents of one feed, one after the other: entries come, go, are edited and change places."""
    kind = draw(st.sampled_from(sorted(FRAMES)))
    pool = draw(st.lists(entries(kind), min_size=1, max_size=6))
    return [draw(documents(kind, pool)) for _ in range(draw(st.integers(2, 4)))]


@st.composite
def documents(draw: st.DrawFn, kind: str, pool: list[str]) -> bytes:
    shown = draw(st.lists(st.sampled_from(pool), max_size=6))
    opening, ending = FRAMES[kind]
    ns = draw(st.sampled_from(["", "", "", ' xml:base="http://c.example/d/"', ' xml:lang="fr"']))
    between = draw(BETWEEN)
    text = opening.format(ns=ns, head=draw(HEADS)) + between.join(shown) + ending.format(tail=draw(HEADS))
    coding = draw(CODINGS)
    declared = {"wrong": "iso-8859-1", "utf-8-sig": "utf-8"}.get(coding, coding)
    if draw(st.booleans()) or coding in {"latin-1", "utf-16", "wrong"}:
        text = f'<?xml version="1.0" encoding="{declared}"?>{text}'
    body = text.encode("utf-8" if coding == "wrong" else coding, "xmlcharrefreplace")
    return body[: draw(st.integers(len(body) // 2, len(body)))] if draw(st.integers(0, 9)) == 0 else body


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    histories(), st.sampled_from(["", "application/rss+xml", "text/xml; charset=utf-8", "text/xml; charset=latin-1"])
)
def test_any_history_of_any_feed_leaves_the_same_items(bodies: list[bytes], content_type: str) -> None:
    """After every poll the store holds what it would hold if each document had been read whole."""
    live(bodies, content_type=content_type)
