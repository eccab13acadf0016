"""Terms: the words of our own values (levels, confidence) as fixed texts, for pages to say in their language."""

from collections.abc import Mapping

from indicators.decisions import MoveDecisionKind
from indicators.levels import Level
from indicators.moves import MoveReason
from watcher.deciding.verdicts import Verdict
from watcher.web.languages import words

LEVELS = (words("baseline"), words("watch"), words("advisory"), words("warning"), words("critical"))
"""Warning levels by number."""

SURENESS = (words("low"), words("moderate"), words("high"))
"""Confidence, as :class:`indicators.outlooks.Sureness` spells it."""

STATES: Mapping[Level, str] = {
    Level.NOT_OBSERVABLE: words("not observable"),
    Level.NOT_YET_DUE: words("not yet due"),
    Level.REFUTED: words("refuted"),
    Level.QUIET: words("quiet"),
    Level.LEVEL_1: words("level 1"),
    Level.LEVEL_2: words("level 2"),
    Level.LEVEL_3: words("level 3"),
}
"""The states of an indicator."""

REASONS: Mapping[MoveReason, str] = {
    MoveReason.BAND_UP: words("the term rose"),
    MoveReason.BAND_DOWN: words("the term fell"),
    MoveReason.LEVEL_UP: words("the warning level rose"),
    MoveReason.LEVEL_DOWN: words("the warning level fell"),
    MoveReason.ODDS_UP: words("the odds rose"),
    MoveReason.ODDS_DOWN: words("the odds fell"),
    MoveReason.CONFIRMED: words("a second publisher stands behind it"),
    MoveReason.RULED: words("a person ruled"),
    MoveReason.WITHDRAWN: words("it left the assessment"),
    MoveReason.ENDED: words("the assessment was ended"),
}
"""Why we speak of a line."""

DECIDED: Mapping[MoveDecisionKind, str] = {
    MoveDecisionKind.ACCEPT: words("accepted"),
    MoveDecisionKind.AMEND: words("amended"),
    MoveDecisionKind.REJECT: words("rejected"),
    MoveDecisionKind.WITHDRAW: words("taken back"),
}
"""What was decided about a move."""

VERDICTS: Mapping[Verdict, str] = {
    Verdict.OCCURRED: words("It occurred"),
    Verdict.DID_NOT: words("It did not occur"),
    Verdict.NEXT_PERIOD: words("It did not in the period that is over; the question goes on"),
    Verdict.NOT_YET: words("Looked at: the rule is not met, the question stays open"),
    Verdict.VOID: words("Void: nobody can say, no forecast of it is scored"),
    Verdict.WITHDRAW: words("Take back the ruling that stands"),
}
"""What a person can say of a scenario."""
