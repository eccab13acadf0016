"""What a person ruled: a scenario happened, or did not, or the ruling is taken back."""

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, insert, select

from watcher.store import tables

_RULINGS = tables.rulings


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """One decision against the written resolution rule.

    ``happened`` is ``None`` where an earlier one is taken back and the model speaks again, and where the
    question is ``void``: nobody can say, and no forecast of it is scored.
    """

    assessment: str
    key: str
    happened: bool | None
    who: str
    why: str
    at: datetime
    void: bool = False

    def __post_init__(self) -> None:
        if not self.who.strip():
            raise ValueError(f"ruling on {self.key}: needs the name of a person")
        if self.void and self.happened is not None:
            raise ValueError(f"ruling on {self.key}: what is void neither happened nor did not")


def add(connection: Connection, ruling: Ruling) -> None:
    """Put *ruling* on record. Earlier ones stay; the last one holds."""
    connection.execute(insert(_RULINGS).values({f.name: getattr(ruling, f.name) for f in fields(ruling)}))


def happened(connection: Connection, assessment: str) -> dict[str, bool]:
    """Return what holds for each scenario that is ruled on."""
    last = {ruling.key: ruling.happened for ruling in rulings(connection, assessment)}
    return {key: ruled for key, ruled in last.items() if ruled is not None}


def rulings(connection: Connection, assessment: str) -> tuple[Ruling, ...]:
    """Return every ruling on *assessment*, in the order in which they were made."""
    columns = [_RULINGS.c[f.name] for f in fields(Ruling)]
    found = select(*columns).where(_RULINGS.c.assessment == assessment).order_by(_RULINGS.c.id)
    return tuple(Ruling(**row) for row in connection.execute(found).mappings())
