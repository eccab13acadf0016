"""Desk: an assessment as its last judgement left it, for people who decide and want to see what follows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from indicators.assessments import Assessment
from indicators.decisions import MoveDecision
from indicators.evaluation import Evaluation, State, judge
from indicators.events import LATEST, Event, EventDecision
from indicators.moves import move_id
from watcher.asking.opening import opened
from watcher.asking.refusal import DecisionError
from watcher.assessments import in_force
from watcher.settings import Settings
from watcher.store import Connection, event_decisions, installation, matches, move_decisions, outlooks, rulings
from watcher.store.installation import Salts
from watcher.store.last_evaluation import JudgedSince, LastEvaluation, judged_since, last_evaluation


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One assessment in force, everything decided about its events, and its last judgement made again.

    ``last`` is what is on record of that judgement.
    """

    assessment: Assessment
    decisions: tuple[EventDecision, ...]
    happened: Mapping[str, bool]
    evaluation: Evaluation
    state: State
    last: LastEvaluation
    salts: Salts
    """What went into the ids of its moves."""
    about_moves: tuple[MoveDecision, ...] = ()
    """Everything decided about its moves."""

    def last_move(self, key: str) -> str:
        """Return the id that the last move of the line *key* has, or would have had if there was none."""
        stands = self.evaluation.published[key]
        return move_id(self.assessment.id, key, stands.sequence, salt=self.salts.at(stands.move_at))

    @property
    def at(self) -> datetime:
        """When the assessment was last judged: all that is shown here is of that moment."""
        return self.evaluation.at

    @property
    def events(self) -> tuple[Event, ...]:
        """Its events under the decisions that stand, oldest first."""
        return self.evaluation.events

    def judged(self, *, more: Iterable[EventDecision] = (), happened: Mapping[str, bool] | None = None) -> Evaluation:
        """Return the last judgement as it would have been with *more* decisions, or with other rulings."""
        state = replace(
            self.state,
            casebook=self.evaluation.casebook,
            tracks=self.evaluation.tracks,
            happened=self.happened if happened is None else happened,
        )
        return judge(self.assessment, state, (), now=self.at, decisions=(*self.decisions, *more))

    def place(self, place: str) -> str:
        """Return the name of a place of the assessment; one from a gazetteer goes by its id."""
        return next((p.names[0] for p in self.assessment.places if p.id == place), place)


def desks(connection: Connection, settings: Settings) -> tuple[Desk, ...]:
    """Return a desk for each assessment in force that was judged at least once; refused where none was."""
    found = [desk for a in in_force(connection, settings.assessments) if (desk := desk_of(connection, a)) is not None]
    if not found:
        raise DecisionError("nothing was judged yet: `watcher once` or `watcher run` does it")
    return tuple(found)


def never_judged(settings: Settings) -> tuple[str, ...]:
    """Return the ids of the assessments in force that were never judged: of those no warning can stand."""
    with opened(settings) as database, database.read() as connection:
        known = in_force(connection, settings.assessments)
        return tuple(a.id for a in known if outlooks.last_judged(connection, a.id) is None)


def judged_desk(connection: Connection, assessment: Assessment) -> Desk:
    """Return the desk of *assessment*; refused where it was not judged yet."""
    desk = desk_of(connection, assessment)
    if desk is None:
        raise DecisionError(f"{assessment.id} was not judged yet: `watcher once` or `watcher run` does it")
    return desk


def desk_of(connection: Connection, assessment: Assessment, *, before: Desk | None = None) -> Desk | None:
    """Return the desk of *assessment*, or ``None`` where it was not judged yet.

    It is the same with and without *before*, an earlier desk of the assessment; with it, only what was judged since
    is read, where the same rules did it.
    """
    last = last_evaluation(connection, assessment.id)
    if last is None:
        return None
    since = _since(connection, before, assessment, last) if before is not None else None
    kept = before.evaluation if before is not None and since is not None else None
    decided = event_decisions.decisions(connection, assessment.id)
    happened = rulings.happened(connection, assessment.id)
    state = State(
        casebook=kept.casebook if kept is not None else matches.casebook(connection, assessment),
        tracks=kept.tracks if kept is not None else None,
        published=outlooks.published(connection, assessment.id),
        happened=happened,
        sight=last.sight,
        salt=installation.salt(connection),
    )
    items = since.items if since is not None else ()
    found = matches.counting_of(connection, assessment.id, items, since=assessment.start - LATEST)
    evaluation = judge(assessment, state, found, now=last.at, rejudged=items, decisions=decided)
    return Desk(
        assessment=assessment,
        decisions=decided,
        happened=happened,
        evaluation=evaluation,
        state=state,
        last=last,
        salts=installation.salts(connection),
        about_moves=move_decisions.decisions(connection, assessment.id),
    )


def _since(connection: Connection, before: Desk, assessment: Assessment, last: LastEvaluation) -> JudgedSince | None:
    """Return what was judged since *before*; ``None`` where only all matches can tell what stands.

    Other rules match what is old anew, item by item over several judgements.
    """
    if before.assessment is not assessment or before.last.number > last.number:
        return None
    since = judged_since(connection, assessment.id, before.last.number)
    return since if since.rules <= {before.last.judged_with} else None
