"""The accounts of people and tokens, at hand for one command in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from watcher.cli.deciding import refusing
from watcher.cli.loading import ConfigOption, settings_or_exit
from watcher.cli.printing import USAGE, fail

if TYPE_CHECKING:
    from watcher.settings import Settings
    from watcher.store import Connection


@contextmanager
def writing(config: "ConfigOption") -> "Iterator[tuple[Connection, Settings, datetime]]":
    """Open one transaction; a refusal ends the command with its sentence."""
    from watcher.clock import utc_now
    from watcher.people.roles import PeopleError
    from watcher.store.database import Database

    settings = settings_or_exit(config)
    with refusing():
        try:
            with Database(settings.database) as database:
                database.migrate()
                with database.write() as connection:
                    yield connection, settings, utc_now()
        except PeopleError as error:
            fail(str(error), code=USAGE)
