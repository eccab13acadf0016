"""Pages of lists: messages by when they were owed."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_deliveries_created_at_key", "deliveries", ["created_at", "key"])


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup made before the upgrade")
