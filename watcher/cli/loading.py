"""What commands are given, loaded or refused with one clear message."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.printing import USAGE, fail, print_problems

if TYPE_CHECKING:
    from indicators.assessments import Assessment
    from indicators.matcher import Matcher
    from indicators.publishers import PublisherRule
    from watcher.settings import Settings

ConfigOption = Annotated[
    Path,
    typer.Option("--config", "-c", help="The configuration; `watcher init` writes one.", envvar="WATCHER_CONFIG"),
]
AssessmentOption = Annotated[
    str,
    typer.Option(
        "--assessment",
        "-a",
        help="An assessment file, the name of a shipped one (mali-2025-12), or the id of one in the configuration; "
        "without it the configuration's, else the one that ships.",
    ),
]
ItemsOption = Annotated[
    Path, typer.Option("--items", "-i", help="items.jsonl: one report a line with source, title, published.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
DEFAULT_CONFIG = Path("watcher.yaml")


def settings_or_exit(path: Path) -> "Settings":
    """Return the settings at *path*, or end with every problem printed."""
    from watcher.settings import load_settings

    settings, problems = load_settings(path)
    print_problems(problems)
    if settings is None:
        raise typer.Exit(1)
    return settings


def matchers_of(settings: "Settings") -> "tuple[tuple[Matcher, ...], tuple[PublisherRule, ...]]":
    """Return today's rules and tables of publishers: those of the assessments' files.

    A file that cannot be used is named on standard error and left out.
    """
    from watcher.assessment_files import matcher_of, read_assessment

    made = matcher_of(settings.gazetteers)
    matchers: list[Matcher] = []
    publishers: list[PublisherRule] = []
    for path in settings.assessments:
        assessment, problems = read_assessment(Path(path), proven=False)
        print_problems(problems)
        if assessment is not None:
            matchers.append(made(assessment))
            publishers += assessment.publisher_rules
    return tuple(matchers), tuple(publishers)


def share_or_exit(option: str, written: str, *, one: float) -> float:
    """Return the share (0 to 1) that was *written* for *option*: ``95%``, ``0.95`` or ``95``; else end with a hint.

    A number above 1 is per cent, one below it a share; *one* is what the bare number 1 says to this option.
    """
    number = written.strip()
    try:
        value = float(number.removesuffix("%"))
    except ValueError:
        value = -1.0
    if number.endswith("%") or value > 1:
        value /= 100
    elif value == 1:
        value = one
    if not 0 <= value <= 1:
        fail(f"{option} {written}: write a share, 95% or 0.95", code=USAGE)
    return value


def share_told(share: float) -> str:
    """Return *share* (0 to 1) in per cent, to show how it was understood: ``95%``, ``0.5%``."""
    return f"{100 * share:.4g}%"


def assessment_meant(name: str, config: Path, *, rule: str = "") -> "Assessment":
    """Return the assessment *name*; without a name one of *config*, else the one that ships.

    A name is a file, a shipped one, or the id of one that *config* has.

    Of several it is the first that has *rule* (the first of all where no rule is asked for). What was chosen is
    said on standard error, unless there was no choice: a name was given, or the configuration has one assessment.
    """
    from indicators.checks.references import suggestion

    if name:
        return assessment_or_exit(_file_of(name, config))
    names, where = assessments_at_hand(config)
    loaded = [assessment_or_exit(one) for one in names]
    having = [one for one in loaded if not rule or any(i.id == rule for i in one.indicators)]
    if not having and len(loaded) > 1:
        ids = [indicator.id for one in loaded for indicator in one.indicators]
        named = ", ".join(one.id for one in loaded)
        fail(f"no indicator {rule!r} in {named}: {suggestion(rule, ids)}", code=USAGE)
    used = (having or loaded)[0]
    if len(loaded) > 1 or where == SHIPPED:
        others = ", ".join(a.id for a in loaded if a is not used)
        told = f" of several; -a names another: {others}" if others else "; -a names another"
        typer.echo(f"note: assessment {used.id} ({where}){told}", err=True)
    return used


def _file_of(name: str, config: Path) -> str:
    """Return the file that *config* has for the assessment of the id *name*, by which pages and reports name it."""
    from watcher.assessment_files import assessment_path, read_assessment

    if assessment_path(name, Path()) is not None or not config.is_file():
        return name
    for file in settings_or_exit(config).assessments:
        path = assessment_path(file, Path())
        written, _ = read_assessment(path, proven=False) if path is not None else (None, ())
        if written is not None and written.id == name:
            return file
    return name


SHIPPED = "it ships with Watcher"


def assessments_at_hand(config: Path) -> tuple[tuple[str, ...], str]:
    """Return the assessments that are meant without a name, and where they are named: *config*, or :data:`SHIPPED`.

    A configuration that was asked for must be there; more than one shipped assessment is no answer.
    """
    from watcher.assessment_files import shipped_assessments

    if config.is_file() or config != DEFAULT_CONFIG:
        return settings_or_exit(config).assessments, f"named in {config}"
    shipped = tuple(sorted(p.stem for p in shipped_assessments().glob("*.yaml")))
    if len(shipped) != 1:
        fail(f"no assessment: name one with -a ({', '.join(shipped)}), or run where {config} is", code=USAGE)
    return shipped, SHIPPED


def assessment_or_exit(name: str) -> "Assessment":
    """Return the assessment *name* (a file or a shipped one), or end with every problem printed."""
    from watcher.assessment_files import assessment_path, read_assessment, shipped_assessments

    path = assessment_path(name, Path())
    if path is None:
        shipped = ", ".join(sorted(p.stem for p in shipped_assessments().glob("*.yaml")))
        fail(f"no assessment {name!r}: write a file's path, or one that ships: {shipped}", code=USAGE)
    # A rule whose example fails is what these commands are for; `watcher check` and the daemon refuse it.
    assessment, problems = read_assessment(path, proven=False)
    print_problems(problems)
    if assessment is None:
        raise typer.Exit(1)
    return assessment
