"""Language: the fixed words of the pages, and how moments and numbers are written. The only file here that knows babel.

English is the text itself; what a language says instead stands in ``words/<code>/*.po``, one file a page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, get_timezone_name
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations

from indicators.bands import percent

CODES = ("en", "fr")
WORDS = Path(__file__).parent / "words"

MARKERS: Mapping[str, Any] = {"_": None, "gettext": None, "ngettext": (1, 2), "say": None, "says": None, "words": None}
"""The calls whose first argument is a fixed text of ours."""

_PLURALS = "nplurals=2; plural=(n > 1);"
_LOCALES = {"en": "en_GB", "fr": "fr_FR"}
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def words(text: str) -> str:
    """Mark *text* as one of the fixed texts where it stands apart from the page that says it; returns it as it is."""
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language with a time zone: everything that a page writes for its reader."""

    code: str
    zone: str
    translations: NullTranslations

    def says(self, text: str, **values: object) -> str:
        """Return the fixed *text* in this language, with *values* for its ``%(name)s``."""
        told = self.translations.gettext(text) if text else ""
        return told % values if values else told

    def counts(self, one: str, many: str, number: int) -> str:
        """Return *one* or *many*, as this language counts, with ``%(num)s`` filled in."""
        return self.translations.ngettext(one, many, number) % {"num": self.number(number)}

    def name(self, names: Mapping[str, str]) -> str:
        """Return the name in this language from an assessment's names, else the English, else any."""
        return names.get(self.code) or names.get("en") or next(iter(names.values()), "")

    def percent(self, p: float) -> str:
        """Return a probability in whole per cent, never 0 or 100."""
        return percent(p, self.code)

    def share(self, part: float) -> str:
        """Return a share that is no probability in whole per cent, 0 and 100 among them."""
        return f"{100 * part:.0f} %"

    def number(self, value: float, places: int = 0) -> str:
        """Return a number with at most so many decimal *places*."""
        return format_decimal(round(value, places), locale=_LOCALES[self.code])

    def fixed(self, value: float, places: int, *, signed: bool = False) -> str:
        """Return a number with exactly so many decimal *places*; *signed*: with its sign, but for 0."""
        told = format_decimal(abs(value), format=f"0.{'0' * places}", locale=_LOCALES[self.code])
        if float(f"{value:.{places}f}") == 0:
            return told
        return f"−{told}" if value < 0 else f"+{told}" if signed else told

    def moment(self, at: datetime | None) -> str:
        """Return date, time of day and the zone's name; a dash for what never was."""
        if at is None:
            return "–"
        local = at.astimezone(ZoneInfo(self.zone))
        return f"{format_datetime(local, 'd MMM y, HH:mm', locale=_LOCALES[self.code])} {self.zone_name(at)}"

    def clock(self, at: datetime) -> str:
        """Return the time of day and the zone's name."""
        local = at.astimezone(ZoneInfo(self.zone))
        return f"{format_time(local, 'HH:mm', locale=_LOCALES[self.code])} {self.zone_name(at)}"

    def day(self, at: date | datetime | None) -> str:
        """Return a date; of a moment, the day it is in the reader's zone."""
        if at is None:
            return "–"
        local = at.astimezone(ZoneInfo(self.zone)).date() if isinstance(at, datetime) else at
        return format_date(local, "d MMM y", locale=_LOCALES[self.code])

    def short_day(self, at: datetime) -> str:
        """Return day and month of a moment, for the edge of a chart."""
        return format_date(at.astimezone(ZoneInfo(self.zone)).date(), "d MMM", locale=_LOCALES[self.code])

    def zone_name(self, at: datetime) -> str:
        """Return how the reader's time zone is called at that moment: UTC, CET, GMT."""
        local = at.astimezone(ZoneInfo(self.zone))
        return get_timezone_name(local, width="short", locale=_LOCALES["en"])

    def span(self, length: timedelta) -> str:
        """Return a length of time by its two largest units: ``3 d 4 h``, ``12 min``."""
        seconds = int(abs(length.total_seconds()))
        day = "j" if self.code == "fr" else "d"
        if seconds >= _DAY:
            days, hours = divmod(seconds // _HOUR, 24)
            return f"{days} {day} {hours} h" if hours and days < _FEW_DAYS else f"{days} {day}"
        hours, minutes = divmod(seconds // _MINUTE, 60)
        return f"{hours} h {minutes} min" if hours else f"{minutes} min"


_FEW_DAYS = 7


def language(code: str, zone: str = "UTC") -> Language:
    """Return the language *code* (English where there is none) for a reader in *zone*."""
    known = code if code in CODES else "en"
    return Language(code=known, zone=zone or "UTC", translations=_translations(known))


def preferred(accepted: str) -> str:
    """Return the code of ours that an ``Accept-Language`` header likes best."""
    wanted: list[tuple[float, int, str]] = []
    for number, part in enumerate(accepted.split(",")[:20]):
        tag, _, weight = part.strip().partition(";q=")
        code = tag.split("-")[0].lower()
        if code in CODES:
            wanted.append((-_weight(weight), number, code))
    return min(wanted)[2] if wanted else "en"


def _weight(written: str) -> float:
    try:
        return float(written) if written else 1.0
    except ValueError:
        return 0.0


@cache
def _translations(code: str) -> NullTranslations:
    if code == "en":
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, catalog(code))
    compiled.seek(0)
    return Translations(compiled)


def catalog(code: str) -> Catalog:
    """Return everything that *code* says, of all its files in one."""
    whole = Catalog(locale=Locale(code))
    # The way of counting that the files are written in: what babel knows by itself has a third form, for millions.
    whole.mime_headers = [("Content-Type", "text/plain; charset=utf-8"), ("Plural-Forms", _PLURALS)]
    for path in sorted((WORDS / code).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=code, abort_invalid=True):
                if message.id and message.string:
                    whole.add(message.id, message.string, flags=message.flags)
    return whole


def marked() -> set[Any]:
    """Return every fixed text that the pages and their code mark; of a plural its first form."""
    here = Path(__file__).parent
    found: set[Any] = set()
    for folder, method in ((here / "templates" / "desk", "jinja2"), (here, "python")):
        ending = "*.j2" if method == "jinja2" else "*.py"
        told = extract_from_dir(folder, method_map=[("**/" + ending, method), (ending, method)], keywords=dict(MARKERS))
        found |= {message[0] if isinstance(message, tuple) else message for _, _, message, _, _ in told}
    return found
