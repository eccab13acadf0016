"""A web page, as far as it tells where its feeds are: what it names in its head, what it links to, where feeds lie."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from watcher.sources.fields import link_of, title_of

READ = 2_000_000
"""Bytes of a page that are read; feeds are named in its head."""

MOST_NAMED = 30

COMMON_PATHS = ("feed", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json", "feeds/posts/default")
"""Where a feed lies on many a site that does not name it, tried beside the page and at the top of the site."""

_TYPES = re.compile(
    r"application/(?:rss|atom|rdf|cap)\+xml|application/feed\+json|application/geo\+json", re.IGNORECASE
)
_LINKED = re.compile(r"(?:[/.](?:rss|atom|feed|rdf|cap)(?:\.xml|\.json)?/?|[?&]feed=\w+)(?:[?#].*)?$", re.IGNORECASE)
_COMMENTS = re.compile(r"comment|replies", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The address of what may be a feed, and what the page calls it."""

    url: str
    title: str = ""


def feeds_named_in(body: bytes, *, at: str) -> tuple[Named, ...]:
    """Return what the page *body* at the address *at* names as its feeds, and else what it links to that may be one.

    Feeds of comments come last. Nothing is fetched; an address that no reader may click is left out.
    """
    tree = LexborHTMLParser(body[:READ])
    base = tree.css_first("base[href]")
    here = urljoin(at, (base.attributes.get("href") or "") if base else "")
    found = list(_distinct(_declared(tree, here))) or list(_distinct(_linked(tree, here)))
    return tuple(sorted(found, key=lambda one: bool(_COMMENTS.search(f"{one.url} {one.title}"))))[:MOST_NAMED]


def common_addresses(at: str) -> tuple[str, ...]:
    """Return where a feed may lie although the page *at* does not say so, without a query."""
    page = at.partition("#")[0].partition("?")[0]
    beside = page if page.endswith("/") else f"{page}/"
    tops = dict.fromkeys((beside, urljoin(page, "/")))
    return tuple(link for top in tops for path in COMMON_PATHS if (link := link_of(urljoin(top, path))))


def _declared(tree: LexborHTMLParser, here: str) -> Iterator[Named]:
    for node in tree.css("link[rel][href]"):
        relation = (node.attributes.get("rel") or "").lower().split()
        if "alternate" in relation and _TYPES.match((node.attributes.get("type") or "").strip()):
            yield _named(node, here, node.attributes.get("title") or "")


def _linked(tree: LexborHTMLParser, here: str) -> Iterator[Named]:
    for node in tree.css("a[href]"):
        if _LINKED.search(node.attributes.get("href") or ""):
            yield _named(node, here, node.text())


def _named(node: LexborNode, here: str, title: str) -> Named:
    try:
        url = link_of(urljoin(here, (node.attributes.get("href") or "").strip()))
    except ValueError:  # http://[broken/
        url = ""
    return Named(url=url, title=title_of(title))


def _distinct(named: Iterable[Named]) -> Iterator[Named]:
    seen: set[str] = set()
    for one in named:
        if one.url and one.url not in seen:
            seen.add(one.url)
            yield one
