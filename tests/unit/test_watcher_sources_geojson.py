"""GeoJSON: features as reports with their places, GDACS's own among them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from watcher.sources import Fault, Fetched, Response, SourceError, SourceSettings
from watcher.sources.geojson import GeoJsonOptions, read_features

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def read(*features: Any, **options: Any) -> Fetched:
    return read_bytes(json.dumps({"type": "FeatureCollection", "features": list(features)}).encode(), **options)


def read_bytes(body: bytes, **options: Any) -> Fetched:
    settings = SourceSettings(id="wire", url="https://wire.example/events", kind="geojson")
    answer = Response(status=200, headers={}, body=body, url=settings.url)
    return read_features(answer, options=GeoJsonOptions(**options), settings=settings, now=NOON)


def feature(geometry: Any = None, *, number: Any = 1, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "id": number, "geometry": geometry, "properties": {"title": "Flood"} | properties}


def point(lon: Any, lat: Any) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lon, lat]}


def gdacs(geometry: Any, **changes: Any) -> dict[str, Any]:
    """An event in the shape of GDACS's list, of our own making."""
    told = {
        "eventtype": "FL",
        "eventid": 900123,
        "episodeid": 3,
        "name": "Flood in Mali",
        "description": "The Niger left its bed.",
        "alertlevel": "Orange",
        "country": "Mali",
        "fromdate": "2026-02-25T00:00:00",
        "todate": "2026-03-01T00:00:00",
        "datemodified": "2026-03-01T06:30:00",
        "severitydata": {"severity": 0.0, "severitytext": "Magnitude 5", "severityunit": ""},
        "url": {"report": "https://gdacs.example/report?eventid=900123", "details": None},
    }
    return {"type": "Feature", "geometry": geometry, "properties": told | changes}


def test_a_feature_becomes_an_item_with_its_place() -> None:
    """Usual names are known: title, text, link, both times (also as milliseconds), id and point."""
    (item,) = read(
        feature(
            point(-8.0, 12.65),
            description="A river.",
            url="https://wire.example/1",
            time=1772323200000,
            updated="2026-03-01T10:00:00Z",
            place="Bamako",
        )
    ).items
    assert (item.title, item.summary, item.place) == ("Flood", "A river.", "Bamako")
    assert (item.lat, item.lon) == (12.65, -8.0)
    assert item.occurred == datetime(2026, 3, 1, tzinfo=UTC)
    assert item.published == datetime(2026, 3, 1, 10, tzinfo=UTC)


def test_an_event_of_gdacs_keeps_codes_times_and_link() -> None:
    """Kind and alert level become codes that rules can name; it occurred when it began."""
    (item,) = read(gdacs(point(-4.2, 14.5)), preset="gdacs").items
    assert (item.title, item.place, item.codes) == ("Flood in Mali", "Mali", ("gdacs:fl", "gdacs:orange"))
    assert item.summary == "Magnitude 5"
    assert item.occurred == datetime(2026, 2, 25, tzinfo=UTC)
    assert item.published == datetime(2026, 3, 1, 6, 30, tzinfo=UTC)
    assert item.url == "https://gdacs.example/report?eventid=900123"


def test_a_new_episode_of_gdacs_is_the_same_report() -> None:
    """I05: an event that grows worse is a revision, which is judged again, and not a second event."""
    before = read(gdacs(point(-4.2, 14.5)), preset="gdacs").items[0]
    after = read(gdacs(point(-4.1, 14.6), episodeid=4, alertlevel="Red"), preset="gdacs").items[0]
    assert before.id == after.id


def test_the_outline_of_a_gdacs_event_is_no_second_event() -> None:
    """The list holds points and areas of the same events: each event is one report."""
    ring = [[-4, 14], [-4, 15], [-5, 15], [-4, 14]]
    outline = gdacs({"type": "Polygon", "coordinates": [ring]})
    assert len(read(gdacs(point(-4.2, 14.5)), outline, preset="gdacs").items) == 1


@pytest.mark.parametrize(
    ("geometry", "where"),
    [
        ({"type": "Polygon", "coordinates": [[[0, 10], [2, 10], [2, 12], [0, 12], [0, 10]]]}, (11.0, 1.0)),
        ({"type": "MultiPoint", "coordinates": [[0, 10], [2, 12]]}, (11.0, 1.0)),
        ({"type": "LineString", "coordinates": [[0, 10], [2, 12]]}, (11.0, 1.0)),
        ({"type": "GeometryCollection", "geometries": [point(1.0, 11.0)]}, (11.0, 1.0)),
        (
            {
                "type": "MultiPolygon",
                "coordinates": [
                    [[[0, 10], [2, 10], [2, 12], [0, 12], [0, 10]]],
                    [[[30, 0], [30.1, 0], [30.1, 0.1], [30, 0]]],
                ],
            },
            (11.0, 1.0),
        ),
        (None, (None, None)),
        (point("x", None), (None, None)),
        (point(0, 0), (None, None)),
        (point(500, 12), (None, None)),
        ({"type": "Polygon", "coordinates": [[["a"]]]}, (None, None)),
        ({"type": "Polygon", "coordinates": 7}, (None, None)),
    ],
    ids=lambda value: value.get("type", "") if isinstance(value, dict) else "",
)
def test_a_shape_lies_where_its_largest_part_does(geometry: Any, where: tuple[float | None, float | None]) -> None:
    """X12: any geometry has one point or none; nonsense in it costs the place and not the report."""
    (item,) = read(feature(geometry)).items
    assert [item.lat, item.lon] == pytest.approx(list(where))


def test_a_polygon_of_a_million_corners_is_survived() -> None:
    """X12: a shape drawn too finely is read in part and soon."""
    ring = ",".join(["[1.5,11.5],[1.6,11.5],[1.6,11.6]"] * 100_000)
    body = f'{{"type":"FeatureCollection","features":[{{"geometry":{{"type":"Polygon","coordinates":[[{ring}]]}}'
    (item,) = read_bytes(f'{body},"properties":{{"title":"t"}}}}]}}'.encode()).items
    assert item.lat == pytest.approx(11.53, abs=0.05)


def test_a_map_of_the_operators_own_replaces_single_fields() -> None:
    """A feed with other names needs only those that differ."""
    (item,) = read(feature(None, headline_fr="Crue"), map={"title": "properties.headline_fr"}).items
    assert item.title == "Crue"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(b'{"type": "Feature"}', "FeatureCollection", id="one-feature"),
        pytest.param(b'{"type": "FeatureCollection"}', "gives nothing", id="no-list"),
        pytest.param(b'{"type": "FeatureCollection", "features": {}}', "an object, not a list", id="X08-object"),
        pytest.param(b'[{"type": "Feature"}]', "FeatureCollection", id="X08-list"),
    ],
)
def test_what_is_no_collection_is_refused(body: bytes, words: str) -> None:
    """X08, T20: the message says what stands in place of the list."""
    with pytest.raises(SourceError) as failure:
        read_bytes(body)
    assert failure.value.fault is Fault.NOT_A_FEED
    assert words in failure.value.detail


def test_a_bad_feature_is_counted_with_its_place() -> None:
    """I22: a feature without a kind cannot be told apart from others; its neighbour goes on."""
    fetched = read(gdacs(point(1, 2), eventtype=None), gdacs(point(1, 2)), "x", preset="gdacs")
    assert len(fetched.items) == 1
    assert "skipped 2 unreadable records (the first: features[0]: id" in fetched.note
