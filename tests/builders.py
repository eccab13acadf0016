"""Builders: a valid value with everything filled in, so that a test shows only what matters to it."""

import math
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from alerts.alert import Alert, Cause, Line, Sighting
from alerts.system import Standing, SystemWarning
from indicators.assessments import Assessment
from indicators.bands import WarningLevel, band_of
from indicators.events import Event
from indicators.items import Item
from indicators.matcher import Match
from indicators.parsing import parse_assessment
from indicators.publishers import Grade, Publisher, Reliability
from indicators.rules import Count, Indicator, Where, Why

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
START = datetime(2026, 1, 1, tzinfo=UTC)
SHIPPED = Path(__file__).parent.parent / "indicators" / "assessments"

WIRE = Publisher(family="wire", reliability=Reliability.B)
DAILY = Publisher(family="daily", reliability=Reliability.C)


def days(n: float) -> timedelta:
    """Return that many days."""
    return timedelta(days=n)


def an_item(title: str = "A report", **changes: Any) -> Item:
    """Return an item published at noon and fetched five minutes later."""
    values: dict[str, Any] = {
        "id": changes.pop("id", title),
        "source": "wire",
        "title": title,
        "published": NOON,
        "fetched": changes.get("published", NOON) or NOON,
    }
    return Item(**(values | changes))


def a_match(indicator: str = "convoy_attack", *, item: Item | None = None, **changes: Any) -> Match:
    """Return a counting match of a B-graded wire report at Kolokani."""
    values: dict[str, Any] = {
        "indicator": indicator,
        "item": item or an_item(),
        "publisher": WIRE,
        "evidence": (),
        "places": ("kolokani",),
    }
    return Match(**(values | changes))


def an_event(indicator: str, when: datetime, *, place: str = "kolokani", **changes: Any) -> Event:
    """Return an event of value 1 (one B3 report) at *when*."""
    match = a_match(indicator, item=an_item(f"{indicator} {when} {place}", published=when), places=(place,))
    values: dict[str, Any] = {
        "id": f"{indicator}/{place}/{when.isoformat()}",
        "indicator": indicator,
        "place": place,
        "day": when.date(),
        "when": when,
        "reports": (match,),
        "grade": Grade(reliability=Reliability.B, credibility=3),
    }
    return Event(**(values | changes))


def an_indicator(name: str = "convoy_attack", **changes: Any) -> Indicator:
    """Return an indicator with a week's window, thresholds 1/3/6 and a half-life of 14 days."""
    count = Count(
        window_days=changes.pop("window_days", 7),
        thresholds=changes.pop("thresholds", (1, 3, 6)),
        half_life_days=changes.pop("half_life_days", 14),
        baseline=changes.pop("baseline", 0.0),
    )
    values: dict[str, Any] = {
        "id": name,
        "name": {"en": name, "fr": name},
        "group": "supply",
        "why": Why(statements=("S1",)),
        "match": "convoy",
        "where": Where(region="anywhere"),
        "count": count,
        "effects": {"coup": ["VL", "U"]},
    }
    return Indicator.model_validate(values | changes)


@cache
def mali() -> Assessment:
    """Return the shipped assessment."""
    path = SHIPPED / "mali-2025-12.yaml"
    assessment, problems = parse_assessment(path.read_text("utf-8"), name=path.name)
    assert assessment is not None, "\n".join(map(str, problems))
    return assessment


def small(**changes: Any) -> str:
    """Return the text of a small valid assessment; keyword arguments replace whole top-level blocks."""
    blocks = dict(_SMALL)
    blocks.update(changes)
    return (
        "\n".join(
            f"{key}: {value.strip()}" if "\n" not in value.strip() else f"{key}:\n{value.rstrip()}"
            for key, value in blocks.items()
        )
        + "\n"
    )


_SMALL: dict[str, str] = {
    "schema": "watcher-assessment/1",
    "id": "small",
    "version": '"1"',
    "title": "{en: Small, fr: Petite}",
    "author": "tests",
    "as_of": "2026-01-01",
    "review_by": "2026-04-01",
    "country": "ML",
    "marking": "TLP:GREEN",
    "statements": "  S1: A coup is unlikely.\n  S2: Attacks on convoys go on.",
    "places": "  - {id: bamako, lat: 12.6392, lon: -8.0029, country: ML, names: [Bamako]}\n"
    "  - {id: kolokani, lat: 13.5728, lon: -8.0339, country: ML, names: [Kolokani]}\n"
    "  - {id: gao, lat: 16.2717, lon: -0.0447, country: ML, names: [Gao]}",
    "countries": "  ML: {names: [Mali, malien*, malian*]}",
    "regions": "  near: {within_km: 150, of: bamako}\n  mali: {countries: [ML]}\n  anywhere: {anywhere: true}",
    "actors": "  jnim: {any: [JNIM, GSIM], en: [jihadist*], fr: [jihadist*, djihadist*]}",
    "concepts": "  convoy: {en: [convoy*, tanker*], fr: [convoi*, citerne*]}\n"
    "  attack: {en: [attack*, ambush*], fr: [attaqu*, embuscade*]}\n"
    "  officer: {en: [officer*], fr: [officier*]}\n"
    "  arrest: {en: [arrest*], fr: [arret*, arrestation*]}",
    "groups": "[supply, officers]",
    "scenarios": "  - id: coup\n"
    "    name: {en: Coup, fr: Coup}\n"
    "    horizon_days: 90\n"
    "    impact: extreme\n"
    "    resolves: An overt attempt by soldiers to unseat the government.\n"
    "    prior: {p: 0.12, term: very unlikely, basis: inferred, statements: [S1]}\n"
    "  - id: blockade\n"
    "    name: {en: Blockade goes on, fr: Le blocus continue}\n"
    "    horizon_days: 90\n"
    "    impact: high\n"
    "    resolves: Three or more attacks on convoys in the last thirty days.\n"
    "    prior: {p: 0.62, term: likely, basis: stated, statements: [S2]}",
    "indicators": "  - id: convoy_attack\n"
    "    name: {en: Convoy attack, fr: Attaque de convoi}\n"
    "    group: supply\n"
    "    why: {statements: [S2], because: It is the blockade.}\n"
    '    match: "@convoy NEAR/12 @attack"\n'
    '    not: "title:film"\n'
    "    where: {region: near}\n"
    "    count: {of: event, window_days: 7, thresholds: [1, 3, 6], half_life_days: 14}\n"
    "    effects: {blockade: [VL, U]}\n"
    "    proof:\n"
    "      must_match: [Convoy ambushed near Kolokani]\n"
    "      must_not_match: [Convoy ambushed near Gao]\n"
    "  - id: officer_unrest\n"
    "    name: {en: Officer unrest, fr: Agitation des officiers}\n"
    "    group: officers\n"
    "    why: {statements: [S1], because: Officers make coups.}\n"
    '    match: "@officer NEAR/8 @arrest"\n'
    "    where: {region: mali}\n"
    "    count: {of: event, window_days: 30, thresholds: [1, 2, 4], half_life_days: 45}\n"
    "    effects: {coup: [VL, U]}\n"
    "    proof:\n"
    "      must_match: [Officers arrested in Bamako]\n"
    "      must_not_match: [Officers promoted in Bamako]",
}

# small() writes a block of one line behind its key, so these two are flow mappings.
_SMALL |= {
    "countries": "{ML: {names: [Mali, malien*, malian*]}}",
    "actors": "{jnim: {any: [JNIM, GSIM], en: [jihadist*], fr: [jihadist*, djihadist*]}}",
}


def a_small_assessment(**changes: Any) -> Assessment:
    """Return the small assessment as an object; keyword arguments replace blocks as in :func:`small`."""
    assessment, problems = parse_assessment(small(**changes), name="small.yaml")
    assert assessment is not None, "\n".join(map(str, problems))
    return assessment


def a_cause(name: str = "Officer unrest", nats: float = 0.99, **changes: Any) -> Cause:
    """Return a ledger row that moved an outlook, named in both languages unless *fr* is empty."""
    french = changes.pop("fr", f"{name} (fr)")
    values: dict[str, Any] = {
        "kind": "indicator",
        "source": "officer_unrest",
        "name": {"en": name} | ({"fr": french} if french else {}),
        "nats": nats,
        "odds_factor": math.exp(nats),
        "level": "level 3",
    }
    return Cause(**(values | changes))


def a_sighting(title: str = "Officers arrested in Bamako", **changes: Any) -> Sighting:
    """Return an event as evidence: graded B2, reported twice, with a link."""
    values: dict[str, Any] = {
        "event": "e1",
        "indicator": "officer_unrest",
        "name": {"en": "Officer unrest", "fr": "Agitation des officiers"},
        "place": "Bamako",
        "day": "2026-01-02",
        "dated": True,
        "grade": "B2",
        "title": title,
        "source": "wire",
        "families": ("daily", "wire"),
        "url": "https://news.example/1",
        "reports": 2,
    }
    return Sighting(**(values | changes))


def an_alert(*, before: float = 0.12, after: float = 0.24, **changes: Any) -> Alert:
    """Return an alert of a coup question that rose from *before* to *after*, with everything in it."""
    line = Line(
        key="coup",
        name={"en": "Coup attempt", "fr": "Tentative de coup"},
        before=before,
        after=after,
        low=0.17,
        high=0.36,
        band_before=band_of(before),
        band_after=changes.pop("band_after", band_of(after)),
        deadline=datetime(2026, 4, 4, tzinfo=UTC),
        happened=changes.pop("happened", None),
    )
    values: dict[str, Any] = {
        "id": "0123456789abcdef",
        "assessment": "small",
        "version": "1",
        "title": {"en": "Small", "fr": "Petite"},
        "marking": "TLP:AMBER",
        "scenario": "coup",
        "at": datetime(2026, 1, 4, 6, 30, tzinfo=UTC),
        "level_before": 0,
        "level_after": 2,
        "reasons": ("warning level up",),
        "line": line,
        "causes": (a_cause(),),
        "other_nats": 0.0,
        "evidence": (a_sighting(),),
        "more_events": 0,
        "against": (a_cause("Fuel", -0.2, source="fuel", level="quiet"),),
        "missing": ({"en": "Gunfire", "fr": "Tirs"},),
        "families": ("daily", "wire"),
        "coverage": 0.85,
        "degraded": False,
        "review_by": "2026-04-01",
    }
    return Alert(**(values | changes))


def a_system_warning(**changes: Any) -> SystemWarning:
    """Return a warning about a source that fell silent, with everything in it."""
    values: dict[str, Any] = {
        "id": "sys-1",
        "about": "source wire",
        "at": datetime(2026, 1, 4, 6, 30, tzinfo=UTC),
        "since": datetime(2026, 1, 4, 4, 0, tzinfo=UTC),
        "standing": Standing.RAISED,
        "urgency": WarningLevel.ADVISORY,
        "headline": {"en": "Source wire is failing", "fr": "La source wire est en panne"},
        "details": ({"en": "wire: timed out, 3 polls in a row", "fr": "wire : pas de réponse, 3 fois de suite"},),
        "meaning": {
            "en": "What only wire reports is not seen.",
            "fr": "Ce que wire est seule à dire n'est pas vu.",
        },
        "next_step": {"en": "watcher sources test wire", "fr": "watcher sources test wire"},
    }
    return SystemWarning(**values | changes)


OFFICERS = "officers"
"""Stands for a report of arrested officers instead of an attack."""


def a_report(name: str, at: datetime, place: str = "Kolokani", **changes: Any) -> Item:
    """Return a report of an attack near *place*, or of :data:`OFFICERS`, that came in as it was published."""
    values: dict[str, Any] = {
        "id": name,
        "source": "wire",
        "title": "Officers arrested in Bamako" if place == OFFICERS else f"Convoy ambushed near {place}",
        "lang": "en",
        "published": at,
        "fetched": at,
    }
    return Item(**(values | changes))
