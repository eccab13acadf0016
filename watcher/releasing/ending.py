"""Ending: whoever of the clients was told of an assessment that a person ends is told that it is over.

Each end is a draft, and leaves as every notice does. It is worded from what the client was told last: it needs neither
the assessment nor a subscription, which may have left the configuration together with it.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from alerts.clients import Client
from alerts.drafts.drafting import notice_id
from alerts.notices import Edits, Notice, NoticeState, NoticeType, Step, StepKind
from alerts.notices.notice import Before
from indicators.bands import WarningLevel
from watcher.settings import Settings
from watcher.store import Connection, ends, installation
from watcher.store.last_evaluation import last_evaluation
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
            if assessment in but:
                continue
            line = notices.every(assessment=assessment, scenario=scenario)
            found[assessment] += _standing(line, again=_judged_again(connection, assessment)) is not None
    return +found  # without those of which nothing stands


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
    again = _judged_again(connection, assessment)
    for client, scenario, line in _lines(connection, settings, assessment):
        notices = ClientNotices(connection, client)
        reached.add(client.id)
        last = _standing(line, again=again)
        for old in _waiting(line):
            notices.step(old, Step(kind=StepKind.ARCHIVE, who=who, why=f"{assessment} is ended: {why}", at=now))
            away.append(old.id)
        if last is not None:
            end = _end_of(last, _ends_of(line, last), salt=installation.salt(connection), now=now)
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


def _judged_again(connection: Connection, assessment: str) -> bool:
    """Whether *assessment* was judged since a person ended it last, or nobody ever did."""
    past, judged = ends.ends(connection, assessment), last_evaluation(connection, assessment)
    return not past or (judged is not None and judged.number > past[-1].judgement)


def _standing(line: tuple[KeptNotice, ...], *, again: bool) -> KeptNotice | None:
    """Return what the client was told last of *line*, unless that was its end or an end was drafted since.

    An end that was put away was no end where the assessment is judged *again*: the client still believes the last one.
    """
    last = last_told(line)
    if last is None or last.sent is None or last.sent.type is NoticeType.CANCEL:
        return None
    stand = [one for one in _ends_of(line, last) if not (again and one.state is NoticeState.ARCHIVED)]
    return None if stand else last


def _ends_of(line: tuple[KeptNotice, ...], last: KeptNotice) -> tuple[KeptNotice, ...]:
    """Return what was drafted to tell that what *last* said is over, whatever became of it."""
    return tuple(one for one in line if one.drafted.judgement.gone and one.drafted.supersedes == last.id)


def _waiting(line: tuple[KeptNotice, ...]) -> tuple[KeptNotice, ...]:
    open_ = (NoticeState.DRAFT, NoticeState.HELD)
    return tuple(n for n in line if n.state in open_ and not n.drafted.corrects and not n.drafted.judgement.gone)


def _end_of(last: KeptNotice, before: tuple[KeptNotice, ...], *, salt: str, now: datetime) -> Notice:
    """Return the draft that ends what *last* said, after those *before*. What was told stays told; nothing new is."""
    sent = last.worded
    judged = sent.judgement
    return sent.model_copy(
        update={
            "id": notice_id(sent.id, sent.client, salt=salt, step=f"end {len(before) + 1}" if before else "end"),
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
