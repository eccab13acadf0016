"""Notices at the desk and at the client: worded, released by two, recalled; and no client ever sees another's."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from alerts.notices import Notice
from alerts.notices.edits import Part
from tests.desks import WITH_CLIENTS, Browser, ServedDesk, copied, desk_of
from watcher.people import accounts
from watcher.people.accounts import NewAccount
from watcher.people.roles import Role
from watcher.store import audit
from watcher.store.notices import ClientNotices

HOSTILE = "<img src=x onerror=alert(1)> {{ 7*7 }}"
SECRET = "Gao-depot-of-bridge"
BRIDGES = "n-b21d9e000000"

Clients = list[dict[str, Any]]


def _clients(rule: str = "reviewed") -> Clients:
    """Both clients may read what the demo says; each is released by *rule*."""
    changed = []
    for client in WITH_CLIENTS["clients"]:
        subscriptions = [one | {"release": rule} for one in client["subscriptions"]]
        changed.append(client | {"ceiling": "TLP:AMBER", "subscriptions": subscriptions})
    return changed


@pytest.fixture
async def release(demo_data: Path, tmp_path: Path) -> AsyncIterator[ServedDesk]:
    """A desk whose notices one named person releases."""
    async with desk_of(copied(demo_data, tmp_path / "desk"), clients=_clients()) as served:
        yield served


def _draft(desk: ServedDesk, client: str = "acme") -> Notice:
    """Return the newest draft of a client."""
    owner = desk.plant.settings.client(client)
    assert owner is not None
    with desk.plant.database.read() as connection:
        return ClientNotices(connection, owner).waiting()[-1].drafted


def _keep_for_bridge(desk: ServedDesk) -> None:
    """Draft the same notice for the other client, with words that only it may read."""
    notice, owner = _draft(desk), desk.plant.settings.client("bridge")
    assert owner is not None
    own = {"id": BRIDGES, "client": "bridge", "client_name": "Bridge", "advice": {"en": SECRET, "fr": SECRET}}
    with desk.plant.database.write() as connection:
        ClientNotices(connection, owner).add(notice.model_copy(update=own), move="m-bridge", rows={})


async def _release(browser: Browser, key: str, **more: str) -> int:
    page = await browser.get(f"/notices/{key}")
    read = re.search(r'name="read" value="(\d+)"', page.text)
    return (await browser.post(f"/notices/{key}/release", read=read[1] if read else "", **more)).status


async def test_a_draft_is_worded_previewed_and_kept(release: ServedDesk) -> None:
    """A preview changes nothing; an edit is a revision with its reason; hostile words are text; it is taken back."""
    draft, browser = _draft(release), release.browser(Role.ANALYST)
    listed = await browser.get("/notices")
    assert f'href="/notices/{draft.id}"' in listed.text
    assert "the client knows nothing of it" in listed.words
    tried = await browser.post(f"/notices/{draft.id}/preview", **{"advice.fr": HOSTILE})
    assert tried.status == 200
    assert "NOT KEPT" in tried.words
    assert "&lt;img src=x" in tried.text
    assert "<img" not in tried.text
    assert "49" not in tried.text.split("&lt;img")[1][:80]
    assert "&lt;img" not in (await browser.get(f"/notices/{draft.id}")).text

    assert (await browser.post(f"/notices/{draft.id}/edit", **{"advice.fr": "Restez."})).status == 422  # no reason
    assert (await browser.post(f"/notices/{draft.id}/edit", why="x")).status == 422  # nothing changed
    weak = await browser.post(f"/notices/{draft.id}/edit", **{"headline.fr": "C'est possible", "why": "shorter"})
    assert weak.status == 422
    assert "says less than any term" in weak.words
    kept = await browser.post(f"/notices/{draft.id}/edit", **{"advice.fr": "Restez.", "why": "they asked"})
    assert kept.status == 303
    page = await browser.get(f"/notices/{draft.id}")
    assert "Restez." in page.words
    assert "they asked" in page.words
    assert "A lead releases it" in page.words
    assert (await browser.post(f"/notices/{draft.id}/release", read="1")).status == 403
    assert (await browser.post(f"/notices/{draft.id}/take-back", why="wrong")).status == 303
    assert _draft(release).edits.words.get(Part.ADVICE) is None
    with release.plant.database.read() as connection:
        assert {e.who for e in audit.entries(connection, "notice edited")} == {"awa"}


async def test_a_notice_leaves_is_proved_and_recalled(release: ServedDesk) -> None:
    """Released in a name, read as it stood, on its way to the contact; then withdrawn by one person at once."""
    draft, lead = _draft(release), release.browser(Role.LEAD)
    await release.browser(Role.ANALYST).post(f"/notices/{draft.id}/edit", **{"advice.fr": "Restez.", "why": "x"})
    stale = await lead.post(f"/notices/{draft.id}/release", read="0")
    assert stale.status == 422
    assert "Its words were changed since you opened it" in stale.words
    assert await _release(lead, draft.id) == 303
    page = await lead.get(f"/notices/{draft.id}")
    for said in ("Released to Acme in your name", "Proof of delivery", "acme/ops", "SHA-256", "Restez."):
        assert said in page.words, said
    brief = await lead.get(f"/notices/{draft.id}/brief.pdf?lang=fr")
    assert (brief.status, brief.headers["Content-Type"]) == (200, "application/pdf")
    assert brief.text.startswith("%PDF")

    drafted = await release.browser(Role.ANALYST).post(
        f"/notices/{draft.id}/correct", **{"say.fr": "Le lieu était faux.", "why": "wrong place"}
    )
    assert drafted.headers["Location"] != f"/notices/{draft.id}"
    gone = await lead.post(f"/notices/{draft.id}/withdraw", why="wrong town")
    assert gone.status == 303
    after = await lead.get(f"/notices/{draft.id}")
    assert "withdrawn" in after.words
    assert "wrong town" in after.words
    assert "archived" in (await lead.get(drafted.headers["Location"])).words


async def test_two_people_are_two(demo_data: Path, tmp_path: Path) -> None:
    """Who went over it cannot release it, whatever they call themselves; another one can."""
    async with desk_of(copied(demo_data, tmp_path / "desk"), clients=_clients("two-person")) as desk:
        draft, lead = _draft(desk), desk.browser(Role.LEAD)
        assert await _release(lead, draft.id) == 422
        assert (await lead.post(f"/notices/{draft.id}/review", why="read it")).status == 303
        with desk.plant.database.write() as connection:
            accounts.prefer(connection, "lea", shown="Somebody Else", lang="", zone="", by="lea", now=desk.clock())
            new = NewAccount(name="luc", role=Role.LEAD, subject="test|luc")
            accounts.add(connection, new, settings=desk.plant.settings, by="test", now=desk.clock())
        refused = await lead.post(f"/notices/{draft.id}/release", read="0")
        assert refused.status == 422
        assert "lea worked on it and so cannot release it" in refused.words
        assert await _release(desk.browser("luc"), draft.id) == 303


async def _pages(browser: Browser, *more: str) -> dict[str, str]:
    """Return every page that somebody can reach by following links from their own, and *more*."""
    found: dict[str, str] = {}
    waiting = ["/client", "/client/notices", "/account", *more]
    while waiting:
        path = waiting.pop()
        page = await browser.get(path)
        found[path] = f"{page.status} {page.text}"
        links = re.findall(r'href="(/[^"#]*)"', page.text)
        waiting += [one for one in dict.fromkeys(links) if one not in found and not one.startswith("/static")]
        waiting = [one for one in dict.fromkeys(waiting) if ".pdf" not in one]
    return found


async def test_a_client_sees_its_own_and_nothing_else_ever(release: ServedDesk) -> None:
    """Byte for byte the same pages whether another client exists or not; foreign and unknown are one answer."""
    draft, lead = _draft(release), release.browser(Role.LEAD)
    acme, bridge = release.browser("acme-ops"), release.browser("bridge-ops")
    before = await _pages(acme, f"/client/notices/{draft.id}", "/client/notices/n-000000000000")
    assert before[f"/client/notices/{draft.id}"].startswith("404")
    assert "Nothing was released to you about it yet" in before["/client"]
    assert "39 %" not in before["/client"]

    assert await _release(lead, draft.id) == 303
    own = await _pages(acme, f"/client/notices/{BRIDGES}", "/client/notices/n-000000000000")
    assert "39 %" in own["/client"]
    assert "TLP:AMBER<" in own["/client"]
    _keep_for_bridge(release)
    assert await _release(lead, BRIDGES) == 303
    again = await _pages(acme, f"/client/notices/{BRIDGES}", "/client/notices/n-000000000000")
    assert again == own
    leaked = [page.replace(BRIDGES, "") for page in again.values()]
    assert not any(SECRET in page or re.search(r"\bbridge\b", page, re.IGNORECASE) for page in leaked)
    foreign, unknown = again[f"/client/notices/{BRIDGES}"], again["/client/notices/n-000000000000"]
    assert (foreign[:3], unknown[:3]) == ("404", "404")
    assert foreign.replace(BRIDGES, "n-000000000000") == unknown

    theirs = await _pages(bridge)
    assert SECRET in theirs[f"/client/notices/{BRIDGES}"]
    assert not any("cme" in page or draft.id in page for page in theirs.values())
    assert (await bridge.get(f"/client/notices/{draft.id}/brief.pdf")).status == 404
    assert (await bridge.post(f"/client/notices/{draft.id}/received")).status == 404
    for path in ("/alerts", "/notices", f"/notices/{BRIDGES}", "/oncall", "/sources", "/scorecard", "/audit"):
        assert (await bridge.get(path)).status == 404, path


async def test_a_receipt_is_noted_once_and_seen_by_the_desk(release: ServedDesk) -> None:
    """The client says that it has the notice; a withdrawal is said on top of it; the brief is its own."""
    draft, lead, client = _draft(release), release.browser(Role.LEAD), release.browser("acme-ops")
    assert await _release(lead, draft.id) == 303
    page = await client.get(f"/client/notices/{draft.id}", Accept_Language="fr")
    assert "Je l'ai reçu" in page.text
    for _ in range(2):
        assert (await client.post(f"/client/notices/{draft.id}/received")).status == 303
    seen = await lead.get(f"/notices/{draft.id}")
    assert "acme/acme-ops: read and confirmed on the client&#39;s page" in seen.text
    with release.plant.database.read() as connection:
        receipts = list(audit.entries(connection, "notice: receipt"))
    assert [(e.who, e.detail["notice"]) for e in receipts] == [("acme-ops", draft.id)]
    assert (await client.get(f"/client/notices/{draft.id}/brief.pdf")).text.startswith("%PDF")
    await lead.post(f"/notices/{draft.id}/withdraw", why="our own reason, not theirs")
    after = await client.get(f"/client/notices/{draft.id}")
    assert "WITHDRAWN" in after.words
    assert "our own reason" not in after.text
    assert "39 %" not in (await client.get("/client")).text
    home = await client.get("/")
    assert (home.status, home.headers.get("Location")) == (303, "/client")
