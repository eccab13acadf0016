"""The protocol: snapshots, moves and outcomes in; scores beside benchmarks, and warnings judged, out.

A window begins at an origin and is as long as the question's horizon. It is scored only if it ended within what is
known of the outcomes, and did not hang on a disputed one; also a window in which it has already happened waits for
its end, because scoring it early and its quiet neighbour late would favour whoever cries wolf.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import fsum

from indicators.assessments import Assessment, forecasts
from indicators.backtest.asked import AskedQuestion, asked_of
from indicators.backtest.methods import Figures, FiguresSaid, Method, said
from indicators.backtest.outcomes import OutcomeRecord, Status
from indicators.backtest.results import Backtest, LineResult, QuestionResult, Scores, Skill, Window
from indicators.backtest.snapshots import Snapshot
from indicators.bands import WarningLevel
from indicators.scoring.alarms import KnownDays, alarms
from indicators.scoring.bare_moves import BareMove, warned_times
from indicators.scoring.bootstrap import Choose, blocks_drawn, mean_interval, skill_interval
from indicators.scoring.brier import mean, skill
from indicators.scoring.calibration import calibration
from indicators.scoring.cost_loss import cost_loss
from indicators.scoring.discrimination import discrimination
from indicators.scoring.episodes import Episode, episodes
from indicators.scoring.flips import flips_a_month
from indicators.scoring.log_score import log_score
from indicators.scoring.ranked import category_brier, ranked_probability

WARNED = tuple(level for level in WarningLevel if level > WarningLevel.BASELINE)
AGAINST = (Method.BASE_RATE, Method.PRIOR, Method.PERSISTENCE, Method.LEVEL_COUNT, Method.AUTOREGRESSION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How a backtest is done. ``choose`` draws the bootstrap's blocks; ``base_rates`` are given by a person.

    ``watched_until`` is the end of the replay: later than that nothing could be warned of.
    """

    every: int
    choose: Choose
    watched_until: datetime
    base_rates: Mapping[str, float] = field(default_factory=dict)
    analysts: int = 1


def backtest(
    assessment: Assessment,
    snapshots: Sequence[Snapshot],
    moves: Sequence[BareMove],
    records: Mapping[str, OutcomeRecord],
    shuffles: Sequence[Sequence[Mapping[str, float]]],
    asking: Asking,
) -> Backtest:
    """Score what *snapshots* and *moves* said by *records*, which hold the outcomes of each question.

    *shuffles* are the probabilities at each snapshot under shuffled ratings, one list a shuffle. Raises
    ``ValueError`` if there is no snapshot: nothing was asked.
    """
    if not snapshots:
        raise ValueError("no origin lies where something was known")
    first, until = snapshots[0].at, min(r.until for r in records.values())
    drawn: dict[int, tuple[tuple[int, ...], ...]] = {}
    questions = []
    for asked in (a for a in asked_of(assessment) if a.id in records):
        record = records[asked.id]
        told = said(
            assessment, record, snapshots, shuffles, base_rate=asking.base_rates.get(asked.id), every=asking.every
        )
        questions.append(_question(assessment, record, snapshots, told, moves, asking, drawn))
    days = (asking.watched_until - first) / timedelta(days=1)
    pairs = [pair for q in questions for key in q.asked.keys for pair in _pairs(q.windows, q.asked, key)]
    return Backtest(
        first=first,
        last=snapshots[-1].at,
        until=until,
        every=asking.every,
        origins=len(snapshots),
        questions=tuple(questions),
        moves=tuple(n for n in moves if n.at >= first),
        calibration=calibration(pairs, assessment.scale),
        days=days,
        analysts=asking.analysts,
    )


def _question(
    assessment: Assessment,
    record: OutcomeRecord,
    snapshots: Sequence[Snapshot],
    told: Sequence[FiguresSaid],
    moves: Sequence[BareMove],
    asking: Asking,
    drawn: dict[int, tuple[tuple[int, ...], ...]],
) -> QuestionResult:
    asked = record.asked
    windows = tuple(_window(record, shot) for shot in snapshots)
    scored = [(w, t) for w, t in zip(windows, told, strict=True) if w.status is Status.SETTLED]
    single = {
        method: [category_brier(t.figures[method][0], w.state) for w, t in scored] for method in (Method.OURS, *AGAINST)
    }
    blocks = _blocks(scored, asked)
    count = max(blocks, default=-1) + 1
    if count not in drawn:
        drawn[count] = blocks_drawn(count, asking.choose) if count else ()
    ours = single[Method.OURS]
    return QuestionResult(
        asked=asked,
        windows=windows,
        scores={method: _scores(asked, scored, method) for method in (told[0].figures if told else ())},
        brier_interval=mean_interval(ours, blocks, drawn[count]),
        skill=tuple(
            Skill(
                against=method,
                skill=skill(mean(ours), mean(single[method])),
                interval=skill_interval(ours, single[method], blocks, drawn[count]),
            )
            for method in AGAINST
        ),
        blocks=count,
        lines=tuple(
            _line(assessment, record, key, windows, moves, (snapshots[0].at, asking.watched_until))
            for key in asked.keys
        ),
        settled_by_day={t.at: {m: runs[0] for m, runs in t.figures.items()} for _, t in scored},
    )


def _window(record: OutcomeRecord, shot: Snapshot) -> Window:
    day = shot.at.date()
    settled = record.settle(day)
    return Window(
        at=shot.at,
        end=day + timedelta(days=record.asked.horizon_days),
        status=settled.status,
        state=settled.state,
        p=record.asked.figures(shot.p),
    )


def _blocks(scored: Sequence[tuple[Window, FiguresSaid]], asked: AskedQuestion) -> list[int]:
    """Number the blocks of one horizon in which the windows begin, without gaps."""
    if not scored:
        return []
    first = scored[0][0].at
    raw = [(w.at - first).days // asked.horizon_days for w, _ in scored]
    number = {block: n for n, block in enumerate(sorted(set(raw)))}
    return [number[block] for block in raw]


def _scores(asked: AskedQuestion, scored: Sequence[tuple[Window, FiguresSaid]], method: Method) -> Scores:
    """Return the mean scores of *method*; of several repetitions, the mean of their means."""
    if not scored:
        return Scores(brier=None, log=None)
    runs: list[list[tuple[Figures, int]]] = [
        [(t.figures[method][n], w.state) for w, t in scored] for n in range(len(scored[0][1].figures[method]))
    ]
    briers = [fsum(category_brier(p, s) for p, s in run) / len(run) for run in runs]
    logs = [fsum(log_score(p[s]) for p, s in run) / len(run) for run in runs]
    ranked = [fsum(ranked_probability(p, s) for p, s in run) / len(run) for run in runs] if asked.exclusive else []
    several = len(runs) > 1
    return Scores(
        brier=mean(briers),
        log=mean(logs),
        ranked=mean(ranked),
        brier_low=min(briers) if several else None,
        brier_high=max(briers) if several else None,
    )


def _pairs(windows: Sequence[Window], asked: AskedQuestion, key: str) -> list[tuple[float, bool]]:
    """Return the settled figures of one line, and whether it came true."""
    n = asked.keys.index(key)
    return [(w.p[n], w.state == n) for w in windows if w.status is Status.SETTLED]


def _line(
    assessment: Assessment,
    record: OutcomeRecord,
    key: str,
    windows: Sequence[Window],
    moves: Sequence[BareMove],
    span: tuple[datetime, datetime],
) -> LineResult:
    asked, (first, end) = record.asked, span
    forecast = next(f for f in forecasts(assessment) if f.key == key)
    own = tuple(n for n in moves if n.key == key)
    pairs = _pairs(windows, asked, key)
    happened = _episodes(record, key, first)
    known = KnownDays(days=record.days(key), void=record.void, until=record.until)
    days = (end - first) / timedelta(days=1)
    inside = tuple(n for n in own if n.at >= first)
    return LineResult(
        key=key,
        name=forecast.name.get("en") or next(iter(forecast.name.values())),
        horizon_days=asked.horizon_days,
        episodes=happened,
        calibration=calibration(pairs, assessment.scale),
        discrimination=discrimination(pairs, episodes=len(happened)),
        value=cost_loss(pairs),
        alarms={
            level: alarms(
                warned_times(own, level), happened, known, horizon_days=asked.horizon_days, since=first, until=end
            )
            for level in WARNED
        },
        moves=inside,
        flips_a_month=flips_a_month(inside, days=days),
    )


def _episodes(record: OutcomeRecord, key: str, first: datetime) -> tuple[Episode, ...]:
    """Return the episodes that began on the first origin's day or later, and before the end of what is known."""
    found = episodes(record.days(key), horizon_days=record.asked.horizon_days)
    return tuple(e for e in found if first.date() <= e.first < record.until)
