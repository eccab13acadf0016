"""Notices to clients: each row belongs to one client, and its revisions and steps to that client's row."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("assessment", sa.Text(), nullable=False),
        sa.Column("scenario", sa.Text(), nullable=False),
        sa.Column("move", sa.Text(), nullable=False),
        sa.Column("marking", sa.Text(), nullable=False),
        sa.Column("strictness", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "id", name=op.f("pk_notices")),
    )
    op.create_index(
        op.f("ix_notices_client_id_assessment_scenario_at"), "notices", ["client_id", "assessment", "scenario", "at"]
    )
    owner = ["client_id", "notice_id"], ["notices.client_id", "notices.id"]
    for name, own in (
        ("notice_revisions", [sa.Column("edits", sa.JSON(), nullable=False)]),
        ("notice_steps", [sa.Column("kind", sa.Text(), nullable=False), sa.Column("about", sa.Text(), nullable=False)]),
    ):
        op.create_table(
            name,
            sa.Column("number", sa.Integer(), nullable=False),
            sa.Column("client_id", sa.Text(), nullable=False),
            sa.Column("notice_id", sa.Text(), nullable=False),
            *own,
            sa.Column("who", sa.Text(), nullable=False),
            sa.Column("why", sa.Text(), nullable=False),
            sa.Column("at", sa.DateTime(timezone=True), nullable=False),
            sa.ForeignKeyConstraint(*owner, name=op.f(f"fk_{name}_client_id_notices")),
            sa.PrimaryKeyConstraint("number", name=op.f(f"pk_{name}")),
        )
        op.create_index(op.f(f"ix_{name}_client_id_notice_id_number"), name, ["client_id", "notice_id", "number"])


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup made before the upgrade")
