"""GeoJSON (RFC 7946) of events: degrees east first, then north; what nobody can place has no geometry and stays in."""

from collections.abc import Iterable
from typing import Any

from watcher.web.api.events import EventDocument


def features(events: Iterable[EventDocument]) -> dict[str, Any]:
    """Return *events* as a collection of features, each with all that the API tells of it."""
    return {"type": "FeatureCollection", "features": [_feature(event) for event in events]}


def _feature(event: EventDocument) -> dict[str, Any]:
    is_placed = event.lat is not None and event.lon is not None
    return {
        "type": "Feature",
        "id": f"{event.assessment} {event.id}",
        "geometry": {"type": "Point", "coordinates": [event.lon, event.lat]} if is_placed else None,
        "properties": event.model_dump(mode="json", exclude={"lat", "lon"}),
    }
