"""The sandbox that every layout runs in: nothing changes, what is undefined is an error, few filters, no globals.

Where messages are made only this room knows jinja2. What a sandbox cannot bound (time, memory) is bounded by the
process it runs in: see :mod:`alerts.layouts.child`.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from alerts import TEMPLATES

SHIPPED = "shipped/"
"""In front of a name: the layout that ships, also where an operator has one of that name."""

FILTERS = frozenset(
    {"capitalize", "default", "e", "escape", "first", "indent", "join", "last", "length", "lower", "replace"}
    | {"title", "trim", "truncate", "upper", "wordwrap"}
)
"""The filters a layout may use."""

TESTS = frozenset({"defined", "undefined", "none", "string", "number", "even", "odd", "eq", "ne", "lt", "gt", "in"})
"""The tests a layout may use after ``is``."""

Load = Callable[[str], str | None]
"""Gives the text of a layout by name, or None."""


def sandbox(load: Load) -> ImmutableSandboxedEnvironment:
    """Return an environment in which *load* finds layouts; what it does not find is not there."""
    environment = ImmutableSandboxedEnvironment(
        loader=FunctionLoader(load), undefined=StrictUndefined, autoescape=_escapes, keep_trailing_newline=False
    )
    environment.globals.clear()
    for known, allowed in ((environment.filters, FILTERS), (environment.tests, TESTS)):
        for name in set(known) - allowed:
            del known[name]
    return environment


def laid_out(environment: ImmutableSandboxedEnvironment, name: str, context: Mapping[str, Any]) -> str:
    """Return the words that the layout *name* makes of *context*; raises whatever goes wrong in it."""
    return environment.get_template(name).render(context)


def blocks(
    environment: ImmutableSandboxedEnvironment, name: str, wanted: Iterable[str], context: Mapping[str, Any]
) -> dict[str, str]:
    """Return the words of the blocks *wanted* that the layout *name* has itself, by name."""
    template = environment.get_template(name)
    known = template.new_context(dict(context))
    return {block: "".join(template.blocks[block](known)) for block in wanted if block in template.blocks}


def shipped(name: str) -> str | None:
    """Return the text of a layout that ships."""
    return _shipped().get(name.removeprefix(SHIPPED))


@cache
def shipped_sandbox() -> ImmutableSandboxedEnvironment:
    """Return the environment of what ships."""
    return sandbox(shipped)


def shipped_names() -> tuple[str, ...]:
    """Return the names of all layouts that ship."""
    return tuple(sorted(_shipped()))


@cache
def _shipped() -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in Path(TEMPLATES).glob("*.j2")}


def _escapes(name: str | None) -> bool:
    return name is not None and name.endswith(".html.j2")
