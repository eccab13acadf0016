"""The order in which moves and notices were put on record, whatever the clock said: a number for each."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_NUMBERED = """
UPDATE {name} SET number = numbered.n
FROM (SELECT {row} AS place, row_number() OVER (ORDER BY {order}) AS n FROM {name}) AS numbered
WHERE numbered.place = {name}.{row}
"""
_COUNTS_ON = "SELECT setval('{name}_number', (SELECT coalesce(max(number), 0) + 1 FROM {name}), false)"
_OF_TIME = {"moves": "at, sequence, id", "notices": "at, client_id, id"}


def upgrade() -> None:
    for name, of_time in _OF_TIME.items():
        _number(name, of_time)
    op.drop_index("ix_moves_assessment_at", "moves")
    op.create_index("ix_moves_assessment_number", "moves", ["assessment", "number"])
    op.drop_index("ix_notices_client_id_assessment_scenario_at", "notices")
    op.create_index("ix_notices_client_id_number", "notices", ["client_id", "number"])
    op.create_index(
        "ix_notices_client_id_assessment_scenario_number",
        "notices",
        ["client_id", "assessment", "scenario", "number"],
    )


def _number(name: str, of_time: str) -> None:
    server = op.get_bind().dialect.name == "postgresql"
    with op.batch_alter_table(name) as table:
        table.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="0"))
    # SQLite knows in which order rows came; a server has nothing better than their time.
    row, order = ("ctid", of_time) if server else ("rowid", "rowid")
    op.execute(_NUMBERED.format(name=name, row=row, order=order))
    if server:
        op.execute(f"CREATE SEQUENCE {name}_number OWNED BY {name}.number")
        op.execute(_COUNTS_ON.format(name=name))
    with op.batch_alter_table(name) as table:
        table.alter_column("number", server_default=None)
    op.create_index(f"ix_{name}_number", name, ["number"])


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup made before the upgrade")
