"""Diagnosticity: an indicator must tell scenarios apart, and every scenario must be within reach of one.

The word is Heuer's (Psychology of Intelligence Analysis, chapter 8): evidence that is about as likely
under every hypothesis says nothing about which one holds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from indicators.assessments import Assessment, ExclusiveSet, forecasts
from indicators.errors import Severity
from indicators.outlooks import log_ratio, p_otherwise
from indicators.rules import Effect, Indicator, SetEffect
from indicators.written import Fault

WEAK_RATIO = 1.3
"""Likelihood ratio below which a rating hardly discriminates: very likely against likely (1.296) does, likely against
roughly even (1.35) just does not. Seen in full, such an indicator moves 50 % to less than 57 %."""

_NOTHING = 1e-9


def diagnosticity(assessment: Assessment) -> Iterator[Fault]:
    """Find indicators that hardly discriminate, and scenarios that nothing can raise or lower."""
    yield from _weak_indicators(assessment)
    yield from _out_of_reach(assessment)


def ratio_of(effect: Effect | SetEffect) -> float:
    """Return the likelihood ratio of *effect*, turned so that it is at least 1.

    Of an exclusive scenario it is that of the two states that the indicator tells apart best.
    """
    rated = (effect.if_true, effect.if_false) if isinstance(effect, Effect) else tuple(effect.values())
    chances = [rating.p for rating in rated]
    return max(chances) / min(chances)


def best_ratio(indicator: Indicator) -> float:
    """Return the likelihood ratio (at least 1) of the scenario that *indicator* tells apart best."""
    return max(ratio_of(effect) for effect in indicator.effects.values())


def _weak_indicators(assessment: Assessment) -> Iterator[Fault]:
    for i, indicator in enumerate(assessment.indicators):
        best = best_ratio(indicator)
        if best < WEAK_RATIO:
            what = f"{indicator.id} hardly discriminates: its best likelihood ratio is {best:.2f} (below {WEAK_RATIO})"
            instead = "rate it further apart where you can argue it, e.g. [L, U], or take the indicator out"
            yield Fault(path=("indicators", i, "effects"), what=what, instead=instead, severity=Severity.WARNING)


def immovable(assessment: Assessment) -> Mapping[str, tuple[str, ...]]:
    """Return, for each line of the outlook, what no indicator can do to it: ``raise``, ``lower``, both or neither."""
    pushes = _pushes(assessment)
    return {
        key: tuple(verb for verb, can in (("raise", push.up), ("lower", push.down)) if not can)
        for key, push in pushes.items()
    }


def _out_of_reach(assessment: Assessment) -> Iterator[Fault]:
    missing = immovable(assessment)
    for i, scenario in enumerate(assessment.scenarios):
        if isinstance(scenario, ExclusiveSet):
            for j, state in enumerate(scenario.states):
                yield from _reach(("scenarios", i, "states", j), missing[f"{scenario.id}.{state.id}"], state.id)
        else:
            yield from _reach(("scenarios", i), missing[scenario.id], scenario.id)


def _reach(path: tuple[str | int, ...], missing: tuple[str, ...], name: str) -> Iterator[Fault]:
    if not missing:
        return
    what = f"no indicator can {' or '.join(missing)} {name}, directly or through a link"
    one = "one that speaks against it" if missing == ("lower",) else "one that speaks for it"
    instead = f"add {'indicators that speak for and against it' if len(missing) > 1 else one}, or take it out"
    yield Fault(path=path, what=what, instead=instead, severity=Severity.WARNING)


@dataclass(slots=True)
class _Push:
    """Which ways a line of the outlook can be moved, and which lines move along with it."""

    up: bool = False
    down: bool = False
    followers: list[tuple[str, bool, bool]] = field(default_factory=list)
    """Another line, whether it follows a rise (or else a fall) of this one, and whether it then rises."""


def _pushes(assessment: Assessment) -> Mapping[str, _Push]:
    pushes = {forecast.key: _Push() for forecast in forecasts(assessment)}
    for indicator in assessment.indicators:
        for key, weight in _weights(assessment, indicator):
            rises, falls = indicator.count.baseline < 1, indicator.count.baseline > 0
            pushes[key].up |= (weight > 0 and rises) or (weight < 0 and falls)
            pushes[key].down |= (weight < 0 and rises) or (weight > 0 and falls)
    _join(assessment, pushes)
    _spread(pushes)
    return pushes


def _weights(assessment: Assessment, indicator: Indicator) -> Iterator[tuple[str, float]]:
    for forecast in forecasts(assessment):
        if forecast.scenario in indicator.effects:
            weight = log_ratio(assessment, indicator, forecast.scenario, forecast.state or None)
            if abs(weight) > _NOTHING:
                yield forecast.key, weight


def _join(assessment: Assessment, pushes: Mapping[str, _Push]) -> None:
    """Note which line follows which: by a link, or because a whole is never below its part."""
    priors = {f.key: f.prior.p for f in forecasts(assessment)}
    for question in assessment.questions:
        for link in question.links:
            gain = link.p_if - p_otherwise(question.prior.p, priors[link.parent], link.p_if)
            if abs(gain) > _NOTHING:
                pushes[link.parent].followers += [(question.id, rise, rise == (gain > 0)) for rise in (True, False)]
        for part in question.at_least_max_of:  # a floor only lifts
            pushes[part].followers.append((question.id, True, True))
        if question.at_most:  # a ceiling only lowers
            pushes[question.at_most].followers.append((question.id, False, False))


def _spread(pushes: Mapping[str, _Push]) -> None:
    waiting = list(pushes)
    while waiting:
        push = pushes[waiting.pop()]
        for name, after_rise, rises in push.followers:
            follower = pushes[name]
            before = follower.up, follower.down
            moved = push.up if after_rise else push.down
            follower.up |= moved and rises
            follower.down |= moved and not rises
            if before != (follower.up, follower.down):
                waiting.append(name)
