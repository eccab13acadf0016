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
    question is ``void``: nobody can say, and no forecast of it is scored. Where the question ``goes_on`` the
    model goes on speaking: somebody looked, or ruled that nothing happened in the period that is over.
    """

    assessment: str
    key: str
    happened: bool | None
    who: str
    why: str
    at: datetime
    void: bool = False
    goes_on: bool = False

    def __post_init__(self) -> None:
        if not self.who.strip():
            raise ValueError(f"ruling on {self.key}: needs the name of a person")
        if self.void and self.happened is not None:
            raise ValueError(f"ruling on {self.key}: what is void neither happened nor did not")
        if self.goes_on and (self.void or self.happened):
            raise ValueError(f"ruling on {self.key}: what occurred or is void does not go on")

    @property
    def looked_only(self) -> bool:
        """Whether it says no more than that somebody looked and the question stays open."""
        return self.goes_on and self.happened is None


def add(connection: Connection, ruling: Ruling) -> None:
    """Put *ruling* on record. Earlier ones stay; the last one holds."""
    connection.execute(insert(_RULINGS).values({f.name: getattr(ruling, f.name) for f in fields(ruling)}))


def happened(connection: Connection, assessment: str) -> dict[str, bool]:
    """Return what holds for each scenario that is ruled on; one that goes on is the model's to say."""
    last = {ruling.key: ruling for ruling in rulings(connection, assessment)}
    return {key: r.happened for key, r in last.items() if r.happened is not None and not r.goes_on}


def rulings(connection: Connection, assessment: str) -> tuple[Ruling, ...]:
    """Return every ruling on *assessment*, in the order in which they were made."""
    columns = [_RULINGS.c[f.name] for f in fields(Ruling)]
    found = select(*columns).where(_RULINGS.c.assessment == assessment).order_by(_RULINGS.c.id)
    return tuple(Ruling(**row) for row in connection.execute(found).mappings())
