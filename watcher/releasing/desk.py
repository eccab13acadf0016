"""Desk: drafts are listed, edited, gone over, held, archived and taken up again. Each is one more record."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from alerts.clients import Client
from alerts.drafts.rules import headline_faults
from alerts.notices import Edits, Notice, NoticeState, Release, Step, StepKind
from alerts.notices.edits import Part
from alerts.notices.states import FROM
from indicators.checks.references import suggestion
from watcher.asking.opening import opened
from watcher.asking.persons import by_whom
from watcher.asking.refusal import DecisionError
from watcher.releasing.found import FoundNotice, at_hand, every_notice, find, in_order, waiting_notices, without_client
from watcher.releasing.headlines import Tellable
from watcher.releasing.letting_go import faults, standing, told_state
from watcher.settings import Settings
from watcher.store import Connection, audit
from watcher.store.notices import KeptNotice

NEXT_UPDATE = "next_update"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The notices that were asked for, and clients of whom some are kept though the configuration has them no more."""

    notices: tuple[FoundNotice, ...]
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One notice as it would leave, or still goes out, and everything that stands against its release by *who*.

    ``remarks`` are for us alone.
    """

    found: FoundNotice
    notice: Notice
    against: tuple[str, ...]
    remarks: tuple[str, ...] = ()


def listed(settings: Settings, *, client: str = "", every: bool = False) -> Listed:
    """Return the drafts that wait and those that are held, or with *every* all notices; the oldest first."""
    with opened(settings) as database, database.read() as connection:
        asked = every_notice if every else waiting_notices
        notices = asked(connection, settings, client=client)
        gone = without_client(connection, settings) if not client else ()
    return Listed(notices=tuple(sorted(notices, key=in_order)), gone=gone)


def shown(settings: Settings, wanted: str, *, who: str, now: datetime) -> Shown:
    """Return the notice *wanted* word for word as it would leave now, by *who*."""
    with opened(settings) as database, database.read() as connection:
        found = find(connection, settings, wanted)
        return preview(connection, settings, found, who=who, now=now)


def preview(connection: Connection, settings: Settings, found: FoundNotice, *, who: str, now: datetime) -> Shown:
    """Return *found* as it would leave now."""
    told = standing(connection, settings, found)
    notice = told.notice
    if notice.release is not None:
        return Shown(found=found, notice=notice, against=(), remarks=(*found.kept.remarks, *_kept_back(told)))
    against = tuple(faults(connection, settings, found, who=who, now=now))
    expected = now + settings.notices.next_update.at(notice.urgency)
    would = notice.model_copy(update={"release": Release(by=who, at=now, next_update=expected)})
    remarks = (*found.kept.remarks, *_left_out(told))
    return Shown(found=found, notice=would, against=against, remarks=remarks)


def _left_out(told: Tellable) -> Iterator[str]:
    if told.withheld:
        yield (
            f"{len(told.withheld)} headline(s) are left out: since the draft was made their source may not be named "
            "any more"
        )


def _kept_back(told: Tellable) -> Iterator[str]:
    if told.withheld:
        yield (
            f"{len(told.withheld)} headline(s) are left out of what goes out from now on: since it was released their "
            "source may not be named any more; the proof of delivery has the words that each contact was sent"
        )


def edit(
    settings: Settings,
    wanted: str,
    words: Mapping[str, str],
    *,
    who: str,
    why: str,
    now: datetime,
    leave_out: Iterable[int] = (),
) -> FoundNotice:
    """Change the words of the draft *wanted*: ``{"advice.en": "…", "next_update": "2026-01-05T12:00Z"}``.

    Raises :class:`~watcher.asking.refusal.DecisionError` for a part that is none, or a headline that is no judgement.
    """
    who, why = by_whom(who, why)
    with at_hand(settings, wanted) as (connection, found):
        edits = edited(found.kept, words, leave_out=leave_out, now=now)
        _editable(connection, settings, found, edits)
        return _revised(connection, found, edits, who=who, why=why, now=now)


def take_back(settings: Settings, wanted: str, *, who: str, why: str, now: datetime) -> FoundNotice:
    """Put the words of the draft *wanted* back as they stood before the last edit; both stay on record."""
    who, why = by_whom(who, why)
    with at_hand(settings, wanted) as (connection, found):
        revisions = found.kept.revisions
        if not revisions:
            raise DecisionError(f"{found.kept.id} was not edited: there is nothing to take back")
        before = revisions[-2].edits if len(revisions) > 1 else found.kept.drafted.edits
        _editable(connection, settings, found, before)
        return _revised(connection, found, before, who=who, why=why, now=now)


def edited(kept: KeptNotice, words: Mapping[str, str], *, leave_out: Iterable[int], now: datetime) -> Edits:
    """Return the edits of *kept* with *words* and findings to *leave_out* (by number from 1) added."""
    edits = kept.edits
    for field, text in words.items():
        if field == NEXT_UPDATE:
            edits = edits.model_copy(update={NEXT_UPDATE: _moment(text, now)})
            continue
        part, _, lang = field.partition(".")
        if part not in set(Part) or lang not in ("en", "fr"):
            known = [f"{one}.{each}" for one in Part for each in ("en", "fr")] + [NEXT_UPDATE]
            raise DecisionError(f"no part {field!r}: {suggestion(field, known)}")
        edits = edits.with_words(Part(part), lang, text)
    numbers = sorted({*edits.left_out, *leave_out})
    if wrong := [n for n in numbers if not 1 <= n <= len(kept.drafted.findings)]:
        raise DecisionError(f"there is no event {wrong[0]} to leave out: it has {len(kept.drafted.findings)}")
    return edits.model_copy(update={"left_out": tuple(numbers)})


def _moment(text: str, now: datetime) -> datetime | None:
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise DecisionError(f"{NEXT_UPDATE}: {text!r} is no time; write 2026-01-05T12:00Z") from None
    if moment.tzinfo is None:
        raise DecisionError(f"{NEXT_UPDATE}: {text!r} needs its zone; write 2026-01-05T12:00Z")
    if moment <= now or moment > now + timedelta(days=365):
        raise DecisionError(f"{NEXT_UPDATE}: {text!r} is not ahead, or more than a year")
    return moment


def _editable(connection: Connection, settings: Settings, found: FoundNotice, edits: Edits) -> None:
    kept = found.kept
    if kept.state not in (NoticeState.DRAFT, NoticeState.HELD):
        raise DecisionError(f"{kept.id} is {told_state(kept)}: `watcher notices correct` puts right what has left")
    if edits == kept.edits:
        raise DecisionError("nothing would change: give --set part.lang=TEXT, --file or --leave-out N")
    would = standing(connection, settings, found).notice.model_copy(update={"edits": edits})
    against = [fault for lang in found.client.languages for fault in headline_faults(would, lang)]
    if against:
        raise DecisionError("; ".join(against))


def _revised(
    connection: Connection, found: FoundNotice, edits: Edits, *, who: str, why: str, now: datetime
) -> FoundNotice:
    after = found.notices.revise(found.kept, edits, who=who, why=why, at=now)
    detail: dict[str, Any] = {
        "client": found.client.id,
        "notice": after.id,
        "why": why,
        "revision": len(after.revisions),
    }
    detail |= {"before": _words_of(found.kept.edits), "after": _words_of(edits)}
    audit.write(connection, at=now, who=who, what="notice edited", detail=detail)
    return found.now(after)


def _words_of(edits: Edits) -> dict[str, Any]:
    """What a person has worded so far, as plain values."""
    return edits.model_dump(mode="json", exclude_defaults=True)


def take_step(
    settings: Settings, wanted: str, kind: StepKind, *, who: str, why: str, now: datetime, about: str = ""
) -> FoundNotice:
    """Take one step with the notice *wanted*: go over it, hold, archive or reopen it, or note a receipt."""
    who, why = by_whom(who, why)
    with at_hand(settings, wanted) as (connection, found):
        kept = found.kept
        if kept.state not in FROM[kind]:
            wanted_states = " or ".join(FROM[kind])
            raise DecisionError(f"{kept.id} is {told_state(kept)}: only what is {wanted_states} can be so ({kind})")
        if kind is StepKind.RECEIPT:
            about = _contact(found.client, about)
        after = found.notices.step(kept, Step(kind=kind, who=who, why=why, at=now, about=about))
        detail: dict[str, Any] = {"client": found.client.id, "notice": kept.id, "why": why}
        detail |= {"before": {"state": kept.state}, "after": {"state": after.state}}
        audit.write(connection, at=now, who=who, what=f"notice: {kind}", detail=detail)
        return found.now(after)


def _contact(client: Client, wanted: str) -> str:
    known = [contact.id for contact in client.contacts]
    name = wanted.removeprefix(f"{client.id}/")
    if name not in known:
        raise DecisionError(f"no contact {wanted!r} of {client.id}: {suggestion(wanted, known)}")
    return f"{client.id}/{name}"
