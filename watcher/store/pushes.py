"""Which pushed messages were taken, by a mark of each: so that none is taken twice, also across a restart."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete

from watcher.store import tables
from watcher.store.statements import add_missing

REMEMBERED = timedelta(days=1)
"""How long a mark is kept; a signature is refused for its age long before."""

_PUSHES = tables.pushes


def take(connection: Connection, source: str, mark: str, *, at: datetime) -> bool:
    """Note that the message *mark* of *source* is taken; ``False`` if it was before. Forgets marks of days past.

    Call it in the transaction that keeps what the message brought.
    """
    old = (_PUSHES.c.source == source) & (_PUSHES.c.at < at - REMEMBERED)
    connection.execute(delete(_PUSHES).where(old))
    return add_missing(connection, _PUSHES, [{"source": source, "mark": mark, "at": at}]) == 1
