"""Signing in at an identity provider: a real one over HTTP, with keys of its own; and everything that is no proof."""

import dataclasses
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.desks import PASSWORD, Browser, Page, ServedDesk, copied, desk_of
from tests.providers import CLIENT_ID, CLIENT_SECRET, Provider, signed_with_the_public_key, unsigned
from watcher.people import accounts, trips
from watcher.people.roles import PeopleError, Role
from watcher.settings import load_settings
from watcher.store import audit

CALLBACK = "/sign-in/oidc/callback"


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@asynccontextmanager
async def _desk(folder: Path, provider: Provider, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ServedDesk]:
    """Serve a desk that knows *provider*, with lea tied to its subject, and its clock for both."""
    monkeypatch.setenv("DESK_OIDC_SECRET", CLIENT_SECRET)
    oidc = {"issuer": provider.issuer, "client_id": CLIENT_ID, "client_secret": "${DESK_OIDC_SECRET}"}
    port = _free_port()
    web = {"listen": f"127.0.0.1:{port}", "base_url": f"http://127.0.0.1:{port}"}
    web["oidc"] = oidc | {"allow_private": True, "label": "The House"}  # type: ignore[assignment]  # written as JSON
    async with desk_of(folder, web=web) as desk:
        provider.clock = lambda: desk.clock().timestamp()
        _tie(desk, "lea", provider.subject)
        yield desk


def _tie(desk: ServedDesk, name: str, subject: str) -> None:
    with desk.plant.database.write() as connection:
        settings, now = desk.plant.settings, desk.clock()
        accounts.tie_login(connection, name, subject, settings=settings, by="test", now=now)


async def _back(browser: Browser, provider: Provider, next_: str = "/", **changed: str) -> Page:
    """Leave for the provider and come back, with what it gives *changed*."""
    left = await browser.get(f"/sign-in/oidc?{urlencode({'next': next_})}")
    assert left.status == 303, left.words
    return await browser.get(f"{CALLBACK}?{urlencode(provider.visited(left.headers['Location']) | changed)}")


@pytest.mark.parametrize(("algorithm", "methods"), [("RS256", None), ("ES256", ["client_secret_post"])])
async def test_one_signs_in_elsewhere(
    demo_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, algorithm: str, methods: list[str] | None
) -> None:
    """P05: as by password: a new secret, a line in the audit, only our own paths; a code and a trip count once.

    An account that is disabled, tied no more, or not there is let in no more; none is made. New keys are fetched.
    """
    async with (
        Provider(algorithm=algorithm, methods=methods) as provider,
        _desk(copied(demo_data, tmp_path / "desk"), provider, monkeypatch) as desk,
    ):
        browser = desk.stranger()
        browser.bring("planted-by-somebody-else")
        assert "Sign in with The House" in (await browser.get("/sign-in?next=/people")).words
        page = await _back(browser, provider, "/alerts?x=1")
        assert (page.status, page.headers["Location"]) == (303, "/alerts?x=1")
        assert "lea" in (await browser.get("/account")).text
        cookie = {c.key: c.value for c in browser.client.cookie_jar}
        assert cookie["watcher"] != "planted-by-somebody-else"
        assert "watcher-trip" not in cookie
        with desk.plant.database.read() as connection:
            told = next(entry for entry in audit.recent(connection, limit=9) if entry.what == "signed in")
        assert (told.who, told.detail) == ("lea", {"how": "oidc"})
        for evil in ("https://evil.example/", "//evil.example", "/\\evil.example"):
            assert (await _back(desk.stranger(), provider, evil)).headers["Location"] == "/"

        again = desk.stranger()
        left = await again.get("/sign-in/oidc")
        brought = f"{CALLBACK}?{urlencode(provider.visited(left.headers['Location']))}"
        assert (await desk.stranger().get(brought)).status == 400  # another browser
        assert (await again.get(brought)).status == 303
        assert (await again.get(brought)).status == 400

        desk.clock.pass_(minutes=2)
        provider.new_key()
        assert (await _back(desk.stranger(), provider)).status == 303
        provider.subject = "somebody <b>else</b>"
        page = await _back(desk.stranger(), provider)
        assert (page.status, "no account here is open" in page.words) == (403, True)
        assert "somebody &lt;b&gt;else&lt;/b&gt;" in page.text
        with desk.plant.database.read() as connection:
            assert len([e for e in audit.recent(connection, limit=50) if e.what == "account made"]) == 6
        _tie(desk, "rita", provider.subject)
        assert (await _back(desk.stranger(), provider)).status == 303
        with desk.plant.database.write() as connection:
            accounts.disable(connection, "rita", by="test", now=desk.clock())
        assert (await _back(desk.stranger(), provider)).status == 403
        provider.subject = "248289761001"
        _tie(desk, "lea", "")
        assert (await browser.get("/account")).status == 303
        assert (await _back(desk.stranger(), provider)).status == 403


def _other_signature(provider: Provider) -> None:
    def forge(token: str) -> str:
        head, claims, signature = token.split(".")
        return f"{head}.{claims}.{signature[::-1]}"

    provider.forge = forge


def _set(**changes: Any) -> Callable[[Provider], None]:
    def bend(provider: Provider) -> None:
        for name, value in changes.items():
            setattr(provider, name, value)

    return bend


FORGERIES: dict[str, Callable[[Provider], None]] = {
    "wrong nonce": _set(claims={"nonce": "of another trip"}),
    "no nonce": _set(claims={"nonce": None}),
    "wrong issuer": _set(claims={"iss": "https://evil.example"}),
    "wrong audience": _set(claims={"aud": "another program"}),
    "one audience of several, for another": _set(claims={"aud": [CLIENT_ID, "x"], "azp": "x"}),
    "expired": _set(claims={"exp": 1_600_000_000}),
    "never expires": _set(claims={"exp": None}),
    "from the future": _set(claims={"iat": 4_000_000_000}),
    "wrong signature": _other_signature,
    "alg none": _set(forge=unsigned),
    "public key as a secret": lambda provider: _set(forge=signed_with_the_public_key(provider))(provider),
    "no token": _set(forge=lambda _: "not.a.token"),
    "no subject": _set(claims={"sub": ""}),
    "subject of another kind": _set(claims={"sub": 248289761001}),
}


async def test_what_proves_nothing_lets_nobody_in(
    demo_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each forgery gets one sentence and no session; the right one after it opens. So with a state that is not ours."""
    async with Provider() as provider, _desk(copied(demo_data, tmp_path / "d"), provider, monkeypatch) as desk:
        right = {f.name: getattr(provider, f.name) for f in dataclasses.fields(provider)}
        for name, bend in FORGERIES.items():
            bend(provider)
            browser = desk.stranger()
            page = await _back(browser, provider)
            assert (page.status, "does not prove who you are" in page.words) == (403, True), name
            assert not [c for c in browser.client.cookie_jar if c.key == "watcher"], name
            _set(claims={}, forge=right["forge"])(provider)
        for changed in ({"state": "another"}, {"state": ""}, {"state": "é"}, {"iss": "https://evil.example"}):
            page = await _back(desk.stranger(), provider, **changed)
            assert (page.status, "began in another browser" in page.words) == (400, True), changed
        assert (await desk.stranger().get(f"{CALLBACK}?code=x&state={trips.Trip('').state}")).status == 400
        declined = await _back(desk.stranger(), provider, code="", error="access_denied")
        assert (declined.status, "did not let you in" in declined.words) == (403, True)
        assert (await _back(desk.stranger(), provider, code="made up")).status == 502
        assert (await _back(desk.stranger(), provider)).status == 303


async def test_a_provider_that_is_down_takes_no_password_away(
    demo_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence, also from one that calls itself otherwise; a password still opens, and later the provider does."""
    async with Provider(down=True) as provider, _desk(copied(demo_data, tmp_path / "d"), provider, monkeypatch) as desk:
        for bend in (_set(down=True), _set(down=False, named="https://evil.example")):
            bend(provider)
            page = await desk.stranger().get("/sign-in/oidc?next=/people", Accept_Language="fr")
            assert (page.status, "ne répond pas comme il le devrait" in page.words) == (502, True)
            assert 'value="/people"' in page.text
        assert (await desk.stranger().post("/sign-in", name="awa", password=PASSWORD)).status == 303
        with pytest.raises(PeopleError, match="tied to lea already"):
            _tie(desk, "awa", provider.subject)
        provider.named = ""
        assert (await _back(desk.stranger(), provider)).status == 303


async def test_an_operator_ties_a_login_on_the_page(
    demo_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Letter by letter, on record; who is another's is refused; empty ends it at once, and nobody else may do it."""
    async with Provider() as provider, _desk(copied(demo_data, tmp_path / "d"), provider, monkeypatch) as desk:
        operator = desk.browser(Role.OPERATOR)
        assert provider.subject in (await operator.get("/people")).text, "what stands is shown"
        taken = await operator.post("/people/rita", act="tie-login", subject=provider.subject)
        assert (taken.status, "tied to lea already" in taken.words) == (422, True)
        lea = await _signed_in(desk, provider)
        assert (await lea.get("/account")).status == 200
        assert (await operator.post("/people/lea", act="tie-login", subject="")).status == 303
        assert (await lea.get("/account")).status == 303, "signed out at once"
        tied = await operator.post("/people/rita", act="tie-login", subject=f" {provider.subject} ")
        assert tied.status == 303
        assert "rita" in (await (await _signed_in(desk, provider)).get("/account")).words
        assert (await operator.post("/people/rita", act="tie-login", subject="two\nlines")).status == 422
        for role in (Role.LEAD, Role.ANALYST, Role.READ_ONLY):
            assert (await desk.browser(role).post("/people/rita", act="tie-login", subject="x")).status == 403
        with desk.plant.database.read() as connection:
            told = [entry.who for entry in audit.entries(connection, "login tied")]
        assert told == ["test", "oumar", "oumar"]


async def _signed_in(desk: ServedDesk, provider: Provider) -> Browser:
    """Return a browser in which somebody came back from the provider."""
    browser = desk.stranger()
    assert (await _back(browser, provider)).status == 303
    return browser


async def test_without_a_provider_there_is_no_button(desk: ServedDesk) -> None:
    """And nothing at its addresses."""
    browser = desk.stranger()
    people = await desk.browser(Role.OPERATOR).get("/people")
    assert 'name="subject"' not in people.text
    assert "tied to a login of another provider" in people.words, "the tests' own, which this desk does not know"
    assert "/sign-in/oidc" not in (await browser.get("/sign-in")).text
    for path in ("/sign-in/oidc", CALLBACK):
        assert (await browser.get(path)).status == 404
    with pytest.raises(PeopleError, match="no identity provider"):
        _tie(desk, "lea", "248289761001")


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"issuer": "login.example.org"}, "write the address of the identity provider"),
        ({"issuer": "http://login.example.org"}, "must be reached over https"),
        ({"client_secret": "${NOT_SET_ANYWHERE}"}, "the environment has no NOT_SET_ANYWHERE"),
        ({"client_secret": ""}, "client_secret"),
        ({"secret": "x"}, "secret"),
        ({"base_url": ""}, "no base_url"),
    ],
)
def test_what_is_wrong_with_the_settings_is_said(
    demo_data: Path, tmp_path: Path, changed: dict[str, str], what: str
) -> None:
    """Each with its line, before anything is served."""
    path = tmp_path / "watcher.yaml"
    oidc = {"issuer": "https://login.example.org", "client_id": "w", "client_secret": "s"}
    oidc |= {key: value for key, value in changed.items() if key != "base_url"}
    web = {"base_url": changed.get("base_url", "https://watch.example.org"), "oidc": oidc}
    path.write_text(json.dumps(json.loads((demo_data / "watcher.yaml").read_text("utf-8")) | {"web": web}), "utf-8")
    settings, problems = load_settings(path)
    assert settings is None
    assert what in "\n".join(map(str, problems))
