"""What Slack gets from us as a bot, and how we read its answers: against a server with Slack's documented rules."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.channels import Answer, Message, Outcome, Secret, Slack
from alerts.channels.slack_blocks import LONGEST_SECTION, blocks
from tests.servers import Reply, SlackServer, faults_of_blocks

TOKEN = "xoxb-1111-2222-canarytoken"
CHANNEL = "C0123456789"
ADDRESS = f"slackbot://{TOKEN}@{CHANNEL}"
LONG = timedelta(seconds=20)
THEN = "Sun, 04 Jan 2026 06:30:00 GMT"
FIRST = Message(id="k1", subject="Mali: fuel 12 % -> 24 %", text="Two reports.\nhttps://news.example/1")


@pytest.fixture
async def slack(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SlackServer]:
    async with SlackServer(token=TOKEN, channel=CHANNEL) as server:
        monkeypatch.setattr("alerts.channels.slack.API", server.url("/api"))
        yield server


async def send(message: Message, address: str = ADDRESS) -> Outcome:
    assert Slack().problems(address) == []
    return await Slack().send(message, Secret(value=address), deadline=LONG)


async def test_the_first_message_of_a_story_has_a_reference(slack: SlackServer) -> None:
    """Where Slack put it is kept, so that what follows can go there, also after a restart."""
    outcome = await send(FIRST)
    assert outcome == Outcome(
        answer=Answer.ACCEPTED, detail="taken by the provider", reference=f"{CHANNEL} 1767500000.000001"
    )
    assert list(slack.shown) == ["1767500000.000001"]


async def test_what_follows_is_told_below_and_the_first_is_brought_up_to_date(slack: SlackServer) -> None:
    """The channel shows one message a story, at its newest; its thread has the history; news is heard."""
    reference = (await send(FIRST)).reference
    later = replace(FIRST, id="k2", subject="Mali: fuel 24 % -> 51 %", reference=reference)
    outcome = await send(later)
    assert (outcome.answer, outcome.reference) == (Answer.ACCEPTED, reference)
    parent, reply = slack.shown.values()
    assert parent["text"] == reply["text"] == "Mali: fuel 24 % -&gt; 51 %"
    assert parent["blocks"] == reply["blocks"]
    assert (reply["thread_ts"], reply["reply_broadcast"]) == (reference.split()[1], True)


@pytest.mark.parametrize("error", ["message_not_found", "thread_not_found"])
async def test_a_story_whose_first_message_is_gone_begins_anew(slack: SlackServer, error: str) -> None:
    """Somebody deleted it: the news is posted all the same, with a reference of its own."""
    slack.errors = [error]
    outcome = await send(replace(FIRST, reference=f"{CHANNEL} 1767000000.000009"))
    assert outcome.answer is Answer.ACCEPTED
    assert outcome.reference == f"{CHANNEL} 1767500000.000001"


async def test_an_edit_that_fails_loses_nothing(slack: SlackServer) -> None:
    """The news was told in the thread: that is the proof; that the first message is old is said."""
    reference = (await send(FIRST)).reference
    slack.errors = []
    slack.next_replies = []
    later = replace(FIRST, id="k2", subject="Mali: fuel 51 %", reference=reference)
    taken = Reply(body='{"ok": true, "channel": "C0123456789", "ts": "1767500000.000002"}')
    slack.next_replies = [taken, Reply(body='{"ok": false, "error": "edit_window_closed"}')]
    outcome = await send(later)
    assert outcome.answer is Answer.ACCEPTED
    assert outcome.detail == "taken by the provider; its first message stays as it was"
    assert outcome.reference == reference


async def test_a_reference_of_another_channel_is_not_used(slack: SlackServer) -> None:
    """Who moves a recipient to another channel gets whole messages there."""
    outcome = await send(replace(FIRST, reference="C9999999999 1767500000.000001"))
    assert outcome.answer is Answer.ACCEPTED
    assert "thread_ts" not in slack.posts[0].json


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        ("invalid_auth", Answer.REFUSED),
        ("token_revoked", Answer.REFUSED),
        ("account_inactive", Answer.REFUSED),
        ("not_in_channel", Answer.REFUSED),
        ("is_archived", Answer.REFUSED),
        ("channel_not_found", Answer.REFUSED),
        ("invalid_blocks", Answer.REFUSED),
        ("ratelimited", Answer.TEMPORARY),
        ("internal_error", Answer.TEMPORARY),
        ("fatal_error", Answer.TEMPORARY),
    ],
)
async def test_slacks_errors_are_told_apart(slack: SlackServer, error: str, answer: Answer) -> None:
    """D05: what needs a person is refused, what passes is temporary; Slack's own word stands in the detail."""
    slack.errors = [error]
    assert await send(FIRST) == Outcome(answer=answer, detail=error)


async def test_a_wrong_token_or_channel_is_refused(slack: SlackServer) -> None:
    """D05: the receiver checks both, and neither shows in what we say."""
    for address in (f"slackbot://xoxb-9999-9999-wrongcanary@{CHANNEL}", f"slackbot://{TOKEN}@C9999999999"):
        outcome = await send(FIRST, address)
        assert outcome.answer is Answer.REFUSED
        assert "canary" not in repr(outcome)
    assert slack.shown == {}


@pytest.mark.parametrize(
    ("header", "pause"),
    [
        ({"Retry-After": "42"}, timedelta(seconds=42)),
        (
            {"Retry-After": "Sun, 04 Jan 2026 06:32:00 GMT", "Date": "Sun, 04 Jan 2026 06:30:00 GMT"},
            timedelta(minutes=2),
        ),
        ({"Retry-After": "Sun, 04 Jan 2026 06:00:00 GMT", "Date": THEN}, timedelta(0)),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        ({}, None),
    ],
)
async def test_slack_says_when_to_come_back(
    slack: SlackServer, header: dict[str, str], pause: timedelta | None
) -> None:
    """D01: 429 with Retry-After in seconds or as a date is honoured; what cannot be read is no pause at all."""
    slack.reply = Reply(status=429, body="", headers=header)
    assert await send(FIRST) == Outcome(answer=Answer.TEMPORARY, detail="HTTP 429", retry_after=pause)


@pytest.mark.parametrize("body", ["<html>please sign in</html>", "ok", "", "[]", '{"ok": "yes"}', '{"error": "x"}'])
async def test_only_slacks_own_yes_counts_for_a_bot(slack: SlackServer, body: str) -> None:
    """D04: a page with status 200 is no delivery."""
    slack.reply = Reply(body=body) if body != "ok" else Reply(body="ok", headers={"X-Page": "hotel"})
    assert (await send(FIRST)).answer is Answer.UNKNOWN


@pytest.mark.parametrize(
    "text", ["x" * 200_000, "line\n" * 30_000, "\n" * 500 + "end", "a\n\n\nb", "https://a.example/" + "y" * 9_000]
)
def test_blocks_keep_slacks_limits(text: str) -> None:
    """D07: 50 blocks, 3,000 characters each, 150 in the header; cut by us."""
    assert faults_of_blocks(blocks("h" * 400, text)) == []


def test_blocks_lose_no_line() -> None:
    """A text within the limits reads the same when its parts are put together again."""
    text = "\n".join(f"{n}: {'fuel ' * 40}" for n in range(60))
    parts = [block["elements"][0]["elements"] for block in blocks("head", text)[1:]]
    assert "\n".join("".join(piece["text"] for piece in part) for part in parts) == text
    assert len(parts) > len(text) // LONGEST_SECTION
