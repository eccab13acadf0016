"""OPML 2.0: lists of feeds as feed readers exchange them, in and out."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from unicodedata import normalize

from indicators.language.text import one_line
from watcher.settings import WrittenSource
from watcher.sources.fields import language_of, link_of
from watcher.sources.xml_trees import Node, RefusedXmlError, parse_xml

LARGEST = 5_000_000
"""Bytes of a list; one of ten thousand feeds has about two million."""

ID_LIMIT = 48

_UNFIT = re.compile("[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFeed:
    """One feed of a list: its address, what it is called, the folder it stands in, its language."""

    url: str
    title: str = ""
    category: str = ""
    lang: str | None = None


class OpmlError(Exception):
    """The file is no list of feeds; the message says why."""


def read_opml(path: Path) -> tuple[tuple[ListedFeed, ...], int]:
    """Return the feeds in the list at *path*, each address once, and how many entries have none that can be polled.

    Raises :class:`OpmlError` for a file that cannot be read or is no OPML.
    """
    try:
        with path.open("rb") as file:
            body = file.read(LARGEST + 1)
    except OSError as error:
        raise OpmlError(f"cannot be read: {error.strerror}") from None
    if len(body) > LARGEST:
        raise OpmlError(f"larger than {LARGEST} bytes")
    try:
        tree = parse_xml(body)
    except RefusedXmlError as error:
        raise OpmlError(f"not read: {error}") from None
    if tree.root.name.casefold() != "opml" or tree.broken:
        raise OpmlError(f"breaks off: {tree.broken}" if tree.broken else "no OPML: its root is another")
    found: dict[str, ListedFeed] = {}
    unfit = 0
    for outline, category in _outlines(tree.root):
        written = _attribute(outline, "xmlUrl")
        url = link_of(written)
        if url:
            found.setdefault(url, _subscription(outline, url, category))
        elif written:
            unfit += 1
    return tuple(found.values()), unfit


def as_sources(subscriptions: Iterable[ListedFeed], known: Iterable[WrittenSource]) -> list[str]:
    """Return a line of YAML for ``sources:`` for each feed whose address is not among the *known* ones."""
    polled = {source.url: source.id for source in known}
    taken = set(polled.values())
    lines = []
    for one in subscriptions:
        if one.url in polled:
            continue
        name = free_id(id_for(one.title, one.url.split("/")[2].removeprefix("www.")), taken)
        taken.add(name)
        language = f", lang: {one.lang}" if one.lang else ""
        lines.append(f"  - {{id: {name}, url: {_quoted(one.url)}, every: 15m{language}}}  # {_remark(one)}")
    return lines


def as_opml(sources: Iterable[WrittenSource], *, title: str) -> str:
    """Return the *sources* as an OPML 2.0 list, grouped by family; only feeds can be subscribed to by others."""
    families: dict[str, list[WrittenSource]] = {}
    for source in sources:
        families.setdefault(source.family, []).append(source)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">']
    lines += [f"  <head><title>{escape(title)}</title></head>", "  <body>"]
    for family, members in sorted(families.items()):
        rows = [_outline(source) for source in members]
        if family:
            rows = [f"    <outline text={_attr(family)}>", *(f"  {row}" for row in rows), "    </outline>"]
        lines += rows
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def _outlines(root: Node) -> Iterator[tuple[Node, str]]:
    """Yield each entry with the name of the folder it stands in."""
    waiting = [(child, "") for body in root.all("body") for child in reversed(body.all("outline"))]
    while waiting:
        outline, category = waiting.pop()
        yield outline, category
        folder = one_line(_attribute(outline, "text") or _attribute(outline, "title"), limit=80)
        waiting.extend((child, folder or category) for child in reversed(outline.all("outline")))


def _subscription(outline: Node, url: str, category: str) -> ListedFeed:
    return ListedFeed(
        url=url,
        title=one_line(_attribute(outline, "title") or _attribute(outline, "text"), limit=120),
        category=category,
        lang=language_of(_attribute(outline, "language")),
    )


def _attribute(outline: Node, name: str) -> str:
    """Return an attribute, whatever its case: many programs write xmlurl."""
    return next((value for key, value in outline.attributes.items() if key.casefold() == name.casefold()), "")


def id_for(title: str, host: str) -> str:
    """Return an id for what is called *title*, else for its *host*, in the letters that the configuration takes."""
    plain = normalize("NFKD", title.strip() or host).encode("ascii", "ignore").decode().casefold()
    return _UNFIT.sub("-", plain).strip("-")[:ID_LIMIT].strip("-") or "feed"


def free_id(name: str, taken: set[str]) -> str:
    """Return *name*, with a number behind it if it is *taken*."""
    number, wanted = 1, name
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    return name


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _remark(one: ListedFeed) -> str:
    return " / ".join(part for part in (one.category, one.title) if part) or "no title"


def _outline(source: WrittenSource) -> str:
    language = f" language={_attr(source.lang)}" if source.lang else ""
    return f'    <outline type="rss" text={_attr(source.id)} xmlUrl={_attr(source.url)}{language}/>'


def _attr(value: str) -> str:
    return f'"{escape(value)}"'
