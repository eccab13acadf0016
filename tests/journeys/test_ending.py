"""An assessment that is taken out of the configuration: a person ends it and everybody who was told hears so."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.noticing import ClientDesk, a_client_desk, a_written_client, dated
from watcher.store import Database, audit, deliveries, escalations, outlooks

CHAIN = {
    "chains": [{"id": "night", "steps": [{"to": ["desk"], "after": "15m"}, {"to": ["boss"], "after": "15m"}]}],
    "escalation": {"chain": "night", "min_level": "watch"},
    "recipients": [
        {"id": "desk", "channels": {"console": ""}},
        {"id": "boss", "channels": {"webhook": "http://127.0.0.1:1/none#inside=yes"}},
    ],
}


async def _told_desk(folder: Path, *clients: dict[str, Any], **more: Any) -> ClientDesk:
    """A desk that warned of the blockade and told its clients, and a second assessment beside it."""
    _write_another(folder)
    desk = a_client_desk(folder, *clients, **more)
    await desk.story()
    for client in clients:
        await asyncio.to_thread(desk.act, "release", desk.draft(client["id"]), "--why", "sure", "--by", "A. Keita")
    await desk.cycle(minutes=1)
    return desk


def _write_another(folder: Path) -> None:
    """An assessment that no report of these tests says anything to."""
    text = dated(id="other").replace("[convoy*, tanker*]", "[caravan*]").replace("Convoy ambushed", "Caravan ambushed")
    (folder / "other.yaml").write_text(text, "utf-8")


async def _left_out(desk: ClientDesk, **more: Any) -> None:
    desk.rewrite(assessments=["other.yaml"], **more)
    desk.source.items.clear()
    for _ in range(2):
        await desk.cycle(minutes=5)


def _end(desk: ClientDesk, *more: str) -> Any:
    return desk.json("assessments", "end", "small", "--why", "the paper is closed", "--by", "A. Keita", "--yes", *more)


def _said(desk: ClientDesk, *words: str) -> list[str]:
    return [m.subject for m in desk.console.sent if all(word in f"{m.subject}\n{m.text}" for word in words)]


async def test_what_it_said_is_taken_back_and_everybody_who_heard_is_told(tmp_path: Path) -> None:
    """The operators are told with the command; the end stands down the line, drafts the client's notice, is audited."""
    desk = await _told_desk(tmp_path, a_written_client("acme"))
    assert desk.run("assessments").exit_code == 0
    await _left_out(desk)
    assert len(_said(desk, "1 warning(s) and 1 notice(s)", "watcher assessments end small --why")) == 1
    assert desk.run("assessments").exit_code == 1
    (task,) = [t for t in desk.json("tasks")["tasks"] if t["kind"] == "end"]
    assert task["do"].startswith("watcher assessments end small")

    done = await asyncio.to_thread(_end, desk)
    assert [(one["scenario"], one["from"], one["told"]) for one in done["stood_down"]] == [
        ("blockade", "watch", ["desk"])
    ]
    for _ in range(2):
        await desk.cycle(minutes=1)
    assert len(_said(desk, "WATCH -> BASELINE", "the assessment was ended by a person")) == 1
    assert len(_said(desk, "small is not judged any more", "OVER")) == 1
    end = desk.draft()
    await asyncio.to_thread(desk.act, "release", end, "--why", "closed", "--by", "B. Sow")
    await desk.cycle(minutes=1)
    (last,) = [m for m in desk.console.sent if end in m.text and "[TLP" in m.subject]
    assert "We no longer assess" in last.text
    assert "ALL-CLEAR" not in last.text
    assert "All-clear" not in last.subject

    assert desk.run("assessments").exit_code == 0
    again = desk.run("assessments", "end", "small", "--why", "again", "--yes")
    assert "nothing of small stands" in again.output.replace("\n", " ")
    assert "A. Keita ended it" in again.output.replace("\n", " ")
    with _database(desk).read() as connection:
        (entry,) = audit.entries(connection, "assessment ended")
        assert (entry.who, entry.detail["why"]) == ("A. Keita", "the paper is closed")
        assert outlooks.warned(connection) == {}


async def test_a_client_whose_subscription_left_with_it_is_told_all_the_same(tmp_path: Path) -> None:
    """The configuration no longer speaks of it, but the client still believes what it was told."""
    desk = await _told_desk(tmp_path, a_written_client("acme"))
    moved = a_written_client(
        "acme", subscriptions=[{"assessment": "other", "scenarios": ["*"], "release": "two-person"}]
    )
    await _left_out(desk, clients=[moved])
    await asyncio.to_thread(_end, desk)
    await asyncio.to_thread(desk.act, "release", desk.draft(), "--why", "closed", "--by", "B. Sow")
    await desk.cycle(minutes=1)
    assert len(_said(desk, "[TLP", "Cancel", "We no longer assess")) == 1


async def test_a_client_who_is_gone_from_the_configuration_is_named_to_be_called(tmp_path: Path) -> None:
    """Nobody can tell them from here: whoever ends it reads their name."""
    desk = await _told_desk(tmp_path, a_written_client("acme"), a_written_client("bolt"))
    await _left_out(desk, clients=[a_written_client("bolt")])
    done = await asyncio.to_thread(_end, desk)
    assert done["clients_to_call"] == ["acme"]
    assert [one["client"] for one in done["drafts"]] == ["bolt"]


async def test_a_draft_that_nobody_released_is_put_away(tmp_path: Path) -> None:
    """A client who was told nothing needs no end of it, and the draft about what nobody judges any more goes."""
    _write_another(tmp_path)
    desk = a_client_desk(tmp_path, a_written_client("acme"))
    await desk.story()
    waiting = desk.draft()
    await _left_out(desk)
    done = await asyncio.to_thread(_end, desk)
    assert (done["archived"], done["drafts"]) == ([waiting], [])
    assert [n.state for n in desk.kept()] == ["archived"]


async def test_a_chain_and_a_message_on_its_way_end(tmp_path: Path) -> None:
    """Nobody is woken any more for it, and who never got the warning is not told of its end."""
    desk = await _told_desk(tmp_path, **CHAIN)
    for _ in range(12):  # often enough that no step is missed, however long ago this file was read
        await desk.cycle(minutes=5)
    with _database(desk).read() as connection:
        assert any(d.recipient == "boss" for d in deliveries.pending(connection))
    await _left_out(desk)
    done = await asyncio.to_thread(_end, desk)
    assert [one["told"] for one in done["stood_down"]] == [["desk"]]
    with _database(desk).read() as connection:
        mine = [d for d in deliveries.pending(connection) if d.recipient == "boss"]
        assert [d for d in mine if d.alert_id in {one["move"] for one in done["stood_down"]}] == []
        assert [one for one in escalations.running(connection) if not one.alert_id.startswith("sys-")] == []
    before = _of_its_own(desk)
    for _ in range(3):
        await desk.cycle(minutes=30)
    (last,) = _of_its_own(desk)[len(before) :]
    assert "WATCH -> BASELINE" in last


def _of_its_own(desk: ClientDesk) -> list[str]:
    """Return what was said of the line itself: that nobody took its alert is a message of the watch's own."""
    return [subject for subject in _said(desk, "Blockade") if subject.startswith("[TLP:GREEN] ")]


async def test_it_goes_on_from_there_if_it_comes_back(tmp_path: Path) -> None:
    """Put back it is judged again, what still speaks for it warns anew, and the past replays to the last bit."""
    desk = await _told_desk(tmp_path)
    await _left_out(desk)
    await asyncio.to_thread(_end, desk)
    desk.rewrite(assessments=["assessment.yaml", "other.yaml"])
    for _ in range(3):
        await desk.cycle(hours=1)
    again = desk.json("replay", "-a", str(tmp_path / "assessment.yaml"), "--until", "2100-01-01")
    assert (again["differing_moves"], again["exact"]) == ([], True)
    assert len([m for m in again["moves"] if m["scenario"] == "blockade"]) == 2


@pytest.mark.parametrize("archived", [False, True])
async def test_who_was_told_hears_of_the_end_though_a_draft_of_it_was_put_away(tmp_path: Path, archived: bool) -> None:
    """Ended by mistake and put back: that end is told to nobody, and the one that is meant must be."""
    desk = await _told_desk(tmp_path, a_written_client("acme"))
    await _left_out(desk)
    await asyncio.to_thread(_end, desk)
    if archived:
        await asyncio.to_thread(desk.act, "archive", desk.draft(), "--why", "it goes on", "--by", "B. Sow")
        assert _notices_left(desk) == 0, "what a person put away is left alone"
    desk.rewrite(assessments=["assessment.yaml", "other.yaml"])
    for _ in range(3):
        await desk.cycle(hours=1)
    await _left_out(desk)
    assert _notices_left(desk) == 1
    done = await asyncio.to_thread(_end, desk)
    assert [one["client"] for one in done["drafts"]] == ["acme"]
    await asyncio.to_thread(desk.act, "release", desk.draft(), "--why", "closed", "--by", "B. Sow")
    await desk.cycle(minutes=1)
    assert len(_said(desk, "[TLP", "Cancel", "We no longer assess")) == 1
    assert "nothing of small stands" in _refusal(desk)


async def test_an_end_that_waited_is_not_told_once_the_question_is_asked_again(tmp_path: Path) -> None:
    """Its client would read that we no longer assess what we judge; put away, nothing of it is told."""
    desk = await _told_desk(tmp_path, a_written_client("acme"))
    await _left_out(desk)
    await asyncio.to_thread(_end, desk)
    end = desk.draft()
    desk.rewrite(assessments=["assessment.yaml", "other.yaml"])
    refused = await asyncio.to_thread(desk.run, "notices", "release", end, "--why", "sure", "--by", "B. Sow")
    told = " ".join(refused.output.split())
    assert refused.exit_code != 0
    assert "small asks blockade again, so nothing is over" in told
    assert f"watcher notices archive {end}" in told
    await asyncio.to_thread(desk.act, "archive", end, "--why", "it goes on", "--by", "B. Sow")
    await desk.cycle(minutes=1)
    assert _said(desk, "Cancel", "We no longer assess") == []


# ------------------------------------------------------------------------------------ what must never end anything


async def test_a_file_that_is_broken_or_missing_ends_nothing(tmp_path: Path) -> None:
    """Broken it stays in force as it was; missing at a start, the configuration is refused; neither can be ended."""
    desk = await _told_desk(tmp_path)
    path = tmp_path / "assessment.yaml"
    good = path.read_text("utf-8")
    for broken in ("id: small\nscenarios: [", "\x00"):
        path.write_text(broken, "utf-8")
        for _ in range(2):
            await desk.cycle(minutes=5)
        assert "is configured and in force" in _refusal(desk)
    path.unlink()
    await desk.cycle(minutes=5)
    assert "assessment.yaml" in _refusal(desk)
    path.write_text(good, "utf-8")
    assert _said(desk, "not judged any more") == []
    with _database(desk).read() as connection:
        assert outlooks.warned(connection) == {"small": 1}


async def test_a_file_that_moved_and_cannot_be_read_may_be_the_one(tmp_path: Path) -> None:
    """Under its new name it was never in force: nobody can tell that it is gone, so nothing is told or ended."""
    desk = await _told_desk(tmp_path)
    (tmp_path / "moved.yaml").write_text("id: small\nscenarios: [", "utf-8")
    desk.rewrite(assessments=["moved.yaml", "other.yaml"])
    for _ in range(2):
        await desk.cycle(minutes=5)
    assert "cannot be read" in _refusal(desk)
    assert _said(desk, "not judged any more") == []
    assert desk.json("tasks")["tasks"] == []


async def test_nobody_ends_what_a_service_may_still_judge(tmp_path: Path) -> None:
    """Until a service that runs with the new configuration has said so, and once it judges it again, it is refused."""
    desk = await _told_desk(tmp_path)
    desk.rewrite(assessments=["other.yaml"])
    assert "no running service has said yet" in _refusal(desk)
    await _left_out(desk)
    desk.rewrite(assessments=["assessment.yaml", "other.yaml"])
    await desk.cycle(minutes=5)
    desk.rewrite(assessments=["other.yaml"])
    assert "no running service has said yet" in _refusal(desk)
    unknown = desk.run("assessments", "end", "smell", "--why", "x", "--yes")
    assert "no assessment 'smell'" in unknown.output


async def test_it_asks_first(tmp_path: Path) -> None:
    """Without a yes nothing is put on record."""
    desk = await _told_desk(tmp_path)
    await _left_out(desk)
    done = desk.run("assessments", "end", "small", "--why", "closed")
    assert done.exit_code == 1
    with _database(desk).read() as connection:
        assert outlooks.warned(connection) == {"small": 1}


def _notices_left(desk: ClientDesk) -> int:
    return int(next(one["notices_left"] for one in desk.json("assessments") if one["assessment"] == "small"))


def _refusal(desk: ClientDesk) -> str:
    done = desk.run("assessments", "end", "small", "--why", "closed", "--yes")
    assert done.exit_code != 0
    return done.output.replace("\n", " ")


def _database(desk: ClientDesk) -> Database:
    return Database(desk.settings.database)
