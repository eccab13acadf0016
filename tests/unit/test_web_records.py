"""The pages of sources, scorecard and audit: what they show of real data, whom they obey, and what they never do."""

import re

from sqlalchemy import text

from alerts.alert import Alert
from tests.desks import ServedDesk
from watcher.health.coverage import coverage, shares
from watcher.people.roles import Role
from watcher.store import alerts as alert_store
from watcher.store import audit, rulings
from watcher.store.rulings import Ruling

HOSTILE = "<svg onload=alert(1)> {{ 7*7 }}"


async def test_the_health_board_says_what_each_source_gives_and_what_to_do(desk: ServedDesk) -> None:
    """After a night without a poll every source is in trouble, with advice; their shares add up to the whole."""
    browser = desk.browser(Role.ANALYST)
    page = await browser.get("/sources")
    configured = desk.plant.settings.sources
    assert all(f'id="s-{one.id}"' in page.text for one in configured)
    desk.clock.pass_(hours=60)
    later = await desk.browser(Role.ANALYST).get("/sources")
    assert "does not see" in later.words
    assert "Test it. If it fails from here too" in later.words
    given = shares(configured)
    assert abs(sum(given.values()) - 1) < 1e-9
    seen = {one.id for one in configured[1:]}
    assert abs(coverage(configured, seen) - sum(given[one] for one in seen)) < 1e-9


async def test_a_source_is_tested_and_trusted_by_those_whose_it_is(desk: ServedDesk) -> None:
    """A test polls the real address, which is gone here, and keeps nothing; trust needs an operator and a reason."""
    source = desk.plant.settings.sources[0].id
    analyst, operator = desk.browser(Role.ANALYST), desk.browser(Role.OPERATOR)
    tested = await analyst.post(f"/sources/{source}/test")
    assert tested.status == 200
    assert "The poll failed:" in tested.words
    assert (await analyst.post(f"/sources/{source}/trust", why="seen")).status == 403
    assert (await operator.post(f"/sources/{source}/trust", why="")).status == 422
    assert (await operator.post(f"/sources/{source}/trust", why="seen")).status == 303
    assert "Nothing is odd" in (await operator.get("/sources")).words
    assert (await analyst.post("/sources/nothing/test")).status == 404
    assert (await desk.browser(Role.READ_ONLY).post(f"/sources/{source}/test")).status == 403


async def test_the_scorecard_settles_by_a_ruling_alone(desk: ServedDesk) -> None:
    """Everything is open at first; a ruling settles the line and its siblings, with Brier, plot and lead time."""
    browser = desk.browser(Role.READ_ONLY)
    before = await browser.get("/scorecard")
    assert "none is settled yet" in before.words
    assert "first figure of this version" in before.words
    assert 'class="chart"' not in before.text
    assert "<code>watcher resolve</code>" in before.text
    assert "unlikely 20-45 %" in before.words
    assert "the term fell" in before.words
    assert "le terme a baissé" in (await browser.get("/scorecard", Accept_Language="fr")).words
    assessment = desk.plant.library.live[0].assessment.id
    key = "blockade_status.negotiated_end"
    with desk.plant.database.write() as connection:
        said = Ruling(assessment=assessment, key=key, happened=True, who="awa", why="signed", at=desk.clock())
        rulings.add(connection, said)
    after = await browser.get("/scorecard")
    assert 'class="chart"' in after.text
    assert "Mean Brier score" in after.words
    with desk.plant.database.read() as connection:
        (warned,) = (one for one in alert_store.standing(connection) if isinstance(one, Alert) and one.level_after)
    assert f"warned {(desk.clock() - warned.at).days} days before the ruling" in after.words
    settled = await browser.get("/scorecard?status=resolved")
    assert "awa" in settled.words
    assert "No figure has this status" in (await browser.get("/scorecard?status=void")).words
    for odd in ("?page=9999999999999", "?page=-1", "?page=x&status=%00"):
        assert (await browser.get(f"/scorecard{odd}")).status == 200


async def test_the_audit_is_paged_filtered_and_tells_when_it_was_touched(desk: ServedDesk) -> None:
    """Newest first, fifty a page, by person, act and day; hostile text is text; a changed row is named."""
    with desk.plant.database.write() as connection:
        for number in range(60):
            detail = {"why": f"{HOSTILE} {number}", "before": {"state": "draft"}, "after": {"state": "held"}}
            audit.write(connection, at=desk.clock(), who="zoe", what="tried something", detail=detail)
    browser = desk.browser(Role.ANALYST)
    first = await browser.get("/audit?who=zoe")
    assert "<svg onload" not in first.text
    assert "onload=alert(1)&gt; {{ 7*7 }} 59" in first.text
    assert "state draft" in first.words
    link = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert link
    second = await browser.get(link[1].replace("&amp;", "&"))
    assert "7*7 }} 9" in second.text
    assert "7*7 }} 10 " not in second.words
    assert "Nothing on record fits" in (await browser.get("/audit?what=nothing-so")).words
    assert "Nothing on record fits" in (await browser.get("/audit?until=2020-01-01")).words
    assert (await browser.get("/audit?since=soon&before=%F0%9F%98%80")).status == 200
    assert "every row is as it was written" in (await browser.get("/audit?check=yes")).words
    with desk.plant.database.write() as connection:
        connection.execute(text("UPDATE audit SET who = 'nobody' WHERE who = 'zoe' AND id % 50 = 0"))
    assert "TOUCHED" in (await browser.get("/audit?check=yes")).words
