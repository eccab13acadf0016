"""``watcher notices``: what clients are told, as drafts that wait for a person and as what has left."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from watcher.cli.deciding import refusing, said
from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption, settings_or_exit
from watcher.cli.notice_told import NoticeId, group, notice_json
from watcher.cli.printing import FINDING, USAGE, fail, new_table, print_json, screen

if TYPE_CHECKING:
    from alerts.clients import Client
    from alerts.layouts.apart import OwnLayouts
    from watcher.releasing.desk import Shown
    from watcher.releasing.found import FoundNotice
    from watcher.releasing.proof import NoticeProof, Proved

NameOption = Annotated[str, typer.Option("--by", help="Who would release; asked against two-person rules.")]


def add_to(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    import watcher.cli.notice_acts  # noqa: F401 - its commands are of this group

    app.add_typer(group)


@group.callback()
def notices(
    context: typer.Context,
    *,
    client: Annotated[str, typer.Option("--client", help="Only those of this client.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Also what was released, archived or withdrawn.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """List the notices to clients that wait for a person; release, hold or recall one with a command below.

    A move that fits a client's subscription drafts a notice. Nothing leaves until a named person releases it, but for
    subscriptions to facts alone that say so. Exit code 1 if a draft waits.
    """
    if context.invoked_subcommand is not None:
        _options_stand_behind(context)
        return
    from alerts.notices import NoticeState
    from watcher.releasing.desk import listed

    settings = settings_or_exit(config)
    with refusing():
        found = listed(settings, client=client, every=every)
    waits = sum(n.kept.state is NoticeState.DRAFT for n in found.notices)
    if as_json:
        print_json({"notices": [notice_json(n) for n in found.notices], "clients_gone": list(found.gone)})
    else:
        _print_list(found.notices, found.gone)
    if waits:
        raise typer.Exit(FINDING)


def _options_stand_behind(context: typer.Context) -> None:
    """Refuse options before the subcommand: it would not see them."""
    sources = [context.get_parameter_source(name) for name in context.params]
    if any(source is not None and source.name == "COMMANDLINE" for source in sources):
        called = context.invoked_subcommand
        fail(f"options stand behind the command: watcher notices {called} … -c FILE --json", code=USAGE)


def _print_list(found: "tuple[FoundNotice, ...]", gone: tuple[str, ...]) -> None:
    from indicators.bands import WarningLevel

    console = screen()
    if found:
        columns = ("id", "client", "type", "scenario", "level", "marking", "since (UTC)", "stands", "revisions")
        table = new_table(*columns, title=f"Notices to clients ({len(found)})")
        for one in found:
            notice = one.kept.drafted
            table.add_row(
                notice.id,
                one.client.id,
                notice.type + (", facts only" if notice.facts_only else ""),
                said(notice.judgement.scenario),
                WarningLevel(notice.judgement.level).name.lower(),
                notice.marking,
                f"{notice.at:%Y-%m-%d %H:%M}",
                one.kept.state,
                str(len(one.kept.revisions)),
            )
        console.print(table)
        console.print(
            "Next: `watcher notices show ID` has every word; edit, review, release, hold and archive act on it."
        )
    else:
        console.print("No notice waits for a person.")
    if gone:
        console.print(f"note: notices are kept of clients no longer configured: {', '.join(gone)}", markup=False)


@group.command("show")
def show(
    notice: NoticeId,
    *,
    lang: Annotated[str, typer.Option("--lang", help="en or fr; without it every language the client reads.")] = "",
    by: NameOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show a notice word for word as it would leave now, or as it left, and what stands against its release.

    Below the words, for us alone: remarks, who edited it, what was done with it.
    """
    from watcher.clock import utc_now
    from watcher.layouts.own import closing_layouts
    from watcher.releasing.desk import shown

    settings = settings_or_exit(config)
    with refusing():
        found = shown(settings, notice, who=by, now=utc_now())
    languages = (lang,) if lang else found.found.client.languages
    if set(languages) - {"en", "fr"}:
        fail(f"--lang {lang}: one of en, fr", code=USAGE)
    if as_json:
        with closing_layouts(settings) as own:
            messages = _messages(found, languages, own)
        print_json(notice_json(found.found) | {"against": list(found.against), "messages": messages})
        return
    with closing_layouts(settings) as own:
        _print_shown(found, languages, own, by=by)


def _messages(found: "Shown", languages: tuple[str, ...], own: "OwnLayouts | None") -> list[dict[str, Any]]:
    from alerts.messages import render
    from watcher.releasing.proof import for_contact

    told: list[dict[str, Any]] = []
    for contact in found.found.client.addressees:
        if contact.lang in languages:
            words = render(for_contact(found.notice, contact), lang=contact.lang, own=own)
            to = {"to": contact.id, "channels": list(contact.channels), "lang": contact.lang}
            told.append(to | {"subject": words.subject, "text": words.text, "data": dict(words.data)})
    return told


def _print_shown(found: "Shown", languages: tuple[str, ...], own: "OwnLayouts | None", *, by: str) -> None:
    from alerts.messages import render

    console, kept = screen(), found.found.kept
    for lang in languages:
        readers = [c for c in found.found.client.addressees if c.lang == lang]
        told = ", ".join(f"{c.id} by {' and '.join(c.channels)}" for c in readers) or "nobody of this client"
        words = render(found.notice, lang=lang, own=own)
        console.print(f"--- {lang}, for {told} ---", markup=False)
        console.print(said(words.subject))
        console.print(words.text, markup=False)
        console.print()
    console.print("--- for us, not for the client ---")
    console.print(f"{kept.id} of {found.found.client.id}: {kept.state}; move {kept.move}", markup=False)
    for remark in found.remarks:
        console.print(said(f"remark: {remark}"))
    for number, revision in enumerate(kept.revisions, 1):
        console.print(said(f"revision {number}, {revision.at:%Y-%m-%d %H:%M} UTC, {revision.who}: {revision.why}"))
    for step in kept.steps:
        about = f" ({step.about})" if step.about else ""
        console.print(said(f"{step.kind}{about}, {step.at:%Y-%m-%d %H:%M} UTC, {step.who}: {step.why}"))
    for one in found.against if by else [a for a in found.against if "--by" not in a]:
        console.print(said(f"before it may leave: {one}"))
    _print_next(found.found)


def _print_next(found: "FoundNotice") -> None:
    from alerts.notices import NoticeState

    id_ = found.kept.id
    told = {
        NoticeState.DRAFT: f"`watcher notices release {id_} --by NAME`; edit, review, hold, archive",
        NoticeState.HELD: f"`watcher notices reopen {id_} --why TEXT`, archive",
        NoticeState.ARCHIVED: f"`watcher notices reopen {id_} --why TEXT`",
        NoticeState.RELEASED: f"`watcher notices proof {id_}`; correct, withdraw, receipt",
        NoticeState.WITHDRAWN: f"`watcher notices proof {id_}`",
    }
    screen().print(f"Next: {told[found.kept.state]}", markup=False)


@group.command("proof")
def proof(
    notice: NoticeId,
    *,
    words: Annotated[bool, typer.Option("--words", help="Read back every message as well.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Say where a released notice arrived: for each contact the provider's answer, receipts, the words' digest.

    Exit code 1 while a provider has not accepted one of its messages.
    """
    from watcher.releasing.proof import proof as proved

    settings = settings_or_exit(config)
    with refusing():
        found = proved(settings, notice)
    if as_json:
        print_json(notice_json(found.found) | {"deliveries": [_proved_json(p) for p in found.deliveries]})
    else:
        _print_proof(found, words=words)
    if found.open:
        raise typer.Exit(FINDING)


def _print_proof(found: "NoticeProof", *, words: bool) -> None:
    console = screen()
    title = f"{found.notice.id}, {found.notice.type} to {found.found.client.name}"
    table = new_table("to", "channel", "stands", "attempts", "owed (UTC)", "ended (UTC)", "receipt", title=title)
    for one in found.deliveries:
        receipt = f"{one.receipt.at:%Y-%m-%d %H:%M}, {one.receipt.why}" if one.receipt else "not known"
        ended = f"{one.ended_at:%Y-%m-%d %H:%M:%S}" if one.ended_at else "-"
        owed = f"{one.owed_at:%Y-%m-%d %H:%M:%S}"
        state = f"{one.delivery.state}: {one.delivery.last_detail}"
        attempts = str(one.delivery.attempts)
        table.add_row(one.delivery.recipient, one.delivery.channel, said(state), attempts, owed, ended, said(receipt))
    console.print(table)
    for one in found.deliveries:
        console.print(f"words to {one.delivery.recipient} by {one.delivery.channel}: sha256 {one.sha256}", markup=False)
        if one.withheld:
            without = f"without {len(one.withheld)} headline(s) that were released"
            console.print(f"  {without}: their source could not be named any more", markup=False)
        if words:
            console.print(said(one.subject))
            console.print(one.text, markup=False)
            console.print()
    id_ = found.notice.id
    console.print(
        f"Next: `watcher notices receipt {id_} --contact NAME --why TEXT` notes who confirmed it.", markup=False
    )


def _proved_json(one: "Proved") -> dict[str, Any]:
    receipt = one.receipt
    return {
        "to": one.delivery.recipient,
        "channel": one.delivery.channel,
        "state": one.delivery.state,
        "attempts": one.delivery.attempts,
        "last_answer": one.delivery.last_answer,
        "last_detail": one.delivery.last_detail,
        "owed": one.owed_at,
        "ended": one.ended_at,
        "subject": one.subject,
        "text": one.text,
        "sha256": one.sha256,
        "withheld": list(one.withheld),
        "receipt": {"at": receipt.at, "who": receipt.who, "why": receipt.why} if receipt else None,
    }


@group.command("pdf")
def pdf(
    notice: NoticeId,
    *,
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write.")],
    lang: Annotated[str, typer.Option("--lang", help="en or fr; without it the first the client reads.")] = "",
    by: NameOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Write a notice as a brief of one or two pages, as it would leave now or as it left; needs the extra pdf."""
    from watcher.clock import utc_now
    from watcher.layouts.own import closing_layouts
    from watcher.releasing.brief import BriefError, brief
    from watcher.releasing.desk import shown

    settings = settings_or_exit(config)
    with refusing():
        found = shown(settings, notice, who=by, now=utc_now())
    wanted = lang or _first_language(found.found.client)
    if wanted not in ("en", "fr"):
        fail(f"--lang {lang}: one of en, fr", code=USAGE)
    try:
        with closing_layouts(settings) as own:
            out.write_bytes(brief(found.notice, lang=wanted, released=found.found.kept.sent is not None, own=own))
    except (BriefError, OSError) as error:
        fail(str(error))
    screen().print(f"Wrote {out}{'' if found.found.kept.sent else ': a draft, not released'}", markup=False)


def _first_language(client: "Client") -> str:
    return client.contacts[0].lang
