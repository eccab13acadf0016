"""Line record: the moves of one line, what people decided about them, and the analyst's line that follows."""

from dataclasses import dataclass

from indicators.assessments import Assessment, Forecast
from indicators.decisions import MoveDecision, Point, Step, analyst_line, steps_of, waiting
from indicators.moves import OutlookMove
from watcher.store import Connection, move_decisions


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRecord:
    """All that is known of the decisions about one line: its steps, what was decided, and what follows."""

    steps: tuple[Step, ...]
    moves: tuple[OutlookMove, ...]
    decisions: tuple[MoveDecision, ...]
    points: tuple[Point, ...]
    waits: tuple[Step, ...]


def line_record(connection: Connection, assessment: Assessment, forecast: Forecast) -> LineRecord:
    """Return the decisions about one line and the analyst's line that follows from them."""
    kept = move_decisions.kept_moves(connection, assessment.id, key=forecast.key)
    made = move_decisions.decisions(connection, assessment.id, key=forecast.key)
    prior = kept[0].move.before if kept else forecast.prior.p
    steps = steps_of((k.move, k.to_review(assessment)) for k in kept)
    return LineRecord(
        steps=steps,
        moves=tuple(k.move for k in kept),
        decisions=made,
        points=analyst_line(prior, steps, made, since=assessment.start),
        waits=waiting(steps, made),
    )
