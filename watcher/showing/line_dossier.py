"""Line dossier: everything that an analyst asks of one line of an outlook, on one page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from indicators.assessments import Assessment, ExclusiveSet, Question, forecasts
from indicators.moves import Published
from indicators.outlooks import RowKind, p_otherwise
from indicators.rules import LocalText
from watcher.deciding.desk import Desk
from watcher.deciding.moves import MoveReport, moves_of_line
from watcher.deciding.resolving import standing_ruling
from watcher.showing.history import History, line_history
from watcher.showing.standing import Depths, LineStanding, forecast_of, standing_in_full, standing_of
from watcher.store import Connection, rulings
from watcher.store.rulings import Ruling

MOST_MOVES = 40
"""Moves that are listed, the newest; the drawing has all of its time."""


class TieKind(StrEnum):
    """How one line bears on another."""

    LINK = "link"  # what happens to the parent changes the chance of the child
    FLOOR = "floor"  # the child is at least as likely as the parent
    CEILING = "ceiling"  # the child is at most as likely as the parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """One tie between two lines, told from the one that is looked at: ``key`` and ``p`` are the other's.

    Of a link ``p_if`` is the chance of the child where the parent happens, and ``otherwise`` where it does not.
    ``nats`` is what the tie carries into the child now, in natural log-odds; 0 is nothing.
    """

    kind: TieKind
    key: str
    name: LocalText
    p: float
    p_if: float | None = None
    otherwise: float | None = None
    nats: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDossier:
    """One line as it stands and how it came there. ``moves`` are newest first.

    ``siblings`` are the states of its exclusive set (itself among them) with their probabilities; of a question
    alone there are none. ``above`` is what bears on it, ``below`` what it bears on.
    """

    standing: LineStanding
    published: Published
    history: History
    moves: tuple[MoveReport, ...]
    more_moves: int
    ruling: Ruling | None
    above: tuple[Tie, ...]
    below: tuple[Tie, ...]
    siblings: tuple[tuple[str, LocalText, float], ...] = ()


def line_dossier(
    connection: Connection,
    desk: Desk,
    key: str,
    *,
    since: datetime,
    now: datetime,
    depths: Depths | None = None,
) -> LineDossier:
    """Return all about the line *key* of *desk*, its history from *since* on; raises ``KeyError`` for no line of it.

    With *depths* it also has what would change our mind and what each publisher family carries.
    """
    forecast = forecast_of(desk, key)
    moves = moves_of_line(connection, desk.assessment, key)
    made = tuple(r for r in rulings.rulings(connection, desk.assessment.id) if r.key == key)
    return LineDossier(
        standing=standing_of(desk, key) if depths is None else standing_in_full(desk, key, depths),
        published=desk.evaluation.published[key],
        history=line_history(connection, desk, forecast, since=since, now=now),
        moves=tuple(reversed(moves[-MOST_MOVES:])),
        more_moves=max(0, len(moves) - MOST_MOVES),
        ruling=standing_ruling(made),
        above=tuple(_above(desk, key)),
        below=tuple(_below(desk, key)),
        siblings=_siblings(desk, forecast.scenario),
    )


def _siblings(desk: Desk, scenario: str) -> tuple[tuple[str, LocalText, float], ...]:
    estimates = desk.evaluation.outlook.estimates
    held = next((s for s in desk.assessment.sets if s.id == scenario), None)
    if held is None:
        return ()
    lines = [f for f in forecasts(desk.assessment) if f.scenario == scenario]
    return tuple((f.key, f.name, estimates[f.key].p) for f in lines)


def _above(desk: Desk, key: str) -> Iterator[Tie]:
    """Yield what bears on the line *key*."""
    child = next((q for q in desk.assessment.questions if q.id == key), None)
    if child is not None:
        for parent, kind in _parents(child):
            yield _tie(desk, kind, child, parent, other=parent)


def _below(desk: Desk, key: str) -> Iterator[Tie]:
    """Yield what the line *key* bears on."""
    for child in desk.assessment.questions:
        for parent, kind in _parents(child):
            if parent == key:
                yield _tie(desk, kind, child, parent, other=child.id)


def _parents(child: Question) -> Iterator[tuple[str, TieKind]]:
    yield from ((link.parent, TieKind.LINK) for link in child.links)
    yield from ((floor, TieKind.FLOOR) for floor in child.at_least_max_of)
    if child.at_most:
        yield child.at_most, TieKind.CEILING


def _tie(desk: Desk, kind: TieKind, child: Question, parent: str, *, other: str) -> Tie:
    estimates = desk.evaluation.outlook.estimates
    link = next((one for one in child.links if one.parent == parent), None) if kind is TieKind.LINK else None
    otherwise = None
    if link is not None:
        otherwise = p_otherwise(child.prior.p, _prior(desk.assessment, parent), link.p_if)
    row_kind = RowKind.LINK if kind is TieKind.LINK else RowKind.COHERENCE
    return Tie(
        kind=kind,
        key=other,
        name=forecast_of(desk, other).name,
        p=estimates[other].p,
        p_if=link.p_if if link is not None else None,
        otherwise=otherwise,
        nats=sum(r.nats for r in estimates[child.id].rows if (r.kind, r.source) == (row_kind, parent)),
    )


def _prior(assessment: Assessment, key: str) -> float:
    for scenario in assessment.scenarios:
        if isinstance(scenario, ExclusiveSet):
            for state in scenario.states:
                if f"{scenario.id}.{state.id}" == key:
                    return state.prior.p
        elif scenario.id == key:
            return scenario.prior.p
    raise KeyError(key)
