"""Events: many reports, one happening. Reports only regrade an event, they never multiply it."""

from indicators.events.casebook import LATEST, Casebook, group_matches
from indicators.events.decisions import DecisionKind, EventDecision
from indicators.events.event import ANNOUNCEMENT_VALUE, Event

__all__ = ["ANNOUNCEMENT_VALUE", "LATEST", "Casebook", "DecisionKind", "Event", "EventDecision", "group_matches"]
