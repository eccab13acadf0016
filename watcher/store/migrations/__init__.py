"""From one version's tables to the next, in order. Data is never thrown away, and there is no way back.

A new step: change ``tables/``; run ``tests/store/test_store_migrations.py``, which prints what
differs; write that as ``versions/000N_what_it_does.py`` after the last one (each names its
predecessor in ``down_revision``). A step works on both databases and in one transaction; on SQLite
tables are changed with ``op.batch_alter_table``.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from watcher.store.errors import StoreError

_HERE = Path(__file__).resolve().parent


def upgrade(connection: Connection, *, place: str) -> None:
    """Take the steps that are missing, inside the transaction that is open on *connection*."""
    if _stands(connection) == [_newest()]:
        return
    from alembic import command  # a third of a second that only a missing step needs
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


def are_old(connection: Connection) -> bool:
    """Whether the tables on *connection* are those of an older version; where there are none yet they are not."""
    return "" < max(_stands(connection), default="") < _newest()


def _stands(connection: Connection) -> list[str]:
    if not inspect(connection).has_table("alembic_version"):
        return []
    return list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())


def _newest() -> str:
    """Return the newest step that we know; its file's name begins with its number, which a test guards."""
    return max(path.name for path in (_HERE / "versions").glob("[0-9]*.py"))[:4]


def standing(connection: Connection) -> tuple[str, str]:
    """Return the step at which the tables on *connection* are (``""`` for none), and the newest that we know."""
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    heads = MigrationContext.configure(connection).get_current_heads()
    return ", ".join(sorted(heads)), ScriptDirectory.from_config(config).get_current_head() or ""
