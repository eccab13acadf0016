"""The page: every value goes through one layout that escapes it; only our own drawings go in as they are."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from indicators.backtest.methods import Method
from indicators.backtest.outcomes import Status
from indicators.backtest.protocol import WARNED
from indicators.backtest.results import LineResult, QuestionResult
from indicators.bands import percent
from indicators.moves import MoveReason
from watcher.scoring.backtest_report import charts
from watcher.scoring.backtesting import Backtested

MOST_MOVES = 200
"""Moves in the page's table; the JSON has all."""


def backtest_html(tested: Backtested) -> str:
    """Return *tested* as one HTML file that needs nothing beside itself."""
    return _environment().get_template("backtest.html.j2").render(_context(tested))


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.clear()
    return environment


def _context(tested: Backtested) -> dict[str, Any]:
    result, frozen = tested.result, tested.frozen
    scored = [q for q in result.questions if q.count(Status.SETTLED)]
    lines = [line for q in result.questions for line in q.lines]
    valued = [line for line in lines if any(v.value is not None for v in line.value)]
    return {
        "title": f"Backtest of {frozen.assessment} {frozen.version}",
        "palettes": charts.palettes(),
        "cautions": tested.cautions,
        "frozen": frozen,
        "tested": tested,
        "result": result,
        "delay": f"{tested.delay.total_seconds() / 3600:g} h",
        "sources": [source or "nobody named" for source in tested.sources],
        "methods": [str(method) for method in Method],
        "windows": [_windows(q) for q in result.questions],
        "scores": [_scores(q) for q in scored],
        "skills": [_skills(q) for q in scored],
        "warnings": [row for line in lines for row in _warnings(line)],
        "levels": [level.name.lower() for level in WARNED],
        "happenings": sorted((row for line in lines for row in _happenings(line)), key=lambda row: row["cells"]),
        "ranks": [_rank(line) for line in lines],
        "moves": [_move(n) for n in result.moves[:MOST_MOVES]],
        "more_moves": max(0, len(result.moves) - MOST_MOVES),
        "briers": charts.briers(scored) if scored else "",
        "reliability": charts.reliability(result.calibration) if scored else "",
        "costloss": charts.cost_loss(valued) if valued else "",
        "alerts": charts.alerts_a_week(result),
        "over_time": [
            {"name": line.name, "key": line.key, "svg": charts.probability(line, q.windows, n, f"p{i}-{n}")}
            for i, q in enumerate(result.questions)
            for n, line in enumerate(q.lines)
        ],
    }


def _windows(question: QuestionResult) -> dict[str, Any]:
    counts = {str(status): question.count(status) for status in Status}
    happened = "-" if question.asked.exclusive else question.positive
    return {
        "id": question.asked.id,
        "name": question.asked.name,
        "horizon": question.asked.horizon_days,
        "episodes": question.episodes,
        "positive": happened,
        **counts,
    }


def _scores(question: QuestionResult) -> dict[str, Any]:
    own = [question.scores[m].brier if m in question.scores else None for m in Method]
    logs = [question.scores[m].log if m in question.scores else None for m in Method]
    ranked = question.scores[Method.OURS].ranked
    return {"id": question.asked.id, "brier": _threes(own), "log": _threes(logs), "ranked": _threes([ranked])[0]}


def _threes(scores: list[float | None]) -> list[str]:
    return ["-" if score is None else f"{score:.3f}" for score in scores]


def _skills(question: QuestionResult) -> dict[str, Any]:
    cells = []
    for s in question.skill:
        told = "-" if s.skill is None else f"{s.skill:+.2f}"
        cells.append(told + (f" [{s.interval.low:+.2f}, {s.interval.high:+.2f}]" if s.interval and s.skill else ""))
    return {
        "id": question.asked.id,
        "blocks": question.blocks,
        "against": [s.against for s in question.skill],
        "cells": cells,
    }


def _warnings(line: LineResult) -> list[dict[str, Any]]:
    return [
        {
            "cells": (
                line.key,
                level.name.lower(),
                f"{len(a.leads) - len(a.missed)} of {len(a.leads)}",
                _share(a.hit_rate),
                a.false,
                _share(a.false_alarm_ratio),
                "-" if a.false_a_month is None else f"{a.false_a_month:.2f}",
                a.late,
                a.open,
                "-" if a.lead.median is None else f"{a.lead.median:.0f}",
                _share(a.lead.share_enough),
            )
        }
        for level, a in line.alarms.items()
        if a.right or a.false or a.late or a.open or a.void
    ]


def _happenings(line: LineResult) -> list[dict[str, Any]]:
    rows = []
    for episode in line.episodes:
        known = [dict(line.alarms[level].leads) for level in WARNED]
        if not all(episode in leads for leads in known):
            continue  # it began after the last day that was watched
        cells = ["missed" if (lead := leads[episode]) is None else f"{lead:.0f} d" for leads in known]
        rows.append({"cells": (str(episode.first), line.key, *cells)})
    return rows


def _rank(line: LineResult) -> dict[str, Any]:
    found = line.discrimination
    told = found.why_not or f"AUROC {found.auroc:.3f}, AUPR {found.aupr:.3f}"
    flips = "-" if line.flips_a_month is None else f"{line.flips_a_month:.2f}"
    return {"key": line.key, "told": told, "flips": flips}


def _move(move: Any) -> dict[str, Any]:
    return {
        "cells": (
            f"{move.at:%Y-%m-%d %H:%M}",
            move.key,
            percent(move.before),
            percent(move.after),
            move.level_after.name.lower(),
            ", ".join(MoveReason(reason).told for reason in move.reasons),
            move.headline,
        )
    }


def _share(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.0f} %"
