"""Whereabouts: what an item says about where, and which names in it were not believed."""

from dataclasses import dataclass

from indicators.documents import Hit


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A place an item names (or its own coordinates), and where in the text it says so."""

    place: str
    lat: float
    lon: float
    country: str
    hit: Hit | None = None
    off_km: float = 0.0
    """So far from the point, in a direction that the text does not say (*300 km from Bamako*)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceDoubt:
    """A name that an item has and that was not taken for a place: which name, where, and why not."""

    name: str
    why: str
    hit: Hit

    def __str__(self) -> str:
        return f"{self.name}: {self.why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Everything an item says about where: places in reading order, and countries by name."""

    places: tuple[Located, ...]
    countries: frozenset[str]
    pinned: bool = False
    """The source gave coordinates: they win over names in the text."""
    doubtful: tuple[PlaceDoubt, ...] = ()
    """Names that may be places and were refused, in reading order; at most a handful are kept."""
