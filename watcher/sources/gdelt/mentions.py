"""One line of a GDELT 2.0 mentions file and the item it becomes: one more article that reports an event.

The file has 16 columns, separated by tabs, without a heading. A line names its event by number alone and says neither
what nor where it is: only mentions of events that we know can be told, so the wanted events of a day are remembered.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from pydantic import TypeAdapter, ValidationError

from indicators.items import Item, item_id
from indicators.language.text import one_line
from watcher.sources.fields import link_of, plausible
from watcher.sources.gdelt.events import NAME_LIMIT, Events, lines_of, moment_of

COLUMNS = 16

REMEMBERED = timedelta(days=1)
"""How long after an event was coded its mentions are told; a year-old event is still mentioned now and then."""

MOST_REMEMBERED = 2_000

_ID, _TIME, _TYPE, _OUTLET, _ADDRESS, _CONFIDENCE = 0, 2, 3, 4, 5, 11
_WEB = "1"
_ITEMS = TypeAdapter(tuple[Item, ...])


def mentions_in(export: bytes, events: Mapping[str, Item], *, source: str, now: datetime) -> Events:
    """Read a file of mentions; those of *events* (by the ids of their items) become items, other lines are counted.

    The article by which an event was coded is the event's own, and no mention.
    """
    items: dict[str, Item] = {}
    mentions = unread = 0
    for line in lines_of(export):
        row = line.split("\t")
        if len(row) != COLUMNS or not row[_ID].isdigit() or not row[_TYPE].isdigit():
            unread += 1
            continue
        mentions += 1
        event = events.get(item_id(source, guid=row[_ID]))
        link = link_of(row[_ADDRESS]) if row[_TYPE] == _WEB else ""
        if event is not None and link and link != event.url:
            item = _item(row, event, link, source=source, now=now)
            items.setdefault(item.id, item)
    return Events(items=tuple(items.values()), events=mentions, unread=unread)


def _item(row: list[str], event: Item, link: str, *, source: str, now: datetime) -> Item:
    told = moment_of(row[_TIME], "%Y%m%d%H%M%S")
    outlet = one_line(row[_OUTLET], limit=NAME_LIMIT)
    sure = (
        f", {int(row[_CONFIDENCE])} % sure"
        if row[_CONFIDENCE].isdigit() and len(row[_CONFIDENCE]) <= len("100")
        else ""
    )
    return replace(
        event,
        id=item_id(source, guid=f"{row[_ID]} {link}"),
        fetched=now,
        published=told if told and plausible(told, now=now) else None,
        url=link,
        summary=f"One more article on it, of {outlet or 'an outlet'}; found by a machine{sure}",
    )


def remembered(known: str) -> dict[str, Item]:
    """Return the events that :func:`to_remember` wrote, by id; none for a text that is not ours."""
    if not known:
        return {}
    try:
        return {item.id: item for item in _ITEMS.validate_json(known)}
    except ValidationError:
        return {}


def to_remember(events: Iterable[Item], *, now: datetime) -> str:
    """Return *events* of the last day as text, the newest if they are too many."""
    fresh = [item for item in events if now - (item.published or item.fetched) <= REMEMBERED]
    newest = sorted(fresh, key=lambda item: (item.published or item.fetched, item.id))[-MOST_REMEMBERED:]
    return _ITEMS.dump_json(tuple(newest)).decode()
