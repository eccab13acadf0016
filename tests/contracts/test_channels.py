"""What every channel promises, kept against real servers on this machine."""

import asyncio
import html
import io
import logging
import re
import socket
import subprocess
import sys
import unicodedata
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.channels import CHANNELS, Answer, Message, Outcome, Secret
from alerts.channels.long_tail import LONG_TAIL
from alerts.channels.slack import inert
from indicators.language.text import clean
from tests.servers import HookServer, MailServer, Reply, faults_of_blocks

# apprise's mail plugin imports a module that Python 3.13 dropped; it brings its own replacement there.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

OURS = ("slack", "email", "webhook", "console")
"""The rest is in test_long_tail.py."""

LONG = timedelta(seconds=20)
SHORT = timedelta(seconds=0.5)

# Each part of each address is a secret of its own, so that a leak names the part that leaked.
SLACK = "https://hooks.slack.com/services/TCANARY1/BCANARY2/cAnAry3tOkEn"
CANARIES = ("canary", "duty@", "reader.example", "sender.example")

HOSTILE = {
    "script": "<script>alert(1)</script> <img src=x onerror=alert(1)>",
    "slack channel": "<!channel> <!here|here> <!subteam^S1|ops> fuel is gone",
    "slack user": "<@U1> <@U1|boss> <#C1|general>",
    "slack link": "<http://evil.example/x|https://bank.example> [bank](http://evil.example)",
    "everyone": "@everyone @here @channel (@here) \n@here #general",
    "mrkdwn": "*bold* _italic_ ~gone~ `code` ```block``` \n> quoted\n>>> all quoted",
    "headers": "Fuel\r\nBcc: victim@evil.example\r\n\r\nFrom: boss@evil.example",
    "lone line ends": "Fuel\rBcc: victim@evil.example\nSubject: other\x0b\x0c\x85\u2028\u2029end",
    "template": "{{7*7}} ${7*7} {% raw %} %(x)s {0} \\u0041 :rotating_light:",
    "nul and controls": "a\x00b\x07c\x1b[31mred\x1b[0m\x7f",
    "direction": "safe \u202egnp.exe\u202c \u2066x\u2069",
    "lone surrogate": "broken \ud83d half",
    "smtp end": "before\n.\nMAIL FROM:<x@evil.example>\n..\nafter",
    "french": "Pénurie de carburant : « l’essence manque », à Bamako — selon l’ONU",
    "long": "Bamako, fuel. " * 7_500,
    "long line": "&<>" * 34_000,
    "blank": " \n\t\r\n ",
    "nothing": "",
}

TURNED_DOWN = [
    (301, Answer.REFUSED),
    (302, Answer.REFUSED),
    (307, Answer.REFUSED),
    (400, Answer.REFUSED),
    (401, Answer.REFUSED),
    (403, Answer.REFUSED),
    (404, Answer.REFUSED),
    (410, Answer.REFUSED),
    (429, Answer.TEMPORARY),
    (500, Answer.TEMPORARY),
    (503, Answer.TEMPORARY),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A message as its reader gets it, and the headers or fields around it."""

    subject: str
    text: str
    around: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Bench:
    """The servers, and the way to each of them by each channel."""

    hook: HookServer
    mail: MailServer
    printed: Callable[[], str]

    def address(self, kind: str, *, port: int | None = None) -> str:
        web, smtp = port or self.hook.port, port or self.mail.port
        return {
            "slack": SLACK,
            "webhook": (
                f"http://canaryuser:canarypass@127.0.0.1:{web}/hook/canarypath?token=canaryquery&token=2"
                "#inside=yes&key=canarykey"
            ),
            "email": f"mailto://127.0.0.1:{smtp}?from=canary@sender.example&to=duty@reader.example",
            "console": "",
        }[kind]

    async def send(self, kind: str, message: Message, *, within: timedelta = LONG) -> Outcome:
        return await CHANNELS[kind].send(message, Secret(value=self.address(kind)), deadline=within)

    def arrivals(self, kind: str) -> list[Arrival]:
        return {"slack": self._slack, "webhook": self._web, "email": self._mails, "console": self._lines}[kind]()

    def _slack(self) -> list[Arrival]:
        return [Arrival(subject=post.json["text"], text=words_of(post.json["blocks"])) for post in self.hook.posts]

    def _web(self) -> list[Arrival]:
        return [
            Arrival(subject=post.json["title"], text=post.json["message"], around=dict(post.headers) | post.json)
            for post in self.hook.posts
        ]

    def _mails(self) -> list[Arrival]:
        return [
            Arrival(
                subject=str(mail.message["Subject"]),
                text=mail.text.replace("\r\n", "\n").strip(),
                around={name: str(value) for name, value in mail.message.items()},
            )
            for mail in self.mail.mails
        ]

    def _lines(self) -> list[Arrival]:
        subject, _, text = self.printed().removesuffix("\n\n").partition("\n")
        return [Arrival(subject=subject, text=text)]


def words_of(blocks: list[dict[str, Any]]) -> str:
    """Return what a reader of Slack sees below the header."""
    sections = [block["elements"][0]["elements"] for block in blocks[1:]]
    return "\n".join("".join(piece["text"] for piece in section) for section in sections)


def a_message(**changes: object) -> Message:
    usual = Message(
        id="0123456789abcdef0123456789abcdef",
        subject="Mali: fuel shortage active",
        text="Two reports since Monday.\nhttps://news.example/a_b_c?x=1*2*3&y=~z",
        data={"alert": "alert-1", "scenario": "blockade", "level": "4"},
    )
    return replace(usual, **changes)  # type: ignore[arg-type]  # fields by name, as a builder does


@pytest.fixture
async def bench(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> AsyncIterator[Bench]:
    async with HookServer() as hook:
        with MailServer() as mail:
            monkeypatch.setattr("alerts.channels.slack.HOOKS", hook.url("").removesuffix("/"))
            yield Bench(hook=hook, mail=mail, printed=lambda: capfd.readouterr().out)


@pytest.fixture
def silence() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.fixture
def nobody() -> int:
    """A port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def by_way_of(bench: Bench, kind: str, port: int, monkeypatch: pytest.MonkeyPatch) -> Secret:
    monkeypatch.setattr("alerts.channels.slack.HOOKS", f"http://127.0.0.1:{port}")
    return Secret(value=bench.address(kind, port=port))


# --- promises of every channel ----------------------------------------------------------------------


@pytest.mark.parametrize("kind", OURS)
async def test_a_message_arrives_once_and_whole(bench: Bench, kind: str) -> None:
    """What the provider took is accepted, arrived once, and says what was written."""
    assert CHANNELS[kind].problems(bench.address(kind)) == []
    outcome = await bench.send(kind, a_message())
    assert outcome.answer is Answer.ACCEPTED
    [arrival] = bench.arrivals(kind)
    assert arrival.subject == "Mali: fuel shortage active"
    assert html.unescape(arrival.text) == a_message().text


@pytest.mark.parametrize("kind", OURS)
async def test_a_repeat_says_so(bench: Bench, kind: str) -> None:
    """A message that may already have arrived says so in its subject, in every channel alike."""
    await bench.send(kind, a_message(repeat=True))
    assert bench.arrivals(kind)[0].subject == "Mali: fuel shortage active (may be a repeat)"


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("kind", OURS)
async def test_hostile_text_arrives_as_mere_text(bench: Bench, kind: str, hostile: str) -> None:
    """I13, I17: Whatever a feed writes is delivered, without control characters, and in its place."""
    words = HOSTILE[hostile]
    message = a_message(subject=words, text=words, data={"headline": words, "type": words}, details={"x": [words]})
    outcome = await bench.send(kind, message)
    assert outcome.answer is Answer.ACCEPTED
    [arrival] = bench.arrivals(kind)
    assert "\n" not in arrival.subject
    assert len(arrival.subject) < 1_000
    assert 0 < len(arrival.text) < 70_000
    odd = {c for c in arrival.subject + arrival.text if unicodedata.category(c) in ("Cc", "Cs")} - {
        "\n",
        "\t",
    }
    assert not odd
    assert not set("\u202e\u202c\u2066\u2069") & set(arrival.subject + arrival.text)


@pytest.mark.parametrize("kind", ["slack", "webhook", "email"])
async def test_nobody_there_is_temporary(bench: Bench, kind: str, nobody: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """D02: A refused connection took nothing: it is tried again, and not marked as a repeat."""
    address = by_way_of(bench, kind, nobody, monkeypatch)
    outcome = await CHANNELS[kind].send(a_message(), address, deadline=LONG)
    assert outcome.answer is Answer.TEMPORARY


@pytest.mark.parametrize("kind", ["slack", "webhook", "email"])
async def test_silence_ends_at_the_deadline(
    bench: Bench, kind: str, silence: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A provider that never answers is waited for until the deadline, and is never taken for a yes."""
    address = by_way_of(bench, kind, silence, monkeypatch)
    outcome = await CHANNELS[kind].send(a_message(), address, deadline=SHORT)
    # A mail server that has not even greeted took nothing, if the library still has the time to say so.
    certain = {Answer.TEMPORARY} if kind == "email" else set()
    assert outcome.answer in {Answer.UNKNOWN} | certain


@pytest.mark.parametrize("kind", ["slack", "webhook", "email"])
async def test_a_missed_deadline_is_unknown(bench: Bench, kind: str) -> None:
    """Where even the library has not finished, nobody knows what arrived."""
    outcome = await bench.send(kind, a_message(), within=timedelta(0))
    assert outcome.answer is Answer.UNKNOWN


USELESS = [
    ("slack", "https://hooks.slack.example/services/TCANARY/BCANARY/canary"),
    ("slack", "https://hooks.slack.com/services/TCANARY/BCANARY"),
    ("slack", "slack://TCANARY/BCANARY/canary/one/two"),
    ("slack", "slack://xoxb-1234-1234-canary/general"),
    ("slack", "https://hooks.slack.com/workflows/TCANARY/A1/B1/canary"),
    ("slack", "slackbot://xoxb-1234-1234-canary@general"),
    ("slack", "slackbot://xoxp-1234-1234-canary@C0123456789"),
    ("webhook", "https://canary.example/x#keys=canary"),
    ("webhook", "https://canary.example/x#canary"),
    ("slack", "json://canary.example"),
    ("slack", ""),
    ("email", "mailto://canary"),
    ("email", "mailto://mail.canary.example?from=w@sender.example&to=canary"),
    ("email", "mailto://mail.canary.example?from=w@sender.example&to=a@reader.example,b@reader.example"),
    ("email", "mailto://mail.canary.example?from=w@sender.example&to=a@reader.example&bcc=b@reader.example"),
    ("email", "mailtos://canary:canary@mail.example/duty@reader.example?mode=canary"),
    ("email", "canary@reader.example"),
    ("email", "mailto://mail.canary.example?from=w@sender.example&to=a..b@canary.example"),
    ("email", "mailto://mail.canary.example?from=w@sender.example&to=.a@canary.example"),
    ("email", "mailto://mail.canary.example?from=w@sender.example&to=a@canary..example"),
    ("email", "mailto://mail.canary.example?from=w.@canary.example&to=a@reader.example"),
    ("email", "mailto://mail..canary.example?from=w@sender.example&to=a@reader.example"),
    ("email", f"mailto://{'canary' * 11}.example?from=w@sender.example&to=a@reader.example"),
    ("webhook", "https://canary..example/x"),
    ("webhook", f"https://{'canary' * 11}.example/x"),
    ("webhook", "https://[:..canary]/x"),
    ("webhook", "https://"),
    ("webhook", "https://canary.example:99999/x"),
    ("webhook", "https://[canary/x"),
    ("webhook", "https://canary.example\\@other.example/"),
    ("webhook", "https://canary.example/x y"),
    ("webhook", "ftp://canary.example/x"),
    ("webhook", "file:///etc/canary"),
    ("webhook", "\x00canary"),
]


@pytest.mark.parametrize(("kind", "address"), USELESS)
async def test_a_useless_address_is_named_without_being_shown(bench: Bench, kind: str, address: str) -> None:
    """An address that cannot work is refused in a sentence that does not repeat it, and nothing is sent."""
    problems = CHANNELS[kind].problems(address)
    assert problems
    outcome = await CHANNELS[kind].send(a_message(), Secret(value=address), deadline=LONG)
    assert (outcome.answer, outcome.detail) == (Answer.REFUSED, problems[0])
    assert not leaks(" ".join(problems))
    assert bench.hook.requests == []


@given(st.sampled_from(sorted(CHANNELS)), st.text() | st.from_regex(r"(slack|slackbot|mailtos?|jsons?|https?)://\S*"))
def test_no_address_makes_the_check_fail(kind: str, address: str) -> None:
    """Any text can be asked about; the answer is a list of sentences, never an exception."""
    assert all(isinstance(problem, str) for problem in CHANNELS[kind].problems(address))


# --- honest answers: the web ------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "answer"), TURNED_DOWN)
@pytest.mark.parametrize("kind", ["slack", "webhook"])
async def test_a_web_provider_turns_the_message_down(bench: Bench, kind: str, status: int, answer: Answer) -> None:
    """D02, D04: Each HTTP status has its answer; no redirect is followed, even to a page that would say ok."""
    elsewhere = bench.hook.url("/elsewhere") if status in range(300, 400) else None
    bench.hook.replies["/elsewhere"] = Reply()
    bench.hook.reply = Reply(status=status, body="no_service", redirect_to=elsewhere)
    outcome = await bench.send(kind, a_message())
    assert outcome.answer is answer
    assert outcome.detail.startswith(f"HTTP {status}")
    assert len(bench.hook.requests) == 1


@pytest.mark.parametrize("kind", ["slack", "webhook"])
async def test_a_dropped_connection_is_unknown(bench: Bench, kind: str) -> None:
    """D03: A provider that hangs up after our request may have read it."""
    bench.hook.reply = Reply(drop=True)
    assert (await bench.send(kind, a_message())).answer is Answer.UNKNOWN


@pytest.mark.parametrize(
    "page",
    [Reply(body="<html>OK, please sign in</html>"), Reply(body="OK"), Reply(body=""), Reply(status=204)],
)
async def test_only_slacks_own_ok_counts(bench: Bench, page: Reply) -> None:
    """A page with status 200 is not Slack's yes: a hotel's login page answers so to everything."""
    bench.hook.reply = page
    assert (await bench.send("slack", a_message())).answer is Answer.UNKNOWN


async def test_slacks_reason_is_passed_on(bench: Bench) -> None:
    """Slack's one-word reason reaches the operator; longer texts, which may echo a secret, do not."""
    bench.hook.reply = Reply(status=410, body="channel_is_archived")
    assert (await bench.send("slack", a_message())).detail == "HTTP 410 (channel_is_archived)"
    bench.hook.reply = Reply(status=410, body="no such webhook: TCANARY1/BCANARY2/cAnAry3tOkEn")
    assert (await bench.send("slack", a_message())).detail == "HTTP 410"


async def test_a_webhook_proves_itself_by_its_status(bench: Bench) -> None:
    """Any 2xx from the address itself is a webhook's yes; what it writes in its body is its own business."""
    for status in (200, 201, 202, 204):
        bench.hook.reply = Reply(status=status, body="" if status == 204 else "<html>")
        assert (await bench.send("webhook", a_message())).answer is Answer.ACCEPTED


@pytest.mark.parametrize(
    "bent",
    ["optional=yes", "redirect=yes", "retry=3&wait=0", "method=GET", "format=html", "%3Amessage=&%3Atype="],
)
async def test_an_address_cannot_bend_the_rules(bench: Bench, bent: str) -> None:
    """Options written into an address change neither how often and how we ask nor what counts as yes."""
    bench.hook.reply = Reply(status=302, redirect_to=bench.hook.url("/elsewhere"))
    address = Secret(value=f"json://127.0.0.1:{bench.hook.port}/x?{bent}#inside=yes")
    outcome = await CHANNELS["webhook"].send(a_message(text="<b>fuel</b>"), address, deadline=LONG)
    assert outcome.answer is Answer.REFUSED
    assert [post.method for post in bench.hook.requests] == ["POST"]
    assert bench.hook.posts[0].json["message"] == "<b>fuel</b>"


# --- honest answers: mail ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        ("550 5.1.1 duty@reader.example: no such user canary", Answer.REFUSED),
        ("554 go away", Answer.REFUSED),
        ("450 4.2.0 greylisted", Answer.TEMPORARY),
        ("451 4.3.0 try later", Answer.TEMPORARY),
        ("421 4.7.0 too many connections", Answer.TEMPORARY),
    ],
)
@pytest.mark.parametrize("stage", ["recipient", "data"])
async def test_a_mail_server_turns_the_message_down(bench: Bench, stage: str, reply: str, answer: Answer) -> None:
    """5xx is refused and 4xx temporary, whether the recipient or the message is turned down."""
    if stage == "recipient":
        bench.mail.replies["duty@reader.example"] = reply
    else:
        bench.mail.data_reply = reply
    outcome = await bench.send("email", a_message())
    assert outcome.answer is answer
    assert outcome.detail.startswith(f"SMTP {reply[:3]}")
    assert not leaks(outcome.detail)


async def test_mail_dropped_after_its_data_is_unknown(bench: Bench) -> None:
    """A server that hangs up after the message may have kept it, and here it has."""
    bench.mail.drop_after_data = True
    assert (await bench.send("email", a_message())).answer is Answer.UNKNOWN
    assert len(bench.mail.mails) == 1


@pytest.mark.parametrize("start", ["mailtos://", "mailto://canary:canary@"])
async def test_mail_is_not_sent_with_less_protection_than_asked(bench: Bench, start: str) -> None:
    """A server without the encryption or login that the address asks for is refused, not used without."""
    address = f"{start}127.0.0.1:{bench.mail.port}?from=w@sender.example&to=duty@reader.example"
    outcome = await CHANNELS["email"].send(a_message(), Secret(value=address), deadline=LONG)
    assert outcome.answer is Answer.REFUSED
    assert bench.mail.mails == []


# --- what is on the wire ----------------------------------------------------------------------------


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_slack_text_is_inert(bench: Bench, hostile: str) -> None:
    """I15: No mention, no hidden link and no formatting is left in what Slack receives, in title or text."""
    words = HOSTILE[hostile]
    await bench.send("slack", a_message(subject=words, text=words))
    [post] = bench.hook.posts
    line, blocks = post.json["text"], post.json["blocks"]
    assert not re.search(r"[<>]", line)  # the line for notifications is the only one that Slack reads as markup
    assert not re.search(r"(?<!\w)[@#]\w", line)
    assert not re.search(r"(?m)^\s*&gt;", line)
    assert not re.search(r"(?<!\w)[*_~]\S|`", line)
    assert set(post.json) == {"text", "blocks", "unfurl_links", "unfurl_media"}
    slack_faults = faults_of_blocks(blocks)
    assert slack_faults == []
    pieces = [piece for block in blocks[1:] for piece in block["elements"][0]["elements"]]
    assert {piece["type"] for piece in pieces} <= {"text", "link"}
    assert all(piece["url"] == piece["text"] for piece in pieces if piece["type"] == "link")


@pytest.mark.parametrize(
    "evidence",
    ["https://news.example/a_b_/c*d*?q=~x", "mali_fuel_blockade", "2*3*4", "a@b.example", "18:30", "l'armée"],
)
def test_slack_text_keeps_evidence_as_it_was(evidence: str) -> None:
    """Links, identifiers, sums and addresses can still be copied: only what would be markup changes."""
    assert inert(f"See {evidence} now") == f"See {evidence} now"


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_mail_headers_cannot_be_injected(bench: Bench, hostile: str) -> None:
    """I16: however a headline looks, the mail has one recipient, our headers, one plain text and one page."""
    words = HOSTILE[hostile]
    page = f"<b>{html.escape(clean(words, limit=500))}</b>"
    hostile_id = "key\r\nBcc: victim@evil.example"
    await bench.send("email", a_message(subject=words, text=words, html=page, id=hostile_id, thread=hostile_id))
    [mail] = bench.mail.mails
    assert mail.recipients == ("duty@reader.example",)
    assert mail.message.get_content_type() == "multipart/alternative"
    assert not re.search(r"<(?!/?b>)", mail.html)
    assert sorted(mail.message.keys()) == [
        "Auto-Submitted",
        "Content-Type",
        "Date",
        "From",
        "In-Reply-To",
        "MIME-Version",
        "Message-ID",
        "References",
        "Subject",
        "To",
        "X-Watcher-Delivery",
    ]


async def test_mail_carries_its_delivery(bench: Bench) -> None:
    """D09: a repeat has the first one's Message-ID; what is about one subject stands in one thread."""
    for message in (a_message(thread="t1"), a_message(thread="t1", repeat=True), a_message(id="ff", thread="t1")):
        await bench.send("email", message)
    first, repeat, later = (arrival.around for arrival in bench.arrivals("email"))
    assert first["X-Watcher-Delivery"] == repeat["X-Watcher-Delivery"] == a_message().id
    assert first["Message-ID"] == repeat["Message-ID"] == f"<{a_message().id}@sender.example>"
    assert later["Message-ID"] != first["Message-ID"]
    for header in ("References", "In-Reply-To"):
        assert first[header] == repeat[header] == later[header]


async def test_a_webhook_gets_facts_and_key(bench: Bench) -> None:
    """Facts and details stand apart from our own fields and displace none; the whole address is used."""
    facts = {"level": "4", "type": "rise", "title": "x", "id": "y"}
    details = {"causes": [{"name": {"en": "fuel\x1b"}, "nats": 0.5}], "repeat": "no", "rising": True}
    await bench.send("webhook", a_message(data=facts, details=details, repeat=True))
    [post] = bench.hook.posts
    assert post.json["facts"] == facts
    assert post.json["details"] == details | {"causes": [{"name": {"en": "fuel"}, "nats": 0.5}]}
    assert (post.json["title"], post.json["repeat"]) == ("Mali: fuel shortage active (may be a repeat)", True)
    assert post.json["id"] == post.headers["Idempotency-Key"] == a_message().id
    assert (post.path, post.query) == ("/hook/canarypath", "token=canaryquery&token=2")
    assert post.headers["Authorization"].startswith("Basic ")
    assert post.headers["User-Agent"] == "Watcher"
    assert "#" not in post.path + post.query


async def test_a_webhook_keeps_its_owners_headers(bench: Bench) -> None:
    """A header written into a jsons:// address is sent beside our own."""
    address = Secret(value=f"json://127.0.0.1:{bench.hook.port}/x?%2BX-Key=owners#inside=yes")
    await CHANNELS["webhook"].send(a_message(), address, deadline=LONG)
    assert bench.hook.posts[0].headers["X-Key"] == "owners"
    assert "Idempotency-Key" in bench.hook.posts[0].headers


# --- secrets ----------------------------------------------------------------------------------------


def leaks(text: str) -> list[str]:
    return [canary for canary in CANARIES if canary in text.lower()]


@pytest.mark.parametrize("reply", [Reply(), Reply(status=404, body="canary"), Reply(status=500), Reply(drop=True)])
@pytest.mark.parametrize("kind", ["slack", "webhook", "email"])
async def test_secrets_stay_secret(
    bench: Bench,
    kind: str,
    reply: Reply,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """With every log line switched on, no part of an address shows in outcome, logs or output."""
    written = io.StringIO()  # a handler as a program has it; pytest's own also listens at closed doors
    handler = logging.StreamHandler(written)
    handler.addFilter(lambda record: not record.name.startswith("mail."))  # the server on the other side
    monkeypatch.setattr(logging.root, "handlers", [handler])
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(logging, "lastResort", handler)
    bench.hook.reply = reply
    bench.mail.replies["duty@reader.example"] = "250 OK" if reply.status == 200 else "550 canary duty@reader.example"
    bench.mail.drop_after_data = reply.drop
    outcome = await bench.send(kind, a_message())
    logging.getLogger("tests").debug("listening")
    said = written.getvalue() + bench.printed()
    assert "listening" in said
    assert not leaks(repr(outcome) + str(outcome))
    assert not leaks(said)


@pytest.mark.parametrize("kind", ["slack", "webhook"])
async def test_a_failing_library_shows_no_secret(bench: Bench, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug in the library becomes an unknown outcome that names the error's class and nothing else."""

    def fails(*_: object, **__: object) -> None:
        raise KeyError(bench.address(kind))

    monkeypatch.setattr("http.client.HTTPConnection.request", fails)
    outcome = await bench.send(kind, a_message())
    assert outcome == Outcome(answer=Answer.UNKNOWN, detail="the sending library failed (KeyError)")


def test_a_secret_prints_as_stars() -> None:
    """Neither print nor repr shows a secret, also inside another value."""
    secret = Secret(value=SLACK)
    assert not leaks(f"{secret} {secret!r} {[secret]}")


# --- side by side -----------------------------------------------------------------------------------


async def test_hanging_providers_delay_nobody(bench: Bench) -> None:
    """D10: With twenty sends stuck, the next one goes out; the event loop is free all the time."""
    bench.hook.replies["/stuck"] = Reply(hang=True)
    stuck_at = Secret(value=bench.hook.url("/stuck#inside=yes"))
    stuck = [asyncio.create_task(CHANNELS["webhook"].send(a_message(), stuck_at, deadline=LONG)) for _ in range(20)]
    while len(bench.hook.requests) < len(stuck):  # noqa: ASYNC110 - the server keeps a list, not an event
        await asyncio.sleep(0.01)
    assert (await bench.send("webhook", a_message())).answer is Answer.ACCEPTED
    assert not any(task.done() for task in stuck)
    for task in stuck:
        task.cancel()


async def test_sends_side_by_side_keep_their_answers(bench: Bench) -> None:
    """Each of many sends at once gets its own provider's answer and no other's."""
    statuses = [200, 404, 500, 429, 302, 401] * 5
    for status in set(statuses):
        bench.hook.replies[f"/{status}"] = Reply(status=status)
    outcomes = await asyncio.gather(
        *(
            CHANNELS["webhook"].send(a_message(), Secret(value=bench.hook.url(f"/{status}#inside=yes")), deadline=LONG)
            for status in statuses
        )
    )
    assert [outcome.detail.removeprefix("HTTP ") for outcome in outcomes if outcome.answer is not Answer.ACCEPTED] == [
        str(status) for status in statuses if status != 200
    ]


def test_listing_channels_does_not_load_the_library() -> None:
    """Commands that send nothing do not pay for apprise."""
    code = "import sys, alerts.channels; sys.exit('apprise' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_table_names_each_channel_by_its_kind() -> None:
    """A configuration's word leads to the channel of that name."""
    assert {kind: channel.kind for kind, channel in CHANNELS.items()} == {kind: kind for kind in CHANNELS}
    assert set(CHANNELS) == {*OURS, *(row.kind for row in LONG_TAIL)}
