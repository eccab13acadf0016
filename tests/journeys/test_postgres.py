"""The same daemon on PostgreSQL: one mail, a kill, a restart, no second mail; and the same decisions."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from indicators.items import Item
from tests.builders import small
from tests.daemons import LONGEST, Daemon, configure, rss, until
from tests.databases import Server, postgres_server
from tests.fakes import FakeChannel, FakeClock, FakeSource
from tests.noticing import dated
from tests.servers import FeedServer, MailServer, Page
from watcher import cycle, daemon
from watcher.engine.inprocess import InProcessEngine
from watcher.health.heartbeats import Stage
from watcher.health.troubles import Trouble
from watcher.overseeing import looks, oversight
from watcher.sending import outbox
from watcher.settings import load_settings
from watcher.store import Connection, Database, StoreError, leases, outlooks
from watcher.wiring import build

__all__ = ["postgres_server"]

DAY_ONE = datetime(2026, 1, 2, tzinfo=UTC)

ATTACKS = [f"Convoy ambushed near {place}" for place in ("Kolokani", "Bamako", "Kolokani again")]
"""One a day and three events: Bamako is 100 km from Kolokani, and the two there are two days apart."""


def _report(n: int, title: str, **changes: Any) -> Item:
    at = DAY_ONE + n * timedelta(hours=7)
    values: dict[str, Any] = {"id": f"r{n}", "source": "wire", "lang": "en", "published": at, "fetched": at}
    return Item(title=title, **(values | changes))


async def _decided(folder: Path, database: str, source: FakeSource) -> list[Any]:
    """Live two weeks on *database* and return every judgement's readings, figures, moves and events."""
    config = configure(folder, small(), sources={"wire": "https://wire.example/rss"}, channels={"console": ""})
    config.write_text(json.dumps(json.loads(config.read_text("utf-8")) | {"database": database}), "utf-8")
    settings, problems = load_settings(config)
    assert settings is not None, problems
    clock = FakeClock(DAY_ONE)
    said: list[Any] = []
    async with build(settings, now=clock, sources={"feed": source}, channels={"console": FakeChannel()}) as plant:
        for day in range(14):
            source.items = [
                _report(day, f"{ATTACKS[day % 3]} \ud83d {day}"),
                _report(99, "Market day" if day < 5 else "Officers arrested in Bamako", published=None),
                _report(50 + day, "Convoy ambushed near Kolokani", occurred=DAY_ONE + timedelta(days=day / 2)),
            ]
            done = await cycle.run_cycle(plant, now=clock(), all_sources=True)
            # The salt of ids is each installation's own: what moved, how far and why is compared.
            said += [(e.readings, [(m.key, m.before, m.after, m.reasons) for m in e.moves]) for e in done.evaluations]
            said += [[(v.day, v.place, str(v.grade), len(v.reports)) for v in e.events] for e in done.evaluations]
            clock.pass_(days=1)
    return said


async def test_the_same_reports_are_judged_alike_on_both_databases(tmp_path: Path, postgres_server: Server) -> None:
    """X14: readings, moves and events of two weeks, with edits, half characters and missing dates, are equal."""
    for name in ("embedded", "served"):
        (tmp_path / name).mkdir()
    embedded = await _decided(tmp_path / "embedded", "watcher.db", FakeSource())
    with postgres_server.new_database() as url:
        served = await _decided(tmp_path / "served", url, FakeSource())
    assert embedded == served
    assert any(one[1] for one in embedded[::2])


async def test_the_daemon_runs_on_postgresql(tmp_path: Path, postgres_server: Server) -> None:
    """Migrated, locked, judged and sent there as on the embedded database; a killed one leaves no lock."""
    with MailServer() as mail, postgres_server.new_database() as url:
        async with FeedServer() as feeds:
            feed = feeds.put("/wire.xml", Page(body=rss(ATTACKS)))
            address = f"mailto://127.0.0.1:{mail.port}?from=watcher@example.org&to=desk@example.org"
            config = configure(tmp_path, small(), sources={"wire": feed}, channels={"email": address})
            config.write_text(json.dumps(json.loads(config.read_text("utf-8")) | {"database": url}), "utf-8")
            first, second = Daemon(config), Daemon(config)
            await first.start()
            # Killed before the answer is recorded it would rightly be sent again, marked as a repeat.
            await until(lambda: '"recorded": true' in first.log.read_text("utf-8"), what="the mail, recorded")
            await first.kill()
            polls = len(feeds.requests)
            await second.start()
            await until(lambda: len(feeds.requests) > polls + 2, what="polls after the restart")
            assert await second.stop() == 0
    assert len(mail.mails) == 1


async def test_of_two_daemons_that_the_server_let_in_the_first_stops(
    tmp_path: Path, postgres_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a restart of the server a second daemon may take the database: two would send everything twice."""
    monkeypatch.setattr(daemon, "ALONE_EVERY", timedelta(seconds=0.2))
    config = configure(tmp_path, small(), sources={"wire": "https://wire.example/rss"}, channels={"console": ""})
    with postgres_server.new_database() as url:
        config.write_text(json.dumps(json.loads(config.read_text("utf-8")) | {"database": url}), "utf-8")
        settings, problems = load_settings(config)
        assert settings is not None, problems
        made = build(settings, sources={"feed": FakeSource()}, channels={"console": FakeChannel()}, alone=True)
        async with made as plant:
            running = asyncio.create_task(daemon.run(plant, InProcessEngine(), stop=asyncio.Event()))
            await until(lambda: plant.heartbeats.last(Stage.SEND) is not None, what="a start")
            second = Database(url)
            with ExitStack() as held:
                await until(partial(_took_over, second, held), what="the second daemon")
                with pytest.raises(StoreError, match="another watcher took this database"):
                    await asyncio.wait_for(running, LONGEST)
            second.close()


async def test_a_daemon_that_was_not_alone_for_a_time_reads_what_was_judged_then(
    tmp_path: Path, postgres_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cycle of another process, while the server had forgotten the daemon, is not missing in what it counts."""
    monkeypatch.setattr(daemon, "ALONE_EVERY", timedelta(seconds=0.2))
    config = configure(tmp_path, dated(), sources={"wire": "https://wire.example/rss"}, channels={"console": ""})
    now, source = datetime.now(UTC), FakeSource()
    parts: dict[str, Any] = {"sources": {"feed": source}, "channels": {"console": FakeChannel()}, "alone": True}
    with postgres_server.new_database() as url:
        config.write_text(json.dumps(json.loads(config.read_text("utf-8")) | {"database": url}), "utf-8")
        settings, problems = load_settings(config)
        assert settings is not None, problems
        async with build(settings, **parts) as plant:
            source.items = [_report(0, ATTACKS[0], published=now - timedelta(days=3), fetched=now)]
            await cycle.run_cycle(plant, now=plant.now(), all_sources=True)
            _forgotten(plant.database)
            source.items = [_report(1, ATTACKS[1], published=now, fetched=now)]
            async with build(settings, **parts) as other:
                await cycle.run_cycle(other, now=other.now(), all_sources=True)
            source.items = [_report(2, ATTACKS[2], published=now - timedelta(days=6), fetched=now)]
            stop = asyncio.Event()
            running = asyncio.create_task(daemon.run(plant, InProcessEngine(), stop=stop))
            await until(lambda: _attacks(plant.database) == len(ATTACKS), what="all attacks")
            stop.set()
            await running


async def test_a_connection_that_falls_in_a_look_at_ourselves_is_no_alarm(
    tmp_path: Path, postgres_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server was restarted, or the line was cut: the look is made again, and its operators are not woken."""
    fallen: list[bool] = []

    def falls(seen: looks.Seen) -> Iterator[Trouble]:
        if not fallen:
            fallen.append(True)
            seen.connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        yield from ()

    first, *others = looks.LOOKS
    monkeypatch.setattr(oversight, "LOOKS", (replace(first, find=falls), *others))
    config = configure(tmp_path, small(), sources={"wire": "https://wire.example/rss"}, channels={"console": ""})
    with postgres_server.new_database() as url:
        config.write_text(json.dumps(json.loads(config.read_text("utf-8")) | {"database": url}), "utf-8")
        settings, problems = load_settings(config)
        assert settings is not None, problems
        async with build(settings, sources={"feed": FakeSource()}, channels={"console": FakeChannel()}) as plant:
            jumped = oversight.clock_jump(timedelta(hours=1), now=DAY_ONE)
            told = await plant.in_writer(partial(oversight.oversee, plant, DAY_ONE, more=(jumped,)))
            assert [(warning.about, bool(fallen)) for warning in told] == [("clock", True)]


async def test_a_connection_that_falls_as_an_acceptance_is_kept_sends_nothing_twice(
    tmp_path: Path, postgres_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a provider took is known, and is kept by the next connection; when the lease is over nothing is due."""
    fallen, channel, kept = list[bool](), FakeChannel(), leases.record

    def falls(connection: Connection, *told: Any, **more: Any) -> bool:
        if not fallen:
            fallen.append(True)
            connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return kept(connection, *told, **more)

    monkeypatch.setattr(leases, "record", falls)
    config = configure(tmp_path, small(), sources={"wire": "https://wire.example/rss"}, channels={"console": ""})
    with postgres_server.new_database() as url:
        config.write_text(json.dumps(json.loads(config.read_text("utf-8")) | {"database": url}), "utf-8")
        settings, problems = load_settings(config)
        assert settings is not None, problems
        clock = FakeClock(datetime.now(UTC))
        made = build(settings, now=clock, sources={"feed": FakeSource()}, channels={"console": channel})
        async with made as plant:
            jumped = oversight.clock_jump(timedelta(hours=1), now=clock())
            assert await plant.in_writer(partial(oversight.oversee, plant, clock(), more=(jumped,)))
            await outbox.deliver_due(plant, now=clock())
            await outbox.deliver_due(plant, now=clock.pass_(minutes=10))
    assert (len(channel.sent), fallen) == (1, [True])


def _attacks(database: Database) -> float:
    with database.read() as connection:
        return next(r.count for r in outlooks.current_readings(connection, "small") if r.indicator == "convoy_attack")


def _took_over(database: Database, held: ExitStack) -> bool:
    """Let the server forget the other, and take its place before it looks; whether that went well."""
    _forgotten(database)
    with suppress(StoreError):
        held.enter_context(database.exclusive())
        return True
    return False


def _forgotten(database: Database) -> None:
    """End the session that has the daemon's lock, as a restart of the server does."""
    with database.write() as connection:
        connection.execute(text("SELECT pg_terminate_backend(pid, 60000) FROM pg_locks WHERE locktype = 'advisory'"))
