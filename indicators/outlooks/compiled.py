"""The assessment's arithmetic as plain numbers, read off the written assessment once.

Nothing in here changes from one outlook to the next: log likelihood ratios by line and group, links
with both of their branches, floors, ceilings, caps, and the order in which scenarios can be solved.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from indicators.assessments import Assessment, ExclusiveSet, Question, forecasts
from indicators.errors import OutlookError
from indicators.kept import once_for_each
from indicators.outlooks.odds import logit, p_otherwise
from indicators.outlooks.ratings import log_ratio

Group = tuple[tuple[str, float], ...]
"""Indicators of one group with their ln LR for one line."""

_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Branches:
    """A link with both of its branches: P(child | parent) and P(child | not parent)."""

    parent: str
    p_if: float
    otherwise: float


@dataclass(frozen=True, slots=True, kw_only=True)
class YesNo:
    """A yes/no scenario: ``start`` is the log-odds of its prior."""

    key: str
    prior: float
    start: float
    groups: tuple[Group, ...]
    links: tuple[Branches, ...]
    floors: tuple[str, ...]
    ceiling: str


@dataclass(frozen=True, slots=True, kw_only=True)
class States:
    """An exclusive scenario; the three tuples run side by side, one entry for each state."""

    keys: tuple[str, ...]
    priors: tuple[float, ...]
    groups: tuple[tuple[Group, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arithmetic:
    """All of an assessment that the outlook computes with. ``questions`` stand behind what they depend on."""

    priors: Mapping[str, float]
    """By line, in the file's order."""
    sets: tuple[States, ...]
    questions: tuple[YesNo, ...]
    by_key: Mapping[str, YesNo]
    """The questions by line."""
    state: Mapping[str, tuple[States, int]]
    """By line the set of a state, and which of its states it is."""
    ratios: Mapping[str, Mapping[str, float]]
    """By line the ln LR of each indicator that speaks to it, or to another state of its set (0 where not to it)."""
    discounts: tuple[float, ...]
    cap_group: float
    cap_total: float

    @property
    def lines(self) -> tuple[str, ...]:
        """Every line, in the file's order."""
        return tuple(self.priors)


@once_for_each
def arithmetic_of(assessment: Assessment) -> Arithmetic:
    """Return the arithmetic of *assessment*; raises :class:`OutlookError` where it cannot be computed.

    Reading a file finds the same faults with their lines; this guards assessments made in other ways.
    """
    model = assessment.model
    priors = {f.key: f.prior.p for f in forecasts(assessment)}
    largest = max(Counter(i.group for i in assessment.indicators).values())
    questions = tuple(_yes_no(assessment, q, priors) for q in _in_order(assessment, priors))
    sets = tuple(_states(assessment, members) for members in assessment.sets)
    return Arithmetic(
        priors=priors,
        sets=sets,
        questions=questions,
        by_key={question.key: question for question in questions},
        state={key: (states, number) for states in sets for number, key in enumerate(states.keys)},
        ratios={q.key: _ratios(q.groups) for q in questions} | {k: r for s in sets for k, r in _shared_ratios(s)},
        discounts=tuple(model.group_factor**place for place in range(largest)),
        cap_group=model.cap_group,
        cap_total=model.cap_total,
    )


def _ratios(groups: Iterable[Group]) -> dict[str, float]:
    return {name: ratio for group in groups for name, ratio in group}


def _shared_ratios(states: States) -> Iterator[tuple[str, dict[str, float]]]:
    own = [_ratios(groups) for groups in states.groups]
    silent = dict.fromkeys([name for ratios in own for name in ratios], 0.0)
    yield from ((key, silent | ratios) for key, ratios in zip(states.keys, own, strict=True))


def _in_order(assessment: Assessment, priors: dict[str, float]) -> Iterator[Question]:
    """Yield the questions so that each comes after all it depends on."""
    questions = {q.id: q for q in assessment.questions}
    for question in questions.values():
        for parent in question.parents:
            if parent not in priors:
                raise OutlookError(f"{question.id} depends on {parent}, which is no line of the outlook")
    graph = {q.id: [parent for parent in q.parents if parent in questions] for q in questions.values()}
    try:
        yield from (questions[name] for name in TopologicalSorter(graph).static_order())
    except CycleError as error:
        ring = " -> ".join(reversed(error.args[1]))
        raise OutlookError(f"scenarios depend on one another in a circle: {ring}; remove one of these links") from error


def _yes_no(assessment: Assessment, question: Question, priors: dict[str, float]) -> YesNo:
    links: list[Branches] = []
    for link in question.links:
        other = p_otherwise(question.prior.p, priors[link.parent], link.p_if)
        if not 0 < other < 1:
            raise OutlookError(
                f"p_if {link.p_if} of {question.id} on {link.parent} asks for p = {other:.3f} without it; "
                "move p_if toward the prior until this lies between 0 and 1"
            )
        links.append(Branches(parent=link.parent, p_if=link.p_if, otherwise=other))
    return YesNo(
        key=question.id,
        prior=question.prior.p,
        start=logit(question.prior.p),
        groups=_groups(assessment, question.id, None),
        links=tuple(links),
        floors=question.at_least_max_of,
        ceiling=question.at_most,
    )


def _states(assessment: Assessment, members: ExclusiveSet) -> States:
    total = math.fsum(s.prior.p for s in members.states)
    if not abs(total - 1) <= _ROUNDING:
        raise OutlookError(f"the priors of {members.id} add up to {total:.6g}; they must add up to 1")
    return States(
        keys=tuple(f"{members.id}.{s.id}" for s in members.states),
        priors=tuple(s.prior.p for s in members.states),
        groups=tuple(_groups(assessment, members.id, s.id) for s in members.states),
    )


def _groups(assessment: Assessment, scenario: str, state: str | None) -> tuple[Group, ...]:
    groups: dict[str, list[tuple[str, float]]] = {}
    for indicator in assessment.indicators:
        if scenario in indicator.effects:
            ratio = log_ratio(assessment, indicator, scenario, state)
            if ratio:
                groups.setdefault(indicator.group, []).append((indicator.id, ratio))
    return tuple(map(tuple, groups.values()))
