"""Measuring: how often rules are right on reports that a person has labelled."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import sqrt
from pathlib import Path
from typing import Any

from indicators.checks.references import suggestion
from indicators.errors import Problem
from indicators.items import Item
from indicators.matcher import Matcher
from watcher.item_files import parse_line

_CERTAIN = 1.96
"""Standard deviations on each side of 95 % of a normal distribution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """An item with the indicators that a careful reader wants counted, and those that may be."""

    item: Item
    expected: frozenset[str]
    maybe: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How many matches were right, how many wrong, and how many were missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float | None:
        """The share of what counted that was right; ``None`` if nothing counted."""
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float | None:
        """The share of what should count that did; ``None`` if nothing should."""
        return _share(self.right, self.right + self.missed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """One false alarm or miss: which item, which indicator, and on what words or why not."""

    item: Item
    indicator: str
    kind: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The scores of each indicator in the file's order, of all together, and by language; and every slip."""

    items: int
    by_indicator: dict[str, Score]
    by_language: dict[str, Score]
    total: Score
    slips: tuple[Slip, ...]


def read_labelled(path: Path, indicators: Iterable[str]) -> tuple[tuple[Labelled, ...], tuple[Problem, ...]]:
    """Read an items.jsonl whose lines also have ``expected`` (and perhaps ``maybe``): lists of ids of *indicators*."""
    known = tuple(indicators)
    found: list[Labelled] = []
    problems: list[Problem] = []
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except OSError as error:
        return (), (Problem(where=str(path), what=f"cannot be read: {error.strerror}"),)
    except UnicodeDecodeError as error:
        return (), (Problem(where=str(path), what=f"cannot be read: {error}"),)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        item, what = parse_line(line)
        if item is None:
            problems.append(Problem(where=f"{path}:{number}", what=what))
            continue
        raw = json.loads(line)
        faults = [fault for key in ("expected", "maybe") if (fault := _fault_of(raw, key, known))]
        if faults:
            problems += [Problem(where=f"{path}:{number}", what=what, instead=hint) for what, hint in faults]
        else:
            expected, maybe = frozenset(raw["expected"]), frozenset(raw.get("maybe", ()))
            found.append(Labelled(item=item, expected=expected, maybe=maybe))
    return tuple(found), tuple(problems)


def _fault_of(line: dict[str, Any], key: str, known: tuple[str, ...]) -> tuple[str, str] | None:
    """Return what is wrong with the labels under *key* and what to write instead; ``None`` if nothing is."""
    written = line.get(key, None if key == "expected" else [])
    if not isinstance(written, list):
        what = f"{key} is no list" if key in line else "has no expected"
        return what, '"expected": ["fuel_shortage"], or [] for a report that no rule counts'
    wrong = next((str(name) for name in written if name not in known), None)
    if wrong is None:
        return None
    return f"{key}: no indicator {wrong!r} that reads items", suggestion(wrong, known)


def measured(matcher: Matcher, labelled: Iterable[Labelled], indicators: Iterable[str]) -> Measured:
    """Match every labelled item and count what was right, wrong and missed; ``maybe`` counts neither way."""
    by_indicator = {name: Score() for name in indicators}
    by_language: dict[str, Score] = {}
    slips: list[Slip] = []
    count = 0
    for one in labelled:
        count += 1
        matches = {match.indicator: match for match in matcher.match_item(one.item)}
        counting = {name for name, match in matches.items() if not match.rejected_by}
        lang = one.item.lang or "unknown"
        for name in sorted((counting | one.expected) - one.maybe):
            kind = _kind(counted=name in counting, wanted=name in one.expected)
            by_indicator[name] = _more(by_indicator.get(name, Score()), kind)
            by_language[lang] = _more(by_language.get(lang, Score()), kind)
            if kind != "right":
                match = matches.get(name)
                words = ", ".join(evidence.words for evidence in match.evidence) if match else ""
                because = words if kind == "wrong" else match.rejected_by if match else "its words are not all there"
                slips.append(Slip(item=one.item, indicator=name, kind=kind, because=because))
    return Measured(
        items=count, by_indicator=by_indicator, by_language=by_language, total=_sum(by_indicator), slips=tuple(slips)
    )


def interval(share: float | None, n: int) -> tuple[float, float] | None:
    """Return the 95 % interval of a *share* seen in *n* cases (Wilson's score interval, 1927)."""
    if share is None or n == 0:
        return None
    spread = _CERTAIN * sqrt(share * (1 - share) / n + _CERTAIN**2 / (4 * n * n))
    centre, scale = share + _CERTAIN**2 / (2 * n), 1 + _CERTAIN**2 / n
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _kind(*, counted: bool, wanted: bool) -> str:
    if counted and wanted:
        return "right"
    return "wrong" if counted else "missed"


def _more(score: Score, kind: str) -> Score:
    return replace(score, **{kind: getattr(score, kind) + 1})


def _sum(scores: dict[str, Score]) -> Score:
    all_of_them = tuple(scores.values())
    return Score(
        right=sum(s.right for s in all_of_them),
        wrong=sum(s.wrong for s in all_of_them),
        missed=sum(s.missed for s in all_of_them),
    )
