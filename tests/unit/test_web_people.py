"""The pages of people, tokens and clients, and the commands that do the same."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.builders import small
from tests.daemons import configure
from tests.desks import PASSWORD, ServedDesk
from watcher.cli import app
from watcher.people.roles import Role
from watcher.store import audit

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>'\"{{7*7}}"


async def test_an_operator_looks_after_people(desk: ServedDesk) -> None:
    """Made, made something else, disabled, let in again, each with its line in the audit; never the last operator."""
    browser = desk.browser(Role.OPERATOR)
    made = await browser.post("/people", name="Zoé ", role="analyst", password=PASSWORD)
    assert (made.status, "small letters" in made.words) == (422, True)
    assert (await browser.post("/people", name="zoe", shown=HOSTILE, role="analyst", password=PASSWORD)).status == 303
    page = await browser.get("/people")
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text
    assert "zoe can sign in now." in page.words
    assert "can sign in now" not in (await browser.get("/people")).words, "a message is shown once"
    theirs = desk.browser("zoe")
    assert (await browser.post("/people/zoe", act="role", role="client", client="acme")).status == 303
    assert (await theirs.get("/")).status == 303, "whoever was signed in signs in again"
    assert (await browser.post("/people/zoe", act="disable")).status == 303
    assert (await browser.post("/people/zoe", act="enable")).status == 303
    refused = await browser.post("/people/oumar", act="disable")
    assert (refused.status, "only operator left" in refused.words) == (422, True)
    for fields in ({"act": "explode"}, {"act": "role", "role": "emperor"}, {"act": "role", "role": "client"}):
        assert (await browser.post("/people/zoe", **fields)).status == 422
    with desk.plant.database.read() as connection:
        told = [entry.what for entry in audit.recent(connection, limit=5) if entry.who == "oumar"]
    assert told == ["account enabled", "account disabled", "role changed", "account made"]


async def test_a_form_gives_nobody_more_than_it_asks_for(desk: ServedDesk) -> None:
    """P03: a role, a client or a recipient that is slipped into one's own preferences is not taken."""
    browser = desk.browser(Role.ANALYST)
    fields = {"shown": "Awa", "lang": "fr", "zone": "Africa/Bamako", "role": "operator", "client": "acme"}
    assert (await browser.post("/account", **fields, recipient="screen", disabled_at="")).status == 303
    page = await browser.get("/account")
    assert "Fuseau horaire" in page.words
    assert "analyst" in page.words
    assert (await browser.get("/people")).status == 403
    assert (await browser.post("/account", zone="Mars/Olympus")).status == 422


async def test_a_token_is_shown_once(desk: ServedDesk) -> None:
    """It is on the page that made it, on no other, and not in the database; revoked it counts no more."""
    browser = desk.browser(Role.OPERATOR)
    made = await browser.post("/tokens", name="map", role="read-only", scope="read", days="30")
    secret = re.search(r"wt_[\w-]+", made.text)
    assert secret is not None
    page = await browser.get("/tokens")
    assert secret[0] not in page.text
    program, headers = desk.stranger(), {"Authorization": f"Bearer {secret[0]}"}
    assert (await program.ask("GET", "/", headers=headers)).status == 200
    wanted = re.search(r"/tokens/(\w+)/revoke", page.text)
    assert wanted is not None
    assert (await browser.post(f"/tokens/{wanted[1]}/revoke")).status == 303
    assert (await program.ask("GET", "/", headers=headers | {"Accept": "*/*"})).status == 401
    assert (await browser.post("/tokens", name="x", role="read-only", scope="all", days="1")).status == 422


async def test_clients_are_shown_with_who_signs_in_for_them(desk: ServedDesk) -> None:
    """The one who looks after people sees which client nobody can sign in for."""
    page = await desk.browser(Role.OPERATOR).get("/clients")
    assert "acme-ops" in page.words
    assert "bridge-ops" in page.words


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return configure(tmp_path, small(), sources={"wire": "https://wire.example/rss"}, channels={"console": ""})


def test_the_commands_do_the_same(config: Path) -> None:
    """From nobody to an analyst with a token and back, each step saying what comes next; JSON holds no secret."""
    run = CliRunner().invoke
    here = ["-c", str(config)]
    setup = run(app, ["people", "setup", *here])
    assert setup.exit_code == 0, setup.output
    assert "/first-account" in setup.output
    weak = run(app, ["people", "add", "ops", "--role", "operator", *here], input="short\n")
    assert (weak.exit_code, "12 to 256 characters" in weak.output) == (2, True)
    added = run(
        app, ["people", "add", "ops", "--role", "operator", "--recipient", "desk", *here], input=f"{PASSWORD}\n"
    )
    assert added.exit_code == 0, added.output
    assert "ops can sign in as operator, at http" in added.output, "an account is no use without the address"
    assert run(app, ["people", "setup", *here]).exit_code == 2, "there is somebody who can do it now"
    for wrong in (["--role", "emperor"], ["--role", "client"], ["--role", "analyst", "--recipient", "nobody"]):
        assert run(app, ["people", "add", "x", *wrong, *here], input=f"{PASSWORD}\n").exit_code == 2
    listed = json.loads(run(app, ["people", "list", "--json", *here]).output)
    assert [(p["name"], p["role"], p["recipient"]) for p in listed] == [("ops", "operator", "desk")]
    assert "password" not in listed[0]
    made = json.loads(run(app, ["people", "tokens", "add", "map", "--for", "30d", "--json", *here]).output)
    assert made["token"].startswith("wt_")
    shown = run(app, ["people", "tokens", "list", "--json", *here]).output
    assert made["token"] not in shown
    assert run(app, ["people", "tokens", "revoke", made["id"], *here]).exit_code == 0
    assert run(app, ["people", "disable", "ops", *here]).exit_code == 2
    for command in (["password", "ops"], ["role", "ops", "operator"], ["tie", "ops", ""], ["enable", "ops"]):
        done = run(app, ["people", *command, *here], input=f"{PASSWORD} too\n")
        assert done.exit_code == 0, done.output
    assert "ops" in run(app, ["people", "list", *here]).output
