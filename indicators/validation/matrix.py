"""The matrix: what each indicator, seen in full, says about each line of the outlook."""

from collections.abc import Mapping
from dataclasses import dataclass

from indicators.assessments import Assessment, Forecast, forecasts
from indicators.checks.coherence import wholes
from indicators.outlooks import log_ratio
from indicators.rules import Effect, Indicator

_TIE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One rating. ``nats`` is ln LR after the cap of one indicator; for a state, against the mean of all states.

    ``itself`` says that the indicator is the scenario's own event and no forerunner of it. ``strongest`` marks
    the largest ln LR (either sign) of the line among the forerunners; equals are all marked.
    """

    nats: float
    rating: str
    itself: bool = False
    strongest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One indicator with its cells under the keys of the lines it speaks about."""

    indicator: str
    group: str
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Rows by group, then in the file's order; columns in the order of the outlook."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def matrix(assessment: Assessment) -> Matrix:
    """Return the indicators against every line of the outlook of *assessment*."""
    lines = forecasts(assessment)
    places = {group: place for place, group in enumerate(assessment.groups)}
    indicators = sorted(assessment.indicators, key=lambda i: places.get(i.group, len(places)))
    cells = {i.id: {f.key: _cell(assessment, i, f) for f in lines if f.scenario in i.effects} for i in indicators}
    best = {f.key: _largest(cells, f.key) for f in lines}
    rows = (
        Row(
            indicator=i.id,
            group=i.group,
            cells={key: _marked(cell, best[key]) for key, cell in cells[i.id].items()},
        )
        for i in indicators
    )
    return Matrix(columns=tuple(f.key for f in lines), rows=tuple(rows))


def is_itself(assessment: Assessment, indicator: Indicator, line: Forecast) -> bool:
    """Whether *indicator* sees the event of *line* itself: it asks for its ruling, or for that of one of its parts."""
    names = {line.key, line.scenario}
    names |= {part for whole in wholes(assessment) if whole.question.id == line.key for part in whole.parts}
    return indicator.candidate_resolution in names


def _cell(assessment: Assessment, indicator: Indicator, line: Forecast) -> Cell:
    effect = indicator.effects[line.scenario]
    rating = f"{effect.if_true}/{effect.if_false}" if isinstance(effect, Effect) else str(effect[line.state])
    nats = log_ratio(assessment, indicator, line.scenario, line.state or None)
    return Cell(nats=nats, rating=rating, itself=is_itself(assessment, indicator, line))


def _largest(cells: Mapping[str, Mapping[str, Cell]], key: str) -> float:
    return max((abs(own[key].nats) for own in cells.values() if key in own and not own[key].itself), default=0.0)


def _marked(cell: Cell, best: float) -> Cell:
    strongest = not cell.itself and best > _TIE and abs(cell.nats) > best - _TIE
    return Cell(nats=cell.nats, rating=cell.rating, itself=cell.itself, strongest=strongest)
