"""Layouts of the operator's own, from the folder to a real mailbox, and what is said where one of them fails."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from alerts.channels import CHANNELS
from tests.builders import an_alert, small
from tests.daemons import configure
from tests.fakes import FakeClock, FakeSource
from tests.servers import MailServer
from watcher.cli import app
from watcher.overseeing.oversight import oversee
from watcher.saying import planning
from watcher.sending import outbox
from watcher.settings import load_settings
from watcher.wiring import build

AT = an_alert().at


def _written(folder: Path, *, address: str = "", **layouts: str) -> Path:
    """A configuration with a folder of layouts; ``_`` in a name stands for a dot."""
    channels = {"email": address} if address else {"console": ""}
    config = configure(folder, small(), sources={"wire": "https://wire.example/rss"}, channels=channels)
    own = folder / "layouts"
    own.mkdir(exist_ok=True)
    for name, text in layouts.items():
        (own / name.replace("_", ".")).write_text(text, "utf-8")
    config.write_text(json.dumps(json.loads(config.read_text("utf-8")) | {"templates": "layouts"}), "utf-8")
    return config


async def test_a_mail_in_the_operators_words_and_in_ours_where_those_fail(tmp_path: Path) -> None:
    """J03: the mail goes out either way; the fault is told to the operators, once, by the one path."""
    with MailServer() as mail:
        address = f"mailto://127.0.0.1:{mail.port}?from=w@example.org&to=desk@example.org"
        text = "{{ question }}: {{ after }} {% if after == '24 %' %}{{ nobody }}{% endif %}"
        config = _written(tmp_path, address=address, alert_en_txt_j2=text)
        settings, problems = load_settings(config)
        assert settings is not None, problems
        clock = FakeClock(AT)
        async with build(settings, now=clock, sources={"feed": FakeSource()}, channels=CHANNELS) as plant:
            for alert in (an_alert(id="well", after=0.3), an_alert(id="ill", scenario="fuel", after=0.24)):
                with plant.database.write() as connection:
                    planning.plan(connection, settings, alert, now=AT)
            assert (await outbox.deliver_due(plant, now=AT)).accepted == 2
            warnings = await plant.in_writer(oversee, plant, clock.pass_(minutes=1))
            again = await plant.in_writer(oversee, plant, clock.pass_(minutes=1))
        texts = sorted(m.text.strip() for m in mail.mails)
        assert texts[0].startswith("Coup attempt: 30 %")
        assert texts[1].startswith("TLP:AMBER | Small")
        assert [w.about for w in warnings if "template" in w.about] == ["template alert.en.txt.j2"]
        assert [w.about for w in again if "template" in w.about] == []


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return _written(tmp_path, alert_en_txt_j2="OURS {{ question }}", alert_fr_txt_j2="{{ nobody }}", foot_txt_j2="x")


def _run(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["template", *arguments, "-c", str(config)])


def test_the_commands(config: Path, tmp_path: Path) -> None:
    """List, check and preview say what is whose, what is wrong and what would go out; exit code 1 for a fault."""
    listed = {row["layout"]: row["own"] for row in _json(_run(config, "list", "--json"))}
    assert (listed["alert.en.txt.j2"], listed["system.en.txt.j2"], listed["foot.txt.j2"]) == ("yours", "", "yours")
    checked = _run(config, "check", "--json")
    assert checked.exit_code == 1
    faults = {row["layout"]: row["fault"] for row in _json(checked)}
    assert faults["alert.en.txt.j2"] == ""
    assert faults["alert.fr.txt.j2"].startswith("UndefinedError")
    assert _run(config, "preview", "--sample").stdout.rstrip().endswith("OURS Coup attempt")
    page = tmp_path / "page.html"
    french = _run(config, "preview", "--sample", "--lang", "fr", "--html", str(page))
    assert french.exit_code == 1
    assert "alert.fr.txt.j2: UndefinedError" in french.stderr
    assert "Tentative de coup" in page.read_text("utf-8")


async def test_a_preview_takes_a_real_alert(config: Path) -> None:
    """The newest of its kind, or the one that is named."""
    settings, _ = load_settings(config)
    assert settings is not None
    async with build(settings, now=FakeClock(AT), sources={"feed": FakeSource()}, channels=CHANNELS) as plant:
        for number, after in enumerate((0.3, 0.4)):
            alert = an_alert(id=f"m{number}", at=AT + timedelta(hours=number), after=after)
            with plant.database.write() as connection:
                planning.plan(connection, settings, alert, now=AT)
    assert "40 %" in _run(config, "preview").stdout
    assert "30 %" in _run(config, "preview", "m0").stdout
    assert _run(config, "preview", "zzz").exit_code == 2


def test_what_ships_is_exported_and_works_as_it_is(tmp_path: Path) -> None:
    """Whoever begins with a copy begins with something that passes; what is there already stays."""
    config = _written(tmp_path, alert_en_txt_j2="MINE {{ id }}")
    done = CliRunner().invoke(app, ["template", "export", str(tmp_path / "layouts")])
    assert done.exit_code == 0
    assert (tmp_path / "layouts" / "alert.en.txt.j2").read_text("utf-8") == "MINE {{ id }}"
    checked = _run(config, "check", "--json")
    assert checked.exit_code == 0, checked.output
    assert len(_json(checked)) > 20


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A slip in its name would let the operator's words be missing in silence."""
    config = _written(tmp_path)
    (tmp_path / "layouts").rmdir()
    settings, problems = load_settings(config)
    assert settings is None
    assert "no folder" in str(problems[0])


def _json(done: Result) -> Any:
    return json.loads(done.stdout)
