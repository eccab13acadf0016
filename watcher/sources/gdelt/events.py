"""One line of a GDELT 2.0 events export and the item it becomes.

The export has 61 columns, separated by tabs, without a heading (GDELT Event Database, format 2.0). Events are coded
with CAMEO by a machine that read one article: who did what to whom, where, on which day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from indicators.items import Item, item_id
from indicators.language.text import one_line
from watcher.sources.fields import link_of, on_the_globe, plausible

COLUMNS = 61
WORDS = {
    "01": "Public statement",
    "02": "Appeal",
    "03": "Intent to cooperate",
    "04": "Consultation",
    "05": "Diplomatic cooperation",
    "06": "Material cooperation",
    "07": "Aid",
    "08": "Concession",
    "09": "Investigation",
    "10": "Demand",
    "11": "Disapproval",
    "12": "Rejection",
    "13": "Threat",
    "14": "Protest",
    "15": "Show of force",
    "16": "Reduced relations",
    "17": "Coercion",
    "18": "Assault",
    "19": "Fighting",
    "20": "Mass violence",
}
"""What each root code of CAMEO stands for, in our own short words."""

NAME_LIMIT = 200

_ID, _DAY, _ACTOR1, _ACTOR2, _CODE, _ROOT = 0, 1, 6, 16, 26, 28
_MENTIONS, _SOURCES, _ARTICLES, _TONE = 31, 32, 33, 34
_GEO_TYPE, _PLACE, _COUNTRY, _LAT, _LON, _ADDED, _LINK = 51, 52, 53, 56, 57, 59, 60
_WHOLE_COUNTRY = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which events are kept: those whose action lies in one of *countries* and whose CAMEO root is one of *roots*.

    Countries are FIPS 10-4 codes, as GDELT writes them: Niger is NG and Nigeria NI, Burkina Faso is UV. No roots
    means all twenty.
    """

    countries: frozenset[str]
    roots: frozenset[str] = frozenset()

    def fits(self, row: list[str]) -> bool:
        """Whether the event in *row* is one of them."""
        return row[_COUNTRY] in self.countries and (not self.roots or row[_ROOT] in self.roots)


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """What an export holds: the items wanted, how many events there were, and how many lines are not of this format."""

    items: tuple[Item, ...] = ()
    events: int = 0
    unread: int = 0


def events_in(export: bytes, wanted: Wanted, *, source: str, now: datetime) -> Events:
    """Read an export; a line that is no event is counted and the others go on.

    GDELT publishes some events several times, under new numbers; of those alike in everything else the first is kept.
    """
    items: dict[tuple[str, ...], Item] = {}
    events = unread = 0
    for line in lines_of(export):
        row = line.split("\t")
        if len(row) != COLUMNS or not row[_ID].isdigit() or row[_ROOT] not in WORDS:
            unread += 1
            continue
        events += 1
        if wanted.fits(row):
            alike = tuple(row[n] for n in (_DAY, _ACTOR1, _ACTOR2, _CODE, _PLACE, _LINK))
            items.setdefault(alike, _item(row, source=source, now=now))
    return Events(items=tuple(items.values()), events=events, unread=unread)


def lines_of(export: bytes) -> Iterator[str]:
    """Yield the lines of *export* that hold anything."""
    # Not splitlines(): a name may hold one of the rarer separators that it knows.
    return (line for line in export.decode("utf-8", "replace").replace("\r", "").split("\n") if line)


def _item(row: list[str], *, source: str, now: datetime) -> Item:
    added = moment_of(row[_ADDED], "%Y%m%d%H%M%S")
    day = moment_of(row[_DAY], "%Y%m%d")
    actors = tuple(name for n in (_ACTOR1, _ACTOR2) if (name := one_line(row[n], limit=NAME_LIMIT)))
    place = one_line(row[_PLACE], limit=NAME_LIMIT)
    lat, lon = _position(row)
    told = WORDS[row[_ROOT]] + (f": {' and '.join(actors)}" if actors else "")
    counts = ", ".join(
        f"{one_line(row[n], limit=20)} {what}"
        for n, what in ((_ARTICLES, "articles"), (_SOURCES, "sources"), (_MENTIONS, "mentions"))
    )
    return Item(
        id=item_id(source, guid=row[_ID]),
        source=source,
        title=f"{told} ({place})" if place else told,
        fetched=now,
        published=added if added and plausible(added, now=now) else None,
        occurred=day if day and plausible(day, now=now) else None,
        url=link_of(row[_LINK]),
        summary=f"CAMEO {one_line(row[_CODE], limit=20)}, coded by a machine; {counts}",
        lang="en",
        lat=lat,
        lon=lon,
        place=place,
        codes=(f"cameo:{row[_CODE]}",) if row[_CODE].isdigit() else (f"cameo:{row[_ROOT]}",),
        actors=actors,
    )


def _position(row: list[str]) -> tuple[float | None, float | None]:
    """Return where it happened; an event known by its country alone has no position, not the country's middle."""
    if row[_GEO_TYPE] == _WHOLE_COUNTRY:
        return None, None
    try:
        return on_the_globe(float(row[_LAT]), float(row[_LON]))
    except ValueError:
        return None, None


def moment_of(written: str, form: str) -> datetime | None:
    """Return the time *written* in *form*, in UTC, or ``None`` for anything else."""
    try:
        return datetime.strptime(written, form).replace(tzinfo=UTC)
    except ValueError:
        return None
