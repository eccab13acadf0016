"""Letting go: the rules are asked, the notice is worded for good, and what is owed to whom is planned, all at once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from alerts.alert import Alert
from alerts.clients import Client, ReleaseRule, Subscription
from alerts.drafts.rules import Handled, persons_missing, too_soon, words_missing
from alerts.markings import strictness
from alerts.notices import Notice, NoticeState, Release, Step, StepKind
from indicators.assessments import forecasts
from indicators.bands import percent
from indicators.decisions import MoveDecision, MoveDecisionKind, standing_decisions
from watcher.asking.refusal import DecisionError
from watcher.assessments import in_force
from watcher.releasing.found import FoundNotice, at_hand
from watcher.releasing.headlines import Tellable, tellable
from watcher.releasing.unreachable import unreachable
from watcher.saying import planning
from watcher.settings import Settings
from watcher.store import Connection, audit, delivery_acts, move_decisions
from watcher.store import alerts as alert_store
from watcher.store.notices import KeptNotice, last_told, released_at

MACHINE = "watcher"
"""Who takes the steps that no person takes."""


def release(settings: Settings, wanted: str, *, who: str, why: str, now: datetime, anyway: bool = False) -> FoundNotice:
    """Let the notice *wanted* go to its client, by the named person *who*.

    Raises :class:`~watcher.asking.refusal.DecisionError` with everything that stands against it. *anyway* lets it go
    though the client was told of this scenario a short time ago.
    """
    with at_hand(settings, wanted) as (connection, found):
        against = list(faults(connection, settings, found, who=who, now=now, anyway=anyway))
        if against:
            raise DecisionError(f"{found.kept.id} stays: " + "; ".join(against))
        return let_go(connection, settings, found, who=who.strip(), why=why.strip(), now=now)


def faults(
    connection: Connection, settings: Settings, found: FoundNotice, *, who: str, now: datetime, anyway: bool = False
) -> Iterator[str]:
    """Yield everything that stands against the release of a notice by *who*."""
    kept, client = found.kept, found.client
    if kept.state is not NoticeState.DRAFT:
        yield f"it is {told_state(kept)}"
        return
    subscription, gone = subscription_of(client, kept.drafted), kept.drafted.judgement.gone
    if subscription is None and not gone:
        yield f"no subscription of {client.id} speaks of {kept.drafted.judgement.scenario} any more"
        return
    if gone and _asked_again(connection, settings, kept.drafted):
        again = f"{kept.drafted.assessment} asks {kept.drafted.judgement.scenario} again, so nothing is over"
        yield f"{again}; `watcher notices archive {kept.id}` puts this draft away"
    if who.strip().casefold() == MACHINE:
        yield f"{MACHINE} is no person's name: --by NAME"
    # The end of a question reaches whoever was told of it, though the subscription went with the assessment.
    rule = subscription.release if subscription is not None else ReleaseRule.REVIEWED
    yield from persons_missing(rule, Handled(worked=hands(kept), releases=who))
    yield from above_ceiling(connection, settings, found)
    yield from undecided(connection, kept)
    yield from words_missing(standing(connection, settings, found).notice, client.languages)
    wait = waits_until(settings, found, now=now)
    if wait is not None and not anyway:
        told = f"{client.id} was told of {kept.drafted.judgement.scenario} a short time ago"
        yield f"{told}; it may leave from {wait:%Y-%m-%d %H:%M} UTC on, or with --anyway"


def _asked_again(connection: Connection, settings: Settings, notice: Notice) -> bool:
    """Whether an assessment in force asks what *notice* says that we no longer do: it was put back since."""
    judged = (a for a in in_force(connection, settings.assessments) if a.id == notice.assessment)
    return any(forecast.key == notice.judgement.scenario for a in judged for forecast in forecasts(a))


def above_ceiling(connection: Connection, settings: Settings, found: FoundNotice) -> Iterator[str]:
    """Yield why a notice may not be shown to its client any more. What puts right what they know, or ends it, may."""
    drafted, client = found.kept.drafted, found.client
    marking = _guarded(connection, settings, drafted).marking
    if strictness(marking) > strictness(client.ceiling) and not drafted.corrects and not drafted.judgement.gone:
        yield f"{drafted.assessment} is marked {marking} by now, above the ceiling of {client.id}, {client.ceiling}"


def _guarded(connection: Connection, settings: Settings, notice: Notice) -> Notice:
    """Return *notice* marked as its assessment is, where that was marked more strictly since the draft."""
    judged = next((a for a in in_force(connection, settings.assessments) if a.id == notice.assessment), None)
    if judged is None or strictness(judged.marking) <= strictness(notice.marking):
        return notice
    return notice.model_copy(update={"marking": judged.marking})


def told_state(kept: KeptNotice) -> str:
    """Return where *kept* stands and by whom, as a clause."""
    last = kept.steps[-1] if kept.steps else None
    by = f" by {last.who}" if last is not None and last.who else ""
    undo = "; `watcher notices reopen` makes it a draft again" if kept.state in _REOPENED else ""
    return f"{kept.state} already{by}{undo}"


_REOPENED = (NoticeState.HELD, NoticeState.ARCHIVED)


def hands(kept: KeptNotice) -> tuple[str, ...]:
    """Return the names of those who edited *kept* or went over it, each once."""
    names = [r.who for r in kept.revisions] + [s.who for s in kept.steps if s.kind is StepKind.REVIEW]
    return tuple(dict.fromkeys(names))


def undecided(connection: Connection, kept: KeptNotice) -> Iterator[str]:
    """Yield why the move behind *kept* is not one that we stand by. Facts alone rest on no figure, and no end does."""
    if kept.drafted.facts_only or kept.drafted.judgement.gone:
        return
    decision = decision_about(connection, kept)
    if decision is not None and decision.kind is MoveDecisionKind.REJECT:
        yield f"its move was rejected by {decision.who}; `watcher decide {kept.move[:8]} withdraw` undoes that"
    alert = alert_store.find(connection, kept.move)
    if decision is None and isinstance(alert, Alert) and alert.proposed:
        yield f"its move is proposed and nobody has decided: `watcher decide {kept.move[:8]} accept|amend|reject`"


def decision_about(connection: Connection, kept: KeptNotice) -> MoveDecision | None:
    """Return what stands decided about the move behind *kept*."""
    notice = kept.drafted
    made = move_decisions.decisions(connection, notice.assessment, key=notice.judgement.scenario)
    return standing_decisions(made).get(kept.move)


def standing(connection: Connection, settings: Settings, found: FoundNotice) -> Tellable:
    """Return a notice as it stands: with its edits, with the figure and confidence that a person decided on.

    What was told last may have been withdrawn or corrected since it was drafted; then it says so. Of a source that may
    not be named any more it has no word; what was released is as it still goes out.
    """
    kept = found.kept
    if kept.sent is not None:
        return tellable(connection, settings, kept.sent, move=kept.move)
    decision = decision_about(connection, kept)
    told = tellable(connection, settings, _guarded(connection, settings, _after_recalls(found)), move=kept.move)
    if decision is None or decision.kind is MoveDecisionKind.REJECT:
        return told
    return replace(told, notice=told.notice.decided(decision.p, decision.confidence or ""))


def _after_recalls(found: FoundNotice) -> Notice:
    worded = found.kept.worded
    if not worded.before.notice or worded.corrects:
        return worded
    line = found.notices.every(assessment=worded.assessment, scenario=worded.judgement.scenario)
    correction = next(
        (n for n in line if n.sent is not None and n.sent.corrects and n.sent.supersedes == worded.supersedes), None
    )
    last = correction or next((n for n in line if n.id == worded.before.notice), None)
    if last is None:
        return worded
    withdrawn = last.state is NoticeState.WITHDRAWN
    before = worded.before.model_copy(update={"notice": last.id, "at": released_at(last), "withdrawn": withdrawn})
    return worded.model_copy(update={"before": before, "supersedes": last.id})


def waits_until(settings: Settings, found: FoundNotice, *, now: datetime) -> datetime | None:
    """Return from when on the notice may leave, if its client was told of this scenario a short time ago."""
    drafted = found.kept.drafted
    line = found.notices.every(assessment=drafted.assessment, scenario=drafted.judgement.scenario)
    last = last_told(line)
    before = last.sent if last is not None else None
    return too_soon(drafted, before, at_most_every=settings.notices.at_most_every, now=now)


def let_go(
    connection: Connection, settings: Settings, found: FoundNotice, *, who: str, why: str, now: datetime
) -> FoundNotice:
    """Word the notice for good, owe it to the client's contacts, and put that on record. The rules were asked before.

    Without *who* it left by itself.
    """
    kept, client = found.kept, found.client
    worded = standing(connection, settings, found).notice
    expected = now + settings.notices.next_update.at(worded.urgency)
    notice = worded.model_copy(update={"release": Release(by=who, at=now, next_update=expected)})
    planning.plan(
        connection, settings, notice, now=now, to=_hearers(connection, settings, client, notice, who=who, now=now)
    )
    after = found.notices.step(kept, Step(kind=StepKind.RELEASE, who=who or MACHINE, why=why, at=now))
    detail: dict[str, Any] = {
        "client": client.id,
        "notice": kept.id,
        "type": notice.type,
        "figure": percent(notice.judgement.p),
    }
    detail |= {"before": {"state": kept.state}, "after": {"state": after.state}}
    audit.write(connection, at=now, who=who or MACHINE, what="notice released", detail=detail | {"why": why})
    return found.now(found.notices.get(kept.id) or after)


def _hearers(
    connection: Connection, settings: Settings, client: Client, notice: Notice, *, who: str, now: datetime
) -> tuple[str, ...]:
    """All contacts. What a correction puts right is given up where it has not arrived yet: nobody reads it first.

    Whoever got it and has left the configuration is told to our operators: nobody else can put it right for them.
    """
    if notice.corrects:
        why = f"corrected by {notice.id}"
        got = delivery_acts.recall(connection, notice.supersedes, who=who or MACHINE, at=now, why=why)
        names = dict.fromkeys(delivery.recipient for delivery in got)
        gone = tuple(name for name in names if settings.addressee(name) is None)
        if gone:
            planning.plan(connection, settings, unreachable(client, notice, gone, now=now), now=now)
    return tuple(contact.id for contact in client.addressees)


def subscription_of(client: Client, notice: Notice) -> Subscription | None:
    """Return the subscription of *client* whose rules *notice* goes by: a line may have another for graver levels."""
    return client.subscription_of(notice.assessment, notice.judgement.scenario, notice.clear_at)
