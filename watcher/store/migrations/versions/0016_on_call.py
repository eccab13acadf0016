"""Being on call: overrides of rotas, where chains stand, acknowledgements and the links that give them."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _time(*names: str) -> list[sa.Column[datetime]]:
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in names]


def _count(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _of_an_alert(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=f"fk_{table}_alert_id_alerts")


def upgrade() -> None:
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.add_column(sa.Column("step", sa.Text(), nullable=False, server_default="first"))
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.alter_column("step", server_default=None)
    op.create_table(
        "overrides",
        *_count("number"),
        *_text("rota", "person"),
        *_time("start", "end"),
        *_text("who", "why", "undone_by"),
        sa.PrimaryKeyConstraint("number", name="pk_overrides"),
    )
    op.create_index("ix_overrides_end", "overrides", ["end"])
    op.create_table(
        "escalations",
        *_text("alert_id", "chain"),
        *_count("level"),
        *_time("since"),
        *_count("taken", "opened"),
        sa.Column("restarted", sa.Boolean(), nullable=False),
        *_text("over"),
        sa.PrimaryKeyConstraint("alert_id", "chain", name="pk_escalations"),
        _of_an_alert("escalations"),
    )
    op.create_index("ix_escalations_over", "escalations", ["over"])
    op.create_table(
        "acknowledgements",
        *_count("number"),
        *_text("assessment", "kind", "subject"),
        *_count("level"),
        *_text("alert_id", "owner"),
        *_time("at", "until"),
        *_text("note", "by", "over"),
        sa.PrimaryKeyConstraint("number", name="pk_acknowledgements"),
        _of_an_alert("acknowledgements"),
    )
    op.create_index("ix_acknowledgements_over_kind_subject", "acknowledgements", ["over", "kind", "subject"])
    op.create_table(
        "acknowledge_links",
        *_text("digest", "alert_id", "recipient"),
        *_count("level"),
        *_time("until"),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("digest", name="pk_acknowledge_links"),
        _of_an_alert("acknowledge_links"),
    )
    op.create_index("ix_acknowledge_links_until", "acknowledge_links", ["until"])


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup made before the upgrade")
