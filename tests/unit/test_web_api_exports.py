"""Exports and feeds of the API, read back by readers that are not theirs."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import pytest
import stix2

from alerts.calendars import overrides_in
from tests.desks import Browser, ServedDesk
from watcher.people.roles import Role
from watcher.sources.cap_alerts import alerts_in, newest_of_each
from watcher.sources.cap_alerts import read_alert as read_cap
from watcher.sources.xml_trees import parse_xml
from watcher.store.listings import Earlier
from watcher.web.api.cap_of_alerts import Linked, linked
from watcher.web.api.spreadsheets import spreadsheet
from watcher.web.api.stix import MARKINGS

API = "/api/v1"
DAY = datetime(2026, 3, 1, tzinfo=UTC)


async def taken(browser: Browser, path: str, kind: str) -> str:
    """Return what *path* answers as *kind*."""
    answer = await browser.ask("GET", API + path, headers={"Accept": "*/*"})
    assert (answer.status, answer.headers["Content-Type"].partition(";")[0]) == (200, kind), answer.text[:300]
    return answer.text


def table(text: str) -> list[dict[str, str]]:
    """Return the rows of a table as a program reads them."""
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", " =", "\ufeff="])
def test_no_text_runs_in_a_spreadsheet(begins: str) -> None:
    """I18: A text that begins as a formula is text, with an apostrophe before it; numbers stay numbers."""
    hostile = f'{begins}HYPERLINK("http://evil.example","x")'
    text = spreadsheet(("a", "b", "c", "d"), [{"a": hostile, "b": -1.5, "c": None, "d": 'a "b", c\r\nd'}])
    (row,) = csv.reader(io.StringIO(text.partition("\r\n")[2]))
    assert row[0].startswith("'")
    assert row[0].endswith(hostile[1:].lstrip("\ufeff"))
    assert row[1:] == ["-1.5", "", 'a "b", c\r\nd']
    assert '-1.5,""' in text


def test_no_cell_leads_out_of_its_quotes() -> None:
    """I18: A text with quotes and line ends is one cell; what stands in it begins no cell of its own."""
    text = spreadsheet(("a", "b"), [{"a": 'x",=1+1,"', "b": "y\n=1+1"}])
    (row,) = csv.reader(io.StringIO(text.partition("\r\n")[2]))
    assert row == ['x",=1+1,"', "y\n=1+1"]


async def test_tables_have_the_rows_of_the_lists(desk: ServedDesk) -> None:
    """Each table has what the list has, page by page, and tells where the next begins."""
    reader = desk.browser(Role.READ_ONLY)
    for noun, key in (
        ("events", "id"),
        ("items", "id"),
        ("alerts", "id"),
        ("scorecard", "scenario"),
        ("audit", "number"),
    ):
        listed = json.loads(await taken(reader, f"/{noun}?limit=7", "application/json"))["data"]
        rows = table(await taken(reader, f"/exports/{noun}.csv?limit=7", "text/csv"))
        assert [row[key] for row in rows] == [str(row[key]) for row in listed], noun
        first = await reader.ask("GET", f"{API}/exports/{noun}.csv?limit=3")
        path = first.headers["Link"].partition(">")[0].removeprefix("<").removeprefix(API)
        then = table(await taken(reader, path, "text/csv"))
        assert [row[key] for row in then] == [row[key] for row in rows[3:6]], noun


async def test_events_are_points_east_first(desk: ServedDesk) -> None:
    """GeoJSON has degrees east, then north; an event without a place stays in, without geometry."""
    text = await taken(desk.browser(Role.READ_ONLY), "/exports/events.geojson", "application/geo+json")
    found = json.loads(text)
    assert found["type"] == "FeatureCollection"
    placed = [one for one in found["features"] if one["geometry"]]
    assert placed
    for one in placed:
        east, north = one["geometry"]["coordinates"]
        assert -13 < east < 6
        assert 9 < north < 26


async def test_alerts_are_a_feed(desk: ServedDesk) -> None:
    """Atom, as feedparser reads it: every alert, its time, its marking; what is marked too strictly is left out."""
    reader = desk.browser(Role.ANALYST)
    listed = json.loads(await taken(reader, "/alerts", "application/json"))["data"]
    read: Any = feedparser.parse((await taken(reader, "/feeds/alerts.atom", "application/atom+xml")).encode())
    assert not read.bozo
    assert read.version == "atom10"
    assert [entry.id for entry in read.entries] == [f"urn:watcher:alert:{one['id']}" for one in listed]
    assert [entry.title for entry in read.entries] == [" ".join(one["line"]["en"].split()) for one in listed]
    assert {entry.rights for entry in read.entries} == {one["marking"] for one in listed}
    none: Any = feedparser.parse(
        (await taken(reader, "/feeds/alerts.atom?ceiling=TLP:CLEAR", "application/atom+xml")).encode()
    )
    assert not none.entries


async def test_our_own_source_reads_our_warnings(desk: ServedDesk) -> None:
    """CAP, as our own source of kind cap reads it: each alert once, chained by line, its marking in restriction."""
    reader = desk.browser(Role.ANALYST)
    moves = json.loads(await taken(reader, "/alerts?kind=move", "application/json"))["data"]
    text = await taken(reader, "/feeds/alerts.cap.atom", "application/atom+xml")
    found = [read_cap(node) for node in alerts_in(parse_xml(text.encode()).root)]
    read = [one for one in found if one is not None]
    assert len(found) == len(read) == len(moves)
    assert {one.name.identifier for one in read} == {one["id"] for one in moves}
    assert {(one.status, one.scope) for one in read} == {("actual", "restricted")}
    lines = {one["subject"] for one in moves}
    assert len(lines) <= len(newest_of_each(read)) < len(moves)
    alone = await taken(reader, f"/alerts/{moves[0]['id']}/cap", "application/cap+xml")
    assert f"<restriction>{moves[0]['marking']}</restriction>" in alone
    other = json.loads(await taken(reader, "/alerts?kind=system", "application/json"))["data"][0]
    assert (await reader.ask("GET", f"{API}/alerts/{other['id']}/cap")).status == 404


async def test_the_days_to_keep_are_a_calendar(desk: ServedDesk) -> None:
    """iCalendar, as our own reader of rotas reads it: the review and the end of every horizon, each a day."""
    reader = desk.browser(Role.READ_ONLY)
    text = await taken(reader, "/calendars/dates.ics", "text/calendar")
    days = overrides_in(text, rota="x", zone="UTC", who="a", why="b")
    lines = json.loads(await taken(reader, "/assessments/mali-2025-12/scenarios", "application/json"))["data"]
    assert {day.end - day.start for day in days} == {timedelta(days=1)}
    titles = {day.person: day.start.date().isoformat() for day in days}
    for line in lines:
        assert titles[f"Horizon ends: {line['name']['en']}"] == line["horizon"][:10]
    assert "2025-11-30" in titles.values()


async def test_alerts_are_a_bundle(desk: ServedDesk) -> None:
    """STIX 2.1, as stix2 reads it: a report for each alert, marked as OASIS marks TLP 2.0; twice the same ids."""
    reader = desk.browser(Role.ANALYST)
    moves = json.loads(await taken(reader, "/alerts?kind=move", "application/json"))["data"]
    text = await taken(reader, "/feeds/alerts.stix.json", "application/stix+json")
    read: Any = stix2.parse(text, allow_custom=True)
    reports = [one for one in read.objects if one["type"] == "report"]
    assert {one.external_references[0].external_id for one in reports} == {one["id"] for one in moves}
    assert {ref for one in reports for ref in one.object_marking_refs} == {MARKINGS[one["marking"]] for one in moves}
    known = {one["id"] for one in read.objects}
    assert all(set(one.object_refs) <= known for one in reports)
    assert text == await taken(reader, "/feeds/alerts.stix.json", "application/stix+json")


def _kinds(levels: list[int]) -> list[tuple[str, list[str]]]:
    story = [Earlier(id=f"a{n}", at=DAY + timedelta(days=n), level=level) for n, level in enumerate(levels)]
    told = []
    for n, level in enumerate(levels):
        one: Linked = linked(_Leveled(level), story[:n])  # type: ignore[arg-type] # its level is all that is asked
        told.append((one.kind, [past.id for past in one.before]))
    return told


class _Leveled:
    """An alert of which only the level counts."""

    def __init__(self, level: int) -> None:
        self.level = level


def test_a_chain_is_alert_updates_and_cancel() -> None:
    """What follows a warning refers to all of it that stood; its end cancels them, and what comes then begins anew."""
    assert _kinds([1, 2, 0, 3]) == [
        ("Alert", []),
        ("Update", ["a0"]),
        ("Cancel", ["a0", "a1"]),
        ("Alert", []),
    ]
    assert _kinds([0, 0, 2, 0, 0]) == [
        ("Alert", []),
        ("Alert", []),
        ("Alert", []),
        ("Cancel", ["a2"]),
        ("Alert", []),
    ]
