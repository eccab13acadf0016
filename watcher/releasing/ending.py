"""Ending: whoever of the clients was told of an assessment that a person ends is told that it is over.

Each end is a draft, and leaves as every notice does. It is worded from what the client was told last: it needs neither
the assessment nor a subscription, which may have left the configuration together with it.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from alerts.clients import Client
from alerts.notices import Edits, Notice, NoticeState, NoticeType, Step, StepKind
from alerts.notices.drafting import notice_id
from alerts.notices.notice import Before
from indicators.bands import WarningLevel
from watcher.settings import Settings
from watcher.store import Connection, installation
from watcher.store.notices import ClientNotices, KeptNotice, clients_told, last_told, released_at


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientsTold:
    """The drafts that tell of the end, those it put away, and clients whom nobody can tell from here any more."""

    drafted: tuple[Notice, ...]
    put_away: tuple[str, ...]
    out_of_reach: tuple[str, ...]


def still_told(connection: Connection, settings: Settings, *, but: Collection[str]) -> Counter[str]:
    """Count, by assessment, the lines of which a client was told and not yet that it is over; those *but* are left."""
    found: Counter[str] = Counter()
    for client in settings.clients:
        notices = ClientNotices(connection, client)
        for assessment, scenario in notices.lines():
            if assessment not in but and _standing(notices.every(assessment=assessment, scenario=scenario)) is not None:
                found[assessment] += 1
    return found


def end_for_clients(
    connection: Connection,
    settings: Settings,
    assessment: str,
    *,
    moves: Mapping[str, str],
    who: str,
    why: str,
    now: datetime,
) -> ClientsTold:
    """Draft the end of each line of *assessment* that a client was told of, and put away what waits about it.

    *moves* are the last moves of its lines, by key. A waiting correction stays: what was wrong is told all the same.
    """
    drafted: list[Notice] = []
    away: list[str] = []
    reached: set[str] = set()
    for client, scenario, line in _lines(connection, settings, assessment):
        notices = ClientNotices(connection, client)
        reached.add(client.id)
        last = _standing(line)
        for old in _waiting(line):
            notices.step(old, Step(kind=StepKind.ARCHIVE, who=who, why=f"{assessment} is ended: {why}", at=now))
            away.append(old.id)
        if last is not None:
            end = _end_of(last, salt=installation.name(connection), now=now)
            notices.add(end, move=moves.get(scenario, last.move), rows={})
            drafted.append(end)
    gone = clients_told(connection, assessment) - reached
    return ClientsTold(drafted=tuple(drafted), put_away=tuple(away), out_of_reach=tuple(sorted(gone)))


def _lines(
    connection: Connection, settings: Settings, wanted: str
) -> Iterator[tuple[Client, str, tuple[KeptNotice, ...]]]:
    for client in settings.clients:
        notices = ClientNotices(connection, client)
        for assessment, scenario in sorted(notices.lines()):
            if assessment == wanted:
                yield client, scenario, notices.every(assessment=assessment, scenario=scenario)


def _standing(line: tuple[KeptNotice, ...]) -> KeptNotice | None:
    """Return what the client was told last of *line*, unless that was its end or an end was drafted since."""
    last = last_told(line)
    if last is None or last.sent is None or last.sent.type is NoticeType.CANCEL:
        return None
    ended = any(one.drafted.judgement.gone and one.drafted.supersedes == last.id for one in line)
    return None if ended else last


def _waiting(line: tuple[KeptNotice, ...]) -> tuple[KeptNotice, ...]:
    open_ = (NoticeState.DRAFT, NoticeState.HELD)
    return tuple(n for n in line if n.state in open_ and not n.drafted.corrects and not n.drafted.judgement.gone)


def _end_of(last: KeptNotice, *, salt: str, now: datetime) -> Notice:
    """Return the draft that ends what *last* said. What was told stays told; nothing new is."""
    sent = last.worded
    judged = sent.judgement
    return sent.model_copy(
        update={
            "id": notice_id(sent.id, sent.client, salt=salt, step="end"),
            "type": NoticeType.CANCEL,
            "supersedes": sent.id,
            "at": now,
            "judgement": judged.model_copy(update={"level": int(WarningLevel.BASELINE), "gone": True}),
            "before": Before(notice=sent.id, at=released_at(last), p=judged.p, level=judged.level),
            "drivers": (),
            "findings": (),
            "more": 0,
            "exposures": (),
            "alternative": None,
            "turns": (),
            "advice": {},
            "edits": Edits(),
            "release": None,
        }
    )
