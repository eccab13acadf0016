"""Notices of one client. There is no question in here that could be asked about two of them.

Every statement takes the client and the strictest marking it may be shown, so a notice above that ceiling is not
there for it. Nothing is overwritten: revisions and steps are added, and where a notice stands is read off them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, func, insert, select

from alerts.clients import Client
from alerts.markings import strictness
from alerts.notices import Edits, Notice, NoticeState, Step, StepKind, state_of
from watcher.store import tables
from watcher.store.statements import add_missing, in_batches, next_number

_NOTICES = tables.notices
_REVISIONS = tables.notice_revisions
_STEPS = tables.notice_steps
_ALERTS = tables.alerts


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What the edits of a draft were after somebody changed them."""

    edits: Edits
    who: str
    why: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class KeptNotice:
    """A notice as it was drafted, with the ledger's rows of that moment and everything done with it since.

    ``rows`` and ``remarks`` are for us: no client ever reads them.
    """

    drafted: Notice
    move: str
    rows: Mapping[str, float]
    remarks: tuple[str, ...]
    revisions: tuple[Revision, ...]
    steps: tuple[Step, ...]
    sent: Notice | None = None
    """What was released, as it was worded."""
    number: int
    """Its place in the record of all drafts."""
    told: int = 0
    """Its place in the order of what was said; 0 if it was not released."""

    @property
    def id(self) -> str:
        """Its id."""
        return self.drafted.id

    @property
    def state(self) -> NoticeState:
        """Where it stands."""
        return state_of(self.steps)

    @property
    def edits(self) -> Edits:
        """The edits that stand."""
        return self.revisions[-1].edits if self.revisions else self.drafted.edits

    @cached_property
    def worded(self) -> Notice:
        """The notice with the edits that stand; once released, as it went out."""
        return self.sent or self.drafted.model_copy(update={"edits": self.edits})

    def last(self, kind: StepKind) -> Step | None:
        """Return the last step of *kind*."""
        return next((step for step in reversed(self.steps) if step.kind is kind), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """What was released, as it was worded, and the move behind it."""

    notice: Notice
    move: str


class ClientNotices:
    """The notices of one client, up to its ceiling."""

    def __init__(self, connection: Connection, client: Client) -> None:
        self._connection = connection
        self._client = client

    def add(self, notice: Notice, *, move: str, rows: Mapping[str, float], remarks: Iterable[str] = ()) -> bool:
        """Keep the draft *notice* and return whether it is new. ``ValueError`` if it is another client's."""
        if notice.client != self._client.id:
            raise ValueError(f"notice {notice.id} is not one of {self._client.id}'s")
        row = {
            "client_id": self._client.id,
            "id": notice.id,
            "assessment": notice.assessment,
            "scenario": notice.judgement.scenario,
            "move": move,
            "marking": notice.marking,
            "strictness": strictness(notice.marking),
            "at": notice.at,
            "body": notice.model_dump_json(),
            "rows": dict(rows),
            "remarks": tuple(remarks),
            "number": next_number(self._connection, _NOTICES.c.number),
        }
        return add_missing(self._connection, _NOTICES, [row]) == 1

    def every(self, *, assessment: str = "", scenario: str = "") -> tuple[KeptNotice, ...]:
        """Return the notices as they were drafted, oldest first; of one line of an *assessment* if one is given."""
        wanted = self._own
        if assessment:
            wanted &= (_NOTICES.c.assessment == assessment) & (_NOTICES.c.scenario == scenario)
        return tuple(self._kept(wanted))

    def lines(self) -> frozenset[tuple[str, str]]:
        """Return the assessment and scenario of each line that a notice was ever drafted of."""
        found = select(_NOTICES.c.assessment, _NOTICES.c.scenario).where(self._own).distinct()
        return frozenset((row.assessment, row.scenario) for row in self._connection.execute(found))

    def waiting(self) -> tuple[KeptNotice, ...]:
        """Return the drafts and those that are held, oldest first: neither released nor archived."""
        return tuple(self._kept(self._own & _waits()))

    def number_of(self, notice: str) -> int | None:
        """Return the place of the notice of that id in the record, if this client may have it."""
        return self._connection.execute(select(_NOTICES.c.number).where(self._own & (_NOTICES.c.id == notice))).scalar()

    def newest(self, *, limit: int, before: int | None = None, released: bool = False) -> tuple[KeptNotice, ...]:
        """Return the last *limit* notices, newest first: those *before* a place in the record, those *released* alone.

        Not by their time: one that a clock which was ahead has dated would stay the newest.
        """
        wanted = self._own
        if before is not None:
            wanted &= _NOTICES.c.number < before
        if released:
            wanted &= _ALERTS.c.id.is_not(None)
        ids = select(_NOTICES.c.id).outerjoin(_ALERTS, _ALERTS.c.id == _NOTICES.c.id).where(wanted)
        last = ids.order_by(_NOTICES.c.number.desc()).limit(limit)
        chosen = self._connection.execute(last).scalars().all()
        return tuple(self._kept(self._own & _NOTICES.c.id.in_(chosen)))[::-1]

    def get(self, notice: str) -> KeptNotice | None:
        """Return the notice of that id, if this client may have it."""
        return next(self._kept(self._own & (_NOTICES.c.id == notice)), None)

    def released(self, notice: str) -> Released | None:
        """Return what was released under that id as it was worded, if this client may have it."""
        found = (
            select(_ALERTS.c.body, _NOTICES.c.move)
            .join(_NOTICES, _NOTICES.c.id == _ALERTS.c.id)
            .where(self._own & (_NOTICES.c.id == notice))
        )
        row = self._connection.execute(found).first()
        return Released(notice=Notice.model_validate_json(row.body), move=row.move) if row is not None else None

    def revise(self, notice: KeptNotice, edits: Edits, *, who: str, why: str, at: datetime) -> KeptNotice:
        """Put the *edits* that now stand on record."""
        values = self._of(notice) | {"edits": edits, "who": who, "why": why, "at": at}
        self._connection.execute(insert(_REVISIONS).values(values))
        return replace(notice, revisions=(*notice.revisions, Revision(edits=edits, who=who, why=why, at=at)))

    def step(self, notice: KeptNotice, step: Step) -> KeptNotice:
        """Put *step* on record."""
        values = {"kind": step.kind, "about": step.about, "who": step.who, "why": step.why, "at": step.at}
        self._connection.execute(insert(_STEPS).values(self._of(notice) | values))
        return replace(notice, steps=(*notice.steps, step))

    @property
    def _own(self) -> ColumnElement[bool]:
        ceiling = strictness(self._client.ceiling)
        return (_NOTICES.c.client_id == self._client.id) & (_NOTICES.c.strictness <= ceiling)

    def _of(self, notice: KeptNotice) -> dict[str, str]:
        if notice.drafted.client != self._client.id:
            raise ValueError(f"notice {notice.id} is not one of {self._client.id}'s")
        return {"client_id": self._client.id, "notice_id": notice.id}

    def _kept(self, wanted: ColumnElement[bool]) -> Iterator[KeptNotice]:
        found = (
            select(_NOTICES, _ALERTS.c.body.label("sent"), _ALERTS.c.number.label("told"))
            .outerjoin(_ALERTS, _ALERTS.c.id == _NOTICES.c.id)
            .where(wanted)
            .order_by(_NOTICES.c.number)
        )
        rows = self._connection.execute(found).mappings().all()
        if not rows:
            return
        ids = [row["id"] for row in rows]
        revisions, steps = self._revisions(ids), self._steps(ids)
        for row in rows:
            yield KeptNotice(
                drafted=Notice.model_validate_json(row["body"]),
                move=row["move"],
                rows=row["rows"],
                remarks=row["remarks"],
                revisions=tuple(revisions[row["id"]]),
                steps=tuple(steps[row["id"]]),
                sent=Notice.model_validate_json(row["sent"]) if row["sent"] else None,
                number=row["number"],
                told=row["told"] or 0,
            )

    def _revisions(self, ids: Sequence[str]) -> dict[str, list[Revision]]:
        by_notice: dict[str, list[Revision]] = defaultdict(list)
        for row in self._about(_REVISIONS, ids):
            by_notice[row.notice_id].append(Revision(edits=row.edits, who=row.who, why=row.why, at=row.at))
        return by_notice

    def _steps(self, ids: Sequence[str]) -> dict[str, list[Step]]:
        by_notice: dict[str, list[Step]] = defaultdict(list)
        for row in self._about(_STEPS, ids):
            step = Step(kind=StepKind(row.kind), who=row.who, why=row.why, at=row.at, about=row.about)
            by_notice[row.notice_id].append(step)
        return by_notice

    def _about(self, table: Table, ids: Sequence[str]) -> Iterator[Row[Any]]:
        """Yield the records in *table* about these notices of the client, in the order in which they were made."""
        for some in in_batches(ids):
            wanted = (table.c.client_id == self._client.id) & table.c.notice_id.in_(some)
            yield from self._connection.execute(select(table).where(wanted).order_by(table.c.number))


def clients_kept(connection: Connection) -> frozenset[str]:
    """Return the ids of all clients that notices were ever drafted for, and nothing of the notices."""
    return frozenset(connection.execute(select(_NOTICES.c.client_id).distinct()).scalars())


def waiting_of(connection: Connection) -> Mapping[str, frozenset[str]]:
    """Return the ids of the drafts that wait or are held, by client, and nothing of the notices."""
    found = select(_NOTICES.c.client_id, _NOTICES.c.id).outerjoin(_ALERTS, _ALERTS.c.id == _NOTICES.c.id)
    waiting: dict[str, set[str]] = defaultdict(set)
    for row in connection.execute(found.where(_waits())):
        waiting[row.client_id].add(row.id)
    return {client: frozenset(ids) for client, ids in waiting.items()}


def _waits() -> ColumnElement[bool]:
    """Whether a notice was neither released nor archived."""
    own = (_STEPS.c.client_id == _NOTICES.c.client_id) & (_STEPS.c.notice_id == _NOTICES.c.id)
    last = select(_STEPS.c.kind).where(own).order_by(_STEPS.c.number.desc()).limit(1).scalar_subquery()
    return _ALERTS.c.id.is_(None) & (func.coalesce(last, "") != StepKind.ARCHIVE.value)


def clients_told(connection: Connection, assessment: str) -> frozenset[str]:
    """Return the ids of all clients that anything of *assessment* was ever released to, and nothing of the notices."""
    told = select(_NOTICES.c.client_id).join(_ALERTS, _ALERTS.c.id == _NOTICES.c.id)
    return frozenset(connection.execute(told.where(_NOTICES.c.assessment == assessment).distinct()).scalars())


def last_told(line: tuple[KeptNotice, ...]) -> KeptNotice | None:
    """Return what a client was told last of a *line* and may still rely on: not withdrawn, corrected or a recall."""
    sent = [n for n in line if n.sent is not None and not n.sent.recalls]
    corrected = {n.sent.supersedes for n in sent if n.sent is not None and n.sent.corrects}
    stands = [n for n in sent if n.state is NoticeState.RELEASED and n.id not in corrected]
    return max(stands, key=attrgetter("told"), default=None)


def released_at(notice: KeptNotice) -> datetime:
    """Return when *notice* was released; when it was drafted if it was not."""
    return notice.sent.release.at if notice.sent is not None and notice.sent.release is not None else notice.drafted.at


def waits_since(notice: KeptNotice) -> datetime:
    """Return since when a draft waits: since it was drafted, or taken up again."""
    last = notice.last(StepKind.REOPEN)
    return last.at if last is not None else notice.drafted.at
