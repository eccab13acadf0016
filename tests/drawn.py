"""Assessments that nobody chose: drawn files, what happened after them, and the day on which we look.

Hypothesis draws the sizes and two seeds; the seeds fill in the rest, ten times faster than drawing it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from indicators.assessments import Assessment
from indicators.bands import ICD_203, band_of
from indicators.evaluation import State, read_all
from indicators.events import Event
from indicators.levels import Reading
from indicators.outlooks import Estimate, Outlook, RowKind, outlook
from indicators.publishers import Grade, Reliability
from tests.builders import START, an_event, days

THOROUGH = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
BRIEFLY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
Written = dict[str, Any]

RATINGS = ["AC", "VL", "L", "E", "U", "VU", "NC"]
SURE, UNSURE = Grade(reliability=Reliability.B, credibility=3), Grade(reliability=Reliability.F, credibility=6)


def a_prior(p: float) -> Written:
    return {"p": p, "term": ICD_203[band_of(p)].terms["en"], "basis": "inferred", "statements": ["S1"]}


def a_question(name: str, p: float, **more: Any) -> Written:
    rule = "Two people read the reports and rule on it."
    return {
        "id": name,
        "name": name,
        "horizon_days": 90,
        "impact": "high",
        "resolves": rule,
        "prior": a_prior(p),
        **more,
    }


def a_link(parent: str, p_parent: float, p: float, share: float) -> Written:
    """Return a link whose conditional lies at *share* of the room that the two priors leave."""
    low, high = max(0.0, (p - (1 - p_parent)) / p_parent), min(1.0, p / p_parent)
    return {"parent": parent, "p_if": low + share * (high - low), "statements": ["S1"]}


def an_exclusive_set(luck: Random) -> Written:
    parts = [luck.randint(1, 9) for _ in range(luck.randint(2, 4))]
    states = [{"id": f"s{i}", "name": f"s{i}", "prior": a_prior(n / sum(parts))} for i, n in enumerate(parts)]
    question = a_question("set", 0.5, kind="exclusive", states=states)
    del question["prior"]
    return question


def lines_of(scenario: Written) -> dict[str, float]:
    if "states" in scenario:
        return {f"{scenario['id']}.{s['id']}": s["prior"]["p"] for s in scenario["states"]}
    return {scenario["id"]: scenario["prior"]["p"]}


def a_question_after(luck: Random, earlier: list[Written]) -> Written:
    """Return a question that may hang on *earlier* scenarios by links, and by a floor or a ceiling."""
    p = luck.randint(5, 95) / 100
    known = {key: q for s in earlier for key, q in lines_of(s).items()}
    parents = luck.sample(sorted(known), min(len(known), luck.randint(0, 2)))
    links = [a_link(k, known[k], p, luck.randint(1, 9) / 10) for k in parents]
    above, below = [k for k, q in known.items() if q >= p], [k for k, q in known.items() if q <= p]
    bound: Written = {}
    match luck.choice(["none", "floor", "ceiling"]):
        case "ceiling" if above:
            bound = {"at_most": luck.choice(above)}
        case "floor" if sum(known[k] for k in below) >= p:
            bound = {"at_least_max_of": below}
    return a_question(f"q{len(earlier)}", p, links=links, **bound)


def an_effect(luck: Random, scenario: Written) -> Any:
    if "states" in scenario:
        return {s["id"]: luck.choice(RATINGS) for s in scenario["states"]}
    return [luck.choice(RATINGS), luck.choice(RATINGS)]


def an_indicator_for(luck: Random, name: str, scenarios: list[Written], baselines: tuple[float, ...]) -> Written:
    fed = luck.sample(scenarios, luck.randint(1, min(3, len(scenarios))))
    return {
        "id": name,
        "name": name,
        "group": luck.choice(["g1", "g2", "g3"]),
        "why": {"statements": ["S1"]},
        "match": "convoy",
        "count": {
            "window_days": luck.choice([3, 7, 14]),
            "thresholds": luck.choice([(1, 3, 6), (1, 2, 4), (2, 5, 10)]),
            "half_life_days": luck.choice([7, 14, 30]),
            "baseline": luck.choice(baselines),
        },
        "effects": {s["id"]: an_effect(luck, s) for s in fed},
        "direct_reason": {s["id"]: "It speaks to it directly." for s in fed},
        "proof": {"must_match": ["convoy"], "must_not_match": ["film"]},
    }


def a_file(seeds: tuple[int, int], questions: int, indicators: int, baselines: tuple[float, ...]) -> Written:
    """Return an assessment file; one seed decides its scenarios, the other its indicators."""
    luck = Random(seeds[0])
    scenarios = [an_exclusive_set(luck)] if luck.random() < 0.5 else []
    for _ in range(questions):
        scenarios.append(a_question_after(luck, scenarios))
    luck = Random(seeds[1])
    return {
        "schema": "watcher-assessment/1",
        "id": "drawn",
        "version": "1",
        "title": "Drawn",
        "author": "tests",
        "as_of": "2026-01-01",
        "review_by": "2026-04-01",
        "country": "ML",
        "marking": "TLP:CLEAR",
        "statements": {"S1": "Everything serves this sentence."},
        "regions": {"anywhere": {"anywhere": True}},
        "groups": ["g1", "g2", "g3"],
        "scenarios": scenarios,
        "indicators": [an_indicator_for(luck, f"i{n}", scenarios, baselines) for n in range(indicators)],
    }


def files(*baselines: float, most: int = 8) -> st.SearchStrategy[Written]:
    """Draw files with at most *most* indicators, whose baseline is one of *baselines*."""
    seed = st.integers(0, 2**32)
    return st.builds(a_file, st.tuples(seed, seed), st.integers(2, 4), st.integers(2, most), st.just(baselines))


EVENTS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 120), st.sampled_from([SURE, SURE, UNSURE])), max_size=10)


def happenings(drawn: list[tuple[int, int, Grade]]) -> tuple[Event, ...]:
    """Return drawn (indicator, half days, grade) as distinct events; indicators a file lacks are nobody's."""
    return tuple(
        an_event(f"i{i}", START + days(half / 2), place=f"place {n}", grade=grade)
        for n, (i, half, grade) in enumerate(drawn)
    )


def judged(
    assessment: Assessment, events: tuple[Event, ...], at: float, happened: Mapping[str, bool] | None = None
) -> Outlook:
    now = START + days(at)
    return outlook(assessment, read_all(assessment, events, state=State(), now=now), now=now, happened=happened)


def direct(estimate: Estimate) -> float:
    return math.fsum(row.nats for row in estimate.rows if row.kind is RowKind.INDICATOR)


@dataclass(frozen=True)
class Case:
    """A drawn assessment with what happened after it and the day on which we look."""

    assessment: Assessment
    events: tuple[Event, ...]
    at: float

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        return read_all(self.assessment, self.events, state=State(), now=START + days(self.at))

    @cached_property
    def view(self) -> Outlook:
        return judged(self.assessment, self.events, self.at)

    def with_event(self, event: Event) -> Outlook:
        return judged(self.assessment, (*self.events, event), self.at)


FILES = files(0.0, 0.0, 0.4, 0.75)
ASSESSMENTS = FILES.map(Assessment.model_validate)
MOMENTS = st.integers(0, 160).map(lambda half: half / 2)
CASES = st.builds(Case, ASSESSMENTS, EVENTS.map(happenings), MOMENTS)
SMALL_CASES = st.builds(Case, files(0.0, 0.4, most=4).map(Assessment.model_validate), EVENTS.map(happenings), MOMENTS)
