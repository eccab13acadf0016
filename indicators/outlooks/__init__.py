"""The outlook: a log-odds ledger from the assessment's priors, and how it explains itself.

log-odds(scenario) = log-odds(prior) + evidence + links, where evidence is the capped, discounted
sum of ``signal x ln LR`` over the indicators, and a link carries a parent's change to its child by
Jeffrey's rule with one number from the analyst. Exclusive states share one softmax. Every term is
a :class:`Row`; the rows of a line add up to its change, so the ledger can be checked by hand.
"""

from indicators.outlooks.confidence import Confidence, Doubt, DoubtKind, Sureness, confidence_of
from indicators.outlooks.deadlines import p_by_deadline
from indicators.outlooks.ledger import Estimate, Estimates, Outlook, Row, RowKind
from indicators.outlooks.ledgers import SENSITIVITY, outlook, outlook_of
from indicators.outlooks.line_sight import LineSight, line_sight
from indicators.outlooks.odds import logit, p_otherwise, probability
from indicators.outlooks.points import points
from indicators.outlooks.ratings import log_ratio
from indicators.outlooks.turning import Change, Turning, Way, change_our_mind, with_levels

__all__ = [
    "SENSITIVITY",
    "Change",
    "Confidence",
    "Doubt",
    "DoubtKind",
    "Estimate",
    "Estimates",
    "LineSight",
    "Outlook",
    "Row",
    "RowKind",
    "Sureness",
    "Turning",
    "Way",
    "change_our_mind",
    "confidence_of",
    "line_sight",
    "log_ratio",
    "logit",
    "outlook",
    "outlook_of",
    "p_by_deadline",
    "p_otherwise",
    "points",
    "probability",
    "with_levels",
]
