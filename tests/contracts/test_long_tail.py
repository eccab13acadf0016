"""What apprise's services promise here, kept against a real receiver on this machine under each service's address."""

import io
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import requests

from alerts.channels import CHANNELS, Answer, Message, Outcome, Secret
from tests.servers import HookServer, Reply

LONG = timedelta(seconds=20)
WORDS = Message(id="k1", subject="Mali: fuel 12 % -> 24 %", text="Two reports.", data={"level": "warning"}, thread="t1")
KINDS = ("ntfy", "pagerduty", "opsgenie", "telegram", "sms", "teams", "matrix", "apprise")


class InTheClear:
    """The library of HTTP, but that this machine is asked without TLS: Teams has no address that is not encrypted."""

    def __getattr__(self, name: str) -> Any:
        return getattr(requests, name)

    @staticmethod
    def post(url: str, **more: Any) -> Any:
        return requests.post(url.replace("https://127.0.0.1", "http://127.0.0.1"), **more)


class Bench:
    def __init__(self, hook: HookServer) -> None:
        self.hook = hook

    def address(self, kind: str) -> str:
        here = f"127.0.0.1:{self.hook.port}"
        return {
            "ntfy": f"ntfy://canaryuser:canarypass@{here}/canarytopic",
            "pagerduty": "pagerduty://canary78901234567890123456789012@canaryapikey",
            "opsgenie": "opsgenie://canary00-1234-1234-1234-abcdefabcdef/%23ops",
            "telegram": "tgram://123456789:canary_hijklmnop/12315544/",
            "sms": "vonage://canary12:canarysecret9876@15551234567/15557654321",
            "teams": f"workflows://{here}/canaryworkflow0123456789/canarysignature0123456789",
            "matrix": f"matrix://canaryuser:canarytoken0123456789@{here}/?mode=slack",
            "apprise": f"form://canaryuser:canarypass@{here}/canarypath",
        }[kind]

    async def send(self, kind: str, message: Message = WORDS) -> Outcome:
        return await CHANNELS[kind].send(message, Secret(value=self.address(kind)), deadline=LONG)


@pytest.fixture
async def bench(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    async with HookServer() as hook:
        from apprise.plugins import opsgenie, pagerduty, workflows

        monkeypatch.setitem(pagerduty.PAGERDUTY_API_LOOKUP, "us", hook.url("/enqueue"))
        monkeypatch.setitem(opsgenie.OPSGENIE_API_LOOKUP, "us", hook.url("/alerts"))
        monkeypatch.setattr(workflows, "requests", InTheClear())
        monkeypatch.setattr("apprise.plugins.telegram.NotifyTelegram.notify_url", hook.url("/bot"))
        monkeypatch.setattr("apprise.plugins.vonage.NotifyVonage.notify_url", hook.url("/sms"))
        hook.reply = Reply(body="{}")
        yield Bench(hook)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_message_arrives_once(bench: Bench, kind: str) -> None:
    """One post with the words, and a service's own 2xx is its yes."""
    assert CHANNELS[kind].problems(bench.address(kind)) == []
    bench.hook.reply = Reply(status=202 if kind == "opsgenie" else 200, body='{"requestId": "r1"}')
    assert (await bench.send(kind)).answer is Answer.ACCEPTED
    [post] = bench.hook.posts
    assert b"fuel" in post.body or "fuel" in post.headers.get("Title", "")


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        (Reply(status=302, redirect_to="/elsewhere"), Answer.REFUSED),
        (Reply(status=401, body="canary"), Answer.REFUSED),
        (Reply(status=404), Answer.REFUSED),
        (Reply(status=429), Answer.TEMPORARY),
        (Reply(status=503), Answer.TEMPORARY),
        (Reply(drop=True), Answer.UNKNOWN),
    ],
    ids=["redirect", "401", "404", "429", "503", "drop"],
)
@pytest.mark.parametrize("kind", KINDS)
async def test_every_service_proves_that_it_can_fail(
    bench: Bench, kind: str, reply: Reply, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D04, D05, D06: each failure is told apart, none is a success, and no secret shows in what is said of it."""
    written = io.StringIO()
    monkeypatch.setattr(logging.root, "handlers", [logging.StreamHandler(written)])
    bench.hook.reply = reply
    outcome = await bench.send(kind)
    assert outcome.answer is answer
    assert "canary" not in (repr(outcome) + written.getvalue()).lower()


@pytest.mark.parametrize("kind", KINDS)
async def test_a_long_text_is_cut_by_us(bench: Bench, kind: str) -> None:
    """D07: one post within the service's limit, and the cut can be seen."""
    await bench.send(kind, replace(WORDS, subject="Fuel " * 60, text="Bamako. " * 9_000))
    [post] = bench.hook.posts
    assert len(post.body) < 20_000


def a_step(number: int, before: str, after: str, **more: Any) -> Message:
    """The message of a move from one level to another."""
    return replace(WORDS, id=f"k{number}", data={"level_before": before, "level": after}, **more)


async def test_pagerduty_raises_and_resolves_one_incident(bench: Bench) -> None:
    """Under the key of what opened it: news of the same level goes to it, and the stand-down closes it."""
    opened = await bench.send("pagerduty", a_step(1, "baseline", "watch"))
    known = {"reference": opened.reference}
    again = await bench.send("pagerduty", a_step(2, "watch", "watch", **known))
    await bench.send("pagerduty", a_step(3, "watch", "baseline", reference=again.reference))
    told = [(post.json["event_action"], post.json["dedup_key"]) for post in bench.hook.posts]
    assert told == [("trigger", "k1"), ("trigger", "k1"), ("resolve", "k1")]


async def test_pagerduty_is_called_again_by_a_rise(bench: Bench) -> None:
    """It pages nobody for what comes to an open incident: a rise opens its own before it closes the one below."""
    opened = await bench.send("pagerduty", a_step(1, "baseline", "watch"))
    risen = await bench.send("pagerduty", a_step(2, "watch", "critical", reference=opened.reference))
    await bench.send("pagerduty", a_step(3, "critical", "warning", reference=risen.reference))
    told = [(post.json["event_action"], post.json["dedup_key"]) for post in bench.hook.posts]
    assert told == [("trigger", "k1"), ("trigger", "k2"), ("resolve", "k1"), ("trigger", "k2")]


async def test_an_incident_stays_open_until_the_graver_one_is_taken(bench: Bench) -> None:
    """A rise that PagerDuty does not take closes nothing, and is tried again as it was."""
    bench.hook.reply = Reply(status=503)
    outcome = await bench.send("pagerduty", a_step(2, "watch", "critical", reference="k1"))
    assert outcome.answer is Answer.TEMPORARY
    assert [post.json["event_action"] for post in bench.hook.posts] == ["trigger"]


async def test_what_comes_late_neither_closes_nor_opens_an_incident(bench: Bench) -> None:
    """An end that PagerDuty had not taken in time must not resolve the warning that has come since."""
    late = a_step(3, "warning", "baseline", reference="k4", overtaken=True, aside=True)
    assert (await bench.send("pagerduty", late)).answer is Answer.ACCEPTED
    assert bench.hook.posts == []


@pytest.mark.parametrize("kind", ["pagerduty", "opsgenie"])
async def test_each_digest_calls(bench: Bench, kind: str) -> None:
    """The second of a night is not put below the first, where nobody would hear of it."""
    key = {"pagerduty": "dedup_key", "opsgenie": "alias"}[kind]
    bench.hook.reply = Reply(status=202, body='{"requestId": "r1"}')
    for number in (1, 2):
        digest = replace(WORDS, id=f"k{number}", data={"kind": "digest", "urgency": "warning"})
        await bench.send(kind, digest)
    assert [post.json[key] for post in bench.hook.posts] == ["k1", "k2"]


async def test_opsgenie_is_called_by_every_message_once(bench: Bench) -> None:
    """It calls nobody for what comes under an alias that is open: only a repeat has the first one's."""
    bench.hook.reply = Reply(status=202, body='{"requestId": "r1"}')
    watch, critical = a_step(1, "baseline", "watch"), a_step(2, "watch", "critical")
    for message in (watch, critical, replace(critical, repeat=True)):
        await bench.send("opsgenie", message)
    assert [post.json["alias"] for post in bench.hook.posts] == ["k1", "k2", "k2"]


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("ntfy", "tgram://123456789:canary_hijklmnop/12315544/"),
        ("teams", "https://canary.example"),
        ("sms", "vonage://canary12:canarysecret9876@15551234567/15557654321/15557654322"),
        ("apprise", "mailto://canary.example/x@canary.example"),
        ("apprise", "syslog://"),
        ("apprise", "canary"),
        ("matrix", ""),
    ],
)
def test_a_useless_address_is_named_without_being_shown(kind: str, address: str) -> None:
    """Another service's, two recipients, what has a kind of its own, what never leaves this machine."""
    problems = CHANNELS[kind].problems(address)
    assert problems
    assert "canary" not in " ".join(problems)


def test_every_row_reads_its_own_address() -> None:
    """Also those that no receiver stands in for here."""
    assert CHANNELS["teams"].problems("workflows://prod-0.example.azure.com:443/workflow1/signature12") == []
    assert CHANNELS["matrix"].problems("matrixs://user:pass@matrix.example/#room") == []
