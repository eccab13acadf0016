"""``/audit``: who did what, when and why, newest first, and whether the record is as it was written."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from watcher.overseeing.recorded import in_words, record_page, told_of
from watcher.web.site import Site
from watcher.web.visits import Reading

PAGE = 50
"""Entries on one page."""

_LONGEST = 80


def router(site: Site) -> APIRouter:
    """Return the route, over the audit of *site*'s plant."""
    routes = APIRouter()

    @routes.get("/audit")
    async def show(
        visit: Reading,
        who: str = "",
        what: str = "",
        since: str = "",
        until: str = "",
        before: str = "",
        check: str = "",
    ) -> HTMLResponse:
        zone = visit.language.zone
        begin, end = _day(since, zone), _day(until, zone)
        found = await site.ask(
            record_page,
            limit=PAGE,
            before=int(before) if before.isascii() and before.isdecimal() and len(before) < len(str(10**15)) else None,
            since=begin,
            until=end + timedelta(days=1) if end is not None else None,
            who=who.strip()[:_LONGEST],
            what=what.strip()[:_LONGEST],
            check=bool(check),
        )
        return visit.page(
            "audit.html.j2",
            found=found,
            told=lambda entry: {name: in_words(value) for name, value in told_of(entry).items()},
            asked={"who": who, "what": what, "since": since if begin else "", "until": until if end else ""},
            older=found.entries[-1][0] if found.more and found.entries else None,
        )

    return routes


def _day(written: str, zone: str) -> datetime | None:
    """Return the beginning of a day on the reader's clocks; ``None`` for what is no day."""
    try:
        return datetime.combine(date.fromisoformat(written), time(), tzinfo=ZoneInfo(zone))
    except ValueError:
        return None
