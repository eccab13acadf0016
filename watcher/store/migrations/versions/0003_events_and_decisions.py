"""What tells reports of one happening; what people decide; and the inputs of every judgement, to replay it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_BOTH = ("item_revisions", "items")


def upgrade() -> None:
    with op.batch_alter_table("items") as items:
        items.add_column(sa.Column("occurred", sa.DateTime(timezone=True), nullable=True))
    _add_to_revisions()
    _add_to_matches()
    for table, column, default in (("blind_spans", sa.Text(), ""), ("rulings", sa.Boolean(), sa.false())):
        name = "indicator" if table == "blind_spans" else "void"
        with op.batch_alter_table(table) as changed:
            changed.add_column(sa.Column(name, column, nullable=False, server_default=default))
        with op.batch_alter_table(table) as changed:
            changed.alter_column(name, server_default=None)
    _create_decisions()
    _create_evaluations()


def _add_to_revisions() -> None:
    """An earlier text keeps its other fields too; of those kept before, today's are all that is known."""
    texts = {"url": "", "place": ""}
    lists = ("codes", "actors")
    plain = {"lang": sa.Text(), "lat": sa.Double(), "lon": sa.Double()}
    times = ("published", "occurred")
    with op.batch_alter_table("item_revisions") as revisions:
        for name in texts:
            revisions.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
        for name in lists:
            revisions.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
        for name, kind in plain.items():
            revisions.add_column(sa.Column(name, kind, nullable=True))
        for name in times:
            revisions.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for name in (*texts, *lists, *plain, *times):
        earlier, today = (sa.table(t, sa.column("item_id"), sa.column("id"), sa.column(name)) for t in _BOTH)
        mine = sa.select(today.c[name]).where(today.c.id == earlier.c.item_id).scalar_subquery()
        op.execute(sa.update(earlier).values({name: mine}))
    with op.batch_alter_table("item_revisions") as revisions:
        for name in (*texts, *lists):
            revisions.alter_column(name, server_default=None)


def _add_to_matches() -> None:
    new = (("stance", sa.Text(), "reports"), ("signature", sa.Text(), ""))
    with op.batch_alter_table("matches") as matches:
        matches.add_column(sa.Column("lat", sa.Double(), nullable=True))
        matches.add_column(sa.Column("lon", sa.Double(), nullable=True))
        for name, kind, default in new:
            matches.add_column(sa.Column(name, kind, nullable=False, server_default=default))
    with op.batch_alter_table("matches") as matches:
        for name, _, _ in new:
            matches.alter_column(name, server_default=None)


def _create_decisions() -> None:
    op.create_table(
        "event_decisions",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("assessment", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("reports", sa.JSON(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("withdraws", sa.Integer(), nullable=True),
        *_decided(),
        sa.PrimaryKeyConstraint("number", name="pk_event_decisions"),
    )
    op.create_index("ix_event_decisions_assessment_number", "event_decisions", ["assessment", "number"])
    op.create_table(
        "move_decisions",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("assessment", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("move", sa.Text(), sa.ForeignKey("moves.id", name="fk_move_decisions_move_moves"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("p", sa.Double(), nullable=True),
        sa.Column("confidence", sa.Text(), nullable=True),
        *_decided(),
        sa.PrimaryKeyConstraint("number", name="pk_move_decisions"),
    )
    op.create_index("ix_move_decisions_assessment_key_number", "move_decisions", ["assessment", "key", "number"])


def _decided() -> tuple[sa.Column[str], sa.Column[str], sa.Column[object]]:
    return (
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )


def _create_evaluations() -> None:
    op.create_table(
        "evaluations",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("assessment", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("judged_with", sa.Text(), nullable=False),
        sa.Column("sight", sa.JSON(), nullable=False),
        sa.Column("happened", sa.JSON(), nullable=False),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_evaluations"),
    )
    op.create_index("ix_evaluations_assessment_number", "evaluations", ["assessment", "number"])
    op.create_table(
        "evaluated_items",
        sa.Column(
            "evaluation",
            sa.Integer(),
            sa.ForeignKey("evaluations.number", name="fk_evaluated_items_evaluation_evaluations"),
            nullable=False,
        ),
        sa.Column(
            "item_id", sa.Text(), sa.ForeignKey("items.id", name="fk_evaluated_items_item_id_items"), nullable=False
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("evaluation", "item_id", name="pk_evaluated_items"),
    )


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup made before the upgrade")
