"""A small assessment of every kind of counting, and everything that is true of it kept in the plainest way."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

from indicators.assessments import Assessment
from indicators.documents import Document
from indicators.events import EventDecision
from indicators.items import Item
from indicators.levels import Span
from indicators.likeness import signature_of
from indicators.matcher import Match
from indicators.publishers import Publisher, Reliability
from indicators.sight import EVERYWHERE, Sight
from tests.builders import DAILY, START, WIRE, an_item
from tests.drawn import a_file, a_prior, a_question

BLOG = Publisher(family="blog", reliability=Reliability.F)
ARMY = Publisher(family="army", reliability=Reliability.C, party=True)
RADIO = Publisher(family="radio", reliability=Reliability.B)
VOICES = (WIRE, DAILY, RADIO, BLOG, ARMY)
SPOTS = {"kolokani": (13.57, -8.03), "kati": (13.7, -8.03), "gao": (16.27, -0.04)}
PLACES = (("kolokani",), ("kati",), ("gao",), ("kolokani", "gao"), ("ML",), ())
STORY = (
    "Eleven lorries loaded with fuel were burnt on the road from the border before dawn, two drivers said by "
    "telephone. The escort had turned back at the last checkpoint, and the column went on without it for an hour."
)
OTHER_STORY = (
    "The governor received the merchants of the town and promised that the market would open again. They asked him "
    "for an escort on the two days of the week on which goods come in, and for a pump that works."
)
STORIES = ("", STORY, OTHER_STORY)

# --- the assessment that is judged: every kind of counting, every kind of scenario -----------------------------

KINDS: dict[str, dict[str, Any]] = {
    "raid": {"window_days": 7, "thresholds": (1, 3, 6), "half_life_days": 14, "baseline": 0.4},
    "shortage": {"of": "place_day", "window_days": 5, "thresholds": (1, 2, 4), "half_life_days": 6},
    "unrest": {"window_days": 30, "thresholds": (1, 2, 4), "half_life_days": 30},
    "echo": {"of": "publishers", "window_days": 6, "thresholds": (1, 2, 3), "half_life_days": 9},
    "surge": {"of": "rise", "window_days": 4, "against_days": 16, "at_least_days": 6, "half_life_days": 5},
    "spread": {"of": "novelty", "unseen_days": 15, "window_days": 7, "thresholds": (1, 2, 3), "half_life_days": 8},
    "hush": {"of": "silence", "thresholds": (5, 10, 20), "half_life_days": 4},
    "lasting": {
        "of": "duration",
        "while": {"indicator": "raid", "min_level": 1},
        "thresholds": (5, 15, 30),
        "half_life_days": 10,
        "baseline": 0.2,
    },
    "unheard": {"of": "silence", "since": "shortage", "thresholds": (4, 9, 20), "half_life_days": 4},
    "storm": {
        "of": "combination",
        "combine": {"among": ["raid", "unrest", "echo"], "none_of": ["unheard"], "within_days": 3},
        "thresholds": (1, 2, 3),
        "half_life_days": 7,
    },
}
OWN = ("raid", "shortage", "unrest", "echo", "surge", "spread", "hush")
"""Those that read reports; the others read them."""

EFFECTS: dict[str, dict[str, Any]] = {
    "raid": {"strike": ["VL", "U"], "siege": {"goes_on": "VL", "ends": "VU", "breaks": "U"}},
    "shortage": {"coup": ["L", "E"], "siege": {"goes_on": "L", "ends": "U", "breaks": "E"}},
    "unrest": {"coup": ["AC", "NC"], "fall": ["AC", "NC"]},
    "echo": {"coup": ["AC", "VU"], "abroad": ["L", "U"]},
    "surge": {"strike": ["AC", "NC"]},
    "spread": {"fall": ["VL", "VU"], "strike": ["L", "U"]},
    "hush": {"coup": ["VU", "L"], "siege": {"goes_on": "U", "ends": "VL", "breaks": "E"}},
    "lasting": {"coup": ["VL", "U"]},
    "unheard": {"abroad": ["U", "L"]},
    "storm": {"fall": ["AC", "VU"], "abroad": ["VL", "VU"]},
}
GROUPS = {"raid": "g1", "shortage": "g1", "surge": "g1", "spread": "g2", "hush": "g2", "lasting": "g2"}
LINES = ("strike", "coup", "fall", "abroad", "siege.goes_on", "siege.ends", "siege.breaks")


@dataclass(frozen=True)
class Version:
    """What an editor has changed in the file."""

    early: bool = False
    """The thresholds of the raids were lowered."""
    grave: bool = False
    """The prior of a coup was raised."""
    without: bool = False
    """The indicator of spread was taken out."""
    unrest: str = "unrest"
    coup: str = "coup"

    def called(self, name: str) -> str:
        return {"unrest": self.unrest, "coup": self.coup}.get(name, name)


Edit = Callable[[Version], Version]

EDITS: tuple[Edit, ...] = (
    lambda v: replace(v, early=not v.early),
    lambda v: replace(v, grave=not v.grave),
    lambda v: replace(v, without=not v.without),
    lambda v: replace(v, unrest="officers" if v.unrest == "unrest" else "unrest"),
    lambda v: replace(v, coup="putsch" if v.coup == "coup" else "coup"),
)


def renamed(value: Any, version: Version) -> Any:
    """Return *value* with the names that *version* gives, wherever they stand."""
    if isinstance(value, dict):
        return {version.called(key): renamed(inner, version) for key, inner in value.items()}
    if isinstance(value, list):
        return [renamed(inner, version) for inner in value]
    return version.called(value) if isinstance(value, str) else value


@cache
def written(version: Version) -> Assessment:
    """Return the assessment as *version* has it."""
    p = 0.2 if version.grave else 0.12
    states = [{"id": s, "name": s, "prior": a_prior(q)} for s, q in (("goes_on", 0.6), ("ends", 0.3), ("breaks", 0.1))]
    siege = a_question("siege", 0.5, kind="exclusive", states=states)
    del siege["prior"]
    links = [{"parent": "strike", "p_if": 0.3, "statements": ["S1"]}]
    links += [{"parent": "siege.goes_on", "p_if": 0.18, "statements": ["S1"]}]
    scenarios = [
        siege,
        a_question("strike", 0.25),
        a_question("coup", p, impact="extreme", links=links),
        a_question("fall", 0.03, impact="extreme", at_most="coup"),
        a_question("abroad", 0.3, impact="moderate", at_least_max_of=["strike", "fall"]),
    ]
    rows = []
    for name, count in KINDS.items():
        if name == "spread" and version.without:
            continue
        lower = {"thresholds": (1, 2, 3)} if name == "raid" and version.early else {}
        due = {"due_from": "2026-01-04"} if name == "spread" else {}
        rows.append(
            {"id": name, "name": name, "group": GROUPS.get(name, "g3"), "why": {"statements": ["S1"]}}
            | {"match": "convoy", "count": count | lower, "effects": EFFECTS[name]}
            | {"direct_reason": dict.fromkeys(EFFECTS[name], "It speaks to it directly.")}
            | due
        )
    named = {"scenarios": scenarios, "indicators": rows}
    return Assessment.model_validate(a_file((0, 0), 1, 1, (0.0,)) | {"id": "lived"} | renamed(named, version))


# --- the plain memory ----------------------------------------------------------------------------------------


@dataclass
class Memory:
    """Everything that is true, kept in the plainest way; nothing in here was worked out."""

    now: datetime = START
    version: Version = Version()
    said: dict[str, dict[str, Match]] = field(default_factory=dict)
    """By item, what it says to which indicator, under the first name of that indicator."""
    first: dict[tuple[str, str], datetime] = field(default_factory=dict)
    decisions: list[EventDecision] = field(default_factory=list)
    happened: dict[str, bool] = field(default_factory=dict)
    coverage: float = 1.0
    blind: dict[str, list[Span]] = field(default_factory=dict)

    @property
    def assessment(self) -> Assessment:
        return written(self.version)

    def matches(self, items: Iterable[str] | None = None) -> tuple[Match, ...]:
        """Return what *items*, or all, say to indicators of the present file, known since we first heard it."""
        found = []
        names = {i.id for i in self.assessment.indicators}
        for item in self.said if items is None else items:
            for base, match in self.said[item].items():
                name = self.version.called(base)
                if name in names:
                    known = self.first.setdefault((item, name), self.now)
                    found.append(replace(match, indicator=name, known=known))
        return tuple(found)

    def sight(self) -> dict[str, Sight]:
        whole = Sight(coverage=self.coverage, blind=tuple(self.blind.get(EVERYWHERE, ())))
        own = {
            self.version.called(name): Sight(coverage=0.0 if self.is_open(name) else 1.0, blind=tuple(spans))
            for name, spans in self.blind.items()
            if name != EVERYWHERE
        }
        return {EVERYWHERE: whole, **own}

    def is_open(self, name: str) -> bool:
        return any(span.end is None for span in self.blind.get(name, ()))

    def open(self, name: str) -> None:
        if not self.is_open(name):
            self.blind.setdefault(name, []).append(Span(start=self.now))

    def close(self, name: str) -> None:
        self.blind[name] = [s if s.end else Span(start=s.start, end=self.now) for s in self.blind.get(name, ())]

    def sees(self, base: str) -> bool:
        """Whether indicator *base* can be seen now, and all that it reads."""
        reads = self.assessment.indicator(self.version.called(base)).count.reads
        bases = {self.version.called(name): name for name in KINDS}
        if self.is_open(EVERYWHERE) or self.coverage == 0 or self.is_open(base):
            return False
        return all(self.sees(bases[other]) for other in reads)


@cache
def _signature(text: str) -> str:
    return signature_of(Document(an_item("A report", summary=text))) if text else ""


def a_said(base: str, item: Item, who: Publisher, where: tuple[str, ...]) -> Match:
    """Return what *item* says to indicator *base*, about the places *where*."""
    return Match(
        indicator=base,
        item=item,
        publisher=who,
        evidence=(),
        places=where,
        spot=SPOTS.get(where[0]) if where else None,
        signature=_signature(item.summary),
    )
