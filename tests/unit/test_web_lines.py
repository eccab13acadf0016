"""The pages of a scenario, of indicators and of the map, over a real server and the demo's data."""

import html
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.builders import mali
from tests.desks import ServedDesk, copied, desk_of
from watcher.people.roles import Role
from watcher.store import Database, audit, move_decisions, rulings

ONE = "mali-2025-12"
LINE = f"/scenarios/{ONE}/blockade_status.continues"
INDICATOR = f"/indicators/{ONE}/convoy_attack_corridor"
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def _move_ids(page: str) -> list[str]:
    return re.findall(r'name="move" value="([0-9a-f]+)"', page)


async def test_a_scenario_tells_why_it_stands_where_it_does(desk: ServedDesk) -> None:
    """Its ledger adds up as printed, both lines are drawn, and every part leads on; a client finds no such page."""
    page = await desk.browser(Role.READ_ONLY).get(LINE)
    assert page.status == 200
    table = page.text[page.text.index('<table class="fall">') : page.text.index("</table>")]
    numbers = re.findall(r'<td class="number">([−+]?[\d.]+)(?: %)?</td>', table)
    begin, *rows, end = [round(10 * float(one.replace("−", "-"))) for one in numbers]
    assert len(rows) >= 5
    assert begin + sum(rows) == end
    assert f'href="{INDICATOR}"' in page.text
    assert 'href="/events/' in page.text
    for heading in ("Over time", "How far it can be leaned on", "What would take it up", "How it is settled"):
        assert heading in page.words
    assert "the machine's line" in html.unescape(page.words)
    assert page.text.count('class="chart"') == 2, "one for a desk, one for a phone"
    assert "Decide" not in page.words, "somebody who only reads is offered nothing to press"
    assert "<script>" not in page.text
    assert "style=" not in page.text
    for who in (Role.CLIENT, "bridge-ops"):
        for path in (LINE, "/scenarios/coup_attempt", INDICATOR, "/indicators", "/map", "/map.geojson"):
            assert (await desk.browser(who).get(path)).status == 404, path


async def test_a_scenario_is_found_by_its_key_and_its_part_alone(desk: ServedDesk) -> None:
    """Links in older messages lead on; what is no scenario says so; htmx gets the slow part by itself."""
    browser = desk.browser(Role.ANALYST)
    found = await browser.get("/scenarios/coup_attempt")
    assert (found.status, found.headers["Location"]) == (303, f"/scenarios/{ONE}/coup_attempt")
    for path in ("/scenarios/nothing", f"/scenarios/{ONE}/nothing", "/scenarios/nothing/coup_attempt"):
        assert (await browser.get(path)).status == 404
    part = await browser.get(f"{LINE}?part=depths", HX_Request="true")
    assert part.status == 200
    assert "What would take it down" in part.words
    assert "<html" not in part.text
    for since in ("30", "365", "all", "0", "-1", "x" * 300):
        assert (await browser.get(f"{LINE}?since={since}")).status == 200
    french = desk.browser(Role.LEAD)
    french.client.headers["Accept-Language"] = "fr"
    words = (await french.get(LINE)).words
    assert "Les mouvements, et ce qui a été décidé" in words
    assert "chances à peu près égales" in words


async def test_a_move_is_accepted_amended_rejected_and_taken_back(desk: ServedDesk) -> None:
    """With a name and a reason, as `watcher decide` does it; what is not said well is shown again as typed."""
    lead = desk.browser(Role.LEAD)
    newest = _move_ids((await lead.get(LINE)).text)[0]

    async def decide(**fields: str) -> tuple[int, str]:
        answer = await lead.post(f"{LINE}/decide", move=newest, **fields)
        return answer.status, (await lead.get(LINE)).words if answer.status == 303 else answer.words

    status, words = await decide(choice="accept", why="")
    assert status == 422
    assert "Say why in a sentence" in words
    for wrong in ("", "0", "100", "twelve", "nan", "-3"):
        status, words = await decide(choice="amend", p=wrong, why="two sources")
        assert status == 422, wrong
        assert "Write your figure in per cent" in words
    assert (await decide(choice="burn", why="x"))[0] == 422
    status, words = await decide(choice="amend", p="42,0 %", confidence="high", why=f"It is tighter {EVIL}")
    assert status == 303
    assert "Amended. The analyst" in words
    figure = re.search(r"(\d+) % → 42 %", words)
    assert figure is not None, words
    assert "set by lea" in words
    assert (await decide(choice="amend", p="42", why="again"))[0] == 422, "the same cannot be decided twice"
    status, words = await decide(choice="withdraw", why="a slip")
    assert status == 303
    assert f"42 % → {figure[1]} %" in words
    with desk.plant.database.read() as connection:
        made = move_decisions.decisions(connection, ONE)
        acts = list(audit.entries(connection, "move decided"))
    assert [(d.kind, d.who, d.p) for d in made] == [("amend", "lea", 0.42), ("withdraw", "lea", None)]
    assert len(acts) == 2
    page = await lead.get(LINE)
    assert EVIL not in page.text


async def test_who_may_not_decide_cannot(desk: ServedDesk) -> None:
    """Nor may a decision about another scenario's move come in by this one's door, nor from another site."""
    analyst = desk.browser(Role.ANALYST)
    newest = _move_ids((await analyst.get(LINE)).text)[0]
    fields = {"move": newest, "choice": "reject", "why": "no"}
    for who, status in ((Role.OPERATOR, 403), (Role.READ_ONLY, 403), (Role.CLIENT, 404)):
        assert (await desk.browser(who).post(f"{LINE}/decide", **fields)).status == status
        assert (await desk.browser(who).post(f"{LINE}/resolve", verdict="void", why="x", read="1")).status == status
    elsewhere = await analyst.post(f"/scenarios/{ONE}/coup_attempt/decide", **fields)
    assert elsewhere.status == 422
    assert "no move" in elsewhere.words
    analyst.same_origin = False
    assert (await analyst.post(f"{LINE}/decide", **fields)).status == 403
    with desk.plant.database.read() as connection:
        assert move_decisions.decisions(connection, ONE) == ()


async def test_a_question_is_ruled_on_and_the_ruling_taken_back(desk: ServedDesk) -> None:
    """Only by somebody who says that the rule was read; the last judgement foresees it, the next applies it."""
    analyst, path = desk.browser(Role.ANALYST), f"/scenarios/{ONE}/complex_attack_bamako"
    unread = await analyst.post(f"{path}/resolve", verdict="occurred", why="Two wires confirm it")
    assert unread.status == 422
    assert "Read the rule first" in unread.words
    assert html.escape("Two wires confirm it") in unread.text
    assert (await analyst.post(f"{path}/resolve", why="x", read="1")).status == 422
    done = await analyst.post(f"{path}/resolve", verdict="occurred", why="Two wires confirm it", read="1")
    assert (done.status, done.headers["Location"]) == (303, f"{path}#rule")
    page = await analyst.get(path)
    assert "On record: It occurred" in page.words
    assert "a person ruled" in page.words
    assert re.search(r"occurred · desk, [^·]+ UTC: Two wires confirm it", page.words), "who ruled, when and why"
    assert (await analyst.post(f"{path}/resolve", verdict="void", why="no", read="1")).status == 422
    assert (await analyst.post(f"{path}/resolve", verdict="withdraw", why="too early", read="1")).status == 303
    assert "Nobody has ruled" in (await analyst.get(path)).words
    with desk.plant.database.read() as connection:
        assert [(r.happened, r.why) for r in rulings.rulings(connection, ONE)] == [
            (True, "Two wires confirm it"),
            (None, "too early"),
        ]


@pytest.fixture
async def hostile_desk(demo_data: Path, tmp_path: Path) -> AsyncIterator[ServedDesk]:
    """A served desk in whose reports there was a script from the beginning: what is kept of them is made ahead."""
    folder = copied(demo_data, tmp_path / "desk")
    database = Database(f"sqlite:///{folder / 'watcher.db'}")
    with database.write() as connection:
        connection.execute(text("UPDATE items SET title = :evil WHERE title LIKE 'Jihadists burn%'"), {"evil": EVIL})
    database.close()
    async with desk_of(folder) as served:
        yield served


async def test_an_indicator_shows_what_it_counted_and_who_could_see(hostile_desk: ServedDesk) -> None:
    """Level strip, events with grades and sources, the rule in words, its examples run, and the way to the editor."""
    browser = hostile_desk.browser(Role.ANALYST)
    page = await browser.get(INDICATOR)
    assert page.status == 200
    assert html.escape(EVIL) in page.text
    assert EVIL not in page.text
    assert f'href="{INDICATOR}/edit"' in page.text
    assert page.text.count('class="chart strip"') == 2
    assert "must match and does not" not in page.words
    assert page.words.count("must not match") >= 3
    assert "100 % of the sources can see" in page.words
    assert "demo_wire_en" in page.words
    assert "Didiéni" in page.words
    assert f"/scenarios/{ONE}/blockade_status.continues" in page.text
    assert "Happenings are counted" in page.words
    assert (await browser.get(f"{INDICATOR}?since=all")).status == 200
    for path in (f"/indicators/{ONE}/nothing", "/indicators/nothing/convoy_attack_corridor"):
        assert (await browser.get(path)).status == 404
    every = await browser.get("/indicators")
    assert every.text.count("data-entry") == len(mali().indicators)
    assert every.text.index("officer_unrest") < every.text.index("fuel_shortage"), "what shows most comes first"
    for name in sorted(set(re.findall(rf'href="(/indicators/{ONE}/[a-z_]+)"', every.text))):
        assert (await browser.get(name)).status == 200, name


async def test_what_people_said_of_its_events_is_drawn_and_listed_by_the_week(desk: ServedDesk) -> None:
    """A ruling is in the columns and in the table for whoever does not see them, in the week of the event."""
    lead = desk.browser(Role.LEAD)
    listed = (await lead.get(f"{INDICATOR}?since=all")).text
    events = sorted(set(re.findall(r'href="/events/([^"?#]+)"', listed)))
    assert (await lead.post(f"/events/{events[0]}", act="reject", why="an exercise")).status == 303
    page = await lead.get(INDICATOR)
    table = page.text.partition("The same as a table")[2].partition("</table>")[0]
    assert "100 %" in table, "of those settled all were false"
    assert "rejected by a person 1" in page.text
    assert page.text.count('class="chart columns-chart"') == 2
    assert "Rejetés par une personne" in (await lead.get(INDICATOR, Accept_Language="fr")).words


async def test_the_map_lists_and_draws_the_same_events(hostile_desk: ServedDesk) -> None:
    """By place, in days and by indicator; what cannot be read in the address is as if it were not there."""
    browser = hostile_desk.browser(Role.READ_ONLY)
    page = await browser.get("/map?days=all")
    assert page.status == 200
    assert EVIL not in page.text
    assert html.escape(EVIL) in page.text
    told = await browser.get("/map.geojson?days=all")
    assert told.headers["Content-Type"] == "application/geo+json"
    features = json.loads(told.text)["features"]
    events = [f["properties"]["id"] for f in features if f["properties"]["kind"] == "event"]
    assert len(events) == len(set(events))
    assert set(events) == set(re.findall(r'href="/events/([^"?#]+)"', page.text)) != set()
    assert EVIL not in told.text, "texts of reports stay out of the data"
    week = "days=7&until=2025-09-14&indicator=convoy_attack_corridor"
    drawn = json.loads((await browser.get(f"/map.geojson?{week}")).text)["features"]
    count = sum(f["properties"]["kind"] == "event" for f in drawn)
    assert 0 < count < len(events)
    assert f"{count} events, 7 days until 14 Sept 2025" in (await browser.get(f"/map?{week}")).words
    nothing = await browser.get("/map?days=7&until=1999-01-01")
    assert "No event in these days" in nothing.words
    for query in ("days=x&until=y", "until=0001-01-01", "until=9999-12-31", "indicator=nothing", f"assessment={EVIL}"):
        assert (await browser.get(f"/map?{query}")).status == 200, query
        assert (await browser.get(f"/map.geojson?{query}")).status == 200, query


async def test_without_an_assessment_the_pages_teach(desk: ServedDesk) -> None:
    """What an empty page is for, and what to write."""
    desk.plant.library._live.clear()
    browser = desk.browser(Role.OPERATOR)
    assert "none is in force" in (await browser.get("/map")).words
    assert "nothing is watched" in (await browser.get("/indicators")).words
    assert (await browser.get("/map.geojson")).status == 200
    assert (await browser.get(LINE)).status == 404


@pytest.mark.parametrize("path", [LINE, INDICATOR, "/indicators", "/map?days=all"])
async def test_every_link_of_ours_has_words(desk: ServedDesk, path: str) -> None:
    """A link or button that says nothing cannot be used by ear."""
    page = await desk.browser(Role.LEAD).get(path)
    for attributes, inner in re.findall(r"(?s)<(?:a|button)\b([^>]*)>(.*?)</(?:a|button)>", page.text):
        said = re.sub(r"<[^>]+>", "", inner).strip()
        assert said or "aria-label" in attributes, attributes
    ids = re.findall(r'\bid="([^"]+)"', page.text)
    assert len(ids) == len(set(ids)), sorted(one for one in ids if ids.count(one) > 1)
