"""Tasks: what waits for a person. They are read off the record each time and kept nowhere."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from enum import StrEnum
from typing import Any

from alerts.notices import NoticeState
from indicators.assessments import Assessment, forecasts
from indicators.bands import percent
from indicators.events import Event
from watcher.asking.naming import SHORT
from watcher.asking.opening import opened
from watcher.assessments import in_force
from watcher.deciding.desk import Desk, desk_of
from watcher.deciding.ending import waiting_ends
from watcher.deciding.moves import waiting_moves
from watcher.deciding.resolving import standing_ruling
from watcher.releasing.found import waiting_notices
from watcher.settings import Settings
from watcher.store import Connection, rulings
from watcher.store.notices import waits_since


class TaskKind(StrEnum):
    """Why somebody has to look."""

    CONFIRM = "confirm"  # an event that may be what a scenario asks about
    DUE = "due"  # a question whose fixed last day is over, and on which nobody has ruled
    REVIEW = "review"  # a move that was proposed and not decided on
    RELEASE = "release"  # a notice to a client that waits
    OVERDUE = "overdue"  # an assessment past its review
    END = "end"  # what an assessment said that was taken out, and stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do: since when, in words, the ids it is about, and the command that does it."""

    kind: TaskKind
    assessment: str
    scenario: str
    since: datetime
    what: str
    about: tuple[str, ...]
    do: str

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "kind": self.kind,
            "assessment": self.assessment,
            "scenario": self.scenario or None,
            "since": self.since,
            "what": self.what,
            "about": list(self.about),
            "do": self.do,
        }


def tasks(settings: Settings, *, now: datetime) -> tuple[Task, ...]:
    """Return everything that waits for a person at *now*, the oldest of each kind first."""
    with opened(settings) as database, database.read() as connection:
        return tuple(sorted(_all(connection, settings, now), key=lambda t: (t.kind, t.since, t.scenario)))


def _all(connection: Connection, settings: Settings, now: datetime) -> Iterator[Task]:
    yield from _releases(connection, settings)
    yield from _ends(connection, settings)
    for assessment in in_force(connection, settings.assessments):
        for report in waiting_moves(connection, assessment):
            move = report.move
            change = f"{percent(move.before)} -> {percent(move.after)}"
            yield Task(
                kind=TaskKind.REVIEW,
                assessment=assessment.id,
                scenario=move.key,
                since=move.at,
                what=f"{move.key}: {change} is proposed ({', '.join(move.reasons)})",
                about=(move.id,),
                do=f"watcher decide {move.id[:SHORT]} accept|amend|reject",
            )
        desk = desk_of(connection, assessment)
        if desk is not None:
            yield from _confirmations(connection, desk)
        yield from _last_days(connection, assessment, now)
        if now.date() > assessment.review_by:
            yield Task(
                kind=TaskKind.OVERDUE,
                assessment=assessment.id,
                scenario="",
                since=datetime.combine(assessment.review_by, time(), tzinfo=UTC),
                what=f"{assessment.id}: its review was due on {assessment.review_by}",
                about=(),
                do="write its next version, with a later review_by",
            )


def _last_days(connection: Connection, assessment: Assessment, now: datetime) -> Iterator[Task]:
    """Yield one task for each question whose fixed last day is over: from then on only a ruling counts."""
    made = rulings.rulings(connection, assessment.id)
    for forecast in forecasts(assessment):
        closes = forecast.closes
        if closes is None or now < closes or standing_ruling(tuple(r for r in made if r.key == forecast.key)):
            continue
        yield Task(
            kind=TaskKind.DUE,
            assessment=assessment.id,
            scenario=forecast.key,
            since=closes,
            what=f"{forecast.key}: its last day, {forecast.last_day}, is over; did it occur by then?",
            about=(),
            do=f"watcher resolve {forecast.key} occurred|did-not",
        )


def _releases(connection: Connection, settings: Settings) -> Iterator[Task]:
    for found in waiting_notices(connection, settings):
        notice = found.kept.drafted
        if found.kept.state is NoticeState.DRAFT:
            yield Task(
                kind=TaskKind.RELEASE,
                assessment=notice.assessment,
                scenario=notice.judgement.scenario,
                since=waits_since(found.kept),
                what=f"{notice.type} to {found.client.name} of {notice.judgement.scenario} is not released",
                about=(notice.id,),
                do=f"watcher notices show {notice.id}",
            )


def _ends(connection: Connection, settings: Settings) -> Iterator[Task]:
    for since, one in waiting_ends(connection, settings):
        yield Task(
            kind=TaskKind.END,
            assessment=one.assessment,
            scenario="",
            since=since,
            what=f"{one.assessment} is not judged any more: {one.told['en']}",
            about=(),
            do=f"watcher assessments end {one.assessment}, or put its file back",
        )


def _confirmations(connection: Connection, desk: Desk) -> Iterator[Task]:
    """Yield one task for each scenario of which an event has become known since the last ruling on it.

    Where it is ruled that the scenario occurred there is nothing left to ask.
    """
    ruled: dict[str, datetime] = {}
    for ruling in rulings.rulings(connection, desk.assessment.id):
        ruled[ruling.key.partition(".")[0]] = ruling.at
    over = {key.partition(".")[0] for key, happened in desk.happened.items() if happened}
    candidates = {i.id: i.candidate_resolution for i in desk.assessment.indicators if i.candidate_resolution}
    found: dict[str, list[Event]] = defaultdict(list)
    for event in desk.events:
        scenario = candidates.get(event.indicator)
        if not scenario or scenario in over or event.refuted:
            continue
        if scenario not in ruled or event.known > ruled[scenario]:
            found[scenario].append(event)
    for scenario, events in found.items():
        keys = [f.key for f in forecasts(desk.assessment) if f.scenario == scenario]
        newest = max(events, key=lambda e: (e.known, e.id))
        more = f" and {len(events) - 1} more" if len(events) > 1 else ""
        where = desk.place(newest.place) or "no place named"
        told = f"event {newest.id[:SHORT]}, {newest.indicator}, {newest.day}, {where}, {newest.grade}"
        yield Task(
            kind=TaskKind.CONFIRM,
            assessment=desk.assessment.id,
            scenario=scenario,
            since=min(event.known for event in events),
            what=f"{scenario}: has it occurred? {told}{more}",
            about=tuple(event.id for event in sorted(events, key=lambda e: (e.known, e.id))),
            do=f"watcher resolve {'|'.join(keys)} occurred|not-yet",
        )
