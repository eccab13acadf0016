"""Feeds and the calendar of one client, read back by readers that are not ours, beside another client's."""

from datetime import datetime, timedelta
from typing import Any

import feedparser

from alerts.calendars import overrides_in
from tests.desks import Browser, ServedDesk
from tests.programs import asked, given, released, token_of
from watcher.people.roles import Role, Scope
from watcher.releasing.desk import edit
from watcher.releasing.recalling import withdraw
from watcher.sources.cap_alerts import alerts_in, newest_of_each
from watcher.sources.cap_alerts import read_alert as read_cap
from watcher.sources.xml_trees import parse_xml
from watcher.store.notices import ClientNotices

API = "/api/v1/client"


async def text_of(program: Browser, path: str, headers: dict[str, str], kind: str) -> str:
    """Return what *path* answers as *kind*."""
    answer = await program.ask("GET", API + path, headers={"Accept": "*/*"} | headers)
    assert (answer.status, answer.headers["Content-Type"].partition(";")[0]) == (200, kind), answer.text[:300]
    return answer.text


async def read(program: Browser, headers: dict[str, str], query: str = "") -> Any:
    """Return the feed of notices, as feedparser reads it."""
    found: Any = feedparser.parse(
        (await text_of(program, f"/feeds/notices.atom{query}", headers, "application/atom+xml")).encode()
    )
    assert not found.bozo
    return found


async def test_notices_are_a_feed_of_one_client(desk: ServedDesk) -> None:
    """Atom has what was released to it, whole and marked; a draft is not in it, nor another client's notice."""
    program = desk.stranger()
    acme, bridge = (token_of(desk, Role.CLIENT, Scope.READ, client=one) for one in ("acme", "bridge"))
    assert not (await read(program, acme)).entries
    first, second = await released(desk, "acme"), await released(desk, "acme")
    feed = await read(program, acme)
    assert {entry.id for entry in feed.entries} == {f"urn:watcher:notice:{one}" for one in (first, second)}
    listed = (await asked(program, "/client/notices", headers=acme))["data"]
    assert [entry.rights for entry in feed.entries] == [one["notice"]["marking"] for one in listed]
    for entry, one in zip(feed.entries, listed, strict=True):
        assert one["notice"]["judgement"]["scenario"]
        assert entry.content[0].type == "text/plain"
        assert len(entry.content[0].value) > 400, "the whole notice, not its headline"
    assert len((await read(program, acme, "?limit=1")).entries) == 1
    assert not (await read(program, bridge)).entries


async def test_a_recall_cancels_what_it_takes_back(desk: ServedDesk) -> None:
    """CAP, as our own source reads it: the end refers to the notice, in the languages of the contacts alone."""
    program = desk.stranger()
    acme = token_of(desk, Role.CLIENT, Scope.READ, client="acme")
    first = await released(desk, "acme")
    later = desk.clock.pass_(hours=1)
    taken_back = withdraw(desk.plant.settings, first, who="lea", why="It was another town.", now=later).by.id
    text = await text_of(program, "/feeds/notices.cap.atom", acme, "application/atom+xml")
    nodes = list(alerts_in(parse_xml(text.encode()).root))
    told = [one for one in map(read_cap, nodes) if one is not None]
    assert len(told) == len(nodes) == 2
    assert {one.scope for one in told} == {"restricted"}
    assert [one.name.identifier for _, one in newest_of_each(told)] == [taken_back]
    client = desk.plant.settings.client("acme")
    assert client is not None
    for lang in ("en", "fr"):
        assert (f"<language>{lang}</language>" in text) == (lang in client.languages)


async def test_when_a_client_is_told_again_is_a_calendar(desk: ServedDesk) -> None:
    """The next update of each line that it was told of, and the end of its horizon; nothing before it was told."""
    program = desk.stranger()
    acme = token_of(desk, Role.CLIENT, Scope.READ, client="acme")
    empty = await text_of(program, "/calendars/dates.ics", acme, "text/calendar")
    assert "VEVENT" not in empty
    await released(desk, "acme")
    (line,) = [one for one in (await asked(program, "/client/outlook", headers=acme))["data"] if one["notice"]]
    days = overrides_in(
        await text_of(program, "/calendars/dates.ics", acme, "text/calendar"), rota="x", zone="UTC", who="a", why="b"
    )
    titles = {day.person: day.start.date().isoformat() for day in days}
    assert titles[f"You are told again: {line['name']['en']}"] == line["next_update"][:10]
    assert titles[f"Horizon ends: {line['name']['en']}"] == line["horizon"][:10]


async def test_a_client_is_told_again_when_a_person_wrote_so(desk: ServedDesk) -> None:
    """The notice, the outlook and the calendar name one day: that of the message."""
    program = desk.stranger()
    acme = token_of(desk, Role.CLIENT, Scope.READ, client="acme")
    again = desk.clock() + timedelta(days=3)
    with desk.plant.database.read() as connection:
        known = desk.plant.settings.client("acme")
        assert known is not None
        draft = ClientNotices(connection, known).waiting()[0].id
    edit(desk.plant.settings, draft, {"next_update": again.isoformat()}, who="lea", why="asked for", now=desk.clock())
    assert await released(desk, "acme") == draft
    notice = (await asked(program, f"/client/notices/{draft}", headers=acme))["notice"]
    (line,) = [one for one in (await asked(program, "/client/outlook", headers=acme))["data"] if one["notice"]]
    assert datetime.fromisoformat(notice["next_update"]) == datetime.fromisoformat(line["next_update"]) == again
    calendar = await text_of(program, "/calendars/dates.ics", acme, "text/calendar")
    assert f"DTSTART;VALUE=DATE:{again:%Y%m%d}" in calendar


async def test_facts_alone_have_no_judgement_in_any_feed(desk: ServedDesk) -> None:
    """What left without a person tells events: neither level nor severity, horizon, certainty or coverage of ours."""
    program, acme = desk.stranger(), token_of(desk, Role.CLIENT, Scope.READ, client="acme")
    given(desk, id="n-f", facts_only=True)
    kind = "application/atom+xml"
    entries, messages = [await text_of(program, f"/feeds/notices.{form}", acme, kind) for form in ("atom", "cap.atom")]
    assert "urn:watcher:kind" in entries
    for written in (entries, messages):
        assert "Officers arrested in Bamako" in written
        assert "urn:watcher:level" not in written
    assert messages.count("<severity>Unknown</severity>") == messages.count("<urgency>Unknown</urgency>") > 0
    assert "<certainty>Unknown</certainty>" in messages
    for judged in ("<expires>", "warning level", "probability", "coverage", "degraded"):
        assert judged not in messages, judged
