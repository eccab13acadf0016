"""What each judgement rested on beside its items, so that it can be made again after that was edited."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "footings",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("publishers", sa.JSON(), nullable=False),
        sa.Column("gazetteers", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_footings"),
    )
    with op.batch_alter_table("evaluations") as evaluations:
        evaluations.add_column(sa.Column("footing", sa.Text(), nullable=True))
        evaluations.create_foreign_key("fk_evaluations_footing_footings", "footings", ["footing"], ["digest"])


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup made before the upgrade")
