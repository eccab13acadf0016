"""Insertion: one more report among others that are already put together, where it moves none of them.

Most late reports join a happening and change nothing by which others are found, or open one that nobody
would have joined. Then only that happening is made anew. Whether it is so is judged with care: what is in
doubt is gone through again, report by report (see :mod:`~indicators.events.docket`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from indicators.events.decisions import Decided
from indicators.events.fold import COPY_DAYS, DENIAL_DAYS, REACH_DAYS, Fold
from indicators.events.happening import (
    Anchor,
    Happening,
    Key,
    before,
    edge_of,
    first_place,
    key_of,
    recorded_day,
    vague,
)
from indicators.events.texts import ALIKE, MOST_TEXTS, SAME_TEXT, Texts, day_of, pieces_of
from indicators.matcher import Match
from indicators.stances import Stance

Days = Mapping[int, tuple[Happening, ...]]

_NOTHING = Decided({}, ())


def inserted(report: Match, days: Days, denials: Sequence[Match], *, indicator: str, state: bool) -> Days | None:
    """Return the happenings of those *days* of a docket that one more *report* changes.

    ``None`` if it may move what came after it. Nobody has grouped any of them by a decision.
    """
    key = key_of(report)
    whole = [h for day in range(key[0] - REACH_DAYS, key[0] + 1) for h in days.get(day, ())]
    was = [(h, cut) for h in whole if (cut := h.until(key)) is not None]
    fold = Fold(indicator, state, _NOTHING, opened=[cut for _, cut in was])
    fold.put(report)
    joined = [(h, cut, now) for (h, cut), now in zip(was, fold.happenings, strict=False) if now is not cut]
    opened = fold.happenings[len(was) :]
    if report.contrary:
        return _replaced(days, {id(h): now if cut is h else h.opposed(report) for h, cut, now in joined})
    if any(now.anchors != cut.anchors for _, cut, now in joined):
        return None
    later = _Later(report, key, days, denials[before(denials, key) :], state)
    if later.came and later.moved_by(joined, opened):
        return None
    return _entered(
        days, _replaced(days, {id(h): now if cut is h else h.among(report) for h, cut, now in joined}), opened
    )


@dataclass(frozen=True, slots=True)
class _Later:
    """What came after a *report* with that *key*, and might have been put elsewhere had it been there."""

    report: Match
    key: Key
    days: Days
    denials: Sequence[Match]
    state: bool

    @property
    def came(self) -> bool:
        """Whether anything did: most reports are the newest of their docket."""
        return bool(self.denials) or next(self._happenings(self.key[0] + COPY_DAYS), None) is not None

    def moved_by(self, joined: Iterable[tuple[Happening, Happening, Happening]], opened: Iterable[Happening]) -> bool:
        """Whether anything moves by the happenings that the report *joined* or *opened*."""
        return any(self._moved_by_joining(whole, cut) for whole, cut, _ in joined) or any(
            map(self._moved_by_opening, opened)
        )

    def _moved_by_joining(self, whole: Happening, cut: Happening) -> bool:
        """Whether anything moves if the report joins *cut*, which has become *whole* since."""
        if self._taken_back(whole.day) or self._expels(whole):
            return True
        known, signature = cut.texts, self.report.signature
        if known.same_with(self.report):
            return False
        if signature in known.told:
            return True
        if len(known.told) >= MOST_TEXTS:
            return False
        full = len(whole.texts.told) >= MOST_TEXTS and signature not in whole.texts.told
        return self._copied(whole) or (full and self._let_go(whole))

    def _let_go(self, whole: Happening) -> bool:
        """Whether what came later may be in *whole* only by the last text compared: the new one takes its place.

        What has that text, or pieces of it, must have one of the texts that stay. In doubt are records, whose texts
        are told apart by their days, and place-days, which a text may lead to another place.
        """
        *kept, last = whole.texts.told
        staying = Texts.of([self.report, *(whole.texts.told[signature] for signature in kept)])
        lost, seen = pieces_of(whole.texts.told[last]), set()
        later = (*whole.reports[before(whole.reports, self.key) :], *whole.against)
        for r in (r for r in later if not lost.isdisjoint(pieces_of(r))):
            if self.state or r.item.occurred is not None:
                return True
            mark = r.signature, first_place(r), r.spot
            if mark in seen:
                continue
            seen.add(mark)
            least = ALIKE if vague(mark[1]) or whole.anchors[0].at(*mark[1:]) else SAME_TEXT
            if not staying.hold(r, pieces_of(r), least):
                return True
        return False

    def _moved_by_opening(self, opened: Happening) -> bool:
        """Whether anything moves if the report has *opened* a happening of its own."""
        if self._taken_back(opened.day) or self._denied(opened) or self._copied(opened):
            return True
        if self.state:
            place = opened.anchors[0].place
            return any(h.anchors[0].place == place for h in self.days.get(opened.day, ()))
        return any(self._neared(opened.anchors[0], h) for h in self._happenings(self.key[0] + 1))

    def _expels(self, whole: Happening) -> bool:
        """Whether a record of the same family that came later to *whole* says that this was on another day.

        Where place-days are counted it may have been put elsewhere by the text of *whole*: any such record will do.
        """
        day, family = recorded_day(self.report), self.report.publisher.family
        if day is None:
            return False
        among = self._happenings(self.key[0] + COPY_DAYS) if self.state else (whole,)
        later = (r for h in among for r in h.reports[before(h.reports, self.key) :] if r.publisher.family == family)
        return any(recorded_day(r) not in (None, day) for r in later)

    def _happenings(self, until: int) -> Iterator[Happening]:
        """Yield the happenings opened up to the day *until* to which something was put later."""
        for day in range(self.key[0] - REACH_DAYS, until + 1):
            yield from (h for h in self.days.get(day, ()) if self.key < h.last)

    def _copied(self, home: Happening) -> bool:
        """Whether a later report elsewhere, or what takes one back, may have the report's text."""
        pieces = pieces_of(self.report)
        if not pieces:
            return False
        if any(r.stance is Stance.RETRACTS and not pieces.isdisjoint(pieces_of(r)) for r in self.denials):
            return True
        for other in self._happenings(self.key[0] + COPY_DAYS):
            if other is home or (self.state and other.day == home.day):
                continue
            if len(other.texts.told) < MOST_TEXTS:
                if not pieces.isdisjoint(other.texts.pieces):
                    return True
            elif any(not pieces.isdisjoint(pieces_of(r)) for r in {r.signature: r for r in other.reports}.values()):
                return True
        return False

    def _neared(self, own: Anchor, other: Happening) -> bool:
        """Whether a later report of *other* might have joined what the report opened, for its place and day."""
        reports = other.reports[before(other.reports, self.key) : before(other.reports, edge_of(own.day + 2))]
        if vague(own.place):
            return any(not self._held(r, other) for r in reports)
        for place, spot in {(first_place(r), r.spot) for r in reports}:
            if not vague(place) and own.at(place, spot):
                return True
        return any(vague(first_place(r)) and not self._held_before(own, r, other) for r in reports)

    def _held(self, report: Match, home: Happening) -> bool:
        """Whether *report* would be put to *home* for its place before anything that names none."""
        first = home.anchors[0]
        if report is home.reports[0] or vague(first.place):
            return False
        return vague(first_place(report)) or first.at(first_place(report), report.spot)

    def _held_before(self, own: Anchor, report: Match, home: Happening) -> bool:
        """Whether *report*, which names no point, would be put to *home* before a happening at *own*."""
        first, day = home.anchors[0], day_of(report.when)
        return not vague(first.place) and (abs(first.day - day), first.place) < (abs(own.day - day), own.place)

    def _denied(self, opened: Happening) -> bool:
        """Whether a later denial may speak of what the report has *opened*."""
        last = edge_of(opened.day + DENIAL_DAYS + 1)
        return any(opened.is_at(first_place(r), r.spot) and key_of(r) < last for r in self.denials)

    def _taken_back(self, day: int) -> bool:
        """Whether the report's family later takes something back that may be of a happening of that *day*."""
        last, family = edge_of(day + COPY_DAYS + 1), self.report.publisher.family
        return any(
            r.stance is Stance.RETRACTS and r.publisher.family == family and key_of(r) < last for r in self.denials
        )


def _replaced(days: Days, others: Mapping[int, Happening]) -> dict[int, tuple[Happening, ...]]:
    """Return those of *days* on which there are *others* in the place of the happenings of those identities."""
    return {
        day: tuple([others.get(id(h), h) for h in days[day]]) for day in dict.fromkeys(h.day for h in others.values())
    }


def _entered(days: Days, changed: dict[int, tuple[Happening, ...]], opened: Sequence[Happening]) -> Days:
    """Return those of *days* that are *changed*, with what was *opened*, by its first report among those of its day."""
    found = dict(changed)
    for happening in opened:
        there = found.get(happening.day) or days.get(happening.day, ())
        at = sum(key_of(h.reports[0]) <= key_of(happening.reports[0]) for h in there)
        found[happening.day] = (*there[:at], happening, *there[at:])
    return found
