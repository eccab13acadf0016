"""The same daemon on PostgreSQL: one mail, a kill, a restart, no second mail."""

import json
from pathlib import Path

from tests.builders import small
from tests.daemons import Daemon, configure, rss, until
from tests.databases import Server, postgres_server
from tests.servers import FeedServer, MailServer, Page

__all__ = ["postgres_server"]

ATTACKS = [f"Convoy ambushed near {place}" for place in ("Kolokani", "Bamako", "Kolokani again")]
"""One a day and three events: Bamako is 100 km from Kolokani, and the two there are two days apart."""


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
