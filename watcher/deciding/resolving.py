"""Resolving: a named person marks a scenario against its written rule. Nothing resolves by itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from indicators.assessments import Assessment, Forecast, forecasts
from watcher.asking.naming import line_named
from watcher.asking.opening import opened
from watcher.asking.persons import by_whom
from watcher.asking.refusal import DecisionError
from watcher.assessments import in_force
from watcher.deciding.desk import judged_desk
from watcher.deciding.foreseen import Foreseen, foreseen
from watcher.deciding.verdicts import Verdict
from watcher.settings import Settings
from watcher.store import Connection, audit, outlooks, rulings
from watcher.store.rulings import Ruling


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One line with its written rule, and the ruling that stands about it, if one does."""

    assessment: Assessment
    forecast: Forecast
    standing: Ruling | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The ruling as it was put on record, and what it would make of the last judgement."""

    ruling: Ruling
    verdict: Verdict
    foreseen: Foreseen


def question(settings: Settings, key: str) -> Question:
    """Return the line *key* with its rule. Raises :class:`DecisionError` for what is no line."""
    with opened(settings) as database, database.read() as connection:
        return question_of(connection, in_force(connection, settings.assessments), key)


def resolve(settings: Settings, key: str, verdict: Verdict, *, who: str, why: str, now: datetime) -> Resolved:
    """Put on record that a person says *verdict* of the line *key*, and return what follows from it."""
    with opened(settings) as database, database.write() as connection:
        among = in_force(connection, settings.assessments)
        return rule_on(connection, among, key, verdict, who=who, why=why, now=now)


def rule_on(
    connection: Connection,
    among: Iterable[Assessment],
    key: str,
    verdict: Verdict,
    *,
    who: str,
    why: str,
    now: datetime,
) -> Resolved:
    """Do the same in a transaction that is open, for a line of one of the assessments *among*."""
    who, why = by_whom(who, why)
    asked = question_of(connection, among, key)
    _sensible(asked, verdict)
    name = asked.assessment.id
    if verdict is Verdict.NEXT_PERIOD:
        _over(asked, outlooks.first_kept(connection, name, key), now=now)
    ruling = Ruling(
        assessment=name,
        key=key,
        happened=_HAPPENED.get(verdict),
        void=verdict is Verdict.VOID,
        goes_on=verdict in (Verdict.NEXT_PERIOD, Verdict.NOT_YET),
        who=who,
        why=why,
        at=now,
    )
    desk = judged_desk(connection, asked.assessment)
    rulings.add(connection, ruling)
    effect = foreseen(desk.evaluation, desk.judged(happened=rulings.happened(connection, name)))
    detail = {"assessment": name, "scenario": key, "verdict": verdict.value, "why": why}
    audit.write(connection, at=now, who=who, what="scenario resolved", detail=detail)
    return Resolved(ruling=ruling, verdict=verdict, foreseen=effect)


def question_of(connection: Connection, among: Iterable[Assessment], key: str) -> Question:
    """Return the line *key* of one of the assessments *among* with its rule; refused for what is no line of them."""
    assessment, name = line_named(among, key)
    made = tuple(r for r in rulings.rulings(connection, assessment.id) if r.key == name)
    forecast = next(f for f in forecasts(assessment) if f.key == name)
    return Question(assessment=assessment, forecast=forecast, standing=standing_ruling(made))


def standing_ruling(made: tuple[Ruling, ...]) -> Ruling | None:
    """Return what stands of the rulings on one line, oldest first: the last, if it was not taken back.

    That somebody looked stands in nobody's way.
    """
    last = next((ruling for ruling in reversed(made) if not ruling.looked_only), None)
    return last if last is not None and (last.void or last.happened is not None) else None


def verdict_of(ruling: Ruling) -> str:
    """Return in words what *ruling* says."""
    if ruling.void:
        return "void"
    if ruling.goes_on:
        return "not yet" if ruling.looked_only else "did not occur, next period"
    return {True: "occurred", False: "did not occur", None: "open"}[ruling.happened]


def _sensible(asked: Question, verdict: Verdict) -> None:
    """Refuse what contradicts the ruling that stands: one is taken back first, and that is on record too.

    Only of what did not occur in its time may later be said that it has occurred.
    """
    last, key = asked.standing, asked.forecast.key
    if last is None:
        if verdict is Verdict.WITHDRAW:
            raise DecisionError(f"nothing is ruled about {key} that could be withdrawn")
        return
    if verdict is Verdict.WITHDRAW or last.goes_on or (last.happened is False and verdict is Verdict.OCCURRED):
        return
    told = f"{key} is ruled '{verdict_of(last)}' by {last.who}, {last.at:%Y-%m-%d %H:%M} UTC"
    raise DecisionError(f"{told}: take that back first with `watcher resolve {key} withdraw`")


def _over(asked: Question, first: datetime | None, *, now: datetime) -> None:
    """Refuse the next period of what has one period only, and of what has not come to the end of any."""
    forecast = asked.forecast
    if forecast.last_day is not None:
        told = f"{forecast.key} asks about one fixed day, {forecast.last_day}, so it has no next period"
        raise DecisionError(f"{told}: `watcher resolve {forecast.key} did-not` ends it")
    if first is None or now < forecast.deadline(first):
        since = f"the first was published on {first:%Y-%m-%d}" if first else "none was published"
        told = f"no figure of {forecast.key} has come to the end of its {forecast.horizon_days} days ({since})"
        raise DecisionError(f"{told}: `watcher resolve {forecast.key} not-yet` puts on record that somebody looked")


_HAPPENED = {Verdict.OCCURRED: True, Verdict.DID_NOT: False, Verdict.NEXT_PERIOD: False}
