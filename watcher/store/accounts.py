"""Accounts of people. None is ever removed: the audit names them; one that is no longer wanted is disabled."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from watcher.store.tables.people import accounts as _ACCOUNTS  # noqa: N812 - a constant, as every table here


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """An account as it is kept; ``password`` is a hash, and empty where one signs in elsewhere."""

    name: str
    shown: str
    role: str
    client: str
    recipient: str
    lang: str
    zone: str
    created_at: datetime
    password_at: datetime
    disabled_at: datetime | None = None
    password: str = ""
    subject: str = ""


def add(connection: Connection, row: AccountRow) -> None:
    """Keep a new account; its name must be free."""
    connection.execute(insert(_ACCOUNTS).values({f.name: getattr(row, f.name) for f in fields(row)}))


def change(connection: Connection, name: str, **values: Any) -> None:
    """Change columns of one account."""
    connection.execute(update(_ACCOUNTS).where(_ACCOUNTS.c.name == name).values(**values))


def get(connection: Connection, name: str) -> AccountRow | None:
    """Return the account of that name."""
    row = connection.execute(select(_ACCOUNTS).where(_ACCOUNTS.c.name == name)).mappings().first()
    return _account(row) if row is not None else None


def of_subject(connection: Connection, subject: str) -> AccountRow | None:
    """Return the account that another house knows as *subject*; none where two claim it, for nobody could say which."""
    if not subject:
        return None
    rows = connection.execute(select(_ACCOUNTS).where(_ACCOUNTS.c.subject == subject)).mappings().all()
    return _account(rows[0]) if len(rows) == 1 else None


def every(connection: Connection) -> tuple[AccountRow, ...]:
    """Return all accounts by name."""
    rows = connection.execute(select(_ACCOUNTS).order_by(_ACCOUNTS.c.name)).mappings()
    return tuple(_account(row) for row in rows)


def count(connection: Connection) -> int:
    """Return how many accounts there are, disabled ones too."""
    return int(connection.execute(select(func.count()).select_from(_ACCOUNTS)).scalar_one())


def _account(row: RowMapping) -> AccountRow:
    return AccountRow(**row)
