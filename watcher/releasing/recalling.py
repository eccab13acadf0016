"""Recalling: a released notice is withdrawn or corrected, and everybody who got it is told, nobody else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts.deliveries import Delivery
from alerts.drafts.drafting import notice_id
from alerts.notices import Edits, Notice, NoticeState, NoticeType, Release, Step, StepKind
from alerts.notices.edits import Part
from alerts.notices.notice import Before
from watcher.asking.persons import by_whom
from watcher.asking.refusal import DecisionError
from watcher.releasing.desk import edited
from watcher.releasing.found import FoundNotice, at_hand
from watcher.releasing.letting_go import told_state
from watcher.releasing.unreachable import unreachable
from watcher.saying import planning
from watcher.settings import Settings
from watcher.store import Connection, audit, deliveries, delivery_acts, installation
from watcher.store import alerts as alert_store
from watcher.store.notices import KeptNotice


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """A withdrawn notice, the one that takes it back, who is told, and whom nobody can tell from here any more."""

    found: FoundNotice
    by: Notice
    told: tuple[str, ...]
    unreachable: tuple[str, ...]


def withdraw(
    settings: Settings, wanted: str, *, who: str, why: str, now: datetime, told: Mapping[str, str] | None = None
) -> Recalled:
    """Take the released notice *wanted* back, at once, by one named person: a wrong warning must not wait for a second.

    *why* stays with us; *told* is what the client reads of it, by language. What has not left yet never does.
    """
    who, why = by_whom(who, why)
    with at_hand(settings, wanted) as (connection, found):
        kept = _sent(found)
        words = {lang: text for lang, text in (told or {}).items() if text.strip()}
        lacking = [lang for lang in found.client.languages if words and lang not in words]
        if lacking:
            raise DecisionError(f"{found.client.id} also reads {', '.join(lacking)}: --say {lacking[0]}=…")
        got = delivery_acts.recall(connection, kept.id, who=who, at=now, why=f"withdrawn: {why}")
        found.notices.step(found.kept, Step(kind=StepKind.WITHDRAW, who=who, why=why, at=now))
        for draft in _corrections(found, kept.id):
            found.notices.step(draft, Step(kind=StepKind.ARCHIVE, who=who, why=f"{kept.id} is withdrawn", at=now))
        recall = _recall(connection, kept, words, who=who, now=now)
        found.notices.add(recall, move=found.kept.move, rows=found.kept.rows)
        own = found.notices.get(recall.id)
        if own is not None:
            found.notices.step(own, Step(kind=StepKind.RELEASE, who=who, why=why, at=now))
        told_to, gone = _owe(connection, settings, found, recall, got, now=now)
        detail: dict[str, Any] = {
            "client": found.client.id,
            "notice": kept.id,
            "why": why,
            "told": list(told_to),
            "gone": list(gone),
        }
        detail |= {"before": {"state": found.kept.state}, "after": {"state": "withdrawn"}}
        audit.write(connection, at=now, who=who, what="notice withdrawn", detail=detail)
        after = found.now(found.notices.get(kept.id) or found.kept)
    return Recalled(found=after, by=recall, told=told_to, unreachable=gone)


def correct(
    settings: Settings,
    wanted: str,
    words: Mapping[str, str],
    *,
    who: str,
    why: str,
    now: datetime,
    leave_out: Iterable[int] = (),
) -> FoundNotice:
    """Draft a correction of the released notice *wanted*; once released it goes to everyone who got the error.

    ``told.en`` and ``told.fr`` of *words* say to the client what was wrong; *why* stays with us.
    """
    who, why = by_whom(who, why)
    with at_hand(settings, wanted) as (connection, found):
        sent = _sent(found)
        if waiting := _corrections(found, sent.id):
            raise DecisionError(f"{waiting[0].id} corrects it already and waits: edit and release that one")
        number = sum(n.drafted.supersedes == sent.id for n in found.notices.every())
        drafted = _correction(connection, sent, step=f"correction {number + 1}", now=now)
        found.notices.add(drafted, move=found.kept.move, rows=found.kept.rows)
        kept = found.notices.get(drafted.id)
        if kept is None:
            raise DecisionError(f"{sent.id} is above the ceiling of {found.client.id} now: nothing can be sent of it")
        edits = edited(kept, words, leave_out=leave_out, now=now)
        after = found.notices.revise(kept, edits, who=who, why=why, at=now)
        detail = {"client": found.client.id, "notice": after.id, "corrects": sent.id, "why": why}
        audit.write(connection, at=now, who=who, what="correction drafted", detail=detail)
        return found.now(after)


def _corrections(found: FoundNotice, of: str) -> tuple[KeptNotice, ...]:
    """The corrections of one notice that wait or are held."""
    drafts = [n for n in found.notices.every() if n.drafted.corrects and n.drafted.supersedes == of]
    return tuple(n for n in drafts if n.state in (NoticeState.DRAFT, NoticeState.HELD))


def _sent(found: FoundNotice) -> Notice:
    kept = found.kept
    if kept.state is not NoticeState.RELEASED or kept.sent is None:
        raise DecisionError(f"{kept.id} is {told_state(kept)}: only what was released can be recalled")
    if kept.sent.recalls:
        raise DecisionError(f"{kept.id} is a recall itself: draft anew with the next move, or call the client")
    return kept.sent


def _recall(connection: Connection, sent: Notice, words: Mapping[str, str], *, who: str, now: datetime) -> Notice:
    id_ = notice_id(sent.id, sent.client, salt=installation.salt(connection), step="recall")
    return sent.model_copy(
        update={
            "id": id_,
            "type": NoticeType.CANCEL,
            "supersedes": sent.id,
            "at": now,
            "recalls": True,
            "edits": Edits(words={Part.TOLD: dict(words)} if words else {}),
            "release": Release(by=who, at=now, next_update=now),
        }
    )


def _correction(connection: Connection, sent: Notice, *, step: str, now: datetime) -> Notice:
    """Return *sent* as a draft again. What changed is told against the notice that is put right."""
    before = Before(
        notice=sent.id, at=sent.release.at if sent.release else sent.at, p=sent.judgement.p, level=sent.judgement.level
    )
    return sent.model_copy(
        update={
            "id": notice_id(sent.id, sent.client, salt=installation.salt(connection), step=step),
            "type": NoticeType.CORRECTION,
            "supersedes": sent.id,
            "at": now,
            "before": before,
            "drivers": (),
            "release": None,
        }
    )


def _owe(
    connection: Connection,
    settings: Settings,
    found: FoundNotice,
    recall: Notice,
    got: tuple[Delivery, ...],
    *,
    now: datetime,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Owe *recall* to those who got what it takes back, by the way they got it; else by whatever way they now have."""
    channels: dict[str, set[str]] = {}
    for delivery in got:
        channels.setdefault(delivery.recipient, set()).add(delivery.channel)
    alert_store.add(connection, recall)
    told: list[str] = []
    for name, by in sorted(channels.items()):
        hearer = settings.addressee(name)
        if hearer is None:
            continue
        ways = {kind: address for kind, address in hearer.channels.items() if kind in by} or hearer.channels
        reached = hearer.model_copy(update={"channels": ways})
        deliveries.plan(connection, planning.owed(recall, reached, None, now=now), at=now)
        told.append(name)
    gone = tuple(name for name in channels if settings.addressee(name) is None)
    if gone:
        planning.plan(connection, settings, unreachable(found.client, recall, gone, now=now), now=now)
    return tuple(told), gone
