"""``watcher events``: what happened as we know it, and what a person rules about it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from watcher.cli.deciding import ByOption, WhyOption, print_foreseen, refusing, said, since_or_exit
from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption, settings_or_exit
from watcher.cli.printing import USAGE, fail, new_table, print_json, screen

if TYPE_CHECKING:
    from indicators.events import EventDecision
    from indicators.matcher import Match
    from watcher.deciding.events import FoundEvent, Ruled

group = typer.Typer(name="events", invoke_without_command=True)

EventId = Annotated[str, typer.Argument(metavar="ID", help="The event's id; its beginning is enough.")]
_SHORT = 8
_LONGEST = 80


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.add_typer(group)


@group.callback()
def events(
    context: typer.Context,
    *,
    indicator: Annotated[str, typer.Option("--indicator", help="Only events of this indicator.")] = "",
    scenario: Annotated[str, typer.Option("--scenario", help="Only events that bear on this scenario.")] = "",
    since: Annotated[str, typer.Option("--since", help="How far back: 14d, 6w or 2025-11-01.")] = "14d",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """List the events that are counted, with grade, value and what was decided; or rule on one with a command below.

    A decision is one more record with a name, a reason and the time; none is ever changed. What it makes of
    levels and outlook is printed, and the daemon applies it at its next cycle.
    """
    if context.invoked_subcommand is not None:
        _options_stand_behind(context)
        return
    from watcher.clock import utc_now
    from watcher.deciding.events import events_listed

    settings = settings_or_exit(config)
    with refusing():
        begin = since_or_exit(since, utc_now())
        found = events_listed(settings, since=begin, indicator=indicator, scenario=scenario)
    if as_json:
        print_json({"since": begin, "events": [_json(one) for one in found]})
        return
    title = f"Events since {begin:%Y-%m-%d} UTC ({len(found)})"
    table = new_table("id", "day", "indicator", "place", "grade", "counts", "reports", "decided", "title", title=title)
    for one in found:
        event = one.event
        table.add_row(
            event.id[:_SHORT],
            f"{event.day}",
            event.indicator,
            said(one.desk.place(event.place) or "-"),
            str(event.grade),
            f"{event.value:.2f}",
            f"{len(event.reports)} ({', '.join(sorted(event.families))})",
            ", ".join(_decided(d) for d in one.standing) or "-",
            said(event.reports[0].item.title[:_LONGEST]),
        )
    screen().print(table)
    screen().print(
        "Next: `watcher events show ID` has every report; confirm, reject, regrade, merge and split rule on them."
    )


def _options_stand_behind(context: typer.Context) -> None:
    """Refuse options before the subcommand: it would not see them."""
    sources = [context.get_parameter_source(name) for name in context.params]
    if any(source is not None and source.name == "COMMANDLINE" for source in sources):
        called = context.invoked_subcommand
        fail(f"options stand behind the command: watcher events {called} … -c FILE --json", code=USAGE)


def _decided(decision: "EventDecision") -> str:
    grade = f" {decision.grade}" if decision.grade else ""
    return f"{decision.number} {decision.kind}{grade} ({decision.who})"


@group.command("show")
def show(
    event: EventId,
    *,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show one event: every report with its grade, words and link, what speaks against it, and every decision."""
    from watcher.deciding.events import event_shown

    settings = settings_or_exit(config)
    with refusing():
        found = event_shown(settings, event)
    if as_json:
        print_json(_json(found) | {"reports": _reports(found.event.reports), "against": _reports(found.event.against)})
        return
    _print(found)


def _print(found: "FoundEvent") -> None:
    console, event = screen(), found.event
    place = found.desk.place(event.place) or "no place named"
    told = f"{event.id}  {event.indicator}, {event.day}, {place}: {event.grade}, counts {event.value:.2f}"
    told += ", refuted" if event.refuted else ""
    told += ", only announced" if event.announcement else ""
    console.print(said(told), style="bold")
    for report in event.reports:
        _print_report(report)
    if event.against:
        console.print("Against it:")
    for report in event.against:
        _print_report(report)
    console.print("Decisions:" if found.decisions else "Nobody has decided anything about it.")
    stands = {d.number for d in found.standing}
    for d in found.decisions:
        back = f" of {d.withdraws}" if d.withdraws else ""
        over = "" if d.number in stands or d.withdraws else ", withdrawn"
        grade = f" {d.grade}" if d.grade else ""
        told = f"{d.number}: {d.kind}{back}{grade} by {d.who}, {d.at:%Y-%m-%d %H:%M} UTC{over}: {d.why}"
        console.print(said(told, indent=2))
    console.print(f"Next: `watcher events confirm|reject {event.id[:_SHORT]} --why TEXT`, or regrade, merge, split.")


def _print_report(report: "Match") -> None:
    console, item = screen(), report.item
    who = f"{report.publisher.reliability} {report.publisher.family}{' (a party)' if report.publisher.party else ''}"
    stance = "" if report.counts else f", {report.stance}"
    console.print(said(f"{item.id}, {report.when:%Y-%m-%d %H:%M} UTC, {who}{stance}: {item.title}", indent=2))
    words = ", ".join(dict.fromkeys(e.words for e in report.evidence))
    console.print(said(f"words: {words or '-'}", indent=6))
    console.print(said(f"link: {item.url or '-'}", indent=6))


def _reports(reports: "tuple[Match, ...]") -> list[dict[str, Any]]:
    return [
        {
            "item": r.item.id,
            "title": r.item.title,
            "source": r.item.source,
            "family": r.publisher.family,
            "reliability": r.publisher.reliability,
            "party": r.publisher.party,
            "stance": r.stance,
            "when": r.when,
            "known": r.known,
            "words": [e.words for e in r.evidence],
            "url": r.item.url,
        }
        for r in reports
    ]


def _json(found: "FoundEvent") -> dict[str, Any]:
    from watcher.deciding.foreseen import event_json

    stands = {d.number for d in found.standing}
    told = event_json(found.event) or {}
    return told | {
        "assessment": found.desk.assessment.id,
        "place_name": found.desk.place(found.event.place),
        "title": found.event.reports[0].item.title,
        "decisions": [_decision_json(d) | {"stands": d.number in stands} for d in found.decisions],
    }


def _decision_json(d: "EventDecision") -> dict[str, Any]:
    return {
        "number": d.number,
        "kind": d.kind,
        "grade": str(d.grade) if d.grade else None,
        "withdraws": d.withdraws,
        "reports": list(d.reports),
        "who": d.who,
        "why": d.why,
        "at": d.at,
    }


@group.command("confirm")
def confirm(
    event: EventId,
    *,
    why: WhyOption,
    by: ByOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Rule that it happened: its credibility becomes 1, whoever denies it."""
    _judge(event, "confirm", why=why, by=by, config=config, as_json=as_json)


@group.command("reject")
def reject(
    event: EventId,
    *,
    why: WhyOption,
    by: ByOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Rule that it did not happen: it stays on record and counts nothing."""
    _judge(event, "reject", why=why, by=by, config=config, as_json=as_json)


@group.command("regrade")
def regrade(
    event: EventId,
    grade: Annotated[str, typer.Argument(help="The Admiralty grade: A to F, then 1 to 6, as B2.")],
    *,
    why: WhyOption,
    by: ByOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Rule what its grade is, instead of the one that follows from who reported it."""
    _judge(event, "regrade", why=why, by=by, config=config, as_json=as_json, grade=grade)


def _judge(event: str, kind: str, *, why: str, by: str, config: ConfigOption, as_json: bool, grade: str = "") -> None:
    from indicators.events import DecisionKind
    from watcher.clock import utc_now
    from watcher.deciding.events import judge_event

    settings = settings_or_exit(config)
    with refusing():
        done = judge_event(settings, event, DecisionKind(kind), who=by, why=why, now=utc_now(), grade=grade)
    _print_ruled(done, as_json=as_json)


@group.command("merge")
def merge(
    events: Annotated[list[str], typer.Argument(metavar="ID ID...", help="Two events or more of one indicator.")],
    *,
    why: WhyOption,
    by: ByOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Rule that events are one happening, whatever their places and days say."""
    from watcher.clock import utc_now
    from watcher.deciding.events import merge_events

    settings = settings_or_exit(config)
    with refusing():
        done = merge_events(settings, events, who=by, why=why, now=utc_now())
    _print_ruled(done, as_json=as_json)


@group.command("split")
def split(
    event: EventId,
    items: Annotated[list[str], typer.Argument(metavar="ITEM...", help="The reports that are of another happening.")],
    *,
    why: WhyOption,
    by: ByOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Rule that some of an event's reports are of a happening of their own; `show` has their ids."""
    from watcher.clock import utc_now
    from watcher.deciding.events import split_event

    settings = settings_or_exit(config)
    with refusing():
        done = split_event(settings, event, items, who=by, why=why, now=utc_now())
    _print_ruled(done, as_json=as_json)


@group.command("withdraw")
def withdraw(
    number: Annotated[int, typer.Argument(help="The decision's number; `show` has it.")],
    *,
    why: WhyOption,
    by: ByOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Take an earlier decision about events back. It stays on record, and a withdrawal can be withdrawn too."""
    from watcher.clock import utc_now
    from watcher.deciding.events import withdraw_decision

    settings = settings_or_exit(config)
    with refusing():
        done = withdraw_decision(settings, number, who=by, why=why, now=utc_now())
    _print_ruled(done, as_json=as_json)


def _print_ruled(done: "Ruled", *, as_json: bool) -> None:
    if as_json:
        made = [_decision_json(d) for d in done.decisions]
        print_json({"assessment": done.assessment, "decisions": made, "foreseen": done.foreseen.as_json()})
        return
    console = screen()
    for d in done.decisions:
        console.print(said(f"Decision {d.number}: {d.kind} ({d.indicator}) by {d.who}: {d.why}"))
    print_foreseen(done.foreseen)
    first, *others = done.decisions
    both = " (it takes both back)" if others else ""
    console.print(f"To undo: `watcher events withdraw {first.number} --why TEXT`{both}.")
