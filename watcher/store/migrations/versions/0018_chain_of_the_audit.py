"""Each row of the audit holds the digest of the one before; the end of the chain stands apart."""

import hashlib
import json
from datetime import UTC

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_START = "0" * 64


def upgrade() -> None:
    with op.batch_alter_table("audit") as audit:
        audit.add_column(sa.Column("link", sa.Integer(), nullable=False, server_default="0"))
        audit.add_column(sa.Column("before", sa.Text(), nullable=False, server_default=""))
        audit.add_column(sa.Column("digest", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("audit") as audit:
        for name in ("link", "before", "digest"):
            audit.alter_column(name, server_default=None)
        audit.create_index("ix_audit_link", ["link"])
        audit.create_index("ix_audit_digest", ["digest"])
    head = op.create_table(
        "audit_head",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_audit_head"),
    )
    count, digest = _linked()
    op.execute(sa.insert(head).values(name="audit", count=count, digest=digest))


def _linked() -> tuple[int, str]:
    """Link what is there, in the order in which it was written."""
    audit = sa.table(
        "audit",
        sa.column("id", sa.Integer()),
        sa.column("at", sa.DateTime(timezone=True)),
        sa.column("who", sa.Text()),
        sa.column("what", sa.Text()),
        sa.column("detail", sa.JSON()),
        sa.column("link", sa.Integer()),
        sa.column("before", sa.Text()),
        sa.column("digest", sa.Text()),
    )
    connection = op.get_bind()
    digest, count = _START, 0
    for row in connection.execute(sa.select(audit).order_by(audit.c.id)).mappings().all():
        at = row["at"] if row["at"].tzinfo else row["at"].replace(tzinfo=UTC)
        told = [digest, at.astimezone(UTC).isoformat(timespec="microseconds"), row["who"], row["what"], row["detail"]]
        before, count = digest, count + 1
        digest = hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
        linked = {"link": count, "before": before, "digest": digest}
        connection.execute(sa.update(audit).where(audit.c.id == row["id"]).values(linked))
    return count, digest


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup made before the upgrade")
