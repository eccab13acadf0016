"""``watcher calibrate``: a written proposal from resolved forecasts, and its application by a named person."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.loading import JsonOption, assessment_or_exit
from watcher.cli.printing import FINDING, USAGE, fail, print_json, print_problems, screen

if TYPE_CHECKING:
    from indicators.calibration import Proposal
    from watcher.workbench.amending import Amendment


def add_to(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("calibrate")(calibrate)


def calibrate(
    assessment: Annotated[str, typer.Argument(help="An assessment file; with --apply that of the proposal.")] = "",
    *,
    forecasts: Annotated[
        Path | None, typer.Option("--forecasts", help="forecasts.csv: scenario,at,evidence_nats,prior,outcome …")
    ] = None,
    test_from: Annotated[
        str, typer.Option("--test-from", help="The day the test span begins; without it, the last third of the time.")
    ] = "",
    out: Annotated[Path, typer.Option("--out", help="The file the proposal is written to.")] = Path("proposal.yaml"),
    apply: Annotated[Path | None, typer.Option("--apply", help="Write this proposal into the assessment.")] = None,
    by: Annotated[str, typer.Option("--by", help="Who decides.")] = "",
    why: Annotated[str, typer.Option("--why", help="Why, in a sentence.")] = "",
    version: Annotated[str, typer.Option("--version", help="The version the assessment gets.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the change and write nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Propose, from forecasts whose outcome is known, how seriously to take the evidence and which ratings to move.

    Fits only on forecasts that were resolved before the test span begins, and writes a proposal: nothing changes.
    A person reads it, strikes what is not wanted, and applies it with --apply, --by, --why and a higher --version.
    """
    if apply is not None:
        _apply(apply, assessment, by=by, why=why, version=version, dry_run=dry_run, as_json=as_json)
    elif assessment and forecasts is not None:
        _propose(assessment, forecasts, test_from, out, as_json=as_json)
    else:
        example = "watcher calibrate my.yaml --forecasts forecasts.csv"
        fail(f"say what to do: {example}, or --apply PROPOSAL --by NAME --why TEXT --version NEW", code=USAGE)


def _propose(name: str, data: Path, test_from: str, out: Path, *, as_json: bool) -> None:
    from watcher.clock import utc_now
    from watcher.scoring.calibrating import propose

    loaded = assessment_or_exit(name)
    if out.exists():
        fail(f"{out} is there already: move it away, or name another file with --out", code=USAGE)
    proposal, problems = propose(name, loaded, data, test_from=_day(test_from), now=utc_now())
    print_problems(problems)
    if proposal is None:
        raise typer.Exit(FINDING)
    try:
        out.write_text(proposal.written(), "utf-8")
    except OSError as error:
        fail(f"{out}: cannot be written: {error.strerror or error}")
    if as_json:
        print_json(proposal.model_dump(mode="json", by_alias=True))
    else:
        _print(proposal, out)


def _day(written: str) -> datetime | None:
    if not written:
        return None
    try:
        day = datetime.fromisoformat(written)
    except ValueError:
        fail(f"--test-from {written}: write a day as 2025-06-01", code=USAGE)
    return day.replace(tzinfo=UTC) if day.tzinfo is None else day


def _print(proposal: "Proposal", out: Path) -> None:
    console = screen()
    console.print(f"[bold]{proposal.assessment}[/bold], version {proposal.version}: a proposal; nothing has changed\n")
    told = (
        f"fitted on {proposal.fitted_on} forecast(s) resolved by {proposal.fit_until}, tested on {proposal.tested_on} "
        f"made since; {proposal.left_out} open on that day used for neither"
    )
    console.print(told, markup=False)
    for one in proposal.temperatures:
        told = f"{one.family}: temperature {one.old:g} -> {one.new:g} +- {one.deviation:g}, from {one.forecasts} "
        told += f"forecast(s) worth {one.worth:g} without overlap, {one.happened} of them happened; "
        told += f"log loss {one.fit.old:.3f} -> {one.fit.new:.3f}"
        told += f", in the test {one.test.old:.3f} -> {one.test.new:.3f}" if one.test else ", not tested"
        console.print(told, markup=False)
    for change in proposal.ratings:
        told = f"{change.indicator}: {change.scenario} {change.key} {change.old} -> {change.new} "
        told += f"(seen {change.seen:g} of {change.of:g}, with the rating {change.shrunk:.2f})"
        console.print(f"{told}{f'; {change.note}' if change.note else ''}", markup=False)
    if not proposal.ratings:
        console.print("no rating would change", markup=False)
    for note in proposal.notes:
        console.print(f"note: {note}", markup=False)
    console.print(f"\nWritten to {out}. {proposal.decides} must decide; to apply it:", markup=False)
    console.print(f"  watcher calibrate --apply {out} --by NAME --why TEXT --version NEW", markup=False)


def _apply(path: Path, name: str, *, by: str, why: str, version: str, dry_run: bool, as_json: bool) -> None:
    from watcher.assessment_files import shipped_assessments
    from watcher.clock import utc_now
    from watcher.scoring.calibrating import apply, read_proposal

    missing = [option for option, text in (("--by", by), ("--why", why), ("--version", version)) if not text.strip()]
    if missing:
        fail(f"{', '.join(missing)}: a named person decides, says why, and raises the version", code=USAGE)
    proposal, problems = read_proposal(path)
    print_problems(problems)
    if proposal is None:
        raise typer.Exit(FINDING)
    file = Path(name or proposal.file)
    if not file.is_file() or file.resolve().parent == shipped_assessments():
        fail(
            f"no file {str(file)!r}: what ships with Watcher is copied first; name the copy before --apply", code=USAGE
        )
    done = apply(path, proposal, file, by=by, why=why, version=version, now=utc_now(), dry_run=dry_run)
    _print_applied(done, proposal, dry_run=dry_run, as_json=as_json)
    if not done.sound:
        raise typer.Exit(FINDING)


def _print_applied(done: "Amendment", proposal: "Proposal", *, dry_run: bool, as_json: bool) -> None:
    written = done.sound and not dry_run
    if as_json:
        problems = [{"where": p.where, "what": p.what, "severity": p.severity} for p in done.problems]
        print_json({"written": written, "difference": list(done.difference), "problems": problems})
        return
    console = screen()
    for line in done.difference:
        console.print(line, markup=False)
    print_problems(done.problems)
    for told in proposal.decision.waiting if proposal.decision and done.sound else ():
        console.print(f"waits: {told}", markup=False)
    if written:
        console.print(f"Written to {done.file}; `watcher amend --undo -a {done.file}` puts it back.", markup=False)
    else:
        console.print("Nothing was written." if not done.sound else "Nothing was written (--dry-run).")
