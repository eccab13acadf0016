"""The shuffled ratings: every indicator keeps what it counts and is given the effects of another.

If figures made so are as good, the ratings add nothing: what was said followed the noise of the news.
"""

from collections.abc import Sequence

from indicators.assessments import Assessment


def shufflable(assessment: Assessment) -> tuple[str, ...]:
    """Return the indicators that have effects to exchange, in the file's order."""
    return tuple(i.id for i in assessment.indicators if i.effects)


def shuffled(assessment: Assessment, order: Sequence[str]) -> Assessment:
    """Return *assessment* with the effects of the n-th of :func:`shufflable` given to the n-th of *order*.

    *order* must hold the same names.
    """
    names = shufflable(assessment)
    if sorted(order) != sorted(names):
        raise ValueError("order must hold every indicator that has effects, once")
    effects = {i.id: i.effects for i in assessment.indicators}
    given = {to: effects[source] for source, to in zip(names, order, strict=True)}
    indicators = tuple(
        i.model_copy(update={"effects": given[i.id]}) if i.id in given else i for i in assessment.indicators
    )
    return assessment.model_copy(update={"indicators": indicators})
