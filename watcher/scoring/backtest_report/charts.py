"""Charts as SVG whose colours are the page's: one function a chart. Of reports the only file that knows matplotlib.

Colours are names of the page's CSS variables, so that one drawing serves light, dark and print. Text is drawn as
text, is escaped by the library, and is never read as a formula.
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from indicators.backtest.methods import Method
from indicators.backtest.results import Backtest, LineResult, QuestionResult, Window
from indicators.scoring.calibration import Bin

_COLOURS = {
    "#010101": "ink",
    "#020202": "faint",
    "#030303": "ours",
    "#040404": "event",
    "#050505": "move",
    "#060606": "band",
    "#070707": "paper",
    "#080808": "other",
}
INK, FAINT, OURS, EVENT, MOVE, BAND, PAPER, OTHER = _COLOURS
_WIDE = 9.0
_SETTINGS: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "watcher",
    "text.parse_math": False,
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
}
_MARKERS = "osD^vPX"
_OURS: Any = {"color": OURS, "ms": 9, "zorder": 3}
_OTHERS: Any = {"color": OTHER, "ms": 6, "alpha": 0.8}


@contextmanager
def _drawing(height: float) -> Iterator[Axes]:
    """Give empty axes of the page's width, in our settings and with no state outside of them."""
    with mpl.rc_context(_SETTINGS):
        figure = Figure(figsize=(_WIDE, height), layout="constrained")
        figure.patch.set_visible(False)
        axes = figure.subplots()
        axes.patch.set_visible(False)
        yield axes


def _svg(axes: Axes, name: str, told: str) -> str:
    """Return the drawing as an SVG element; *told* says in words what it shows, for who cannot see it."""
    with mpl.rc_context(_SETTINGS):
        out = io.StringIO()
        nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
        figure = axes.get_figure()
        assert isinstance(figure, Figure)
        figure.savefig(out, format="svg", metadata=nothing)
    text = out.getvalue()
    text = text[text.index("<svg") :]
    for colour, variable in _COLOURS.items():
        text = text.replace(colour, f"var(--{variable})")
    text = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", text)  # several drawings share one page
    return text.replace("<svg ", f'<svg role="img" aria-label="{told}" ', 1)


def probability(line: LineResult, windows: Sequence[Window], n: int, name: str) -> str:
    """Draw the probability of a line over time, on its bands, with what happened and when we spoke."""
    with _drawing(2.7) as axes:
        bands = [b.band for b in line.calibration]
        for k, band in enumerate(bands):
            axes.axhspan(band.low, band.high, color=BAND, alpha=0.20 if k % 2 else 0.07, lw=0)
        when: Any = [w.at for w in windows]
        axes.plot(when, [w.p[n] for w in windows], color=OURS, lw=1.6, drawstyle="steps-post")
        spoken = line.moves
        said: Any = [s.at for s in spoken]
        axes.plot(said, [s.after for s in spoken], "o", color=MOVE, ms=4, label="move" if spoken else None)
        for i, day in enumerate(d for e in line.episodes for d in e.days):
            axes.axvline(day, color=EVENT, lw=1.2, ls="--", label="it happened" if i == 0 else None)  # type: ignore[arg-type] # dates are units
        axes.set_ylim(0, 1)
        axes.set_yticks([0, *(b.high for b in bands)])
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        if spoken or line.episodes:
            axes.legend(loc="upper left", ncols=2)
        return _svg(axes, name, f"Probability of {len(windows)} origins over time, with bands, moves and happenings")


def reliability(bins: Sequence[Bin]) -> str:
    """Draw the share that came true over the mean probability of each band, with the number of figures."""
    with _drawing(3.6) as axes:
        axes.plot([0, 1], [0, 1], color=FAINT, lw=1, ls=":")
        held = [(b.mean_p, b.share, b.forecasts) for b in bins if b.mean_p is not None and b.share is not None]
        most = max((count for _, _, count in held), default=1)
        for mean_p, share, count in held:
            axes.plot(mean_p, share, "o", color=OURS, ms=5 + 11 * (count / most) ** 0.5, alpha=0.8)
            axes.annotate(f"n = {count}", (mean_p, share), textcoords="offset points", xytext=(11, -3))
        axes.set(xlim=(0, 1), ylim=(-0.03, 1.03), xlabel="mean probability given", ylabel="share that came true")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        return _svg(axes, "reliability", "Reliability diagram: share that came true over mean probability, with counts")


def cost_loss(lines: Sequence[LineResult]) -> str:
    """Draw the cost-loss value of each line that has one over C/L; below -1 it is cut off."""
    with _drawing(3.2) as axes:
        axes.axhline(0, color=FAINT, lw=1)
        for i, line in enumerate(lines):
            known = [(v.ratio, max(v.value, -1.0)) for v in line.value if v.value is not None]
            marker = _MARKERS[i % len(_MARKERS)]
            axes.plot(
                *zip(*known, strict=True), marker=marker, ms=4, color=OURS if i == 0 else OTHER, lw=1, label=line.key
            )
        axes.set(xlabel="cost of protecting / loss (C/L)", ylabel="value", ylim=(-1.05, 1.05))
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
        return _svg(axes, "costloss", "Cost-loss value over the ratio of cost to loss, one line each")


def briers(questions: Sequence[QuestionResult]) -> str:
    """Draw the Brier score of every method beside each other, a row a question."""
    with _drawing(0.9 + 0.34 * len(questions)) as axes:
        for row, question in enumerate(questions):
            axes.axhline(row, color=FAINT, lw=0.5)
            for i, method in enumerate(m for m in Method if m in question.scores):
                score = question.scores[method].brier
                look = _OURS if method is Method.OURS else _OTHERS
                label = str(method) if row == 0 else None
                axes.plot([score or 0.0], [row], _MARKERS[i % len(_MARKERS)], label=label, **look)
        axes.set_yticks(range(len(questions)), [q.asked.id for q in questions])
        axes.set(xlabel="Brier score (lower is better)", ylim=(len(questions) - 0.5, -0.5))
        axes.set_xlim(left=0)
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
        return _svg(axes, "briers", "Brier score of each question beside its benchmarks")


def alerts_a_week(result: Backtest) -> str:
    """Draw how many moves each week brought."""
    weeks: dict[date, int] = {}
    monday = _monday(result.first)
    while monday <= (result.first + timedelta(days=result.days)).date():
        weeks[monday] = 0
        monday += timedelta(days=7)
    for move in result.moves:
        weeks[_monday(move.at)] = weeks.get(_monday(move.at), 0) + 1
    with _drawing(2.2) as axes:
        axes.bar(list(weeks), list(weeks.values()), width=6, color=MOVE, align="edge")  # type: ignore[arg-type] # dates are units
        axes.set_ylabel("alerts a week")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        return _svg(axes, "alerts", "Alerts in each week")


def _monday(moment: datetime) -> date:
    return moment.date() - timedelta(days=moment.weekday())


def palettes() -> Mapping[str, Mapping[str, str]]:
    """Return the colours behind the names in light and in dark; none carries meaning alone: shapes and words do too."""
    light = {
        "ink": "#1b1f24",
        "faint": "#9aa4af",
        "ours": "#0b5cad",
        "event": "#b42318",
        "move": "#b35900",
        "band": "#5f7d95",
        "paper": "#ffffff",
        "other": "#6b7280",
    }
    dark = {
        "ink": "#e6e9ed",
        "faint": "#66717d",
        "ours": "#6cb2ff",
        "event": "#ff8a80",
        "move": "#ffb86b",
        "band": "#8fb3cc",
        "paper": "#14181d",
        "other": "#a0aab5",
    }
    return {"light": light, "dark": dark}
