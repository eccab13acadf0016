"""Applying: a proposal written into the text of its assessment because a person decided so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from indicators.assessments import Assessment
from indicators.calibration.exchange import exchanged
from indicators.calibration.proposals import Decision, NewRating, Proposal
from indicators.rules import Indicator, Rating
from indicators.written import Path
from indicators.written.editing import EditError, edited


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """The text of the assessment after the change, and the proposal with the decision in it."""

    text: str
    proposal: Proposal


def applied(
    text: str, assessment: Assessment, proposal: Proposal, *, by: str, why: str, version: str, at: datetime
) -> Applied:
    """Return *text*, which reads as *assessment*, with the ratings of *proposal* and its *version*.

    Comments, order and everything else stay. Temperatures are written where the file has no ``model:`` of its
    own; where it has, they wait for a person's hand, and the decision says so. Raises :class:`EditError` for a
    proposal that was made for another version, was applied before or no longer fits, for a version that is not
    raised, and where nobody says who decides and why.
    """
    for refusal in _refusals(assessment, proposal, by, why, version):
        raise EditError(refusal)
    after = exchanged(text, {_path(assessment, change): str(change.new) for change in proposal.ratings})
    after = edited(after, ("version",), version)
    wait = _MODEL.search(text) is not None
    if proposal.temperatures and not wait:
        after = f"{after.rstrip()}\n\n{_model(proposal)}"
    waiting = tuple(_waiting(proposal)) if wait else ()
    decision = Decision(by=by.strip(), why=why.strip(), at=at, version=version, waiting=waiting)
    return Applied(text=after, proposal=proposal.model_copy(update={"decision": decision}))


_MODEL = re.compile(r"^model\b", re.MULTILINE)


def _model(proposal: Proposal) -> str:
    told = ", ".join(f"{one.family}: {one.new:g}" for one in proposal.temperatures)
    return f"model:\n  temperatures: {{{told}}}\n"


def raised(old: str, new: str) -> bool:
    """Whether *new* is a later version than *old*: its numbers are higher, or, without numbers, it is another one."""
    before, after = (tuple(int(n) for n in re.findall(r"\d+", version)) for version in (old, new))
    return after > before if before and after else bool(new.strip()) and new != old


def _refusals(assessment: Assessment, proposal: Proposal, by: str, why: str, version: str) -> Iterator[str]:
    if proposal.decision is not None:
        yield f"applied before, by {proposal.decision.by} as version {proposal.decision.version}: make a new proposal"
    if (proposal.assessment, proposal.version) != (assessment.id, assessment.version):
        made_for = f"{proposal.assessment} {proposal.version}"
        yield f"made for {made_for}, the file has {assessment.id} {assessment.version}: make a new proposal"
    if not by.strip() or not why.strip():
        yield "say who decides and why: --by NAME --why TEXT"
    if not raised(assessment.version, version):
        yield f"raise the version: {version!r} is not later than {assessment.version!r}"
    if not proposal.ratings and not proposal.temperatures:
        yield "nothing in it can be written: it changes no rating and no temperature"
    for change in proposal.ratings:
        if _now(assessment, change) is not change.old:
            yield f"{change.indicator}: its rating of {change.scenario} ({change.key}) is no longer {change.old}"


def _indicator(assessment: Assessment, change: NewRating) -> Indicator | None:
    return next((i for i in assessment.indicators if i.id == change.indicator), None)


def _now(assessment: Assessment, change: NewRating) -> Rating | None:
    indicator = _indicator(assessment, change)
    effect = indicator.effects.get(change.scenario) if indicator else None
    return None if effect is None else dict(effect).get(change.key)


def _path(assessment: Assessment, change: NewRating) -> Path:
    number = [i.id for i in assessment.indicators].index(change.indicator)
    return ("indicators", number, "effects", change.scenario, change.key)


def _waiting(proposal: Proposal) -> Iterator[str]:
    for one in proposal.temperatures:
        told = f"the temperature of the {one.family} family, {one.old:g} -> {one.new:g}"
        yield f"{told}: write it under model: temperatures: by hand"
