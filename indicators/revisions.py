"""Revisions: what a new version of an assessment does to what is open. History is never rewritten."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from indicators.assessments import Assessment, Forecast, forecasts
from indicators.phrases import Phrase, phrase
from indicators.revision_sentences import SENTENCES
from indicators.rules import Indicator


class Touches(StrEnum):
    """What of the open state a revision touches."""

    NOTHING_OPEN = "nothing open"
    MATCHES = "matches"  # items are judged again
    EVENTS = "events"  # events are grouped or counted otherwise
    LEVELS = "levels"  # the same events give other levels
    OUTLOOK = "outlook"  # the same levels give another outlook
    WARNING = "warning"  # an open warning ends, or warnings begin and end elsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One difference between two versions, what it touches, and what happens, in a sentence for people."""

    subject: str
    touches: Touches
    said: Phrase

    @property
    def told(self) -> str:
        """What happens, in English."""
        return self.told_in("en")

    def told_in(self, lang: str) -> str:
        """Return what happens in *lang*, English where there is no such language; ids and keys stay as they are."""
        return self.said.worded(SENTENCES, lang)

    def touches_in(self, lang: str) -> str:
        """Return what it touches in *lang*."""
        return phrase(self.touches.name).worded(SENTENCES, lang)

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
        told = phrase("date", before=str(before.as_of), after=str(after.as_of))
        yield Revision(subject=after.id, touches=Touches.EVENTS, said=told)
    if before.estimative is not after.estimative:
        told = phrase("scale", scale=after.estimative.called)
        yield Revision(subject=after.id, touches=Touches.OUTLOOK, said=told)
    if before.model != after.model:
        told = phrase("model")
        yield Revision(subject=after.id, touches=Touches.OUTLOOK, said=told)
    if (before.places, before.regions, before.countries) != (after.places, after.regions, after.countries):
        told = phrase("places")
        yield Revision(subject=after.id, touches=Touches.MATCHES, said=told)
    if (before.concepts, before.actors) != (after.concepts, after.actors):
        told = phrase("concepts")
        yield Revision(subject=after.id, touches=Touches.MATCHES, said=told)
    if before.queries != after.queries:
        told = phrase("queries")
        yield Revision(subject=after.id, touches=Touches.MATCHES, said=told)
    if before.publishers != after.publishers:
        told = phrase("publishers")
        yield Revision(subject=after.id, touches=Touches.EVENTS, said=told)


def _scenarios(before: Assessment, after: Assessment) -> Iterator[Revision]:
    old, new = ({f.key: f for f in forecasts(a)} for a in (before, after))
    for key in sorted(old.keys() - new.keys()):
        other = next((k for k, f in new.items() if k not in old and _asks_the_same(f, old[key])), "")
        told = phrase("line renamed", other=other) if other else phrase("line gone")
        yield Revision(subject=key, touches=Touches.WARNING, said=told)
    for key in sorted(new.keys() - old.keys()):
        yield Revision(subject=key, touches=Touches.NOTHING_OPEN, said=phrase("line new"))
    for key in old:
        if key in new:
            yield from _line(old[key], new[key])


def _asks_the_same(one: Forecast, other: Forecast) -> bool:
    return (one.resolves, one.state, one.name) == (other.resolves, other.state, other.name)


def _line(old: Forecast, new: Forecast) -> Iterator[Revision]:
    if old.prior.p != new.prior.p:
        told = phrase("prior", before=f"{old.prior.p:g}", after=f"{new.prior.p:g}")
        yield Revision(subject=new.key, touches=Touches.OUTLOOK, said=told)
    if old.horizon_days != new.horizon_days:
        told = phrase("horizon", before=old.horizon_days, after=new.horizon_days)
        yield Revision(subject=new.key, touches=Touches.OUTLOOK, said=told)
    if old.resolves != new.resolves:
        told = phrase("resolves")
        yield Revision(subject=new.key, touches=Touches.NOTHING_OPEN, said=told)


def _indicators(before: Assessment, after: Assessment) -> Iterator[Revision]:
    old, new = ({i.id: i for i in a.indicators} for a in (before, after))
    for name in sorted(old.keys() - new.keys()):
        other = next((i.id for i in after.indicators if i.id not in old and i.match == old[name].match), "")
        told = phrase("rule renamed", other=other) if other else phrase("rule gone")
        yield Revision(subject=name, touches=Touches.EVENTS, said=told)
    for name in sorted(new.keys() - old.keys()):
        told = phrase("rule new")
        yield Revision(subject=name, touches=Touches.MATCHES, said=told)
    for name in old:
        if name in new:
            yield from _indicator(old[name], new[name])


def _indicator(old: Indicator, new: Indicator) -> Iterator[Revision]:
    reads = ("match", "codes", "not_", "where", "announcement")
    if any(getattr(old, part) != getattr(new, part) for part in reads):
        told = phrase("match")
        yield Revision(subject=new.id, touches=Touches.MATCHES, said=told)
    if old.count.of is not new.count.of:
        told = phrase("counted", before=old.count.of.value, after=new.count.of.value)
        yield Revision(subject=new.id, touches=Touches.EVENTS, said=told)
    elif old.count != new.count:
        told = phrase("thresholds")
        yield Revision(subject=new.id, touches=Touches.LEVELS, said=told)
    if old.raises_watch_at != new.raises_watch_at:
        told = phrase("watch", before=old.raises_watch_at, after=new.raises_watch_at)
        yield Revision(subject=new.id, touches=Touches.WARNING, said=told)
    if (old.effects, old.group) != (new.effects, new.group):
        told = phrase("ratings")
        yield Revision(subject=new.id, touches=Touches.OUTLOOK, said=told)
