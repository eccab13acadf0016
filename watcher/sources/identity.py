"""Who is who in one document: looked at as a whole, because some publishers give every entry the same guid."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from indicators.items import Item, item_id


def identified(drafts: Iterable[tuple[str, Item]]) -> list[Item]:
    """Give each draft (its guid, and an item without an id) the strongest identity it shares with no other."""
    distinct = list(dict.fromkeys(drafts))
    guids = Counter(guid for guid, _ in distinct)
    links = Counter(item.url for _, item in distinct)
    headings = Counter((item.title, item.published) for _, item in distinct)
    return [
        replace(
            item,
            id=item_id(
                item.source,
                guid=guid if guids[guid] == 1 else "",
                url=item.url if links[item.url] == 1 else "",
                title=item.title if headings[item.title, item.published] == 1 else _whole(item),
                published=item.published,
            ),
        )
        for guid, item in distinct
    ]


def _whole(item: Item) -> str:
    return f"{item.title}\0{item.url}\0{item.summary}\0{item.content}"
