"""What the forms of a scenario's page ask for, read from what was sent."""

import math
from dataclasses import dataclass

from indicators.decisions import MoveDecisionKind
from indicators.outlooks import Sureness
from watcher.deciding.verdicts import Verdict
from watcher.web.forms import Form
from watcher.web.languages import words

LONGEST_WHY = 500
"""Letters of a reason."""


class UnfitError(Exception):
    """A field says nothing that can be used; the fixed text says what to write instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a person says about a move."""

    move: str
    kind: MoveDecisionKind
    why: str
    p: float | None
    confidence: Sureness | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """What a person says of the question itself."""

    verdict: Verdict
    why: str


def decided(form: Form) -> Decided:
    """Read a decision about a move; raises :class:`UnfitError`."""
    try:
        kind = MoveDecisionKind(form.text("choice"))
        confidence = Sureness(form.text("confidence")) if form.text("confidence") else None
    except ValueError:
        raise UnfitError(words("This page does not know how to do that.")) from None
    amends = kind is MoveDecisionKind.AMEND
    stands_by = kind in (MoveDecisionKind.ACCEPT, MoveDecisionKind.AMEND)
    return Decided(
        move=form.text("move"),
        kind=kind,
        why=_why(form),
        p=_share(form.text("p")) if amends else None,
        confidence=confidence if stands_by else None,
    )


def ruled(form: Form) -> Ruled:
    """Read a ruling; raises :class:`UnfitError`."""
    try:
        verdict = Verdict(form.text("verdict"))
    except ValueError:
        raise UnfitError(words("Choose what you rule.")) from None
    if "read" not in form:
        raise UnfitError(words("Read the rule first, and say so: a ruling settles every figure it speaks of."))
    return Ruled(verdict=verdict, why=_why(form))


def _why(form: Form) -> str:
    why = form.text("why", most=LONGEST_WHY)
    if not why:
        raise UnfitError(words("Say why in a sentence: it stays on record with your name."))
    return why


def _share(written: str) -> float:
    """Return a probability from per cent as people write them: ``20``, ``20 %``, ``0,5 %``."""
    try:
        percent = float(written.rstrip("% ").replace(",", "."))
    except ValueError:
        percent = math.nan
    if not 0 < percent < 100:  # noqa: PLR2004 - per cent
        raise UnfitError(words("Write your figure in per cent, above 0 and below 100: nothing is certain."))
    return percent / 100
