"""One daemon on a database: what keeps a second one out, and what a killed one leaves."""

from datetime import timedelta

import pytest

from alerts.deliveries import Delivery, DeliveryState
from tests.store.builders import MINUTE, NOON, an_alert
from watcher.store import Database, StoreError, alerts, deliveries, leases


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
