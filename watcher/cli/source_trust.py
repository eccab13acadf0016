"""``watcher sources trust``: what is odd about a source is usual from now on."""

from typing import Annotated

import typer

from watcher.cli.deciding import ByOption, WhyOption
from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, settings_or_exit
from watcher.cli.printing import USAGE, fail, screen


def add_to(group: typer.Typer) -> None:
    """Add the command of this file to *group*."""
    group.command("trust")(trust)


def trust(
    source: Annotated[str, typer.Argument(metavar="ID", help="The id of a source that is suspect or empty.")],
    why: WhyOption,
    *,
    by: ByOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Say that a source is still the one we trust: its new title, language or length is usual from now on.

    Look at it first: `watcher sources test ID`. Who, why and what was odd stay on record.
    """
    from watcher.clock import utc_now
    from watcher.sourcing import trusting
    from watcher.store.errors import StoreError

    settings = settings_or_exit(config)
    if source not in {one.id for one in settings.sources}:
        fail(f"no source {source!r}; known: {', '.join(one.id for one in settings.sources)}", code=USAGE)
    if not by.strip() or not why.strip():
        fail("only a named person can say so, with a reason: --by NAME --why TEXT", code=USAGE)
    try:
        odd = trusting.trust(settings, source, who=by, why=why, at=utc_now())
    except StoreError as error:
        fail(str(error))
    told = f"{source} is trusted again; it was doubted for: {odd}" if odd else f"nothing is odd about {source}"
    screen().print(told, markup=False)
