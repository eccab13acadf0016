"""Board: every line of every assessment as it stands, with its way here and what speaks against trusting it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from indicators.assessments import Assessment, ExclusiveSet, forecasts
from indicators.bands import Scale
from indicators.moves import Published
from indicators.outlooks import logit
from indicators.rules import LocalText
from watcher.deciding.desk import Desk
from watcher.health.due import ToldTrouble
from watcher.showing.history import Figure
from watcher.showing.standing import LineStanding, standings
from watcher.store import Connection, matches, outlooks, troubles

SHOWN = timedelta(days=90)
"""How far back a card's line goes."""

MOST_POINTS = 120
"""Points of a card's line; more would not be seen."""

_SAME = 1.02
"""Odds that changed by less than this factor have not moved, to a reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One line of an outlook; ``figures`` are its probabilities of the last 90 days, each until the next."""

    standing: LineStanding
    published: Published
    figures: tuple[Figure, ...]
    review_by: date
    scale: Scale

    @property
    def key(self) -> str:
        """The scenario's key."""
        return self.standing.estimate.key

    @property
    def was_told(self) -> bool:
        """Whether anything was ever said about the line: before that, its odds are counted from the assessment."""
        return self.published.sequence > 0

    @property
    def odds_factor(self) -> float:
        """What the odds were multiplied by since the last move, or since the assessment: 1 is no change."""
        return math.exp(logit(self.standing.estimate.p) - logit(self.published.move_p))

    @property
    def direction(self) -> int:
        """1 for odds that rose since the last move, -1 for those that fell, 0 for what a reader would call equal."""
        if 1 / _SAME < self.odds_factor < _SAME:
            return 0
        return 1 if self.odds_factor > 1 else -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The states of one exclusive set, which add up to 1; or one question alone, then ``name`` is its own."""

    id: str
    name: LocalText
    cards: tuple[Card, ...]
    is_set: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentBoard:
    """One assessment: its groups in the file's order, or none before it was judged for the first time."""

    id: str
    title: LocalText
    review_by: date
    at: datetime | None
    coverage: float
    degraded: bool
    """Whether too few sources can see for any line to be lowered."""
    groups: tuple[Group, ...]
    to_look_at: int = 0
    """Reports of the last days that name no place, and count only once a person has looked."""

    @property
    def hardly_seen(self) -> tuple[LineStanding, ...]:
        """The lines that are degraded while the assessment as a whole is not: their own sources are down."""
        lines = (card.standing for group in self.groups for card in group.cards)
        return () if self.degraded else tuple(line for line in lines if line.degraded)

    @property
    def alone(self) -> tuple[Card, ...]:
        """The questions that are no part of a set, the gravest first, else in the file's order."""
        cards = (card for group in self.groups if not group.is_set for card in group.cards)
        return tuple(sorted(cards, key=lambda card: -card.standing.level))

    @property
    def gravest(self) -> int:
        """The highest warning level of its lines."""
        return max((int(card.standing.level) for group in self.groups for card in group.cards), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Everything that the first page shows, as of one moment of the database."""

    read_at: datetime
    assessments: tuple[AssessmentBoard, ...]
    troubles: tuple[ToldTrouble, ...]
    """Watcher's own troubles that stand, oldest first."""


def board(connection: Connection, assessments: Iterable[Assessment], desks: Iterable[Desk], now: datetime) -> Board:
    """Return the board of *assessments* as it stands at *now*; *desks* are those of the ones that were judged."""
    judged = {desk.assessment.id: desk for desk in desks}
    told = troubles.told(connection, now=now)
    return Board(
        read_at=now,
        assessments=tuple(_one(connection, a, judged.get(a.id), now) for a in assessments),
        troubles=tuple(one for one in told if one.over_at is None and one.calm_since is None),
    )


def _one(connection: Connection, assessment: Assessment, desk: Desk | None, now: datetime) -> AssessmentBoard:
    lines = standings(desk) if desk is not None else ()
    view = desk.evaluation.outlook if desk is not None else None
    return AssessmentBoard(
        id=assessment.id,
        title=assessment.title,
        review_by=assessment.review_by,
        at=desk.at if desk is not None else None,
        coverage=view.coverage if view is not None else 0.0,
        degraded=view is not None and view.coverage < assessment.model.warn.coverage_floor,
        groups=_groups(connection, desk, lines, now) if desk is not None else (),
        to_look_at=len(matches.watched(connection, assessment.id, since=now - matches.WATCHED_FOR)),
    )


def _groups(connection: Connection, desk: Desk, lines: Iterable[LineStanding], now: datetime) -> tuple[Group, ...]:
    cards = {line.estimate.key: _card(connection, desk, line, now) for line in lines}
    return tuple(
        Group(
            id=scenario.id,
            name=scenario.name,
            cards=tuple(cards[f.key] for f in forecasts(desk.assessment) if f.scenario == scenario.id),
            is_set=isinstance(scenario, ExclusiveSet),
        )
        for scenario in desk.assessment.scenarios
    )


def _card(connection: Connection, desk: Desk, line: LineStanding, now: datetime) -> Card:
    assessment = desk.assessment
    kept = outlooks.figures(connection, assessment.id, line.estimate.key, since=now - SHOWN)
    return Card(
        standing=line,
        published=desk.evaluation.published[line.estimate.key],
        figures=thinned(tuple(Figure(at=one.at, p=one.p) for one in kept)),
        review_by=assessment.review_by,
        scale=assessment.scale,
    )


def thinned(figures: tuple[Figure, ...], most: int = MOST_POINTS) -> tuple[Figure, ...]:
    """Return about *most* of *figures*: the first, the last, and in between the extremes of each stretch."""
    if len(figures) <= most:
        return figures
    step = -(-len(figures) // (most // 2))
    kept: list[Figure] = [figures[0]]
    for start in range(0, len(figures), step):
        stretch = figures[start : start + step]
        ends = {min(stretch, key=lambda f: f.p).at, max(stretch, key=lambda f: f.p).at}
        kept += [f for f in stretch if f.at in ends and f.at > kept[-1].at]
    return (*kept, figures[-1]) if kept[-1].at < figures[-1].at else tuple(kept)
