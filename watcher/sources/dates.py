"""Dates as publishers write them: ISO 8601, mail dates, seconds from 1970, and days whose month stands in words."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from indicators.language.text import fold
from watcher.sources.fields import plausible

_EPOCH = re.compile(r"-?[0-9]{9,13}")
_MILLISECONDS = 100_000_000_000
"""Seconds from 1970 reach this number in the year 5138: whatever is larger counts milliseconds."""

_CLOCK = r"(?:[^\w:]* (?:à |at )?(?P<clock>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)(?: (?P<zone>.*))?)?"
_HALF = re.compile(r"[0-9] ?[ap]\.?m\b", re.IGNORECASE)
_IN_WORDS = tuple(
    re.compile(rf"(?:[^\W\d_]+[.,]* )?{day},? (?P<year>[0-9]{{4}}){_CLOCK}", re.IGNORECASE)
    for day in (
        r"(?P<day>[0-9]{1,2})(?:er)? (?P<month>[^\W\d_]{3,9})\.?",
        r"(?P<month>[^\W\d_]{3,9})\.? (?P<day>[0-9]{1,2})",
    )
)
_MONTHS = (
    ("jan", "january", "janv", "janvier"),
    ("feb", "february", "fev", "fevr", "fevrier"),
    ("mar", "march", "mars"),
    ("apr", "april", "avr", "avril"),
    ("may", "mai"),
    ("jun", "june", "juin"),
    ("jul", "july", "juil", "juillet"),
    ("aug", "august", "aout"),
    ("sep", "sept", "september", "septembre"),
    ("oct", "october", "octobre"),
    ("nov", "november", "novembre"),
    ("dec", "december", "decembre"),
)
"""The names and abbreviations of each month in English and French, folded; that of a mail stands first."""


def moment_of(raw: Any, *, now: datetime, written: str = "") -> datetime | None:
    """Return the date *raw* as a moment, or ``None`` for none, an impossible one, or one that cannot be read.

    A day without a time is its midnight, a time without a zone is UTC. *written* is tried first, if given.
    """
    if raw is None or isinstance(raw, bool | list | dict):
        return None
    text = " ".join(str(raw)[:100].split())
    try:
        moment = _understood(text, written)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        return None
    return moment if plausible(moment, now=now) else None


def _understood(text: str, written: str) -> datetime:
    if written:
        return datetime.strptime(text, written)  # noqa: DTZ007 - the caller adds the zone
    if _EPOCH.fullmatch(text):
        seconds = int(text)
        return datetime.fromtimestamp(seconds / 1000 if abs(seconds) >= _MILLISECONDS else seconds, UTC)
    if _HALF.search(text):
        raise ValueError("a clock of twelve hours, whose half would be passed over")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return parsedate_to_datetime(_as_mail(text) or text)


def _as_mail(text: str) -> str:
    """Return a day whose month is written in words as a mail writes it, or nothing for any other *text*."""
    found = next((match for form in _IN_WORDS if (match := form.fullmatch(text))), None)
    if found is None:
        return ""
    name = fold(found["month"])
    month = next((names[0] for names in _MONTHS if name in names), name)
    return f"{found['day']} {month} {found['year']} {found['clock'] or '00:00'} {found['zone'] or '+0000'}"
