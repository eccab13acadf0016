"""The editor of rules and the pages of an assessment: a rule is checked, tried, saved, or waits for another person."""

import asyncio
import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from indicators.validation import validated
from tests.desks import Browser, Page, ServedDesk, copied, desk_of
from watcher.people.roles import Role
from watcher.store import audit

EDIT = "/indicators/mali-2025-12/fuel_shortage/edit"


def _fields(page: Page) -> dict[str, str]:
    """Return what a browser would send of the editor's form if nothing was touched."""
    form = page.text[page.text.index('class="editor"') :]
    form = form[: form.index("</form>")]
    told = {name: unescape(value) for name, value in re.findall(r'<input[^>]* name="([^"]+)" value="([^"]*)"', form)}
    for name, text in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        told[name] = unescape(text)
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r"<option selected>([^<]*)", options)
        told[name] = unescape(chosen[1]) if chosen else ""
    return told


def _file(desk: ServedDesk) -> Path:
    return Path(desk.plant.library.live[0].file)


async def _send(browser: Browser, path: str, fields: dict[str, str], **more: str) -> Page:
    return await browser.post(path, **(fields | more))


async def test_a_rule_is_changed_by_its_form_and_only_there(desk: ServedDesk) -> None:
    """The field that was touched changes in the file, with a version, a name and a reason; every other letter stays."""
    lead = desk.browser(Role.LEAD)
    page = await lead.get(EDIT)
    assert page.status == 200
    fields = _fields(page)
    untouched = await _send(lead, EDIT, fields, act="check")
    assert (untouched.status, "Nothing differs" in untouched.words) == (200, True)
    before = _file(desk).read_text("utf-8")
    silent = await _send(lead, EDIT, fields, act="save", t3="12", why="")
    assert (silent.status, "Say why" in silent.words) == (422, True)
    done = await _send(lead, EDIT, fields, act="save", t3="12", why="ten was reached by one bad week")
    assert (done.status, done.headers["Location"]) == (303, EDIT)
    after = _file(desk).read_text("utf-8")
    assert after == before.replace(
        "count: {of: place_day, window_days: 7, thresholds: [2, 5, 10]",
        "count: {of: place_day, window_days: 7, thresholds: [2, 5, 12]",
    ).replace(
        "baseline: 0.40}\n    effects:\n      fama_degraded: [VL, E]",
        "baseline: 0.4}\n    effects:\n      fama_degraded: [VL, E]",
    ).replace('version: "1.0.0"', 'version: "1.0.1"')
    desk.plant.library.refresh(now=desk.clock())
    told = await lead.get("/assessments/mali-2025-12")
    assert "1.0.1 in force" in told.words
    assert "ten was reached by one bad week" in told.words
    newest = max(int(n) for n in re.findall(r"/versions/(\d+)", told.text))
    version = await lead.get(f"/assessments/mali-2025-12/versions/{newest}")
    assert "fuel_shortage" in version.words
    assert "thresholds: [2, 5, 12]" in unescape(version.text)
    with desk.plant.database.read() as connection:
        (entry,) = audit.entries(connection, "rule changed")
    assert (entry.who, entry.detail["before"], entry.detail["after"]) == ("lea", "1.0.0", "1.0.1")
    stale = await _send(lead, EDIT, fields, act="save", t3="14", why="more")
    assert (stale.status, "somebody changed this rule meanwhile" in stale.words) == (422, True)


async def test_faults_stand_beside_their_field(desk: ServedDesk) -> None:
    """A query, a number, a proof and a name that nothing has, each under its own field; the file stays."""
    lead = desk.browser(Role.LEAD)
    fields = _fields(await lead.get(EDIT))
    before = _file(desk).read_bytes()
    for change, key, told in (
        ({"match": "@fuel AND AND"}, "match", "column"),
        ({"window_days": "a week"}, "count", "number"),
        ({"yaml": fields["yaml"].replace("region: mali", "region: atlantis")}, "where", "atlantis"),
        ({"must_match": "Nothing about it at all"}, "proof", "must match"),
        ({"yaml": fields["yaml"] + "no_such_key: 1\n"}, "yaml", "not a key"),
    ):
        page = await _send(lead, EDIT, fields, act="save", why="x", **change)
        assert page.status == 422, change
        fault = re.search(rf'id="f-{key}-1"(.*?)</p>', page.text, re.DOTALL)
        assert fault is not None, (change, page.words)
        assert told in unescape(fault[1])
    broken = await _send(lead, EDIT, fields, act="check", yaml="a: [")
    assert (broken.status, "not readable as YAML" in broken.words) == (422, True)
    assert _file(desk).read_bytes() == before


async def test_a_search_becomes_a_rule_that_waits_for_somebody_else(desk: ServedDesk) -> None:
    """An analyst proposes; their own word puts nothing into force, a lead's does, and it is on record with both."""
    analyst, lead = desk.browser(Role.ANALYST), desk.browser(Role.LEAD)
    page = await analyst.get("/indicators/new?match=title:%22queue%20of%20trucks%22")
    assert 'match: "title:\\"queue of trucks\\""' in unescape(page.text)
    filled = _fields(page) | {
        "id": "truck_queues",
        "name_en": "Queues of trucks",
        "statements": "S17",
        "because": "trucks wait where the road is cut",
        "region": "mali",
        "effect.fama_degraded.if_true": "L",
        "effect.fama_degraded.if_false": "U",
        "must_match": "Mali: a queue of trucks at Diboli",
        "must_not_match": "Mali: trucks at Diboli",
    }
    done = await _send(analyst, "/indicators/new", filled, act="save", why="seen twice this week")
    assert (done.status, done.headers["Location"]) == (303, "/proposals/1")
    before = _file(desk).read_text("utf-8")
    assert "truck_queues" not in before
    own = await analyst.post("/proposals/1", act="approve", why="fine")
    assert (own.status, "your own proposal" in own.words) == (422, True)
    seen = await lead.get("/proposals/1")
    assert "truck_queues" in seen.words
    assert (await desk.browser(Role.READ_ONLY).post("/proposals/1", act="approve", why="x")).status == 403
    approved = await lead.post("/proposals/1", act="approve", why="read it")
    assert approved.status == 303
    after = _file(desk).read_text("utf-8")
    assert after.startswith(before.replace('version: "1.0.0"', 'version: "1.0.1"').rstrip("\n"))
    assert '- id: "truck_queues"' in after
    assert (await lead.post("/proposals/1", act="approve", why="again")).status == 422
    with desk.plant.database.read() as connection:
        (entry,) = audit.entries(connection, "rule changed")
        assert "proposed by desk" in entry.detail["why"]
    desk.plant.library.refresh(now=desk.clock())
    assert (await lead.get("/indicators/mali-2025-12/truck_queues/edit")).status == 200


async def test_where_the_assessment_asks_for_two_a_lead_proposes_too(demo_data: Path, tmp_path: Path) -> None:
    """``changes: reviewed``: whoever saves, another one approves or refuses, and the author may take it back."""
    folder = copied(demo_data, tmp_path / "desk")
    file = folder / "assessment.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("country: ML\n", "country: ML\nchanges: reviewed\n"), "utf-8")
    async with desk_of(folder) as desk:
        desk.plant.library.refresh(now=desk.clock())
        lead, operator = desk.browser(Role.LEAD), desk.browser(Role.OPERATOR)
        fields = _fields(await lead.get(EDIT))
        assert (await _send(lead, EDIT, fields, act="save", t1="3", why="a")).headers["Location"] == "/proposals/1"
        assert (await lead.post("/proposals/1", act="refuse", why="not yet")).status == 303
        assert "taken back" in (await lead.get("/proposals/1")).words
        assert (await _send(lead, EDIT, fields, act="save", t1="3", why="a")).headers["Location"] == "/proposals/2"
        before = file.read_bytes()
        assert (await operator.post("/proposals/2", act="refuse", why="why three?")).status == 303
        assert file.read_bytes() == before
        assert "why three?" in (await lead.get("/proposals/2")).words


async def test_a_draft_is_tried_beside_the_judging(
    demo_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It runs in a process of its own, says how far it is, shows what would count, and stores nothing."""
    monkeypatch.setattr("watcher.web.tries.LONGEST", timedelta(minutes=10))  # a slow machine is no fault of the draft
    async with desk_of(copied(demo_data, tmp_path / "desk")) as desk:
        await _try_a_draft(desk)


async def test_a_try_that_takes_too_long_is_ended(
    demo_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says so, and proposes a shorter stretch of time."""
    monkeypatch.setattr("watcher.web.tries.LONGEST", timedelta(0))
    async with desk_of(copied(demo_data, tmp_path / "desk")) as desk:
        analyst = desk.browser(Role.ANALYST)
        done = await _send(analyst, EDIT, _fields(await analyst.get(EDIT)), act="try", since="90d")
        page = await _tried(analyst, done.headers["Location"])
        assert "Try a shorter stretch of time" in page.words


async def _tried(browser: Browser, path: str) -> Page:
    """Return the page of a try once it is over."""
    wanted = re.search(r"try=([\w-]+)", path)
    assert wanted is not None
    while True:
        page = await browser.get(f"/tries/{wanted[1]}")
        if 'hx-trigger="every 1s"' not in page.text:
            return page
        await asyncio.sleep(0.2)


async def _try_a_draft(desk: ServedDesk) -> None:
    analyst = desk.browser(Role.ANALYST)
    fields = _fields(await analyst.get(EDIT))
    done = await _send(analyst, EDIT, fields, act="try", since="90d", match="@fuel OR carburant")
    assert done.status == 303
    path = done.headers["Location"].partition("#")[0]
    page = await _tried(analyst, path)
    assert "reports read" in page.words, page.words
    assert "Counts now and did not" in page.words
    assert "Nothing was stored or sent" in page.words
    assert "@fuel OR carburant" in unescape((await analyst.get(path)).text), "the draft is still there"
    assert (await desk.browser(Role.LEAD).get(f"/tries/{path.partition('try=')[2]}")).status == 404, (
        "it is nobody else's"
    )
    assert "1.0.0" in _file(desk).read_text("utf-8")


async def test_going_back_is_a_version_of_its_own(desk: ServedDesk) -> None:
    """All of an earlier text becomes the file again under a higher number, for a lead or an operator, with a reason."""
    lead = desk.browser(Role.LEAD)
    first = _file(desk).read_text("utf-8")
    fields = _fields(await lead.get(EDIT))
    await _send(lead, EDIT, fields, act="save", t1="3", why="a")
    desk.clock.pass_(seconds=timedelta(minutes=5).seconds)
    desk.plant.library.refresh(now=desk.clock())
    listed = await lead.get("/assessments/mali-2025-12")
    newest = max(int(n) for n in re.findall(r"/versions/(\d+)", listed.text))
    back = f"/assessments/mali-2025-12/versions/{newest - 1}"
    assert "Go back to this version" in (await lead.get(back)).words
    assert "Go back to this version" not in (await desk.browser(Role.ANALYST).get(back)).words
    assert (await desk.browser(Role.ANALYST).post(back, why="x")).status == 403
    assert (await lead.post(back, why="it was too slow")).status == 303
    assert _file(desk).read_text("utf-8") == first.replace('version: "1.0.0"', 'version: "1.0.2"')


async def test_the_paper_stands_beside_what_watches_it(desk: ServedDesk) -> None:
    """Sentences, scenarios, indicators, the matrix in numbers, findings; an assessment that is not there is no page."""
    page = await desk.browser(Role.READ_ONLY).get("/assessments/mali-2025-12")
    assert page.status == 200
    for told in ("S17 Cut fuel", "/indicators/mali-2025-12/fuel_shortage", "What tells what apart", "review by"):
        assert told in page.words or told in page.text
    assert re.search(r'<td class="number u\d', page.text)
    assert "New indicator" not in page.words, "who only reads makes none"
    french = unescape((await desk.browser(Role.READ_ONLY).get("/assessments/mali-2025-12", Accept_Language="fr")).text)
    findings = validated(desk.plant.library.live[0].assessment).findings
    assert findings
    assert [one.what for one in findings if one.said_in("fr") not in french or one.cure_in("fr") not in french] == []
    assert (await desk.browser(Role.ANALYST).get("/assessments/other")).status == 404
    assert (await desk.browser(Role.ANALYST).get("/assessments/mali-2025-12/versions/99")).status == 404
    assert (await desk.browser(Role.ANALYST).get("/indicators/mali-2025-12/no_such/edit")).status == 404
    assert (await desk.browser(Role.READ_ONLY).get(EDIT)).status == 403
    for path in ("/assessments", "/assessments/mali-2025-12", EDIT, "/indicators/new", "/proposals/1"):
        assert (await desk.browser("acme-ops").get(path)).status == 404


@pytest.mark.parametrize("hostile", ["</textarea><script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
async def test_what_somebody_typed_comes_back_as_text(desk: ServedDesk, hostile: str) -> None:
    """In a field, in the YAML, in a fault and in a reason."""
    analyst = desk.browser(Role.ANALYST)
    fields = _fields(await analyst.get(EDIT))
    for change in ({"because": hostile}, {"yaml": hostile}, {"match": hostile}, {"why": hostile}):
        page = await _send(analyst, EDIT, fields, act="check", **change)
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
