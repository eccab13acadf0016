"""The board: what it says of each scenario, how loud it is when it cannot see, and that it follows what happens."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import aiohttp
import pytest

from alerts.alert import Alert
from indicators.assessments import forecasts
from indicators.bands import ICD_203
from tests.builders import mali, small
from tests.daemons import configure
from tests.desks import ServedDesk, desk_of
from watcher.health.troubles import Trouble, TroubleKind
from watcher.people import accounts
from watcher.people.accounts import NewAccount
from watcher.people.roles import Role
from watcher.showing.board import thinned
from watcher.showing.history import Figure
from watcher.store import alerts as alert_store
from watcher.store import audit, troubles
from watcher.web.charts.drawing import Drawing
from watcher.web.charts.sparkline import sparkline
from watcher.web.charts.stacked import stacked
from watcher.web.languages import language

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOSTILE = "</p><script>alert(1)</script><img src=x onerror=alert(2)> \"' {{7*7}} ${7*7} \u202egnp.exe"


async def test_each_scenario_stands_with_its_word_its_range_and_its_way(desk: ServedDesk) -> None:
    """Term and range, odds, level in words, confidence, horizon, a text for the picture; in French; as a part."""
    browser = desk.browser(Role.READ_ONLY)
    page = await browser.get("/")
    for told in ("Negotiated concessions", "unlikely 20-45 %", "odds", "since the last move", "watch", "moderate"):
        assert told in page.words
    assert page.text.count('<article class="card') == len(forecasts(mali()))
    assert 'role="img" aria-label="From ' in page.text
    french = await browser.get("/", Accept_Language="fr")
    for told in (
        "Concessions négociées",
        "improbable 20-45 %",
        "depuis le dernier mouvement",
        "veille",
        "90 jours à venir",
    ):
        assert told in french.words
    part = await browser.get("/", HX_Request="true")
    assert part.status == 200
    assert "<html" not in part.text
    assert part.text.count('<article class="card') == len(forecasts(mali()))


async def test_odds_are_counted_from_the_assessment_where_nothing_was_told(desk: ServedDesk) -> None:
    """A day on which nothing moved is not called that of the last move, on the board or on the scenario's page."""
    browser = desk.browser(Role.READ_ONLY)
    quiet = re.search(
        r'<article class="[^"]*" id="c-coup_attempt".*?</article>', (await browser.get("/")).text, re.DOTALL
    )
    assert quiet is not None
    assert "since the assessment" in quiet[0]
    assert "last move" not in quiet[0]
    assert "none yet: the assessment said" in (await browser.get("/scenarios/mali-2025-12/coup_attempt")).words
    moved = (await browser.get("/scenarios/mali-2025-12/blockade_status.negotiated_end")).words
    assert "none yet: the assessment said" not in moved


async def test_each_card_has_its_coverage_its_review_and_the_end_of_its_horizon(desk: ServedDesk) -> None:
    """What counts down counts down on the card; and a line whose indicators are blind says so itself, and which."""
    browser, assessment = desk.browser(Role.READ_ONLY), desk.plant.library.live[0].assessment
    left = (assessment.review_by - desk.clock().date()).days
    cards = (await browser.get("/")).text.split('<article class="card')[1:]
    assert len(cards) == len(forecasts(assessment))
    for card in cards:
        line = next(f for f in forecasts(assessment) if f'id="c-{f.key}"' in card)
        assert "Coverage" in card
        assert f"in {left} days" in card
        assert language("en").day(line.last_day or line.deadline(desk.clock())) in card
        assert "too little" not in card
        assert "1 % or less – 1 % or less" not in card
    desk.clock.pass_(days=left + 1)  # nothing was polled for so long: nobody sees
    await desk.come_round()
    for card in (await browser.get("/")).text.split('<article class="card')[1:]:
        assert "0 %: too little" in card
        assert "of its indicators cannot be seen now" in card
        assert "late by 1 day<" in card


async def test_what_nobody_has_stands_above_all_scenarios_until_somebody_takes_it(desk: ServedDesk) -> None:
    """Whoever opens the desk at night sees first what waits for a person, and that it does not once it is taken."""
    browser = desk.browser(Role.ANALYST)
    with desk.plant.database.read() as connection:
        alert = next(a for a in alert_store.standing(connection) if isinstance(a, Alert) and a.level_after)
    before = await browser.get("/")
    waits = before.text[before.text.index('class="waits"') : before.text.index('class="assessment"')]
    assert f'href="/alerts/{alert.id}"' in waits
    assert re.search(r"\d+ alerts that nobody has", waits)
    assert "TLP" not in waits, "in the words of the desk, not as the subject of a mail"
    assert (await browser.post(f"/alerts/{alert.id}/take", hours="4")).status == 303
    assert f'href="/alerts/{alert.id}"' not in (await browser.get("/")).text


async def test_trouble_is_loud_and_text_from_outside_is_text(desk: ServedDesk) -> None:
    """P12: that we are blind stands above all else, in capitals; what a source wrote into its fault runs nowhere."""
    now = desk.clock()
    with desk.plant.database.write() as connection:
        some = alert_store.standing(connection)[0]
        reason = {"en": HOSTILE, "fr": HOSTILE}
        one = Trouble(about="all", kind=TroubleKind.BLIND, since=now, reason=reason)
        troubles.tell(connection, [one], alert=some.id, at=now)
    page = await desk.browser(Role.ANALYST).get("/")
    assert page.text.index("BLIND") < page.text.index("<article")
    assert "<script>alert" not in page.text
    assert "<img" not in page.text
    assert "49" not in page.words.partition("BLIND")[2][:200]
    assert "&lt;script&gt;alert(1)" in page.text


async def test_the_board_says_when_it_is_another_one(desk: ServedDesk) -> None:
    """One event at once, another after each change; the stream ends with the server and keeps it from nothing."""
    cookies = {"watcher": desk.session(Role.ANALYST)}
    async with aiohttp.ClientSession(cookies=cookies) as client, client.get(desk.url + "/live") as stream:
        assert stream.content_type == "text/event-stream"
        first = await _event(stream)
        with desk.plant.database.write() as connection:
            audit.write(connection, at=desk.clock(), who="test", what="something", detail={})
        assert await _event(stream) != first
    other = desk.stranger()
    assert (await other.get("/live", Accept="text/event-stream")).status == 401


async def _event(stream: aiohttp.ClientResponse) -> str:
    async with asyncio.timeout(120):
        while True:
            line = (await stream.content.readline()).decode()
            if line.startswith("data: "):
                return line


async def test_before_anything_was_judged_the_board_teaches(tmp_path: Path) -> None:
    """No card, no figure, but what happens next and where to look."""
    configure(tmp_path, small(), sources={"wire": "https://wire.example/rss"}, channels={"console": ""})
    async with desk_of(tmp_path, with_people=False) as desk:
        with desk.plant.database.write() as connection:
            new = NewAccount(name="ops", role=Role.OPERATOR, subject="test|ops")
            accounts.add(connection, new, settings=desk.plant.settings, by="test", now=desk.clock())
        page = await desk.browser("ops").get("/")
    assert page.status == 200
    assert "Nothing was judged yet." in page.words
    assert "<article" not in page.text


def test_a_long_line_keeps_its_ends_and_its_extremes() -> None:
    """What was highest and lowest is still seen in a line of fewer points."""
    figures = tuple(Figure(at=NOON + timedelta(hours=n), p=0.5 + (0.4 if n == 777 else 0.0)) for n in range(5_000))
    kept = thinned(figures)
    assert len(kept) <= 250
    assert (kept[0], kept[-1]) == (figures[0], figures[-1])
    assert figures[777] in kept
    assert list(kept) == sorted(kept, key=lambda f: f.at)
    assert thinned(figures[:100]) == figures[:100]


def test_a_bar_keeps_its_figures_as_large_on_a_phone() -> None:
    """It grows with the page and its letters do not shrink with it; what has no room on a phone is marked so."""
    bar = ET.fromstring(stacked([("a", 0.6), ("b", 0.3), ("c", 0.08), ("d", 0.02)], lang=language("en")).__html__())
    assert bar.get("viewBox") is None
    assert bar.get("width") == "100%"
    told = {text.text: text.get("class", "") for text in bar.iter("text")}
    assert set(told) == {"60 %", "30 %", "8 %"}
    assert [figure for figure, look in told.items() if "slim" in look] == ["8 %"]
    widths = [float(str(piece.get("width")).rstrip("%")) for piece in bar.iter("rect")]
    assert sum(widths) == pytest.approx(100, abs=0.1)


async def test_the_figures_of_a_set_stand_under_its_bar_too(desk: ServedDesk) -> None:
    """Where a piece is too small for its number the list under it has it, in the bar's order."""
    page = await desk.browser(Role.READ_ONLY).get("/")
    listed = page.text.partition('<ul class="legend"')[2].partition("</ul>")[0]
    states = desk.plant.library.live[0].assessment.sets[0].states
    assert [name for s in states if (name := s.name["en"]) not in listed] == []
    assert listed.count("%</strong>") == len(states)


def test_a_picture_says_in_words_what_it_shows_and_runs_nothing() -> None:
    """Names are text in it, whatever they hold; there is no style in it that the page's policy would refuse."""
    english = language("en")
    figures = (Figure(at=NOON - timedelta(days=30), p=0.25), Figure(at=NOON - timedelta(days=3), p=0.5))
    line = sparkline(figures, 0.39, scale=ICD_203, since=NOON - timedelta(days=90), now=NOON, lang=english).__html__()
    assert 'aria-label="From 25 % on 30 Jan 2026 to 39 %; between 25 % and 50 %."' in line
    assert "very unlikely (5-20 %)" in line
    bar = stacked([(HOSTILE, 0.7), ("other", 0.3)], lang=english).__html__()
    drawn = Drawing(10, 10, told=HOSTILE).text(1, 1, HOSTILE).add("rect", tip=HOSTILE, x=1).__html__()
    for svg in (line, bar, drawn):
        assert "<script" not in svg
        assert "style=" not in svg
        assert "<img" not in svg
