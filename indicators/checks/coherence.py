"""Coherence: the numbers of an assessment must not contradict its words or one another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from indicators.assessments import Assessment, ExclusiveSet, Prior, Question, forecasts
from indicators.bands import band_named, band_of
from indicators.errors import Severity
from indicators.outlooks import p_otherwise
from indicators.written import Fault, Path


def words_and_numbers(assessment: Assessment) -> Iterator[Fault]:
    """Find priors that lie outside the term they are said with."""
    yield from _priors(assessment)


def coherence(assessment: Assessment) -> Iterator[Fault]:
    """Find numbers that contradict one another, and paths that would be counted twice."""
    for check in (_sets, _links, _coherence, _margins, _deadlines, _double_paths):
        yield from check(assessment)


def _priors(assessment: Assessment) -> Iterator[Fault]:
    scale, called = assessment.scale, assessment.estimative.called
    article = "an" if called[0] in "AEIO" else "a"
    for path, prior in _prior_paths(assessment):
        band = band_named(prior.term, scale)
        if band is None:
            terms = ", ".join(b.terms["en"] for b in scale)
            yield Fault(path=path, what=f"{prior.term!r} is not {article} {called} term", instead=f"one of: {terms}")
        elif not band.low <= prior.p < band.high:
            fits = scale[band_of(prior.p, scale)].terms["en"]
            yield Fault(
                path=path,
                what=f"prior {prior.p} lies outside the band of {prior.term!r} ({band.printed})",
                instead=f"write a p in {band.printed}, or the term {fits!r}",
            )


def _prior_paths(assessment: Assessment) -> Iterator[tuple[Path, Prior]]:
    for i, scenario in enumerate(assessment.scenarios):
        if isinstance(scenario, Question):
            yield ("scenarios", i, "prior"), scenario.prior
        else:
            for j, state in enumerate(scenario.states):
                yield ("scenarios", i, "states", j, "prior"), state.prior


def _sets(assessment: Assessment) -> Iterator[Fault]:
    for i, scenario in enumerate(assessment.scenarios):
        if isinstance(scenario, ExclusiveSet):
            total = sum(s.prior.p for s in scenario.states)
            if abs(total - 1) > 1e-6:  # noqa: PLR2004 - what rounding to six digits can leave
                what = f"the priors of {scenario.id} add up to {total:.3f}"
                yield Fault(path=("scenarios", i, "states"), what=what, instead="they must add up to 1")


def _links(assessment: Assessment) -> Iterator[Fault]:
    priors = {f.key: f.prior.p for f in forecasts(assessment)}
    for i, scenario in enumerate(assessment.scenarios):
        for j, link in enumerate(scenario.links if isinstance(scenario, Question) else ()):
            other = p_otherwise(priors[scenario.id], priors[link.parent], link.p_if)
            if not 0 < other < 1:
                yield Fault(
                    path=("scenarios", i, "links", j),
                    what=f"p_if {link.p_if} asks for p = {other:.3f} of {scenario.id} without {link.parent}",
                    instead="move p_if toward the prior until this lies between 0 and 1",
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """An "any" scenario with its parts. ``low`` and ``high`` bound what it can be, whatever the parts have in common.

    The bounds are Frechet's: an "any" is at least its likeliest part and at most the sum of them all.
    """

    path: Path
    question: Question
    parts: Mapping[str, float]

    @property
    def low(self) -> float:
        """The probability of the likeliest part."""
        return max(self.parts.values())

    @property
    def high(self) -> float:
        """The sum of the parts; above 1 it bounds nothing."""
        return sum(self.parts.values())

    @property
    def coherent(self) -> bool:
        """Whether the prior lies within the bounds."""
        return self.low <= self.question.prior.p <= self.high


def wholes(assessment: Assessment) -> Iterator[Whole]:
    """Yield every scenario that is at least as likely as each of others, in the file's order."""
    priors = {f.key: f.prior.p for f in forecasts(assessment)}
    for i, s in enumerate(assessment.scenarios):
        if isinstance(s, Question) and s.at_least_max_of:
            parts = {part: priors[part] for part in s.at_least_max_of}
            yield Whole(path=("scenarios", i, "prior"), question=s, parts=parts)


def _coherence(assessment: Assessment) -> Iterator[Fault]:
    for whole in wholes(assessment):
        if not whole.coherent:
            name = whole.question.id
            what = f"{name} must lie between its largest part, {whole.low}, and their sum, {whole.high:.2f}"
            yield Fault(path=whole.path, what=what, instead="change its p or the parts'")
    priors = {f.key: f.prior.p for f in forecasts(assessment)}
    for i, s in enumerate(assessment.scenarios):
        if isinstance(s, Question) and s.at_most and s.prior.p > priors[s.at_most]:
            yield Fault(
                path=("scenarios", i, "prior"),
                what=f"{s.id} is likelier than {s.at_most}",
                instead="lower its p",
            )


def _margins(assessment: Assessment) -> Iterator[Fault]:
    margin, scale = assessment.model.warn.band_margin, assessment.scale
    for path, prior in _prior_paths(assessment):
        band = scale[band_of(prior.p, scale)]
        near = min(prior.p - band.low if band.low else 1, band.high - prior.p if band.high < 1 else 1)
        wide = band.high - band.low > 2 * margin
        if wide and near < margin - 1e-9 and prior.p >= margin:
            what = f"prior {prior.p} lies within {margin:g} of the edge of its band ({band.printed})"
            yield Fault(path=path, what=what, instead="small moves may change its word", severity=Severity.WARNING)


def _deadlines(assessment: Assessment) -> Iterator[Fault]:
    for i, scenario in enumerate(assessment.scenarios):
        day = scenario.deadline if isinstance(scenario, Question) else None
        if day is not None and day < assessment.as_of:
            what = f"the deadline {day} of {scenario.id} lies before the assessment's own date, {assessment.as_of}"
            yield Fault(path=("scenarios", i, "deadline"), what=what, instead="write a later day, or leave it out")


@dataclass(frozen=True, slots=True, kw_only=True)
class DoublePath:
    """An indicator (the ``number``-th of the file) that feeds a scenario and also one of that scenario's parents."""

    number: int
    indicator: str
    child: str
    parents: tuple[str, ...]
    reason: str
    """What the analyst wrote as ``direct_reason``; empty if nothing."""


def double_paths(assessment: Assessment) -> Iterator[DoublePath]:
    """Yield every indicator that feeds both ends of a link, with or without a written reason."""
    for i, indicator in enumerate(assessment.indicators):
        for question in assessment.questions:
            parents = {link.parent.partition(".")[0] for link in question.links}
            fed = sorted(parents & set(indicator.effects))
            if question.id in indicator.effects and fed:
                yield DoublePath(
                    number=i,
                    indicator=indicator.id,
                    child=question.id,
                    parents=tuple(fed),
                    reason=indicator.direct_reason.get(question.id, ""),
                )


def _double_paths(assessment: Assessment) -> Iterator[Fault]:
    """An indicator that feeds a parent and its child counts twice unless the analyst says why."""
    for path in double_paths(assessment):
        if path.child not in assessment.indicators[path.number].direct_reason:
            yield Fault(
                path=("indicators", path.number, "effects", path.child),
                what=f"counted twice: it feeds {path.child} and also {path.parents[0]}, which is linked to it",
                instead=f"drop one, or write direct_reason: {{{path.child}: why it speaks directly}}",
            )
