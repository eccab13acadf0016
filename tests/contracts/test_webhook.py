"""What a webhook's receiver can rely on: who sent it, when, and that it is the only one asked."""

import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts.channels import CHANNELS, Answer, Message, Outcome, Secret, Webhook
from alerts.channels.webhook import signed
from tests.servers import HookServer, Reply

LONG = timedelta(seconds=20)
WORDS = Message(id="k1", subject="Mali: fuel", text="Two reports, déjà.", data={"level": "warning"})
KEY = "a key of the receiver's"


def documented() -> Any:
    """The receiver's check, as it stands in the guide."""
    guide = (Path(__file__).parents[2] / "docs" / "channels.md").read_text("utf-8")
    [code] = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)
    return names["is_from_watcher"]


async def test_the_documented_receiver_verifies_what_we_send() -> None:
    """D23: the guide's ten lines take our post, and no other body, time or key."""
    check = documented()
    async with HookServer() as hook:
        address = hook.url("/hook#inside=yes&key=a%20key%20of%20the%20receiver%27s")
        assert (await Webhook().send(WORDS, Secret(value=address), deadline=LONG)).answer is Answer.ACCEPTED
        [post] = hook.posts
    now = time.time()
    assert check(post.headers, post.body, KEY, now)
    assert not check(post.headers, post.body + b" ", KEY, now)
    assert not check(post.headers, post.body, "another key", now)
    assert not check(dict(post.headers) | {"X-Watcher-Timestamp": str(int(now) + 1)}, post.body, KEY, now)
    assert not check(post.headers, post.body, KEY, now + 301)
    assert not check({}, post.body, KEY, now)


def test_a_signature_is_that_of_body_and_time() -> None:
    """D23: worked by hand with openssl: printf '1767500000.{}' | openssl dgst -sha256 -hmac k."""
    assert signed(b"{}", "k", at=1_767_500_000) == {
        "X-Watcher-Timestamp": "1767500000",
        "X-Watcher-Signature": "v1=4079679e66062c2b0f94a4d645bb498602baf2262c532a61ffcd0b5e82cf1aed",
    }


async def test_without_a_key_nothing_is_signed() -> None:
    """A signature with an empty key would prove nothing and look as if it did."""
    async with HookServer() as hook:
        await Webhook().send(WORDS, Secret(value=hook.url("/hook#inside=yes&key=")), deadline=LONG)
        assert "X-Watcher-Signature" not in hook.posts[0].headers


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        ("127.0.0.1", "private address"),
        ("localhost", "private address"),
        ("127.1", "private address"),
        ("2130706433", "private address"),
        ("0x7f000001", "private address"),
        ("[::1]", "private address"),
        ("10.0.0.1", "private address"),
        ("169.254.169.254", "special address"),
        ("[::ffff:127.0.0.1]", "special address"),
        ("[64:ff9b::a9fe:a9fe]", "special address"),
    ],
)
async def test_nothing_is_dialled_inside_unless_allowed(host: str, reason: str) -> None:
    """A webhook cannot be pointed at the machine itself, its network, or a cloud's metadata, in no spelling."""
    async with HookServer() as hook:
        address = Secret(value=f"http://{host}:{hook.port}/latest/meta-data")
        outcome = await Webhook().send(WORDS, address, deadline=LONG)
        remedy = ": write #inside=yes behind it, if it is meant" if reason == "private address" else ""
        assert outcome == Outcome(answer=Answer.REFUSED, detail=reason + remedy)
        assert hook.requests == []
        assert [problem for problem in Webhook().problems(address.value) if reason in problem]


def test_an_address_inside_is_a_fault_of_the_configuration_unless_it_says_so() -> None:
    """`watcher check` tells of it before the first warning is refused for it."""
    assert Webhook().problems("http://127.0.0.1:8098/hook") == [
        "This is a private address: write #inside=yes behind it, if it is meant."
    ]
    assert Webhook().problems("http://169.254.169.254/x#inside=yes") == [
        "This is a special address, and nothing is ever sent there."
    ]
    assert Webhook().problems("http://127.0.0.1:8098/hook#inside=yes") == []
    assert Webhook().problems("https://hooks.example.org/hook") == []


async def test_special_addresses_are_never_allowed() -> None:
    """inside=yes is for private networks; link-local and its kin stay shut."""
    address = Secret(value="http://169.254.169.254/latest#inside=yes")
    assert (await Webhook().send(WORDS, address, deadline=LONG)).answer is Answer.REFUSED


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """T10: a message goes to its address and nowhere else."""
    async with HookServer() as proxy, HookServer() as hook:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url())
        await Webhook().send(WORDS, Secret(value=hook.url("/hook#inside=yes")), deadline=LONG)
        assert (len(hook.posts), len(proxy.requests)) == (1, 0)


async def test_a_busy_receiver_says_when_to_come_back() -> None:
    """D01: 429 and 503 with Retry-After are honoured, as far as the outbox's own limits go."""
    async with HookServer() as hook:
        for status in (429, 503):
            hook.reply = Reply(status=status, headers={"Retry-After": "90"})
            outcome = await Webhook().send(WORDS, Secret(value=hook.url("/hook#inside=yes")), deadline=LONG)
            assert outcome == Outcome(
                answer=Answer.TEMPORARY, detail=f"HTTP {status}", retry_after=timedelta(seconds=90)
            )


async def test_a_name_that_nobody_knows_is_tried_again() -> None:
    """D02: a look-up that fails took nothing: temporary, whatever the channel, and no repeat."""
    nobody = {
        "webhook": "https://receiver.invalid/hook",
        "email": "mailto://mail.invalid?from=w@example.org&to=desk@example.org",
    }
    for kind, address in nobody.items():
        outcome = await CHANNELS[kind].send(WORDS, Secret(value=address), deadline=LONG)
        assert outcome.answer is Answer.TEMPORARY, kind
