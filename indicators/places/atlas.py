"""Atlas: a larger gazetteer than an assessment has, as a value. Reading it from files is the shell's part."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

MOST_OF_A_COUNTRY = 20_000
"""Places; of a country with more, the largest are used, so that no file makes a matcher huge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtlasPlace:
    """A place of a larger gazetteer. ``key`` is its number there; the first of ``names`` is shown.

    Unlike a place of the assessment it is never sure by its name alone.
    """

    key: str
    lat: float
    lon: float
    country: str
    names: tuple[str, ...]
    population: int = 0

    @property
    def id(self) -> str:
        """How events and alerts name it: ``Bandiagara, ML``."""
        return f"{self.names[0]}, {self.country}"


@dataclass(frozen=True, slots=True)
class Atlas:
    """Extra places for one or more countries; by itself empty."""

    places: tuple[AtlasPlace, ...] = ()

    def of(self, countries: Collection[str]) -> tuple[AtlasPlace, ...]:
        """Return the places of *countries*, the largest first; of each country at most 20,000."""
        wanted = [p for p in self.places if p.country in countries]
        wanted.sort(key=lambda p: (-p.population, p.key))
        left = dict.fromkeys(countries, MOST_OF_A_COUNTRY)
        kept: list[AtlasPlace] = []
        for place in wanted:
            left[place.country] -= 1
            if left[place.country] >= 0:
                kept.append(place)
        return tuple(kept)


NO_ATLAS = Atlas()
"""What a gazetteer has where nobody gives it more: the assessment's own places."""


def joined(atlases: Iterable[Atlas]) -> Atlas:
    """Return one atlas of all *atlases*; a place that several have by the same key is taken from the first."""
    places: dict[str, AtlasPlace] = {}
    for atlas in atlases:
        for place in atlas.places:
            places.setdefault(place.key, place)
    return Atlas(tuple(places.values()))
