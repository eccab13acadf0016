"""What each poll showed, and what is known of a source's content from all of them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_COUNTS = ("items_shown", "items_known")


def upgrade() -> None:
    with op.batch_alter_table("sources") as sources:
        sources.add_column(sa.Column("vitals", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("sources") as sources:
        sources.alter_column("vitals", server_default=None)
    with op.batch_alter_table("fetches") as fetches:
        fetches.add_column(sa.Column("newest_at", sa.DateTime(timezone=True), nullable=True))
        for name in _COUNTS:
            fetches.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
        fetches.add_column(sa.Column("garbled", sa.Double(), nullable=False, server_default="0"))
    with op.batch_alter_table("fetches") as fetches:
        for name in (*_COUNTS, "garbled"):
            fetches.alter_column(name, server_default=None)


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup made before the upgrade")
