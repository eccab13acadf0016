"""A real HTTP server on loopback that publishes the story's papers as RSS and Atom, item by item."""

import hashlib
from datetime import datetime
from email.utils import format_datetime
from typing import Self
from xml.sax.saxutils import escape

from aiohttp import web

from watcher.demo.story import Headline, Paper, Story, StoryClock

SHOWN = 20
"""Entries in a feed, as newspapers do it: older ones drop out."""


class Newsroom:
    """Serves ``/<paper>.xml`` as it would look at the story's present moment, with ETag and 304."""

    def __init__(self, story: Story, clock: StoryClock) -> None:
        self._story = story
        self._clock = clock
        self._runner: web.AppRunner | None = None
        self.base = ""
        self.answers: dict[int, int] = {}

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{paper}.xml", self._serve)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.base = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.Response:
        paper = next((p for p in self._story.papers if p.id == request.match_info["paper"]), None)
        if paper is None:
            raise web.HTTPNotFound
        headlines = self._story.printed(paper.id, self._clock())[:SHOWN]
        body = document(paper, headlines, base=self.base).encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        status = 304 if request.headers.get("If-None-Match") == etag else 200
        self.answers[status] = self.answers.get(status, 0) + 1
        if status == 304:  # noqa: PLR2004 - Not Modified
            return web.Response(status=status, headers={"ETag": etag})
        return web.Response(body=body, headers={"ETag": etag, "Content-Type": f"application/{paper.format}+xml"})


def document(paper: Paper, headlines: tuple[Headline, ...], *, base: str) -> str:
    """Return *headlines* as the feed of *paper*."""
    return (_atom if paper.format == "atom" else _rss)(paper, headlines, base)


def _link(paper: Paper, headline: Headline, base: str) -> str:
    return f"{base}/{paper.id}/{headline.at:%Y-%m-%d-%H%M}"


def _rss(paper: Paper, headlines: tuple[Headline, ...], base: str) -> str:
    items = "".join(
        f"<item><title>{escape(h.title)}</title><link>{_link(paper, h, base)}</link>"
        f"<guid>{_link(paper, h, 'tag:demo')}</guid><pubDate>{format_datetime(h.at)}</pubDate>"
        f"<description>{escape(h.summary)}</description></item>"
        for h in headlines
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>{escape(paper.title)}</title><link>{base}</link><language>{paper.lang}</language>"
        f"<description>demo</description>{items}</channel></rss>"
    )


def _atom(paper: Paper, headlines: tuple[Headline, ...], base: str) -> str:
    entries = "".join(
        f"<entry><title>{escape(h.title)}</title><id>{_link(paper, h, 'tag:demo')}</id>"
        f'<link href="{_link(paper, h, base)}"/><updated>{_iso(h.at)}</updated><published>{_iso(h.at)}</published>'
        f"<summary>{escape(h.summary)}</summary></entry>"
        for h in headlines
    )
    newest = _iso(headlines[0].at) if headlines else "2025-01-01T00:00:00+00:00"
    return (
        f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{paper.lang}">'
        f"<title>{escape(paper.title)}</title><id>tag:demo:{paper.id}</id><updated>{newest}</updated>{entries}</feed>"
    )


def _iso(at: datetime) -> str:
    return at.isoformat()
