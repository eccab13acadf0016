"""What each assessment has yet to judge; the queues themselves are made at the next start."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    queues = op.create_table(
        "queues",
        sa.Column("assessment", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("assessment", name=op.f("pk_queues")),
    )
    op.bulk_insert(queues, [{"assessment": ""}])
    op.create_index(
        "ix_judgements_assessment_judged_with_item_id", "judgements", ["assessment", "judged_with", "item_id"]
    )


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup made before the upgrade")
