"""An indicator as an analyst writes it: why, match, where, count, effects, proof.

These classes are the schema of the file and the values the rest of the house works with.
"""

import math
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from indicators.written import Written

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
LocalText = Annotated[
    dict[str, str],
    BeforeValidator(lambda value: {"en": value} if isinstance(value, str) else value),
    Field(min_length=1, examples=[{"en": "…", "fr": "…"}]),
]
"""A text in one or more languages: ``{en: …, fr: …}``; a plain string is English."""


class Rating(StrEnum):
    """How likely the indicator is to be seen if the scenario holds; mid-points of the ICD 203 ranges."""

    ALMOST_CERTAIN = "AC"
    VERY_LIKELY = "VL"
    LIKELY = "L"
    EVEN = "E"
    UNLIKELY = "U"
    VERY_UNLIKELY = "VU"
    ALMOST_NO_CHANCE = "NC"

    @property
    def p(self) -> float:
        """The rating as a probability."""
        return _RATING[self.value]


_RATING = {"AC": 0.97, "VL": 0.875, "L": 0.675, "E": 0.50, "U": 0.325, "VU": 0.125, "NC": 0.03}


class Why(Written):
    """The statements of the assessment this indicator serves, and the reasoning in one sentence."""

    statements: tuple[str, ...] = Field(min_length=1, examples=[["S1"]])
    because: str = ""


class Where(Written):
    """The region, and what to do with an item that names no place in it.

    ``drop`` refuses it (a geographic filter fails closed). If it names no place at all, ``watch``
    keeps it for a person to look at, and ``count`` lets it count. An item that names only places
    elsewhere is refused in each case.
    """

    region: str
    unlocated: Literal["drop", "watch", "count"] = "drop"


class Codes(Written):
    """Event codes by which a structured record counts, whatever its words: any one of them.

    With ``actors`` (names from the assessment's ``actors``) one of them must be among the record's.
    """

    any: tuple[str, ...] = Field(min_length=1)
    actors: tuple[str, ...] = ()


def _codes(value: Any) -> Any:
    """Let ``[cameo:19]`` stand for ``{any: [cameo:19]}``."""
    return {"any": value} if isinstance(value, list | tuple) else value


class CountKind(StrEnum):
    """What is counted."""

    EVENT = "event"  # distinct incidents
    PLACE_DAY = "place_day"  # states: one for each place and day
    DURATION = "duration"  # days for which another indicator has held
    PUBLISHERS = "publishers"  # independent publisher families
    RISE = "rise"  # how far the window lies above its own pace before
    SILENCE = "silence"  # days since the last event
    NOVELTY = "novelty"  # events that name something not seen for long
    COMBINATION = "combination"  # other indicators at a level


Threshold = Annotated[float, Field(le=1_000_000, allow_inf_nan=False)]
Weight = Annotated[float, Field(allow_inf_nan=False)]
Days = Annotated[float, Field(gt=0, le=3650, allow_inf_nan=False)]
Days0 = Annotated[float, Field(ge=0, le=3650, allow_inf_nan=False)]

ALPHA = 0.01
LARGEST_ALPHA = 0.2
Alpha = Annotated[float, Field(gt=0, le=LARGEST_ALPHA, allow_inf_nan=False)]


class While(Written):
    """The indicator whose persistence a duration counts, and the level that starts the count."""

    indicator: str
    min_level: Literal[1, 2, 3] = 1


class Combine(Written):
    """Which other indicators a combination counts: those ``among`` at ``min_level``, but nothing beside ``none_of``.

    With ``within_days`` one that came down from its level so many days ago still counts; with ``in_order``
    only those count that came to it in the order of the list.
    """

    among: tuple[str, ...] = Field(min_length=1)
    none_of: tuple[str, ...] = ()
    min_level: Literal[1, 2, 3] = 1
    within_days: Days0 = 0.0
    in_order: bool = False


class Newness(StrEnum):
    """What of an event must not have been seen before."""

    PLACE = "place"
    FAMILY = "family"
    ACTOR = "actor"


def _optional_thresholds(schema: dict[str, Any]) -> None:
    """Say in the JSON schema that thresholds may be missing: a rise has them from its alpha."""
    schema["required"] = [key for key in schema.get("required", ()) if key != "thresholds"]


class Count(Written):
    """How reports become a level: window and half-life in days, three ascending thresholds.

    Each kind has keys of its own: a duration ``while``, a rise ``against_days``, ``alpha`` and
    ``at_least_days``, a silence ``since``, a novelty ``by`` and ``unseen_days``, a combination ``combine``.
    """

    model_config = ConfigDict(json_schema_extra=_optional_thresholds)

    of: CountKind = CountKind.EVENT
    window_days: Days = 14
    thresholds: tuple[Threshold, Threshold, Threshold] = Field(examples=[[1, 3, 6]])
    half_life_days: Days = Field(examples=[14])
    baseline: float = Field(default=0.0, ge=0, le=1, allow_inf_nan=False)
    weights: tuple[Weight, Weight, Weight] = (0.40, 0.75, 1.00)
    while_: While | None = Field(default=None, alias="while")
    against_days: Days = 90
    """Of a rise: how long before the window its own pace is taken from."""
    alpha: Alpha = ALPHA
    """Of a rise: the chance of a false alarm at level 1, at any one look."""
    at_least_days: Days | None = None
    """Of a rise: how much of ``against_days`` must have been watched before it says anything; a third by default."""
    since: str | None = None
    """Of a silence: the indicator whose last event it counts from; its own by default."""
    by: Newness = Newness.PLACE
    unseen_days: Days = 90
    """Of a novelty: for how long it must not have been seen."""
    combine: Combine | None = None

    @model_validator(mode="before")
    @classmethod
    def _thresholds_of_a_rise(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("of") == CountKind.RISE and "thresholds" not in data:
            return {**data, "thresholds": rise_thresholds(data.get("alpha", ALPHA))}
        return data

    @property
    def window(self) -> timedelta:
        """The window on event time."""
        return timedelta(days=self.window_days)

    @property
    def reads(self) -> tuple[str, ...]:
        """The other indicators that it reads, each once."""
        named = [self.while_.indicator] if self.while_ is not None else []
        named += [self.since] if self.since is not None else []
        named += [*self.combine.among, *self.combine.none_of] if self.combine is not None else []
        return tuple(dict.fromkeys(named))


def rise_thresholds(alpha: object) -> tuple[float, float, float]:
    """Return the levels of a rise in powers of ten against chance: *alpha*, a tenth and a hundredth of it."""
    usable = isinstance(alpha, int | float) and 0 < alpha <= LARGEST_ALPHA
    first = -math.log10(alpha if usable and isinstance(alpha, int | float) else ALPHA)
    return first, first + 1, first + 2


class Effect(Written):
    """What seeing the indicator at full level says about a yes/no scenario."""

    if_true: Rating
    if_false: Rating

    @property
    def log_ratio(self) -> float:
        """Natural log of the likelihood ratio, before the cap."""
        return math.log(self.if_true.p / self.if_false.p)


SetEffect = dict[str, Rating]
"""For an exclusive scenario: a rating for each of its states."""


def _effect(value: Any) -> Any:
    """Let ``[VL, U]`` stand for ``{if_true: VL, if_false: U}``."""
    if isinstance(value, list | tuple) and len(value) == 2:  # noqa: PLR2004 - a pair
        return {"if_true": value[0], "if_false": value[1]}
    return value


class Example(Written):
    """A report to try a rule on; a plain string is its title."""

    title: str = ""
    summary: str = ""
    lang: str | None = None
    codes: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    place: str = ""
    lat: float | None = Field(default=None, ge=-90, le=90)
    lon: float | None = Field(default=None, ge=-180, le=180)


_Examples = Annotated[
    tuple[Annotated[Example, BeforeValidator(lambda v: {"title": v} if isinstance(v, str) else v)], ...],
    Field(min_length=1),
]


class Proof(Written):
    """The indicator's own examples. ``watcher check`` runs them."""

    must_match: _Examples
    must_not_match: _Examples


class Indicator(Written):
    """One observable development, tied to the sentence it serves and to the scenarios it speaks to."""

    id: Identifier
    name: LocalText
    group: str
    why: Why = Field(examples=[{"statements": ["S1"], "because": "…"}])
    match: str = ""
    codes: Annotated[Codes | None, BeforeValidator(_codes)] = None
    not_: str = Field(default="", alias="not")
    where: Where = Where(region="anywhere")
    count: Count
    effects: dict[str, Annotated[Effect | SetEffect, Field(union_mode="left_to_right"), BeforeValidator(_effect)]] = (
        Field(min_length=1, examples=[{"coup_attempt": ["VL", "U"]}])
    )
    direct_reason: dict[str, str] = Field(default_factory=dict)
    proof: Proof | None = None
    seen_by: tuple[str, ...] = ()
    """Source ids or publisher families by which it could be seen; empty: by all."""
    counter: bool = False
    mission: str = ""
    candidate_resolution: str = ""
    announcement: str = ""
    """A query for mere announcements of this development: such an event counts half."""
    raises_watch_at: int = Field(default=2, ge=1, le=3)
    """The level from which it alone puts the lines that it raises on Watch, however little their odds moved."""
    due_from: date | None = None
    """The first day (00:00 UTC) on which it can be looked for: before it, it is not yet due and says nothing."""

    @property
    def queries(self) -> dict[str, str]:
        """The queries it has, under the keys of the file: match, not, announcement."""
        written = {"match": self.match, "not": self.not_, "announcement": self.announcement}
        return {key: text for key, text in written.items() if text}

    @property
    def matched(self) -> bool:
        """Whether it reads items itself; a duration, say, reads another indicator instead."""
        return self.count.of not in (CountKind.DURATION, CountKind.COMBINATION) and self.count.since is None
