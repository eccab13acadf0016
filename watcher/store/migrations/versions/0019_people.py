"""People: accounts, sessions, tokens for programs, wrong passwords of late, and the first set-up."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _time(*names: str, maybe: bool = False) -> list[sa.Column[datetime]]:
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=maybe) for name in names]


def upgrade() -> None:
    op.create_table(
        "accounts",
        *_text("name", "shown", "role", "client", "recipient", "lang", "zone", "password", "subject"),
        *_time("created_at", "password_at"),
        *_time("disabled_at", maybe=True),
        sa.PrimaryKeyConstraint("name", name="pk_accounts"),
    )
    op.create_table(
        "sessions",
        *_text("digest", "account"),
        *_time("begun_at", "seen_at", "until"),
        sa.PrimaryKeyConstraint("digest", name="pk_sessions"),
        sa.ForeignKeyConstraint(["account"], ["accounts.name"], name="fk_sessions_account_accounts"),
    )
    op.create_index("ix_sessions_account", "sessions", ["account"])
    op.create_index("ix_sessions_until", "sessions", ["until"])
    op.create_table(
        "api_tokens",
        *_text("id", "digest", "name", "role", "client"),
        sa.Column("scopes", sa.JSON(), nullable=False),
        *_text("made_by"),
        *_time("created_at", "until"),
        *_time("used_at", "revoked_at", maybe=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_tokens"),
        sa.UniqueConstraint("digest", name="uq_api_tokens_digest"),
    )
    op.create_table(
        "login_failures",
        *_text("key"),
        sa.Column("failures", sa.Integer(), nullable=False),
        *_time("last_at"),
        sa.PrimaryKeyConstraint("key", name="pk_login_failures"),
    )
    op.create_index("ix_login_failures_last_at", "login_failures", ["last_at"])
    op.create_table(
        "setup_tokens",
        *_text("digest"),
        *_time("until"),
        sa.PrimaryKeyConstraint("digest", name="pk_setup_tokens"),
    )


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup made before the upgrade")
