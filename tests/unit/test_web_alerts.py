"""The pages about alerts: what stands, taking one, escalating, silencing, messages that have not arrived, the rota."""

import math
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from alerts.alert import Alert
from alerts.deliveries import Delivery, DeliveryState
from tests.builders import small
from tests.desks import ServedDesk, copied, desk_of
from watcher.people.roles import Role
from watcher.store import acknowledgements, audit, deliveries, escalations
from watcher.store import alerts as alert_store

HOSTILE = "<img src=x onerror=alert(1)> ＜script＞ {{ 7*7 }}"

ON_CALL: dict[str, Any] = {
    "rotas": [{"id": "night", "people": ["desk", "astreinte"], "turn": "week", "at": "09:00", "start": "2025-11-17"}],
    "chains": [
        {"id": "wake", "steps": [{"to": ["rota:night"], "after": "5m"}, {"to": ["astreinte"], "after": "10m"}]},
    ],
    "escalation": {"chain": "wake", "min_level": "watch"},
}


@pytest.fixture
async def duty(demo_data: Path, tmp_path: Path) -> AsyncIterator[ServedDesk]:
    """A desk with a rota and a chain."""
    async with desk_of(copied(demo_data, tmp_path / "desk"), **ON_CALL) as served:
        yield served


def _move(desk: ServedDesk) -> Alert:
    """Return the move that stands: negotiations, at watch."""
    with desk.plant.database.read() as connection:
        return next(a for a in alert_store.standing(connection) if isinstance(a, Alert))


def _flash(page_text: str) -> str:
    found = re.search(r'class="flash"[^>]*>([^<]*)<', page_text)
    return found[1] if found else ""


async def test_the_factors_on_a_page_multiply_to_the_change_of_the_odds(duty: ServedDesk) -> None:
    """Whoever checks the arithmetic at night finds all of it there, also what is not named."""
    page = await duty.browser(Role.ANALYST).get(f"/alerts/{_move(duty).id}")
    moved, _, against = page.text.partition("What moved the figure")[2].partition("What speaks against it")
    *factors, whole = map(float, re.findall(r"×([0-9.]+)<", moved))
    assert math.prod(factors) == pytest.approx(whole, abs=0.05)
    assert "everything else" in moved
    assert "less than before" in against


async def test_an_alert_is_understood_and_taken(duty: ServedDesk) -> None:
    """What moved, why and who is called stand before the button; pressing it stops the chain and is on record."""
    alert, browser = _move(duty), duty.browser(Role.ANALYST)
    listed = await browser.get("/alerts")
    assert "nobody has it" in listed.words
    assert f'href="/alerts/{alert.id}"' in listed.text
    page = await browser.get(f"/alerts/{alert.id}")
    figures = (f"{alert.line.before:.0%}", f"{alert.line.after:.0%}")
    for said in (
        *(figure.replace("%", " %") for figure in figures),
        *("unlikely", "warning level up", "Nobody has it", "I take it", alert.evidence[0].title),
    ):
        assert said.replace("'", "&#39;") in page.text, said
    assert page.text.index("I take it") < page.text.index(alert.evidence[0].source)

    done = await browser.post(f"/alerts/{alert.id}/take", hours="12", note="calling the office")
    assert done.status == 303
    after = await browser.get(f"/alerts/{alert.id}")
    assert "You have it until 20 Nov 2025, 12:05 UTC" in _flash(after.text)
    assert "desk has it" in after.words
    assert "calling the office" in after.words
    with duty.plant.database.read() as connection:
        standing = acknowledgements.standing(connection, alert)
        last = audit.recent(connection, limit=1)[0]
    assert standing is not None
    assert (standing.owner, standing.note) == ("desk", "calling the office")
    assert (last.who, last.what) == ("desk", "acknowledged an alert")

    second = await duty.browser(Role.OPERATOR).post(f"/alerts/{alert.id}/take", hours="1")
    assert second.status == 422
    assert "desk has it already" in second.words
    back = await browser.post(f"/alerts/{alert.id}/give-back")
    assert back.status == 303
    assert "Nobody has it" in (await browser.get(f"/alerts/{alert.id}")).words


async def test_what_was_never_judged_is_not_called_quiet(demo_data: Path, tmp_path: Path) -> None:
    """That no warning of an assessment stands says nothing before its first judgement, and the page says so."""
    folder = copied(demo_data, tmp_path / "desk")
    (folder / "small.yaml").write_text(small(), "utf-8")
    async with desk_of(folder, assessments=["assessment.yaml", "small.yaml"]) as desk:
        listed = await desk.browser(Role.ANALYST).get("/alerts")
        assert "small was never judged, so no warning of it can stand." in listed.words
        assert "mali-2025-12 was never judged" not in listed.words


async def test_an_alert_says_what_has_become_of_it_since(duty: ServedDesk) -> None:
    """Where the figure stands now and how sure it is; and of what was seen, what a colleague has rejected meanwhile."""
    alert, browser = _move(duty), duty.browser(Role.ANALYST)
    before = await browser.get(f"/alerts/{alert.id}")
    assert re.search(r"Now: \d+ % .* confidence (low|moderate)", before.words)
    event = alert.evidence[0].event
    assert f'href="/events/{event}"' in before.text
    assert "rejected" not in before.words
    done = await browser.post(f"/events/{event}", act="reject", why="the paper took it back")
    assert done.status == 303
    assert "rejected desk" in (await browser.get(f"/alerts/{alert.id}")).words


async def test_escalating_calls_the_next_at_once(duty: ServedDesk) -> None:
    """The first step goes to who is on call, the second to the next; then the chain says that it went through."""
    alert, browser = _move(duty), duty.browser(Role.ANALYST)
    without = await browser.post(f"/alerts/{alert.id}/escalate", why=" ")
    assert without.status == 422
    assert "needs its reason" in without.words
    for number in (1, 2):
        done = await browser.post(f"/alerts/{alert.id}/escalate", why="nobody answers")
        assert done.status == 303
        assert "Called now" in _flash((await browser.get(f"/alerts/{alert.id}")).text)
        with duty.plant.database.read() as connection:
            (progress,) = escalations.about(connection, alert)
            owed = [d for d in deliveries.of_alert(connection, alert.id) if d.step == f"wake 1.{number}"]
        assert progress.taken == number
        assert {d.recipient for d in owed} == {("desk", "astreinte")[number - 1]}
    assert "Chain wake was gone through" in (await browser.get(f"/alerts/{alert.id}")).words
    with duty.plant.database.read() as connection:
        last = audit.recent(connection, limit=1)[0]
    assert (last.what, last.detail["why"], last.detail["to"]) == ("escalated an alert", "nobody answers", ["astreinte"])


async def test_escalating_what_somebody_has_is_refused(duty: ServedDesk) -> None:
    """Who has it would be passed over: they give it back, and the chain begins by itself."""
    alert, browser = _move(duty), duty.browser(Role.ANALYST)
    await browser.post(f"/alerts/{alert.id}/take", hours="1")
    refused = await browser.post(f"/alerts/{alert.id}/escalate", why="hurry")
    assert refused.status == 422
    assert "desk has it: give it back first" in refused.words


async def test_a_silence_has_a_reason_and_an_end(duty: ServedDesk) -> None:
    """It is listed with what it holds, and one press ends it."""
    alert, browser = _move(duty), duty.browser(Role.ANALYST)
    page = await browser.post(f"/alerts/{alert.id}/silence", hours="4", up_to="watch", why="")
    assert page.status == 422
    assert "A silence needs its reason" in page.words
    done = await browser.post(f"/alerts/{alert.id}/silence", hours="4", up_to="watch", why=HOSTILE)
    assert done.status == 303
    listed = await browser.get("/alerts")
    assert "<img" not in listed.text
    assert "until 20 Nov 2025, 04:05 UTC" in listed.words
    ended = await browser.post("/silences/1/end")
    assert ended.status == 303
    assert "No silence is on" in (await browser.get("/alerts")).words
    assert (await browser.post("/silences/99/end")).status == 422


async def test_a_message_that_did_not_arrive_says_why(duty: ServedDesk) -> None:
    """It is sent, given up with a reason, and taken back again, each time by name."""
    alert, browser = _move(duty), duty.browser(Role.OPERATOR)
    with duty.plant.database.write() as connection:
        first = deliveries.of_alert(connection, alert.id)[0]
        owed: Delivery = replace(
            first,
            key="f" * 32,
            step="wake 9.9",
            state=DeliveryState.WAITING,
            attempts=3,
            last_detail=f"refused by the server: {HOSTILE}",
        )
        deliveries.plan(connection, [owed], at=duty.clock())
    for path in ("/alerts", f"/alerts/{alert.id}"):
        page = await browser.get(path)
        assert "refused by the server" in page.words
        assert "<img" not in page.text
    assert (await browser.post(f"/messages/{owed.key}/give-up", why="")).status == 422
    assert (await browser.post(f"/messages/{owed.key}/give-up", why="wrong address")).status == 303
    given_up = await browser.get("/alerts")
    assert "Given up" in given_up.words
    assert "given up by a person, oumar: wrong address" in given_up.words
    assert (await browser.post(f"/messages/{owed.key}/revive", back="alert")).headers[
        "Location"
    ] == f"/alerts/{alert.id}"
    assert (await browser.post(f"/messages/{owed.key}/send")).status == 303
    assert (await browser.post("/messages/nothing/send")).status == 422


async def test_the_rota_shows_holes_and_takes_changes(demo_data: Path, tmp_path: Path) -> None:
    """Who is on call, the time in which nobody is, and a change with a reason that is taken back again."""
    rota = ON_CALL["rotas"][0] | {"end": "2025-11-24"}
    async with desk_of(copied(demo_data, tmp_path / "desk"), **ON_CALL | {"rotas": [rota]}) as served:
        browser = served.browser(Role.ANALYST)
        page = await browser.get("/oncall")
        assert "HOLE" in page.words
        assert "the rota has ended" in page.words
        assert "HOLE" in (await browser.get("/alerts")).words
        wanted = {"rota": "night", "person": "astreinte", "start": "2025-11-24T09:00", "end": "2025-12-08T09:00"}
        assert (await browser.post("/oncall", **wanted, why="")).status == 422
        assert "Write a day" in (await browser.post("/oncall", **wanted | {"start": "soon"}, why="a swap")).words
        assert (await browser.post("/oncall", **wanted, why="a swap")).status == 303
        filled = await browser.get("/oncall")
        assert "HOLE" not in filled.words
        assert "stands in (change 1)" in filled.words
        assert (await browser.post("/oncall/1/undo")).status == 303
        assert "HOLE" in (await browser.get("/oncall")).words


async def test_who_may_do_what_about_alerts(duty: ServedDesk) -> None:
    """A reader sees no button and may press none; a client finds nothing; an unknown alert is not there."""
    alert = _move(duty)
    reader = duty.browser(Role.READ_ONLY)
    page = await reader.get(f"/alerts/{alert.id}")
    assert page.status == 200
    assert "I take it" not in page.text
    assert (await reader.post(f"/alerts/{alert.id}/take", hours="1")).status == 403
    for path in ("/alerts", f"/alerts/{alert.id}", "/oncall"):
        assert (await duty.browser(Role.CLIENT).get(path)).status == 404
    assert (await reader.get("/alerts/no-such-alert")).status == 404
    french = duty.browser(Role.READ_ONLY)
    told = await french.get(f"/alerts/{alert.id}", Accept_Language="fr")
    assert "Personne ne s'en charge" in told.text
