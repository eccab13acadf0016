"""Moves: when what we publish about a scenario changes. A display rule on top of the outlook.

Bands need a margin and a hold time, warning levels rise at once and fall one step at a time, and
while too few sources can see nothing moves down. The rule never changes a probability, and what it
remembers is a pure function of the outlooks it was shown and of the clock.
"""

from indicators.moves.display import LIKELY, NOTABLE, RARE, VERY_LIKELY
from indicators.moves.pending import PendingTerm, Wait, pending_term
from indicators.moves.published import MoveReason, OutlookMove, Published, first_published, move_id
from indicators.moves.steps import advance, end, withdraw
from indicators.moves.view import differences_of

__all__ = [
    "LIKELY",
    "NOTABLE",
    "RARE",
    "VERY_LIKELY",
    "MoveReason",
    "OutlookMove",
    "PendingTerm",
    "Published",
    "Wait",
    "advance",
    "differences_of",
    "end",
    "first_published",
    "move_id",
    "pending_term",
    "withdraw",
]
