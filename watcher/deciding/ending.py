"""Ending: a named person ends an assessment that was taken out of the configuration while what it said stands.

Nothing ends by itself: a file that is broken, missing or moved looks the same from afar as one that somebody took out.
So a running service has to say first that it judges the assessment no more, and then a person has to say that this is
meant. Then its lines stand down as those do that leave a file, all in one transaction.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts.alert import alert_for
from alerts.deliveries import Delivery, DeliveryState
from alerts.said import AnyAlert
from alerts.worded import Names
from indicators.assessments import Assessment
from indicators.moves import OutlookMove, end
from indicators.parsing import parse_assessment
from indicators.sight import EVERYWHERE
from watcher.asking.naming import named
from watcher.asking.opening import opened
from watcher.asking.persons import by_whom
from watcher.asking.refusal import DecisionError
from watcher.assessments import in_force
from watcher.health.troubles import TroubleKind, trouble_name
from watcher.releasing.ending import ClientsTold, end_for_clients, still_told
from watcher.saying import planning
from watcher.settings import Settings
from watcher.store import Connection, delivery_acts, ends, installation, outlooks, stories, troubles
from watcher.store import assessments as kept
from watcher.store.assessments import GoodAssessment
from watcher.store.last_evaluation import last_evaluation


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An assessment that nobody judges any more while so many of its warnings, and notices to clients, stand."""

    assessment: str
    warnings: int
    notices: int

    @property
    def told(self) -> Names:
        """What stands, as a clause in each language."""
        return {
            "en": f"{self.warnings} warning(s) and {self.notices} notice(s) to clients stand",
            "fr": f"{self.warnings} alerte(s) et {self.notices} avis à des clients restent en vigueur",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentStanding:
    """An assessment by the last version that was in force, and what is left of it where nobody judges it any more."""

    last: GoodAssessment
    in_force: bool
    left: LeftOut | None

    @property
    def told(self) -> str:
        """Where it stands, in words."""
        if self.in_force:
            return "in force"
        return f"not judged any more: {self.left.told['en']}" if self.left is not None else "not configured"

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "assessment": self.last.id,
            "version": self.last.version,
            "file": self.last.file,
            "in_force": self.in_force,
            "warnings_left": self.left.warnings if self.left is not None else 0,
            "notices_left": self.left.notices if self.left is not None else 0,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedAssessment:
    """What an end did: the last move of each line that stood down, whom that is told to, and the clients' drafts."""

    assessment: str
    moves: tuple[OutlookMove, ...]
    hearers: Mapping[str, tuple[str, ...]]
    clients: ClientsTold

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "assessment": self.assessment,
            "stood_down": [
                {"scenario": m.key, "move": m.id, "from": m.level_before.name.lower(), "told": list(self.hearers[m.id])}
                for m in self.moves
            ],
            "drafts": [
                {"notice": n.id, "client": n.client, "scenario": n.judgement.scenario} for n in self.clients.drafted
            ],
            "archived": list(self.clients.put_away),
            "clients_to_call": list(self.clients.out_of_reach),
        }


def left_out(connection: Connection, settings: Settings, *, judged: Collection[str]) -> tuple[LeftOut, ...]:
    """Return what stands of assessments that are none of those *judged*, by id."""
    warned = {name: count for name, count in outlooks.warned(connection).items() if name not in judged}
    told = still_told(connection, settings, but=judged)
    names = sorted({*warned, *told})
    return tuple(LeftOut(assessment=n, warnings=warned.get(n, 0), notices=told.get(n, 0)) for n in names)


def waiting_ends(connection: Connection, settings: Settings) -> Iterator[tuple[datetime, LeftOut]]:
    """Yield what a person could end now, each with since when the operators know that nobody judges it any more."""
    live = in_force(connection, settings.assessments)
    if len(live) < len(settings.assessments):
        return
    for one in left_out(connection, settings, judged={a.id for a in live}):
        since = _since_told(connection, one.assessment)
        if since is not None:
            yield since, one


def every_standing(settings: Settings) -> tuple[AssessmentStanding, ...]:
    """Return every assessment that was ever in force here, by id."""
    with opened(settings) as database, database.read() as connection:
        live = {one.id for one in in_force(connection, settings.assessments)}
        left = {one.assessment: one for one in left_out(connection, settings, judged=live)}
        known = kept.known(connection)
    return tuple(AssessmentStanding(last=one, in_force=one.id in live, left=left.get(one.id)) for one in known)


def question(settings: Settings, wanted: str) -> LeftOut:
    """Return what stands of the assessment *wanted*, before it is ended; refused as :func:`end_assessment` is."""
    with opened(settings) as database, database.read() as connection:
        return _asked(connection, settings, wanted)


def end_assessment(settings: Settings, wanted: str, *, who: str, why: str, now: datetime) -> EndedAssessment:
    """End the assessment *wanted* by the named person *who*: warnings, chains, what is on its way, clients' notices.

    Raises :class:`~watcher.asking.refusal.DecisionError` where it is configured or may be, where no running service has
    said that it judges it no more, and where nothing of it stands.
    """
    who, why = by_whom(who, why)
    with opened(settings) as database, database.write() as connection:
        asked = _asked(connection, settings, wanted)
        before = {k: line.level.name for k, line in outlooks.published(connection, asked.assessment).items()}
        moves, hearers = _stand_down(connection, settings, asked.assessment, who=who, why=why, now=now)
        last = {move.key: move.id for move in moves}
        told = end_for_clients(connection, settings, asked.assessment, moves=last, who=who, why=why, now=now)
        done = EndedAssessment(assessment=asked.assessment, moves=moves, hearers=hearers, clients=told)
        judged = last_evaluation(connection, asked.assessment)
        number = judged.number if judged is not None else 0
        end_ = ends.End(assessment=asked.assessment, who=who, why=why, at=now, judgement=number)
        change = {"before": before, "after": dict.fromkeys(before, "BASELINE")}
        ends.add(connection, end_, detail=change | done.as_json())
        return done


def _asked(connection: Connection, settings: Settings, wanted: str) -> LeftOut:
    """Return what stands of *wanted*, or refuse with what has to be done first."""
    live = {one.id: one for one in in_force(connection, settings.assessments)}
    known = [good.id for good in kept.known(connection)]
    name = named(wanted, (*live, *known), what="assessment", elsewhere="`watcher assessments` lists them")
    if name in live:
        raise DecisionError(
            f"{name} is configured and in force: take its file out of `assessments` and restart first; one scenario "
            f"alone ends when it is taken out of the file"
        )
    if len(live) < len(settings.assessments):
        raise DecisionError(
            f"of {len(settings.assessments)} configured file(s) {len(settings.assessments) - len(live)} cannot be read "
            f"and was never in force, and that may be {name}: mend it first, `watcher check` says what is wrong"
        )
    found = {one.assessment: one for one in left_out(connection, settings, judged=live)}
    if name not in found:
        raise DecisionError(f"nothing of {name} stands, neither a warning nor a notice{_ended(connection, name)}")
    if _since_told(connection, name) is None:
        raise DecisionError(
            f"no running service has said yet that it does not judge {name} any more: restart `watcher run` with this "
            f"configuration, or run `watcher once`, and end it then"
        )
    return found[name]


def _ended(connection: Connection, name: str) -> str:
    past = ends.ends(connection, name)
    return f"; {past[-1].who} ended it at {past[-1].at:%Y-%m-%d %H:%M} UTC" if past else ""


def _since_told(connection: Connection, name: str) -> datetime | None:
    """Return since when the operators know, from whoever judges here, that nobody judges *name* any more."""
    return troubles.standing_since(connection, trouble_name(TroubleKind.LEFT_OUT, name))


def _stand_down(
    connection: Connection, settings: Settings, name: str, *, who: str, why: str, now: datetime
) -> tuple[tuple[OutlookMove, ...], dict[str, tuple[str, ...]]]:
    """Take the warnings of *name* back: what stands, the moves, one alert each to whoever heard of the warning."""
    assessment = _last_readable(connection, name)
    last = last_evaluation(connection, name)
    whole = last.sight.get(EVERYWHERE) if last is not None else None
    stands, moves = end(
        assessment,
        outlooks.published(connection, name),
        at=now,
        coverage=whole.coverage if whole is not None else 1.0,
        salt=installation.salt(connection),
    )
    outlooks.save_published(connection, name, stands)
    outlooks.add_moves(connection, moves)
    hearers: dict[str, tuple[str, ...]] = {}
    for move in moves:
        alert = alert_for(move, assessment, {})
        hearers[move.id] = _heard(connection, alert, who=who, why=f"{name} is ended: {why}", now=now)
        planning.plan(connection, settings, alert, now=now, to=hearers[move.id])
    return moves, hearers


def _last_readable(connection: Connection, name: str) -> Assessment:
    for good in reversed(kept.versions(connection, name)):
        assessment, _ = parse_assessment(good.text, name=good.file, proven=False)
        if assessment is not None:
            return assessment
    raise DecisionError(
        f"no version of {name} on record can be read any more: put a file with `id: {name}` back into "
        f"`assessments` without the scenarios that stand; their warnings then end at the next judgement"
    )


def _heard(connection: Connection, alert: AnyAlert, *, who: str, why: str, now: datetime) -> tuple[str, ...]:
    """Give up what is on its way of the warning that *alert* ends, and return who heard of it, or may have."""
    owed = stories.of_story(connection, alert)
    arrived: list[Delivery] = [one for one in owed if one.state is DeliveryState.BUNDLED]
    for alert_id in dict.fromkeys(one.alert_id for one in owed):
        arrived += delivery_acts.recall(connection, alert_id, who=who, at=now, why=why)
    return tuple(dict.fromkeys(one.recipient for one in arrived))
