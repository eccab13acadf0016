"""What a provider calls a message it took, so that the next about the same can build on it."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.add_column(sa.Column("reference", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.alter_column("reference", server_default=None)


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup made before the upgrade")
