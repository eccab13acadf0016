"""One daemon on a database: what keeps a second one out, and what a killed one leaves."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import create_engine, text

from alerts.deliveries import Delivery, DeliveryState
from tests.databases import Server, running_postgres
from tests.store.builders import MINUTE, NOON, an_alert
from watcher.store import Database, StoreError, alerts, deliveries, leases
from watcher.store.daemon_locks import ServerLock


def test_a_second_daemon_is_refused_until_the_first_is_gone(database: Database, database_url: str) -> None:
    """Two daemons on one database would send everything twice: the second says so and stops."""
    other = Database(database_url)
    try:
        with database.exclusive(), pytest.raises(StoreError, match="another watcher"), other.exclusive():
            pass
        with other.exclusive():
            pass
    finally:
        other.close()


def test_what_a_killed_daemon_was_sending_is_free_at_once_and_a_repeat(database: Database) -> None:
    """The next daemon does not wait for the lease, and says that the message may have arrived."""
    with database.write() as connection:
        alerts.add(connection, an_alert())
        owed = Delivery(key="k", alert_id=an_alert().id, recipient="desk", channel="email", level=3, due=NOON)
        deliveries.plan(connection, [owed], at=NOON)
        leases.claim(connection, now=NOON, lease=timedelta(hours=1), limit=9)
    with database.write() as connection:
        assert leases.claim(connection, now=NOON + MINUTE, lease=timedelta(hours=1), limit=9) == ()
        assert leases.free_orphans(connection, at=NOON + MINUTE) == 1
        (again,) = leases.claim(connection, now=NOON + MINUTE, lease=timedelta(hours=1), limit=9)
    assert again.delivery.state is DeliveryState.SENDING
    assert again.delivery.is_repeat


# ------------------------------------------------------------------- on a server the lock falls with its connection


def _fell(database: Database) -> None:
    """End the session that holds the daemon's lock, as a restart of the server does."""
    with database.write() as connection:
        ended = "SELECT pg_terminate_backend(pid, 60000) FROM pg_locks WHERE locktype = 'advisory'"
        assert connection.execute(text(ended)).scalars().all() == [True]


@pytest.fixture
def served(postgres_server: Server) -> Iterator[str]:
    with postgres_server.new_database() as url:
        yield url


def test_a_daemon_that_the_server_forgot_is_known_again(served: str) -> None:
    """It goes on as the one daemon, is told that another may have run in between, and keeps others out as before."""
    daemon, other = Database(served), Database(served)
    with daemon.exclusive():
        assert not daemon.stay_exclusive()
        _fell(other)
        assert daemon.stay_exclusive()
        assert not daemon.stay_exclusive()
        with pytest.raises(StoreError, match="another watcher runs"), other.exclusive():
            pass
    with other.exclusive():
        pass
    daemon.close()
    other.close()


def test_a_daemon_learns_that_another_has_taken_its_database(served: str) -> None:
    """To try again is no use: that one has it."""
    daemon, other = Database(served), Database(served)
    with daemon.exclusive():
        _fell(other)
        with other.exclusive(), pytest.raises(StoreError, match="another watcher took this database") as refused:
            daemon.stay_exclusive()
        assert not refused.value.retry
    daemon.close()
    other.close()


def test_a_server_elsewhere_learns_within_a_minute_that_our_machine_is_gone() -> None:
    """A machine that loses its power hangs up on nobody: the server asks, or keeps the next daemon out for hours."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running_postgres(listen_addresses="127.0.0.1", port=str(port)):
        engine = create_engine(f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres")
        lock = ServerLock(engine)
        assert lock.take()
        session = lock._session
        assert session is not None
        asked = "SELECT setting FROM pg_settings WHERE name LIKE 'tcp_keepalives_%' ORDER BY name"
        told = session.scalars(text(asked)).all()
        lock.drop()
        engine.dispose()
    assert told == ["3", "30", "10"]  # count, idle, interval


class Relay:
    """A way to a server's socket, which can lose a client without a word to the server."""

    def __init__(self, server: Path, folder: Path) -> None:
        self._to = str(server / ".s.PGSQL.5432")
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / ".s.PGSQL.5432"))
        self._listener.listen()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def lose_clients(self) -> None:
        """Hang up on every client; the server goes on waiting for each."""
        for client, _ in self._pairs:
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        for one in (self._listener, *(end for pair in self._pairs for end in pair)):
            one.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._to)
                self._pairs.append((client, server))
                for ends in ((client, server), (server, client)):
                    threading.Thread(target=_carry, args=ends, daemon=True).start()


def _carry(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while part := one.recv(65_536):
            other.sendall(part)


@contextmanager
def _relayed(server: Server, url: str, folder: Path) -> Iterator[tuple[Relay, str]]:
    relay = Relay(server.socket, folder)
    try:
        yield relay, url.replace(quote(str(server.socket)), quote(str(folder)))
    finally:
        relay.close()


def test_a_lost_connection_that_the_server_still_keeps_locks_nobody_out(
    served: str, postgres_server: Server, tmp_path: Path
) -> None:
    """Behind a cut line the server keeps our session for hours: it is ended, and no other daemon is seen in it."""
    with _relayed(postgres_server, served, tmp_path) as (relay, way):
        daemon = Database(way)
        with daemon.exclusive():
            relay.lose_clients()
            with pytest.raises(StoreError, match="a connection that we have lost") as refused:
                daemon.stay_exclusive()
            assert refused.value.retry
            while True:  # until the server has ended it
                with suppress(StoreError):
                    assert daemon.stay_exclusive()
                    break
            assert not daemon.stay_exclusive()
        daemon.close()
