"""From one version's tables to the next, in order. Data is never thrown away, and there is no way back.

A new step: change ``tables/``; run ``tests/store/test_store_migrations.py``, which prints what
differs; write that as ``versions/000N_what_it_does.py`` after the last one (each names its
predecessor in ``down_revision``). A step works on both databases and in one transaction; on SQLite
tables are changed with ``op.batch_alter_table``.
"""

from pathlib import Path

from sqlalchemy import Connection

from watcher.store.errors import StoreError

_HERE = Path(__file__).resolve().parent


def upgrade(connection: Connection, *, place: str) -> None:
    """Take the steps that are missing, inside the transaction that is open on *connection*."""
    from alembic import command  # a third of a second that only this step needs
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    unknown = set(MigrationContext.configure(connection).get_current_heads()) - known
    if unknown:
        raise StoreError(
            f"{place}: its tables are those of a newer version ({', '.join(sorted(unknown))}); "
            "install that version again, or restore the backup made before it"
        )
    command.upgrade(config, "head")


def standing(connection: Connection) -> tuple[str, str]:
    """Return the step at which the tables on *connection* are (``""`` for none), and the newest that we know."""
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    heads = MigrationContext.configure(connection).get_current_heads()
    return ", ".join(sorted(heads)), ScriptDirectory.from_config(config).get_current_head() or ""
