"""Where events happened and what is watched, as points and outlines."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.places.distance import Point, distance_km, distance_to_line_km, point_at
from indicators.publishers import Grade, Reliability
from tests.builders import a_match as matched
from tests.builders import an_event, an_item, mali
from watcher.showing.ground import circle, corridor, ground

NOON = datetime(2025, 11, 1, 12, tzinfo=UTC)
BAMAKO: Point = (12.6392, -8.0029)


def inside(point: Point, ring: tuple[Point, ...]) -> bool:
    """Even-odd rule on the flat: good enough for outlines of a few hundred kilometres."""
    crossings = 0
    for (lat1, lon1), (lat2, lon2) in pairwise(ring):
        if (lat1 > point[0]) != (lat2 > point[0]):
            crossings += point[1] < lon1 + (point[0] - lat1) / (lat2 - lat1) * (lon2 - lon1)
    return crossings % 2 == 1


@given(st.floats(0, 1), st.floats(-1.8, 1.8), st.booleans())
def test_the_outlines_of_a_corridor_hold_what_the_rule_holds(along: float, off: float, beyond: bool) -> None:
    """A point within the width is in one of the outlines, one beyond it in none: the map shows what is watched."""
    line: tuple[Point, ...] = (BAMAKO, (13.89, -8.1), (14.55, -9.18))
    a, b = (line[0], line[1]) if not beyond else (line[1], line[2])
    middle = a[0] + along * (b[0] - a[0]), a[1] + along * (b[1] - a[1])
    point = point_at(middle, abs(off) * 20, 90 if off > 0 else 270)
    away = distance_to_line_km(point, line)
    if abs(away - 20) > 0.5:  # the outline's corners are chords
        assert any(inside(point, ring) for ring in corridor(line, 20)) == (away < 20)


def test_a_circle_is_as_wide_as_it_says() -> None:
    """Every corner lies at the radius, and the outline is closed."""
    ring = circle(BAMAKO, 150)
    assert ring[0] == ring[-1]
    assert all(distance_km(BAMAKO, corner) == pytest.approx(150) for corner in ring)


def test_events_stand_at_their_places_and_the_placeless_are_not_lost() -> None:
    """By the file, by a report's own position, by coordinates as a name; a country or nowhere can only be listed."""
    report = matched(item=an_item("An attack"), places=("Bandiagara, ML",), spot=(14.35, -3.61))
    events = [
        an_event("convoy_attack_bamako", NOON, place="kolokani"),
        an_event("convoy_attack_bamako", NOON.replace(day=2), place="kolokani"),
        an_event("bamako_incident", NOON, place="Bandiagara, ML", reports=(report,)),
        an_event("bamako_incident", NOON, place="13.50,-2.25"),
        an_event("bamako_incident", NOON, place="ML"),
        an_event("bamako_incident", NOON, place=""),
        an_event("bamako_incident", NOON, place="Somewhere, ML"),
        an_event("bamako_incident", NOON, place="nan,inf"),
    ]
    found = ground(mali(), events)
    placed = {spot.place: (spot.name, spot.point, len(spot.events)) for spot in found.spots}
    kolokani = next(p for p in mali().places if p.id == "kolokani")
    assert placed["kolokani"] == (kolokani.names[0], (kolokani.lat, kolokani.lon), 2)
    assert placed["Bandiagara, ML"][1] == (14.35, -3.61)
    assert placed["13.50,-2.25"][1] == (13.5, -2.25)
    assert {spot.place for spot in found.unplaced} == {"ML", "", "Somewhere, ML", "nan,inf"}
    assert next(s.name for s in found.unplaced if s.place == "ML") == mali().countries["ML"].names[0]
    assert sum(len(s.events) for s in (*found.spots, *found.unplaced)) == len(events)
    newest = next(spot for spot in found.spots if spot.place == "kolokani").events[0]
    assert newest.when == NOON.replace(day=2)


def test_areas_are_those_that_indicators_are_watched_in() -> None:
    """Circles and corridors have an outline and the indicators that ask for them, through the regions they make up."""
    found = {area.id: area for area in ground(mali(), ()).areas}
    circles = {name for name, region in mali().regions.items() if region.within_km is not None}
    corridors = {name for name, region in mali().regions.items() if region.width_km is not None}
    assert set(found) == circles | corridors
    assert all(found[name].line for name in corridors)
    for name, area in found.items():
        direct = {i.id for i in mali().indicators if i.where.region == name}
        assert direct <= set(area.watched_by)
    assert any(
        set(area.watched_by) - {i.id for i in mali().indicators if i.where.region == name}
        for name, area in found.items()
    )
    assert [a.id for a in ground(mali(), (), regions=["bamako_core"]).areas] == ["bamako_core"]


def test_more_places_than_can_be_shown_are_counted() -> None:
    """The newest are shown; how many are left out is said."""
    grade = Grade(reliability=Reliability.B, credibility=3)
    events = [an_event("x", NOON, place=f"{n / 100:.2f},1.00", grade=grade) for n in range(410)]
    found = ground(mali(), events)
    assert (len(found.spots), found.left_out) == (400, 10)
