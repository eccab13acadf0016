"""The desk in a real browser: what people do there from a search to a recall, and what no page may ever do.

The server is the real one over the demo's data; chromium looks at it as people do. Nothing here waits by the clock:
each step waits for what a person would see.
"""

import json
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browsers import PHONE, Person, at, chromium, needs_chromium
from tests.daemons import until
from tests.desks import WITH_CLIENTS, ServedDesk, copied, desk_of
from tests.senders import SECRET, post, signed
from watcher.demo.mailbox import Mailbox
from watcher.people.roles import Role

pytestmark = [needs_chromium, pytest.mark.timeout(600)]

expect.set_options(timeout=60_000)

SEARCH = "title:((general* OR général* OR officer*) AND (charge* OR inculp*))"
RULE = {
    "id": "officers_charged",
    "name_en": "Officers charged",
    "name_fr": "Officiers inculpés",
    "statements": "S16",
    "because": "An army that tries its officers fears them.",
    "t1": "2",
    "t2": "3",
    "t3": "4",
    "must_match": "Mali charges generals detained over alleged coup plot",
    "must_not_match": "Basketball league expands to three new cities",
}
REPORTS = (
    ("Colonel among officers charged in Kayes over plot", "Kayes"),
    ("Garrison officers charged in Sikasso after mutiny", "Sikasso"),
    ("Tribunal in Mopti: officers charged with desertion", "Mopti"),
    ("Officers charged in Segou as purge reaches the guard", "Segou"),
)


@asynccontextmanager
async def _in_service(folder: Path) -> AsyncIterator[tuple[ServedDesk, Path]]:
    """Serve the desk as it is in service: it judges, its mails arrive in a folder, a newspaper pushes to it."""
    async with Mailbox(folder / "mails") as mailbox:
        path = folder / "watcher.yaml"
        told = re.sub(r"mailto://127\.0\.0\.1:\d+", f"mailto://127.0.0.1:{mailbox.port}", path.read_text("utf-8"))
        path.write_text(told, "utf-8")
        graded: dict[str, Any] = {
            "family": "paper",
            "grade": "B",
            "lang": "en",
            "options": {"secret": "${PAPER_SECRET}"},
        }
        sources = [{"id": "paper", "kind": "webhook", "every": "1h", **graded}, *json.loads(told)["sources"]]
        here = f"127.0.0.1:{_free_port()}"
        web = {"listen": here, "base_url": f"http://{here}"}
        clients = [
            one | {"subscriptions": [{"scenarios": ["*"], "min_level": "watch", "release": "reviewed"}]}
            for one in WITH_CLIENTS["clients"]
        ]
        async with desk_of(folder, judges=True, sources=sources, web=web, clients=clients) as desk:
            yield desk, folder / "mails"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _make_a_rule(lead: Person) -> None:
    """From a search to a rule in force, with a look at what it would have done."""
    page = lead.page
    await lead.open("/items")
    await page.get_by_label("Query, over the whole text").fill(SEARCH)
    await page.get_by_role("button", name="Show").click()
    await expect(page.get_by_role("link", name="Mali charges generals")).to_be_visible()
    await page.get_by_role("link", name="Make a rule from this search").click()
    await expect(page.get_by_label("Match", exact=True)).to_have_value(SEARCH)
    for name, value in RULE.items():
        await page.locator(f"[name={name}]").fill(value)
    await page.locator("[name=group]").select_option("officers")
    await page.locator("[name=region]").select_option("mali")
    await page.locator("[name='effect.coup_attempt.if_true']").select_option("VL")
    await page.locator("[name='effect.coup_attempt.if_false']").select_option("VU")
    await page.get_by_role("button", name="Try").click()
    tried = page.get_by_role("region", name="The try")
    await expect(tried).to_contain_text("2 count")
    await expect(tried).to_contain_text("Nothing was stored or sent.")
    await tried.get_by_text("What counts, the newest first").click()
    await expect(tried.get_by_role("link", name="Mali charges generals").last).to_be_visible()
    await page.get_by_label("Why", exact=True).fill("asked for by the duty analyst")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("status").first).to_contain_text("Saved as version 1.0.1")


async def _push(desk: ServedDesk) -> None:
    reports = [
        {"id": str(n), "title": title, "summary": f"In {place}, Mali.", "published": desk.clock().isoformat()}
        for n, (title, place) in enumerate(REPORTS)
    ]
    body = json.dumps(reports).encode()
    answer = await post(f"{desk.url}/ingest/paper", body, signed(body, at=desk.clock()))
    assert (answer.status, answer.json["new"]) == (202, len(REPORTS))


async def _see_it_move(analyst: Person, desk: ServedDesk) -> None:
    """The board that is open moves by itself when a newspaper's reports come in."""
    await analyst.open("/")
    await expect(analyst.page.locator("#board[data-state=live]")).to_be_visible()
    card = analyst.page.locator("article", has=analyst.page.get_by_role("link", name="Coup attempt"))
    before = await card.locator(".figure strong").inner_text()
    desk.clock.pass_(minutes=5)
    await _push(desk)
    await expect(card.locator(".figure strong")).not_to_have_text(before)
    await expect(card).to_contain_text("warning")
    assert not analyst.heard


async def _take_it(somebody: Person, mails: Path) -> None:
    """Whoever has the mail takes the alert with its link, on a phone, without signing in."""
    await until(lambda: len(_links(mails)) > 0, what="a mail with a link")
    await somebody.open(_links(mails)[-1])
    await expect(somebody.page.locator("main")).to_contain_text("nobody has this alert yet")
    await somebody.page.get_by_label("Note").fill("calling the embassy")
    await somebody.page.get_by_role("button", name="I take it").click()
    await expect(somebody.page.locator("main")).to_contain_text("desk has it")
    assert not somebody.heard


async def _release(lead: Person) -> str:
    """The draft that the move made for a client is worded by a person, released in a name; return its path."""
    page = lead.page
    await lead.open("/notices")
    await page.get_by_role("article").filter(has_text="Acme").filter(has_text="Coup").get_by_role("link").click()
    await page.locator("[name='advice.fr']").fill("Reportez les déplacements vers Kati.")
    await page.get_by_label("Why, in a sentence; it stays with us").first.fill("what they asked us for")
    await page.get_by_role("button", name="Keep as a revision").click()
    await expect(page.get_by_role("status")).to_contain_text("Revision 1 is kept")
    await expect(page.locator("pre.words").first).to_contain_text("Reportez les déplacements")
    await page.get_by_role("button", name="Release to Acme in my name").click()
    await expect(page.get_by_role("status")).to_contain_text("Released to Acme")
    return page.url.removeprefix(lead.url)


async def _receive(client: Person, told: str) -> None:
    """The client sees what was released to it, says that it has it, and reaches nothing else."""
    page = client.page
    for path in ("/alerts", "/events", "/audit", told, "/notices"):
        assert await client.open(path) == 404
    await client.open("/client")
    await expect(page.get_by_role("article").filter(has_text="Coup")).to_contain_text("%")
    await page.get_by_role("article").filter(has_text="Coup").get_by_role("link", name="l'avis").click()
    await expect(page.locator("main")).to_contain_text("Reportez les déplacements vers Kati.")
    await page.get_by_role("button", name="Je l'ai reçu").click()
    await expect(page.locator("main")).to_contain_text("confirmé")
    assert not client.heard


async def _recall(lead: Person, told: str) -> None:
    """It is taken back with a reason, and the client's receipt stood beside it."""
    page = lead.page
    await lead.open(told)
    await expect(page.locator("main")).to_contain_text("acme-ops")
    await page.locator("summary", has_text="Withdraw").click()
    form = page.locator("form[action$='/withdraw']")
    await form.get_by_label("Why").fill("the tribunal denies it")
    await form.get_by_label("What the client reads of it (fr)").fill("Le tribunal dément.")
    await form.get_by_role("button", name="Withdraw it now").click()
    await expect(page.get_by_role("status")).to_contain_text("Withdrawn")


def _links(mails: Path) -> list[str]:
    """Return the links of acknowledgement in the English mails, the oldest first."""
    found = []
    for path in sorted(mails.glob("*.eml")):
        mail = message_from_bytes(path.read_bytes(), policy=default)
        body = mail.get_body(("plain",))
        text = body.get_content() if body is not None else ""
        if "desk@" in str(mail["To"]):
            found += re.findall(r"Acknowledge: \S+?(/ack/\S+)", text)
    return found


async def test_from_a_search_to_a_recall(demo_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule from a search, its try, a report, the board live, the mail's link, a notice out and back, its client."""
    monkeypatch.setenv("PAPER_SECRET", SECRET)
    async with _in_service(copied(demo_data, tmp_path / "desk")) as (desk, mails), chromium() as browser:
        lead = await at(browser, desk, Role.LEAD)
        await _make_a_rule(lead)
        await _see_it_move(await at(browser, desk, Role.ANALYST), desk)
        await _take_it(await at(browser, desk, None, size=PHONE), mails)
        told = await _release(lead)
        await _receive(await at(browser, desk, Role.CLIENT, size=PHONE, lang="fr"), told)
        await _recall(lead, told)
        client = await at(browser, desk, Role.CLIENT, size=PHONE)
        await client.open(told.replace("/notices", "/client/notices"))
        await expect(client.page.get_by_role("alert")).to_contain_text("Do not rely on this notice")
        other = await at(browser, desk, "bridge-ops")
        assert await other.open(told.replace("/notices", "/client/notices")) == 404
        assert not lead.heard + client.heard + other.heard
