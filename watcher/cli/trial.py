"""``watcher try``: one rule over a stretch of the past, and the difference from today's version of it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.loading import DEFAULT_CONFIG, AssessmentOption, JsonOption, assessment_meant, assessment_or_exit
from watcher.cli.past import PastItemsOption, SinceOption, items_read, settings_for
from watcher.cli.places import PlacesOption
from watcher.cli.printing import FINDING, USAGE, fail, note_unlisted, print_json, print_problems
from watcher.cli.progress import with_progress

if TYPE_CHECKING:
    from indicators.assessments import Assessment
    from watcher.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.command("try")(try_)


def try_(
    rule: Annotated[str, typer.Argument(help="An indicator's id.")],
    *,
    assessment: AssessmentOption = "",
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="Its database has items and today's version.", envvar="WATCHER_CONFIG"),
    ] = None,
    items: PastItemsOption = None,
    against: Annotated[str, typer.Option("--against", help="Today's version, if not the one in force.")] = "",
    match: Annotated[str | None, typer.Option("--match", help="Try this match instead of the file's.")] = None,
    not_: Annotated[str | None, typer.Option("--not", help="Try this not instead of the file's.")] = None,
    places: PlacesOption = None,
    since: SinceOption = "",
    examples: Annotated[int, typer.Option("--examples", min=0, help="Examples for each language and source.")] = 3,
    as_json: JsonOption = False,
) -> None:
    """Show what RULE would have found and moved in the past, and what differs from today's version of it.

    Reads stored items (the last 90 days) or those of a file (all of it); nothing is stored or sent.
    A rule without history is allowed: a warning rule is silent on calm days.
    """
    from watcher.assessment_files import matcher_of
    from watcher.cli.trial_page import print_trial
    from watcher.gazetteers import DEFAULT
    from watcher.workbench.trial_json import trial_json
    from watcher.workbench.trying import try_rule

    settings = settings_for(config, needed=items is None)
    changed = _changed(assessment, config or DEFAULT_CONFIG, rule)
    today = _today(against, settings, changed)
    if match is not None or not_ is not None:
        today = today or changed
        changed = _draft(changed, rule, match, not_)
    with items_read(settings, items, since) as past:
        reports = with_progress(past.items, past.total)
        known = settings.publishers if settings else {}
        reading = matcher_of(places or (settings.gazetteers if settings else DEFAULT))
        trial = try_rule(rule, changed, reports, period=past.period, today=today, publishers=known, matcher_of=reading)
    note_unlisted(trial.unlisted)
    if as_json:
        print_json(trial_json(trial, oldest=past.oldest))
    else:
        print_trial(trial, oldest=past.oldest, examples=examples)
    if past.bad_lines:
        raise typer.Exit(FINDING)


def _changed(name: str, config: Path, rule: str) -> "Assessment":
    """Return the assessment to try: the named one, or the one at hand that has *rule*."""
    from indicators.checks.references import suggestion

    found = assessment_meant(name, config, rule=rule)
    known = [indicator.id for indicator in found.indicators]
    if rule not in known:
        fail(f"no indicator {rule!r} in {found.id}: {suggestion(rule, known)}", code=USAGE)
    watched = found.indicator(rule).count.while_
    if watched is not None:
        told = f"{rule} reads no items: it counts the days of {watched.indicator}"
        fail(f"{told}. Try {watched.indicator}.", code=USAGE)
    return found


def _today(against: str, settings: "Settings | None", changed: "Assessment") -> "Assessment | None":
    """Return today's version: the one that was named, or the one in force in the configuration's database."""
    from watcher.assessments import in_force
    from watcher.store import Database, StoreError, past

    if against:
        return assessment_or_exit(against)
    if settings is None or not past.is_there(settings.database):
        return None
    try:
        with Database(settings.database) as database, database.read() as connection:
            known = in_force(connection, settings.assessments)
    except StoreError as error:
        fail(str(error))
    return next((a for a in known if a.id == changed.id), None)


def _draft(assessment: "Assessment", rule: str, match: str | None, not_: str | None) -> "Assessment":
    from indicators.errors import Problem, Severity
    from watcher.workbench.drafts import drafted

    draft, faults = drafted(assessment, rule, match=match, not_=not_)
    where = f"{rule} as given"
    problems = [Problem(where=where, what=f.what, instead=f.instead, severity=f.severity) for f in faults]
    print_problems(problems)
    if any(p.severity is Severity.ERROR for p in problems):
        raise typer.Exit(USAGE)
    return draft
