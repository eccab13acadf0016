"""Whom a structured record names as taking part."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("items") as items:
        items.add_column(sa.Column("actors", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("items") as items:
        items.alter_column("actors", server_default=None)


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup made before the upgrade")
