"""GeoJSON feeds of events: one feature, one report with its place. Knows GDACS, USGS and EONET by their names."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, ClassVar, Literal

from pydantic import Field

from watcher.sources.exchange import poll_document
from watcher.sources.faults import Fault, SourceError
from watcher.sources.field_maps import FieldMap, ListError, harvest_records, records_at
from watcher.sources.http import Http, Response
from watcher.sources.json_documents import document_of, fetched_of
from watcher.sources.options import Options, Shows, options_of
from watcher.sources.records import Harvest
from watcher.sources.shapes import MOST_POINTS, Middle, Point, largest, middle_of_ring
from watcher.sources.source import Fetched, SourceSettings, Validators

GENERAL: FieldMap = {
    "id": "id || properties.id",
    "title": "properties.title || properties.headline || properties.name",
    "summary": "properties.description || properties.summary",
    "url": "properties.url || properties.link",
    "published": "properties.updated || properties.published || properties.date",
    "occurred": "properties.time || properties.date",
    "place": "properties.place",
}
"""What features are called in many a feed (USGS and EONET among them)."""

GDACS: FieldMap = {
    "id": "join('', [properties.eventtype, to_string(properties.eventid)])",
    "title": "properties.name || properties.description",
    "summary": "properties.severitydata.severitytext",
    "content": "properties.description",
    "url": "properties.url.report",
    "published": "properties.datemodified",
    "occurred": "properties.fromdate",
    "place": "properties.country",
    "codes": "[properties.eventtype, properties.alertlevel]",
}
"""GDACS: an event keeps its id through all its episodes, so a new episode is a revision of the same report."""

_DEEPEST = 8


class GeoJsonOptions(Options):
    """``preset``: whose names are used. ``map``: fields that stand elsewhere, as JMESPath on one feature."""

    shows: ClassVar[Shows] = Shows.CURRENT
    for_anybody: ClassVar[bool] = True

    preset: Literal["general", "gdacs"] = "general"
    map: FieldMap = Field(default_factory=dict)
    scheme: str = Field(default="", pattern="^[a-z0-9_-]*$", max_length=20)


class GeoJsonSource:
    """A kind of source: one GeoJSON FeatureCollection behind one address."""

    options = GeoJsonOptions

    async def fetch(self, settings: SourceSettings, http: Http, validators: Validators, now: datetime) -> Fetched:
        """Poll the address once, asking only for what changed since *validators*."""
        options = options_of(GeoJsonOptions, settings.options, source=settings.id)
        read = partial(read_features, options=options, settings=settings.bare, now=now)
        accept = {"Accept": "application/geo+json, application/json;q=0.9"}
        return await poll_document(settings, http, validators, now, read=read, headers=accept)


def read_features(answer: Response, *, options: GeoJsonOptions, settings: SourceSettings, now: datetime) -> Fetched:
    """Turn the answer into items; raises :class:`SourceError` where it is no FeatureCollection."""
    document = document_of(answer.body, source=settings.id)
    collection = document.value
    if not isinstance(collection, dict) or collection.get("type") != "FeatureCollection":
        raise SourceError(settings.id, Fault.NOT_A_FEED, "looks like JSON, but not like a FeatureCollection of GeoJSON")
    try:
        features = records_at("features", ({"features": []} if document.cut else {}) | collection)
    except ListError as error:
        raise SourceError(settings.id, Fault.NOT_A_FEED, f"GeoJSON without its list: {error}") from None
    gdacs = options.preset == "gdacs"
    if gdacs:
        # Beside the point of each event the list may hold its outlines: the same event, not another one.
        features = [f for f in features if not isinstance(f, dict) or _type_of(f) in {"Point", ""}]
    expressions: FieldMap = {**(GDACS if gdacs else GENERAL), "lat": "lat", "lon": "lon", **options.map}
    harvest = Harvest(source=settings.id, language=settings.lang, now=now)
    placed = [_placed(feature) for feature in features]
    harvest_records(placed, expressions, harvest, at="features", scheme=options.scheme or ("gdacs" if gdacs else ""))
    return fetched_of(harvest, answer.body, cut=document.cut)


def _type_of(feature: dict[str, Any]) -> str:
    geometry = feature.get("geometry")
    return str(geometry.get("type", "")) if isinstance(geometry, dict) else ""


def _placed(feature: Any) -> Any:
    """Return *feature* with ``lat`` and ``lon`` beside its properties: of its point, or of its largest shape."""
    if not isinstance(feature, dict):
        return feature
    middle = _middle(feature.get("geometry"))
    return feature | {"lat": middle.lat if middle else None, "lon": middle.lon if middle else None}


def _middle(geometry: Any) -> Middle | None:
    try:
        return largest(middle_of_ring(ring) for ring in islice(_rings(geometry), MOST_POINTS))
    except (TypeError, ValueError, LookupError, OverflowError):
        return None  # coordinates that are none: the report stays, without a place


def _rings(geometry: Any, depth: int = 0) -> Iterator[Iterator[Point]]:
    """Yield the corners of each shape in *geometry*, of a polygon its outer ring."""
    if not isinstance(geometry, dict) or depth > _DEEPEST:
        return
    kind, at = geometry.get("type"), geometry.get("coordinates") or []
    if kind == "GeometryCollection":
        for part in geometry.get("geometries") or []:
            yield from _rings(part, depth + 1)
    elif kind == "Point":
        yield _corners([at])
    elif kind in {"LineString", "MultiPoint"}:
        yield _corners(at)
    elif kind in {"Polygon", "MultiLineString"}:
        yield from (_corners(ring) for ring in (at[:1] if kind == "Polygon" else at))
    elif kind == "MultiPolygon":
        yield from (_corners(polygon[0]) for polygon in at if polygon)


def _corners(ring: Any) -> Iterator[Point]:
    return ((float(corner[1]), float(corner[0])) for corner in ring)
