"""Deliveries that wait for a named reason, and the silences people set."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.add_column(sa.Column("held", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.alter_column("held", server_default=None)
    op.create_index("ix_deliveries_recipient_created_at", "deliveries", ["recipient", "created_at"])
    op.create_table(
        "silences",
        sa.Column("number", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("who", "why")),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("start", "end")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("assessment", "subject", "kind", "recipient")),
        sa.Column("up_to", sa.Integer(), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_silences"),
    )
    op.create_index("ix_silences_end", "silences", ["end"])


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup made before the upgrade")
