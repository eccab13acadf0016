"""How much of what bears on a line can be seen, as its definition reads, straight from the written assessment."""

from collections.abc import Mapping

from indicators.assessments import Assessment, forecasts
from indicators.outlooks import log_ratio, logit, p_otherwise
from indicators.rules import Indicator


def line_coverage(assessment: Assessment, key: str, whole: float, seen: Mapping[str, float]) -> float:
    """Return the coverage of line *key*, where *whole* is the assessment's and *seen* that of single indicators."""
    return min(whole, _own(assessment, key, whole, seen))


def _own(assessment: Assessment, key: str, whole: float, seen: Mapping[str, float]) -> float:
    """Return the mean of all that bears on the line, each weighed by how far it could move it."""
    scenario, _, state = key.partition(".")
    bearing = [(_size(assessment, i, scenario), _share(assessment, i, whole, seen)) for i in assessment.indicators]
    if not state:
        priors = {f.key: f.prior.p for f in forecasts(assessment)}
        question = next(q for q in assessment.questions if q.id == scenario)
        for link in question.links:
            branches = (link.p_if, p_otherwise(priors[key], priors[link.parent], link.p_if))
            size = max(abs(logit(p) - logit(priors[key])) for p in branches)
            bearing.append((size, _own(assessment, link.parent, whole, seen)))
        bounds = [*question.at_least_max_of, *([question.at_most] if question.at_most else [])]
        bearing += [(assessment.model.cap_indicator, _own(assessment, bound, whole, seen)) for bound in bounds]
    total = sum(size for size, _ in bearing)
    return sum(size * share for size, share in bearing) / total if total else whole


def _size(assessment: Assessment, indicator: Indicator, scenario: str) -> float:
    if scenario not in indicator.effects:
        return 0.0
    states = [f.state or None for f in forecasts(assessment) if f.scenario == scenario]
    return max(abs(log_ratio(assessment, indicator, scenario, state)) for state in states)


def _share(assessment: Assessment, indicator: Indicator, whole: float, seen: Mapping[str, float]) -> float:
    others = (_share(assessment, assessment.indicator(name), whole, seen) for name in indicator.count.reads)
    return min([seen.get(indicator.id, whole), *others])
