"""Signing in and out, what a session survives, and what no page of another site can do. A real server each time."""

import asyncio
import re
from pathlib import Path

import pytest

from tests.desks import PASSWORD, Browser, ServedDesk, copied, desk_of
from watcher.people.beginning import new_setup_token
from watcher.people.roles import Role
from watcher.store import audit
from watcher.web.origins import own_path
from watcher.web.rendering import HEADERS


def _cookie(browser: Browser) -> str:
    (found,) = [c.value for c in browser.client.cookie_jar if c.key == "watcher"] or [""]
    return found


async def _sign_in(browser: Browser, name: str = "awa", password: str = PASSWORD, **more: str) -> int:
    return (await browser.post("/sign-in", name=name, password=password, **more)).status


async def test_one_signs_in_and_out_and_the_session_is_over_everywhere(desk: ServedDesk) -> None:
    """P05: a new secret at each sign-in, whatever the browser brought; after signing out the old one opens nothing."""
    browser = desk.stranger()
    browser.bring("planted-by-somebody-else")
    assert await _sign_in(browser) == 303
    first = _cookie(browser)
    assert first not in ("", "planted-by-somebody-else")
    assert (await browser.get("/")).status == 200
    assert await _sign_in(browser) == 303
    second = _cookie(browser)
    assert second != first
    for old in (first, "planted-by-somebody-else"):
        other = desk.stranger()
        other.bring(old)
        assert (await other.get("/")).status == 303
    assert (await browser.post("/sign-out")).status == 303
    other = desk.stranger()
    other.bring(second)
    assert (await other.get("/")).status == 303
    with desk.plant.database.read() as connection:
        told = [entry.what for entry in audit.recent(connection, limit=9) if entry.who == "awa"]
    assert told[:3] == ["signed out", "signed in", "signed in"]


async def test_the_secret_is_not_in_the_database(desk: ServedDesk) -> None:
    """Whoever reads a backup is nobody."""
    secret = desk.session(Role.LEAD)
    file = Path(desk.plant.settings.database.removeprefix("sqlite:///"))
    stored = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    assert secret.encode() not in stored
    assert PASSWORD.encode() not in stored


async def test_a_changed_password_ends_every_other_session(desk: ServedDesk) -> None:
    """P05: the browser in which it was changed goes on; the present password is asked for."""
    here, there = desk.browser(Role.ANALYST), desk.browser(Role.ANALYST)
    new = "another four words here"
    wrong = await here.post("/account/password", present="not it at all", new=new, again=new)
    assert (wrong.status, "not right" in wrong.words) == (422, True)
    weak = await here.post("/account/password", present=PASSWORD, new="aaaaaaaaaaaaaa", again="aaaaaaaaaaaaaa")
    assert (weak.status, "easy to guess" in weak.words) == (422, True)
    assert (await here.post("/account/password", present=PASSWORD, new=new, again=new)).status == 303
    assert ((await here.get("/")).status, (await there.get("/")).status) == (200, 303)
    assert await _sign_in(desk.stranger()) == 401
    assert await _sign_in(desk.stranger(), password=new) == 303


async def test_nobody_learns_who_has_an_account(desk: ServedDesk) -> None:
    """P06: a wrong name, a wrong password and an account without one get the same answer, letter by letter."""
    answers = []
    for name in ("awa", "nobody-of-that-name", "lea"):
        page = await desk.stranger().post("/sign-in", name=name, password="wrong password")
        answers.append((page.status, page.text.replace(f'value="{name}"', "NAME")))
    assert {status for status, _ in answers} == {401}
    assert len({text for _, text in answers}) == 1


async def test_guessing_is_slowed_and_keeps_nobody_out_for_long(desk: ServedDesk) -> None:
    """P06: after three wrong tries the next must wait, twice as long each time, a minute at most; then it opens.

    Twelve tries at once get no further than three one after the other.
    """
    guesser = desk.stranger()
    found = await asyncio.gather(*(_sign_in(guesser, password="wrong password") for _ in range(12)))
    assert (found.count(401), found.count(429)) == (3, 9)
    page = await guesser.post("/sign-in", name="awa", password=PASSWORD)
    assert (page.status, page.headers["Retry-After"]) == (429, "1")
    for _ in range(12):
        desk.clock.pass_(seconds=61)
        assert await _sign_in(guesser, password="wrong password") == 401
    desk.clock.pass_(seconds=61)
    assert await _sign_in(desk.stranger()) == 303


async def test_what_a_page_of_another_site_sends_changes_nothing(desk: ServedDesk) -> None:
    """P04: also signing in and out; a browser says so, and one that says nothing but brings a session is refused."""
    browser, name = desk.browser(Role.OPERATOR), {"name": "x", "password": PASSWORD, "role": "analyst"}
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {},
    ):
        for path in ("/people", "/sign-out", "/reading", "/account"):
            page = await browser.ask("POST", path, headers=headers, data=name)
            assert page.status == 403, (path, headers)
    stranger = desk.stranger()
    crossed = {"Sec-Fetch-Site": "cross-site"}
    sent = await stranger.ask("POST", "/sign-in", headers=crossed, data={"name": "awa", "password": PASSWORD})
    assert (sent.status, _cookie(stranger)) == (403, "")
    assert (await browser.get("/people")).status == 200
    own = {"Origin": desk.url}
    assert (await browser.ask("POST", "/reading", headers=own, data={"lang": "fr"})).status == 303


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("/people?x=1", "/people?x=1"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("/%09/evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/%5cevil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a//b", "/"),
        ("", "/"),
    ],
)
def test_only_our_own_paths_are_followed(wanted: str, path: str) -> None:
    """P10: a link to our sign-in leads nowhere else."""
    assert own_path(wanted) == path


async def test_after_signing_in_one_is_where_one_wanted_to_be(desk: ServedDesk) -> None:
    """P10, over the wire."""
    for wanted, found in (("/account?a=b", "/account?a=b"), ("//evil.example/", "/")):
        page = await desk.stranger().post("/sign-in", name="awa", password=PASSWORD, next=wanted)
        assert page.headers["Location"] == found


async def test_the_desk_answers_to_its_own_name_only(demo_data: Path, tmp_path: Path) -> None:
    """P09: with a base_url, that name, and this machine's own from this machine; cookies then are the host's alone."""
    web = {"listen": "127.0.0.1:0", "base_url": "https://watch.example.org"}
    async with desk_of(copied(demo_data, tmp_path / "desk"), web=web) as desk:
        browser = desk.stranger()
        assert (await browser.get("/sign-in", Host="evil.example")).status == 421
        assert (await browser.get("/", Host="watch.example.org.evil.example")).status == 421
        page = await browser.ask(
            "POST",
            "/sign-in",
            headers={"Host": "watch.example.org", "Origin": "https://watch.example.org"},
            data={"name": "awa", "password": PASSWORD},
        )
        assert page.status == 303
        cookie = page.headers["Set-Cookie"]
        assert re.match(r"__Host-watcher=[\w-]{40,}; HttpOnly; Max-Age=\d+; Path=/; SameSite=lax; Secure$", cookie)


async def test_every_page_has_a_strict_policy_and_is_kept_by_nobody(desk: ServedDesk) -> None:
    """P14: scripts and styles from our own files alone; private pages are not stored, files with a fingerprint are."""
    browser = desk.browser(Role.OPERATOR)
    for path in ("/", "/people", "/tokens", "/clients", "/account", "/no/such/page"):
        page = await browser.get(path)
        assert page.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]
        assert "unsafe" not in page.headers["Content-Security-Policy"]
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["X-Frame-Options"] == "DENY"
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|javascript:", page.text), path
    sheet = re.search(r'href="(/static/\w+/desk.css)"', page.text)
    assert sheet is not None
    css = await desk.stranger().get(sheet[1])
    assert (css.status, css.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
    assert css.headers["Content-Type"].startswith("text/css")
    for path in ("..%2f..%2fapp.py", "%2e%2e/app.py", "desk.css%00.js", "//etc/passwd", "vendor/../../app.py"):
        assert (await browser.get(f"/static/x/{path}")).status == 404


async def test_the_first_account_is_made_here_with_the_token(demo_data: Path, tmp_path: Path) -> None:
    """P07: until it exists nobody gets further than that page, nobody through a proxy gets even there."""
    async with desk_of(copied(demo_data, tmp_path / "desk"), with_people=False) as desk:
        browser = desk.stranger()
        assert (await browser.get("/")).headers["Location"] == "/sign-in"
        assert (await browser.get("/sign-in")).headers["Location"] == "/first-account"
        assert (await browser.get("/first-account")).status == 200
        assert (await browser.get("/first-account", X_Forwarded_For="203.0.113.9")).status == 403
        with desk.plant.database.write() as connection:
            token = new_setup_token(connection, now=desk.clock())
        fields = {"name": "Ops", "password": PASSWORD, "again": PASSWORD}
        refused = await browser.post("/first-account", token="guessed", **fields)
        assert (refused.status, "does not count" in refused.words) == (422, True)
        assert (await browser.post("/first-account", token=token, **fields)).status == 303
        assert (await browser.get("/people")).status == 200
        for page in (await browser.get("/first-account"), await browser.post("/first-account", token=token, **fields)):
            assert page.status == 404


async def test_forms_are_bounded(desk: ServedDesk) -> None:
    """P13: a form of a megabyte, of a thousand fields, or of another kind is refused, with what to send."""
    browser = desk.browser(Role.OPERATOR)
    assert (await browser.post("/people", name="x" * 1_000_000)).status == 413
    assert (await browser.post("/people", **{f"f{n}": "1" for n in range(1_000)})).status == 413
    headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}
    assert (await browser.ask("POST", "/people", headers=headers, data="{}")).status == 415
