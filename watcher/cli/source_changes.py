"""``watcher sources add``, ``remove`` and ``undo``: the configuration's list of sources changed by a command."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption, matchers_of, settings_or_exit
from watcher.cli.printing import FINDING, USAGE, fail, new_table, plain, print_json, print_problems, screen

if TYPE_CHECKING:
    from indicators.matcher import Match
    from watcher.settings import Settings
    from watcher.sourcing.finding import Candidate
    from watcher.sourcing.proposals import AskedEntry, SourceProposal
    from watcher.sourcing.trials import SourceTrial
    from watcher.workbench.amending import Amendment

MOST_SHOWN = 12
"""Reports that are shown of a source before it is added."""

RESTART = "A running daemon reads its configuration at the start: start it anew."

_LONGEST = 80

DryOption = Annotated[bool, typer.Option("--dry-run", help="Show everything and write nothing.")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")]


def add_to(group: typer.Typer) -> None:
    """Add the commands of this file to *group*."""
    group.command("add")(add)
    group.command("remove")(remove)
    group.command("undo")(undo)


def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="A web page or a feed; a key in it is written ${NAME}.")],
    *,
    pick: Annotated[int, typer.Option(min=0, help="Which of several feeds, by its number.")] = 0,
    name: Annotated[str, typer.Option("--id", help="The source's id.")] = "",
    every: Annotated[str, typer.Option(help="How often to look: 15m, 6h.")] = "",
    lang: Annotated[str, typer.Option(help="Its language: fr.")] = "",
    family: Annotated[str, typer.Option(help="Who really speaks; copies inside one family are one voice.")] = "",
    grade: Annotated[str, typer.Option(help="Admiralty reliability, A to F.")] = "",
    region: Annotated[list[str] | None, typer.Option(help="A country it reports from: ML; may be repeated.")] = None,
    option: Annotated[list[str] | None, typer.Option(help="An option of its kind: countries=[ML, NG].")] = None,
    allow_private: Annotated[bool, typer.Option("--allow-private", help="It may live on a private address.")] = False,
    yes: YesOption = False,
    dry_run: DryOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Find the feed behind URL, show what it brings and what today's rules say of it, and write its entry.

    Of several feeds --pick N chooses. Only the new line is written into the configuration; comments and order stay,
    and `watcher sources undo` takes it back. With --json nothing is asked: it is written with --yes alone.
    """
    from watcher.sourcing.proposals import AskedEntry

    settings = settings_or_exit(config)
    asked = AskedEntry(
        id=name,
        every=every,
        lang=lang,
        family=family,
        grade=grade.upper(),
        region=tuple(one.upper() for one in region or ()),
        allow_private=allow_private,
        options=_options(option or ()),
    )
    found = _found(settings, url, asked)
    candidate = found[_choice(found, pick, settings, asking=not (yes or dry_run or as_json))]
    trial, proposal = _tried(settings, candidate, asked)
    if not as_json:
        _print(trial, proposal)
    wanted = not dry_run and (yes or (not as_json and typer.confirm(f"Write this entry into {config}?")))
    amendment, written = _written(config, proposal, write=wanted)
    if as_json:
        print_json(_json(trial, proposal, found, candidate) | {"difference": amendment.difference, "written": written})
    elif written:
        typer.echo(f"Written. Undo: watcher sources remove {proposal.entry['id']}. {RESTART}")
    if not amendment.sound:
        raise typer.Exit(FINDING)


def _options(written: "list[str] | tuple[()]") -> dict[str, Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    found = {}
    for one in written:
        name, sign, value = one.partition("=")
        try:
            found[name.strip()] = YAML(typ="safe", pure=True).load(value)
        except YAMLError:
            sign = ""
        if not sign:
            fail(f"--option {one}: write name=value, the value as in the configuration: countries=[ML, NG]", code=USAGE)
    return found


def _found(settings: "Settings", url: str, asked: "AskedEntry") -> "tuple[Candidate, ...]":
    """Return what can be polled behind *url*, or end with what is there instead."""
    from dataclasses import replace

    from watcher.clock import utc_now
    from watcher.settings import secret
    from watcher.sources import SourceError
    from watcher.sourcing.finding import NoFeedError, feeds_behind
    from watcher.wiring import door

    address = secret(url).value

    async def look() -> "tuple[Candidate, ...]":
        async with door(settings) as http:
            return await feeds_behind(
                address, http, source="the new source", now=utc_now(), allow_private=asked.allow_private
            )

    try:
        found = asyncio.run(look())
    except SourceError as error:
        hint = " (--allow-private if it is yours)" if "private address" in error.detail else ""
        fail(f"{error.fault}: {error.detail}{hint}")
    except NoFeedError as error:
        fail(f"no feed found: {error}")
    # The operator's own spelling stays: a key that was written as ${NAME} is not filled in for the file.
    return tuple(replace(one, url=url) if one.url == address else one for one in found)


def _choice(found: "tuple[Candidate, ...]", pick: int, settings: "Settings", *, asking: bool) -> int:
    """Return the place of the feed that is meant; of several ask, or end with the list."""
    polled = {source.url: source.id for source in settings.sources}
    if pick > len(found):
        fail(f"--pick {pick}: there are {len(found)}", code=USAGE)
    if len(found) > 1 and not pick:
        for number, one in enumerate(found, 1):
            there = f", polled already as {polled[one.url]}" if one.url in polled else ""
            typer.echo(f"{number}  {one.title or 'no title'} ({one.what.called}{there})\n   {one.url}", err=True)
        if not asking:
            fail(f"{len(found)} feeds: choose one with --pick N", code=USAGE)
        pick = typer.prompt("Which one?", type=int, default=1, err=True)
        if not 1 <= pick <= len(found):
            fail(f"{pick} is none of them", code=USAGE)
    chosen = max(pick - 1, 0)
    if found[chosen].url in polled:
        fail(f"it is polled already, as {polled[found[chosen].url]}")
    return chosen


def _tried(settings: "Settings", candidate: "Candidate", asked: "AskedEntry") -> "tuple[SourceTrial, SourceProposal]":
    """Return one poll of *candidate* with what is proposed for it, or end with why it cannot be polled."""
    from pydantic import ValidationError

    from watcher.clock import utc_now
    from watcher.settings import WrittenSource
    from watcher.sources import SOURCES
    from watcher.sourcing.entries import entry_of
    from watcher.sourcing.proposals import first_entry, proposal_for
    from watcher.sourcing.trials import try_source

    lacking = candidate.what.lacking(SOURCES[candidate.what.kind].options, asked.options)
    if lacking:
        told = " ".join(f"--option {one}=…" for one in lacking)
        fail(f"this is {candidate.what.called}; it needs {told} (see docs/sources.md)", code=USAGE)
    matchers, rules = matchers_of(settings)
    entry = first_entry(candidate, asked, settings.sources)
    try:
        source = WrittenSource.model_validate(entry_of(entry))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        fail(f"--{'.'.join(map(str, first['loc']))}: {first['msg']}", code=USAGE)
    trial = asyncio.run(try_source(settings, source, matchers, now=utc_now()))
    if trial.fetched is None:
        fail(f"{candidate.what.called} was found, but one poll failed: {trial.fault}")
    return trial, proposal_for(
        entry, trial.fetched.items, asked=asked, known=settings.sources, rules=rules, matchers=matchers
    )


def _written(config: Path, proposal: "SourceProposal", *, write: bool) -> "tuple[Amendment, bool]":
    from watcher.sourcing.entries import added
    from watcher.workbench.amending import write as put

    amendment = added(config, proposal.entry)
    print_problems(amendment.problems if not amendment.sound else ())
    if not write or not amendment.sound:
        return amendment, False
    refusal = put(amendment)
    if refusal is not None:
        fail(str(refusal))
    return amendment, True


def _print(trial: "SourceTrial", proposal: "SourceProposal") -> None:
    from watcher.sourcing.entries import line_of

    assert trial.fetched is not None
    console, items = screen(), trial.fetched.items
    table = new_table("when (UTC)", "report", "lang", "place", "rules")
    for item in items[:MOST_SHOWN]:
        when = item.occurred or item.published
        rules = ", ".join(_rule(match) for match in trial.matches[item.id])
        row = (item.title[:_LONGEST], item.lang or "?", trial.places.get(item.id, ""), rules)
        table.add_row(f"{when:%Y-%m-%d %H:%M}" if when else "no date", *map(plain, row))
    console.print(table)
    console.print(f"{len(items)} report(s) came. {_rhythm(proposal)}", markup=False)
    console.print(_rules(trial), markup=False)
    who = proposal.publisher
    console.print(f"Read as: family {who.family}, grade {who.reliability} ({proposal.because}).", markup=False)
    for remark in (*proposal.remarks, *((trial.fetched.note,) if trial.fetched.note else ())):
        console.print(f"note: {remark}", markup=False)
    console.print(f"\n  - {line_of(proposal.entry)}\n", markup=False, soft_wrap=True)


_DAYS_FROM = 48


def _rule(match: "Match") -> str:
    return match.indicator + ("" if match.counts else " (would not count)")


def _rhythm(proposal: "SourceProposal") -> str:
    rhythm, every = proposal.rhythm, proposal.entry["every"]
    if rhythm.per_day is None:
        return f"Their dates do not tell how often they come; every {every} is proposed."
    hours = rhythm.span.total_seconds() / 3600
    span = f"{hours:.0f} hours" if hours < _DAYS_FROM else f"{hours / 24:.0f} days"
    return f"About {rhythm.per_day:.3g} a day over the last {span}; look every {every}."


def _rules(trial: "SourceTrial") -> str:
    fits, counts = _counted(trial)
    if not fits:
        return "None of them fits a rule of today's assessments."
    told = ", ".join(f"{name} {number} ({counts[name]} would count)" for name, number in fits.most_common())
    return f"Today's rules would have matched: {told}."


def _counted(trial: "SourceTrial") -> tuple[Counter[str], Counter[str]]:
    found = [match for matches in trial.matches.values() for match in matches]
    return Counter(m.indicator for m in found), Counter(m.indicator for m in found if m.counts)


def _json(
    trial: "SourceTrial", proposal: "SourceProposal", found: "tuple[Candidate, ...]", candidate: "Candidate"
) -> dict[str, Any]:
    from watcher.sourcing.entries import entry_of, line_of

    fits, counts = _counted(trial)
    items = trial.fetched.items if trial.fetched else ()
    return {
        "candidates": [{"url": one.url, "title": one.title, "kind": one.what.kind} for one in found],
        "url": candidate.url,
        "kind": candidate.what.kind,
        "entry": entry_of(proposal.entry),
        "line": line_of(proposal.entry),
        "family": proposal.publisher.family,
        "grade": proposal.publisher.reliability,
        "because": proposal.because,
        "per_day": proposal.rhythm.per_day,
        "remarks": proposal.remarks,
        "note": (trial.fetched.note or None) if trial.fetched else None,
        "indicators": {name: {"fits": number, "counts": counts[name]} for name, number in fits.items()},
        "items": [
            {
                "title": item.title,
                "when": item.occurred or item.published,
                "lang": item.lang,
                "place": trial.places.get(item.id) or None,
                "indicators": [match.indicator for match in trial.matches[item.id]],
            }
            for item in items
        ],
    }


def remove(
    source: Annotated[str, typer.Argument(metavar="ID", help="The id of a source in the configuration.")],
    *,
    yes: YesOption = False,
    dry_run: DryOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Take the source ID out of the configuration: only its lines go, and `watcher sources undo` puts them back.

    What was kept of it stays kept, with its matches and events; it is only not polled any more.
    """
    from watcher.sourcing.entries import removed

    settings = settings_or_exit(config)
    known = [one.id for one in settings.sources]
    if source not in known:
        fail(f"no source {source!r}; known: {', '.join(known)}", code=USAGE)
    _change(removed(config, source), config, yes=yes, dry_run=dry_run, as_json=as_json)


def undo(
    *,
    yes: YesOption = False,
    dry_run: DryOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Put back what the last `watcher sources add` or `remove` replaced; once more, and it is done again.

    The configuration before the change is kept beside it (watcher.yaml.before). What was changed in it since then
    goes too: the difference is shown first.
    """
    from watcher.sourcing.entries import undone

    amendment = undone(config)
    if amendment is None:
        fail(f"nothing to undo: {config} has not been changed by a command")
    _change(amendment, config, yes=yes, dry_run=dry_run, as_json=as_json)


def _change(amendment: "Amendment", config: Path, *, yes: bool, dry_run: bool, as_json: bool) -> None:
    """Show the difference, ask, and write; end with 1 where the configuration would not be sound."""
    from watcher.workbench.amending import write

    if not as_json:
        for line in amendment.difference:
            typer.echo(line)
    print_problems(amendment.problems if not amendment.sound else ())
    wanted = amendment.sound and not dry_run and (yes or (not as_json and typer.confirm(f"Change {config}?")))
    refusal = write(amendment) if wanted else None
    if refusal is not None:
        fail(str(refusal))
    if as_json:
        print_json({"difference": amendment.difference, "written": wanted})
    elif wanted:
        typer.echo(f"Written. Undo: watcher sources undo. {RESTART}")
    if not amendment.sound:
        raise typer.Exit(FINDING)
