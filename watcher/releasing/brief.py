"""Brief: a notice as one or two printed pages. The words are the message's, the curve is what stood published."""

import json
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

from alerts.catalogue import day
from alerts.layouts.apart import OwnLayouts
from alerts.messages import parts
from alerts.messages.notice_words import HEADINGS
from alerts.messages.notices import kind_of
from alerts.messages.words import LEVELS, in_language
from alerts.notices import Notice
from indicators.bands import percent

TEMPLATE = "brief.typ"
_COLOURS = {
    "TLP:RED": "#ff2b2b",
    "TLP:AMBER": "#ffc000",
    "TLP:AMBER+STRICT": "#ffc000",
    "TLP:GREEN": "#33ff00",
    "TLP:CLEAR": "#ffffff",
}
"""The colours of the TLP 2.0 standard, on black."""
_FIXED = {
    "en": {"page": "Page", "of": "of", "for": "For", "draft": "DRAFT, NOT RELEASED", "curve": "What stood published"},
    "fr": {"page": "Page", "of": "sur", "for": "Pour", "draft": "PROJET, NON DIFFUSÉ", "curve": "Ce qui était publié"},
}


_PRESENT = 0.96
"""Where the day of the notice lies on the curve's width, so that its own step is seen."""


class BriefError(Exception):
    """No brief can be made, in a sentence that says what to do."""


def brief(notice: Notice, *, lang: str, released: bool = True, own: OwnLayouts | None = None) -> bytes:
    """Return *notice* as a PDF in *lang*; one that is not *released* says so on each page.

    Raises :class:`BriefError` where the extra is not installed, or the page cannot be set.
    """
    try:
        import typst
    except ModuleNotFoundError:
        raise BriefError("a printed brief needs one more package: pip install iw-watcher[pdf]") from None
    told = json.dumps(page_of(notice, lang=lang, released=released, own=own), ensure_ascii=False)
    stamp = (notice.release.at if notice.release is not None else notice.at).replace(microsecond=0)
    try:
        page = typst.compile(
            _template(), format="pdf", ignore_system_fonts=True, sys_inputs={"page": told}, timestamp=stamp
        )
    except typst.TypstError as error:
        raise BriefError(f"the brief of {notice.id} could not be set: {error.message}") from None
    if not isinstance(page, bytes):
        raise BriefError(f"the brief of {notice.id} could not be set: nothing came of it")
    return page


@cache
def _template() -> bytes:
    return resources.files("watcher.releasing").joinpath(TEMPLATE).read_bytes()


def page_of(notice: Notice, *, lang: str, released: bool = True, own: OwnLayouts | None = None) -> dict[str, Any]:
    """Return everything that stands on the page, as plain values; nothing else reaches the template."""
    words = parts(notice, lang=lang, own=own)
    name = in_language(notice.judgement.name, lang)
    return {
        "lang": lang,
        "fixed": _FIXED[lang],
        "marking": notice.marking,
        "colour": _COLOURS[notice.marking],
        "issuer": notice.issuer,
        "client": notice.client_name,
        "id": notice.id,
        "kind": kind_of(notice, lang),
        "name": "" if notice.facts_only else name,
        "level": "" if notice.facts_only or notice.recalls else LEVELS[lang][notice.judgement.level],
        "urgency": 0 if notice.facts_only or notice.recalls else notice.judgement.level,
        "day": day(notice.at.isoformat(), lang),
        "draft": not released,
        "sections": [
            {"name": one, "title": HEADINGS[lang][one], "lines": text.splitlines()} for one, text in words.items()
        ],
        "curve": None if notice.facts_only or notice.recalls or len(notice.course) < 2 else _curve(notice, lang),  # noqa: PLR2004 - a line has two ends
    }


def _curve(notice: Notice, lang: str) -> dict[str, Any]:
    """Return the steps of the figure from the assessment to the day of the notice, and the terms as stripes."""
    last = notice.course[-1]
    begin, end = notice.course[0].at, last.at
    scale = notice.judgement.estimative.scale
    return {
        "from": day(begin.isoformat(), lang),
        "to": day(end.isoformat(), lang),
        "points": [*([_PRESENT * _share(mark.at, begin, end), mark.p] for mark in notice.course), [1.0, last.p]],
        "now": percent(notice.judgement.p, lang),
        "bands": [
            {"low": b.low, "high": b.high, "term": b.spelled(lang), "ours": b == notice.judgement.band} for b in scale
        ],
    }


def _share(at: datetime, begin: datetime, end: datetime) -> float:
    return (at - begin) / (end - begin) if end > begin else 1.0
