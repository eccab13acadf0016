"""An alert of any kind as words: a layout for each kind and language, and a plain fallback that always goes out.

Templates are the product's own files, run in Jinja2's immutable sandbox with undefined names
refused. They see a plain dictionary of strings and numbers and nothing else. Text from feeds is a
value in it, never a template.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from alerts import TEMPLATES
from alerts.messages import digest, moves, notices, ping, system
from alerts.messages.layout import Layout
from alerts.messages.words import LANGUAGES
from alerts.notices import Notice
from alerts.said import AnyAlert
from indicators.text import clean

LONGEST = 12_000
"""Characters; well under what any channel cuts by itself."""

LONGEST_PAGE = 90_000
"""Characters of HTML; mail readers cut at about 100 kB."""

LAYOUTS: dict[str, Layout[Any]] = {
    "move": moves.LAYOUT,
    "system": system.LAYOUT,
    "digest": digest.LAYOUT,
    "notice": notices.LAYOUT,
    "watchdog": ping.LAYOUT,
}
"""How alerts of each kind are worded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A message's words. ``fallback`` says the layout failed and the plain form was used."""

    subject: str
    text: str
    html: str = ""
    """The same words laid out for mail; empty where that layout failed, as ``unlaid`` then says."""
    data: Mapping[str, str] = field(default_factory=dict)
    fallback: str = ""
    unlaid: str = ""


def render(alert: AnyAlert, *, lang: str, repeat: bool = False) -> Rendered:
    """Return *alert* as subject, text and flat facts in *lang* (English if we have no such layout).

    A layout that fails never stops a warning: the fallback text carries the judgement itself.
    """
    lang = lang if lang in LANGUAGES else "en"
    layout = LAYOUTS[alert.kind]
    subject = layout.subject(alert, lang)
    text, failed = _form(alert, layout, lang, "txt", repeat=repeat)
    page, unlaid = _form(alert, layout, lang, "html", repeat=repeat)
    if len(page) > LONGEST_PAGE:  # half a page would be none
        page, unlaid = "", f"a page of {len(page)} characters"
    return Rendered(
        subject=subject,
        text=clean(layout.fallback(alert, subject) if failed else text, limit=LONGEST),
        html=clean(page, limit=LONGEST_PAGE),
        data={"kind": alert.kind, **layout.facts(alert)},
        fallback=failed,
        unlaid=unlaid,
    )


def subject_lines(alert: AnyAlert) -> dict[str, str]:
    """Return the subject of *alert* in each language, as it stands in a list of several."""
    return {lang: LAYOUTS[alert.kind].subject(alert, lang) for lang in LANGUAGES}


def parts(notice: Notice, *, lang: str) -> dict[str, str]:
    """Return the sections of *notice* in order, by name, each in the very words of the message."""
    layout = LAYOUTS[notice.kind]
    return _words(notice, layout, lang, layout.context(notice, lang))


def _words(alert: AnyAlert, layout: Layout[Any], lang: str, context: Mapping[str, Any]) -> dict[str, str]:
    """Return the sections that *layout* has of *alert*, by name, as the text says them."""
    wanted = layout.sections(alert)
    if not wanted:
        return {}
    template = _environment().get_template(f"{layout.template}.{lang}.txt.j2")
    known = template.new_context({**context, "repeat": False})
    return {name: clean("".join(template.blocks[name](known))) for name in wanted}


def _form(alert: AnyAlert, layout: Layout[Any], lang: str, form: str, *, repeat: bool) -> tuple[str, str]:
    """Return *alert* in one form (txt, html), or nothing and what went wrong."""
    try:
        context = layout.context(alert, lang) | {"lang": lang, "subject": layout.subject(alert, lang)}
        if form == "html":
            context["words"] = _words(alert, layout, lang, context)
        template = _environment().get_template(f"{layout.template}.{lang}.{form}.j2")
        return template.render(context | {"repeat": repeat}), ""
    except Exception as error:  # noqa: BLE001 - whatever a layout does, it must not stop a warning
        return "", f"{type(error).__name__}: {error}"


def _escapes(template: str | None) -> bool:
    return template is not None and template.endswith(".html.j2")


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=_escapes,
        keep_trailing_newline=False,
    )
    environment.globals.clear()
    environment.filters.clear()
    return environment
