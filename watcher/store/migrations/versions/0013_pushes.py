"""What was pushed to us and already taken, so that a message that is sent again is not taken twice."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pushes",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", "mark", name="pk_pushes"),
    )
    op.create_index("ix_pushes_source_at", "pushes", ["source", "at"])


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup made before the upgrade")
