"""The pages on events and reports: a stream to filter, one event to rule on, one report with what was found in it."""

import re
from datetime import UTC, datetime, timedelta

from indicators.items import Item
from tests.desks import Page, ServedDesk
from watcher.people.roles import Role
from watcher.store import audit, items

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><b>"


def _ids(page: Page) -> list[str]:
    return list(dict.fromkeys(re.findall(r'data-open href="/(?:events|items)/([0-9a-f]+)', page.text)))


async def test_the_stream_is_filtered_and_read_on(desk: ServedDesk) -> None:
    """By a query with its words marked, by what was decided, and from any place on; what fits nothing teaches."""
    reader = desk.browser(Role.READ_ONLY)
    every = await reader.get("/events?since=90d")
    assert every.status == 200
    assert len(_ids(every)) > 3
    found = await reader.get("/events?since=90d&q=title:arr*")
    assert 0 < len(_ids(found)) < len(_ids(every))
    assert re.search(r"<mark>arr", found.text)
    assert "/indicators/new?match=title" in found.text
    last = _ids(every)[2]
    shown = [one for known in await desk_events(desk) for one in [known] if one[0] == last]
    on = await reader.get("/events?since=90d&behind=" + shown[0][1].replace("+", "%2B") + "~" + last)
    assert _ids(on) == _ids(every)[3:]
    empty = await reader.get("/events?since=90d&ruled=rejected")
    assert (empty.status, _ids(empty)) == (200, [])
    assert "No event fits" in empty.words
    assert ">Confirm<" not in every.text, "who only reads is offered nothing to press"


async def desk_events(desk: ServedDesk) -> list[tuple[str, str]]:
    """Return id and time of every event."""
    from watcher.deciding.desk import desks

    with desk.plant.database.read() as connection:
        known = desks(connection, desk.plant.settings)
    return [(event.id, event.when.isoformat()) for one in known for event in one.events]


async def test_a_query_that_cannot_be_read_is_told_at_its_column(desk: ServedDesk) -> None:
    """Under the field, with the place; so is a stretch of time that is none, and a name that nothing has."""
    reader = desk.browser(Role.ANALYST)
    for path in ("/events", "/items"):
        page = await reader.get(f"{path}?q=fuel+AND+AND")
        assert page.status == 422
        assert "Column 10" in page.words
        assert "fuel AND AND\n         ^" in page.text
    assert "no stretch of time" in (await reader.get("/events?since=soon")).words
    assert "no indicator" in (await reader.get("/events?indicator=nothing_such")).words
    assert (await reader.get("/events?behind=x")).status == 400
    assert (await reader.get("/items?behind=2025-11-01~x")).status == 400
    assert (await reader.get("/events/0000")).status == 404
    assert (await reader.get("/items/0000")).status == 404


async def test_an_analyst_rules_on_an_event_and_takes_it_back(desk: ServedDesk) -> None:
    """With a reason or not at all; it is on record with name and time, seen at once, and undone by one more record."""
    analyst = desk.browser(Role.ANALYST)
    wanted = _ids(await analyst.get("/events?since=90d"))[0]
    bare = await analyst.post(f"/events/{wanted}", act="reject", why=" ")
    assert (bare.status, "Say why" in bare.words) == (422, True)
    assert '<details class="act" open><summary data-key="x">' in bare.text
    done = await analyst.post(f"/events/{wanted}", act="reject", why="the agency withdrew it")
    assert (done.status, done.headers["Location"]) == (303, f"/events/{wanted}")
    page = await analyst.get(f"/events/{wanted}")
    assert "On record" in page.words
    assert "1: rejected · desk" in page.words, "as the recipient that the account is on call as"
    assert "the agency withdrew it" in page.words
    assert _ids(await analyst.get("/events?since=90d&ruled=rejected")) == [wanted]
    again = await analyst.post(f"/events/{wanted}", act="reject", why="once more")
    assert (again.status, "already" in again.words) == (422, True)
    back = await analyst.post("/events/decisions/1/withdraw", why="it did not", next=f"/events/{wanted}")
    assert back.headers["Location"] == f"/events/{wanted}"
    assert "decision 1 taken back" in (await analyst.get(f"/events/{wanted}")).words
    with desk.plant.database.read() as connection:
        told = [(one.who, one.detail["why"]) for one in audit.entries(connection, "event decided")]
    assert told == [("desk", "the agency withdrew it"), ("desk", "it did not")]
    graded = await analyst.post(f"/events/{wanted}", act="regrade", grade="Z9", why="x")
    assert (graded.status, "is no grade" in graded.words) == (422, True)
    nowhere = await analyst.post(f"/events/{wanted}", act="confirm", why="seen", next="//evil.example/")
    assert nowhere.headers["Location"] == "/"


async def test_events_are_merged_and_split_by_tick(desk: ServedDesk) -> None:
    """Two events of one indicator become one, and its reports part again; one alone is no merge."""
    analyst = desk.browser(Role.ANALYST)
    pair: list[str] = []
    from watcher.deciding.desk import desks

    with desk.plant.database.read() as connection:
        (known,) = desks(connection, desk.plant.settings)
    for indicator in known.assessment.indicators:
        own = [e.id for e in known.events if e.indicator == indicator.id and indicator.count.of == "event"]
        if len(own) > 1:
            pair = own[:2]
            break
    assert pair
    assert (await analyst.get(f"/events/merge?event={pair[0]}")).status == 422
    asked = await analyst.get(f"/events/merge?event={pair[0]}&event={pair[1]}")
    assert "These are one happening" in asked.words
    fields = [("event", pair[0]), ("event", pair[1]), ("why", "same trucks")]
    done = await analyst.ask("POST", "/events/merge", headers={"Sec-Fetch-Site": "same-origin"}, data=fields)
    assert done.status == 303
    page = await analyst.get(done.headers["Location"])
    assert "merged" in page.words
    reports = re.findall(r'data-open href="/items/([0-9a-f]+)', page.text)
    assert len(reports) > 1
    off = await analyst.post(done.headers["Location"], act="split", item=reports[0], why="two roads")
    assert off.status == 303
    assert len(re.findall(r'data-open href="/items/', (await analyst.get(off.headers["Location"])).text)) < len(reports)


async def test_nobody_else_rules(desk: ServedDesk) -> None:
    """Operators and readers look and press nothing; a client finds no such page, whatever its id."""
    wanted = _ids(await desk.browser(Role.ANALYST).get("/events?since=90d"))[0]
    for role in (Role.OPERATOR, Role.READ_ONLY):
        browser = desk.browser(role)
        assert (await browser.get(f"/events/{wanted}")).status == 200
        assert (await browser.post(f"/events/{wanted}", act="reject", why="no")).status == 403
    for path in ("/events", f"/events/{wanted}", "/items", "/events/merge"):
        assert (await desk.browser("bridge-ops").get(path)).status == 404


async def test_what_a_feed_wrote_is_text(desk: ServedDesk) -> None:
    """Markup, quotes and a script's link in a report are shown as they are and do nothing."""
    at = datetime(2025, 11, 20, tzinfo=UTC)
    bad = Item(id="0bad", source="wire", title=HOSTILE, summary=HOSTILE, url="javascript:alert(3)", fetched=at)
    with desk.plant.database.write() as connection:
        items.add(connection, [bad])
    reader = desk.browser(Role.READ_ONLY)
    for path in ("/items", "/items/0bad", "/items?q=alert", "/items/0bad?q=alert"):
        page = await reader.get(path)
        assert page.status == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert 'href="javascript' not in page.text
        assert "&lt;script&gt;" in page.text
    assert "<mark>alert</mark>" in (await reader.get("/items?q=alert")).text


async def test_reports_are_read_on_by_source_and_by_query(desk: ServedDesk) -> None:
    """Page by page without a gap or a repeat, of one source or of all; a look says how far back it went."""
    at = datetime(2025, 11, 19, tzinfo=UTC)
    made = [
        Item(id=f"{n:04x}", source="wire", title=f"Number {n}", fetched=at + timedelta(minutes=n // 3))
        for n in range(120)
    ]
    with desk.plant.database.write() as connection:
        items.add(connection, made)
    reader = desk.browser(Role.ANALYST)
    for asked in ("source=wire", "q=Number"):
        seen: list[str] = []
        path: str | None = f"/items?{asked}"
        while path:
            page = await reader.get(path)
            seen += [one for one in _ids(page) if len(one) == 4]
            more = re.search(r'rel="next" href="([^"]+)"', page.text)
            path = more[1].replace("&amp;", "&") if more else None
        assert seen == [item.id for item in sorted(made, key=lambda i: (i.fetched, i.id), reverse=True)]
    assert "Looked through" in (await reader.get("/items?q=Number")).words
    assert "None of all that is kept" in (await reader.get("/items?q=xylophone")).words
