"""The log score (Good 1952): how surprised one was, in nats. It punishes a wrong near-certainty hardest."""

from math import log

LEAST, MOST = 0.01, 0.99
"""Nothing is printed as less than 1 % or more than 99 %, so nothing is scored as such."""


def log_score(p: float) -> float:
    """Return the surprise at what happened, of which *p* was the probability; 0.01 at best, 4.61 at worst."""
    return -log(min(max(p, LEAST), MOST))
