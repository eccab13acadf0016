"""Resolved forecasts: what was expected of a scenario at a moment, and whether it happened within its horizon."""

import csv
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO

from indicators.assessments import Assessment, Forecast, forecasts
from indicators.checks.references import suggestion
from indicators.errors import Problem

REQUIRED = ("scenario", "at", "evidence_nats", "prior", "outcome")
OPTIONAL = ("link_nats",)
"""Besides these, a column may have the id of an indicator: its activation (0 to 1) at that moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """One forecast whose horizon has passed.

    ``scenario`` is the key of its line, ``evidence`` the sum of its indicators' rows and ``links`` of all other
    rows, both in nats; ``outcome`` says whether it happened within the horizon. ``activations`` are those of the
    indicators that could be observed then, 0 to 1.
    """

    scenario: str
    at: datetime
    evidence: float
    prior: float
    outcome: bool
    links: float = 0.0
    activations: Mapping[str, float] = field(default_factory=dict)


def read_forecasts(text: str, assessment: Assessment, *, name: str) -> tuple[tuple[Resolved, ...], tuple[Problem, ...]]:
    """Read the CSV in *text*, by time; *name* is the file's name for messages.

    All faults come at once; a line with a fault is left out. A time without a zone is UTC.
    """
    rows = csv.reader(StringIO(text.removeprefix("\ufeff")))
    head = tuple(column.strip() for column in next(rows, ()))
    problems = list(_head_faults(head, assessment, name))
    if problems:
        return (), tuple(problems)
    known = {line.key: line for line in forecasts(assessment)}
    found: list[Resolved] = []
    for cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        where = f"{name}:{rows.line_num}"
        try:
            found.append(_row(dict(zip(head, (cell.strip() for cell in cells), strict=True)), known))
        except ValueError as error:
            what = f"{len(cells)} cells, {len(head)} columns" if len(cells) != len(head) else str(error)
            problems.append(Problem(where=where, what=what))
    return tuple(sorted(found, key=lambda row: (row.at, row.scenario))), tuple(problems)


def weights(rows: Iterable[Resolved], assessment: Assessment) -> tuple[float, ...]:
    """Return how much each of *rows* counts: 1 if no other of its scenario overlaps it, else its share.

    Horizons that overlap tell of the same days: thirteen weekly forecasts over ninety days count about as one.
    The sum is the number of forecasts they are worth.
    """
    own = tuple(rows)
    horizons = {line.key: timedelta(days=line.horizon_days) for line in forecasts(assessment)}
    times: dict[str, list[datetime]] = {}
    for row in own:
        times.setdefault(row.scenario, []).append(row.at)
    return tuple(
        1 / sum(abs(other - row.at) < horizons[row.scenario] / 2 for other in times[row.scenario]) for row in own
    )


def _head_faults(head: tuple[str, ...], assessment: Assessment, name: str) -> Iterator[Problem]:
    indicators = [indicator.id for indicator in assessment.indicators]
    where = f"{name}:1"
    missing = [column for column in REQUIRED if column not in head]
    if missing:
        instead = f"the first line names the columns: {','.join(REQUIRED)}"
        yield Problem(where=where, what=f"no column {', '.join(missing)}", instead=instead)
    for column in dict.fromkeys(head):
        if head.count(column) > 1:
            yield Problem(where=where, what=f"the column {column} stands there twice", instead="keep one")
        if column not in (*REQUIRED, *OPTIONAL, *indicators):
            yield Problem(
                where=where,
                what=f"the column {column!r} is no indicator of {assessment.id}",
                instead=suggestion(column, [*REQUIRED, *OPTIONAL, *indicators]),
            )


def _row(cells: Mapping[str, str], known: Mapping[str, Forecast]) -> Resolved:
    scenario = cells["scenario"]
    if scenario not in known:
        raise ValueError(f"no scenario {scenario!r}: {suggestion(scenario, list(known))}")
    if cells["outcome"] not in ("0", "1"):
        raise ValueError(f"outcome {cells['outcome']!r}: write 1 if it happened within the horizon, 0 if not")
    others = {key: value for key, value in cells.items() if key not in (*REQUIRED, *OPTIONAL) and value}
    return Resolved(
        scenario=scenario,
        at=_moment(cells["at"]),
        evidence=_number(cells, "evidence_nats", -100, 100),
        prior=_probability(cells),
        outcome=cells["outcome"] == "1",
        links=_number(cells, "link_nats", -100, 100) if cells.get("link_nats") else 0.0,
        activations={key: _number(others, key, 0, 1) for key in others},
    )


def _moment(written: str) -> datetime:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise ValueError(f"at {written!r}: write a day or a time as 2025-11-01 or 2025-11-01T06:00:00Z") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _probability(cells: Mapping[str, str]) -> float:
    p = _number(cells, "prior", 0, 1)
    if not 0 < p < 1:
        raise ValueError("prior: write a probability above 0 and below 1")
    return p


def _number(cells: Mapping[str, str], key: str, low: float, high: float) -> float:
    try:
        value = float(cells[key])
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise ValueError(f"{key} {cells[key]!r}: write a number from {low:g} to {high:g}")
    return value
