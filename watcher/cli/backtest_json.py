"""How ``watcher backtest`` writes its findings for programs: everything, in plain values."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from indicators.backtest.methods import Method
    from indicators.backtest.results import LineResult, QuestionResult, Scores
    from indicators.scoring.alarms import Alarms
    from indicators.scoring.bare_moves import BareMove
    from indicators.scoring.bootstrap import Interval
    from indicators.scoring.calibration import Bin
    from indicators.scoring.episodes import Episode
    from watcher.scoring.backtesting import Backtested


def backtest_json(tested: "Backtested") -> dict[str, Any]:
    """Return *tested* as plain values."""
    result, frozen = tested.result, tested.frozen
    return {
        "cautions": list(tested.cautions),
        "frozen": {
            "assessment": frozen.assessment,
            "version": frozen.version,
            "sha256": frozen.sha256,
            "code": frozen.code,
            "file_changed_at": _moment(frozen.changed_at),
            "written": str(frozen.written),
            "proven": not frozen.doubts,
        },
        "archive": {
            "items": tested.items,
            "without_fetched": tested.unfetched,
            "delay_hours": tested.delay.total_seconds() / 3600,
        },
        "outcomes": {"sources": list(tested.sources), "until": str(result.until)},
        "first": result.first.isoformat(),
        "last": result.last.isoformat(),
        "every_days": result.every,
        "judged": tested.pace.value,
        "origins": result.origins,
        "origins_unanswered": tested.unanswered,
        "seed": tested.seed,
        "shuffles": tested.shuffles,
        "settled": result.settled,
        "episodes": result.episodes,
        "alerts": len(result.moves),
        "alerts_per_analyst_day": result.alerts_per_analyst_day,
        "analysts": result.analysts,
        "calibration": bins_json(result.calibration),
        "questions": [_question(q) for q in result.questions],
        "moves": [_move(n) for n in result.moves],
    }


def bins_json(bins: Iterable["Bin"]) -> list[dict[str, Any]]:
    """Return a calibration table as plain values."""
    return [
        {
            "term": b.term,
            "range": b.printed,
            "forecasts": b.forecasts,
            "mean_p": b.mean_p,
            "happened": b.happened,
            "share": b.share,
        }
        for b in bins
    ]


def _question(question: "QuestionResult") -> dict[str, Any]:
    from indicators.backtest.outcomes import Status

    return {
        "scenario": question.asked.id,
        "states": list(question.asked.keys) if question.asked.exclusive else None,
        "horizon_days": question.asked.horizon_days,
        "windows": {str(status): question.count(status) for status in Status},
        "positive_windows": question.positive,
        "episodes": question.episodes,
        "blocks": question.blocks,
        "scores": {str(method): _scores(scores) for method, scores in question.scores.items()},
        "brier_interval": _interval(question.brier_interval),
        "skill": [
            {"against": str(s.against), "skill": s.skill, "interval": _interval(s.interval)} for s in question.skill
        ],
        "lines": [_line(line) for line in question.lines],
        "origins": [
            {
                "at": w.at.isoformat(),
                "end": str(w.end),
                "status": str(w.status),
                "outcome": question.asked.states[w.state] if w.state >= 0 else None,
                "p": dict(zip(question.asked.keys, w.p, strict=False)),
                "benchmarks": _figures(question, w.at.date()),
            }
            for w in question.windows
        ],
    }


def _figures(question: "QuestionResult", day: Any) -> dict[str, Any]:
    said: dict[Method, tuple[float, ...]] = dict(question.settled_by_day.get(day, {}))
    return {str(m): dict(zip(question.asked.keys, p, strict=False)) for m, p in said.items() if m != "watcher"}


def _scores(scores: "Scores") -> dict[str, Any]:
    own = {"brier": scores.brier, "log": scores.log, "ranked": scores.ranked}
    several = {"brier_low": scores.brier_low, "brier_high": scores.brier_high}
    return own | (several if scores.brier_low is not None else {})


def _interval(interval: "Interval | None") -> list[float] | None:
    return [interval.low, interval.high] if interval else None


def _line(line: "LineResult") -> dict[str, Any]:
    found = line.discrimination
    return {
        "scenario": line.key,
        "episodes": [_episode(e) for e in line.episodes],
        "calibration": bins_json(line.calibration),
        "auroc": found.auroc,
        "aupr": found.aupr,
        "no_rank_because": found.why_not or None,
        "cost_loss": [{"ratio": v.ratio, "value": v.value} for v in line.value],
        "warnings": {level.name.lower(): _alarms(a) for level, a in line.alarms.items()},
        "moves": len(line.moves),
        "band_flips_per_30_days": line.flips_a_month,
    }


def _episode(episode: "Episode") -> dict[str, Any]:
    return {"first": str(episode.first), "days": [str(day) for day in episode.days]}


def _alarms(alarms: "Alarms") -> dict[str, Any]:
    return {
        "right": alarms.right,
        "false": alarms.false,
        "late": alarms.late,
        "open": alarms.open,
        "void": alarms.void,
        "hit_rate": alarms.hit_rate,
        "false_alarm_ratio": alarms.false_alarm_ratio,
        "false_alarms_per_30_days": alarms.false_a_month,
        "median_lead_days": alarms.lead.median,
        "share_with_7_days_or_more": alarms.lead.share_enough,
        "leads": [{"episode": str(e.first), "days": lead} for e, lead in alarms.leads],
        "missed": [str(e.first) for e in alarms.missed],
    }


def _move(move: "BareMove") -> dict[str, Any]:
    return {
        "at": move.at.isoformat(),
        "scenario": move.key,
        "before": move.before,
        "after": move.after,
        "level_before": move.level_before.name.lower(),
        "level_after": move.level_after.name.lower(),
        "reasons": list(move.reasons),
        "headline": move.headline or None,
    }


def _moment(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
