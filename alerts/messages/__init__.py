"""An alert of any kind as words: a layout for each kind and language, and a plain fallback that always goes out.

Layouts run in a sandbox (:mod:`alerts.layouts`): the product's own files here, an operator's in a child process. They
see a plain dictionary of strings and numbers and nothing else. Text from feeds is a value in it, never a template.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from alerts.catalogue import LANGUAGES
from alerts.layouts.apart import LayoutError, OwnLayouts
from alerts.layouts.environment import blocks, laid_out, shipped_sandbox
from alerts.messages import acknowledged, digest, moves, notices, ping, system
from alerts.messages.layout import Layout
from alerts.notices import Notice
from alerts.said import AnyAlert
from indicators.language.text import clean

LONGEST = 12_000
"""Characters; well under what any channel cuts by itself."""

LONGEST_PAGE = 90_000
"""Characters of HTML; mail readers cut at about 100 kB."""

LAYOUTS: dict[str, Layout[Any]] = {
    "move": moves.LAYOUT,
    "system": system.LAYOUT,
    "digest": digest.LAYOUT,
    "notice": notices.LAYOUT,
    "acknowledged": acknowledged.LAYOUT,
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
    refused: Mapping[str, str] = field(default_factory=dict)
    """The operator's own layouts that failed, and why; what ships stood in for them."""


def render(
    alert: AnyAlert,
    *,
    lang: str,
    repeat: bool = False,
    own: OwnLayouts | None = None,
    picture: str = "",
    with_page: bool = True,
) -> Rendered:
    """Return *alert* as subject, text and flat facts in *lang* (English if we have no such layout).

    An operator's *own* layout comes before the one that ships, which stands in where it fails. No layout ever stops a
    warning: the fallback text carries the judgement itself. *picture* says in words what the picture shows that comes
    along as ``cid:outlook``; empty for none. Without *with_page* there is no HTML: most channels show none.
    """
    lang = lang if lang in LANGUAGES else "en"
    layout = LAYOUTS[alert.kind]
    desk = _Desk(alert, layout, lang, own, picture=picture)
    subject = layout.subject(alert, lang)
    text, failed = desk.form("txt", repeat=repeat)
    page, unlaid = desk.form("html", repeat=repeat) if with_page else ("", "")
    if len(page) > LONGEST_PAGE:  # half a page would be none
        page, unlaid = "", f"a page of {len(page)} characters"
    return Rendered(
        subject=subject,
        text=clean(layout.fallback(alert, subject) if failed else text, limit=LONGEST),
        html=clean(page, limit=LONGEST_PAGE),
        data={"kind": alert.kind, **layout.facts(alert)},
        fallback=failed,
        unlaid=unlaid,
        refused=desk.refused,
    )


def subject_lines(alert: AnyAlert) -> dict[str, str]:
    """Return the subject of *alert* in each language, as it stands in a list of several."""
    return {lang: LAYOUTS[alert.kind].subject(alert, lang) for lang in LANGUAGES}


def parts(notice: Notice, *, lang: str, own: OwnLayouts | None = None) -> dict[str, str]:
    """Return the sections of *notice* in order, by name, each in the very words of the message."""
    return _Desk(notice, LAYOUTS[notice.kind], lang, own).sections()


class _Desk:
    """One message at the desk where it is laid out."""

    def __init__(
        self, alert: AnyAlert, layout: Layout[Any], lang: str, own: OwnLayouts | None, *, picture: str = ""
    ) -> None:
        self._alert = alert
        self._layout = layout
        self._lang = lang
        self._own = own
        self._picture = picture
        self._client = alert.client if isinstance(alert, Notice) else ""
        self.refused: dict[str, str] = {}

    def form(self, form: str, *, repeat: bool) -> tuple[str, str]:
        """Return the alert in one form (txt, html), or nothing and what went wrong."""
        try:
            context = self._context() | {"repeat": repeat}
            if form == "html":
                context["words"] = self.sections()
            name = self._name(form)
            own, _ = self._by_own(name, context)
            return own if own is not None else laid_out(shipped_sandbox(), name, context), ""
        except Exception as error:  # noqa: BLE001 - whatever a layout does, it must not stop a warning
            return "", f"{type(error).__name__}: {error}"

    def sections(self) -> dict[str, str]:
        """Return the sections in order, as the text says them."""
        wanted = self._layout.sections(self._alert)
        if not wanted:
            return {}
        context, name = self._context() | {"repeat": False}, self._name("txt")
        _, own = self._by_own(name, context, wanted)
        made = blocks(shipped_sandbox(), name, wanted, context) | dict(own)
        return {section: clean(made[section]) for section in wanted}

    def _by_own(
        self, name: str, context: Mapping[str, Any], wanted: tuple[str, ...] = ()
    ) -> tuple[str | None, Mapping[str, str]]:
        """Return what the operator's own layout makes, if there is one and it does not fail."""
        which = self._own.which(name, client=self._client) if self._own is not None else ""
        if self._own is None or not which or which in self.refused:
            return None, {}
        try:
            made = self._own.lay_out(name, context, client=self._client, sections=wanted)
        except LayoutError as error:
            self.refused[which] = str(error)
            return None, {}
        return made.text, made.sections

    def _name(self, form: str) -> str:
        return f"{self._layout.template}.{self._lang}.{form}.j2"

    def _context(self) -> dict[str, Any]:
        subject = self._layout.subject(self._alert, self._lang)
        return self._layout.context(self._alert, self._lang) | {
            "lang": self._lang,
            "subject": subject,
            "picture": self._picture,
        }
