"""Which headlines of a released notice a delivery left out, because their source was made private since."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.add_column(sa.Column("withheld", sa.JSON(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup made before the upgrade")
