"""Desk: an assessment as its last judgement left it, for people who decide and want to see what follows."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime

from indicators.assessments import Assessment, forecasts
from indicators.checks.references import did_you_mean, near_names, suggestion
from indicators.decisions import MoveDecision
from indicators.evaluation import Evaluation, State, judge
from indicators.events import LATEST, Casebook, Event, EventDecision
from indicators.moves import move_id
from watcher.assessments import in_force
from watcher.settings import Settings
from watcher.store import Connection, event_decisions, installation, matches, move_decisions, outlooks, past, rulings
from watcher.store.database import Database
from watcher.store.last_evaluation import JudgedSince, LastEvaluation, judged_since, last_evaluation

SHORT = 8
"""Letters of an id that are printed; as many as are needed to tell it apart may be typed."""


class DecisionError(Exception):
    """What was asked cannot be decided, in a sentence that says what to write instead."""


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
    about_moves: tuple[MoveDecision, ...] = ()
    """Everything decided about its moves."""

    def last_move(self, key: str) -> str:
        """Return the id that the last move of the line *key* has, or would have had if there was none."""
        return move_id(self.assessment.id, key, self.evaluation.published[key].sequence, salt=self.state.salt)

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


_LENT: ContextVar[Database | None] = ContextVar("lent", default=None)


@contextmanager
def lent(database: Database) -> Iterator[None]:
    """Let :func:`opened` give *database* in this block: a process that has it open opens and checks it once."""
    token = _LENT.set(database)
    try:
        yield
    finally:
        _LENT.reset(token)


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """Open the database of *settings*, or take the one that was :func:`lent`; refused where there is none yet."""
    lent_one = _LENT.get()
    if lent_one is not None:
        yield lent_one
        return
    if not past.is_there(settings.database):
        raise DecisionError("there is no database yet: `watcher once` or `watcher run` fills it")
    with Database(settings.database) as database:
        database.migrate()
        yield database


@contextmanager
def recording(settings: Settings, within: Connection | None) -> Iterator[Connection]:
    """Yield the transaction *within* which something is put on record, or one of our own where none is open."""
    if within is not None:
        yield within
        return
    with opened(settings) as database, database.write() as connection:
        yield connection


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
    decided = event_decisions.decisions(connection, assessment.id)
    happened = rulings.happened(connection, assessment.id)
    state = State(
        casebook=_casebook(connection, assessment) if before is None or since is None else before.evaluation.casebook,
        tracks=None if before is None or since is None else before.evaluation.tracks,
        published=outlooks.published(connection, assessment.id),
        happened=happened,
        sight=last.sight,
        salt=installation.name(connection),
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
        about_moves=move_decisions.decisions(connection, assessment.id),
    )


def _casebook(connection: Connection, assessment: Assessment) -> Casebook:
    known = matches.counting(connection, assessment.id, since=assessment.start - LATEST)
    return Casebook({i.id: i for i in assessment.indicators}, begun=assessment.start).with_matches(known)


def _since(connection: Connection, before: Desk, assessment: Assessment, last: LastEvaluation) -> JudgedSince | None:
    """Return what was judged since *before*; ``None`` where only all matches can tell what stands.

    Other rules match what is old anew, item by item over several judgements.
    """
    if before.assessment is not assessment or before.last.number > last.number:
        return None
    since = judged_since(connection, assessment.id, before.last.number)
    return since if since.rules <= {before.last.judged_with} else None


def named(wanted: str, names: Iterable[str], *, what: str, elsewhere: str = "") -> str:
    """Return the one of *names* that *wanted* is, or is the beginning of; else say which is near, or which there are.

    *elsewhere* says where they are listed, where they are too many to be told.
    """
    known = tuple(dict.fromkeys(names))
    if wanted in known:
        return wanted
    fitting = [name for name in known if wanted and name.startswith(wanted)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        listed = ", ".join(sorted(fitting)[:SHORT])
        raise DecisionError(f"{wanted} begins the name of {len(fitting)} {what}s: {listed}; write more of it")
    hint = did_you_mean(near_names(wanted, known)) or elsewhere or suggestion(wanted, known) or "there is none yet"
    raise DecisionError(f"no {what} {wanted!r}: {hint}")


def line_named(among: Iterable[Assessment], wanted: str) -> tuple[Assessment, str]:
    """Return the assessment that has the line *wanted*, and its key; a set without its state is refused."""
    assessments = tuple(among)
    for assessment in assessments:
        keys = [f.key for f in forecasts(assessment)]
        if wanted in keys:
            return assessment, wanted
        states = [f.key for f in forecasts(assessment) if f.scenario == wanted]
        if states:
            raise DecisionError(f"{wanted} is a set of states: name one of {', '.join(states)}")
    every = [f.key for a in assessments for f in forecasts(a)]
    raise DecisionError(f"no scenario {wanted!r}: {suggestion(wanted, every)}")


def by_whom(who: str, why: str) -> tuple[str, str]:
    """Return the name and the reason without blanks around them; refused where one is missing."""
    if not who.strip():
        raise DecisionError("a decision needs the name of a person: --by NAME")
    if not why.strip():
        raise DecisionError("a decision needs its reason in a sentence: --why TEXT")
    return who.strip(), why.strip()
