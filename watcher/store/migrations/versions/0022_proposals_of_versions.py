"""A proposal is of a rule, as all were, or of a whole version of its assessment."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("rule_proposals") as proposals:
        proposals.add_column(sa.Column("kind", sa.Text(), nullable=False, server_default="rule"))
    with op.batch_alter_table("rule_proposals") as proposals:
        proposals.alter_column("kind", server_default=None)


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup made before the upgrade")
