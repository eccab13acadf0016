"""A ruling can say that a question goes on: somebody looked, or its period is over and the next begins."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("rulings") as rulings:
        rulings.add_column(sa.Column("goes_on", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("rulings") as rulings:
        rulings.alter_column("goes_on", server_default=None)


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup made before the upgrade")
