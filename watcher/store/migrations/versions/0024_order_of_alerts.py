"""The order in which alerts were put on record, whatever the clock said: a number for each."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_NUMBERED = """
UPDATE alerts SET number = numbered.n
FROM (SELECT id, row_number() OVER (ORDER BY {order}) AS n FROM alerts) AS numbered WHERE numbered.id = alerts.id
"""


def upgrade() -> None:
    server = op.get_bind().dialect.name == "postgresql"
    with op.batch_alter_table("alerts") as alerts:
        alerts.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="0"))
    # SQLite knows in which order rows came; a server has nothing better than their time.
    op.execute(_NUMBERED.format(order="at, id" if server else "rowid"))
    if server:
        op.execute("CREATE SEQUENCE alerts_number OWNED BY alerts.number")
        op.execute("SELECT setval('alerts_number', (SELECT coalesce(max(number), 0) + 1 FROM alerts), false)")
    with op.batch_alter_table("alerts") as alerts:
        alerts.alter_column("number", server_default=None)
    op.create_index("ix_alerts_number", "alerts", ["number"])
    op.drop_index("ix_alerts_kind_subject_at", "alerts")
    op.create_index("ix_alerts_kind_subject_number", "alerts", ["kind", "subject", "number"])


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup made before the upgrade")
