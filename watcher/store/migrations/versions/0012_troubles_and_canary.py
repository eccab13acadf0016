"""What was told about Watcher itself, and the record of its canary."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "troubles",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alert", sa.Text(), sa.ForeignKey("alerts.id", name="fk_troubles_alert_alerts"), nullable=False),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.Column("calm_seconds", sa.Double(), nullable=False),
        sa.Column("calm_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_troubles"),
    )
    op.create_index("ix_troubles_about", "troubles", ["about"])
    op.create_index("ix_troubles_over_at", "troubles", ["over_at"])
    op.create_table(
        "canary",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("put_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("out_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_canary"),
    )


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup made before the upgrade")
