"""A notice in hand: everything that a page shows of one, worked out together for whoever has it before them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from alerts.clients import ReleaseRule
from alerts.layouts.apart import OwnLayouts
from alerts.messages import render
from alerts.notices import Edits, Notice, NoticeState, Step, StepKind
from watcher.asking.opening import opened
from watcher.releasing.desk import Shown, edited, preview
from watcher.releasing.found import FoundNotice, find_exactly, in_order, newest_notices, waiting_notices, without_client
from watcher.releasing.letting_go import subscription_of
from watcher.releasing.proof import NoticeProof, for_contact, proof
from watcher.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """The notice as one language's contacts read it, and who they are with their channels."""

    lang: str
    subject: str
    text: str
    readers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InHand:
    """One notice, its words in every language that the client reads, and where it went if it was released."""

    shown: Shown
    edits: Edits
    words: tuple[Worded, ...]
    rule: ReleaseRule | None
    proof: NoticeProof | None

    @property
    def found(self) -> FoundNotice:
        """The notice with its client."""
        return self.shown.found

    @property
    def state(self) -> NoticeState:
        """Where it stands."""
        return self.found.kept.state

    @property
    def notice(self) -> Notice:
        """The notice as it would leave, or left."""
        return self.shown.notice

    @property
    def receipts(self) -> tuple[Step, ...]:
        """Who says to have it, oldest first."""
        return tuple(step for step in self.found.kept.steps if step.kind is StepKind.RECEIPT)

    @property
    def can_change(self) -> bool:
        """Whether its words can still be changed."""
        return self.state in (NoticeState.DRAFT, NoticeState.HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Notices of all clients: those that wait, oldest first, or the last of all; ``gone`` as in the desk's list."""

    notices: tuple[FoundNotice, ...]
    gone: tuple[str, ...] = ()
    more: bool = False
    """Whether older ones are there."""


def notice_in_hand(
    settings: Settings,
    wanted: str,
    *,
    who: str,
    now: datetime,
    own: OwnLayouts | None,
    words: Mapping[str, str] | None = None,
    leave_out: tuple[int, ...] = (),
) -> InHand | None:
    """Return the notice of exactly that id as *who* has it before them, or ``None``.

    With *words* (as :func:`~watcher.releasing.desk.edit` takes them) it is shown as it would read with them; nothing
    is kept. Raises :class:`~watcher.asking.refusal.DecisionError` for words of no part.
    """
    with opened(settings) as database, database.read() as connection:
        found = find_exactly(connection, settings, wanted)
        if found is None:
            return None
        shown = preview(connection, settings, found, who=who, now=now)
    edits, notice = found.kept.edits, shown.notice
    if words is not None and notice.release is not None and found.kept.sent is None:
        edits = edited(found.kept, words, leave_out=leave_out, now=now)
        notice = notice.model_copy(update={"edits": edits})
    return InHand(
        shown=replace(shown, notice=notice),
        edits=edits,
        words=tuple(_worded(found, notice, lang, own) for lang in found.client.languages),
        rule=_rule(found),
        proof=proof(settings, wanted) if found.kept.sent is not None else None,
    )


def notices_listed(settings: Settings, *, every: bool, limit: int, before: str = "") -> Listing:
    """Return the drafts that wait and those that are held, or with *every* the last *limit* of all, before that id."""
    with opened(settings) as database, database.read() as connection:
        gone = without_client(connection, settings)
        if every:
            found = newest_notices(connection, settings, limit=limit + 1, before=before)
            return Listing(notices=found[:limit], gone=gone, more=len(found) > limit)
        waiting = sorted(waiting_notices(connection, settings), key=in_order)
        return Listing(notices=tuple(waiting), gone=gone)


def _worded(found: FoundNotice, notice: Notice, lang: str, own: OwnLayouts | None) -> Worded:
    contacts = [one for one in found.client.addressees if one.lang == lang]
    said = render(for_contact(notice, contacts[0] if contacts else None), lang=lang, own=own)
    readers = tuple(f"{one.id} ({', '.join(one.channels)})" for one in contacts)
    return Worded(lang=lang, subject=said.subject, text=said.text, readers=readers)


def _rule(found: FoundNotice) -> ReleaseRule | None:
    subscription = subscription_of(found.client, found.kept.drafted)
    return subscription.release if subscription is not None else None
