"""Exposure: how far reported events are from a client's sites and roads. Distances and nothing more."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from alerts.clients import Client
from alerts.notices.notice import Exposure
from alerts.worded import Names
from indicators.places import Point, distance_km, distance_to_line_km

FARTHEST_KM = 500.0
"""An event farther away says nothing about a site; then it is said that none is near."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spotted:
    """An event with where it lies, for measuring from."""

    name: Names
    place: str
    day: str
    point: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where a client's sites and roads lie: one point for a site, several for a road."""

    lines: Mapping[str, Sequence[Point]]
    """By name; what could not be placed is missing."""
    unplaced: Mapping[str, str] = field(default_factory=dict)
    """What could not be placed, and why, for whoever releases."""


def exposures_of(client: Client, placed: Placed, events: Iterable[Spotted]) -> tuple[Exposure, ...]:
    """Return, for each site and road of *client* that has a place, its nearest event within 500 km, the nearest first.

    Distances are straight lines to the place that a report names, in km.
    """
    known = tuple(events)
    found = [_nearest(name, placed.lines[name], road, known) for name, road in _named(client) if name in placed.lines]
    return tuple(sorted(found, key=lambda e: (e.km is None, e.km or 0.0, e.name)))


def _named(client: Client) -> Iterable[tuple[str, bool]]:
    yield from ((site.name, False) for site in client.sites)
    yield from ((road.name, True) for road in client.roads)


def _nearest(name: str, line: Sequence[Point], road: bool, events: Sequence[Spotted]) -> Exposure:
    away = [(_away(event.point, line), n, event) for n, event in enumerate(events)]
    near = min((one for one in away if one[0] <= FARTHEST_KM), default=None)
    if near is None:
        return Exposure(road=road, name=name)
    km, _, event = near
    return Exposure(road=road, name=name, km=km, what=event.name, place=event.place, day=event.day)


def _away(point: Point, line: Sequence[Point]) -> float:
    return distance_to_line_km(point, line) if len(line) > 1 else distance_km(point, line[0])
