"""The written assessment as an object: one YAML file, validated, frozen."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from indicators.bands import Estimative, Scale, Warn
from indicators.concepts import Concept
from indicators.kept import once_for_each
from indicators.places import Country, Place, Region
from indicators.publishers import Publisher, PublisherRule, Reliability
from indicators.rules import Identifier, Indicator, LocalText
from indicators.written import Written

Probability = Annotated[float, Field(gt=0, lt=1)]


class Impact(StrEnum):
    """How bad it would be for the people the assessment is written for."""

    MODERATE = "moderate"
    HIGH = "high"
    EXTREME = "extreme"


class Prior(Written):
    """The author's probability on ``as_of``, its term in the chosen scale, and whether the paper states it."""

    p: Probability
    term: str
    basis: Literal["stated", "inferred"]
    statements: tuple[str, ...] = Field(min_length=1)
    note: str = ""


class Link(Written):
    """``p_if`` = P(this scenario | parent happens); the priors imply the other branch (Jeffrey's rule)."""

    parent: str
    p_if: Probability
    statements: tuple[str, ...] = Field(min_length=1)


class _Scenario(Written):
    id: Identifier
    name: LocalText
    horizon_days: int = Field(gt=0, le=3650)
    impact: Impact
    resolves: str = Field(min_length=20)
    """The written resolution rule: what counts, where, confirmed by whom."""


class Question(_Scenario):
    """A yes/no scenario."""

    kind: Literal["binary"] = "binary"
    prior: Prior
    links: tuple[Link, ...] = ()
    at_least_max_of: tuple[str, ...] = ()
    at_most: str = ""
    deadline: date | None = None
    """A fixed last day (it still counts, UTC), for a question that is asked "by a date"; shown beside the rolling p."""

    @property
    def parents(self) -> tuple[str, ...]:
        """Every line of the outlook that must be known before this one can be."""
        return (
            *(k.parent for k in self.links),
            *self.at_least_max_of,
            *((self.at_most,) if self.at_most else ()),
        )


class SetState(Written):
    """One state of an exclusive scenario."""

    id: Identifier
    name: LocalText
    prior: Prior


class ExclusiveSet(_Scenario):
    """States of which exactly one holds at the horizon."""

    kind: Literal["exclusive"]
    states: tuple[SetState, ...] = Field(min_length=2)


def _kind(value: object) -> str:
    kind = value.get("kind", "binary") if isinstance(value, dict) else getattr(value, "kind", "binary")
    return kind if kind in ("binary", "exclusive") else "binary"


Scenario = Annotated[
    Annotated[Question, Tag("binary")] | Annotated[ExclusiveSet, Tag("exclusive")], Discriminator(_kind)
]


class WrittenPublisher(Written):
    """A publisher rule as the file holds it; ``match`` takes ``*`` patterns over source names and hosts."""

    match: tuple[str, ...] = Field(min_length=1)
    family: str
    grade: Reliability
    party: bool = False


class Model(Written):
    """Numbers of the outlook model; the defaults are the method's and rarely need changing."""

    group_factor: float = Field(default=0.5, gt=0, le=1)
    cap_indicator: float = Field(default=2.302585092994046, gt=0, le=20)
    cap_group: float = Field(default=2.0794415416798357, gt=0, le=20)
    cap_total: float = Field(default=3.5, gt=0, le=20)
    temperatures: dict[Literal["binary", "exclusive"], Annotated[float, Field(ge=0, le=2)]] = Field(
        default_factory=dict
    )
    """By kind of scenario, what multiplies every ln LR: below 1 where the ratings were found to promise too much."""
    warn: Warn = Warn()


class Assessment(Written):
    """A written assessment: who judged what, when, until when, and what would change it."""

    format: Literal["watcher-assessment/1"] = Field(alias="schema")
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=64)
    version: str = Field(examples=["1.0.0"])
    title: LocalText
    author: str
    as_of: date
    review_by: date
    country: str = Field(pattern=r"^[A-Z]{2}$", examples=["ML"])
    marking: Literal["TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN", "TLP:CLEAR"]
    statements: dict[str, str] = Field(min_length=1, examples=[{"S1": "…", "S2": "…"}])
    places: tuple[Place, ...] = ()
    countries: dict[str, Country] = Field(default_factory=dict)
    regions: dict[str, Region] = Field(min_length=1, examples=[{"mali": {"countries": ["ML"]}}])
    actors: dict[str, Concept] = Field(default_factory=dict)
    concepts: dict[str, Concept] = Field(default_factory=dict)
    queries: dict[str, str] = Field(default_factory=dict)
    """Parts of queries under names of their own: a rule calls one by ``@name``, as it calls a concept."""
    publishers: tuple[WrittenPublisher, ...] = ()
    groups: tuple[str, ...] = Field(min_length=1, examples=[["supply", "officers"]])
    scenarios: tuple[Scenario, ...] = Field(min_length=1)
    indicators: tuple[Indicator, ...] = Field(min_length=1)
    model: Model = Model()
    estimative: Estimative = Estimative.ICD203
    """The scale of probability words in which this assessment speaks, its priors' terms included."""
    moves: Literal["automatic", "reviewed"] = "automatic"
    """Whether a move goes out by itself, or a named person reviews it first."""
    changes: Literal["automatic", "reviewed"] = "automatic"
    """Whether a rule saved at the desk goes into the file at once, or a second person approves it first."""

    @property
    def scale(self) -> Scale:
        """The probability words of this assessment, from the least likely to the likeliest."""
        return self.estimative.scale

    @property
    def start(self) -> datetime:
        """The moment the priors speak of: ``as_of`` at 00:00 UTC."""
        return datetime.combine(self.as_of, time(), tzinfo=UTC)

    @property
    def questions(self) -> tuple[Question, ...]:
        """The yes/no scenarios."""
        return tuple(s for s in self.scenarios if isinstance(s, Question))

    @property
    def sets(self) -> tuple[ExclusiveSet, ...]:
        """The exclusive scenarios."""
        return tuple(s for s in self.scenarios if isinstance(s, ExclusiveSet))

    @property
    def publisher_rules(self) -> tuple[PublisherRule, ...]:
        """The publishers as rules, first fit wins."""
        return tuple(
            PublisherRule(
                match=tuple(m.casefold() for m in w.match),
                publisher=Publisher(family=w.family, reliability=w.grade, party=w.party),
            )
            for w in self.publishers
        )

    def indicator(self, wanted: str) -> Indicator:
        """Return the indicator with that id; ``KeyError`` if there is none."""
        for indicator in self.indicators:
            if indicator.id == wanted:
                return indicator
        raise KeyError(wanted)


class Forecast(Written):
    """One line of the outlook: a yes/no scenario, or one state of an exclusive one. ``key`` names it."""

    key: str
    scenario: str
    state: str = ""
    name: LocalText
    prior: Prior
    impact: Impact
    horizon_days: int
    resolves: str
    last_day: date | None = None
    """The scenario's fixed ``deadline``, if it has one."""

    def deadline(self, now: datetime) -> datetime:
        """The end of the rolling horizon, counted from *now*."""
        return now + timedelta(days=self.horizon_days)

    @property
    def closes(self) -> datetime | None:
        """The end (UTC) of the fixed last day, if there is one."""
        return datetime.combine(self.last_day + timedelta(days=1), time(), tzinfo=UTC) if self.last_day else None


@once_for_each
def forecasts(assessment: Assessment) -> tuple[Forecast, ...]:
    """Return every line that the outlook of *assessment* has, in the file's order; worked out once for each object."""
    found: list[Forecast] = []
    for scenario in assessment.scenarios:
        if isinstance(scenario, Question):
            found.append(_forecast(scenario, scenario.name, scenario.prior))
        else:
            found += [_forecast(scenario, s.name, s.prior, state=s.id) for s in scenario.states]
    return tuple(found)


def _forecast(scenario: Scenario, name: LocalText, prior: Prior, *, state: str = "") -> Forecast:
    return Forecast(
        key=f"{scenario.id}.{state}" if state else scenario.id,
        scenario=scenario.id,
        state=state,
        name=name,
        prior=prior,
        impact=scenario.impact,
        horizon_days=scenario.horizon_days,
        resolves=scenario.resolves,
        last_day=scenario.deadline if isinstance(scenario, Question) else None,
    )
