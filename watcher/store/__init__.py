"""What we remember. The only room that knows SQL: one file per noun, functions over a ``Connection``.

A step of the work is one ``with db.write() as connection:`` and a few calls to these modules; what
belongs together is kept together or not at all. Nothing here reads the clock: every time is given.
"""

from sqlalchemy import Connection

from watcher.store.database import Database
from watcher.store.errors import StoreError

__all__ = ["Connection", "Database", "StoreError"]
