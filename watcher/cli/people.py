"""``watcher people``: who may sign in to the desk, and as what; the same acts as its page of people."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli import people_tokens
from watcher.cli.deciding import ByOption, said
from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption
from watcher.cli.people_accounts import writing
from watcher.cli.printing import USAGE, fail, new_table, print_json, screen

if TYPE_CHECKING:
    from watcher.people.roles import Role
    from watcher.settings import Settings

group = typer.Typer(
    name="people",
    no_args_is_help=True,
    help=(
        "Who may sign in to the desk, and as what.\n\n"
        "analyst: reads all, judges. lead: an analyst who also releases. operator: looks after sources, rules and "
        "people. read-only: reads all. client: sees what was released to one client, and nothing else.\n\n"
        "Begin with [bold]watcher people setup[/bold]."
    ),
)
people_tokens.add_to(group)

NameArgument = Annotated[str, typer.Argument(help="The name that somebody signs in with.")]
ClientOption = Annotated[str, typer.Option("--client", help="The client's id, for the role client.")]
RoleOption = Annotated[str, typer.Option("--role", help="analyst, lead, operator, client or read-only.")]
RecipientOption = Annotated[str, typer.Option("--recipient", help="The recipient they are on call as.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.add_typer(group)


@group.command("setup")
def setup(*, config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Print a token that makes the first account in a browser on this machine; it counts for one day."""
    from watcher.people.beginning import new_setup_token

    with writing(config) as (connection, settings, now):
        token = new_setup_token(connection, now=now)
    where = f"{_on_this_machine(settings)}/first-account"
    screen().print(f"Open {where} on this machine and give this set-up token:\n\n  {token}\n", markup=False)
    _say_if_not_served(settings)
    screen().print("Next: `watcher run` serves the desk; `watcher people add NAME --role operator` does the same here.")


@group.command("add")
def add(
    name: NameArgument,
    *,
    role: RoleOption,
    client: ClientOption = "",
    recipient: RecipientOption = "",
    shown: Annotated[str, typer.Option("--shown", help="How they are called on the pages.")] = "",
    subject: Annotated[
        str, typer.Option("--subject", help="As whom the identity provider knows them: no password.")
    ] = "",
    by: ByOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Make an account. The password is asked for, or read as one line of standard input.

    Examples: `watcher people add awa --role analyst --recipient astreinte`,
    `watcher people add ops --role client --client acme`.
    """
    from watcher.people import accounts
    from watcher.people.accounts import NewAccount

    chosen = _role(role)
    password = "" if subject else _password()
    with writing(config) as (connection, settings, now):
        elsewhere = accounts.subject_here(subject, settings) if subject else ""
        new = NewAccount(
            name=name,
            role=chosen,
            password=password,
            shown=shown,
            client=client,
            recipient=recipient,
            subject=elsewhere,
        )
        row = accounts.add(connection, new, settings=settings, by=by or "cli", now=now)
    where = (settings.web.base_url if settings.web else "") or _on_this_machine(settings)
    screen().print(said(f"{row.name} can sign in as {row.role}, at {where}."))
    _say_if_not_served(settings)
    screen().print("Next: `watcher people list`; `watcher people disable NAME` lets somebody in no more.")


def _on_this_machine(settings: "Settings") -> str:
    """Return the address of the desk as a browser on this machine reaches it."""
    host, port = settings.served.place if settings.served is not None else ("127.0.0.1", 8467)
    return f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}"  # noqa: S104 - read, not bound


def _say_if_not_served(settings: "Settings") -> None:
    if settings.served is None:
        screen().print("The desk is not served yet: write `web: {}` into the configuration first.", markup=False)


@group.command("list")
def list_(*, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Show every account: role, client, whom they are on call as, and whether it is disabled."""
    from watcher.store import accounts

    with writing(config) as (connection, _, _now):
        rows = accounts.every(connection)
    if as_json:
        shown = ("name", "shown", "role", "client", "recipient", "created_at", "password_at", "disabled_at")
        print_json([{name: getattr(row, name) for name in shown} for row in rows])
        return
    table = new_table("name", "shown as", "role", "client", "on call as", "since (UTC)", "disabled", title="People")
    for row in rows:
        disabled = f"{row.disabled_at:%Y-%m-%d %H:%M}" if row.disabled_at else ""
        since = f"{row.created_at:%Y-%m-%d}"
        table.add_row(row.name, said(row.shown), row.role, row.client, row.recipient, since, disabled)
    screen().print(table)
    if not rows:
        screen().print("Nobody yet: `watcher people setup`, or `watcher people add NAME --role operator`.")


@group.command("password")
def password(name: NameArgument, *, by: ByOption = "", config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Give somebody a new password; every session of theirs ends. It is asked for, or read from standard input."""
    from watcher.people import accounts

    new = _password()
    with writing(config) as (connection, _, now):
        accounts.set_password(connection, name, new, by=by or "cli", now=now)
    screen().print(said(f"{name} has a new password and is signed out everywhere."))


@group.command("disable")
def disable(name: NameArgument, *, by: ByOption = "", config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Let somebody in no more, from this moment on. Nothing is removed: the record still names them."""
    from watcher.people import accounts

    with writing(config) as (connection, _, now):
        accounts.disable(connection, name, by=by or "cli", now=now)
    screen().print(said(f"{name} is disabled and signed out everywhere. `watcher people enable {name}` undoes it."))


@group.command("enable")
def enable(name: NameArgument, *, by: ByOption = "", config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Let somebody in again who was disabled."""
    from watcher.people import accounts

    with writing(config) as (connection, _, now):
        accounts.enable(connection, name, by=by or "cli", now=now)
    screen().print(said(f"{name} can sign in again."))


@group.command("role")
def role_(
    name: NameArgument,
    role: Annotated[str, typer.Argument(help="analyst, lead, operator, client or read-only.")],
    *,
    client: ClientOption = "",
    by: ByOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Make somebody something else; they sign in again as that."""
    from watcher.people import accounts

    chosen = _role(role)
    with writing(config) as (connection, settings, now):
        accounts.set_role(connection, name, chosen, client=client, settings=settings, by=by or "cli", now=now)
    screen().print(said(f"{name} is now {chosen}."))


@group.command("tie")
def tie(
    name: NameArgument,
    recipient: Annotated[str, typer.Argument(help="A recipient's id; empty for none.")],
    *,
    by: ByOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Say as which recipient somebody is on call: what they acknowledge is acknowledged by that person."""
    from watcher.people import accounts

    with writing(config) as (connection, settings, now):
        accounts.tie(connection, name, recipient, settings=settings, by=by or "cli", now=now)
    screen().print(said(f"{name} is on call as {recipient or 'nobody'}."))


@group.command("tie-login")
def tie_login(
    name: NameArgument,
    *,
    subject: Annotated[
        str, typer.Option("--subject", help="As whom the identity provider knows them; empty: no more.")
    ],
    by: ByOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Let somebody sign in at the identity provider of watcher.yaml; whoever tries is shown their subject.

    Example: `watcher people tie-login awa --subject 248289761001`.
    """
    from watcher.people import accounts

    with writing(config) as (connection, settings, now):
        row = accounts.tie_login(connection, name, subject, settings=settings, by=by or "cli", now=now)
    if row.subject:
        screen().print(said(f"{row.name} can sign in at the identity provider."))
    elif row.password:
        screen().print(said(f"{row.name} signs in by password only."))
    else:
        screen().print(
            said(f"{row.name} cannot sign in any more: `watcher people password {row.name}` gives a password.")
        )


def _role(written: str) -> "Role":
    from watcher.people.roles import Role

    try:
        return Role(written)
    except ValueError:
        fail(f"no role {written!r}: one of {', '.join(Role)}", code=USAGE)


def _password() -> str:
    """Ask twice where somebody can answer; else take one line, so that no password stands in a list of processes."""
    if sys.stdin.isatty():
        return str(typer.prompt("New password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")
