"""Coast: the outlines of countries (Natural Earth, built by ``make assets``), read once for the maps drawn here."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

Ring = tuple[tuple[float, float], ...]
"""Longitude and latitude, as GeoJSON has them."""

Box = tuple[float, float, float, float]
"""West, south, east, north, in degrees."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One closed line with the box around it."""

    ring: Ring
    box: Box

    def meets(self, other: Box) -> bool:
        """Whether the boxes overlap."""
        west, south, east, north = self.box
        return west <= other[2] and east >= other[0] and south <= other[3] and north >= other[1]


@cache
def outlines(path: Path | None) -> tuple[Outline, ...]:
    """Return every outline of a GeoJSON file; none where it was not built or cannot be read."""
    if path is None:
        return ()
    try:
        features = json.loads(path.read_text("utf-8"))["features"]
        return tuple(outline for feature in features for outline in _of(feature["geometry"]))
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def _of(shape: Any) -> Iterator[Outline]:
    kind = shape["type"] if shape else ""
    several = [shape["coordinates"]] if kind == "Polygon" else shape["coordinates"] if kind == "MultiPolygon" else []
    for polygon in several:
        yield from (_outline(tuple((lon, lat) for lon, lat in ring)) for ring in polygon if ring)


def _outline(ring: Ring) -> Outline:
    lons, lats = [lon for lon, _ in ring], [lat for _, lat in ring]
    return Outline(ring, (min(lons), min(lats), max(lons), max(lats)))
