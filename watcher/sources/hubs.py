"""Hubs (W3C WebSub): which one a feed advertises, and whether a message from it is signed with our secret."""

import hmac
import re
from collections.abc import Iterable, Mapping
from typing import Any

from watcher.sources.fields import link_of
from watcher.sources.source import Hub

METHODS = frozenset({"sha1", "sha256", "sha384", "sha512"})
"""What the standard lets a hub sign with. As an HMAC even SHA-1 is not broken, and some hubs know no other."""

_PARAMETER = r"\s*;\s*[a-z*]{1,20}\s*=\s*(?:\"[^\"]{0,500}\"|[^\s\",;]{1,500})"
_LINK = re.compile(rf"<([^<>]{{1,2000}})>((?:{_PARAMETER}){{0,10}})", re.IGNORECASE)
_RELATION = re.compile(r"rel\s*=\s*\"?([^\";]*)", re.IGNORECASE)
_MOST = 50


def hub_of(headers: Mapping[str, str], links: Iterable[Any] = ()) -> Hub | None:
    """Return the hub that an answer's Link headers or a feed's own *links* advertise, with the feed's public name.

    Both are needed: without ``rel=self`` a hub could only be told the operator's address, which may hold a key.
    """
    told = [*_in_headers(headers), *_in_feed(links)]
    hub = next((link for relation, link in told if relation == "hub" and link_of(link)), "")
    topic = next((link for relation, link in told if relation == "self" and link_of(link)), "")
    return Hub(url=hub, topic=topic) if hub and topic else None


def _in_headers(headers: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    for name, value in headers.items():
        if name.lower() != "link":
            continue
        for found in list(_LINK.finditer(value[:8_000]))[:_MOST]:
            relations = _RELATION.search(found[2])
            for relation in relations[1].lower().split() if relations else ():
                yield relation, found[1].strip()


def _in_feed(links: Iterable[Any]) -> Iterable[tuple[str, str]]:
    for link in list(links)[:_MOST]:
        if isinstance(link, Mapping):
            yield str(link.get("rel", "")).lower(), str(link.get("href", "")).strip()


def is_signed(body: bytes, signature: str, *, secret: str) -> bool:
    """Whether *signature*, an ``X-Hub-Signature``, is that of *body* with *secret*."""
    method, _, digits = signature.strip().lower().partition("=")
    if method not in METHODS or not digits.isascii():
        return False
    return hmac.compare_digest(hmac.new(secret.encode(), body, method).hexdigest(), digits)
