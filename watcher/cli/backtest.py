"""``watcher backtest``: what an assessment would have said over an archive, scored by what came true."""

import gc
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.loading import DEFAULT_CONFIG, AssessmentOption, ConfigOption, JsonOption, assessment_meant
from watcher.cli.places import PlacesOption, atlas_or_exit
from watcher.cli.printing import FINDING, USAGE, fail, note_unlisted, print_json, print_problems, screen
from watcher.cli.progress import with_days
from watcher.scoring.pace import Pace

if TYPE_CHECKING:
    from indicators.assessments import Assessment
    from watcher.scoring.archives import Archive
    from watcher.scoring.backtesting import Backtested, Plan
    from watcher.scoring.outcome_files import ReadOutcomes


def add_to(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("backtest")(backtest)


ArchiveOption = Annotated[
    Path, typer.Option("--items", "-i", help="The archive: items.jsonl, as it is or packed with gzip.")
]
OutcomesOption = Annotated[
    Path,
    typer.Option(
        "--outcomes",
        help="outcomes.csv: scenario,occurred_on,status,source,note; status is occurred or void. From somebody else's "
        "record (Powell & Thyne, ACLED, a ruling), never from our own feed.",
    ),
]
_DAY = ["%Y-%m-%d"]
FirstOption = Annotated[
    datetime | None,
    typer.Option("--from", formats=_DAY, help="The first origin; without it the assessment's own date."),
]
LastOption = Annotated[
    datetime | None, typer.Option("--to", formats=_DAY, help="The last origin; without it the archive's last day.")
]
SinceOption = Annotated[
    datetime | None,
    typer.Option(
        "--outcomes-since",
        formats=_DAY,
        help="The outcomes are complete from this day on: base rates count from it.",
    ),
]
UntilOption = Annotated[
    datetime | None,
    typer.Option(
        "--outcomes-until",
        formats=_DAY,
        help="The outcomes are complete up to, and without, this day; without it up to the archive's end.",
    ),
]
OnlyOption = Annotated[
    list[str] | None, typer.Option("--only", metavar="SCENARIO", help="Score only this; may be repeated.")
]
BaseRateOption = Annotated[
    list[str] | None,
    typer.Option("--base-rate", metavar="SCENARIO=P", help="Use this base rate: coup_attempt=7%; may be repeated."),
]
OutOption = Annotated[
    Path | None, typer.Option("--out", help="Write backtest.html, backtest.json and backtest.txt here.")
]
JudgedOption = Annotated[
    Pace,
    typer.Option(
        "--judged",
        help="Whenever something arrives, as the daemon does; or, sooner done, at each day's end or at the origins "
        "only: the figures and their scores are the same, and warnings come up to a day, or a whole step, late.",
    ),
]
StepOption = Annotated[str, typer.Option("--origins", help="weekly, daily, or a number of days: 14d.")]
DelayOption = Annotated[
    str, typer.Option(help="How long after publication a report without a fetched time was known: 1h, 2d.")
]
AnalystsOption = Annotated[int, typer.Option(min=1, help="People among whom the alerts are shared.")]
SeedOption = Annotated[int, typer.Option(help="For shuffles and resampling: the same seed, the same figures.")]


def backtest(
    *,
    assessment: AssessmentOption = "",
    items: ArchiveOption,
    outcomes: OutcomesOption,
    first: FirstOption = None,
    last: LastOption = None,
    every: StepOption = "weekly",
    judged: JudgedOption = Pace.ARRIVALS,
    since: SinceOption = None,
    until: UntilOption = None,
    delay: DelayOption = "1h",
    only: OnlyOption = None,
    base_rate: BaseRateOption = None,
    analysts: AnalystsOption = 1,
    seed: SeedOption = 1,
    out: OutOption = None,
    places: PlacesOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Replay an archive, ask the assessment once a week, and score its figures and warnings beside simpler ones.

    At each origin only what was known by then counts. Windows that end beyond what is known of the outcomes are
    not scored; disputed (void) outcomes are left out and counted. Nothing is stored or sent. While rules are being
    tuned, --judged origins is the quick look; without it warnings are dated as the daemon would have sent them.
    """
    from indicators.backtest.asked import asked_of
    from watcher.scoring.archives import read_archive
    from watcher.scoring.backtesting import Plan
    from watcher.scoring.outcome_files import read_outcomes

    loaded = assessment_meant(assessment, config)
    known = [asked.id for asked in asked_of(loaded)]
    plan = Plan(
        first=_day(first),
        last=_day(last),
        since=_day(since),
        until=_day(until),
        every=_step(every),
        pace=judged,
        seed=seed,
        analysts=analysts,
        base_rates=_base_rates(base_rate or (), known),
        only=frozenset(_known("--only", name, known) for name in only or ()),
    )
    archive = read_archive(items, delay=_delay(delay))
    gc.freeze()  # the archive stays to the end: to look through it again and again takes a tenth of the time
    read = read_outcomes(outcomes, loaded)
    bad = print_problems((*archive.problems, *read.problems))
    tested = _tested(loaded, _file_of(loaded, assessment, config), archive, read, plan, places)
    _show(tested, _note_unlisted(loaded, archive), out, as_json=as_json)
    if bad:
        raise typer.Exit(FINDING)


def _tested(
    assessment: "Assessment",
    path: Path,
    archive: "Archive",
    read: "ReadOutcomes",
    plan: "Plan",
    places: list[str] | None,
) -> "Backtested":
    from watcher.judging.matching import ahead
    from watcher.scoring.backtesting import SpanError, backtested

    matching = ahead(assessment, atlas=atlas_or_exit(places, assessment))
    watched = partial(with_days, at=attrgetter("at"))
    try:
        return backtested(assessment, path, archive, read, plan, matching=matching, watched=watched)
    except SpanError as error:
        fail(str(error), code=USAGE)


def _note_unlisted(assessment: "Assessment", archive: "Archive") -> list[str]:
    from watcher.workbench.unlisted import Unlisted

    unlisted = Unlisted(assessment)
    for item in archive.items:
        unlisted.add(item)
    note_unlisted(unlisted.names)
    return list(unlisted.names)


def _show(tested: "Backtested", unlisted: list[str], out: Path | None, *, as_json: bool) -> None:
    from watcher.cli.backtest_json import backtest_json
    from watcher.cli.backtest_page import print_backtest

    plain = backtest_json(tested) | {"unlisted_sources": unlisted}
    if as_json:
        print_json(plain)
    else:
        print_backtest(tested, screen())
    if out is not None:
        _write(out, tested, plain)
    elif not as_json:
        screen().print("Next: [bold]--out DIR[/bold] writes all of it with charts as one page (backtest.html).")


def _step(told: str) -> int:
    from indicators.backtest.origins import step_of

    try:
        return step_of(told)
    except ValueError as error:
        fail(f"--origins {error}", code=USAGE)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _known(option: str, name: str, known: list[str]) -> str:
    from indicators.checks.references import suggestion

    if name not in known:
        fail(f"{option}: no scenario {name!r}: {suggestion(name, known)}", code=USAGE)
    return name


def _base_rates(written: Iterable[str], known: list[str]) -> dict[str, float]:
    from watcher.cli.loading import share_or_exit

    rates = {}
    for one in written:
        name, _, share = one.partition("=")
        rates[_known("--base-rate", name.strip(), known)] = share_or_exit("--base-rate", share or "nothing", one=1.0)
    return rates


def _delay(told: str) -> timedelta:
    units = {"h": timedelta(hours=1), "d": timedelta(days=1)}
    number, unit = told[:-1], told[-1:]
    if unit not in units or not (number.isascii() and number.isdigit()) or int(number) > 1_000:  # noqa: PLR2004 - a slip
        fail(f"--delay {told}: write hours or days, 1h or 2d", code=USAGE)
    return int(number) * units[unit]


def _file_of(assessment: "Assessment", name: str, config: Path) -> Path:
    """Return the file that *assessment* was read from."""
    from watcher.assessment_files import assessment_path, read_assessment
    from watcher.cli.loading import assessments_at_hand

    names = (name,) if name else assessments_at_hand(config)[0]
    paths = [path for one in names if (path := assessment_path(one, Path())) is not None]
    if len(paths) > 1:
        read = ((path, read_assessment(path, proven=False)[0]) for path in paths)
        paths = [path for path, found in read if found is not None and found.id == assessment.id]
    return paths[0]


def _write(folder: Path, tested: "Backtested", plain: dict[str, object]) -> None:
    import json

    from rich.console import Console

    from watcher.cli.backtest_page import print_backtest
    from watcher.cli.printing import WIDE
    from watcher.scoring.backtest_report import backtest_html

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "backtest.txt").open("w", encoding="utf-8") as file:
            print_backtest(tested, Console(file=file, width=WIDE, highlight=False))
        (folder / "backtest.json").write_text(json.dumps(plain, ensure_ascii=False, default=str, indent=1), "utf-8")
        (folder / "backtest.html").write_text(backtest_html(tested), "utf-8")
    except OSError as error:
        fail(f"--out {folder}: cannot be written: {error.strerror}")
    typer.echo(
        f"Written: {folder / 'backtest.html'} (open it in a browser; it needs nothing else), .json and .txt.", err=True
    )
