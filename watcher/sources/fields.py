"""Single values from outside, made plain and bounded: a title, a text, a link, a language, a position, a date."""

import re
from datetime import datetime, timedelta
from html import escape, unescape
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from indicators.language.text import clean, one_line

FIELD_LIMIT = 64 * 1024
TITLE_LIMIT = 500
TITLE_FROM_TEXT = 120
"""Characters of a text that stand for a title where there is none."""
LINK_LIMIT = 2_000

_EARLIEST = 1990
_BLOCK = re.compile(
    r"<(?=/?(?:p|div|br|li|ul|ol|tr|td|th|table|caption|h[1-6]|blockquote|section|article|hr|figure|figcaption|pre|"
    r"dl|dt|dd|address|header|footer|main|aside|nav|details|summary|center|option)\b)",
    re.IGNORECASE,
)
_NOT_MARKUP = re.compile(
    r"(?P<quote><<)(?=\w)|<!\[CDATA\[|\]\]>|<(?:script|style|iframe|template|noscript|object|textarea|title)\b[^<>]*/>",
    re.IGNORECASE,
)
"""A quotation mark typed as two signs, a CDATA section that came as text, an XML element that HTML would not close."""
_ESCAPED = re.compile(r"&(?:#[0-9]{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,8});", re.IGNORECASE)
_MADE_BY_MARKUP = frozenset("<>&")
_UNREAD = ["script", "style", "iframe", "template", "noscript", "svg", "object"]
_UNASKED = re.compile(r"en(?:[-_]us)?", re.IGNORECASE)
_LANGUAGE = re.compile(r"([A-Za-z]{2})(?:[-_]|$)")


def title_of(raw: object) -> str:
    """Return one line without markup, at most 500 characters."""
    raw = str(raw or "")
    # A headline that is nothing but markup is shown as it came, rather than as no headline at all.
    title = one_line(_plain(raw), limit=TITLE_LIMIT)
    return title or one_line(raw, limit=TITLE_LIMIT)


def opening_of(text: str) -> str:
    """Return what stands for the title of a *text* that has none: its first line."""
    return one_line(text.partition("\n")[0], limit=TITLE_FROM_TEXT)


def text_of(raw: object) -> str:
    """Return lines of text without markup; *raw* is read up to 64 KB."""
    lines = (" ".join(line.split()) for line in clean(_plain(str(raw or ""))).splitlines())
    return "\n".join(line for line in lines if line)


def _plain(raw: str) -> str:
    """Take the markup off *raw*. It is cut first: a tree of a megabyte of tags is what must not be built."""
    text = _without_markup(clean(raw[:FIELD_LIMIT]))
    return f"{text} [cut]" if len(raw) > FIELD_LIMIT else text


def _without_markup(text: str) -> str:
    if "<" not in text and "&" not in text:
        return text
    tree = LexborHTMLParser(_BLOCK.sub("\n<", _NOT_MARKUP.sub(_as_text, text)))
    tree.strip_tags(_UNREAD, recursive=True)
    # A publisher's software often escapes twice: what is left of an accented letter would cut its word in two.
    return _ESCAPED.sub(_letter, tree.text(separator=""))


def _as_text(found: re.Match[str]) -> str:
    """Return what an HTML parser would take for markup, with all that follows, as what was meant."""
    return "\u00ab" if found["quote"] else ""


def _letter(found: re.Match[str]) -> str:
    meant = clean(unescape(found[0]))
    return found[0] if _MADE_BY_MARKUP.intersection(meant) else meant


def as_markup(raw: object) -> object:
    """Return a text that is plain by its format so that :func:`text_of` gives it back: ``<`` in it is no tag."""
    return escape(raw[: FIELD_LIMIT + 1], quote=False) if isinstance(raw, str) else raw


def link_of(raw: object) -> str:
    """Return a link a reader may click, or nothing: http or https, no user name, no control character."""
    link = str(raw or "").strip().replace(" ", "%20")
    if len(link) > LINK_LIMIT or "\\" in link or not link.isprintable():
        return ""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    return link if parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc else ""


def language_of(raw: object) -> str | None:
    """Return the two letters of a language tag such as ``fr-ML``, or ``None`` if it is none."""
    match = _LANGUAGE.match(str(raw or "").strip())
    return match[1].lower() if match else None


def declared_language(raw: object) -> str | None:
    """Return the language that a feed says it is written in, or ``None`` if that says nothing.

    ``en`` and ``en-US`` say nothing: publishing software writes them where nobody said anything, and a headline is too
    short to prove it wrong.
    """
    return None if _UNASKED.fullmatch(str(raw or "").strip()) else language_of(raw)


def on_the_globe(lat: float, lon: float) -> tuple[float | None, float | None]:
    """Return the position in degrees, or nothing for one that is not on the globe or was never filled in."""
    if lat == 0 == lon:
        return None, None  # what software writes that has no position, not a place in the sea
    # NaN fails both comparisons and is dropped with the rest.
    return (lat, lon) if -90 <= lat <= 90 and -180 <= lon <= 180 else (None, None)  # noqa: PLR2004 - degrees


def plausible(moment: datetime, *, now: datetime) -> bool:
    """Whether a date can be one of a report: not before 1990, not more than a day ahead."""
    return moment.year >= _EARLIEST and moment <= now + timedelta(days=1)
