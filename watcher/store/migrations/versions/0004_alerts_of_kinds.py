"""Alerts of several kinds in one outbox; what was about a scenario is about a subject now."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("alerts") as alerts:
        alerts.add_column(sa.Column("kind", sa.Text(), nullable=False, server_default="move"))
        alerts.alter_column("scenario", new_column_name="subject", existing_type=sa.Text(), existing_nullable=False)
    with op.batch_alter_table("alerts") as alerts:
        alerts.alter_column("kind", server_default=None)
    op.create_index(op.f("ix_alerts_kind_subject_at"), "alerts", ["kind", "subject", "at"])


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup made before the upgrade")
