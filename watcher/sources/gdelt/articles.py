"""One line of GDELT's Global Knowledge Graph (GKG 2.1) and the item it becomes: an article, where it plays, its themes.

The file has 27 columns, separated by tabs, without a heading. Places and themes are found by a machine; the title is
the page's own, in the article's language.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape

from indicators.items import Item, item_id
from indicators.language.languages import settled
from indicators.language.text import one_line
from watcher.sources.fields import link_of, on_the_globe, plausible, title_of
from watcher.sources.gdelt.events import NAME_LIMIT, Events, Wanted, lines_of, moment_of

COLUMNS = 27
MOST_THEMES = 20

_ID, _DATE, _OUTLET, _LINK, _THEMES, _LOCATIONS, _TRANSLATION, _EXTRAS = 0, 1, 3, 4, 7, 9, 25, 26
_ID_FORM = re.compile(r"\d{14}-T?\d+")
_TITLE = re.compile(r"<PAGE_TITLE>(.*?)</PAGE_TITLE>", re.DOTALL)
_LANGUAGE = re.compile(r"srclc:([a-z]{3})")
_TWO_LETTERS = {"ara": "ar", "eng": "en", "fra": "fr", "por": "pt", "rus": "ru", "spa": "es", "ukr": "uk"}
_LOCATION_PARTS = 7
_WHOLE_COUNTRY = "1"


def articles_in(export: bytes, wanted: Wanted, *, source: str, now: datetime) -> Events:
    """Read a file of articles; those of which a place lies in a wanted country are kept, other lines are counted."""
    items: dict[str, Item] = {}
    articles = unread = 0
    for line in lines_of(export):
        row = line.split("\t")
        if len(row) != COLUMNS or not _ID_FORM.fullmatch(row[_ID]):
            unread += 1
            continue
        articles += 1
        places = [place for place in _places(row) if place[2] in wanted.countries]
        if places:
            item = _item(row, places, source=source, now=now)
            items.setdefault(item.id, item)
    return Events(items=tuple(items.values()), events=articles, unread=unread)


def _places(row: list[str]) -> Iterator[list[str]]:
    """Yield the places of an article: kind, name, country (FIPS), first-order unit, latitude, longitude, its number."""
    for told in row[_LOCATIONS].split(";"):
        parts = told.split("#")
        if len(parts) >= _LOCATION_PARTS:
            yield parts


def _item(row: list[str], places: list[list[str]], *, source: str, now: datetime) -> Item:
    added = moment_of(row[_DATE], "%Y%m%d%H%M%S")
    found = _TITLE.search(row[_EXTRAS])
    outlet = one_line(row[_OUTLET], limit=NAME_LIMIT)
    themes = tuple(dict.fromkeys(one_line(t, limit=80).casefold() for t in row[_THEMES].split(";") if t))[:MOST_THEMES]
    title = title_of(unescape(found[1])) if found else ""
    nearest = next((place for place in places if place[0] != _WHOLE_COUNTRY), places[0])
    lat, lon = _position(nearest)
    said = _LANGUAGE.search(row[_TRANSLATION])
    return Item(
        id=item_id(source, guid=row[_LINK] or row[_ID]),
        source=source,
        title=title or f"Article of {outlet or 'an outlet'} ({one_line(nearest[1], limit=NAME_LIMIT)})",
        fetched=now,
        published=added if added and plausible(added, now=now) else None,
        url=link_of(row[_LINK]),
        summary=f"An article of {outlet}; place and themes were found by a machine.",
        lang=settled(_TWO_LETTERS.get(said[1]) if said else "en", title),
        lat=lat,
        lon=lon,
        place=one_line(nearest[1], limit=NAME_LIMIT),
        codes=tuple(f"gkg:{theme}" for theme in themes),
    )


def _position(place: list[str]) -> tuple[float | None, float | None]:
    if place[0] == _WHOLE_COUNTRY:
        return None, None
    try:
        return on_the_globe(float(place[4]), float(place[5]))
    except ValueError:
        return None, None
