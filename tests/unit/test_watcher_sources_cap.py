"""CAP 1.2 alerts: what they become, what must never count as real, and what a hostile one may cost."""

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from indicators.items import Item
from indicators.matcher import Matcher
from tests.builders import a_small_assessment, small
from tests.daemons import configure
from tests.servers import FeedServer, Page
from watcher.cycle import run_cycle
from watcher.settings import load_settings
from watcher.sources import SOURCES, Fault, Fetched, SourceError, SourceSettings, Validators, cap
from watcher.sources.cap import CapSource, parse_cap
from watcher.sources.http import Http
from watcher.store import Database, items
from watcher.wiring import build

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MORNING = datetime(2026, 3, 1, 8, tzinfo=UTC)
SENDER = "weather@bureau.example"
CAP = "urn:oasis:names:tc:emergency:cap:1.2"


def alert(name: str = "a1", *, info: str | None = None, **changes: str) -> str:
    """A whole alert; *changes* replace elements of its head, an empty one leaves it out."""
    head = {
        "identifier": name,
        "sender": SENDER,
        "sent": "2026-03-01T08:00:00+00:00",
        "status": "Actual",
        "msgType": "Alert",
        "scope": "Public",
    } | changes
    told = "".join(f"<{name}>{value}</{name}>" for name, value in head.items() if value)
    block = "<event>Flood</event><headline>River over its banks</headline>" if info is None else info
    return f'<alert xmlns="{CAP}">{told}<info><language>en-GB</language>{block}</info></alert>'


def feed(*alerts: str) -> bytes:
    """An Atom feed that holds the alerts."""
    entries = "".join(f"<entry><content>{one}</content></entry>" for one in alerts)
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'.encode()


def reference(identifier: str, sent: str = "2026-03-01T08:00:00+00:00", sender: str = SENDER) -> str:
    return f"{sender},{identifier},{sent}"


def parse(body: bytes | str, *, lang: str | None = None) -> Fetched:
    settings = SourceSettings(id="bureau", url="http://bureau.example/cap?key=hush", kind="cap", lang=lang)
    return parse_cap(body.encode() if isinstance(body, str) else body, settings=settings, now=NOON)


def only(body: bytes | str, *, lang: str | None = None) -> Item:
    (item,) = parse(body, lang=lang).items
    return item


def test_an_alert_becomes_an_item_with_its_time_place_and_code() -> None:
    """Headline, text, onset as the time of the happening, sent as that of the report, centre of the area, code."""
    info = (
        "<event>Civil Emergency</event><urgency>Immediate</urgency><severity>Extreme</severity>"
        "<certainty>Observed</certainty><eventCode><valueName>SAME</valueName><value>CEM</value></eventCode>"
        "<effective>2026-03-01T07:00:00+00:00</effective><onset>2026-03-01T10:30:00+01:00</onset>"
        "<expires>2026-03-01T20:00:00Z</expires><headline>Leave the valley</headline>"
        "<description>The dam is leaking.</description><instruction>Go uphill.</instruction>"
        "<web>https://bureau.example/a1</web>"
        "<area><areaDesc>Mopti</areaDesc><polygon>14,-5 14,-3 16,-3 16,-5 14,-5</polygon></area>"
    )
    item = only(alert(info=info))
    assert (item.title, item.summary) == ("Leave the valley", "The dam is leaking.")
    assert item.content == "Go uphill.\nImmediate, Extreme, Observed\nUntil 2026-03-01 20:00 UTC"
    assert (item.published, item.occurred) == (MORNING, datetime(2026, 3, 1, 9, 30, tzinfo=UTC))
    assert (item.lat, item.lon, item.place) == (15.0, -4.0, "Mopti")
    assert (item.codes, item.url, item.lang) == (("cap:cem",), "https://bureau.example/a1", "en")


def test_an_alert_without_an_event_code_is_known_by_its_event() -> None:
    """The event's own words are the code, in small letters; a colon in them makes no mark of ours."""
    assert only(alert(info="<event>Flash  Flood</event>")).codes == ("cap:flash flood",)
    assert only(alert(info="<event>status:test</event>")).codes == ("cap:status test",)


def test_the_operators_language_chooses_the_block() -> None:
    """Of several languages the source's own is shown; the codes of all are kept."""
    french = "</info><info><language>fr</language><event>Crue</event><headline>Le fleuve déborde</headline>"
    both = alert(info=f"<event>Flood</event><headline>River over its banks</headline>{french}")
    assert only(both).title == "River over its banks"
    chosen = only(both, lang="fr")
    assert (chosen.title, chosen.lang) == ("Le fleuve déborde", "fr")
    assert chosen.codes == ("cap:flood", "cap:crue")


@pytest.mark.parametrize("status", ["Test", "Exercise", "System", "Draft", "Bogus"])
def test_x10_an_alert_that_is_not_actual_is_shown_and_matches_nothing(status: str) -> None:
    """X10: it is an item with its status in title and code, and every rule it would fit refuses it by that name."""
    told = alert(info="<event>Attack</event><headline>Convoy ambushed near Kolokani</headline>", status=status)
    item = only(told)
    assert item.title == f"[{status}] Convoy ambushed near Kolokani"
    assert item.codes[0] == f"cap:status:{status.casefold()}"
    (match,) = Matcher(a_small_assessment()).match_item(item)
    assert not match.counts
    assert not match.contrary
    assert f"cap:status:{status.casefold()}" in match.rejected_by
    (real,) = Matcher(a_small_assessment()).match_item(only(told.replace(f">{status}<", ">Actual<")))
    assert real.counts


def test_x11_an_update_is_a_later_version_of_the_alert_it_refers_to() -> None:
    """X11, known reference: one item under the first message's identity, with the newest text."""
    first = only(alert("a1"))
    later = alert(
        "a2",
        msgType="Update",
        sent="2026-03-01T09:00:00+00:00",
        references=reference("a1"),
        info="<event>Flood</event><headline>River falling</headline>",
    )
    both = parse(feed(alert("a1"), later)).items
    assert [(item.id, item.title) for item in both] == [(first.id, "River falling")]


def test_x11_a_reference_to_an_unknown_alert_still_links() -> None:
    """X11, unknown reference: the update alone has the identity that its first message would have had."""
    later = alert(
        "a3", msgType="Update", references=f"{reference('a2')} {reference('a1', '2026-03-01T07:00:00+00:00')}"
    )
    assert only(later).id == only(alert("a1", sent="2026-03-01T07:00:00Z")).id


def test_x11_references_in_a_circle_end() -> None:
    """X11, cyclic references: one chain, one item, whichever of the messages is at hand."""
    one = alert("a1", msgType="Update", references=reference("a2", "2026-03-01T09:00:00+00:00"))
    two = alert("a2", msgType="Update", sent="2026-03-01T09:00:00+00:00", references=reference("a1"))
    assert (
        len({item.id for body in (feed(one, two), feed(two, one), feed(one), feed(two)) for item in parse(body).items})
        == 1
    )


def test_x11_nobody_cancels_the_alert_of_another_sender() -> None:
    """X11: a reference to another sender's message does not touch it."""
    theirs = alert("a1")
    foreign = alert("z9", sender="mallory@evil.example", msgType="Cancel", references=reference("a1"))
    found = {item.title: item for item in parse(feed(theirs, foreign)).items}
    assert found["River over its banks"].id == only(theirs).id
    assert len(found) == 2


@pytest.mark.parametrize(("kind", "opening"), [("Cancel", "[Cancelled]"), ("Error", "[Declared an error]")])
def test_x11_what_is_taken_back_no_longer_counts(kind: str, opening: str, tmp_path: Path) -> None:
    """X11: the cancelled alert is a new version of the item, refused by every rule, with its history kept."""
    told = "<event>Attack</event><headline>Convoy ambushed near Kolokani</headline>"
    back = alert("a2", msgType=kind, sent="2026-03-01T09:00:00Z", references=reference("a1"), info=told)
    database = Database(f"sqlite:///{tmp_path / 'w.db'}")
    database.migrate()
    matcher = Matcher(a_small_assessment())
    with database.write() as connection:
        (kept,) = items.add(connection, parse(feed(alert("a1", info=told))).items)
        assert matcher.match_item(kept)[0].counts
    with database.write() as connection:
        (revised,) = items.add(connection, parse(feed(back)).items)
        assert items.count(connection) == 1
        waiting = items.unjudged(connection, "small", limit=10)
    database.close()
    assert revised.title == f"{opening} Convoy ambushed near Kolokani"
    assert revised.published == kept.published
    assert [item.id for item in waiting] == [kept.id], "a revised text is judged again"
    assert not matcher.match_item(revised)[0].counts


async def test_x11_what_is_taken_back_leaves_the_level(tmp_path: Path) -> None:
    """X11: the alert counts, its cancellation takes the count back at the next cycle; an exercise adds none."""
    told = "<event>Attack</event><headline>Convoy ambushed near Kolokani</headline>"
    story = (
        alert("a1", info=told),
        alert("a2", msgType="Cancel", sent="2026-03-01T09:00:00Z", references=reference("a1"), info=told),
        alert("a3", status="Exercise", sent="2026-03-01T10:00:00Z", info=told),
    )
    counts = []
    async with FeedServer() as server:
        config = configure(tmp_path, small(), sources={"bureau": server.url("/feed")}, channels={"console": ""})
        config.write_text(config.read_text().replace('"id": "bureau"', '"id": "bureau", "kind": "cap"'))
        settings, problems = load_settings(config)
        assert settings, problems
        async with build(settings, now=lambda: NOON) as plant:
            for hour, one in enumerate(story):
                server.put("/feed", Page(body=feed(one)))
                cycle = await run_cycle(plant, now=NOON + timedelta(hours=hour), all_sources=True)
                counts.append(
                    [r.count for e in cycle.evaluations for r in e.readings if r.indicator == "convoy_attack"]
                )
    assert counts == [[1.0], [0.0], [0.0]]


def test_very_many_references_cost_little() -> None:
    """X02: a thousand updates, each of which names all before it, are put in order at once."""
    names = [f"a{n}" for n in range(1000)]
    moments = [f"2026-03-01T{n // 60:02}:{n % 60:02}:00Z" for n in range(1000)]
    triples = [reference(name, moment) for name, moment in zip(names, moments, strict=True)]
    told = [
        alert(name, msgType="Update", sent=moments[n], references=" ".join(triples[max(0, n - 100) : n]))
        for n, name in enumerate(names)
    ]
    begun = time.process_time()
    (item,) = parse(feed(*told)).items
    assert time.process_time() - begun < 10
    assert item.published == datetime(2026, 3, 1, 16, 39, tzinfo=UTC)


def test_x12_an_expired_alert_keeps_its_own_time() -> None:
    """X12, expired: it was a real warning then; it counts on that day and not today."""
    told = "<event>Flood</event><onset>2025-11-01T06:00:00Z</onset><expires>2025-11-01T18:00:00Z</expires>"
    item = only(alert(info=told, sent="2025-11-01T05:00:00+00:00"))
    assert item.when == datetime(2025, 11, 1, 6, tzinfo=UTC)
    assert "Until 2025-11-01 18:00 UTC" in item.content


def test_x12_an_alert_without_area_has_no_position() -> None:
    """X12, no area: the item is there, without place."""
    item = only(alert())
    assert (item.lat, item.lon, item.place) == (None, None, "")


def test_x12_a_polygon_of_very_many_points_is_bounded() -> None:
    """X12: a ring of a million points is read within seconds, and its middle lies in it."""
    ring = " ".join(f"{14 + n % 2},{-5 + n % 3}" for n in range(1_000_000))
    begun = time.process_time()
    item = only(alert(info=f"<event>Flood</event><area><polygon>{ring}</polygon></area>"))
    assert time.process_time() - begun < 10
    assert item.lat is not None
    assert item.lon is not None
    assert 14 <= item.lat <= 15
    assert -5 <= item.lon <= -3


def test_x12_an_alert_of_private_scope_is_dropped() -> None:
    """X12, scope Private: it was not meant for us; only that there was one is said."""
    fetched = parse(feed(alert("a1", scope="Private"), alert("a2")))
    assert len(fetched.items) == 1
    assert "1 of scope Private, dropped" in fetched.note


@pytest.mark.parametrize(
    ("shape", "position"),
    [
        ("<circle>12.5,-8.0 20</circle>", (12.5, -8.0)),
        ("<polygon>1,1 1,2 2,2 1,1</polygon><circle>12.5,-8.0 900</circle>", (12.5, -8.0)),
        ("<polygon>10,179 10,-179 12,-179 12,179 10,179</polygon>", (11.0, 180.0)),
        ("<circle>95,0 20</circle>", (None, None)),
        ("<polygon>soon, later</polygon>", (None, None)),
        ("<circle></circle>", (None, None)),
    ],
    ids=["circle", "the largest", "over the date line", "off the globe", "no numbers", "empty"],
)
def test_the_position_is_the_middle_of_the_largest_shape(shape: str, position: tuple[float, float]) -> None:
    """Whatever stands for an area, the item gets one point in it or none, and never a crash."""
    item = only(alert(info=f"<event>Flood</event><area><areaDesc>x</areaDesc>{shape}</area>"))
    assert (item.lat, item.lon) == pytest.approx(position) if position[0] else (item.lat, item.lon) == position


@pytest.mark.parametrize("missing", ["identifier", "sender", "sent", "status", "msgType"])
def test_an_alert_without_what_cap_requires_is_skipped_and_counted(missing: str) -> None:
    """Its neighbour goes on, and the note says that one was skipped."""
    fetched = parse(feed(alert("bad", **{missing: ""}), alert("good")))
    assert len(fetched.items) == 1
    assert "1 without what CAP requires" in fetched.note


HARMFUL = {
    "X01 entities that grow": '<!DOCTYPE a [<!ENTITY b "xxxxxxxxxx"><!ENTITY c "&b;&b;&b;&b;">]>'
    + alert(info="<event>&c;</event>"),
    "X01 an entity that is a file": '<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
    + alert(info="<event>&f;</event>"),
    "X01 a document type from the network": '<!DOCTYPE alert SYSTEM "http://169.254.169.254/a.dtd">' + alert(),
    "X02 elements inside one another": "<a>" * 100_000,
    "X02 open brackets": "<" * 80_000,
    "X02 comments": "<a>" + "<!--" * 80_000,
    "X02 very many elements": "<a>" + "<b/>" * 1_500_000 + "</a>",
}


@pytest.mark.parametrize("body", HARMFUL.values(), ids=HARMFUL.keys())
def test_a_document_made_to_do_harm_is_refused_at_once(body: str) -> None:
    """X01, X02: a named fault within two seconds of work; nothing is opened, nothing grows."""
    begun = time.process_time()
    with pytest.raises(SourceError) as failure:
        parse(body)
    assert time.process_time() - begun < 2
    assert failure.value.fault is Fault.NOT_A_FEED


def test_xinclude_is_nothing_but_an_element() -> None:
    """X01, XInclude: nobody follows it."""
    include = '<event>Flood<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/hostname"/></event>'
    assert only(alert(info=include)).title == "Flood"


@pytest.mark.parametrize("body", ["/etc/x.xml", "http://169.254.169.254/latest", '{"error": 1}', "<html></html>"])
def test_what_is_no_xml_of_alerts_is_no_feed(body: str) -> None:
    """X03: an address or a path as the whole answer is not followed; other bytes are named for what they are."""
    with pytest.raises(SourceError) as failure:
        parse(body)
    assert failure.value.fault is Fault.NOT_A_FEED


def test_control_characters_and_markup_are_taken_out() -> None:
    """X04: the item is kept, its texts are plain."""
    item = only(
        alert(info="<event>x</event><headline>Calm &lt;script&gt;alert(1)&lt;/script&gt;&#x85; night</headline>")
    )
    assert item.title == "Calm night"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_a_declared_encoding_is_read(encoding: str) -> None:
    """X05: accents arrive as they were written."""
    name = {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    told = alert(info="<event>x</event><headline>Pénurie à Gao</headline>")
    assert only(f'<?xml version="1.0" encoding="{name}"?>{told}'.encode(encoding)).title == "Pénurie à Gao"


def test_a_document_that_breaks_off_gives_its_whole_alerts() -> None:
    """X06: the half one is left out, the poll is partial and says why."""
    whole = feed(alert("a1"), alert("a2"))
    fetched = parse(whole[: whole.rindex(b"River over")])
    assert len(fetched.items) == 1
    assert fetched.partial
    assert "breaks off" in fetched.note


def test_an_acknowledgement_is_no_alert() -> None:
    """A message that only says that another arrived is not shown as a warning."""
    assert parse(feed(alert(msgType="Ack"))).items == ()


# Links: followed through the same door, within bounds.


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as running:
        yield running


def links(server: FeedServer, *paths: str, kind: str = "application/cap+xml") -> bytes:
    rows = "".join(
        f'<entry><title>{path}</title><link rel="alternate" type="text/html" href="/page{path}"/>'
        f'<link type="{kind}" href="{server.url(path) if path.startswith("/") else path}"/></entry>'
        for path in paths
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{rows}</feed>'.encode()


async def poll(
    server: FeedServer, source: CapSource, validators: Validators | None = None, **changes: object
) -> Fetched:
    values: dict[str, object] = {"id": "bureau", "url": server.url("/feed"), "kind": "cap", "allow_private": True}
    async with Http(deadline=timedelta(seconds=5)) as http:
        settings = SourceSettings(**(values | changes))  # type: ignore[arg-type]
        return await source.fetch(settings, http, validators or Validators(), NOON)


async def test_an_entry_that_links_to_its_alert_is_followed_once(server: FeedServer) -> None:
    """The alert behind the link comes, and the next poll does not fetch it again: a CAP message never changes."""
    server.put("/feed", Page(body=links(server, "/a1"), etag='"1"'))
    server.put("/a1", Page(body=alert("a1").encode()))
    source = CapSource()
    first, second = await poll(server, source), await poll(server, source)
    assert [item.title for item in first.items] == ["River over its banks"]
    assert [item.id for item in second.items] == [item.id for item in first.items]
    assert [seen.path for seen in server.requests] == ["/feed", "/a1", "/feed"]
    assert first.validators.etag == '"1"'


async def test_an_rss_item_links_to_its_alert_too(server: FeedServer) -> None:
    """RSS has its link as text, relative to the feed where it says so."""
    body = b"<rss><channel><item><title>x</title><link>/a1</link></item></channel></rss>"
    server.put("/feed", Page(body=body))
    server.put("/a1", Page(body=alert("a1").encode()))
    assert len((await poll(server, CapSource())).items) == 1


async def test_a_link_that_fails_does_not_take_the_others_along(server: FeedServer) -> None:
    """What came is kept, the rest is asked again: the poll is partial and no validator is saved."""
    server.put("/feed", Page(body=links(server, "/a1", "/broken", "/gone", "/page"), etag='"1"'))
    server.put("/a1", Page(body=alert("a1").encode()))
    server.put("/broken", Page(status=500))
    server.put("/page", Page(body=b"<html></html>"))
    fetched = await poll(server, CapSource())
    assert len(fetched.items) == 1
    assert fetched.partial
    assert fetched.validators == Validators()
    assert "2 linked but not readable" in fetched.note
    assert "1 linked but no longer there" in fetched.note


async def test_a_feed_cannot_make_us_fetch_without_end(server: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A poll follows so many links and no more; the next goes on with the rest."""
    monkeypatch.setattr(cap, "MOST_LINKS", 3)
    paths = [f"/a{n}" for n in range(5)]
    server.put("/feed", Page(body=links(server, *paths)))
    for path in paths:
        server.put(path, Page(body=alert(path[1:]).encode()))
    source = CapSource()
    first, second = await poll(server, source), await poll(server, source)
    assert (len(first.items), first.partial) == (3, True)
    assert "2 linked and left for the next poll" in first.note
    assert (len(second.items), second.partial) == (5, False)


async def test_a_link_that_hangs_ends_with_the_poll(server: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """All links of a poll together have one deadline."""
    monkeypatch.setattr(cap, "LINKS_DEADLINE", timedelta(seconds=3))
    server.put("/feed", Page(body=links(server, "/a1", "/slow")))
    server.put("/a1", Page(body=alert("a1").encode()))
    server.put("/slow", Page(hang=True))
    fetched = await poll(server, CapSource())
    assert len(fetched.items) == 1
    assert "1 linked but not readable" in fetched.note


async def test_t02_a_public_feed_cannot_lead_us_inside(server: FeedServer) -> None:
    """T02: a link to another host is followed as a stranger's, even from a source that may live inside."""
    server.put("/feed", Page(body=links(server, f"http://localhost:{server.port}/a1")))
    server.put("/a1", Page(body=alert("a1").encode()))
    fetched = await poll(server, CapSource())
    assert fetched.items == ()
    assert [seen.path for seen in server.requests] == ["/feed"]


def test_the_kind_is_in_the_table() -> None:
    """An operator writes kind: cap."""
    assert isinstance(SOURCES["cap"], CapSource)
