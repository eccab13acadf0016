"""Calendars: who is on call as an iCalendar file (RFC 5545), and overrides read from one. Pure, text in, text out.

Only what a swap needs is read: events with a beginning, an end and a title. What repeats is refused, never
guessed: a rota repeats, an override does not.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from alerts.rotas import Duty, Override
from alerts.spans import at_local

_FOLD = 75
"""Bytes of a line, RFC 5545 §3.1; a longer one goes on in the next after a blank."""

_NOT_READ = ("RRULE", "RDATE", "RECURRENCE-ID", "DURATION")


class CalendarError(ValueError):
    """A calendar that cannot be taken, with the event that is wrong and what to write instead."""


def calendar_of(duties: Iterable[Duty], *, now: datetime) -> str:
    """Return *duties* as a calendar; each span is an event named after who is on, a hole after that nobody is."""
    lines: list[str] = []
    for duty in duties:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{duty.rota}-{duty.start:%Y%m%dT%H%M%SZ}@watcher",
            f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART:{duty.start.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTEND:{duty.end.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"SUMMARY:{_escaped(duty.person or 'NOBODY ON CALL')}",
            f"DESCRIPTION:{_escaped(duty.hole or f'On call: rota {duty.rota}')}",
            "END:VEVENT",
        ]
    return _calendar(lines, product="On call")


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day that somebody has to keep; ``key`` names it the same each time, so that a calendar moves it."""

    key: str
    day: date
    title: str
    detail: str = ""


def calendar_of_days(days: Iterable[Day], *, now: datetime) -> str:
    """Return *days* as a calendar; each is an event of the whole day, and takes nobody's time."""
    lines: list[str] = []
    for one in days:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_escaped(one.key)}@watcher",
            f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{one.day + timedelta(days=1):%Y%m%d}",
            "TRANSP:TRANSPARENT",
            f"SUMMARY:{_escaped(one.title)}",
            f"DESCRIPTION:{_escaped(one.detail)}",
            "END:VEVENT",
        ]
    return _calendar(lines, product="Days to keep")


def _calendar(lines: Iterable[str], *, product: str) -> str:
    whole = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//Watcher//{product}//EN", *lines, "END:VCALENDAR"]
    return "".join(f"{part}\r\n" for line in whole for part in _folded(line))


def overrides_in(text: str, *, rota: str, zone: str, who: str, why: str) -> tuple[Override, ...]:
    """Return the events of the calendar *text* as overrides of *rota*; times without a zone are local to *zone*.

    One that was cancelled is none.

    Raises :class:`CalendarError` for a text that is no calendar, and for an event that cannot be one override.
    """
    if not re.match(r"\s*BEGIN:VCALENDAR", text, re.IGNORECASE):
        raise CalendarError("this is no iCalendar file: it does not begin with BEGIN:VCALENDAR")
    found = tuple(
        _override(event, number, rota=rota, zone=zone, who=who, why=why)
        for number, event in enumerate(_events(text), 1)
        if event.get("STATUS", ("", ""))[1].strip().upper() != "CANCELLED"
    )
    if not found:
        raise CalendarError("no event stands in it")
    return found


def _override(event: dict[str, tuple[str, str]], number: int, *, rota: str, zone: str, who: str, why: str) -> Override:
    for name in _NOT_READ:
        if name in event:
            instead = "write a beginning and an end" if name == "DURATION" else "write each time as an event of its own"
            raise CalendarError(f"event {number}: {name} is not read; {instead}")
    missing = [name for name in ("DTSTART", "DTEND", "SUMMARY") if name not in event]
    if missing:
        raise CalendarError(f"event {number}: it has no {' and no '.join(missing)}")
    start, end = (_moment(*event[name], zone=zone, event=number) for name in ("DTSTART", "DTEND"))
    if end <= start:
        raise CalendarError(f"event {number}: it ends before it begins")
    person = _unescaped(event["SUMMARY"][1]).strip()
    return Override(rota=rota, person=person, start=start, end=end, who=who, why=why)


def _events(text: str) -> Iterator[dict[str, tuple[str, str]]]:
    """Yield the properties of each event by name: parameters and value. An alarm inside one is passed over."""
    event: dict[str, tuple[str, str]] | None = None
    inside = 0
    for line in re.sub(r"\r?\n[ \t]", "", text).splitlines():
        head, _, value = line.partition(":")
        name = head.partition(";")[0].upper()
        if name == "BEGIN" and value.upper() == "VEVENT":
            event, inside = {}, 0
        elif name == "END" and value.upper() == "VEVENT" and event is not None:
            yield event
            event = None
        elif name in ("BEGIN", "END"):
            inside += 1 if name == "BEGIN" else -1
        elif event is not None and inside == 0:
            event.setdefault(name, (head.partition(";")[2], value))


def _moment(parameters: str, value: str, *, zone: str, event: int) -> datetime:
    """A date alone begins at midnight on the clocks of the zone."""
    named = re.search(r'TZID="?([^";]+)', parameters, re.IGNORECASE)
    there = named[1] if named else zone
    if there not in available_timezones():
        raise CalendarError(f"event {event}: the zone {there!r} is not known; write times in UTC, ending in Z")
    try:
        if re.fullmatch(r"\d{8}", value):
            day = date(int(value[:4]), int(value[4:6]), int(value[6:]))
            return at_local(datetime.combine(day, time(0)), time(0), there)
        moment = datetime.strptime(value, "%Y%m%dT%H%M%SZ" if value.endswith("Z") else "%Y%m%dT%H%M%S")  # noqa: DTZ007 - its zone is put to it below
    except ValueError:
        raise CalendarError(f"event {event}: {value[:40]!r} is no time; write 20260301T180000Z") from None
    return moment.replace(tzinfo=UTC if value.endswith("Z") else ZoneInfo(there)).astimezone(UTC)


def _escaped(text: str) -> str:
    return re.sub(r"([\\;,])", r"\\\1", text).replace("\n", "\\n")


def _unescaped(text: str) -> str:
    return re.sub(r"\\([\\;,])", r"\1", text.replace("\\n", " ").replace("\\N", " "))


def _folded(line: str) -> Iterator[str]:
    """Yield *line* in pieces of at most 75 bytes, never within a letter."""
    piece, size = "", 0
    for letter in line:
        wide = len(letter.encode())
        if size + wide > _FOLD:
            yield piece
            piece, size = " ", 1
        piece, size = piece + letter, size + wide
    yield piece
