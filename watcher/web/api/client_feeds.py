"""``/api/v1/client/feeds`` and its calendar: what was released to one client, for the programs of that client."""

from collections.abc import Iterator
from typing import Annotated, Literal
from xml.etree.ElementTree import Element

from fastapi import APIRouter, Query
from pydantic import Field

from alerts.calendars import Day, calendar_of_days
from alerts.layouts.apart import OwnLayouts
from alerts.messages import render, subject_lines
from watcher.assessments import in_force
from watcher.releasing.for_clients import ClientView, SeenLine, SeenNotice
from watcher.store import Connection
from watcher.web.api.atom import Entry, feed
from watcher.web.api.cap import message
from watcher.web.api.cap_of_notices import said_by_notice
from watcher.web.api.client import ask
from watcher.web.api.documents import Wanted
from watcher.web.api.feeds import Atom, Calendar, sender_of
from watcher.web.api.routes import PREFIX, routes_of
from watcher.web.site import Site
from watcher.web.visits import OfAClient

MOST = 50
"""Notices of one feed: the words of each are laid out anew, in every language that the client reads."""

Lang = Literal["en", "fr"]


class NoticeFeedQuery(Wanted):
    """Which notices a feed has, the newest first."""

    limit: int = Field(20, ge=1, le=MOST, description="Entries of the feed.")
    lang: Lang = Field("en", description="The language, if your contacts read it; else theirs.")


class DaysQuery(Wanted):
    """In which language the days are named."""

    lang: Lang = "en"


def router(site: Site) -> APIRouter:
    """Return the routes, over what *site*'s plant released."""
    routes = routes_of("client")
    own, base = site.plant.layouts, site.web.base_url

    @routes.get("/client/feeds/notices.atom", summary="Your notices as Atom 1.0", response_class=Atom)
    async def get_notice_feed(visit: OfAClient, asked: Annotated[NoticeFeedQuery, Query()]) -> Atom:
        entries = await ask(site, visit, lambda view, _: [_told(one, view, asked, own) for one in _seen(view, asked)])
        return Atom(_feed(entries, base, asked, "notices.atom"))

    @routes.get("/client/feeds/notices.cap.atom", summary="Your notices as CAP 1.2 in Atom", response_class=Atom)
    async def get_notice_cap_feed(visit: OfAClient, asked: Annotated[NoticeFeedQuery, Query()]) -> Atom:
        entries = await ask(site, visit, lambda view, c: _messages(c, view, asked, own, base))
        return Atom(_feed(entries, base, asked, "notices.cap.atom"))

    @routes.get("/client/calendars/dates.ics", summary="When you are told again", response_class=Calendar)
    async def get_client_calendar(visit: OfAClient, asked: Annotated[DaysQuery, Query()]) -> Calendar:
        lines = await ask(site, visit, lambda view, c: view.outlook(in_force(c, site.plant.settings.assessments)))
        return Calendar(calendar_of_days([day for line in lines for day in _days(line, asked.lang)], now=visit.now))

    return routes


def _seen(view: ClientView, asked: NoticeFeedQuery) -> tuple[SeenNotice, ...]:
    return view.notices(limit=asked.limit)


def _told(seen: SeenNotice, view: ClientView, asked: NoticeFeedQuery, own: OwnLayouts | None) -> Entry:
    """Return one notice as an entry, in the words that its mail had."""
    spoken = view.language(asked.lang)
    text = render(seen.notice, lang=spoken, own=own, with_page=False).text
    return _entry(seen, line=subject_lines(seen.notice)[spoken], text=text)


def _messages(
    connection: Connection, view: ClientView, asked: NoticeFeedQuery, own: OwnLayouts | None, base: str
) -> list[Entry]:
    sender, spoken = sender_of(connection), view.client.languages or (asked.lang,)
    entries = []
    for seen in _seen(view, asked):
        before = view.notice(seen.notice.supersedes) if seen.notice.supersedes else None
        cap = message(said_by_notice(seen, before, langs=spoken, own=own), sender=sender, base=base)
        line = subject_lines(seen.notice)[view.language(asked.lang)]
        entries.append(_entry(seen, line=line, text=line, message=cap))
    return entries


def _entry(seen: SeenNotice, *, line: str, text: str, message: Element | None = None) -> Entry:
    notice = seen.notice
    return Entry(
        id=f"urn:watcher:notice:{notice.id}",
        at=seen.at,
        line=line,
        text=text,
        kind=notice.kind,
        level=None if notice.facts_only or notice.recalls else notice.level,
        marking=notice.marking,
        path=f"/client/notices/{notice.id}",
        message=message,
    )


def _feed(entries: list[Entry], base: str, asked: NoticeFeedQuery, name: str) -> bytes:
    title = "Watcher : vos avis" if asked.lang == "fr" else "Watcher: your notices"
    return feed(entries, title=title, base=base, path=f"{PREFIX}/client/feeds/{name}", lang=asked.lang)


_NEXT = {"en": "You are told again: {name}", "fr": "Prochain avis : {name}"}
_HORIZON = {"en": "Horizon ends: {name}", "fr": "Fin de l'horizon : {name}"}


def _days(line: SeenLine, lang: str) -> Iterator[Day]:
    """Return the days of what the client was told last of a line; of what events alone are told, no horizon."""
    if line.last is None or line.last.notice.next_update is None:
        return
    notice, key = line.last.notice, f"{line.assessment.id}-{line.forecast.key}"
    name = line.forecast.name.get(lang) or next(iter(line.forecast.name.values()))
    detail, again = f"{subject_lines(notice)[lang]} ({notice.marking})", line.last.notice.next_update.date()
    yield Day(key=f"told-{key}", day=again, title=_NEXT[lang].format(name=name), detail=detail)
    if not line.facts_only and not notice.facts_only and not notice.judgement.gone:
        ends = notice.judgement.deadline.date()
        yield Day(key=f"horizon-{key}", day=ends, title=_HORIZON[lang].format(name=name), detail=detail)
