"""People decide: commands over a real database that real judging has filled, and the next judgement applies them."""

import asyncio
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner, Result

from indicators.items import Item
from tests.builders import small
from tests.daemons import configure
from tests.fakes import FakeChannel, FakeClock, FakeSource
from watcher.cli import app
from watcher.cycle import run_cycle
from watcher.settings import Settings, load_settings
from watcher.store import Database, audit, event_decisions, outlooks, rulings
from watcher.wiring import build

NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
ATTACKS = ("Convoy ambushed near Kolokani", "Tankers attacked on the road to Bamako", "Third convoy attack, Kolokani")
ARREST = "Officers arrested in Bamako"


def written(**changes: Any) -> str:
    """The small assessment, dated so that what happens now counts; an arrest asks whether it was the coup."""
    day = {"as_of": f"{NOW - timedelta(days=20):%Y-%m-%d}", "review_by": f"{NOW + timedelta(days=70):%Y-%m-%d}"}
    asks = "effects: {coup: [VL, U]}\n    candidate_resolution: coup"
    return small(**(day | changes)).replace("effects: {coup: [VL, U]}", asks)


@dataclass
class Desk:
    """A configuration whose database judged the reports of a wire, and what its daemon would do next."""

    config: Path
    settings: Settings
    source: FakeSource
    channel: FakeChannel
    clock: FakeClock

    def cycle(self) -> None:
        """Poll, judge and send once, as the daemon does."""
        asyncio.run(self._cycle())

    async def _cycle(self) -> None:
        parts: dict[str, Any] = {"sources": {"feed": self.source}, "channels": {"console": self.channel}}
        async with build(self.settings, now=self.clock, **parts) as plant:
            await run_cycle(plant, now=self.clock(), all_sources=True)

    def report(self, title: str, *, ago: float = 0, **more: Any) -> None:
        """Let the wire print *title*, dated some days ago."""
        dated = self.clock.now - timedelta(days=ago)
        usual: dict[str, Any] = {"id": title, "source": "wire", "lang": "en", "fetched": self.clock.now}
        self.source.items.append(Item(**(usual | {"title": title, "published": dated} | more)))

    def run(self, *arguments: str, **more: Any) -> Result:
        return CliRunner().invoke(app, [*arguments, "-c", str(self.config)], env={"USER": "ines"}, **more)

    def json(self, *arguments: str) -> Any:
        done = self.run(*arguments, "--json")
        assert not done.exception or done.exit_code == 1, done.output
        return json.loads(done.stdout)

    def events(self, *arguments: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.json("events", *arguments)["events"]
        return found

    def figures(self) -> dict[str, float]:
        """The last estimate of each line, as the daemon kept it."""
        with opened(self.settings) as database, database.read() as connection:
            return {key: e.p for key, e in outlooks.latest_estimates(connection, "small")[0].items()}


class opened:  # noqa: N801 - reads as a function
    """A database of a test, closed at the end."""

    def __init__(self, settings: Settings) -> None:
        self._database = Database(settings.database)

    def __enter__(self) -> Database:
        return self._database

    def __exit__(self, *_: object) -> None:
        self._database.close()


def a_desk(folder: Path, text: str) -> Desk:
    sources = {"wire": "https://wire.example/rss"}
    config = configure(folder, text, sources=sources, channels={"console": ""})
    raw = json.loads(config.read_text("utf-8"))
    raw["sources"][0]["every"] = "1h"
    config.write_text(json.dumps(raw), "utf-8")
    settings, problems = load_settings(config)
    assert settings is not None, problems
    return Desk(config=config, settings=settings, source=FakeSource(), channel=FakeChannel(), clock=FakeClock(NOW))


def story(folder: Path, text: str = "") -> Desk:
    """Quiet for days, then three attacks in three days and an arrest."""
    found = a_desk(folder, text or written())
    found.clock.now = NOW - timedelta(days=6)
    found.cycle()
    found.clock.now = NOW
    for number, title in enumerate(ATTACKS):
        found.report(title, ago=3 - number)
    found.report(ARREST)
    found.cycle()
    return found


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return story(tmp_path)


@pytest.fixture
def reviewed(tmp_path: Path) -> Desk:
    return story(tmp_path, written(moves="reviewed"))


def one(desk: Desk, words: str) -> dict[str, Any]:
    (found,) = [e for e in desk.events() if words in e["title"]]
    return found


# ----------------------------------------------------------------------------------------------------- events


def test_events_are_listed_with_what_they_count(desk: Desk) -> None:
    """For people with place and grade; for programs whole; by indicator, scenario and time."""
    told = desk.run("events")
    assert told.exit_code == 0, told.output
    for words in ("Kolokani", "B3", "1.00", "officer_unrest", "watcher events show ID"):
        assert words in told.stdout
    assert len(desk.events()) == 4
    assert {e["indicator"] for e in desk.events("--indicator", "officer_unrest")} == {"officer_unrest"}
    assert len(desk.events("--scenario", "blockade")) == 3
    assert len(desk.events("--since", "1h")) == 1


def test_an_event_is_shown_with_every_report(desk: Desk) -> None:
    """Its words, its link, its publisher's grade, and that nobody has decided yet."""
    event = one(desk, "Officers")
    told = desk.run("events", "show", event["id"][:6])
    for words in (ARREST, "words: Officers, arrested", "B wire", "Nobody has decided"):
        assert words in told.stdout
    assert desk.json("events", "show", event["id"])["reports"][0]["title"] == ARREST


def test_what_is_foreseen_is_what_the_next_judgement_says(desk: Desk) -> None:
    """A rejected event counts nothing: the command's figures are the daemon's, which applies it by itself."""
    before = desk.figures()
    made = desk.json("events", "reject", one(desk, "Third")["id"], "--why", "no such place")
    assert desk.figures() == before
    changes = {line["scenario"]: line["after"] for line in made["foreseen"]["outlook"]}
    assert set(changes) == {"blockade"}
    assert made["foreseen"]["levels"][0]["indicator"] == "convoy_attack"
    desk.cycle()
    assert desk.figures()["blockade"] == pytest.approx(changes["blockade"], abs=1e-12)
    assert desk.figures()["blockade"] < before["blockade"]
    assert one(desk, "Third")["grade"] == "B5"


def test_a_withdrawn_decision_is_as_if_it_had_not_been(desk: Desk) -> None:
    """And both stay on record."""
    before, event = desk.figures(), one(desk, "Third")["id"]
    desk.run("events", "reject", event, "--why", "no such place")
    desk.cycle()
    made = desk.json("events", "withdraw", "1", "--why", "there is")
    assert {line["scenario"]: line["after"] for line in made["foreseen"]["outlook"]} == pytest.approx(
        {"blockade": before["blockade"]}
    )
    desk.cycle()
    assert desk.figures() == pytest.approx(before)
    told = desk.run("events", "show", event).stdout
    for words in ("1: reject by ines", "withdrawn: no such place", "2: withdraw of 1 by ines"):
        assert words in told


def test_every_decision_is_a_record_with_who_when_why(desk: Desk) -> None:
    """In the table and in the audit, and none ever changes another."""
    event = one(desk, "Officers")["id"]
    desk.run("events", "confirm", event, "--why", "the ministry says so", "--by", "A. Diallo")
    desk.run("events", "regrade", event, "c2", "--why", "one ministry only")
    with opened(desk.settings) as database, database.read() as connection:
        first, second = event_decisions.decisions(connection, "small")
        entries = [e for e in audit.recent(connection, limit=9) if e.what == "event decided"]
    assert (first.kind, first.who, first.why) == ("confirm", "A. Diallo", "the ministry says so")
    assert (second.kind, second.who, str(second.grade)) == ("regrade", "ines", "C2")
    assert NOW < first.at <= second.at
    assert [e.detail["number"] for e in entries] == [second.number, first.number]
    assert one(desk, "Officers")["grade"] == "C2"


def test_merged_events_are_one(desk: Desk) -> None:
    """Three attacks become one happening; the level falls, and a withdrawal parts them again."""
    attacks = [e["id"] for e in desk.events("--indicator", "convoy_attack")]
    made = desk.json("events", "merge", *attacks, "--why", "one convoy")
    assert [level["after"] for level in made["foreseen"]["levels"]] == ["level 1"]
    assert len(desk.events("--indicator", "convoy_attack")) == 1
    desk.run("events", "withdraw", "1", "--why", "two after all")
    assert sorted(e["id"] for e in desk.events("--indicator", "convoy_attack")) == sorted(attacks)


@pytest.mark.parametrize(("off", "records"), [("first", 2), ("second", 1)])
def test_split_reports_are_a_happening_of_their_own(tmp_path: Path, off: str, records: int) -> None:
    """Whichever is split off: where the rest would find its way back both sides are held apart, and undone as one."""
    found = a_desk(tmp_path, written())
    found.report("Convoy ambushed near Kolokani at dawn", id="first")
    found.report("Convoy attacked near Kolokani at dusk", id="second")
    found.cycle()
    (event,) = found.events()
    made = found.json("events", "split", event["id"], off, "--why", "dawn is not dusk")
    apart, together = [["first"], ["second"]], [["first", "second"]]
    assert sorted(e["reports"] for e in found.events()) == apart
    for events in (together, apart):  # any record of an act takes back the whole of it; and so does any of its undoing
        last = made["decisions"][-1]["number"]
        made = found.json("events", "withdraw", str(last), "--why", "after all")
        assert len(made["decisions"]) == records
        assert sorted(sorted(e["reports"]) for e in found.events()) == events
    again = found.run("events", "withdraw", str(made["decisions"][0]["withdraws"]), "--why", "x")
    assert "was withdrawn already" in again.stderr


def refusals(desk: Desk) -> dict[str, tuple[str, ...]]:
    attack, arrest = one(desk, "Third"), one(desk, "Officers")
    return {
        "cannot be merged": ("merge", attack["id"], arrest["id"]),
        "two events or more": ("merge", attack["id"], attack["id"][:9]),
        "leave at least one": ("split", attack["id"], attack["reports"][0]),
        "no report 'x': known: Third": ("split", attack["id"], "x"),
        "no decision about an event stands": ("withdraw", "7"),
        "no event 'zz': `watcher events --since 90d` lists them": ("confirm", "zz"),
        "a letter A to F and a digit 1 to 6": ("regrade", attack["id"], "G7"),
    }


def test_nonsense_is_refused_in_a_sentence_and_leaves_no_trace(desk: Desk) -> None:
    """Wrong usage, exit code 2, nothing on record."""
    for words, arguments in refusals(desk).items():
        done = desk.run("events", *arguments, "--why", "x")
        assert done.exit_code == 2, done.output
        assert words in done.stderr
    unsaid = desk.run("events", "confirm", one(desk, "Third")["id"], "--why", "x", "--by", " ")
    assert (unsaid.exit_code, "--by NAME" in unsaid.stderr) == (2, True)
    unsaid = desk.run("events", "confirm", one(desk, "Third")["id"], "--why", " ")
    assert (unsaid.exit_code, "--why TEXT" in unsaid.stderr) == (2, True)
    with opened(desk.settings) as database, database.read() as connection:
        assert event_decisions.decisions(connection, "small") == ()


def test_the_same_again_and_a_second_withdrawal_are_refused(desk: Desk) -> None:
    """Each says who did it already and how to undo that."""
    event = one(desk, "Third")["id"]
    for words in ("Decision 1", "was confirmed by ines already (decision 1)"):
        assert words in desk.run("events", "confirm", event, "--why", "x").output
    desk.run("events", "withdraw", "1", "--why", "x")
    assert "withdrawn already, by ines" in desk.run("events", "withdraw", "1", "--why", "x").stderr
    assert desk.run("events", "withdraw", "2", "--why", "it stood").exit_code == 0
    assert one(desk, "Third")["grade"] == "B1"


def test_days_at_a_place_are_not_regrouped(tmp_path: Path) -> None:
    """A place and a day are one event by definition; it is told how to count two once, and how to take one out."""
    found = story(
        tmp_path, written().replace("count: {of: event, window_days: 30", "count: {of: place_day, window_days: 30")
    )
    event = one(found, "Officers")
    found.report("Officers arrested in Kolokani", ago=1)
    found.clock.pass_(minutes=1)
    found.cycle()
    other = next(e for e in found.events() if e["id"] != event["id"] and e["indicator"] == event["indicator"])
    split = found.run("events", "split", event["id"], ARREST, "--why", "x")
    merged = found.run("events", "merge", event["id"], other["id"], "--why", "x")
    assert (split.exit_code, merged.exit_code) == (2, 2)
    assert f"watcher events reject {event['id'][:8]} --why TEXT" in " ".join(split.stderr.split())
    told = " ".join(merged.stderr.split())
    assert "counts days at a place" in told
    assert f'watcher events reject {other["id"][:8]} --why "the same as {event["id"][:8]}"' in told
    found.run("events", "reject", event["id"], "--why", "a promotion")
    assert {e["id"]: e["refuted"] for e in found.events()} == {event["id"]: True, other["id"]: False} | {
        e["id"]: False for e in found.events("--indicator", "convoy_attack")
    }


def test_options_before_the_command_are_not_lost_silently(desk: Desk) -> None:
    """They would be read by nobody."""
    done = CliRunner().invoke(app, ["events", "-c", str(desk.config), "show", "x"])
    assert done.exit_code == 2
    assert "watcher events show … -c FILE" in done.stderr


def test_headlines_are_never_markup(desk: Desk) -> None:
    """A headline with brackets or controls prints as it is, on one line."""
    desk.report("Officers arrested in Bamako [bold red]now[/] \x1b[31m", id="hostile", published=None)
    desk.clock.pass_(minutes=1)
    desk.cycle()
    told = desk.run("events", "show", one(desk, "Officers")["id"]).stdout
    assert "[bold red]now[/]" in told
    assert "\x1b" not in told


def test_before_the_first_judgement_it_is_said_what_to_do(tmp_path: Path) -> None:
    """No database, then nothing judged."""
    found = a_desk(tmp_path, written())
    for command in (("events",), ("moves",), ("tasks",), ("history", "coup"), ("decide", "x", "accept", "--why", "x")):
        done = found.run(*command)
        assert done.exit_code == 2, (command, done.output)
        assert "there is no database yet: `watcher once`" in done.stderr


# ------------------------------------------------------------------------------------------------------ moves


def test_a_reviewed_move_alerts_at_once_and_says_that_it_is_proposed(reviewed: Desk) -> None:
    """A warning never waits; what it says is not yet ours."""
    (move,) = reviewed.json("moves", "--scenario", "blockade")["moves"]
    (message,) = [m for m in reviewed.channel.sent if "Blockade" in m.subject]
    assert (
        f"PROPOSED, NOT YET REVIEWED: a person decides whether we stand by it, with `watcher decide {move['id']}`"
        in (message.text)
    )
    assert move["reviewed"]
    assert move["waits"]
    assert any(t["kind"] == "review" and t["about"] == [move["id"]] for t in reviewed.json("tasks")["tasks"])


def test_an_automatic_move_needs_nobody(desk: Desk) -> None:
    """It is no task and its alert says nothing of a review."""
    (move,) = desk.json("moves", "--scenario", "blockade")["moves"]
    assert (move["reviewed"], move["waits"]) == (False, False)
    assert all("PROPOSED" not in m.text for m in desk.channel.sent)
    assert "review" not in {t["kind"] for t in desk.json("tasks")["tasks"]}


def test_the_analysts_line_moves_when_a_person_decides(reviewed: Desk) -> None:
    """Proposed: the prior. Accepted: the machine's figure. Amended: the analyst's. The machine's line stays."""
    (move,) = reviewed.json("moves", "--scenario", "blockade")["moves"]
    machine = reviewed.json("history", "blockade")["machine"]
    assert [p["p"] for p in reviewed.json("history", "blockade")["analyst"]] == [0.62]
    done = reviewed.json("decide", move["id"][:7], "accept", "--why", "three agencies")
    assert done["analyst"] == {"before": 0.62, "after": move["after"]}
    reviewed.run("decide", move["id"], "amend", "--p", "70%", "--why", "local only")
    reviewed.run("decide", move["id"], "reject", "--why", "one source")
    told = reviewed.json("history", "blockade")
    assert [p["p"] for p in told["analyst"]] == [0.62, move["after"], 0.7, 0.62]
    assert [d["kind"] for d in told["decisions"]] == ["accept", "amend", "reject"]
    assert told["machine"] == machine
    assert not reviewed.json("moves", "--scenario", "blockade")["moves"][0]["waits"]
    undone = reviewed.run("decide", move["id"], "withdraw", "--why", "two now")
    assert "62 % -> 70 %" in undone.stdout
    with opened(reviewed.settings) as database, database.read() as connection:
        entries = [e for e in audit.recent(connection, limit=9) if e.what == "move decided"]
    assert [e.detail["kind"] for e in entries] == ["withdraw", "reject", "amend", "accept"]


def test_changing_to_review_later_rewrites_nothing(desk: Desk) -> None:
    """A move that was automatic when it was made goes on counting."""
    before = desk.json("history", "blockade")["analyst"]
    (desk.config.parent / "assessment.yaml").write_text(written(moves="reviewed"), "utf-8")
    desk.cycle()
    told = desk.json("history", "blockade")
    assert told["mode"] == "reviewed"
    assert told["analyst"] == before
    assert len(before) == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("amend",), "amend needs the figure"),
        (("accept", "--p", "20%"), "--p goes with amend"),
        (("amend", "--p", "0"), "nothing is impossible or certain"),
        (("amend", "--p", "lots"), "write a share"),
        (("withdraw",), "nothing stands about this move"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(desk: Desk, arguments: tuple[str, ...], words: str) -> None:
    """In a sentence, with exit code 2."""
    (move,) = desk.json("moves", "--scenario", "blockade")["moves"]
    done = desk.run("decide", move["id"], *arguments, "--why", "x")
    assert done.exit_code == 2
    assert words in done.stderr


def test_an_unknown_move_or_scenario_names_the_nearest(desk: Desk) -> None:
    """And where to find them."""
    assert "`watcher moves` lists them" in desk.run("decide", "zz", "accept", "--why", "x").stderr
    assert "did you mean blockade?" in desk.run("moves", "--scenario", "blokade").stderr
    assert "did you mean blockade?" in desk.run("history", "blokade").stderr
    refused = desk.run("resolve", "blokade", "occurred", "--why", "x", "--yes")
    assert (refused.exit_code, "did you mean blockade?" in refused.stderr) == (2, True)
    with opened(desk.settings) as database, database.read() as connection:
        assert rulings.rulings(connection, "small") == ()


# -------------------------------------------------------------------------------------------------- scenarios


def test_a_scenario_is_resolved_against_its_written_rule(desk: Desk) -> None:
    """The rule is printed and asked about; no leaves no trace, yes is on record and the next judgement says so."""
    asked = desk.run("resolve", "coup", "occurred", "--why", "seen on television", input="n\n")
    assert "Resolves when: An overt attempt by soldiers" in asked.stdout
    assert asked.exit_code == 1
    with opened(desk.settings) as database, database.read() as connection:
        assert rulings.rulings(connection, "small") == ()
    done = desk.run("resolve", "coup", "occurred", "--why", "seen on television", input="y\n")
    assert done.exit_code == 0, done.output
    assert "An alert about coup will go out." in done.stdout
    desk.cycle()
    assert json.loads(desk.run("status", "--json").stdout)["outlooks"][0]["lines"][0]["happened"] is True


@pytest.mark.parametrize("command", ["status", "outlook"])
def test_a_question_that_was_ruled_out_reads_so_wherever_it_is_listed(desk: Desk, command: str) -> None:
    """Its figure is a person's word by then, and no small probability."""
    assert desk.run("resolve", "coup", "did-not", "--why", "the day is over", "--yes").exit_code == 0
    desk.cycle()
    (line,) = [line for line in desk.run(command).stdout.splitlines() if line.startswith("│ coup ")]
    assert "did not occur" in line


def test_a_ruling_is_taken_back_before_another_is_made(desk: Desk) -> None:
    """Two that contradict never stand together; all stay on record."""
    rule = ("--why", "x", "--yes")
    assert desk.run("resolve", "coup", "void", *rule).exit_code == 0
    refused = desk.run("resolve", "coup", "did-not", *rule)
    assert (refused.exit_code, "is ruled 'void' by ines" in refused.stderr) == (2, True)
    assert desk.run("resolve", "coup", "withdraw", *rule).exit_code == 0
    assert "nothing is ruled about coup" in desk.run("resolve", "coup", "withdraw", *rule).stderr
    assert desk.run("resolve", "coup", "did-not", *rule).exit_code == 0
    assert desk.run("resolve", "coup", "occurred", *rule).exit_code == 0, "it may occur after its time"
    with opened(desk.settings) as database, database.read() as connection:
        made = [(r.happened, r.void) for r in rulings.rulings(connection, "small")]
    assert made == [(None, True), (None, False), (False, False), (True, False)]


def test_a_rolling_question_that_resolved_negative_goes_on(desk: Desk) -> None:
    """The figures whose time is over are settled by a person's ruling; the model speaks on, and so may people."""
    rule = ("--why", "none until today", "--yes")
    refused = desk.run("resolve", "coup", "next-period", *rule)
    assert (refused.exit_code, "has come to the end of its 90 days" in refused.stderr) == (2, True)
    assert "watcher resolve coup not-yet" in refused.stderr
    with closing(sqlite3.connect(desk.settings.database.removeprefix("sqlite:///"))) as raw, raw:
        raw.execute("UPDATE estimates SET at = datetime(at, '-95 days')")  # as if it had been watched for that long
    before = desk.figures()["coup"]
    done = desk.run("resolve", "coup", "next-period", *rule)
    assert done.exit_code == 0, done.output
    assert "It settles figures whose 90 days are over" in done.stdout
    assert "The question is open; the model speaks." in done.stdout
    assert "Nothing changes but the record" in done.stdout
    card = desk.json("scorecard")
    (first, *_) = [e for e in card["entries"] if e["scenario"] == "coup"]
    assert (first["status"], first["happened"]) == ("resolved", False)
    desk.cycle()
    assert desk.json("status")["outlooks"][0]["lines"][0]["happened"] is None
    assert desk.figures()["coup"] == pytest.approx(before, abs=1e-3)
    assert desk.json("history", "coup")["rulings"][-1]["verdict"] == "did not occur, next period"
    for verdict in ("not-yet", "next-period", "withdraw", "occurred"):
        assert desk.run("resolve", "coup", verdict, *rule).exit_code == 0, verdict


def test_a_question_about_one_fixed_day_has_no_next_period(tmp_path: Path) -> None:
    """It ends with its day."""
    last = f"    deadline: {NOW + timedelta(days=60):%Y-%m-%d}\n    impact: extreme\n"
    found = story(tmp_path, written().replace("    impact: extreme\n", last))
    refused = found.run("resolve", "coup", "next-period", "--why", "x", "--yes")
    assert (refused.exit_code, "it has no next period" in refused.stderr) == (2, True)
    assert "watcher resolve coup did-not" in refused.stderr


def test_a_last_day_that_is_over_waits_for_a_ruling(tmp_path: Path) -> None:
    """Only a ruling counts from then on; its own day still does. That somebody looked is no ruling."""

    def due(found: Desk) -> list[str]:
        return [t["scenario"] for t in found.json("tasks")["tasks"] if t["kind"] == "due"]

    def closing(days: int) -> Desk:
        last = f"    deadline: {datetime.now(UTC) + timedelta(days=days):%Y-%m-%d}\n    impact: extreme\n"
        (folder := tmp_path / str(days)).mkdir()
        return story(folder, written().replace("    impact: extreme\n", last))

    assert due(closing(2)) == []
    found = closing(-2)
    assert due(found) == ["coup"]
    assert "is over: only a ruling counts" in " ".join(found.run("outlook", "coup").stdout.split())
    found.run("resolve", "coup", "not-yet", "--why", "looked", "--yes")
    assert due(found) == ["coup"]
    found.run("resolve", "coup", "did-not", "--why", "nothing happened", "--yes")
    assert due(found) == []


def test_programs_must_say_yes(desk: Desk) -> None:
    """Where nobody can be asked, nothing is assumed."""
    assert desk.run("resolve", "coup", "void", "--why", "x", "--json").exit_code == 2
    told = desk.json("resolve", "coup", "occurred", "--why", "x", "--yes")
    assert told["rule"].startswith("An overt attempt")
    assert told["foreseen"]["ruled"] == [{"scenario": "coup", "happened": True}]


def test_a_match_only_raises_a_task(desk: Desk) -> None:
    """An event that may be the scenario asks a person; looked at, it asks no more; a later one asks again."""

    def confirmations() -> list[dict[str, Any]]:
        return [t for t in desk.json("tasks")["tasks"] if t["kind"] == "confirm"]

    (task,) = confirmations()
    assert (task["scenario"], task["about"]) == ("coup", [one(desk, "Officers")["id"]])
    assert desk.json("history", "coup")["rulings"] == []
    desk.run("resolve", "coup", "not-yet", "--why", "arrests only", "--yes")
    assert confirmations() == []
    desk.clock.now = datetime.now(UTC) + timedelta(seconds=2)
    desk.report("Officers arrested again in Kolokani", id="later")
    desk.cycle()
    (again,) = confirmations()
    assert again["about"] == [e["id"] for e in desk.events() if e["reports"] == ["later"]]
    desk.run("events", "reject", again["about"][0], "--why", "a rumour")
    assert confirmations() == []


def test_a_set_is_resolved_state_by_state(tmp_path: Path) -> None:
    """Its name alone is refused with its states."""
    state = (
        "      - id: {id}\n        name: {{en: {id}, fr: {id}}}\n"
        "        prior: {{p: {p}, term: {t}, basis: inferred, statements: [S2]}}\n"
    )
    states = state.format(id="on", p=0.62, t="likely") + state.format(id="off", p=0.38, t="unlikely")
    text = written()
    head, _, tail = text.partition("  - id: blockade\n")
    body, _, rest = tail.partition("indicators:\n")
    body = body[: body.index("    prior:")] + "    kind: exclusive\n    states:\n" + states
    rest = rest.replace("effects: {blockade: [VL, U]}", "effects: {blockade: {on: VL, off: U}}")
    found = story(tmp_path, f"{head}  - id: blockade\n{body}indicators:\n{rest}")
    done = found.run("resolve", "blockade", "occurred", "--why", "x", "--yes")
    assert "name one of blockade.on, blockade.off" in done.stderr
    assert found.run("resolve", "blockade.on", "occurred", "--why", "x", "--yes").exit_code == 0


def test_an_overdue_review_is_a_task(tmp_path: Path) -> None:
    """Exit code 1 says that something waits."""
    late = {"as_of": f"{NOW - timedelta(days=90):%Y-%m-%d}", "review_by": f"{NOW - timedelta(days=2):%Y-%m-%d}"}
    found = a_desk(tmp_path, written(**late))
    found.cycle()
    done = found.run("tasks")
    assert done.exit_code == 1
    assert "its review was due on" in " ".join(done.stdout.split())
    (tmp_path / "assessment.yaml").write_text(written(version='"2"'), "utf-8")
    found.cycle()
    assert found.run("tasks").stdout.strip() == "Nothing waits for a person."


# ---------------------------------------------------------------------------------------------------- history


def test_both_lines_are_drawn(reviewed: Desk) -> None:
    """Text with the terms' edges and marks, whose every decision stands in the table."""
    (move,) = reviewed.json("moves", "--scenario", "blockade")["moves"]
    reviewed.run("decide", move["id"], "amend", "--p", "0.7", "--why", "local only")
    told = reviewed.run("history", "blockade")
    assert told.exit_code == 0, told.output
    for words in ("moves: reviewed", "likely", "80 %", "·", "#", "▲", "D", "amend by ines: local only", "70 %"):
        assert words in told.stdout
    assert max(len(row) for row in told.stdout.splitlines()) <= 120


def test_the_drawing_is_plain_svg_whatever_names_hold(tmp_path: Path) -> None:
    """A hostile scenario name, reason and person are text in it, and nothing else."""
    name = "</title></svg><script>alert(1)</script> & \\x01 ]]>"
    hostile = f'name: {{en: "{name}", fr: "{name}"}}'
    found = story(
        tmp_path, written(moves="reviewed").replace("name: {en: Blockade goes on, fr: Le blocus continue}", hostile)
    )
    (move,) = found.json("moves", "--scenario", "blockade")["moves"]
    found.run("decide", move["id"], "reject", "--why", '"><script>', "--by", "<b onload=x>")
    found.run("resolve", "blockade", "occurred", "--why", "<img src=x>", "--yes")
    path = tmp_path / "blockade.svg"
    assert found.run("history", "blockade", "--svg", str(path)).exit_code == 0
    text = path.read_text("utf-8")
    assert "<script" not in text
    root = ET.fromstring(text)
    tags = {node.tag.rpartition("}")[2] for node in root.iter()}
    assert tags == {"svg", "title", "rect", "text", "path", "line"}
    assert not [k for node in root.iter() for k in node.attrib if k.startswith("on") or "href" in k]
    assert name.replace("\\x01", "").split()[0] in "".join(root.itertext())
    lines = [node for node in root.iter() if node.tag.endswith("path") and node.attrib.get("fill") == "none"]
    assert len(lines) == 2


def test_a_drawing_that_cannot_be_written_is_a_sentence(desk: Desk, tmp_path: Path) -> None:
    """No trace of a stack."""
    done = desk.run("history", "coup", "--svg", str(tmp_path / "none" / "x.svg"))
    assert done.exit_code == 1
    assert "cannot be written" in done.stderr
