"""Steps: what an outlook makes of what stands published, line by line."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from indicators.assessments import Assessment, forecasts
from indicators.bands import WarningLevel
from indicators.levels import Readings
from indicators.moves.display import next_published
from indicators.moves.published import MoveReason, OutlookMove, Published, move_id
from indicators.moves.view import Present, View, families_of
from indicators.outlooks import Outlook
from indicators.sight import Sight


def advance(
    assessment: Assessment,
    outlook: Outlook,
    readings: Readings,
    published: Mapping[str, Published],
    *,
    sight: Mapping[str, Sight] | None = None,
    salt: str = "",
) -> tuple[dict[str, Published], tuple[OutlookMove, ...]]:
    """Return what now stands published for each line, and the moves that this outlook of *readings* makes.

    *sight* says when nobody could look, at all (:data:`~indicators.sight.EVERYWHERE`) or for one indicator: no hold
    of a fall runs over that. *salt* sets the moves of one installation apart from those of another over the same
    assessment. A line of *published* that the assessment no longer has is not looked at: see :func:`withdraw`.
    """
    present = Present(assessment, outlook, readings, sight or {})
    stands: dict[str, Published] = {}
    moves: list[OutlookMove] = []
    for line in present.thresholds.lines:
        before = published.get(line.key) or line.first
        view = View(line, present, before)
        after, reasons = next_published(before, view)
        if reasons:
            moves.append(_move(assessment, after, view, reasons, salt=salt))
            after = _moved(after, view)
        stands[line.key] = after
    return stands, tuple(moves)


def withdraw(
    assessment: Assessment,
    published: Mapping[str, Published],
    *,
    at: datetime,
    coverage: float = 1.0,
    salt: str = "",
) -> tuple[dict[str, Published], tuple[OutlookMove, ...]]:
    """Stand down the lines of *published* that stood above Baseline and are gone from *assessment*.

    A scenario that was renamed or taken out of the file must not leave its warning standing for ever.
    Returns what then stands of these lines alone, to be kept beside what :func:`advance` returns, and
    their last moves, by key: straight to Baseline, at once and whatever the coverage, because an
    editor's decision is no observation. The probability is the last one published; nothing explains
    it any more, so there are no rows. Called again it finds nothing. Should the line come back, it goes
    on from there.
    """
    lines = {forecast.key for forecast in forecasts(assessment)}
    gone = {key: line for key, line in published.items() if key not in lines}
    return _stood_down(assessment, gone, MoveReason.WITHDRAWN, at=at, coverage=coverage, salt=salt)


def end(
    assessment: Assessment,
    published: Mapping[str, Published],
    *,
    at: datetime,
    coverage: float = 1.0,
    salt: str = "",
) -> tuple[dict[str, Published], tuple[OutlookMove, ...]]:
    """Stand down every line of *published* that stands above Baseline: a person ended the whole *assessment*.

    As :func:`withdraw` does for the lines that are gone from a file, and for the same reasons.
    """
    return _stood_down(assessment, published, MoveReason.ENDED, at=at, coverage=coverage, salt=salt)


def _at_rest(before: Published, *, at: datetime) -> Published:
    return replace(
        before,
        level=WarningLevel.BASELINE,
        move_at=at,
        raised_from=None,
        sequence=before.sequence + 1,
        band_up_since=None,
        band_down_since=None,
        level_down_since=None,
        odds_down_since=None,
    )


def _stood_down(
    assessment: Assessment,
    published: Mapping[str, Published],
    why: MoveReason,
    *,
    at: datetime,
    coverage: float,
    salt: str,
) -> tuple[dict[str, Published], tuple[OutlookMove, ...]]:
    raised = [line for _, line in sorted(published.items()) if line.level is not WarningLevel.BASELINE]
    stands = {line.key: _at_rest(line, at=at) for line in raised}
    moves = tuple(_last_move(assessment, line, why, at=at, coverage=coverage, salt=salt) for line in raised)
    return stands, moves


def _moved(after: Published, view: View) -> Published:
    """Return *after* with the present outlook as the last move."""
    return replace(
        after,
        move_p=view.estimate.p,
        move_at=view.present.now,
        move_rows={row.key: row.nats for row in view.estimate.rows},
        move_prior=view.estimate.prior,
        happened=view.estimate.happened,
        sequence=view.before.sequence + 1,
        odds_down_since=None,
    )


def _move(
    assessment: Assessment, after: Published, view: View, reasons: tuple[MoveReason, ...], *, salt: str
) -> OutlookMove:
    estimate, before = view.estimate, view.before
    raised_by = view.news(rising=True)
    move = OutlookMove(
        id=move_id(assessment.id, before.key, before.sequence + 1, salt=salt),
        assessment=assessment.id,
        version=assessment.version,
        key=before.key,
        at=view.present.now,
        before=before.move_p,
        after=estimate.p,
        low=estimate.low,
        high=estimate.high,
        band_before=before.band,
        band_after=after.band,
        level_before=before.level,
        level_after=after.level,
        reasons=reasons,
        differences=view.differences,
        rows=estimate.rows,
        events=(),
        families=tuple(sorted(families_of(raised_by) or view.voices)),
        coverage=view.sight.coverage,
        degraded=view.degraded,
        unseen=view.sight.unseen if view.degraded else (),
        happened=estimate.happened,
        sequence=before.sequence + 1,
    )
    news = raised_by if move.rising else view.news(rising=False)
    return replace(move, events=news or view.backing(rising=move.rising))


def _last_move(
    assessment: Assessment, before: Published, why: MoveReason, *, at: datetime, coverage: float, salt: str
) -> OutlookMove:
    return OutlookMove(
        id=move_id(assessment.id, before.key, before.sequence + 1, salt=salt),
        assessment=assessment.id,
        version=assessment.version,
        key=before.key,
        at=at,
        before=before.move_p,
        after=before.move_p,
        low=before.move_p,
        high=before.move_p,
        band_before=before.band,
        band_after=before.band,
        level_before=before.level,
        level_after=WarningLevel.BASELINE,
        reasons=(why,),
        differences=(),
        rows=(),
        events=(),
        families=(),
        coverage=coverage,
        degraded=coverage < assessment.model.warn.coverage_floor,
        happened=before.happened,
        sequence=before.sequence + 1,
    )
