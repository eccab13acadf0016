"""``watcher people tokens``: tokens for programs, each shown once."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.deciding import ByOption, length_or_exit, said
from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption
from watcher.cli.people_accounts import writing
from watcher.cli.printing import USAGE, fail, new_table, print_json, screen

if TYPE_CHECKING:
    from watcher.store.api_tokens import TokenRow

group = typer.Typer(name="tokens", no_args_is_help=True, help="Tokens by which programs ask: made, listed, revoked.")

_SHOWN = ("id", "name", "role", "client", "scopes", "made_by", "created_at", "until", "used_at", "revoked_at")


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.add_typer(group)


@group.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What the token is for.")],
    *,
    role: Annotated[str, typer.Option("--role", help="analyst, lead, operator, client or read-only.")] = "read-only",
    scope: Annotated[list[str] | None, typer.Option("--scope", help="read or act; may be given twice.")] = None,
    client: Annotated[str, typer.Option("--client", help="The client's id, for the role client.")] = "",
    lasts: Annotated[str, typer.Option("--for", help="How long it counts: 12h, 90d; a year at most.")] = "90d",
    by: ByOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Make a token for a program and print it: it is not kept, and cannot be shown again.

    Example: `watcher people tokens add "map in the ops room" --role read-only --for 30d`.
    """
    from watcher.people import tokens
    from watcher.people.roles import Role, Scope
    from watcher.people.tokens import NewToken

    try:
        chosen, scopes = Role(role), frozenset(map(Scope, scope or ["read"]))
    except ValueError:
        fail(f"a role is one of {', '.join(Role)}; a scope one of {', '.join(Scope)}", code=USAGE)
    length: timedelta = length_or_exit(lasts)
    with writing(config) as (connection, settings, now):
        new = NewToken(name=name, role=chosen, scopes=scopes, lasts=length, client=client)
        row, secret = tokens.add(connection, new, settings=settings, by=by or "cli", now=now)
    if as_json:
        print_json(_json(row) | {"token": secret})
        return
    screen().print(f"{secret}\n", markup=False)
    screen().print(said(f"Token {row.id} counts until {row.until:%Y-%m-%d %H:%M} UTC. It is shown this once."))
    screen().print("Next: send it as `Authorization: Bearer …`; `watcher people tokens revoke ID` ends it.")


@group.command("list")
def list_(*, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Show every token: whom it stands for, what it may do, until when, and when it was last used."""
    from watcher.store import api_tokens

    with writing(config) as (connection, _, now):
        rows = api_tokens.every(connection)
    if as_json:
        print_json([_json(row) for row in rows])
        return
    table = new_table("id", "for", "role", "client", "may", "until (UTC)", "last used (UTC)", "state", title="Tokens")
    for row in rows:
        state = "revoked" if row.revoked_at else "expired" if row.until <= now else "counts"
        used = f"{row.used_at:%Y-%m-%d %H:%M}" if row.used_at else "never"
        may, until = ", ".join(row.scopes), f"{row.until:%Y-%m-%d %H:%M}"
        table.add_row(row.id, said(row.name), row.role, row.client, may, until, used, state)
    screen().print(table)


@group.command("revoke")
def revoke(
    wanted: Annotated[str, typer.Argument(help="The token's id, as `watcher people tokens list` shows it.")],
    *,
    by: ByOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Let a token count no more, from this moment on."""
    from watcher.people import tokens

    with writing(config) as (connection, _, now):
        row = tokens.revoke(connection, wanted, by=by or "cli", now=now)
    screen().print(said(f"Token {row.id} ({row.name}) counts no more."))


def _json(row: "TokenRow") -> dict[str, object]:
    return {name: getattr(row, name) for name in _SHOWN}
