"""Events: listed, shown, and ruled on by a person."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from indicators.assessments import forecasts
from indicators.checks.references import suggestion
from indicators.events import DecisionKind, Event, EventDecision
from indicators.events.decisions import standing
from indicators.events.event import known_at
from indicators.publishers import Grade, Reliability
from indicators.rules import CountKind
from watcher.asking.naming import SHORT, named
from watcher.asking.opening import opened, recording
from watcher.asking.persons import by_whom
from watcher.asking.refusal import DecisionError
from watcher.deciding.desk import Desk, desks
from watcher.deciding.foreseen import Foreseen, foreseen
from watcher.settings import Settings
from watcher.store import Connection, audit, event_decisions

Plan = Callable[[Desk], tuple[EventDecision, ...]]
_TWO = 2
_LISTED = "`watcher events --since 90d` lists them"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundEvent:
    """One event with the assessment it belongs to, and every decision that named one of its reports."""

    desk: Desk
    event: Event

    @property
    def decisions(self) -> tuple[EventDecision, ...]:
        """Every decision about its reports, withdrawn ones and withdrawals included, oldest first."""
        ids = {r.item.id for r in (*self.event.reports, *self.event.against)}
        own = [d for d in self.desk.decisions if d.indicator == self.event.indicator and not ids.isdisjoint(d.reports)]
        return tuple(own)

    @property
    def standing(self) -> tuple[EventDecision, ...]:
        """Those that stand: what was decided about it as it now is."""
        stands = {d.number for d in standing(self.desk.decisions)}
        return tuple(d for d in self.decisions if d.number in stands)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """What was put on record, and what it would make of the last judgement."""

    assessment: str
    decisions: tuple[EventDecision, ...]
    foreseen: Foreseen


def events_listed(
    settings: Settings, *, since: datetime, indicator: str = "", scenario: str = ""
) -> tuple[FoundEvent, ...]:
    """Return the events from *since* on, oldest first; of one indicator, or of those that bear on one scenario."""
    with opened(settings) as database, database.read() as connection:
        known = desks(connection, settings)
    return events_of(known, since=since, indicator=indicator, scenario=scenario)


def events_of(
    known: Sequence[Desk], *, since: datetime, indicator: str = "", scenario: str = ""
) -> tuple[FoundEvent, ...]:
    """Return the events of the desks *known*, chosen in the same way."""
    wanted = _indicators(known, indicator, scenario)
    found = [FoundEvent(desk=desk, event=e) for desk in known for e in desk.events if e.when >= since]
    return tuple(f for f in found if wanted is None or (f.desk.assessment.id, f.event.indicator) in wanted)


def event_shown(settings: Settings, wanted: str) -> FoundEvent:
    """Return the event *wanted*; the beginning of its id is enough."""
    with opened(settings) as database, database.read() as connection:
        return event_of(desks(connection, settings), wanted)


def judge_event(
    settings: Settings,
    wanted: str,
    kind: DecisionKind,
    *,
    who: str,
    why: str,
    now: datetime,
    grade: str = "",
    within: Connection | None = None,
) -> Ruled:
    """Confirm, reject or regrade the event *wanted*. Raises :class:`DecisionError` where that makes no sense.

    Here and below, *within* is a transaction that is open already; without it there is one of its own.
    """
    given = grade_of(grade) if kind is DecisionKind.REGRADE else None

    def plan(desk: Desk) -> tuple[EventDecision, ...]:
        found = event_of((desk,), wanted)
        last = found.event.decision
        if last is not None and (last.kind, last.grade) == (kind, given):
            told = f"{found.event.id} was {_DONE[kind]} by {last.who} already"
            raise DecisionError(f"{told} (decision {last.number}); `watcher events withdraw {last.number}` undoes it")
        reports = _anchored(desk, found.event)
        return (_new(desk, kind, found.event.indicator, reports, who, why, now, grade=given),)

    return _record(settings, wanted, plan, who=who, why=why, within=within)


def merge_events(
    settings: Settings, wanted: Sequence[str], *, who: str, why: str, now: datetime, within: Connection | None = None
) -> Ruled:
    """Rule that the events *wanted* are one happening."""

    def plan(desk: Desk) -> tuple[EventDecision, ...]:
        found = list({f.event.id: f.event for name in wanted for f in (event_of((desk,), name),)}.values())
        if len(found) < _TWO:
            raise DecisionError("a merge needs two events or more: name their ids")
        names = sorted({event.indicator for event in found})
        if len(names) > 1:
            told = f"these are events of {' and '.join(names)}"
            raise DecisionError(f"{told}: what one indicator counts is no event of another, so they cannot be merged")
        if _counts_days(desk, names[0]):
            first, *others = (event.id[:SHORT] for event in found)
            once = " and ".join(f'`watcher events reject {other} --why "the same as {first}"`' for other in others)
            raise DecisionError(f"{_a_day_each(names[0])}, so they cannot be merged; to count them once: {once}")
        reports = [r.item.id for event in found for r in event.reports]
        return (_new(desk, DecisionKind.MERGE, names[0], reports, who, why, now),)

    return _record(settings, wanted[0] if wanted else "", plan, who=who, why=why, within=within)


def split_event(
    settings: Settings,
    wanted: str,
    items: Sequence[str],
    *,
    who: str,
    why: str,
    now: datetime,
    within: Connection | None = None,
) -> Ruled:
    """Rule that the reports *items* of the event *wanted* are of a happening of their own."""

    def plan(desk: Desk) -> tuple[EventDecision, ...]:
        event = event_of((desk,), wanted).event
        if _counts_days(desk, event.indicator):
            told = f"{_a_day_each(event.indicator)}: a report is of every place that it names, on its own day"
            wrong = f"`watcher events reject {event.id[:SHORT]} --why TEXT` if the place was not in that state then"
            raise DecisionError(f"{told}, so they cannot be split; {wrong}")
        held = [r.item.id for r in event.reports]
        off = list(dict.fromkeys(named(item, held, what="report") for item in items))
        rest = [item for item in held if item not in off]
        if not off:
            raise DecisionError("a split needs the ids of the reports that are of another happening")
        if not rest:
            told = f"{event.id} has {len(held)} report(s) and all would go"
            raise DecisionError(f"{told}: leave at least one, or reject the event")
        first = _new(desk, DecisionKind.SPLIT, event.indicator, off, who, why, now)
        if _parted(desk, (first,), off, rest):
            return (first,)
        # The rest would find its way back to what was split off, by its text or its place: it is held apart too.
        second = _new(desk, DecisionKind.SPLIT, event.indicator, rest, who, why, now, after=first)
        return first, second

    return _record(settings, wanted, plan, who=who, why=why, within=within)


def withdraw_decision(
    settings: Settings, number: int, *, who: str, why: str, now: datetime, within: Connection | None = None
) -> Ruled:
    """Take back the decision about events with that number, and what was put on record with it; both stay there."""

    def plan(desk: Desk) -> tuple[EventDecision, ...]:
        made = {d.number: d for d in desk.decisions}
        if number not in made:
            raise DecisionError(_no_number(number, desk))
        undone = next((d for d in _taken_back(desk.decisions) if d.withdraws == number), None)
        if undone is not None:
            raise DecisionError(f"decision {number} was withdrawn already, by {undone.who} (decision {undone.number})")
        return tuple(_withdrawals(desk, _one_act(desk, made[number]), who, why, now))

    return _record(settings, number, plan, who=who, why=why, within=within)


def grade_of(told: str) -> Grade:
    """Return the Admiralty grade that *told* writes, e.g. B2; else say how it is written."""
    written = told.strip().upper()
    if len(written) != _TWO or written[0] not in set(Reliability) or written[1] not in "123456":
        raise DecisionError(f"{told!r} is no grade: write a letter A to F and a digit 1 to 6, as B2")
    return Grade(reliability=Reliability(written[0]), credibility=int(written[1]))


_DONE = {DecisionKind.CONFIRM: "confirmed", DecisionKind.REJECT: "rejected", DecisionKind.REGRADE: "given this grade"}


def _record(
    settings: Settings, wanted: str | int, plan: Plan, *, who: str, why: str, within: Connection | None
) -> Ruled:
    """Put on record what *plan* makes of the desk that knows *wanted*, with what it would change."""
    by_whom(who, why)
    with recording(settings, within) as connection:
        desk = _desk_with(desks(connection, settings), wanted)
        made = plan(desk)
        effect = foreseen(desk.evaluation, desk.judged(more=made))
        kept = tuple(
            event_decisions.add(
                connection,
                desk.assessment.id,
                kind=d.kind,
                indicator=d.indicator,
                reports=d.reports,
                who=d.who,
                why=d.why,
                at=d.at,
                grade=d.grade,
                withdraws=d.withdraws,
            )
            for d in made
        )
        for decision in kept:
            detail = {
                "assessment": desk.assessment.id,
                "number": decision.number,
                "kind": decision.kind.value,
                "indicator": decision.indicator,
                "reports": list(decision.reports),
                "grade": str(decision.grade) if decision.grade else None,
                "withdraws": decision.withdraws,
                "why": decision.why,
            }
            audit.write(connection, at=decision.at, who=decision.who, what="event decided", detail=detail)
    return Ruled(assessment=desk.assessment.id, decisions=kept, foreseen=effect)


def _desk_with(known: Sequence[Desk], wanted: str | int) -> Desk:
    if isinstance(wanted, str):
        return event_of(known, wanted).desk
    found = next((desk for desk in known if any(d.number == wanted for d in desk.decisions)), None)
    if found is None:
        raise DecisionError(_no_number(wanted, *known))
    return found


def _no_number(number: int, *known: Desk) -> str:
    numbers = sorted(d.number for desk in known for d in standing(desk.decisions))
    told = f"those that stand: {', '.join(map(str, numbers))}" if numbers else "no decision about an event stands"
    return f"no decision {number} about an event; {told}"


def event_of(known: Sequence[Desk], wanted: str) -> FoundEvent:
    """Return the event *wanted* of the desks *known*; refused where there is none, or more than one so begins."""
    by_id = {event.id: FoundEvent(desk=desk, event=event) for desk in known for event in desk.events}
    return by_id[named(wanted, by_id, what="event", elsewhere=_LISTED)]


def _indicators(known: Sequence[Desk], indicator: str, scenario: str) -> set[tuple[str, str]] | None:
    """Return the indicators that are asked for, by assessment; ``None`` for all."""
    every = [(desk.assessment, i) for desk in known for i in desk.assessment.indicators]
    if indicator and indicator not in {i.id for _, i in every}:
        raise DecisionError(f"no indicator {indicator!r}: {suggestion(indicator, [i.id for _, i in every])}")
    lines = {f.key: f.scenario for desk in known for f in forecasts(desk.assessment)}
    lines |= {key: key for key in lines.values()}
    if scenario and scenario not in lines:
        raise DecisionError(f"no scenario {scenario!r}: {suggestion(scenario, lines)}")
    if not indicator and not scenario:
        return None
    return {
        (a.id, i.id)
        for a, i in every
        if indicator in ("", i.id)
        and (not scenario or lines[scenario] in i.effects or i.candidate_resolution == lines[scenario])
    }


def _new(
    desk: Desk,
    kind: DecisionKind,
    indicator: str,
    reports: Iterable[str],
    who: str,
    why: str,
    now: datetime,
    *,
    grade: Grade | None = None,
    withdraws: int | None = None,
    after: EventDecision | None = None,
) -> EventDecision:
    """Return a decision that comes after all others, to be tried; the store gives it its number."""
    last = after.number if after else max((d.number for d in desk.decisions), default=0)
    return EventDecision(
        number=last + 1,
        kind=kind,
        indicator=indicator,
        reports=tuple(dict.fromkeys(reports)),
        who=who.strip(),
        why=why.strip(),
        at=now,
        grade=grade,
        withdraws=withdraws,
    )


def _anchored(desk: Desk, event: Event) -> list[str]:
    """Return the reports of *event*, the one first by which a decision about it is found again.

    That is one that no other event has (a report may tell of several places), and of those the one known first.
    """
    others = [e for e in desk.evaluation.casebook.events_of(event.indicator) if e.id != event.id]
    shared = {r.item.id for other in others for r in other.reports}
    ordered = sorted(event.reports, key=lambda r: (r.item.id in shared, known_at(r), r.item.id))
    return [r.item.id for r in ordered]


def _counts_days(desk: Desk, indicator: str) -> bool:
    return desk.assessment.indicator(indicator).count.of is CountKind.PLACE_DAY


def _a_day_each(indicator: str) -> str:
    return f"{indicator} counts days at a place, and a place and a day are one event whatever the reports"


def _one_act(desk: Desk, decision: EventDecision) -> tuple[EventDecision, ...]:
    """Return *decision* with those that one command put on record with it and that still stand: a split may be two."""
    gone = {d.withdraws for d in _taken_back(desk.decisions)}
    act = (decision.kind, decision.indicator, decision.who, decision.why, decision.at)
    return tuple(d for d in desk.decisions if (d.kind, d.indicator, d.who, d.why, d.at) == act and d.number not in gone)


def _withdrawals(
    desk: Desk, decisions: Iterable[EventDecision], who: str, why: str, now: datetime
) -> Iterator[EventDecision]:
    last: EventDecision | None = None
    for d in decisions:
        last = _new(desk, DecisionKind.WITHDRAW, d.indicator, d.reports, who, why, now, withdraws=d.number, after=last)
        yield last


def _parted(desk: Desk, more: Iterable[EventDecision], off: Sequence[str], rest: Sequence[str]) -> bool:
    """Whether, with *more* decisions, the reports *off* are one event and the *rest* another."""
    (name,) = {d.indicator for d in more}
    events = desk.evaluation.casebook.decided((*desk.decisions, *more)).events_of(name)
    holding = [{r.item.id for r in e.reports} & {*off, *rest} for e in events]
    return {frozenset(ids) for ids in holding if ids} == {frozenset(off), frozenset(rest)}


def _taken_back(decisions: Sequence[EventDecision]) -> tuple[EventDecision, ...]:
    """Return the withdrawals that stand themselves."""
    gone: set[int] = set()
    found: list[EventDecision] = []
    for decision in sorted(decisions, key=lambda d: d.number, reverse=True):
        if decision.withdraws is not None and decision.number not in gone:
            gone.add(decision.withdraws)
            found.append(decision)
    return tuple(found)
