"""The stream of one source's items from any place on; and changes of rules that wait for a second pair of eyes."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_index("ix_items_source_fetched_id", "items", ["source", "fetched", "id"])
    op.create_table(
        "rule_proposals",
        sa.Column("number", sa.Integer(), nullable=False),
        *_text("assessment", "rule", "block", "made_from", "who", "why"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_text("state", "decided_by", "decided_why"),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_rule_proposals"),
    )
    op.create_index("ix_rule_proposals_assessment_state", "rule_proposals", ["assessment", "state"])


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup made before the upgrade")
