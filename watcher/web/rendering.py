"""Rendering: the desk's pages from their templates, whole or one block; every value is escaped.

One environment for each language, so that ``_("…")`` in a template is in the reader's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from html import escape
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from watcher import __version__
from watcher.people.roles import Person
from watcher.web import cookies
from watcher.web.languages import CODES, Language
from watcher.web.menu import MenuEntry
from watcher.web.site import Site
from watcher.web.static_files import static_files
from watcher.web.terms import LEVELS, REASONS

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; worker-src 'self' blob:; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'",
    # Without a referrer a browser would call the origin of our own forms "null".
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Vary": "Cookie, HX-Request",
}
"""On every page of the desk: no script and no style but our own files."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What stands around every page; ``person`` is ``None`` where nobody is signed in."""

    request: Request
    site: Site
    language: Language
    now: datetime
    person: Person | None = None
    shows: str = ""
    """The marking of what the page shows, where that is not the desk's own."""

    @property
    def menu(self) -> tuple[MenuEntry, ...]:
        """The pages that this person's menu leads to."""
        entries: tuple[MenuEntry, ...] = self.request.app.state.menu
        return tuple(one for one in entries if self.person is not None and self.person.role in one.roles)

    @property
    def path(self) -> str:
        """The page's own path, to mark it in the menu and to come back to."""
        return self.request.url.path

    @property
    def back(self) -> str:
        """Path and query of the page, for forms that lead back to it."""
        return self.path + (f"?{self.request.url.query}" if self.request.url.query else "")

    @cached_property
    def assessments(self) -> tuple[tuple[str, str], ...]:
        """The id and title of each assessment in force; a client hears of none."""
        if self.person is None or self.person.client:
            return ()
        live = self.site.plant.library.live
        return tuple((one.assessment.id, self.language.name(one.assessment.title)) for one in live)

    @property
    def assessment(self) -> str:
        """The id of the chosen assessment, ``""`` for all of them."""
        chosen = cookies.chosen_assessment(self.request)
        return chosen if any(chosen == known for known, _ in self.assessments) else ""

    @property
    def marking(self) -> str:
        """The marking above the page: that of what it shows; a client's other pages carry the client's strictest."""
        client = self.site.plant.settings.client(self.person.client) if self.person is not None else None
        return self.shows or (client.ceiling if client is not None else self.site.web.marking)

    @property
    def home(self) -> str:
        """Where somebody begins."""
        return "/client" if self.person is not None and self.person.client else "/"

    @property
    def theme(self) -> str:
        """``light``, ``dark`` or nothing."""
        return cookies.theme_of(self.request)

    @property
    def flash(self) -> str:
        """The message to show once."""
        return cookies.flash_of(self.request)

    def asset(self, name: str) -> str:
        """Return the address of a file that the browser loads, ``""`` where it was not built."""
        return static_files().address(name)


def render(
    template: str, *, frame: Frame, block: str = "", status: HTTPStatus = HTTPStatus.OK, **context: Any
) -> HTMLResponse:
    """Return a page, or one *block* of it, as an answer."""
    found = _environment(frame.language.code).get_template(template)
    told = context | {
        "frame": frame,
        "lang": frame.language,
        "version": __version__,
        "languages": CODES,
        "level_names": LEVELS,
        "reasons": REASONS,
    }
    text = "".join(found.blocks[block](found.new_context(told))) if block else found.render(told)
    return HTMLResponse(text, status.value, headers=dict(HEADERS))


@cache
def _environment(code: str) -> Environment:
    from watcher.web.languages import language

    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates" / "desk"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.filters["coded"] = _Coded
    said = language(code).translations
    made.install_gettext_callables(said.gettext, said.ngettext, newstyle=True)  # type: ignore[attr-defined] # i18n's
    return made


@dataclass(frozen=True, slots=True)
class _Coded:
    """A text as a page shows it: escaped, with what stands between backquotes in it as code."""

    text: str

    def __html__(self) -> str:
        """Return it as HTML. A fixed text comes escaped already, with the values in it."""
        escaped = self.text.__html__() if hasattr(self.text, "__html__") else escape(self.text)
        return _QUOTED.sub(r"<code>\1</code>", str(escaped))


_QUOTED = re.compile(r"`([^`<>]+)`")
