"""`watcher audit`: what people did, with what stood before and after, and a digest that was noted down."""

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from tests.builders import an_alert
from tests.noticing import a_client_desk
from watcher.saying import planning


def _run(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app_of(), [*arguments, "-c", str(config)], env={"USER": "ines"})


def app_of() -> Any:
    from watcher.cli import app

    return app


async def test_who_did_what_with_before_and_after(tmp_path: Path) -> None:
    """P16: each act of a person names who, what, what stood before and what after; programs get the same as JSON."""
    desk = a_client_desk(tmp_path)
    async with desk.running() as plant:
        with plant.database.write() as connection:
            planning.plan(connection, plant.settings, an_alert(at=desk.clock()), now=desk.clock())
    (owed,) = desk.json("outbox")
    assert desk.run("outbox", "give-up", owed["key"][:8], "--why", "a test").exit_code == 0
    assert desk.run("ack", "0123456789abcdef", "--by", "awa").exit_code == 0
    told = json.loads(_run(desk.config, "audit", "--json").stdout)
    taken, given_up = told["entries"][:2]
    assert (given_up["who"], given_up["what"]) == ("ines", "gave up a delivery")
    assert (given_up["before"]["state"], given_up["after"]["state"]) == ("waiting", "dead")
    assert given_up["detail"]["why"] == "a test"
    assert (taken["before"]["owner"], taken["after"]["owner"]) == ("", "awa")
    assert told["head"]["count"] >= 2
    page = _run(desk.config, "audit", "--who", "INES", "--since", "1d").stdout
    assert "gave up a delivery" in page
    assert "acknowledged" not in page
    assert _run(desk.config, "audit", "--since", "yesterday").exit_code == 2


async def test_a_digest_that_was_noted_down(tmp_path: Path) -> None:
    """It is in the chain as long as nobody cut it off; exit code 1 if it is not."""
    desk = a_client_desk(tmp_path)
    async with desk.running():
        pass
    assert desk.run("silence", "set", "--for", "2h", "--why", "drill", "--by", "Awa").exit_code == 0
    digest = json.loads(_run(desk.config, "audit", "--json").stdout)["head"]["digest"]
    assert _run(desk.config, "audit", "--holds", digest).exit_code == 0
    assert _run(desk.config, "audit", "--holds", digest[:12]).exit_code == 0
    assert _run(desk.config, "audit", "--holds", "f" * 64).exit_code == 1
