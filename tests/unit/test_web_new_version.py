"""A whole new version at the desk: compared first, saved as it was compared, and nobody's work is lost."""

import io
import re
from html import unescape
from pathlib import Path

import aiohttp
import pytest

from tests.desks import Browser, Page, ServedDesk, copied, desk_of
from watcher.people.roles import Role
from watcher.store import audit, rule_proposals
from watcher.store.rule_proposals import ProposalKind
from watcher.web.desk.new_version import MOST_BYTES, MOST_TEXT
from watcher.web.forms import MOST_FIELDS

PATH = "/assessments/mali-2025-12/new-version"
OLD, NEW = "thresholds: [2, 5, 10]", "thresholds: [2, 5, 12]"


def file_of(desk: ServedDesk) -> Path:
    return Path(desk.plant.library.live[0].file)


def fields(page: Page) -> dict[str, str]:
    """Return what a browser would send of the page's form if nothing was touched."""
    form = page.text[page.text.index('class="whole"') :].partition("</form>")[0]
    told = {n: unescape(v) for n, v in re.findall(r'<input[^>]* name="([^"]+)" value="([^"]*)"', form)}
    # A browser drops the first line end of a text area.
    told["yaml"] = unescape(form.partition("<textarea")[2].partition(">\n")[2].partition("</textarea>")[0])
    return told


async def compared(browser: Browser, text: str) -> dict[str, str]:
    """Return the form of the page on which *text* is compared with what is in force."""
    begun = fields(await browser.get(PATH))
    page = await browser.post(PATH, **(begun | {"yaml": text, "act": "compare"}))
    return fields(page)


async def test_a_version_is_compared_and_then_saved_letter_by_letter(desk: ServedDesk) -> None:
    """What it does to what is open and each line stand first; then the file is that text, its version raised."""
    lead = desk.browser(Role.LEAD)
    before = file_of(desk).read_text("utf-8")
    begun = fields(await lead.get(PATH))
    assert begun["yaml"] == before
    wanted = "\n# kept at the very top\n" + before.replace(OLD, NEW, 1) + "\n\n# kept at the very end\n"
    page = await lead.post(PATH, **(begun | {"yaml": wanted, "act": "compare"}))
    assert page.status == 200
    assert "fuel_shortage" in page.words
    assert f"+    count: {{of: place_day, window_days: 7, {NEW}" in unescape(page.text)
    assert file_of(desk).read_text("utf-8") == before, "comparing saves nothing"
    silent = await lead.post(PATH, **(fields(page) | {"act": "save"}))
    assert (silent.status, "Say why" in silent.words) == (422, True)
    done = await lead.post(PATH, **(fields(page) | {"act": "save", "why": "one bad week"}))
    assert (done.status, done.headers["Location"]) == (303, "/assessments/mali-2025-12")
    assert file_of(desk).read_text("utf-8") == wanted.replace('version: "1.0.0"', 'version: "1.0.1"')
    with desk.plant.database.read() as connection:
        (entry,) = audit.entries(connection, "rule changed")
    told = (entry.who, entry.detail["before"], entry.detail["after"], entry.detail["why"], entry.detail["rule"])
    assert told == ("lea", "1.0.0", "1.0.1", "one bad week", "")
    desk.plant.library.refresh(now=desk.clock())
    assert "one bad week" in (await lead.get("/assessments/mali-2025-12")).words


async def test_only_what_was_seen_is_saved(desk: ServedDesk) -> None:
    """Text that was touched after it was compared, and text that somebody overtook, is shown again instead."""
    lead, operator = desk.browser(Role.LEAD), desk.browser(Role.OPERATOR)
    before = file_of(desk).read_text("utf-8")
    mine = await compared(lead, before.replace(OLD, NEW, 1))
    hasty = await lead.post(PATH, **(mine | {"yaml": before + "# more\n", "act": "save", "why": "x"}))
    assert (hasty.status, "not the text that was compared" in hasty.words) == (422, True)
    theirs = await compared(operator, before + "# theirs\n")
    assert (await operator.post(PATH, **(theirs | {"act": "save", "why": "first"}))).status == 303
    late = await lead.post(PATH, **(mine | {"act": "save", "why": "second"}))
    assert (late.status, "Somebody changed this assessment meanwhile" in late.words) == (422, True)
    assert "-# theirs" in late.text, "what would be undone is shown"
    assert fields(late)["yaml"] == mine["yaml"], "and nothing of mine is lost"
    assert file_of(desk).read_text("utf-8").endswith("# theirs\n")


async def test_every_fault_stands_at_its_line(desk: ServedDesk) -> None:
    """All at once, with how the line reads; nothing is saved, and what is no YAML at all says where it breaks."""
    lead = desk.browser(Role.LEAD)
    before = file_of(desk).read_text("utf-8")
    bad = before.replace("region: mali", "region: atlantis", 1).replace("half_life_days: 14", "half_life_days: x", 1)
    page = await lead.post(PATH, **(fields(await lead.get(PATH)) | {"yaml": bad, "act": "save", "why": "x"}))
    assert page.status == 422
    for fault in ("atlantis", "half_life_days: x"):
        line = next(n for n, text in enumerate(bad.splitlines(), 1) if fault in text)
        assert f"line {line}" in page.words
    for broken, told in (("a: [", "line"), ("", ""), ("id: other\n", "another assessment, other")):
        page = await lead.post(PATH, **(fields(await lead.get(PATH)) | {"yaml": broken, "act": "save", "why": "x"}))
        assert (page.status, told in page.words) == (422, True), broken
    assert file_of(desk).read_text("utf-8") == before


async def test_a_file_counts_as_it_was_given(desk: ServedDesk) -> None:
    """Its bytes, foreign line ends among them, come through the comparison into the file; it is looked at first."""
    lead = desk.browser(Role.LEAD)
    begun = fields(await lead.get(PATH))
    given = begun["yaml"].replace(OLD, NEW, 1).replace("\n", "\r\n").encode()
    page = await upload(lead, begun | {"act": "save", "why": "from my editor"}, given)
    assert (page.status, "not the text that was compared" in page.words) == (422, True)
    done = await lead.post(PATH, **(fields(page) | {"act": "save", "why": "from my editor"}))
    assert done.status == 303
    assert file_of(desk).read_bytes() == given.replace(b'version: "1.0.0"', b'version: "1.0.1"')


async def test_what_is_no_text_or_too_long_is_refused(desk: ServedDesk) -> None:
    """A picture, a text of more than is read here, and a body beyond all bounds."""
    lead = desk.browser(Role.LEAD)
    begun = fields(await lead.get(PATH)) | {"act": "compare"}
    picture = await upload(lead, begun, b"\x89PNG\r\n\x1a\n\xff\xfe")
    assert (picture.status, "not UTF-8" in picture.words) == (422, True)
    long = await upload(lead, begun, b"# " + b"x" * MOST_TEXT)
    assert (long.status, "at most" in long.words) == (422, True)
    assert (await upload(lead, begun, b"x" * MOST_BYTES)).status == 413


async def upload(browser: Browser, told: dict[str, str], content: bytes) -> Page:
    """Send the form with a file beside what is typed."""
    form = aiohttp.FormData(default_to_multipart=True)
    for name, value in told.items():
        form.add_field(name, value)
    form.add_field("file", io.BytesIO(content), filename="mali.yaml", content_type="application/yaml")
    return await browser.ask("POST", PATH, headers={"Sec-Fetch-Site": "same-origin"}, data=form)


async def test_an_analyst_proposes_a_version(desk: ServedDesk) -> None:
    """It waits like a rule's proposal: shown whole, not approved by its author, refused once the file has moved on."""
    analyst, lead = desk.browser(Role.ANALYST), desk.browser(Role.LEAD)
    before = file_of(desk).read_text("utf-8")
    mine = await compared(analyst, before.replace(OLD, NEW, 1))
    done = await analyst.post(PATH, **(mine | {"act": "save", "why": "ten was too few"}))
    assert (done.status, done.headers["Location"]) == (303, "/proposals/1")
    assert file_of(desk).read_text("utf-8") == before
    seen = await lead.get("/proposals/1")
    assert "a new version" in seen.words
    assert NEW in unescape(seen.text)
    assert "1 a new version (desk)" in (await lead.get("/assessments/mali-2025-12")).words
    assert "your own proposal" in (await analyst.post("/proposals/1", act="approve", why="fine")).words
    assert (await lead.post("/proposals/1", act="approve", why="read it")).status == 303
    after = before.replace(OLD, NEW, 1).replace('version: "1.0.0"', 'version: "1.0.1"')
    assert file_of(desk).read_text("utf-8") == after
    with desk.plant.database.read() as connection:
        assert [e.who for e in audit.entries(connection, "version proposed")] == ["desk"]
        assert [e.who for e in audit.entries(connection, "version proposal approved")] == ["lea"]
    mine = await compared(analyst, after + "# one more\n")
    assert (await analyst.post(PATH, **(mine | {"act": "save", "why": "x"}))).headers["Location"] == "/proposals/2"
    file_of(desk).write_text(after + "# by hand\n", "utf-8")
    stale = await lead.get("/proposals/2")
    assert "It fits the file no more" in stale.words
    assert (await lead.post("/proposals/2", act="approve", why="x")).status == 422
    assert file_of(desk).read_text("utf-8") == after + "# by hand\n"


async def test_where_the_assessment_asks_for_two_a_lead_proposes_a_version(demo_data: Path, tmp_path: Path) -> None:
    """``changes: reviewed``: a version that would take it away itself waits for a second pair of eyes too."""
    folder = copied(demo_data, tmp_path / "desk")
    file = folder / "assessment.yaml"
    file.write_text(file.read_text("utf-8").replace("country: ML\n", "country: ML\nchanges: reviewed\n"), "utf-8")
    async with desk_of(folder) as desk:
        desk.plant.library.refresh(now=desk.clock())
        lead = desk.browser(Role.LEAD)
        before = file.read_text("utf-8")
        mine = await compared(lead, before.replace("changes: reviewed\n", ""))
        assert (await lead.post(PATH, **(mine | {"act": "save", "why": "quicker"}))).headers[
            "Location"
        ] == "/proposals/1"
        assert file.read_text("utf-8") == before
        with desk.plant.database.read() as connection:
            (made,) = rule_proposals.waiting(connection, "mali-2025-12")
        assert (made.kind, made.who) == (ProposalKind.VERSION, "lea")


async def test_who_may_not_change_may_not_look_here(desk: ServedDesk) -> None:
    """A reader is told so, a client finds nothing, and an assessment that is not there has no page."""
    assert (await desk.browser(Role.READ_ONLY).get(PATH)).status == 403
    assert (await desk.browser("acme-ops").get(PATH)).status == 404
    assert (await desk.browser(Role.LEAD).get("/assessments/other/new-version")).status == 404
    assert PATH not in (await desk.browser(Role.READ_ONLY).get("/assessments/mali-2025-12")).text


@pytest.mark.parametrize("hostile", ["</textarea><script>alert(1)</script>", 'a: "><img src=x onerror=alert(1)>'])
async def test_what_somebody_pasted_comes_back_as_text(desk: ServedDesk, hostile: str) -> None:
    """In the text, in the difference, in a fault and in the line that it quotes."""
    lead = desk.browser(Role.LEAD)
    page = await lead.post(PATH, **(fields(await lead.get(PATH)) | {"yaml": hostile, "why": hostile, "act": "save"}))
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text


async def test_a_part_may_hold_anything(desk: ServedDesk) -> None:
    """Blank lines, what looks like a boundary, and line ends stay; a form without its boundary is refused in words."""
    lead = desk.browser(Role.LEAD)
    begun = fields(await lead.get(PATH)) | {"act": "compare"}
    page = await upload(lead, begun, b"# \r\n\r\n--not\r\nthe boundary\r\n--x\n")
    assert (page.status, "--not" in page.words) == (422, True)
    headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": "multipart/form-data"}
    refused = await lead.ask("POST", PATH, headers=headers, data=b"--x--")
    assert (refused.status, "cannot be read" in refused.words) == (400, True)


async def test_more_fields_than_a_page_has_are_refused(desk: ServedDesk) -> None:
    """A form in parts is bounded in fields and files as one in a line is."""
    lead = desk.browser(Role.LEAD)
    many = {f"f{number}": "x" for number in range(MOST_FIELDS + 1)}
    assert (await upload(lead, many, b"x")).status == 400
