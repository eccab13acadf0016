"""Conditions: how one source is, in one word, since when, and why. Pure: the row of the source goes in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from alerts.worded import Names
from watcher.health.seeing import polls_well
from watcher.health.source_state import SourceState
from watcher.health.vitals import Oddity, Vitals
from watcher.settings import Settings, WrittenSource
from watcher.sources import Fault
from watcher.sources.exchange import REFUSALS

CONFIRMED = 2
"""Polls in a row that must be odd before it is believed: one bad answer happens to every site."""

GAP_TOLD = timedelta(days=1)
"""A gap is told for so long after the last poll that had one."""


class Condition(StrEnum):
    """How a source is. The word is the same in table, message, page and test; the worst that holds is said."""

    NEW = "never polled"
    FAILING = "failing"
    REFUSED = "refused"
    """It answers and does not let us in: login, access, forbidden, or an address we may not dial."""
    NOT_A_FEED = "not a feed"
    SUSPECT = "suspect"
    """It answers as ever, and what it says is not what it was."""
    EMPTY = "empty"
    STALE = "stale"
    """It answers, and nothing new has come for longer than is usual at this time of the week."""
    GAP = "gap"
    """It shows only its latest reports, and at the last poll none of them was known: some may have been missed."""
    DETOUR = "by a detour"
    """Its own way does not work, and another brings less: what the kind of source has in reserve."""
    UNCHANGED = "unchanged"
    OK = "ok"


BLINDING = frozenset({Condition.NEW, Condition.SUSPECT, Condition.EMPTY, Condition.STALE})
"""Conditions in which a source does not see, though its polls may work."""


DOUBTED = frozenset({Condition.SUSPECT, Condition.EMPTY})
"""Conditions that a person can end by a word: what is odd is usual from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """One source's condition, with its reason by language; ``sees`` is whether it counts as seeing."""

    source: str
    condition: Condition
    since: datetime | None
    reason: Names
    sees: bool
    confirmed: bool
    """Whether it has stood long enough for somebody to be told."""

    @property
    def troubled(self) -> bool:
        """Whether a person should look."""
        return self.condition not in (Condition.OK, Condition.UNCHANGED, Condition.NEW)

    def told_in(self, lang: str) -> str:
        """Return the condition and its reason in one line of *lang*: en or fr."""
        word = IN_FRENCH[self.condition] if lang == "fr" else self.condition.value
        return f"{word}, {self.reason[lang]}" if self.reason[lang] else word


def health_of(source: WrittenSource, state: SourceState | None, *, now: datetime) -> Health:
    """Return how *source* is at *now*, from its row; ``None`` is the row of one that was never polled."""
    state = state or SourceState(id=source.id)
    well = polls_well(source, state, now=now)
    found = _found(state, now, well=well)
    return Health(
        source=source.id,
        condition=found.condition,
        since=found.since,
        reason=found.reason,
        sees=well and not (found.condition in BLINDING and found.confirmed),
        confirmed=found.confirmed,
    )


def sources_seeing(settings: Settings, states: Mapping[str, SourceState], *, now: datetime) -> frozenset[str]:
    """Return the ids of the configured sources that see at *now*."""
    return frozenset(s.id for s in settings.sources if health_of(s, states.get(s.id), now=now).sees)


_NEVER: Names = {"en": "it was never polled", "fr": "jamais interrogée"}
_UNPOLLED: Names = {"en": "no poll for two of its intervals", "fr": "pas interrogée depuis deux de ses intervalles"}
_NOTHING_YET: Names = {
    "en": "it has brought nothing at all since it was first polled",
    "fr": "elle n'a rien apporté depuis la première interrogation",
}
_UNCHANGED: Names = {"en": "it says that nothing is new", "fr": "elle dit qu'il n'y a rien de nouveau"}
_ODD_IN_FRENCH = {
    Oddity.EMPTY: "plus aucune dépêche alors qu'il y en avait",
    Oddity.TITLE: "un autre titre, et rien de connu",
    Oddity.LANGUAGE: "une autre langue, et rien de connu",
    Oddity.COLLAPSED: "bien moins de dépêches que d'habitude",
    Oddity.GARBLED: "des caractères sont perdus",
}
IN_FRENCH = {
    Condition.NEW: "jamais interrogée",
    Condition.FAILING: "en échec",
    Condition.REFUSED: "refusée",
    Condition.NOT_A_FEED: "pas un flux",
    Condition.SUSPECT: "suspecte",
    Condition.EMPTY: "vide",
    Condition.STALE: "muette",
    Condition.GAP: "lacune",
    Condition.DETOUR: "par un détour",
    Condition.UNCHANGED: "inchangée",
    Condition.OK: "en ordre",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    condition: Condition
    since: datetime | None
    reason: Names
    confirmed: bool = False


def _found(state: SourceState, now: datetime, *, well: bool) -> _Found:
    return (
        _failing(state, well=well)
        or _odd(state.vitals)
        or _stale(state.vitals, now)
        or _gap(state.vitals, now)
        or _detour(state.vitals)
        or _well(state.vitals)
    )


def _failing(state: SourceState, *, well: bool) -> _Found | None:
    if state.last_poll_at is None:
        return _Found(condition=Condition.NEW, since=None, reason=_NEVER, confirmed=True)
    if well and not state.failures:
        return None
    told = ": ".join(part for part in (state.last_fault, state.last_detail) if part) if state.failures else ""
    reason = {"en": told, "fr": told} if told else _UNPOLLED
    confirmed = not well and (state.failures == 0 or state.failures >= CONFIRMED)
    return _Found(condition=_failure(state), since=state.last_ok_at, reason=reason, confirmed=confirmed)


def _failure(state: SourceState) -> Condition:
    if state.failures and (state.last_fault in _REFUSED or state.last_detail in REFUSALS):
        return Condition.REFUSED
    return Condition.NOT_A_FEED if state.failures and state.last_fault in _NO_FEED else Condition.FAILING


_REFUSED = frozenset({Fault.LOGIN, Fault.NO_ACCESS, Fault.REFUSED_ADDRESS})
_NO_FEED = frozenset({Fault.NOT_A_FEED, Fault.COLUMNS, Fault.EMPTY})


def _odd(vitals: Vitals) -> _Found | None:
    if vitals.odd is Oddity.NONE:
        return None
    condition = Condition.EMPTY if vitals.odd is Oddity.EMPTY else Condition.SUSPECT
    reason = {"en": f"{vitals.odd} ({vitals.odd_detail})", "fr": f"{_ODD_IN_FRENCH[vitals.odd]} ({vitals.odd_detail})"}
    confirmed = vitals.odd_polls >= CONFIRMED
    return _Found(condition=condition, since=vitals.odd_since, reason=reason, confirmed=confirmed)


def _stale(vitals: Vitals, now: datetime) -> _Found | None:
    if vitals.late_at is None or now <= vitals.late_at:
        return None
    if vitals.heard_at is None:
        return _Found(condition=Condition.STALE, since=vitals.late_at, reason=_NOTHING_YET, confirmed=True)
    heard = f"{vitals.heard_at:%Y-%m-%d %H:%M} UTC"
    reason = {
        "en": f"nothing new since {heard}, longer than it usually is silent",
        "fr": f"rien de nouveau depuis {heard}, silence plus long que d'habitude",
    }
    return _Found(condition=Condition.STALE, since=vitals.late_at, reason=reason, confirmed=True)


def _gap(vitals: Vitals, now: datetime) -> _Found | None:
    if vitals.gap_at is None or not vitals.gap_at <= now <= vitals.gap_at + GAP_TOLD:
        return None
    at = f"{vitals.gap_at:%Y-%m-%d %H:%M} UTC"
    reason = {
        "en": f"none of its reports was known at {at}: some may have been missed",
        "fr": f"aucune de ses dépêches n'était connue à {at} : certaines ont pu manquer",
    }
    return _Found(condition=Condition.GAP, since=vitals.gap_at, reason=reason, confirmed=True)


def _detour(vitals: Vitals) -> _Found | None:
    if not vitals.instead:
        return None
    reason = {"en": vitals.instead, "fr": vitals.instead}
    return _Found(condition=Condition.DETOUR, since=vitals.instead_since, reason=reason, confirmed=True)


def _well(vitals: Vitals) -> _Found:
    if vitals.unmodified:
        return _Found(condition=Condition.UNCHANGED, since=vitals.whole_at, reason=_UNCHANGED)
    return _Found(condition=Condition.OK, since=vitals.heard_at, reason={"en": "", "fr": ""})
