"""Item: one report as its source published it."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from indicators.links import canonical

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One report, as its source published it.

    Times are aware. ``published`` is ``None`` when the source gave no date or an impossible one:
    an undated item is undated, never "now". ``fetched`` is when we first saw it, and ``occurred`` when what
    it reports happened, where a source says so apart (an event record, a CAP alert).
    ``summary`` and ``content`` are plain text (markup is taken off at the door).
    ``lang`` is a lower-case ISO 639-1 code or ``None``; ``codes`` are event codes the source gave
    (``acled:battles``, see :mod:`indicators.codes`) and ``actors`` whom it names as taking part.
    """

    id: str
    source: str
    title: str
    fetched: datetime
    published: datetime | None = None
    occurred: datetime | None = None
    url: str = ""
    summary: str = ""
    content: str = ""
    lang: str | None = None
    lat: float | None = None
    lon: float | None = None
    place: str = ""
    codes: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("fetched", "published", "occurred"):
            moment = getattr(self, name)
            if moment is not None and moment.tzinfo is None:
                raise ValueError(f"item {self.id}: {name} needs a time zone")

    @property
    def dated(self) -> bool:
        """Whether the source's own date, of the happening or of the report, can be believed."""
        return self._believed(self.occurred) or self._believed(self.published)

    @property
    def when(self) -> datetime:
        """The time on which the report counts: of the happening, else its own date, else our receipt."""
        for moment in (self.occurred, self.published):
            if moment is not None and self._believed(moment):
                return min(moment, self.fetched)  # a source's clock may be ahead: nothing is told before it happens
        return self.fetched

    def _believed(self, moment: datetime | None) -> bool:
        return moment is not None and _EARLIEST <= moment <= self.fetched + _AHEAD


def item_id(source: str, *, guid: str = "", url: str = "", title: str = "", published: datetime | None = None) -> str:
    """Return a stable identity for a report of *source*: its guid, else its link, else title and date.

    Of the link only what makes the page counts: tracking and the screen it was made for may change.
    """
    if guid:
        own = f"guid\0{guid}"
    elif url:
        own = f"url\0{canonical(url)}"
    else:
        own = f"text\0{title}\0{published.isoformat() if published else ''}"
    return hashlib.sha256(f"{source}\0{own}".encode("utf-8", "replace")).hexdigest()[:24]
