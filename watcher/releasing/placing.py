"""Placing: where a client's sites and roads lie, by the names that an assessment's gazetteer knows."""

from collections.abc import Iterable, Iterator

from alerts.clients import Client, position
from alerts.drafts.exposure import Placed
from indicators.concepts import TermError
from indicators.places import Gazetteer, Point, distance_km

NEAR_KM = 25.0
"""Places of one name that lie this near each other are one place."""


def placed(client: Client, gazetteer: Gazetteer) -> Placed:
    """Return where the sites and roads of *client* lie; what cannot be placed is named with the reason."""
    lines: dict[str, tuple[Point, ...]] = {}
    unplaced: dict[str, str] = {}
    for name, spots in _spots(client):
        found = [(spot, _point(spot, gazetteer)) for spot in spots]
        missing = [spot for spot, point in found if point is None]
        if missing:
            unplaced[name] = f"{', '.join(missing)}: no place, or more than one, of that name; write its degrees"
        else:
            lines[name] = tuple(point for _, point in found if point is not None)
    return Placed(lines=lines, unplaced=unplaced)


def _spots(client: Client) -> Iterator[tuple[str, Iterable[str]]]:
    yield from ((site.name, (site.at,)) for site in client.sites)
    yield from ((road.name, road.via) for road in client.roads)


def _point(spot: str, gazetteer: Gazetteer) -> Point | None:
    """Return the one point that *spot* can mean: a town nobody could confuse, or degrees."""
    written = position(spot)
    if written is not None:
        return written
    try:
        meaning = gazetteer.meanings(spot)
    except TermError:
        return None
    points = [(c.lat, c.lon) for c in meaning.candidates] if meaning is not None else []
    alike = points and all(distance_km(points[0], other) <= NEAR_KM for other in points)
    return points[0] if alike else None
