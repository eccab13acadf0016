"""Revisions: what a new version of an assessment does to what is open. History is never rewritten."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from indicators.assessments import Assessment, Forecast, forecasts
from indicators.rules import Indicator


class Touches(StrEnum):
    """What of the open state a revision touches."""

    NOTHING_OPEN = "nothing open"
    MATCHES = "matches"  # items are judged again
    EVENTS = "events"  # events are grouped or counted otherwise
    LEVELS = "levels"  # the same events give other levels
    OUTLOOK = "outlook"  # the same levels give another outlook
    WARNING = "warning"  # an open warning ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One difference between two versions, what it touches, and what happens, in a sentence for people."""

    subject: str
    touches: Touches
    told: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.told}"


def revisions(before: Assessment, after: Assessment) -> tuple[Revision, ...]:
    """Return what *after* changes for all that was judged under *before*, the paper first, then its parts.

    Raises ``ValueError`` for versions of different assessments: those never touch each other.
    """
    if before.id != after.id:
        raise ValueError(f"{before.id} and {after.id} are two assessments, not two versions of one")
    return (*_paper(before, after), *_scenarios(before, after), *_indicators(before, after))


def _paper(before: Assessment, after: Assessment) -> Iterator[Revision]:
    if before.as_of != after.as_of:
        told = f"its date goes from {before.as_of} to {after.as_of}: what is older ends counting"
        yield Revision(subject=after.id, touches=Touches.EVENTS, told=told)
    if before.estimative is not after.estimative:
        told = f"figures are said in the words of {after.estimative.called}; a kept word is read in the new scale"
        yield Revision(subject=after.id, touches=Touches.OUTLOOK, told=told)
    if before.model != after.model:
        told = "numbers of the model changed: every line is worked out anew from the same events"
        yield Revision(subject=after.id, touches=Touches.OUTLOOK, told=told)
    if (before.places, before.regions, before.countries) != (after.places, after.regions, after.countries):
        told = "places or regions changed: every kept item is judged again"
        yield Revision(subject=after.id, touches=Touches.MATCHES, told=told)
    if (before.concepts, before.actors) != (after.concepts, after.actors):
        told = "concepts or actors changed: every kept item is judged again"
        yield Revision(subject=after.id, touches=Touches.MATCHES, told=told)
    if before.queries != after.queries:
        told = "named queries changed: every kept item is judged again by the rules that call them"
        yield Revision(subject=after.id, touches=Touches.MATCHES, told=told)
    if before.publishers != after.publishers:
        told = "publishers or their grades changed: every kept item is judged again, and events are graded anew"
        yield Revision(subject=after.id, touches=Touches.EVENTS, told=told)


def _scenarios(before: Assessment, after: Assessment) -> Iterator[Revision]:
    old, new = ({f.key: f for f in forecasts(a)} for a in (before, after))
    for key in sorted(old.keys() - new.keys()):
        other = next((k for k, f in new.items() if k not in old and _asks_the_same(f, old[key])), "")
        told = f"is now called {other}, which begins at its prior" if other else "is gone"
        told += ": an open warning stands down once, aloud; its history, rulings and scores stay under its old name"
        yield Revision(subject=key, touches=Touches.WARNING, told=told)
    for key in sorted(new.keys() - old.keys()):
        yield Revision(subject=key, touches=Touches.NOTHING_OPEN, told="is new and begins at its prior")
    for key in old:
        if key in new:
            yield from _line(old[key], new[key])


def _asks_the_same(one: Forecast, other: Forecast) -> bool:
    return (one.resolves, one.state, one.name) == (other.resolves, other.state, other.name)


def _line(old: Forecast, new: Forecast) -> Iterator[Revision]:
    if old.prior.p != new.prior.p:
        told = (
            f"its prior goes from {old.prior.p:g} to {new.prior.p:g}; the change is a row of its own in the next ledger"
        )
        yield Revision(subject=new.key, touches=Touches.OUTLOOK, told=told)
    if old.horizon_days != new.horizon_days:
        told = (
            f"its horizon goes from {old.horizon_days} to {new.horizon_days} days; published figures keep the old one"
        )
        yield Revision(subject=new.key, touches=Touches.OUTLOOK, told=told)
    if old.resolves != new.resolves:
        told = "its resolution rule changed: figures published before are scored by the rule that stood then"
        yield Revision(subject=new.key, touches=Touches.NOTHING_OPEN, told=told)


def _indicators(before: Assessment, after: Assessment) -> Iterator[Revision]:
    old, new = ({i.id: i for i in a.indicators} for a in (before, after))
    for name in sorted(old.keys() - new.keys()):
        other = next((i.id for i in after.indicators if i.id not in old and i.match == old[name].match), "")
        told = f"is now called {other}: its items are judged again under that name" if other else "is gone"
        told += "; its events end counting, decisions about them stay on record"
        yield Revision(subject=name, touches=Touches.EVENTS, told=told)
    for name in sorted(new.keys() - old.keys()):
        told = "is new: every kept item is judged by it, as known from that moment on"
        yield Revision(subject=name, touches=Touches.MATCHES, told=told)
    for name in old:
        if name in new:
            yield from _indicator(old[name], new[name])


def _indicator(old: Indicator, new: Indicator) -> Iterator[Revision]:
    reads = ("match", "codes", "not_", "where", "announcement")
    if any(getattr(old, part) != getattr(new, part) for part in reads):
        told = "its rule changed: every kept item is judged again, and old news stays as old as it was"
        yield Revision(subject=new.id, touches=Touches.MATCHES, told=told)
    if old.count.of is not new.count.of:
        told = f"counts {new.count.of.value} instead of {old.count.of.value}: its events are grouped and counted anew"
        yield Revision(subject=new.id, touches=Touches.EVENTS, told=told)
    elif old.count != new.count:
        told = (
            "its thresholds, window, half-life or baseline changed: the same events are read anew, past readings stay"
        )
        yield Revision(subject=new.id, touches=Touches.LEVELS, told=told)
    if (old.effects, old.group) != (new.effects, new.group):
        told = "its ratings or group changed: the difference shows in the next ledger"
        yield Revision(subject=new.id, touches=Touches.OUTLOOK, told=told)
