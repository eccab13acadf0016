"""The demo does the main job: what it prints is what happened, and its story moves what it says it moves."""

import re
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from indicators.outlooks import logit
from tests.servers import plain_words
from watcher.cli import app
from watcher.demo.play import Day, DemoError, Ending, Player
from watcher.demo.story import load_story
from watcher.settings import Settings


class _Diary:
    """Remembers what the demo tells."""

    def __init__(self) -> None:
        self.days: list[Day] = []

    def begin(self, settings: Settings, base: str, mail_port: int) -> None:
        assert base.startswith("http://127.0.0.1:")
        assert mail_port > 0
        assert len(settings.sources) == 5

    def day(self, day: Day) -> None:
        self.days.append(day)


async def _play(folder: Path, *, until: date | None = None) -> tuple[Ending, _Diary]:
    diary = _Diary()
    return await Player(folder, seconds=0, until=until).play(diary), diary


async def test_the_story_moves_the_blockade_and_its_negotiated_end(tmp_path: Path) -> None:
    """From real feeds to real mails: levels rise, both outlooks move, and every ledger adds up."""
    ending, diary = await _play(tmp_path / "demo")
    moved = {m.key for d in diary.days for m in d.evaluation.moves}
    assert {"blockade_status.continues", "blockade_status.negotiated_end"} <= moved
    for key in ("blockade_status.continues", "blockade_status.negotiated_end"):
        estimate = ending.last.estimates[key]
        assert abs(estimate.p - estimate.prior) > 0.02
        assert logit(estimate.p) - logit(estimate.prior) == pytest.approx(estimate.change, abs=1e-9)
    assert not ending.faults
    # The papers are asked once a day: after one "nothing new" the next poll, six hours old, asks for everything.
    polls = sum(ending.answers.values())
    assert ending.answers[304] > 0.3 * polls, "every other quiet poll is an answer without a body"


async def test_no_everyday_item_counts(tmp_path: Path) -> None:
    """Among invented everyday news only the dated facts move anything."""
    _, diary = await _play(tmp_path / "demo")
    facts = {h.title for h in load_story().headlines if h.summary}
    counted = {m.item.title for d in diary.days for m in d.evaluation.matches if not m.rejected_by}
    assert counted
    assert counted <= facts


async def test_every_alert_is_a_mail_and_its_factors_multiply(tmp_path: Path) -> None:
    """The mails in the box are those the pipeline decided, in the recipient's language.

    The desk runs Watcher too: it also hears that a paper of the story fell silent for days, and of its return.
    """
    ending, diary = await _play(tmp_path / "demo")
    mails = [
        message_from_bytes(p.read_bytes(), policy=policy.default) for p in sorted((tmp_path / "demo/mail").iterdir())
    ]
    alerts = [a for d in diary.days for a in d.cycle.alerts]
    assert ending.mails == len(mails)
    desk = [m["Subject"] for m in mails if m["To"] == "desk@demo.invalid"]
    assert sum(not subject.startswith("[Watcher]") for subject in desk) == len(alerts)
    assert any("SYSTEM, OVER" in subject for subject in desk)
    french = [plain_words(m) for m in mails if m["To"] == "astreinte@demo.invalid"]
    assert french
    assert all("Ce qui l'a fait bouger" in text for text in french)
    for alert in alerts:
        nats = sum(c.nats for c in alert.causes) + alert.other_nats
        assert nats == pytest.approx(logit(alert.line.after) - logit(alert.line.before), abs=1e-9)


async def test_the_demo_never_clears_a_folder_it_did_not_make(tmp_path: Path) -> None:
    """A folder with somebody's files in it is refused and left alone."""
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work")
    with pytest.raises(DemoError, match="was not made by the demo"):
        await _play(mine)
    assert (mine / "thesis.txt").read_text() == "years of work"


def test_the_command_prints_the_story_and_where_to_look_next(tmp_path: Path) -> None:
    """It says what is invented, shows the outlook as tables, ends with the next commands, and the README quotes it."""
    done = CliRunner().invoke(app, ["demo", "--seconds", "0", "--folder", str(tmp_path / "demo")])
    assert done.exit_code == 0, done.output
    for part in ("our own wording of dated, reported facts", "Outlook on", "ledger rows add up", "Where to look next"):
        assert part in done.output
    told = set(re.findall(r"(?m)^  \S*watcher (\w+)", done.output.partition("Where to look next")[2]))
    assert len(told) >= 3
    assert told <= set(typer.main.get_command(app).commands)  # type: ignore[attr-defined] # a group, by construction
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    quoted = [line for block in re.findall(r"(?s)```text\n(.*?)```", readme) for line in block.splitlines()]
    assert len(quoted) > 3
    assert not [line for line in quoted if line not in done.output], "the README shows what the demo prints"
