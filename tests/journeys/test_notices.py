"""Notices to clients from the move to the mailbox: who lets them go, who gets them, who never sees what."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from alerts.channels import Answer
from alerts.clients import Client
from indicators.items import Item
from tests.builders import small
from tests.daemons import Daemon, configure, rss, until
from tests.noticing import ARRESTS, ATTACKS, SIGNED, START, ClientDesk, a_client_desk, a_written_client, dated, loaded
from tests.servers import FeedServer, HookServer, MailServer, Page, Reply
from watcher.releasing import automatic, looking_after, placing
from watcher.releasing.brief import page_of
from watcher.releasing.for_clients import for_client
from watcher.releasing.found import FoundNotice, newest_notices
from watcher.releasing.letting_go import waits_until
from watcher.settings import Settings
from watcher.store import Connection, Database, alerts, audit, deliveries, outlooks
from watcher.store.notices import ClientNotices

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@dataclass
class Outside:
    """What the world outside can receive."""

    mail: MailServer
    hook: HookServer

    def mailbox(self, name: str) -> str:
        return f"mailto://127.0.0.1:{self.mail.port}?from=desk@sahel.example&to=ops@{name}.example"

    def web(self, name: str) -> str:
        return self.hook.url(f"/{name}#inside=yes")

    def mails(self, name: str) -> list[str]:
        """Every mail to that client, decoded: its headers and each of its parts."""
        own = [m.message for m in self.mail.mails if m.recipients == (f"ops@{name}.example",)]
        return [
            "\n".join(
                [*(f"{name}: {value}" for name, value in mail.items()), *(_decoded(part) for part in mail.walk())]
            )
            for mail in own
        ]

    def posts(self, name: str) -> list[dict[str, Any]]:
        return [post.json for post in self.hook.posts if post.path == f"/{name}"]


def _decoded(part: Message) -> str:
    content = part.get_payload(decode=True)
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""


@pytest.fixture
async def outside() -> AsyncIterator[Outside]:
    async with HookServer() as hook:
        with MailServer() as mail:
            yield Outside(mail=mail, hook=hook)


def reached(
    outside: Outside, name: str = "acme", *, by: tuple[str, ...] = ("webhook",), **changes: Any
) -> dict[str, Any]:
    """Return a client that is reached at its own addresses outside."""
    ways = {"webhook": outside.web(name), "email": outside.mailbox(name)}
    contacts = [{"id": "ops", "lang": "en", "channels": {kind: ways[kind] for kind in by}}]
    return a_written_client(name, contacts=contacts) | changes


# ----------------------------------------------------------------------------------------------- a person lets it go


async def test_a_move_drafts_a_notice_and_nothing_leaves_until_a_person_lets_it_go(
    tmp_path: Path, outside: Outside
) -> None:
    """The desk hears at once; the client hears what a named person released, word for word as it was shown."""
    desk = a_client_desk(tmp_path, reached(outside, by=("webhook", "email")))
    await desk.story()
    assert [m.subject for m in desk.console.sent], "our own desk was alerted"
    for _ in range(3):
        await desk.cycle(hours=1)
    assert not outside.hook.posts
    assert not outside.mail.mails
    draft = desk.draft()
    assert "stays" in desk.run("notices", "release", draft).output
    assert desk.run("notices", "release", draft, "--by", "watcher").exit_code == 2
    shown = desk.json("notices", "show", draft, "--by", "A. Keita")["messages"][0]
    assert not outside.hook.posts
    desk.act("release", draft, "--by", "A. Keita")
    desk.clock.now = datetime.now(UTC)
    await desk.cycle()
    (post,), (mail,) = outside.posts("acme"), outside.mails("acme")
    assert post["title"] == shown["subject"]
    assert "Released by A. Keita" in post["message"]
    same = [line for line in shown["text"].splitlines() if "Released by" not in line and "Next update" not in line]
    assert [line for line in same if line and line not in post["message"]] == []
    assert "Our judgement: likely (55-80 %)" in mail
    assert post["facts"]["probability"] == "0.77"
    again = desk.run("notices", "release", draft, "--by", "A. Keita")
    assert (again.exit_code, "released already by A. Keita" in again.output) == (2, True)


async def test_desk_and_client_are_told_one_term_and_the_same_of_what_it_waits_for(
    tmp_path: Path, outside: Outside
) -> None:
    """One family alone stands behind the rise: the term of the figure is told to both, and that it has not settled."""
    desk = a_client_desk(tmp_path, reached(outside, subscriptions=[{"scenarios": ["coup"]}]))
    await desk.cycle()
    desk.arrests(0, 4)
    await desk.cycle(hours=1)
    (alert,) = (message for message in desk.console.sent if "Coup" in message.subject)
    desk.act("release", desk.draft(), "--by", "A. Keita")
    await desk.cycle()
    (told,) = outside.posts("acme")
    assert alert.data["term"] == told["facts"]["term"] == "unlikely"
    said = "The term has not settled: it may go back to “very unlikely” until the change has held for 6 h"
    assert said in alert.text
    assert said in told["message"]


async def test_the_last_notice_is_what_the_next_one_is_told_against(tmp_path: Path, outside: Outside) -> None:
    """What changed is counted since this client's own last notice; a draft that never left is no notice."""
    desk = a_client_desk(tmp_path, reached(outside, subscriptions=[{"scenarios": ["coup"]}]))
    await desk.story()
    desk.arrests(0, 2)
    await desk.cycle(hours=1)
    first = desk.draft()
    assert "This is our first notice to you" in desk.json("notices", "show", first)["messages"][0]["text"]
    desk.act("release", first, "--by", "A. Keita")
    desk.arrests(2, 4)
    await desk.cycle(hours=1)
    await desk.cycle(hours=7)
    second = desk.draft()
    shown = desk.json("notices", "show", second)
    assert (shown["type"], shown["supersedes"]) == ("Update", first)
    text = shown["messages"][0]["text"]
    assert f"Our last notice to you ({first}, " in text
    assert "Warning level: Watch -> Advisory." in text
    assert "- Officer unrest: raises it clearly" in text
    newer = await desk.denied(but=second)
    assert desk.json("notices", "show", second)["state"] == "archived"
    assert desk.json("notices", "show", newer)["supersedes"] == first, "what never left is not what it was told last"


async def test_lists_have_the_order_of_the_record_and_not_that_of_a_clock(tmp_path: Path, outside: Outside) -> None:
    """What came after a move and a draft of a clock that was ahead stands behind them, on every page of a list."""
    desk = a_client_desk(tmp_path, reached(outside), reached(outside, "bolt"))
    await desk.story()
    first, earlier = {desk.draft(), desk.draft("bolt")}, START - timedelta(hours=1)
    database, (acme, bolt) = Database(desk.settings.database), desk.settings.clients
    with database.write() as connection:
        (move,) = outlooks.moves(connection, "small", limit=9)
        outlooks.add_moves(connection, [replace(move, id="later", at=earlier)])
        for client, id_ in ((bolt, "n-b"), (acme, "n-a")):
            notices = ClientNotices(connection, client)
            drafted = notices.every()[-1].drafted.model_copy(update={"id": id_, "at": earlier})
            notices.add(drafted, move=move.id, rows={})
    assert [one["id"] for one in desk.json("moves")["moves"]] == [move.id, "later"]
    listed = [one["id"] for one in desk.json("notices")["notices"]]
    assert (set(listed[:2]), listed[2:]) == (first, ["n-b", "n-a"])
    with database.read() as connection:
        seen, before = list[str](), ""
        while page := newest_notices(connection, desk.settings, limit=1, before=before):
            before = page[0].kept.id
            seen.append(before)
    database.close()
    assert seen == listed[::-1]


async def test_two_people_are_two_people(tmp_path: Path, outside: Outside) -> None:
    """Whoever worked on it does not release it, and one who nobody worked with does not either."""
    twofold = {"subscriptions": [{"release": "two-person"}]}
    desk = a_client_desk(tmp_path, reached(outside) | twofold)
    await desk.story()
    draft = desk.draft()
    assert "two people" in desk.run("notices", "release", draft, "--by", "A. Keita").output
    desk.act("edit", draft, "--set", "advice.en=Wait for daylight.", "--by", "A. Keita", "--why", "the road is dark")
    assert "cannot release" in desk.run("notices", "release", draft, "--by", "a. keita").output
    desk.act("release", draft, "--by", "B. Sow")
    await desk.cycle()
    (post,) = outside.posts("acme")
    assert "Wait for daylight." in post["message"]
    assert "Released by B. Sow" in post["message"]
    assert "A. Keita" not in json.dumps(post), "who drafted it is ours to know"
    assert "the road is dark" not in json.dumps(post)


async def test_what_a_person_decided_about_the_move_is_what_the_client_reads(tmp_path: Path, outside: Outside) -> None:
    """An undecided move does not leave, nor a rejected one; an amended one leaves with the analyst's figure."""
    desk = a_client_desk(tmp_path, reached(outside), text=dated(moves="reviewed"))
    await desk.story()
    draft = desk.draft()
    move = desk.json("notices", "show", draft)["move"]
    assert "nobody has decided" in desk.run("notices", "release", draft, "--by", "A. Keita").output
    assert desk.run("decide", move, "reject", "--why", "one source").exit_code == 0
    assert "was rejected by ines" in desk.run("notices", "release", draft, "--by", "A. Keita").output
    assert desk.run("decide", move, "withdraw", "--why", "two now").exit_code == 0
    assert desk.run("decide", move, "amend", "--p", "85%", "--why", "the desk knows more").exit_code == 0
    desk.act("release", draft, "--by", "A. Keita")
    await desk.cycle()
    (post,) = outside.posts("acme")
    assert "very likely (80-95 %)" in post["message"]
    assert post["facts"]["probability"] == "0.85"
    assert "the desk knows more" not in json.dumps(post)


async def test_held_and_archived_drafts_wait_and_can_be_taken_up_again(tmp_path: Path, outside: Outside) -> None:
    """Each step is a record with who and why; an edit is taken back as it was."""
    desk = a_client_desk(tmp_path, reached(outside))
    await desk.story()
    draft = desk.draft()
    desk.act("hold", draft, "--why", "ask the embassy")
    assert "held already by ines" in desk.run("notices", "release", draft, "--by", "A. Keita").output
    desk.act("archive", draft, "--why", "they know")
    assert desk.run("notices").exit_code == 0, "nothing waits"
    desk.act("reopen", draft, "--why", "they do not")
    assert desk.run("notices").exit_code == 1
    desk.act("edit", draft, "--set", "advice.en=One", "--why", "first")
    desk.act("edit", draft, "--set", "advice.en=Two", "--why", "second")
    desk.act("edit", draft, "--undo", "--why", "the first was better")
    kept = desk.json("notices", "show", draft)
    assert [r["edits"]["words"]["advice"]["en"] for r in kept["revisions"]] == ["One", "Two", "One"]
    assert next((s["kind"], s["who"], s["why"]) for s in kept["steps"]) == ("hold", "ines", "ask the embassy")
    assert "One" in kept["messages"][0]["text"]


# ------------------------------------------------------------------------------------------ what leaves by itself


async def test_only_facts_leave_by_themselves_and_only_where_the_subscription_says_so(
    tmp_path: Path, outside: Outside
) -> None:
    """The reviewed client gets nothing; the other gets what was reported, with no figure, word or level."""
    facts = reached(outside, "bolt", subscriptions=[{"release": "automatic-facts-only"}])
    desk = a_client_desk(tmp_path, reached(outside, "acme"), facts)
    await desk.story()
    assert not outside.posts("acme")
    (post,) = outside.posts("bolt")
    told = json.dumps(post, ensure_ascii=False)
    assert "nobody has reviewed it" in told
    assert "Convoy ambushed near Kolokani" in told
    for judged in ("probability", "likely", "77 %", "Watch", "WATCH", '"level"'):
        assert judged not in told.replace("no probability", ""), judged
    (kept,) = desk.kept("bolt")
    assert (kept.state, kept.steps[0].who) == ("released", "watcher")


async def test_the_end_of_a_warning_does_not_leave_by_itself(tmp_path: Path, outside: Outside) -> None:
    """That something is over is a judgement: a person makes it even where facts leave by themselves."""
    facts = reached(outside, subscriptions=[{"release": "automatic-facts-only"}])
    desk = a_client_desk(tmp_path, facts)
    await desk.story()
    ended = await desk.denied()
    assert [n.state for n in desk.kept()] == ["released", "draft"]
    assert desk.json("notices", "show", ended)["type"] == "Cancel"
    assert len(outside.posts("acme")) == 1


async def test_a_notice_of_the_same_scenario_waits_unless_it_rises(tmp_path: Path, outside: Outside) -> None:
    """A rise passes; what falls is told from when on it may leave, and a person may say that it cannot wait."""
    watched = {"subscriptions": [{"scenarios": ["coup"]}]}
    desk = a_client_desk(tmp_path, reached(outside) | watched, notices=SIGNED | {"at_most_every": "120d"})
    await desk.story()
    desk.arrests(0, 2)
    await desk.cycle(hours=1)
    desk.act("release", desk.draft(), "--by", "A. Keita")
    desk.arrests(2, 4)
    await desk.cycle(hours=1)
    await desk.cycle(hours=7)
    desk.act("release", desk.draft(), "--by", "A. Keita")
    fallen = await desk.denied()
    told = desk.run("notices", "release", fallen, "--by", "A. Keita")
    assert (told.exit_code, "or with --anyway" in told.output) == (2, True)
    desk.act("release", fallen, "--by", "A. Keita", "--anyway")
    await desk.cycle()
    assert len(outside.posts("acme")) == 3


# ------------------------------------------------------------------------------------------ recall


async def test_a_recall_reaches_exactly_those_who_got_it(tmp_path: Path, outside: Outside) -> None:
    """Who got it, or may have, is told; whoever it had not reached yet hears of neither; nobody else at all."""
    outside.hook.replies["/late"] = Reply(status=503)
    outside.hook.replies["/unsure"] = Reply(drop=True)
    contacts = [
        {"id": name, "lang": "en", "channels": {"webhook": outside.web(name)}} for name in ("got", "late", "unsure")
    ]
    desk = a_client_desk(tmp_path, a_written_client(contacts=contacts), reached(outside, "bolt"))
    await desk.story()
    draft = desk.draft("acme")
    desk.act("release", draft, "--by", "A. Keita")
    await desk.cycle()
    before = len(outside.hook.posts)
    outside.hook.replies.clear()
    say = ("--say", "en=The place was wrong.")
    done = desk.json("notices", "withdraw", draft, "--why", "source B lied", *say)
    assert done["told"] == ["acme/got", "acme/unsure"]
    for _ in range(4):
        await desk.cycle(minutes=20)
    after = outside.hook.posts[before:]
    assert {post.path for post in after} == {"/got", "/unsure"}
    for post in after:
        assert "We withdraw our notice" in post.json["message"]
        assert "The place was wrong." in post.json["message"]
        assert "source B lied" not in json.dumps(post.json)
    assert desk.json("notices", "show", draft)["state"] == "withdrawn"


async def test_a_correction_reaches_everyone_who_got_the_error(tmp_path: Path, outside: Outside) -> None:
    """It is released like any notice, names what it corrects, and what had not arrived of the error never does."""
    outside.hook.replies["/late"] = Reply(status=503)
    contacts = [{"id": name, "lang": "en", "channels": {"webhook": outside.web(name)}} for name in ("got", "late")]
    desk = a_client_desk(tmp_path, a_written_client(contacts=contacts))
    await desk.story()
    wrong = desk.draft()
    desk.act("release", wrong, "--by", "A. Keita")
    await desk.cycle()
    outside.hook.replies.clear()
    told = "told.en=The road was another one."
    right = desk.json("notices", "correct", wrong, "--set", told, "--set", "advice.en=Go.", "--why", "slip")["id"]
    await desk.cycle()
    assert not [p for p in outside.posts("got") if right in json.dumps(p)], "a correction is released as well"
    late = len(outside.posts("late"))
    desk.act("release", right, "--by", "A. Keita")
    for _ in range(3):
        await desk.cycle(minutes=20)
    for name, seen in (("got", 1), ("late", late)):
        (post,) = outside.posts(name)[seen:]
        assert "CORRECTION of our notice " + wrong in post["message"]
        assert "The road was another one." in post["message"]
        assert post["facts"]["supersedes"] == wrong


async def test_a_recall_says_whom_it_cannot_reach_any_more(tmp_path: Path, outside: Outside) -> None:
    """A contact that left the configuration relies on it still: somebody must call."""
    contacts = [{"id": n, "lang": "en", "channels": {"webhook": outside.web(n)}} for n in ("old", "new")]
    desk = a_client_desk(tmp_path, a_written_client(contacts=contacts))
    await desk.story()
    draft = desk.draft()
    desk.act("release", draft, "--by", "A. Keita")
    await desk.cycle()
    desk.rewrite(clients=[a_written_client(contacts=contacts[1:])])
    done = desk.json("notices", "withdraw", draft, "--why", "wrong")
    assert (done["told"], done["unreachable"]) == (["acme/new"], ["acme/old"])
    await desk.cycle()
    assert any("cannot reach everybody" in m.subject for m in desk.console.sent)


async def test_a_correction_says_whom_it_cannot_reach_any_more(tmp_path: Path, outside: Outside) -> None:
    """As a recall does: whoever got the error and has left the configuration must be called."""
    contacts = [{"id": n, "lang": "en", "channels": {"webhook": outside.web(n)}} for n in ("old", "new")]
    desk = a_client_desk(tmp_path, a_written_client(contacts=contacts))
    await desk.story()
    error = desk.draft()
    desk.act("release", error, "--by", "A. Keita")
    await desk.cycle()
    desk.rewrite(clients=[a_written_client(contacts=contacts[1:])])
    desk.act("correct", error, "--set", "told.en=It was the Gao road.", "--why", "slip")
    desk.act("release", desk.draft(), "--by", "A. Keita")
    await desk.cycle()
    (warning,) = [m for m in desk.console.sent if "A correction cannot reach everybody" in m.subject]
    assert "acme/old" in warning.text
    assert error in warning.text


# ------------------------------------------------------------------------------------------ addresses, reminders, proof


async def test_an_address_that_changed_in_the_queue_is_never_used_again(tmp_path: Path, outside: Outside) -> None:
    """D21: what is owed to a contact goes to where it is now."""
    outside.hook.replies["/old"] = Reply(status=503)
    desk = a_client_desk(tmp_path, a_written_client(contacts=[_at(outside, "old")]))
    await desk.story()
    desk.act("release", desk.draft(), "--by", "A. Keita")
    await desk.cycle()
    tried = len(outside.posts("old"))
    assert tried > 0
    desk.rewrite(clients=[a_written_client(contacts=[_at(outside, "new")])])
    outside.hook.replies.clear()
    for _ in range(3):
        await desk.cycle(minutes=20)
    assert len(outside.posts("new")) == 1
    assert len(outside.posts("old")) == tried


def _at(outside: Outside, path: str) -> dict[str, Any]:
    return {"id": "ops", "lang": "en", "channels": {"webhook": outside.web(path)}}


async def test_a_contact_that_is_gone_is_told_to_our_own_desk(tmp_path: Path, outside: Outside) -> None:
    """Nothing is dropped: the last resort has it, and no other contact does."""
    outside.hook.replies["/old"] = Reply(status=503)
    desk = a_client_desk(tmp_path, a_written_client(contacts=[_at(outside, "old")]))
    await desk.story()
    desk.act("release", desk.draft(), "--by", "A. Keita")
    await desk.cycle()
    desk.rewrite(clients=[a_written_client(contacts=[_at(outside, "new") | {"id": "else"}])])
    await desk.cycle(minutes=20)
    assert not outside.posts("new")
    assert any("Acme Logistics" in m.text for m in desk.console.sent)


async def test_a_client_whose_address_refuses_is_told_to_the_operators(tmp_path: Path, outside: Outside) -> None:
    """A notice that was released and does not arrive is no secret of the outbox."""
    outside.hook.replies["/acme"] = Reply(status=404)
    desk = a_client_desk(tmp_path, reached(outside))
    await desk.story()
    desk.act("release", desk.draft(), "--by", "A. Keita")
    for _ in range(4):
        await desk.cycle(hours=1)
    assert any("acme/ops" in m.subject + m.text and "refuses" in m.subject + m.text for m in desk.console.sent)


async def test_a_ceiling_that_was_lowered_holds_for_what_waits(tmp_path: Path, outside: Outside) -> None:
    """The ceiling stands in the query: what is above it is not there for the client, whenever it was released."""
    outside.hook.replies["/acme"] = Reply(status=503)
    desk = a_client_desk(tmp_path, reached(outside))
    await desk.story()
    draft = desk.draft()
    desk.act("release", draft, "--by", "A. Keita")
    await desk.cycle()
    tried = len(outside.posts("acme"))
    desk.rewrite(clients=[reached(outside, ceiling="TLP:CLEAR")])
    outside.hook.replies.clear()
    await desk.cycle(minutes=20)
    assert len(outside.posts("acme")) == tried
    assert desk.kept() == ()
    assert desk.run("notices", "show", draft).exit_code == 2


@pytest.mark.parametrize("release", ["reviewed", "automatic-facts-only"])
async def test_a_marking_that_was_raised_since_the_draft_holds(
    tmp_path: Path, outside: Outside, monkeypatch: pytest.MonkeyPatch, release: str
) -> None:
    """Neither a person nor the machine lets go what a client may not have by now; another's bears the new marking."""
    rule = {"subscriptions": [{"scenarios": ["*"], "release": release}]}
    clients = [reached(outside), reached(outside, "bolt", ceiling="TLP:RED")]
    desk = a_client_desk(tmp_path, *(client | rule for client in clients))
    monkeypatch.setattr(automatic, "waits_until", lambda *_, now: now)
    await desk.story()
    monkeypatch.undo()
    drafts = {name: desk.draft(name) for name in ("acme", "bolt")}
    (file,) = map(Path, desk.settings.assessments)
    file.write_text(file.read_text("utf-8").replace("marking: TLP:GREEN", "marking: TLP:RED"), "utf-8")
    await desk.cycle(hours=1)
    if release == "reviewed":
        refused = " ".join(desk.run("notices", "release", drafts["acme"], "--by", "A. Keita").output.split())
        assert "small is marked TLP:RED by now, above the ceiling of acme, TLP:AMBER" in refused
        desk.act("release", drafts["bolt"], "--by", "A. Keita")
        await desk.cycle()
    assert outside.posts("acme") == []
    assert [post["title"].startswith("[TLP:RED]") for post in outside.posts("bolt")] == [True]


async def test_what_is_above_a_ceiling_is_not_drafted_and_the_operators_know(tmp_path: Path, outside: Outside) -> None:
    """A client that is not told is never left out in silence."""
    desk = a_client_desk(tmp_path, reached(outside, ceiling="TLP:CLEAR"))
    await desk.story()
    assert desk.kept() == ()
    assert any("No notice was drafted for Acme Logistics" in m.subject for m in desk.console.sent)


async def test_a_draft_that_fails_holds_up_neither_the_alert_nor_the_next_client(
    tmp_path: Path, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The desk's warning goes out whatever happens to a client's."""
    real = placing.placed

    def fails(client: Client, gazetteer: Any) -> Any:
        if client.id == "acme":
            raise RuntimeError("a fault of ours")
        return real(client, gazetteer)

    monkeypatch.setattr("watcher.releasing.drafts.placed", fails)
    desk = a_client_desk(tmp_path, reached(outside), reached(outside, "bolt"))
    await desk.story()
    assert any("Blockade goes on" in m.subject for m in desk.console.sent)
    assert any("No notice was drafted for Acme" in m.subject for m in desk.console.sent)
    assert desk.kept("acme") == ()
    assert len(desk.kept("bolt")) == 1


async def test_what_cannot_leave_by_itself_holds_up_neither_the_alert_nor_the_next_client(
    tmp_path: Path, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault in the release of facts is one client's, at the move and at every look after it, and told once a day."""

    def fails(settings: Settings, found: FoundNotice, *, now: datetime) -> datetime | None:
        if found.client.id == "acme":
            raise RuntimeError("a fault of ours")
        return waits_until(settings, found, now=now)

    facts: dict[str, Any] = {
        "subscriptions": [{"scenarios": ["*"], "min_level": "watch", "release": "automatic-facts-only"}]
    }
    desk = a_client_desk(tmp_path, *(reached(outside, name, **facts) for name in ("acme", "bolt")))
    monkeypatch.setattr(automatic, "waits_until", fails)
    await desk.story()
    assert any("Blockade goes on" in m.subject for m in desk.console.sent)
    assert any("No notice was drafted for Acme" in m.subject for m in desk.console.sent)
    assert len(outside.posts("bolt")) == 1

    monkeypatch.undo()
    monkeypatch.setattr(looking_after, "release_by_itself", _no_release_for_acme)
    for _ in range(3):
        await desk.cycle(hours=1)
    told = [m.subject for m in desk.console.sent if "cannot be looked after" in m.subject]
    assert 1 <= len(told) <= 2, "once a day, and three hours are two days at most"
    assert all("Acme" in one for one in told)


def _no_release_for_acme(connection: Connection, settings: Settings, client: Client, *, now: datetime) -> int:
    if client.id == "acme":
        raise RuntimeError("a fault of ours")
    return automatic.release_by_itself(connection, settings, client, now=now)


async def test_a_notice_goes_by_the_subscription_that_it_was_drafted_for(tmp_path: Path, outside: Outside) -> None:
    """Another for graver levels of the same line lends it neither its one person, nor takes away that facts leave."""
    graver = {"min_level": "critical"}
    rules = {
        "acme": [graver | {"release": "reviewed"}, {"release": "two-person"}],
        "bolt": [graver | {"release": "two-person"}, {"release": "automatic-facts-only"}],
    }
    desk = a_client_desk(tmp_path, *(reached(outside, name, subscriptions=subs) for name, subs in rules.items()))
    await desk.story()
    await desk.cycle()
    assert [post["facts"].get("probability") for post in outside.posts("bolt")] == [None]
    refused = desk.run("notices", "release", desk.draft(), "--by", "A. Keita")
    assert (refused.exit_code, "two people must have read it" in " ".join(refused.output.split())) == (2, True)
    assert outside.posts("acme") == []


async def test_a_draft_that_waits_too_long_is_reminded_of(tmp_path: Path, outside: Outside) -> None:
    """By level, to operators and desk, once for each time; a held one and a released one are left in peace."""
    desk = a_client_desk(tmp_path, reached(outside), notices=SIGNED | {"remind": _each("2h")})
    await desk.story()

    def reminders() -> int:
        return sum("waits for release" in m.subject for m in desk.console.sent)

    assert reminders() == 0
    for hours, expected in ((1, 0), (1.5, 1), (0.1, 1), (2, 2)):
        await desk.cycle(hours=hours)
        assert reminders() == expected, hours
    assert any(t["kind"] == "release" for t in desk.json("tasks")["tasks"])
    desk.act("hold", desk.draft(), "--why", "later")
    await desk.cycle(hours=8)
    assert reminders() == 2


@pytest.mark.parametrize("step", ["release", "hold", "archive"])
async def test_a_reminder_ends_with_what_it_reminds_of(tmp_path: Path, outside: Outside, step: str) -> None:
    """Whoever was reminded is told; no chain calls people for what a person has seen to, and none is unanswered."""
    desk = a_client_desk(tmp_path, reached(outside), notices=SIGNED | {"remind": _each("2h")})
    who = desk.settings.last_resort
    steps = [{"to": [who]}, {"to": [who], "after": "10m"}]
    desk.rewrite(
        chains=[{"id": "night", "steps": steps}], routes=[{"to": [who]}, {"kind": "system", "to": ["chain:night"]}]
    )
    await desk.story()
    await desk.cycle(hours=3)
    desk.act(step, desk.draft(), *(("--by", "A. Keita") if step == "release" else ("--why", "they know")))
    before = len(desk.console.sent)
    for _ in range(4):
        await desk.cycle(minutes=20)
    told = [m.subject for m in desk.console.sent[before:]]
    state = {"release": "released", "hold": "held", "archive": "archived"}[step]
    assert told == [f"[Watcher] SYSTEM, OVER ✓ A notice to Acme Logistics waits no more: {state}"]
    assert [one["kind"] for one in desk.json("alerts")] == ["move"]


@pytest.mark.parametrize("change", ["renamed", "lowered"])
async def test_a_draft_that_nobody_can_release_any_more_is_told(tmp_path: Path, outside: Outside, change: str) -> None:
    """A client with another id, or a ceiling below what waits: the operators hear of it, and when it is seen to."""
    desk = a_client_desk(tmp_path, reached(outside))
    await desk.story()
    draft = desk.draft()
    changed = {"renamed": reached(outside, "acmelog"), "lowered": reached(outside, ceiling="TLP:CLEAR")}[change]
    desk.rewrite(clients=[changed])
    told = len(desk.console.sent)
    for _ in range(2):
        await desk.cycle(minutes=1)
    why = {"renamed": "is not configured any more", "lowered": "may not be shown what they are marked"}[change]
    (warning,) = [m.subject for m in desk.console.sent[told:]]
    assert warning == f"[Watcher] SYSTEM ! 1 notice(s) to acme wait, and it {why}: {draft}"
    desk.rewrite(clients=[reached(outside)])
    desk.act("archive", draft, "--why", "they were called")
    desk.rewrite(clients=[changed])
    for _ in range(2):
        await desk.cycle(minutes=1)
    assert "SYSTEM, OVER" in desk.console.sent[-1].subject


def _each(time: str) -> dict[str, str]:
    return dict.fromkeys(("critical", "warning", "other"), time)


async def test_the_proof_reads_back_what_left_and_who_has_it(tmp_path: Path, outside: Outside) -> None:
    """Each contact with the provider's answer, the very words, and a receipt where a client gave one."""
    outside.mail.replies["ops@acme.example"] = "550 no such mailbox"
    desk = a_client_desk(tmp_path, reached(outside, by=("webhook", "email")))
    await desk.story()
    draft = desk.draft()
    assert "was not released" in desk.run("notices", "proof", draft).output
    desk.act("release", draft, "--by", "A. Keita")
    await desk.cycle()
    done = desk.run("notices", "proof", draft)
    assert done.exit_code == 1, "one has not arrived"
    proved = {d["channel"]: d for d in desk.json("notices", "proof", draft)["deliveries"]}
    assert proved["webhook"]["last_answer"] == Answer.ACCEPTED
    assert proved["email"]["last_answer"] == Answer.REFUSED
    assert proved["webhook"]["text"].strip() == outside.posts("acme")[0]["message"].strip()
    outside.mail.replies.clear()
    await desk.cycle(minutes=40)
    desk.act("receipt", draft, "--contact", "ops", "--why", "called back")
    assert desk.run("notices", "receipt", draft, "--contact", "nobody", "--why", "x").exit_code == 2
    proved = {d["channel"]: d for d in desk.json("notices", "proof", draft)["deliveries"]}
    assert {d["last_answer"] for d in proved.values()} == {"accepted"}
    assert proved["email"]["receipt"]["why"] == "called back"
    assert desk.run("notices", "proof", draft).exit_code == 0


# ------------------------------------------------------------------------------------------ nothing of the other, ever

OURS = (
    "desk",
    "TestAnalyst",
    "convoy_attack",
    "officer_unrest",
    "candidate",
    "SecretSource",
    "whispered",
    "NOTE-",
)
"""Our recipients, people, rule ids, private sources and notes: nothing of them is a client's to read."""


def twin(outside: Outside, name: str, canary: str) -> dict[str, Any]:
    """Return a client all of whose words bear its *canary*."""
    ways = {"webhook": outside.web(name), "email": outside.mailbox(name)}
    return a_written_client(
        name,
        name=f"{canary} House",
        contacts=[{"id": f"{canary.lower()}-ops", "name": canary, "lang": "en", "channels": ways}],
        sites=[{"name": f"{canary} depot", "at": "12.74,-8.07"}],
        roads=[{"name": f"{canary} road", "via": ["Bamako", "Kolokani"]}],
        subscriptions=[{"advice": {"en": f"{canary} advice."}}],
    )


async def test_two_clients_never_see_a_byte_of_each_other(tmp_path: Path, outside: Outside) -> None:
    """D20, J07, P02: same data, same subscription; what differs between what they get is their own words alone."""
    names = {"acme": "AcMeCanary", "bolt": "BoLtCanary"}
    clients = [twin(outside, name, canary) for name, canary in names.items()]
    secret = {
        "id": "secretsource",
        "url": "https://SecretSource.example/rss",
        "every": "1h",
        "family": "whispered",
        "private": True,
    }
    desk = a_client_desk(tmp_path, *clients)
    raw = json.loads(desk.config.read_text("utf-8"))
    desk.rewrite(sources=[*raw["sources"], secret])
    desk.clock.now = datetime.now(UTC) - timedelta(days=6)
    await desk.cycle()
    desk.clock.now = datetime.now(UTC) - timedelta(minutes=5)
    desk.source.items.append(_whispered(desk))
    await desk.story_now()
    got: dict[str, list[str]] = {name: [] for name in names}
    for name, canary in names.items():
        draft = desk.draft(name)
        words = ("--set", f"so_what.en={canary} drivers know it.", "--set", f"alternatives.en={canary} waits.")
        desk.act("edit", draft, *words, "--by", "TestAnalyst", "--why", f"NOTE-{canary}")
        desk.act("release", draft, "--by", "A. Keita")
    await desk.cycle()
    for name, canary in names.items():
        (released,) = [n.id for n in desk.kept(name)]
        desk.act("withdraw", released, "--why", f"NOTE-{name}", "--by", "A. Keita", "--say", f"en={canary} again.")
    await desk.cycle()
    for name in names:
        got[name] = [*outside.mails(name), *(json.dumps(p, ensure_ascii=False) for p in outside.posts(name))]
        got[name] += _shown(desk, name)
        assert len(outside.mails(name)) == len(outside.posts(name)) == 2
    for name, canary in names.items():
        (other,) = set(names) - {name}
        for text in got[name]:
            for foreign in (names[other], names[other].lower(), other, *OURS):
                assert foreign.casefold() not in text.casefold().replace("sahel desk", "").replace(
                    "desk@sahel.example", ""
                ), foreign
        assert all(canary in text for text in got[name])
    plain = {name: [_without_own(text, name, names[name]) for text in got[name]] for name in names}
    assert plain["acme"] == plain["bolt"]


@pytest.mark.parametrize("gone", [False, True], ids=["made private", "taken out"])
async def test_a_draft_that_waited_tells_no_word_of_a_source_that_became_private(
    tmp_path: Path, outside: Outside, gone: bool
) -> None:
    """Neither where it is shown as it would leave, nor when it leaves, nor in the correction of what had left."""
    desk = a_client_desk(tmp_path, reached(outside, by=("webhook", "email")))
    await desk.story()
    first, (source,) = desk.draft(), json.loads(desk.config.read_text("utf-8"))["sources"]
    assert "Tankers attacked" in desk.act("show", first).output
    other = source | {"id": "other"}
    desk.rewrite(sources=[other] if gone else [source | {"private": True}, other])
    shown = desk.act("show", first).output
    assert "Tankers attacked" not in shown
    assert "3 headline(s) are left out" in shown
    assert "Convoy attack" in shown  # that it happened is said, in our own words
    desk.act("release", first, "--by", "A. Keita")
    await desk.cycle()
    told = [*outside.mails("acme"), *(json.dumps(post, ensure_ascii=False) for post in outside.posts("acme"))]
    assert len(told) == 2
    assert [text for text in told if "Convoy attack" not in text] == []
    assert [word for word in ATTACKS for text in told if word in text] == []


async def test_what_was_released_tells_no_word_of_a_source_that_became_private_before_it_left(
    tmp_path: Path, outside: Outside
) -> None:
    """Whom it reached has it, and the record says so; whom it had not reached gets it without, and so do pages."""
    late = {"id": "late", "lang": "en", "channels": {"webhook": outside.web("late")}}
    soon = {"id": "soon", "lang": "en", "channels": {"webhook": outside.web("acme")}}
    desk = a_client_desk(tmp_path, reached(outside, contacts=[soon, late]))
    await desk.story()
    outside.hook.replies["/late"] = Reply(status=503)
    first = desk.draft()
    desk.act("release", first, "--by", "A. Keita")
    await desk.cycle()
    outside.hook.replies.clear()
    assert _remarks(desk, first) == []
    (source,) = json.loads(desk.config.read_text("utf-8"))["sources"]
    desk.rewrite(sources=[source | {"private": True}])
    (remark,) = _remarks(desk, first)
    assert "3 headline(s) are left out of what goes out from now on" in remark
    assert _told_to_the_client(desk, first) == "Convoy attack"
    await desk.cycle(hours=2)
    ((told,), proved) = outside.posts("late")[-1:], desk.json("notices", "proof", first)["deliveries"]
    assert "Convoy attack" in told["message"]  # that it happened is said, in our own words
    assert [word for word in ATTACKS if word in json.dumps(told, ensure_ascii=False)] == []
    words = {one["to"]: one for one in proved}
    assert told["message"].strip() in words["acme/late"]["text"]
    assert words["acme/late"]["withheld"] == [1, 2, 3]
    assert words["acme/soon"]["withheld"] == []
    assert [word for word in ATTACKS if word not in words["acme/soon"]["text"]] == []
    desk.rewrite(sources=[source])
    assert desk.json("notices", "proof", first)["deliveries"] == proved, "it is on record, whatever may be named now"


def _remarks(desk: ClientDesk, notice: str) -> list[str]:
    """What is said to us of *notice*, whose words have a headline if and only if nothing is."""
    shown = desk.act("show", notice).output
    remarks = [line for line in shown.splitlines() if line.startswith("remark: ")]
    assert [word for word in ATTACKS if (word in shown) == bool(remarks)] == []
    return remarks


def _told_to_the_client(desk: ClientDesk, notice: str) -> str:
    """What the client's own page has of the evidence of *notice*."""
    database = Database(desk.settings.database)
    with database.read() as connection:
        view = for_client(connection, desk.settings, "acme")
        seen = view.notice(notice) if view is not None else None
        listed = view.notices(limit=9) if view is not None else ()
    database.close()
    assert seen is not None
    assert listed == (seen,)
    assert {(finding.title, finding.url) for finding in seen.notice.findings} == {("", "")}
    return seen.notice.findings[0].name["en"]


async def test_what_a_draft_carries_on_is_looked_at_as_well(tmp_path: Path, outside: Outside) -> None:
    """The headline of an earlier draft that nobody released is from an earlier alert; and public ones stay."""
    desk = a_client_desk(tmp_path, reached(outside))
    raw = json.loads(desk.config.read_text("utf-8"))
    (source,) = raw["sources"]
    desk.rewrite(sources=[source, source | {"id": "other", "family": "other"}])
    desk.clock.now = START - timedelta(days=6)
    await desk.cycle()
    desk.clock.now = START
    desk.arrests(0, 2)
    await desk.cycle()
    for title, ago in ARRESTS[2:]:
        desk.report(title, ago=ago, source="other")
    await desk.cycle(minutes=1)
    text = desk.act("show", desk.draft()).output
    assert ARRESTS[0][0] in text
    assert ARRESTS[2][0] in text
    desk.rewrite(sources=[source | {"private": True}, source | {"id": "other", "family": "other"}])
    text = desk.act("show", desk.draft()).output
    assert ARRESTS[0][0] not in text
    assert ARRESTS[2][0] in text


def _whispered(desk: ClientDesk) -> Item:
    """A report that a private source alone has: it counts, and its words are nobody's to read."""
    return Item(
        id="whisper",
        source="secretsource",
        title="SecretSource: convoy attacked near Kolokani, whispered by a driver",
        lang="en",
        url="https://SecretSource.example/1",
        published=desk.clock.now - timedelta(days=1, hours=2),
        fetched=desk.clock.now,
    )


def _shown(desk: ClientDesk, name: str) -> list[str]:
    """What commands print of the words that one client reads, and everything that its printed brief is set from."""
    told: list[str] = []
    for notice in desk.kept(name):
        told.append(json.dumps(page_of(notice.worded, lang="en"), ensure_ascii=False))
        told += [
            f"{m['subject']}\n{m['text']}\n{m['data']}" for m in desk.json("notices", "show", notice.id)["messages"]
        ]
    return told


def _without_own(text: str, name: str, canary: str) -> str:
    """Return *text* without what must differ: the client's own words, ids, addresses, and when it was sent."""
    text = re.sub(r"(?i)" + canary, "OWN", text)
    text = text.replace(f"ops@{name}.example", "ADDRESS")
    text = re.sub(r"n-[0-9a-f]{12}", "NOTICE", text)
    text = re.sub(r"\b(?:[0-9a-f]{32}|[0-9a-f]{24})\b", "DELIVERY", text)
    text = re.sub(r"(?m)^(Date|Message-ID|Content-Type): .*(\n[ \t].*)*", r"\1", text)
    text = re.sub(r"\d\d:\d\d(:\d\d)?(\.\d+)?(\+00:00)?", "CLOCK", text)
    return re.sub(r"--=+\d+==(--)?", "PART", text)


# ------------------------------------------------------------------------------------------ killed in between


@pytest.mark.timeout(600)
async def test_killed_between_decision_and_sending_nothing_is_lost(tmp_path: Path) -> None:
    """What leaves by itself and what a person released arrive, whenever the daemon dies; a second copy says so."""
    async with FeedServer() as feeds, HookServer() as hook:
        feeds.put("/wire.xml", Page(body=rss([])))
        config = configure(
            tmp_path,
            _fast(),
            sources={"wire": feeds.url("/wire.xml")},
            channels={"webhook": hook.url("/desk#inside=yes")},
        )
        raw = json.loads(config.read_text("utf-8"))
        clients = [
            a_written_client(
                n, contacts=[{"id": "ops", "lang": "en", "channels": {"webhook": hook.url(f"/{n}#inside=yes")}}]
            )
            for n in ("acme", "bolt")
        ]
        clients[1]["subscriptions"] = [{"release": "automatic-facts-only"}]
        config.write_text(json.dumps(raw | {"clients": clients, "notices": SIGNED}), "utf-8")
        desk = ClientDesk(config=config, settings=loaded(config))
        await _run_and_kill(config, lambda: True)
        feeds.put("/wire.xml", Page(body=rss(["Convoy ambushed near Kolokani"], newest=datetime.now(UTC))))
        await _run_and_kill(config, lambda: _drafted(desk))
        desk.act("release", desk.draft("acme"), "--by", "A. Keita")
        await _run_and_kill(config, lambda: any(p.path == "/acme" for p in hook.posts))
        survivor = Daemon(config)
        await survivor.start()
        await until(lambda: _settled(desk), what="every delivery accepted", seconds=60)
        await survivor.stop()
        for name in ("acme", "bolt"):
            copies = [p.json for p in hook.posts if p.path == f"/{name}"]
            assert copies, f"{name} was told nothing"
            assert len({c["id"] for c in copies}) == 1
            assert all(c["repeat"] for c in copies[1:])
            assert len(desk.kept(name)) == 1


def _fast() -> str:
    """The small assessment where one report is enough for a move."""
    day = {"as_of": f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}", "review_by": "2099-01-01"}
    return small(**day).replace("window_days: 7, thresholds: [1, 3, 6]", "window_days: 7, thresholds: [0.2, 0.5, 0.8]")


async def _run_and_kill(config: Path, happened: Any) -> None:
    daemon = Daemon(config)
    await daemon.start()
    await asyncio.sleep(1.5)
    try:
        await until(happened, what="what the daemon is killed after")
    finally:
        await daemon.kill()


def _drafted(desk: ClientDesk) -> bool:
    return bool(desk.kept("acme"))


def _settled(desk: ClientDesk) -> bool:
    database = Database(desk.settings.database)
    try:
        with database.read() as connection:
            counts = deliveries.counts(connection)
            decided = [a for a in alerts.recent(connection, limit=50) if a.kind == "notice"]
            released = [e for e in audit.recent(connection, limit=200) if e.what == "notice released"]
    finally:
        database.close()
    return len(decided) == len(released) == 2 and counts["waiting"] == counts["sending"] == 0


async def test_a_client_that_wants_it_gets_the_brief_with_its_mail(tmp_path: Path) -> None:
    """The released words as a PDF, in the contact's language; a client that did not ask gets the mail alone."""
    with MailServer() as mail:
        ways = {
            name: {"email": f"mailto://127.0.0.1:{mail.port}?from=w@example.org&to={name}@example.org"}
            for name in ("acme", "beta")
        }
        acme = a_written_client("acme", brief=True, contacts=[{"id": "ops", "lang": "fr", "channels": ways["acme"]}])
        beta = a_written_client("beta", contacts=[{"id": "ops", "lang": "en", "channels": ways["beta"]}])
        desk = a_client_desk(tmp_path, acme, beta)
        await desk.story()
        for client in ("acme", "beta"):
            desk.act("release", desk.draft(client), "--by", "A. Keita")
        await desk.cycle(minutes=5)
        sent = {str(m.message["To"]).partition("@")[0]: m for m in mail.mails}
    files = list(sent["acme"].message.iter_attachments())
    assert [part.get_content_type() for part in files] == ["application/pdf"]
    assert files[0].get_content().startswith(b"%PDF")
    assert str(files[0].get_filename()).startswith("n-")
    assert list(sent["beta"].message.iter_attachments()) == []
    assert 'src="cid:outlook"' in sent["beta"].html
