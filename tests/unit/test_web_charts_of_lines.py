"""Pictures of lines, levels and places: they add up, say themselves in words, and no name breaks out of them."""

import json
import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.bands import ICD_203
from indicators.decisions import Point
from indicators.levels import Level, Span
from indicators.outlooks import Estimate, Row, RowKind, logit, points, probability
from tests.builders import an_event, mali
from watcher.showing.ground import ground
from watcher.showing.history import Figure, History
from watcher.showing.line_dossier import Tie, TieKind
from watcher.store.outlooks import LevelSince
from watcher.web.charts.axis import Axis
from watcher.web.charts.coast import outlines
from watcher.web.charts.gauge import gauge
from watcher.web.charts.ground_map import ground_map, view_of
from watcher.web.charts.strip import stretches, strip
from watcher.web.charts.tie_graph import NARROW as NARROW_GRAPH
from watcher.web.charts.tie_graph import WIDE as WIDE_GRAPH
from watcher.web.charts.tie_graph import Node, nodes_of, tie_graph
from watcher.web.charts.timeline import NARROW, WIDE, timeline
from watcher.web.charts.waterfall import together, waterfall
from watcher.web.languages import language

NOON = datetime(2025, 11, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
EVIL = '"><script>alert(1)</script>'
EN, FR = language("en"), language("fr")


@given(st.lists(st.floats(-400, 400), min_size=1, max_size=30), st.randoms())
def test_rounded_together_they_add_up(values: list[float], luck: object) -> None:
    """To the total, each less than one away from where it was, where the total is theirs rounded."""
    del luck
    total = round(sum(values))
    found = together(values, total)
    assert sum(found) == total
    assert all(abs(one - value) <= 1 + 1e-6 for one, value in zip(found, values, strict=True))


@given(st.floats(0.01, 0.99), st.lists(st.floats(-2, 2), max_size=12))
def test_a_waterfall_goes_from_the_prior_to_the_figure(prior: float, nats: list[float]) -> None:
    """Whatever the ledger, the tenths that are printed add up to the change that is printed."""
    p = probability(logit(prior) + sum(nats))
    rows = tuple(Row(kind=RowKind.INDICATOR, source=f"i{n}", nats=one) for n, one in enumerate(nats))
    estimate = Estimate(key="x", prior=prior, p=p, low=p, high=p, rows=rows)
    found = waterfall(estimate, points(rows, prior, p))
    assert found.begin + sum(fall.tenths for fall in found.falls) == found.end
    assert {fall.row for fall in found.falls} == set(rows)
    sizes = [abs(fall.row.nats) for fall in found.falls]
    assert sizes == sorted(sizes, reverse=True)


def _history(**changes: object) -> History:
    told = History(
        key="coup",
        name=EVIL,
        assessment="mali",
        moves_are="automatic",
        since=NOON,
        until=NOON + 60 * DAY,
        judged=NOON + 50 * DAY,
        scale=ICD_203,
        machine=(Figure(at=NOON - DAY, p=0.1), Figure(at=NOON + 20 * DAY, p=0.62)),
        analyst=(Point(at=NOON, p=0.1),),
        moves=(),
        decisions=(),
        rulings=(),
        events=tuple(an_event("coup_event", NOON + n * DAY / 96) for n in range(800)),
    )
    return replace(told, **changes)  # type: ignore[arg-type] # a builder


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_a_timeline_holds_both_lines_within_its_frame(size: object) -> None:
    """The machine's ends where it was last judged, the analyst's goes on; events too near to tell are one mark."""
    drawn = timeline(_history(), size, names={"en": EVIL}, lang=EN)  # type: ignore[arg-type] # one of two
    root = ET.fromstring(str(drawn))
    assert "<script>" not in str(drawn)
    assert root.get("aria-label", "").startswith(EVIL)
    assert "62 %" in root.get("aria-label", "")
    machine = next(p for p in root.iter("path") if p.get("class") == "line").get("d", "")
    analyst = next(p for p in root.iter("path") if p.get("class") == "line2").get("d", "")
    end, last = float(machine.rpartition("H")[2]), float(analyst.rpartition("H")[2])
    assert end < last <= drawn.width
    ticks = [r for r in root.iter("rect") if r.get("class") == "tick"]
    assert 1 < len(ticks) < 120
    assert any("…" in (tick.findtext("title") or "") for tick in ticks)


def test_a_timeline_without_figures_is_drawn_all_the_same() -> None:
    """A line that was never judged has nothing but the analyst's prior."""
    drawn = str(timeline(_history(machine=(), events=()), WIDE, names={"fr": "Coup"}, lang=FR))
    assert "presque aucune chance" in drawn
    assert "10 %" in drawn


def _levels() -> list[LevelSince]:
    shown = (Level.NOT_YET_DUE, Level.QUIET, Level.LEVEL_1, Level.LEVEL_3, Level.NOT_OBSERVABLE, Level.REFUTED)
    return [LevelSince(at=NOON + 10 * n * DAY, level=one, count=n, activation=0) for n, one in enumerate(shown)]


def test_a_strip_tells_every_state_without_colour() -> None:
    """Height, pattern or letter differ for each, so that nobody has to see red; its words say them all."""
    drawn = strip(
        _levels(),
        since=NOON,
        until=NOON + 60 * DAY,
        lang=EN,
        width=960,
        name="w",
        events=[an_event("x", NOON + 12 * DAY)],
        blind=[Span(start=NOON + 40 * DAY, end=None)],
    )
    root = ET.fromstring(str(drawn))
    assert [t.text for t in root.iter("text") if "letter" in t.get("class", "")] == ["…", "1", "3", "?", "×"]
    assert {r.get("fill") for r in root.iter("rect")} >= {"url(#w-blind)", "url(#w-refuted)"}
    heights = [float(r.get("height", 0)) for r in root.iter("rect") if r.get("class", "").startswith("level")]
    assert heights == sorted(heights)
    assert len(set(heights)) == 3
    for word in ("not yet due", "quiet", "level 1", "level 3", "not observable", "refuted"):
        assert word in root.get("aria-label", "")


def test_stretches_fill_the_time_that_is_shown() -> None:
    """They meet one another, begin with what stood before, and end today."""
    found = list(stretches(_levels(), NOON + 15 * DAY, NOON + 55 * DAY))
    assert (found[0].start, found[0].level) == (NOON + 15 * DAY, Level.QUIET)
    assert found[-1].end == NOON + 55 * DAY
    assert all(a.end == b.start for a, b in pairwise(found))
    assert list(stretches([], NOON, NOON + DAY)) == []


def test_an_empty_strip_says_so() -> None:
    """No judgement is no calm."""
    assert "No level was judged" in str(strip([], since=NOON, until=NOON + DAY, lang=EN, width=380, name="n"))


@given(st.floats(-5, 1e6), st.lists(st.floats(0, 1e6), min_size=3, max_size=3))
def test_a_gauge_keeps_within_its_frame(count: float, thresholds: list[float]) -> None:
    """Whatever is counted."""
    root = ET.fromstring(str(gauge(count, sorted(thresholds), lang=EN)))
    assert all(0 <= float(r.get("width", 0)) <= 380 for r in root.iter("rect"))


@given(st.integers(1, 4_000), st.integers(200, 1_200))
def test_an_axis_writes_no_more_days_than_fit(length: int, width: int) -> None:
    """From a day to ten years, on a phone and on a wall."""
    axis = Axis(since=NOON, until=NOON + length * DAY, left=0, right=width)
    written = list(axis.days())
    assert 1 <= len(written) <= width / 64 + 2
    assert axis.x(NOON - DAY) == 0
    assert axis.x(NOON + (length + 1) * DAY) == width


def test_a_map_leads_to_its_events_and_escapes_their_places(tmp_path: Path) -> None:
    """A place that a feed called by a piece of HTML is text, and each circle is a link with a name."""
    square = [[[-12.0, 10.0], [-4.0, 10.0], [-4.0, 16.0], [-12.0, 16.0], [-12.0, 10.0]]]
    far = [[[100.0, 10.0], [104.0, 10.0], [104.0, 16.0], [100.0, 10.0]]]
    features = [{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": one}} for one in (square, far)]
    atlas = tmp_path / "land.geojson"
    atlas.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    events = [an_event("x", NOON, place="bamako"), an_event("x", NOON, place="12.00,-8.00")]
    where = ground(mali(), events)
    where = replace(where, spots=tuple(replace(s, name=EVIL) for s in where.spots))
    drawn = str(
        ground_map(where, width=900, height=500, leads_to=lambda s: f"/events/{s.events[0].id}", atlas=atlas, lang=EN)
    )
    assert "<script>" not in drawn
    root = ET.fromstring(drawn)
    links = [a.get("href", "") for a in root.iter("a")]
    assert sorted(links) == sorted(f"/events/{e.id}" for e in events)
    assert len([p for p in root.iter("path") if p.get("class") == "land"]) == 1, (
        "the land that is out of sight is not drawn"
    )
    for circle in root.iter("circle"):
        assert 0 < float(circle.get("cx", 0)) < 900
        assert 0 < float(circle.get("cy", 0)) < 500


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"features": 1}', '{"features": [{"geometry": null}]}', '{"features": [1]}']
)
def test_a_base_map_that_cannot_be_read_leaves_the_events(tmp_path: Path, text: str) -> None:
    """No coast is drawn; nothing else is missing."""
    path = tmp_path / "land.geojson"
    path.write_text(text, "utf-8")
    assert outlines(path) == ()
    assert outlines(None) == ()
    assert outlines(tmp_path / "nothing") == ()


def test_a_map_of_nothing_shows_the_places_that_are_watched() -> None:
    """And one event alone is seen with what lies around it."""
    nothing, one = ground(mali(), ()), ground(mali(), [an_event("x", NOON, place="bamako")])
    west, south, east, north = view_of(nothing, 900, 500).box
    assert all(west < m.point[1] < east and south < m.point[0] < north for m in nothing.landmarks)
    box = view_of(one, 900, 500).box
    assert box[2] - box[0] >= 2.5
    whole = view_of(replace(nothing, landmarks=()), 900, 500).box
    assert whole == (-180.0, -60.0, 180.0, 75.0)


@pytest.mark.parametrize("width", [WIDE_GRAPH, NARROW_GRAPH])
def test_what_a_line_hangs_together_with_is_drawn_apart(width: float) -> None:
    """Each other line once, whatever ties it; no box leaves the drawing or lies on another; a name is text."""
    hostile = "</text><script>alert(1)</script> " + "with a name that takes more than one line " * 2
    link = Tie(kind=TieKind.LINK, key="b", name={"en": "B"}, p=0.2, p_if=0.9, otherwise=0.1, nats=math.log(1.5))
    ceiling = Tie(kind=TieKind.CEILING, key="b", name={"en": "B"}, p=0.2)
    floors = [Tie(kind=TieKind.FLOOR, key=f"f{n}", name={"en": hostile}, p=0.1) for n in range(5)]
    above = nodes_of([link, ceiling], leads_to=lambda key: f"/scenarios/a/{key}", lang=language("en"))
    below = nodes_of(floors, leads_to=lambda key: f"/scenarios/a/{key}", lang=language("en"))
    assert [(one.sign, one.is_bound) for one in (*above, below[0])] == [("×1.5 ≥", False), ("≤", True)]
    drawing = tie_graph(Node(name=hostile, figure="10 %"), above, below, width=width, lang=language("en"))
    assert "<script" not in drawing.__html__()
    drawn = ET.fromstring(drawing.__html__())
    assert [a.get("href") for a in drawn.iter("a")] == ["/scenarios/a/b", *(f"/scenarios/a/f{n}" for n in range(5))]
    boxes = [[float(str(r.get(k))) for k in ("x", "y", "width", "height")] for r in drawn.iter("rect")]
    assert len(boxes) == 7
    for x, y, wide, tall in boxes:
        assert x >= 0
        assert y >= 0
        assert x + wide <= drawing.width
        assert y + tall <= drawing.height
    for (x, y, wide, tall), (x2, y2, wide2, tall2) in combinations(boxes, 2):
        assert x + wide <= x2 or x2 + wide2 <= x or y + tall <= y2 or y2 + tall2 <= y
