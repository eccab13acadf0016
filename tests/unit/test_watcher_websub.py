"""WebSub: asked for, confirmed, renewed, pushed, doubted, and never relied on blindly. A real hub, feed and store."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from indicators.items import Item
from tests.builders import NOON
from tests.daemons import settings_with, until
from tests.fakes import FakeClock
from tests.hubs import Asked, Hub
from tests.senders import ask
from tests.servers import FeedServer, Page
from watcher.collecting import leases, polling, subscribing
from watcher.health.seeing import polls_well
from watcher.health.source_state import SourceState
from watcher.plant import Plant
from watcher.sources.hubs import hub_of, is_signed
from watcher.store import items, sources, subscriptions
from watcher.store.subscriptions import HubSubscription
from watcher.web.server import serving
from watcher.web.site import Site
from watcher.wiring import build

TOPIC = "https://wire.example/feed.xml"
EVERY = timedelta(minutes=10)


def feed(*titles: str, hub: str = "", topic: str = TOPIC) -> bytes:
    """Return a feed with *titles* that advertises *hub*."""
    links = f'<a:link rel="hub" href="{hub}"/><a:link rel="self" href="{topic}"/>' if hub else ""
    told = "".join(f"<item><title>{title}</title><guid>{title}</guid></item>" for title in titles)
    head = '<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel><title>Wire</title>'
    return f"{head}{links}{told}</channel></rss>".encode()


@dataclass(slots=True, kw_only=True)
class World:
    """A feed, its hub, and a watcher that both can reach."""

    plant: Plant
    clock: FakeClock
    feeds: FeedServer
    hub: Hub
    judged: list[bool]

    async def poll(self, *titles: str, hub: bool = True) -> None:
        """Poll the feed, which shows *titles*, whether it is due or not."""
        body = feed(*titles, hub=self.hub.url("/hub") if hub else "")
        self.feeds.put("/feed.xml", Page(body=body))
        (source,) = self.plant.settings.sources
        polled = await polling.poll(self.plant, source, now=self.clock.now, ahead_of_time=True)
        assert polled is not None
        assert not polled.fault

    async def subscribe(self) -> Asked:
        """Ask the hub and wait until it has asked back."""
        before = len(self.hub.answers)
        assert await subscribing.subscribe_due(self.plant, now=self.clock.now) == 1
        await until(lambda: len(self.hub.answers) > before, what="the hub's question")
        return self.hub.subscribed[-1]

    async def subscribed(self) -> Asked:
        """Poll for the first time, and subscribe."""
        await self.poll("One")
        return await self.subscribe()

    @property
    def subscription(self) -> HubSubscription | None:
        with self.plant.database.read() as connection:
            return subscriptions.of(connection, "wire")

    @property
    def state(self) -> SourceState:
        with self.plant.database.read() as connection:
            return sources.state(connection, "wire")

    def wait(self) -> timedelta:
        """How long the next poll waits."""
        due = self.state.next_due_at
        assert due is not None
        return due - self.clock.now

    def kept(self) -> tuple[Item, ...]:
        with self.plant.database.read() as connection:
            return items.recent(connection, limit=50)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with FeedServer() as feeds, Hub() as hub:
        source = {"id": "wire", "url": feeds.url("/feed.xml"), "every": "10m", "lang": "en", "allow_private": True}
        web = {"listen": f"127.0.0.1:{port}", "base_url": f"http://127.0.0.1:{port}"}
        settings = settings_with(tmp_path, sources=[source], web=web)
        clock, judged = FakeClock(NOON), list[bool]()
        async with build(settings, now=clock) as plant:
            assert settings.web is not None
            site = Site(plant=plant, web=settings.web, judge_soon=lambda: judged.append(True))
            async with serving(site) as server:
                await asyncio.wait_for(server.listening.wait(), 30)
                yield World(plant=plant, clock=clock, feeds=feeds, hub=hub, judged=judged)


async def test_a_feed_with_a_hub_is_subscribed_and_what_is_pushed_is_kept(world: World) -> None:
    """Advertised, asked for by the feed's public name, confirmed, pushed, kept, judged at once; polled less often."""
    asked = await world.subscribed()
    assert (asked.topic, asked.lease) == (TOPIC, 864_000)
    assert len(asked.secret) == 64
    assert world.hub.answers == [(200, "challenge")]
    await world.poll("One")
    assert world.wait() == leases.SLOWER * EVERY
    assert await world.hub.push(asked, feed("Two", "One")) == 202
    assert {item.title for item in world.kept()} == {"One", "Two"}
    assert world.judged == [True]
    assert world.wait() == leases.SLOWER * EVERY, "a push does not put off the poll that watches the hub"
    assert not world.state.validators.etag


async def test_a_push_leaves_what_is_known_of_the_feed(world: World) -> None:
    """It shows some of the entries: forgetting the others would have the next poll read them all again."""
    asked = await world.subscribed()
    known = world.state.validators.known
    assert known
    await world.hub.push(asked, feed("Two"))
    assert world.state.validators.known == known
    await world.poll("One", "Two")
    assert world.subscription is not None, "a poll that reads only what is new sees the hub too"


async def test_a_feed_polled_slowly_sees_until_its_poll_is_overdue(world: World) -> None:
    """Neither blind between two slow polls nor taken for well when they do not come."""
    await world.subscribed()
    await world.poll("One")
    (source,) = world.plant.settings.sources
    assert polls_well(source, world.state, now=world.clock.now + timedelta(minutes=49))
    assert not polls_well(source, world.state, now=world.clock.now + timedelta(minutes=51))


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
async def test_every_signature_of_the_standard_is_known(world: World, method: str) -> None:
    """Hubs differ in what they sign with."""
    asked = await world.subscribed()
    await world.hub.push(asked, feed("Two"), method=method)
    assert len(world.kept()) == 2


@pytest.mark.parametrize("how", [{"method": ""}, {"method": "md5"}, {"secret": "a guess"}])
async def test_what_is_not_signed_with_our_secret_is_dropped(world: World, how: dict[str, str]) -> None:
    """The answer says nothing of it, as the standard has it; nothing is kept or judged."""
    asked = await world.subscribed()
    assert await world.hub.push(asked, feed("Forged"), **how) == 202
    assert [item.title for item in world.kept()] == ["One"]
    assert world.judged == []


async def test_an_address_that_was_never_given_out_is_not_there(world: World) -> None:
    """For a question, a push, and whoever tries tokens."""
    asked = await world.subscribed()
    other = Asked(callback=f"{asked.callback}x", topic=asked.topic, secret=asked.secret, lease=0)
    assert await world.hub.push(other, feed("Forged")) == 404
    assert (await world.hub.verify(other))[0] == 404
    assert (await ask("DELETE", asked.callback)).status == 405


async def test_only_a_question_of_ours_is_confirmed(world: World) -> None:
    """Not one for another feed, not a second time, and never that we want to leave."""
    asked = await world.subscribed()
    assert (await world.hub.verify(asked))[0] == 404, "no question is open"
    assert (await world.hub.verify(asked, mode="unsubscribe"))[0] == 404
    world.clock.pass_(days=8)
    world.hub.status = 500
    await subscribing.subscribe_due(world.plant, now=world.clock.now)
    assert (await world.hub.verify(asked, topic="https://other.example/"))[0] == 404
    assert (await world.hub.verify(asked))[1] == "challenge"


async def test_a_lease_is_renewed_before_it_ends(world: World) -> None:
    """After three quarters of it; under the same address and secret, so that nothing is missed meanwhile."""
    first = await world.subscribed()
    world.clock.pass_(days=7)
    assert await subscribing.subscribe_due(world.plant, now=world.clock.now) == 0
    world.clock.pass_(days=1)
    again = await world.subscribe()
    assert (again.callback, again.secret) == (first.callback, first.secret)
    subscription = world.subscription
    assert subscription is not None
    assert subscription.granted_until == world.clock.now + timedelta(days=10)


async def test_a_hub_that_is_dead_is_asked_again_and_the_feed_polled_at_its_own_pace(world: World) -> None:
    """Never silently blind: without a confirmed lease nothing is polled more slowly."""
    world.hub.status = 503
    await world.poll("One")
    for _ in range(4):
        assert await subscribing.subscribe_due(world.plant, now=world.clock.now) == 1
        assert await subscribing.subscribe_due(world.plant, now=world.clock.now) == 0, "not again at once"
        world.clock.pass_(hours=1)
        await world.poll("One")
        assert world.wait() == EVERY
    subscription = world.subscription
    assert subscription is not None
    assert subscription.detail == "the hub answered 503"


async def test_a_lease_that_ran_out_is_not_relied_on(world: World) -> None:
    """The hub died after it had confirmed."""
    await world.subscribed()
    world.hub.status = 503
    world.clock.pass_(days=11)
    await world.poll("One")
    assert world.wait() == EVERY


async def test_a_hub_that_does_not_push_is_doubted_until_it_does(world: World) -> None:
    """A poll that brings something new shows it; a push shows the contrary."""
    asked = await world.subscribed()
    await world.poll("One", "Two")
    assert world.wait() == EVERY
    await world.poll("One", "Two")
    assert world.wait() == EVERY, "a quiet feed proves nothing"
    await world.hub.push(asked, feed("Three"))
    await world.poll("One", "Two", "Three")
    assert world.wait() == leases.SLOWER * EVERY


async def test_a_denial_is_noted_and_asked_about_a_day_later(world: World) -> None:
    """The hub does not want us; the feed is polled at its own pace."""
    asked = await world.subscribed()
    assert (await world.hub.verify(asked, mode="denied"))[0] == 200
    await world.poll("One")
    assert world.wait() == EVERY
    subscription = world.subscription
    assert subscription is not None
    assert subscription.detail == "denied: no"
    assert subscription.next_ask_at == world.clock.now + timedelta(days=1)


async def test_a_feed_that_leaves_its_hub_is_polled_at_its_own_pace(world: World) -> None:
    """Its old address is gone."""
    asked = await world.subscribed()
    await world.poll("One", hub=False)
    assert world.wait() == EVERY
    assert world.subscription is None
    assert await world.hub.push(asked, feed("Two")) == 404


async def test_the_same_push_again_changes_nothing(world: World) -> None:
    """Hubs deliver at least once; an old text that is replayed is no revision."""
    asked = await world.subscribed()
    old = feed("Two").replace(b"<title>Two<", b"<title>Two, uncorrected<")
    await world.hub.push(asked, old)
    await world.hub.push(asked, feed("Two"))
    assert await world.hub.push(asked, old) == 202
    assert "Two, uncorrected" not in {item.title for item in world.kept()}


async def test_a_push_that_is_no_feed_stands_beside_the_source(world: World) -> None:
    """It was signed, so the operator hears of it; polls go on."""
    asked = await world.subscribed()
    assert await world.hub.push(asked, b"<html></html>") == 202
    assert (world.state.last_fault, world.state.failures) == ("not a feed", 1)
    await world.poll("One")
    assert world.state.failures == 0


async def test_nobody_is_asked_without_an_address_of_our_own(tmp_path: Path) -> None:
    """Without ``base_url`` no hub could reach us, and none hears of us."""
    async with FeedServer() as feeds, Hub() as hub:
        url = feeds.put("/feed.xml", Page(body=feed("One", hub=hub.url("/hub"))))
        settings = settings_with(tmp_path, sources=[{"id": "wire", "url": url, "every": "10m", "allow_private": True}])
        async with build(settings, now=FakeClock(NOON)) as plant:
            await polling.poll(plant, settings.sources[0], now=NOON, ahead_of_time=True)
            assert await subscribing.subscribe_due(plant, now=NOON) == 0
        assert hub.requests == []


async def test_an_operator_can_say_no(tmp_path: Path) -> None:
    """``websub: false`` on the source."""
    async with FeedServer() as feeds:
        url = feeds.put("/feed.xml", Page(body=feed("One", hub="https://hub.example/")))
        source = {"id": "wire", "url": url, "allow_private": True, "options": {"websub": False}}
        web = {"listen": "127.0.0.1:0", "base_url": "https://watch.example.org"}
        settings = settings_with(tmp_path, sources=[source], web=web)
        async with build(settings, now=FakeClock(NOON)) as plant:
            await polling.poll(plant, settings.sources[0], now=NOON, ahead_of_time=True)
            assert await subscribing.subscribe_due(plant, now=NOON) == 0


async def test_a_feed_cannot_lead_us_into_a_private_network(tmp_path: Path) -> None:
    """The hub's address is words of a stranger: it goes through the same door as every other."""
    async with FeedServer() as feeds, Hub() as hub:
        inside = hub.url("/hub").replace("127.0.0.1", "localhost")  # another host than the feed's own
        url = feeds.put("/feed.xml", Page(body=feed("One", hub=inside)))
        source = {"id": "wire", "url": url, "allow_private": True}
        web = {"listen": "127.0.0.1:0", "base_url": "https://watch.example.org"}
        settings = settings_with(tmp_path, sources=[source], web=web)
        async with build(settings, now=FakeClock(NOON)) as plant:
            await polling.poll(plant, settings.sources[0], now=NOON, ahead_of_time=True)
            assert await subscribing.subscribe_due(plant, now=NOON) == 1
            with plant.database.read() as connection:
                found = subscriptions.of(connection, "wire")
        assert found is not None
        assert found.detail == "the hub: refused address"
        assert hub.requests == []


HUB, SELF = "https://hub.example/", "https://wire.example/feed"


@pytest.mark.parametrize(
    ("header", "links", "found"),
    [
        (f'<{HUB}>; rel="hub", <{SELF}>; rel="self"', [], (HUB, SELF)),
        (f"<{HUB}>; rel=hub, <{SELF}>; rel=self", [], (HUB, SELF)),
        (f'<{HUB}>; title="a, b"; rel="hub preconnect", <{SELF}>; rel="self"', [], (HUB, SELF)),
        ("", [{"rel": "hub", "href": HUB}, {"rel": "self", "href": SELF}], (HUB, SELF)),
        (f"<{SELF}>; rel=self", [{"rel": "hub", "href": HUB}], (HUB, SELF)),
        (f"<{HUB}>; rel=hub", [], None),
        (f"<file:///etc/passwd>; rel=hub, <{SELF}>; rel=self", [], None),
        (f"<https://me:pw@hub.example/>; rel=hub, <{SELF}>; rel=self", [], None),
        ("<" * 8_000, ["what", {"rel": None}], None),
        ("<a>;" + " ;" * 4_000, [], None),
    ],
)
def test_a_hub_is_found_where_it_is_advertised(header: str, links: list[object], found: tuple[str, str] | None) -> None:
    """In Link headers first, then in the feed; without the feed's public name there is none."""
    hub = hub_of({"Link": header}, links)
    assert (None if hub is None else (hub.url, hub.topic)) == found


@pytest.mark.parametrize("signature", ["", "sha256", "sha256=", "md5=0", "sha256=é", "=", "sha256=" + "0" * 64])
def test_what_is_no_signature_is_none(signature: str) -> None:
    """Whatever stands in the header."""
    assert not is_signed(b"body", signature, secret="secret")
