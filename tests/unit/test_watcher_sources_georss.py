"""Positions in feeds: GeoRSS and GML as they are written, and one point for each."""

from datetime import UTC, datetime
from math import inf, nan

import pytest

from watcher.sources.feeds import parse_feed
from watcher.sources.shapes import MOST_POINTS, largest, middle_of_circle, middle_of_ring
from watcher.sources.source import SourceSettings

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAMES = (
    'xmlns:georss="http://www.georss.org/georss" xmlns:gml="http://www.opengis.net/gml" '
    'xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#"'
)


def gml(inner: str) -> str:
    return f"<georss:where>{inner}</georss:where>"


PLACED = {
    "point": ("<georss:point>12.6 -8.0</georss:point>", (12.6, -8.0)),
    "point with a comma": ("<georss:point>12.6, -8.0</georss:point>", (12.6, -8.0)),
    "GML point": (gml("<gml:Point><gml:pos>12.6 -8.0</gml:pos></gml:Point>"), (12.6, -8.0)),
    "GML point with a height": (
        gml('<gml:Point srsDimension="3"><gml:pos>12.6 -8.0 300</gml:pos></gml:Point>'),
        (12.6, -8.0),
    ),
    "box": ("<georss:box>12 -9 14 -5</georss:box>", (13.0, -7.0)),
    "GML envelope": (
        gml(
            "<gml:Envelope><gml:lowerCorner>12 -9</gml:lowerCorner>"
            "<gml:upperCorner>14 -5</gml:upperCorner></gml:Envelope>"
        ),
        (13.0, -7.0),
    ),
    "polygon": ("<georss:polygon>12 -9 12 -5 14 -5 14 -9 12 -9</georss:polygon>", (13.0, -7.0)),
    "GML polygon": (
        gml(
            "<gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>12 -9 12 -5 14 -5 14 -9 12 -9</gml:posList>"
            "</gml:LinearRing></gml:exterior></gml:Polygon>"
        ),
        (13.0, -7.0),
    ),
    "line": ("<georss:line>12 -9 14 -5</georss:line>", (13.0, -7.0)),
    "circle": ("<georss:circle>12.6 -8.0 5000</georss:circle>", (12.6, -8.0)),
    "geo": ("<geo:lat>12.6</geo:lat><geo:long>-8.0</geo:long>", (12.6, -8.0)),
}


def position(written: str) -> tuple[float | None, float | None]:
    body = f'<rss version="2.0" {NAMES}><channel><title>t</title><item><title>x</title>{written}</item></channel></rss>'
    settings = SourceSettings(id="wire", url="http://wire.example/feed")
    (item,) = parse_feed(body.encode(), settings=settings, content_type="application/rss+xml", now=NOON).items
    return item.lat, item.lon


@pytest.mark.parametrize(("written", "expected"), PLACED.values(), ids=PLACED.keys())
def test_a_position_becomes_one_point(written: str, expected: tuple[float, float]) -> None:
    """A point is itself; a box, line, polygon, envelope or circle is its middle."""
    assert position(written) == pytest.approx(expected)


@pytest.mark.parametrize(
    "written",
    [
        "<georss:point>0 0</georss:point>",
        "<georss:point>95 200</georss:point>",
        "<georss:point>12</georss:point>",
        "<georss:point>here</georss:point>",
        "<georss:polygon>12 nan 12 -5 14 -5 14 -9 12 -9</georss:polygon>",
        "<georss:circle>12</georss:circle>",
        gml("<gml:Envelope><gml:lowerCorner>12</gml:lowerCorner></gml:Envelope>"),
        "<geo:lat>12.6</geo:lat>",
    ],
)
def test_a_position_that_cannot_be_is_none(written: str) -> None:
    """The report stays, without a place that nobody meant."""
    assert position(written) == (None, None)


def test_the_middle_of_a_ring_is_that_of_its_area() -> None:
    """Many corners on one side do not pull it over."""
    crowded = [(0.0, x / 100) for x in range(101)] + [(1.0, 1.0), (1.0, 0.0)]
    middle = middle_of_ring(crowded)
    assert middle
    assert (middle.lat, middle.lon) == pytest.approx((0.5, 0.5))


def test_a_ring_over_the_date_line_has_its_middle_there() -> None:
    """Not on the other side of the world."""
    middle = middle_of_ring([(0, 179), (2, 179), (2, -179), (0, -179)])
    assert middle
    assert abs(middle.lon) == pytest.approx(180)


def test_a_ring_that_crosses_itself_has_a_middle_within_its_corners() -> None:
    """A figure of eight encloses nothing to have a centre of."""
    middle = middle_of_ring([(0, 0), (2, 2), (0, 2), (2, 0.0)])
    assert middle
    assert 0 <= middle.lat <= 2
    assert 0 <= middle.lon <= 2


@pytest.mark.parametrize("corners", [[], [(nan, 0.0)], [(91.0, 0.0)], [(0.0, 0.0), (0.0, inf)]])
def test_a_ring_off_the_globe_has_no_middle(corners: list[tuple[float, float]]) -> None:
    """Nothing is made up."""
    assert middle_of_ring(corners) is None


def test_x12_an_endless_ring_ends() -> None:
    """X12: so many corners are read and no more."""
    taken = 0

    def endless() -> object:
        nonlocal taken
        while True:
            taken += 1
            yield 1.0 + taken % 2, 2.0

    assert middle_of_ring(endless())  # type: ignore[arg-type]
    assert taken == MOST_POINTS


def test_of_several_shapes_the_largest_says_where() -> None:
    """A point between two areas would lie in neither."""
    small, large = middle_of_circle(1, 1, 5), middle_of_circle(10, 10, 50)
    assert largest([small, None, large]) == large
    assert largest([None]) is None
    assert middle_of_circle(1, 1, nan) is None
