"""A hundred kill -9 (or as many as ``WATCHER_KILLS``): every decided alert arrives, and what arrives twice says so."""

import asyncio
import json
import os
import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alerts.deliveries import DeliveryState
from tests.daemons import Daemon, configure, rss, until
from tests.servers import FeedServer, HookServer, Page
from tests.subjects import an_assessment_of, subjects
from watcher.store import Database, alerts, deliveries, items

KILLS = int(os.environ.get("WATCHER_KILLS", "100"))
"""The suite's number; ``make crash KILLS=1000`` takes its time."""

SUBJECTS = max(KILLS // 10, min(50, KILLS // 2))
"""Scenarios, each with an indicator that one report lifts to level 3; two kills for each, or ten of many."""

EACH = KILLS // SUBJECTS

SEED = 20_251_203


@pytest.mark.timeout(120 + 12 * KILLS)
async def test_kills_lose_no_alert(tmp_path: Path) -> None:
    """Killed at random moments while items keep coming, the daemon delivers every decided alert.

    The receiver keeps a ledger. In the end each subject's alert has arrived, and none arrived more
    often than once and one for each kill that may have hit it between acceptance and record; every
    later copy carries the same id and says that it may be a repeat.
    """
    rng = random.Random(SEED)
    published: list[str] = []
    names = subjects(SUBJECTS)
    async with FeedServer() as feeds, HookServer() as hook:
        feeds.put("/wire.xml", Page(body=rss([])))
        config = configure(
            tmp_path,
            an_assessment_of(names),
            sources={"wire": feeds.url("/wire.xml")},
            channels={"webhook": f"http://127.0.0.1:{hook.port}/hook#inside=yes"},
        )
        _without_storms(config)
        for kill in range(KILLS):
            if kill % EACH == 0 and kill // EACH < SUBJECTS:
                published.append(f"{names[kill // EACH]} attacked")
                # A page that has not changed is not read again, as with most publishers: what a kill took of one that
                # was asked for and not yet kept would be lost for good.
                page = rss(published, newest=datetime.now(UTC))
                feeds.put("/wire.xml", Page(body=page, etag=f'"{len(published)}"'))
            await _run_and_kill(config, hook, rng)
        survivor = Daemon(config)
        starts = _starts(survivor)
        await survivor.start()
        await until(lambda: _starts(survivor) > starts, what="the survivor's start", seconds=150)
        await until(lambda: len(_ids(hook)) >= SUBJECTS, what="every alert at the receiver", seconds=120)
        assert await survivor.stop() == 0
        _compare(config, hook)


def _without_storms(config: Path) -> None:
    """Fifty alerts in a few minutes would be gathered; here each is to arrive by itself."""
    raw = json.loads(config.read_text("utf-8"))
    raw["sending"] |= {"storm": {"most": 10_000}}
    config.write_text(json.dumps(raw), "utf-8")


async def _run_and_kill(config: Path, hook: HookServer, rng: random.Random) -> None:
    """Start, and kill either at a random time or at the very moment a message is being received.

    One in eight dies while it starts. The clock of the others runs from when they stand: on a machine that is busy
    with other things nothing would ever be decided else.
    """
    daemon = Daemon(config)
    before = len(hook.posts)
    starts = _starts(daemon)
    await daemon.start()
    if rng.random() < 1 / 8:
        await asyncio.sleep(rng.uniform(0.1, 1.5))
        await daemon.kill()
        return
    await until(lambda: _starts(daemon) > starts, what="the daemon's start", seconds=150)
    if rng.random() < 0.5:
        await asyncio.sleep(rng.uniform(0.2, 3.0))
    else:
        for _ in range(80):
            if len(hook.posts) > before:
                break
            await asyncio.sleep(0.05)
        await asyncio.sleep(rng.choice([0, 0, 0.002, 0.01, 0.05]))
    await daemon.kill()


def _starts(daemon: Daemon) -> int:
    return daemon.log.read_bytes().count(b'"event": "started"') if daemon.log.exists() else 0


def _ids(hook: HookServer) -> Counter[str]:
    """Count the messages about moves by their ids; what Watcher says of its own troubles is another matter."""
    return Counter(post.json["id"] for post in hook.posts if post.json["facts"]["kind"] == "move")


def _compare(config: Path, hook: HookServer) -> None:
    database = Database(f"sqlite:///{config.parent / 'watcher.db'}")
    with database.read() as connection:
        decided = [a for a in alerts.recent(connection, limit=10_000) if a.kind == "move"]
        owed = [delivery for alert in decided for delivery in deliveries.of_alert(connection, alert.id)]
        states = deliveries.counts(connection)
        kept = items.count(connection)
    database.close()
    seen = _ids(hook)
    assert kept == SUBJECTS, "no item was lost between feed and store"
    assert {a.subject_key for a in decided} == set(subjects(SUBJECTS)), "no item was kept and not judged"
    assert len(seen) == len(decided), "every decided alert arrived, and nothing that was not decided"
    assert [delivery.state for delivery in owed] == [DeliveryState.ACCEPTED] * len(decided)
    assert states["waiting"] == states["sending"] == 0
    repeats = sum(seen.values()) - len(seen)
    print(f"{KILLS} kills, {len(decided)} alerts decided, {len(seen)} arrived, {repeats} repeats")
    assert repeats <= KILLS
    for delivery, copies in seen.items():
        told = [post.json["repeat"] for post in hook.posts if post.json["id"] == delivery]
        assert all(told[1:]), f"{delivery} came {copies} times and a later copy does not say so"
