"""Counting: what each indicator counts must fit its kind, be within reach, and not wait for itself."""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from indicators.assessments import Assessment
from indicators.checks.references import known
from indicators.errors import Severity
from indicators.rules import Combine, Count, CountKind, Indicator, rise_thresholds
from indicators.written import Fault, Path

KEYS: Mapping[CountKind, tuple[str, ...]] = {
    CountKind.DURATION: ("while",),
    CountKind.RISE: ("against_days", "alpha", "at_least_days"),
    CountKind.SILENCE: ("since",),
    CountKind.NOVELTY: ("by", "unseen_days"),
    CountKind.COMBINATION: ("combine",),
}
"""The keys that only one kind of count has."""

MOST_WINDOWS = 100
"""Windows that a rise's reference may hold; more would be slow and tell no more."""

_ENOUGH = {CountKind.DURATION: "while", CountKind.COMBINATION: "combine"}
_EXAMPLES = {
    "while": "while: {indicator: …, min_level: 1}",
    "combine": "combine: {among: [one, other], within_days: 7}",
}


def counting(assessment: Assessment) -> Iterator[Fault]:
    """Find thresholds and weights that do not rise, keys of another kind, unknown names and circles."""
    for i, indicator in enumerate(assessment.indicators):
        at: Path = ("indicators", i, "count")
        yield from _rising(at, indicator.count)
        yield from _keys(at, indicator.count)
        yield from _rise(at, indicator.count)
        if indicator.count.combine is not None:
            yield from _combination(at, indicator.count, indicator.count.combine, assessment)
        if indicator.count.since is not None:
            yield from _since(at, indicator.count.since, assessment)
        yield from _unread(("indicators", i), indicator)
        if indicator.due_from is not None and indicator.due_from <= assessment.as_of:
            what = f"due_from is not after as_of ({assessment.as_of}), so it says nothing"
            path: Path = ("indicators", i, "due_from")
            yield Fault(path=path, what=what, instead="remove it, or write a later day", severity=Severity.WARNING)
    yield from _circles(assessment)


def _rising(at: Path, count: Count) -> Iterator[Fault]:
    low, middle, high = count.thresholds
    if not 0 < low < middle < high:
        yield Fault(path=(*at, "thresholds"), what="thresholds must rise from above 0", instead="e.g. [1, 3, 6]")
    if not 0 < count.weights[0] < count.weights[1] <= count.weights[2] <= 1:
        what = "weights must rise from above 0 to at most 1"
        yield Fault(path=(*at, "weights"), what=what, instead="e.g. [0.4, 0.75, 1]")


def _keys(at: Path, count: Count) -> Iterator[Fault]:
    written = {name.rstrip("_") for name in count.model_fields_set}
    wanted = _ENOUGH.get(count.of)
    for kind, keys in KEYS.items():
        for key in keys:
            if (key in written) if kind is not count.of else (key == wanted and key not in written):
                what = f"a {kind} needs `{key}`, and nothing else takes it"
                if key not in _EXAMPLES:
                    what = f"`{key}` belongs to a {kind}, and this counts {count.of}"
                hint = _EXAMPLES.get(key, f"remove it, or write of: {kind}")
                yield Fault(path=at if kind is count.of else (*at, key), what=what, instead=hint)
    if "window_days" in written and count.of in (CountKind.SILENCE, CountKind.COMBINATION):
        hint = "remove it" if count.of is CountKind.SILENCE else "write within_days in combine"
        yield Fault(path=(*at, "window_days"), what=f"a {count.of} has no window_days", instead=hint)


def _rise(at: Path, count: Count) -> Iterator[Fault]:
    if count.of is not CountKind.RISE:
        return
    if count.thresholds != rise_thresholds(count.alpha):
        what = "a rise has no thresholds of its own: they follow from alpha"
        yield Fault(path=(*at, "thresholds"), what=what, instead="remove them; a smaller alpha asks for a larger rise")
    if count.at_least_days is not None and count.at_least_days > count.against_days:
        what = f"at_least_days is more than against_days ({count.against_days:g})"
        yield Fault(path=(*at, "at_least_days"), what=what, instead="write a smaller number")
    if not count.window_days <= count.against_days <= MOST_WINDOWS * count.window_days:
        what = f"against_days must be 1 to {MOST_WINDOWS} times window_days ({count.window_days:g})"
        yield Fault(path=(*at, "against_days"), what=what, instead=f"e.g. {12 * count.window_days:g}")


def _combination(at: Path, count: Count, combine: Combine, assessment: Assessment) -> Iterator[Fault]:
    ids = [i.id for i in assessment.indicators]
    seen: set[str] = set()
    for key, names in (("among", combine.among), ("none_of", combine.none_of)):
        for j, name in enumerate(names):
            path = (*at, "combine", key, j)
            yield from known(path, "indicator", name, ids)
            if name in seen:
                yield Fault(path=path, what=f"{name} stands twice in this combination", instead="keep one")
            seen.add(name)
    if count.thresholds[0] > len(combine.among):
        what = f"level 1 needs {count.thresholds[0]:g} indicators, and among has {len(combine.among)}"
        yield Fault(path=(*at, "thresholds"), what=what, instead="lower the first threshold, or add indicators")


def _since(at: Path, wanted: str, assessment: Assessment) -> Iterator[Fault]:
    path = (*at, "since")
    yield from known(path, "indicator", wanted, [i.id for i in assessment.indicators])
    if any(i.id == wanted and not i.matched for i in assessment.indicators):
        what = f"{wanted} counts no events, so nothing can be heard of it"
        yield Fault(path=path, what=what, instead="name an indicator that reads items")


def _unread(at: Path, indicator: Indicator) -> Iterator[Fault]:
    """Find words that an indicator has and never reads, because its count looks at others."""
    if indicator.matched or indicator.count.of is CountKind.DURATION:
        return
    for key in indicator.queries:
        what = f"{indicator.id} reads no items: its {indicator.count.of} looks at other indicators"
        yield Fault(path=(*at, key), what=what, instead="remove it")


def _circles(assessment: Assessment) -> Iterator[Fault]:
    ids = {i.id for i in assessment.indicators}
    graph = {i.id: [name for name in i.count.reads if name in ids] for i in assessment.indicators}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        ring: list[str] = list(reversed(error.args[1]))
        index = next(n for n, i in enumerate(assessment.indicators) if i.id == ring[0])
        what = f"indicators count one another in a circle: {' -> '.join(ring)}"
        yield Fault(path=("indicators", index, "count"), what=what, instead="take one of them out of a count")
