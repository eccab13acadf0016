"""Which sources give a report a new guid at every fetch, and a way to find a text again."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sources") as sources:
        sources.add_column(sa.Column("renamed", sa.Integer(), nullable=False, server_default="0"))
        sources.add_column(sa.Column("by_link", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("sources") as sources:
        sources.alter_column("renamed", server_default=None)
        sources.alter_column("by_link", server_default=None)
    op.create_index(op.f("ix_items_source_content_hash"), "items", ["source", "content_hash"])


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup made before the upgrade")
