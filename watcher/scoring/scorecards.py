"""The scorecard: every probability that was published, what came of it, and what is still open.

What is held in memory is one short entry for each figure that was published; estimates and moves, which have their
ledgers and events, pass by one after the other.

Nothing is ever taken off it: a figure that turned out badly stays, and one that nobody has ruled on yet is open, not
forgotten. A figure is settled by a person's ruling alone, never by what the feeds say.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from indicators.assessments import Assessment, Forecast, forecasts
from indicators.bands import Estimative, WarningLevel
from indicators.moves import OutlookMove
from indicators.scoring.brier import brier, mean, skill
from indicators.scoring.calibration import Bin, calibration
from indicators.scoring.lead_time import LeadTimes, lead_times
from watcher.assessments import in_force
from watcher.settings import Settings
from watcher.store import Connection, Database, outlooks, rulings
from watcher.store.outlooks import KeptFigure
from watcher.store.rulings import Ruling


class Status(StrEnum):
    """What has become of a published figure."""

    OPEN = "open"  # its horizon is not over
    DUE = "due"  # its horizon is over and nobody has ruled yet
    RESOLVED = "resolved"
    VOID = "void"  # a person ruled that nobody can say


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFigure:
    """One published probability of one line: when, how much, until when, and what came of it.

    ``why`` is what was published: the first figure of a version, or the reasons of a move. ``prior`` is what the
    author gave then; ``ruled_by`` is who settled it.
    """

    assessment: str
    version: str
    key: str
    at: datetime
    p: float
    prior: float
    end: datetime
    why: str
    status: Status
    happened: bool | None = None
    ruled_by: str = ""

    @property
    def brier(self) -> float | None:
        """Its Brier score; ``None`` until it is resolved."""
        return None if self.happened is None else brier(self.p, happened=self.happened)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """A line that came true: ``days`` from the move by which a warning stood without a break until the ruling.

    ``None`` where none stood: it came unwarned.
    """

    assessment: str
    key: str
    ruled_at: datetime
    days: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """Every published figure of the assessments in force, oldest first."""

    at: datetime
    assessments: tuple[str, ...]
    entries: tuple[PublishedFigure, ...]
    speaks: Mapping[str, Estimative] = field(default_factory=dict)
    """The estimative scale of each assessment; ICD 203 where none is given."""
    leads: tuple[Lead, ...] = ()
    """Of everything that a person ruled to have come true: how long before it a warning stood."""

    def count(self, status: Status) -> int:
        """Return how many have that status."""
        return sum(entry.status is status for entry in self.entries)

    @property
    def resolved(self) -> tuple[PublishedFigure, ...]:
        """The settled ones."""
        return tuple(e for e in self.entries if e.status is Status.RESOLVED)

    @property
    def brier(self) -> float | None:
        """The mean Brier score of the settled ones."""
        return mean(e.brier for e in self.resolved if e.brier is not None)

    @property
    def skill(self) -> float | None:
        """The skill against the authors' priors: did it help to move the figures at all."""
        priors = mean(brier(e.prior, happened=e.happened) for e in self.resolved if e.happened is not None)
        return skill(self.brier, priors)

    @property
    def calibration(self) -> tuple[Bin, ...]:
        """The settled ones by the terms of their assessment's scale; of several scales one after the other."""
        by_scale: dict[Estimative, list[tuple[float, bool]]] = {}
        for e in self.resolved:
            if e.happened is not None:
                spoken = self.speaks.get(e.assessment, Estimative.ICD203)
                by_scale.setdefault(spoken, []).append((e.p, e.happened))
        return tuple(b for spoken, pairs in sorted(by_scale.items()) for b in calibration(pairs, spoken.scale))

    @property
    def lead_times(self) -> LeadTimes:
        """The lead times of all that came true, unwarned ones among them."""
        return lead_times(lead.days for lead in self.leads)

    @property
    def next(self) -> tuple[PublishedFigure, ...]:
        """What a person has to rule on, the earliest end first: those that are due, then the open ones."""
        waiting = [e for e in self.entries if e.status in (Status.DUE, Status.OPEN)]
        return tuple(sorted(waiting, key=lambda e: (e.end, e.key, e.at)))


def scorecard(settings: Settings, *, now: datetime) -> Scorecard:
    """Return the scorecard of the assessments of *settings*, as it stands at *now*."""
    with Database(settings.database) as database:
        database.migrate()
        with database.read() as connection:
            return scorecard_of(connection, settings, now=now)


def scorecard_of(connection: Connection, settings: Settings, *, now: datetime) -> Scorecard:
    """Return the same from a database that is open."""
    known = in_force(connection, settings.assessments)
    entries = [entry for one in known for entry in _entries(connection, one, now)]
    entries.sort(key=lambda e: (e.at, e.assessment, e.key))
    speaks = {a.id: a.estimative for a in known}
    leads = tuple(lead for one in known for lead in _leads(connection, one, now))
    return Scorecard(at=now, assessments=tuple(speaks), entries=tuple(entries), leads=leads, speaks=speaks)


def _leads(connection: Connection, assessment: Assessment, now: datetime) -> Iterable[Lead]:
    keys = {forecast.key for forecast in forecasts(assessment)}
    decided = rulings.rulings(connection, assessment.id)
    for ruling in _standing(decided, since=_EVER, now=now):
        if ruling.happened and ruling.key in keys:
            levels = [(m.at, m.level_after) for m in outlooks.moves_of(connection, assessment.id, ruling.key)]
            days = lead_days(levels, ruled_at=ruling.at)
            yield Lead(assessment=assessment.id, key=ruling.key, ruled_at=ruling.at, days=days)


_EVER = datetime.min.replace(tzinfo=UTC)


def lead_days(levels: Iterable[tuple[datetime, int]], *, ruled_at: datetime) -> float | None:
    """Return for how many days a warning had stood without a break when something was ruled to have come true.

    *levels* are the warning levels by move, oldest first; what stood only after the ruling warned of nothing.
    """
    since: datetime | None = None
    for at, level in levels:
        if at >= ruled_at:
            break
        since = (since or at) if level >= WarningLevel.WATCH else None
    return (ruled_at - since) / timedelta(days=1) if since is not None else None


def _entries(connection: Connection, assessment: Assessment, now: datetime) -> Iterable[PublishedFigure]:
    decided = rulings.rulings(connection, assessment.id)
    for forecast in forecasts(assessment):
        kept = outlooks.figures(connection, assessment.id, forecast.key)
        moved = outlooks.moves_of(connection, assessment.id, forecast.key)
        said = published_figures(assessment.id, forecast, kept, moved)
        yield from (settled(entry, _siblings(assessment, forecast), decided, now=now) for entry in said)


def _siblings(assessment: Assessment, forecast: Forecast) -> tuple[str, ...]:
    """The other states of the line's set: that one of them came true says that this one did not."""
    if not forecast.state:
        return ()
    return tuple(f.key for f in forecasts(assessment) if f.scenario == forecast.scenario and f.key != forecast.key)


def published_figures(
    assessment: str, forecast: Forecast, kept: Iterable[KeptFigure], moves: Iterable[OutlookMove]
) -> tuple[PublishedFigure, ...]:
    """Return every figure that was published of one line: the first of each version, and each move.

    *kept* are its estimates, oldest first. A line that a person has ruled on publishes no probability until the
    ruling is taken back.
    """
    priors: dict[str, float] = {}
    found: dict[datetime, PublishedFigure] = {}
    before = ""
    for past in kept:
        if past.happened is None:
            priors.setdefault(past.version, past.prior)
            if before != past.version:
                found[past.at] = _entry(assessment, forecast, past, why="first figure of this version")
        before = past.version
    for move in moves:
        if move.happened is None:
            prior = priors.get(move.version, forecast.prior.p)
            found[move.at] = PublishedFigure(
                assessment=assessment,
                version=move.version,
                key=move.key,
                at=move.at,
                p=move.after,
                prior=prior,
                end=forecast.deadline(move.at),
                why=", ".join(move.reasons),
                status=Status.OPEN,
            )
    return tuple(found[at] for at in sorted(found))


def _entry(assessment: str, forecast: Forecast, past: KeptFigure, *, why: str) -> PublishedFigure:
    return PublishedFigure(
        assessment=assessment,
        version=past.version,
        key=forecast.key,
        at=past.at,
        p=past.p,
        prior=past.prior,
        end=forecast.deadline(past.at),
        why=why,
        status=Status.OPEN,
    )


def settled(
    entry: PublishedFigure, siblings: Sequence[str], decided: Iterable[Ruling], *, now: datetime
) -> PublishedFigure:
    """Return *entry* with what the rulings make of it at *now*.

    It came true if a person ruled so between its publication and its end; it did not if that was ruled of one of its
    *siblings*, or if its end is past and a person has since ruled that it did not happen. It is void if a person
    ruled that nobody can say. Otherwise it is open, and due once its end is past: silence is no ruling. A ruling that
    was taken back counts for nothing.
    """
    yes, void, no = "", "", ""
    for ruling in _standing((r for r in decided if r.key in (entry.key, *siblings)), since=entry.at, now=now):
        own = ruling.key == entry.key
        if ruling.happened and ruling.at <= entry.end:
            yes, no = (yes or ruling.who, no) if own else (yes, no or ruling.who)
        elif own and ruling.void:
            void = ruling.who
        elif own and ruling.happened is False and ruling.at >= entry.end:
            no = no or ruling.who
    if yes or (no and not void):
        return _with(entry, Status.RESOLVED, happened=bool(yes), who=yes or no)
    if void:
        return _with(entry, Status.VOID, who=void)
    return _with(entry, Status.DUE if entry.end <= now else Status.OPEN)


def _standing(decided: Iterable[Ruling], *, since: datetime, now: datetime) -> tuple[Ruling, ...]:
    """Return the rulings made after *since* and by *now* that were not taken back by the next one on their line."""
    by_key: dict[str, list[Ruling]] = {}
    for ruling in decided:
        if ruling.at <= now:
            own = by_key.setdefault(ruling.key, [])
            if ruling.happened is not None or ruling.void:
                own.append(ruling)
            elif own and not ruling.looked_only:
                own.pop()
    return tuple(ruling for own in by_key.values() for ruling in own if ruling.at > since)


def _with(entry: PublishedFigure, status: Status, *, happened: bool | None = None, who: str = "") -> PublishedFigure:
    return replace(entry, status=status, happened=happened, ruled_by=who)
