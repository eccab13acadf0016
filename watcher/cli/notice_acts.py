"""What people do with notices: edit, review, release, hold, archive, reopen, correct, withdraw, note a receipt."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.deciding import ByOption, WhyOption, refusing, said
from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption, settings_or_exit
from watcher.cli.notice_told import NoticeId, group, notice_json, told_of
from watcher.cli.printing import USAGE, fail, print_json, print_problems, screen

if TYPE_CHECKING:
    from alerts.notices import StepKind
    from watcher.releasing.found import FoundNotice

SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set", help="part.lang=TEXT (headline, changed, so_what, alternatives, advice, told); next_update=TIME."
    ),
]
FileOption = Annotated[
    Path | None,
    typer.Option("--file", help="A YAML file with {words: {advice: {en: …, fr: …}}, next_update: …}."),
]
LeaveOutOption = Annotated[
    list[int] | None, typer.Option("--leave-out", help="Leave the event of this number (from 1) out of the evidence.")
]
NameOption = Annotated[str, typer.Option("--by", help="The named person who releases it. Nobody is assumed.")]
ReasonOption = Annotated[str, typer.Option("--why", help="Why, in a sentence; it stays with us.")]


@group.command("edit")
def edit(
    notice: NoticeId,
    *,
    why: WhyOption,
    words: SetOption = None,
    file: FileOption = None,
    leave_out: LeaveOutOption = None,
    undo: Annotated[bool, typer.Option("--undo", help="Put the words back as they were before the last edit.")] = False,
    by: ByOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Change the words of a draft. The machine's facts stay; advice, headline and the parts of your own are yours.

    A headline needs the term, its range and the day. Every edit is a revision with who, when and why.
    """
    from watcher.clock import utc_now
    from watcher.releasing import desk

    settings = settings_or_exit(config)
    given = _words(words, file)
    with refusing():
        if undo:
            done = desk.take_back(settings, notice, who=by, why=why, now=utc_now())
        else:
            done = desk.edit(settings, notice, given, who=by, why=why, now=utc_now(), leave_out=leave_out or ())
    _print_done(done, f"Revision {len(done.kept.revisions)} of", as_json=as_json, undo="edit --undo")


@group.command("release")
def release(
    notice: NoticeId,
    *,
    by: NameOption = "",
    why: ReasonOption = "",
    anyway: Annotated[bool, typer.Option("--anyway", help="Though the client was told a short time ago.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Let a notice go to its client. Your name stands in it: read `watcher notices show ID` first.

    Everything that stands against it is said at once, and then nothing leaves. A running daemon sends it within
    seconds, `watcher once` at once.
    """
    from watcher.clock import utc_now
    from watcher.releasing.letting_go import release as let_go

    settings = settings_or_exit(config)
    with refusing():
        done = let_go(settings, notice, who=by, why=why, now=utc_now(), anyway=anyway)
    _print_done(done, "Released", as_json=as_json, undo="withdraw")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    """A command that takes one step with a draft: what the step is called, what is said of it, how it is undone."""

    name: str
    told: str
    help: str
    undo: str = ""


_ACTS = (
    _Act(
        name="review",
        told="Gone over:",
        help="Say that you went over a draft and found it right; where two people are asked for, another releases it.",
    ),
    _Act(
        name="hold",
        told="Held:",
        help="Hold a draft back for now: nobody is reminded of it, and `reopen` makes it a draft again.",
        undo="reopen",
    ),
    _Act(
        name="archive",
        told="Archived, not sent:",
        help="Put a draft away without sending it; it stays on record, and `reopen` makes it a draft again.",
        undo="reopen",
    ),
    _Act(name="reopen", told="A draft again:", help="Make a draft again of what was held or archived."),
)


def _add(act: _Act) -> None:
    @group.command(act.name, help=act.help)
    def command(
        notice: NoticeId,
        *,
        why: WhyOption,
        by: ByOption = "",
        config: ConfigOption = DEFAULT_CONFIG,
        as_json: JsonOption = False,
    ) -> None:
        from alerts.notices import StepKind

        _step(config, notice, StepKind(act.name), by, why, told=act.told, as_json=as_json, undo=act.undo)


for one in _ACTS:
    _add(one)


@group.command("receipt")
def receipt(
    notice: NoticeId,
    *,
    contact: Annotated[str, typer.Option("--contact", help="Which contact of the client has it.")],
    why: Annotated[str, typer.Option("--why", help="How that is known: called back, read receipt, reply.")],
    by: ByOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Note that a contact says to have a notice; `proof` shows it beside the provider's answer."""
    from alerts.notices import StepKind

    _step(config, notice, StepKind.RECEIPT, by, why, told="Receipt noted for", as_json=as_json, about=contact)


@group.command("withdraw")
def withdraw(
    notice: NoticeId,
    *,
    why: WhyOption,
    say: Annotated[
        list[str] | None, typer.Option("--say", help="lang=TEXT: what the client reads of the reason; else nothing.")
    ] = None,
    by: ByOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Take a released notice back, at once: a Cancel goes to everyone who got it, and what has not left never does.

    One named person is enough, also where two release: a wrong warning does not wait. --why stays with us.
    """
    from watcher.clock import utc_now
    from watcher.releasing.recalling import withdraw as take_back

    settings = settings_or_exit(config)
    told = dict(_pair(one, "--say") for one in say or ())
    with refusing():
        done = take_back(settings, notice, who=by, why=why, now=utc_now(), told=told)
    if as_json:
        also = {"recall": done.by.id, "told": list(done.told), "unreachable": list(done.unreachable)}
        print_json(notice_json(done.found) | also)
        return
    console = screen()
    console.print(said(f"Withdrawn: {told_of(done.found.kept.worded)}; {done.by.id} takes it back"))
    console.print(said(f"  told: {', '.join(done.told) or 'nobody: it had reached nobody'}"))
    for name in done.unreachable:
        console.print(said(f"  CALL {name}: it got the notice and is no longer in the configuration"))
    console.print(f"Next: `watcher notices proof {done.by.id}`", markup=False)


@group.command("correct")
def correct(
    notice: NoticeId,
    *,
    why: WhyOption,
    words: SetOption = None,
    file: FileOption = None,
    leave_out: LeaveOutOption = None,
    by: ByOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Draft a correction of a released notice; released, it goes to everyone who got the error.

    `--set told.en=…` says to the client what was wrong. It is a draft like any other: show, edit, release.
    """
    from watcher.clock import utc_now
    from watcher.releasing.recalling import correct as corrected

    settings = settings_or_exit(config)
    given = _words(words, file)
    with refusing():
        done = corrected(settings, notice, given, who=by, why=why, now=utc_now(), leave_out=leave_out or ())
    _print_done(done, "Correction drafted:", as_json=as_json, undo="archive")


def _step(
    config: Path,
    notice: str,
    kind: "StepKind",
    by: str,
    why: str,
    *,
    told: str,
    as_json: bool,
    undo: str = "",
    about: str = "",
) -> None:
    from watcher.clock import utc_now
    from watcher.releasing.desk import take_step

    settings = settings_or_exit(config)
    with refusing():
        done = take_step(settings, notice, kind, who=by, why=why, now=utc_now(), about=about)
    _print_done(done, told, as_json=as_json, undo=undo)


def _print_done(done: "FoundNotice", told: str, *, as_json: bool, undo: str = "") -> None:
    if as_json:
        print_json(notice_json(done))
        return
    console = screen()
    console.print(said(f"{told} {told_of(done.kept.worded)} for {done.client.name}"))
    undone = f" To undo: `watcher notices {undo} {done.kept.id} --why TEXT`." if undo else ""
    console.print(f"Next: `watcher notices show {done.kept.id}`.{undone}", markup=False)


def _words(words: list[str] | None, file: Path | None) -> dict[str, str]:
    given = dict(_pair(one, "--set") for one in words or ())
    return (_from_file(file) if file is not None else {}) | given


def _pair(written: str, option: str) -> tuple[str, str]:
    key, equals, text = written.partition("=")
    if not equals or not key.strip():
        fail(f"{option} {written!r}: write name=TEXT", code=USAGE)
    return key.strip(), text


def _from_file(file: Path) -> dict[str, str]:
    from alerts.notices.edits import WrittenWords
    from indicators.written import WrittenFile

    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{file}: cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8 text'}")
    found, problems = WrittenFile(text, name=str(file)).read(WrittenWords)
    print_problems(problems)
    if found is None:
        raise typer.Exit(1)
    return found.flat
