"""The API as programs meet it: real requests to a served desk, as each role and as nobody."""

import asyncio
import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from alerts.notices import Edits
from alerts.notices.edits import Part
from tests.desks import Browser, ServedDesk, copied, desk_of
from tests.noticing import a_notice
from tests.programs import API, asked, given, released, token_of
from watcher.people.roles import Role, Scope
from watcher.web.api.budgets import Budget


async def test_lists_go_on_where_the_page_before_ended(desk: ServedDesk) -> None:
    """Every row once, in order, however small the pages; a cursor of another list or with other filters is refused."""
    reader = desk.browser(Role.READ_ONLY)
    for path in ("/items", "/audit"):
        whole = (await asked(reader, f"{path}?limit=200"))["data"]
        assert len(whole) > 7
        rows: list[Any] = []
        cursor = ""
        while True:
            page = await asked(reader, f"{path}?limit=3&cursor={cursor}")
            assert len(page["data"]) <= 3
            rows += page["data"]
            cursor = page["next"]
            if cursor is None or len(rows) >= len(whole):
                break
        assert rows[: len(whole)] == whole
    first = await asked(reader, "/items?limit=3")
    for bad in ("nonsense", "W10", "%00", first["next"] + "x", first["next"][:-3]):
        problem = await asked(reader, f"/items?cursor={bad}", status=422)
        assert problem["type"] == "urn:watcher:problem:cursor"
    await asked(reader, f"/items?source=other&cursor={first['next']}", status=422)
    await asked(reader, f"/audit?cursor={first['next']}", status=422)


async def test_a_parameter_that_nobody_knows_is_refused(desk: ServedDesk) -> None:
    """P03: Neither a filter nor a field is passed over in silence: whoever mistyped it would believe in the answer."""
    reader = desk.browser(Role.ANALYST)
    problem = await asked(reader, "/items?sicne=2025-01-01T00:00:00Z", status=422)
    assert problem["faults"] == [{"where": "query.sicne", "what": "unknown"}]
    problem = await asked(reader, "/openapi.json?role=operator", status=422)
    assert problem["faults"] == [{"where": "query.role", "what": "unknown"}]


async def test_the_bounds_of_a_list_hold(desk: ServedDesk) -> None:
    """P13: No page size, depth, date or query makes one request cost more than the largest page."""
    reader = desk.browser(Role.ANALYST)
    for bad in ("limit=1000000000", "limit=-1", "limit=0", "limit=x", "since=2025-01-01T00:00:00", "since=soon"):
        problem = await asked(reader, f"/items?{bad}", status=422)
        assert problem["faults"][0]["where"] == f"query.{bad.partition('=')[0]}"
    for far in ("since=0001-01-01T00:00:00%2B23:59", "until=9999-12-31T23:59:59-23:59"):
        assert (await asked(reader, f"/items?{far}"))["data"]
    await asked(reader, "/items?q=" + "(" * 1900, status=422)
    await asked(reader, "/items?cursor=" + "A" * 601, status=422)


async def test_reports_are_searched_in_the_rules_language(desk: ServedDesk) -> None:
    """A query finds what it finds on the command line, page by page; a fault in it is told with its column."""
    reader = desk.browser(Role.ANALYST)
    every = (await asked(reader, "/items?limit=200"))["data"]
    found = (await asked(reader, "/items?limit=200&q=%40fuel%20OR%20convoi*"))["data"]
    assert 0 < len(found) < len(every)
    assert [i["id"] for i in found] == [i["id"] for i in every if i["id"] in {f["id"] for f in found}]
    for item in found:
        whole = await asked(reader, f"/items/{item['id']}")
        for word in item["evidence"]:
            if word["field"] != "codes":
                assert whole[word["field"]][word["start"] : word["end"]] == word["words"]
    first = await asked(reader, "/items?limit=1&q=%40fuel%20OR%20convoi*")
    then = await asked(reader, f"/items?limit=1&q=%40fuel%20OR%20convoi*&cursor={first['next']}")
    assert [first["data"][0]["id"], then["data"][0]["id"]] == [i["id"] for i in found[:2]]
    problem = await asked(reader, "/items?q=fuel%20AND%20(", status=422)
    assert problem["faults"][0]["column"] == 11
    await asked(reader, "/items?q=%40nosuchconcept", status=422)


async def test_what_has_not_changed_is_not_sent_again(desk: ServedDesk) -> None:
    """A read has an ETag; sent back it is answered with 304 and nothing else, until something changed."""
    reader = desk.browser(Role.ANALYST)
    first = await reader.ask("GET", API + "/items?limit=2")
    again = await reader.ask("GET", API + "/items?limit=2", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.text, again.headers["ETag"]) == (304, "", first.headers["ETag"])
    other = await reader.ask("GET", API + "/items?limit=3", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status == 200


async def test_the_description_has_what_the_caller_may_call(desk: ServedDesk) -> None:
    """OpenAPI 3.1, each operation with a name of its own; of a client's there is nothing of the desk in it."""
    told = await asked(desk.browser(Role.OPERATOR), "/openapi.json")
    assert told["openapi"].startswith("3.1")
    names = [operation["operationId"] for path in told["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names)) > 2
    assert "/api/v1/audit" in told["paths"]
    theirs = await asked(desk.browser(Role.CLIENT), "/openapi.json")
    assert "/api/v1/audit" not in theirs["paths"]
    await asked(desk.stranger(), "/openapi.json", status=401)


async def test_whoever_asks_too_much_is_told_when_to_go_on(
    demo_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """429 with the seconds; another caller hears nothing of it."""
    monkeypatch.setattr("watcher.web.app.Budget", partial(Budget, at_once=2, a_second=0.001))
    async with desk_of(copied(demo_data, tmp_path / "desk")) as desk:
        busy, other = desk.browser(Role.ANALYST), desk.browser(Role.LEAD)
        for _ in range(2):
            await asked(busy, "/items?limit=1")
        refused = await busy.ask("GET", API + "/items?limit=1")
        assert (refused.status, refused.headers["Content-Type"]) == (429, "application/problem+json")
        assert int(refused.headers["Retry-After"]) >= 900
        await asked(other, "/items?limit=1")


def test_a_budget_fills_again() -> None:
    """As many at once as the bucket holds, then as many as drip in; a caller who was forgotten begins anew."""
    now = 0.0
    budget = Budget(lambda: now, at_once=3, a_second=2)
    assert [budget.spend("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert budget.spend("b") == 0
    now = 0.5
    assert [budget.spend("a") for _ in range(2)] == [0, 0.5]
    now = 1e6
    assert [budget.spend("a") for _ in range(4)] == [0, 0, 0, 0.5]


async def sent(
    browser: Browser, path: str, body: Any = None, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Any:
    """Return what *path* answers to *body*, sent as JSON by a page of ours or a program; it has that *status*."""
    told = {"Accept": "application/json", "Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"}
    data = body if isinstance(body, bytes) else None if body is None else json.dumps(body)
    answer = await browser.ask("POST", API + path, headers=told | dict(headers or {}), data=data)
    assert answer.status == status, (path, answer.text[:500])
    return json.loads(answer.text)


async def test_no_token_opens_what_is_not_its_own(desk: ServedDesk) -> None:
    """P01: None, an expired one, one of another client or of too small a scope: what is foreign looks like nothing."""
    program = desk.stranger()
    await asked(program, "/items", status=401)
    acme, bridge = (token_of(desk, Role.CLIENT, Scope.READ, client=one) for one in ("acme", "bridge"))
    theirs = await released(desk, "acme")
    assert (await asked(program, f"/client/notices/{theirs}", headers=acme))["id"] == theirs
    foreign = await asked(program, f"/client/notices/{theirs}", status=404, headers=bridge)
    unknown = await asked(program, "/client/notices/n-000000000000", status=404, headers=bridge)
    nothing = await asked(program, "/there/is/nothing", status=404, headers=bridge)
    assert foreign == unknown == nothing
    for ours in ("/items", "/alerts", f"/clients/bridge/notices/{theirs}", "/audit", "/stream"):
        assert await asked(program, ours, status=404, headers=bridge) == nothing
    assert await sent(program, "/silences", b"{", status=404, headers=bridge) == nothing
    reads = token_of(desk, Role.ANALYST, Scope.READ)
    await sent(program, "/silences", {"why": "x", "hours": 1}, status=403, headers=reads)
    await asked(program, f"/clients/acme/notices/{theirs}", headers=reads)
    await asked(program, f"/clients/bridge/notices/{theirs}", status=404, headers=reads)
    desk.clock.pass_(hours=25)
    for over in (acme, bridge, reads):
        await asked(program, "/client/notices", status=401, headers=over)


async def test_a_client_sees_what_was_released_to_it(desk: ServedDesk) -> None:
    """P02: Outlook, list, cursor and receipt are one client's own; a draft is in none of them."""
    program = desk.stranger()
    acme = token_of(desk, Role.CLIENT, Scope.READ, Scope.ACT, client="acme")
    bridge = token_of(desk, Role.CLIENT, Scope.READ, Scope.ACT, client="bridge")
    before = await asked(program, "/client/outlook", headers=acme)
    assert all(line["probability"] is None and line["notice"] is None for line in before["data"])
    assert (await asked(program, "/client/notices", headers=acme))["data"] == []
    first, second = await released(desk, "acme"), await released(desk, "acme")
    page = await asked(program, "/client/notices?limit=1", headers=acme)
    then = await asked(program, f"/client/notices?limit=1&cursor={page['next']}", headers=acme)
    assert {page["data"][0]["id"], then["data"][0]["id"]} == {first, second}
    await asked(program, f"/client/notices?limit=1&cursor={page['next']}", status=422, headers=bridge)
    assert (await asked(program, "/client/notices", headers=bridge))["data"] == []
    outlook = (await asked(program, "/client/outlook", headers=acme))["data"]
    told = {line["notice"]: line for line in outlook if line["notice"]}
    assert set(told) == {first, second}
    for line in told.values():
        assert line["term"]["low"] <= line["probability"] <= line["term"]["high"]
        assert line["horizon"] > line["at"]
    assert all(line["notice"] is None for line in (await asked(program, "/client/outlook", headers=bridge))["data"])
    await sent(program, f"/client/notices/{first}/receipt", status=404, headers=bridge)
    for _ in range(2):
        await sent(program, f"/client/notices/{first}/receipt", headers=acme)
    steps = (await asked(desk.browser(Role.LEAD), f"/clients/acme/notices/{first}"))["steps"]
    assert [step["kind"] for step in steps].count("receipt") == 1


async def test_facts_alone_tell_a_program_no_figure(desk: ServedDesk) -> None:
    """What left without a person judges nothing at the API either: no figure, level, course or reason of ours."""
    acme, program = token_of(desk, Role.CLIENT, Scope.READ, client="acme"), desk.stranger()
    told = await asked(program, f"/client/notices/{given(desk, id='n-f', facts_only=True)}", headers=acme)
    notice = told["notice"]
    assert [one["title"] for one in notice["findings"]] == ["Officers arrested in Bamako", ""]
    judging = ("judgement", "before", "reliance", "alternative", "drivers", "turns", "course", "advice")
    assert not any(notice[name] for name in judging)
    every = json.dumps(await asked(program, "/client/notices", headers=acme))
    assert '"p"' not in every
    assert '"level"' not in every


async def test_what_a_person_left_out_of_a_notice_is_not_in_the_api(desk: ServedDesk) -> None:
    """A finding that was struck and advice that another took the place of were not told, so they are not there."""
    edits = Edits(left_out=(1,), words={Part.ADVICE: {"en": "Stay where you are.", "fr": "Restez."}})
    acme, program = token_of(desk, Role.CLIENT, Scope.READ, client="acme"), desk.stranger()
    told = (await asked(program, f"/client/notices/{given(desk, id='n-e', edits=edits)}", headers=acme))["notice"]
    assert [one["title"] for one in told["findings"]] == [""]
    assert told["advice"] == {"en": "Stay where you are.", "fr": "Restez."}
    assert told["judgement"]["p"] == a_notice().judgement.p
    assert "Officers arrested" not in json.dumps(told)
    assert "two weeks of fuel" not in json.dumps(told)


async def test_nobody_acts_in_another_name(desk: ServedDesk) -> None:
    """P03: A field that says who acts, for whom, or as what is refused, and what is done is done by whoever asked."""
    analyst = desk.browser(Role.ANALYST)
    for more in ({"who": "lea"}, {"role": "lead"}, {"client_id": "acme"}, {"number": 9}, {"ended_by": "lea"}):
        problem = await sent(analyst, "/silences", {"why": "x", "hours": 1, **more}, status=422)
        assert problem["faults"][0]["where"] == f"body.{next(iter(more))}"
    done = await sent(analyst, "/silences", {"why": "maintenance", "hours": 1}, status=201)
    assert (done["silence"]["who"], done["silence"]["end"]) == ("desk", "2025-11-20T01:05:00Z")
    number = done["silence"]["number"]
    assert [s["number"] for s in (await asked(analyst, "/silences"))["data"]] == [number]
    await sent(analyst, "/silences", {"why": "x", "hours": 1, "subject": "no-such-scenario"}, status=422)
    assert (await sent(desk.browser(Role.OPERATOR), f"/silences/{number}/end"))["silence"]["ended_by"] == "oumar"
    assert (await asked(analyst, "/silences"))["data"] == []
    await sent(analyst, "/silences/999/end", status=404)
    await sent(desk.browser(Role.READ_ONLY), "/silences", {"why": "x", "hours": 1}, status=403)
    crossed = {"Sec-Fetch-Site": "cross-site"}
    await sent(analyst, "/silences", {"why": "x", "hours": 1}, status=403, headers=crossed)


async def test_what_is_sent_is_bounded(desk: ServedDesk) -> None:
    """P13: A body that is too large, too deep, no JSON or of another kind is refused before anything reads it."""
    analyst = desk.browser(Role.ANALYST)
    await sent(analyst, "/silences", b" " * 64_001, status=413)
    for wrong in (b"[" * 60_000, b"{", b"\xff", b'{"why": "x", "hours": NaN}', b'{"why": "x", "hours": 1e999}'):
        answer = await analyst.ask(
            "POST",
            API + "/silences",
            data=wrong,
            headers={"Content-Type": "application/json", "Sec-Fetch-Site": "none"},
        )
        assert answer.status in (400, 422), wrong[:20]
        assert answer.headers["Content-Type"] == "application/problem+json"
    await sent(analyst, "/silences", {"why": "x" * 501, "hours": 1}, status=422)
    await sent(analyst, "/silences", {"why": "x", "hours": 1}, status=422, headers={"Content-Type": "text/plain"})
    answer = await analyst.ask("PUT", API + "/silences", headers={"Sec-Fetch-Site": "none"})
    assert (answer.status, answer.headers["Content-Type"]) == (405, "application/problem+json")


async def test_an_alert_is_taken_by_whoever_asks(desk: ServedDesk) -> None:
    """Once is as twice; another hears who has it; what is over has nothing to take."""
    analyst, lead = desk.browser(Role.ANALYST), desk.browser(Role.LEAD)
    every = (await asked(analyst, "/alerts?kind=system"))["data"]
    stands = next(alert for alert in every if alert["level_number"])
    path = f"/alerts/{stands['id']}"
    assert (await asked(analyst, path))["owner"] is None
    taken = await sent(analyst, f"{path}/acknowledge", {"note": "on it", "hours": 2})
    assert (taken["answer"], taken["owner"]["owner"]) == ("taken", "desk")
    assert (await sent(analyst, f"{path}/acknowledge", {}))["answer"] == "you have it already"
    assert "desk has it already" in (await sent(lead, f"{path}/acknowledge", {}, status=409))["detail"]
    assert (await asked(lead, path))["owner"]["note"] == "on it"
    over = next(alert for alert in (await asked(analyst, "/alerts?kind=move"))["data"] if not alert["level_number"])
    await sent(analyst, f"/alerts/{over['id']}/acknowledge", {}, status=409)


async def test_what_nobody_could_see_is_not_called_quiet(desk: ServedDesk) -> None:
    """An indicator that cannot be observed has no count, no activation and no signal, whatever was counted before."""
    reader = desk.browser(Role.READ_ONLY)
    known = (await asked(reader, "/assessments/mali-2025-12/indicators"))["data"]
    assert {one["reading"]["observable"] for one in known} <= {True, False}
    for one in known:
        reading = one["reading"]
        hidden = [reading[name] for name in ("rank", "count", "activation", "signal")]
        assert reading["observable"] == (reading["level"] not in ("not observable", "not yet due"))
        assert reading["observable"] == (None not in hidden)
    for line in (await asked(reader, "/assessments/mali-2025-12/scenarios"))["data"]:
        assert line["low"] <= line["probability"] <= line["high"]
        assert line["term"]["low"] <= line["probability"] < line["term"]["high"]
        assert {"horizon", "confidence", "coverage", "degraded"} <= set(line)
        whole = await asked(reader, f"/assessments/mali-2025-12/scenarios/{line['key']}")
        moved = sum(row["points"] for row in whole["ledger"])
        assert whole["probability"] - whole["prior"] == pytest.approx(moved, abs=1e-9)


async def test_news_are_heard_as_they_come(desk: ServedDesk) -> None:
    """A stamp at once, and another one after something was done; not for a client."""
    listener = desk.browser(Role.READ_ONLY)
    async with listener.client.get(f"{desk.url}{API}/stream") as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        first = await _news(answer)
        await sent(desk.browser(Role.ANALYST), "/silences", {"why": "x", "hours": 1}, status=201)
        assert await asyncio.wait_for(_news(answer), 60) != first


async def _news(answer: aiohttp.ClientResponse) -> str:
    async for line in answer.content:
        if line.startswith(b"data:"):
            return line.decode()
    raise AssertionError("the stream ended")
