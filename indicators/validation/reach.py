"""Reach: how far each line of an outlook can be moved at all, by one indicator and by all of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from indicators.assessments import Assessment, forecasts
from indicators.levels import Level, Reading
from indicators.outlooks import logit, outlook

_TINY = 1e-9
_PASSES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """How far one indicator alone can raise a line: nats of log-odds, 0 if it cannot.

    It is seen at full level, or goes quiet below its baseline, whichever raises the line; links and floors carry
    it on.
    """

    indicator: str
    key: str
    nats: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The least and the most that a line's probability can become by what is seen, without anybody's ruling."""

    key: str
    prior: float
    low: float
    high: float


def pushes(assessment: Assessment) -> tuple[Push, ...]:
    """Return how far each indicator alone can raise each line, by indicator in the file's order."""
    return tuple(
        Push(
            indicator=name,
            key=line.key,
            nats=max(0.0, *(logit(end[line.key]) - logit(line.prior.p) for end in ends.values())),
        )
        for name, ends in _alone(assessment).items()
        for line in forecasts(assessment)
    )


def reaches(assessment: Assessment) -> tuple[Reach, ...]:
    """Return the range within which each line can move.

    Each end is looked for from the readings that move the line furthest one by one; then every indicator is
    tried at full level, at its baseline and quiet, until no change of one of them leads further. Where an
    indicator raises a line directly and lowers it through a link (or the other way round), half a signal may lead
    a little further than either end of it.
    """
    alone = _alone(assessment)
    return tuple(
        Reach(
            key=f.key, prior=f.prior.p, low=_end(assessment, alone, f.key, -1), high=_end(assessment, alone, f.key, 1)
        )
        for f in forecasts(assessment)
    )


_Ends = Mapping[float, Mapping[str, float]]


def _alone(assessment: Assessment) -> Mapping[str, _Ends]:
    """Return, for each indicator, the outlook with it alone at its baseline, quiet, and at full level."""
    return {
        i.id: {
            activation: _solved(assessment, {i.id: activation})
            for activation in dict.fromkeys((i.count.baseline, 0.0, max(i.count.weights)))
        }
        for i in assessment.indicators
    }


def _end(assessment: Assessment, alone: Mapping[str, _Ends], key: str, sign: int) -> float:
    """Return the probability of *key* furthest in the direction of *sign*."""
    speaking = {name: alone[name] for name in _speaking(assessment, key)}
    chosen = {name: max((sign * end[key], a) for a, end in ends.items())[1] for name, ends in speaking.items()}
    best = sign * _solved(assessment, chosen)[key]
    for _ in range(_PASSES):
        before = best
        for name, ends in speaking.items():
            for activation in ends:
                if activation != chosen[name]:
                    other = chosen | {name: activation}
                    value = sign * _solved(assessment, other)[key]
                    if value > best + _TINY:
                        best, chosen = value, other
        if best <= before + _TINY:
            break
    return abs(best)


def _speaking(assessment: Assessment, key: str) -> list[str]:
    """Return the indicators that feed the scenario of *key* or anything it follows."""
    parents = {q.id: {p.partition(".")[0] for p in q.parents} for q in assessment.questions}
    wanted, waiting = set[str](), [key.partition(".")[0]]
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted.add(name)
            waiting += parents.get(name, ())
    return [i.id for i in assessment.indicators if wanted & set(i.effects)]


def _solved(assessment: Assessment, activations: Mapping[str, float]) -> dict[str, float]:
    """Return every line's probability with these *activations*; every other indicator rests at its baseline."""
    baselines = {i.id: i.count.baseline for i in assessment.indicators}
    readings = [
        Reading(
            indicator=name,
            at=assessment.start,
            level=Level.QUIET,
            count=0.0,
            activation=activation,
            baseline=baselines[name],
        )
        for name, activation in activations.items()
    ]
    found = outlook(assessment, readings, now=assessment.start)
    return dict(found.figures)
