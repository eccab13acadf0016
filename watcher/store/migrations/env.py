"""What alembic runs for each upgrade. The connection and its transaction are :class:`Database`'s."""

from alembic import context

from watcher.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
