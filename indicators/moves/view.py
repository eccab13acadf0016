"""The view: one line of an outlook with what it rests on, as the display rule looks at it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from operator import attrgetter

from indicators.assessments import Assessment
from indicators.events import Event
from indicators.levels import Reading, Readings
from indicators.moves.published import Published
from indicators.moves.thresholds import JudgedLine, thresholds_of
from indicators.outlooks import Estimate, Estimates, LineSight, Outlook, Row, RowKind, line_sight, logit
from indicators.sight import EVERYWHERE, Sight

_by_time = attrgetter("when", "id")


class Present:
    """One outlook with its readings, as the views of all its lines share it."""

    def __init__(
        self, assessment: Assessment, outlook: Outlook, readings: Readings, sight: Mapping[str, Sight]
    ) -> None:
        """Take what every line looks at."""
        self.assessment, self.outlook, self.readings = assessment, outlook, readings
        self.thresholds = thresholds_of(assessment)
        self.lines = Estimates.of(outlook.estimates)
        """The lines, of which no more is worked out than is asked for."""
        self.now = outlook.at
        self.all_seen = min((outlook.coverage, *outlook.seen.values())) >= self.thresholds.floor
        """Whether enough sources can see for every indicator, and so for every line."""
        self.heard: dict[str, frozenset[str]] = {}
        """The families behind each indicator, once asked for."""
        self._sight = sight

    @cached_property
    def blind_until(self) -> Mapping[str, datetime]:
        """Until when nobody could look last, at all or for one indicator; what never was blind is left out."""
        return {
            name: max(self.now if span.end is None else span.end for span in sight.blind)
            for name, sight in self._sight.items()
            if sight.blind
        }

    @cached_property
    def concerning(self) -> frozenset[str]:
        """The indicators that stand where they raise Watch, above what the assessment knew of them."""
        return self.readings.loud(self.thresholds.concern)


class View:
    """One line of what is *present* with all that the rule looks at, and what stood *before*.

    What costs is worked out when it is asked for.
    """

    def __init__(self, line: JudgedLine, present: Present, before: Published) -> None:
        """Take the figure of *line*."""
        self.line, self.present, self.before = line, present, before
        self.p = present.lines.figures[line.key]
        self.log_odds = logit(self.p)
        rulings = present.lines.rulings
        self.happened = rulings.get(line.key) if rulings else None
        """What a person ruled of it."""

    @cached_property
    def sight(self) -> LineSight:
        """How much of what bears on it can be seen."""
        outlook = self.present.outlook
        return line_sight(self.present.assessment, self.line.key, coverage=outlook.coverage, seen=outlook.seen)

    @property
    def degraded(self) -> bool:
        """Whether too little of what bears on it can be seen for it to be lowered."""
        return not (self.present.all_seen or self.sight.enough)

    def was_watched(self, since: datetime) -> bool:
        """Whether enough of what bears on it could be seen at all times from *since* until now."""
        missed = {name: 0.0 for name, until in self.present.blind_until.items() if until > since}
        whole = missed.pop(EVERYWHERE, 1.0)
        return line_sight(self.present.assessment, self.line.key, coverage=whole, seen=missed).enough

    @property
    def rows(self) -> tuple[Row, ...]:
        """Its ledger."""
        return self.present.lines.rows(self.line.key)

    @property
    def estimate(self) -> Estimate:
        """The line with its ledger and its range."""
        return self.present.lines[self.line.key]

    @cached_property
    def differences(self) -> tuple[Row, ...]:
        """The rows of the ledger less those of the last move, largest first; a changed prior is a row too."""
        before = self.before.move_prior
        rows = list(differences_of(self.before.move_rows, self.rows))
        prior = self.present.lines.priors[self.line.key]
        if before is not None and before != prior:
            nats = logit(prior) - logit(before)
            rows.append(Row(kind=RowKind.ASSESSMENT, source=self.present.outlook.assessment, nats=nats))
        return tuple(sorted(rows, key=_largest_first))

    def families(self) -> frozenset[str]:
        """The publisher families whose reports raised this line since the last move."""
        return families_of(self.news(rising=True))

    @cached_property
    def voices(self) -> frozenset[str]:
        """The publisher families behind everything that now raises this line above its prior."""
        for reading in (raising := self._raising(self.rows, rising=True)):
            if reading.indicator not in self.present.heard:
                self.present.heard[reading.indicator] = families_of(reading.events)
        return frozenset().union(*(self.present.heard[reading.indicator] for reading in raising))

    def news(self, *, rising: bool) -> tuple[Event, ...]:
        """The events that carried the line one way since the last move, newest first.

        A row can also change because its indicator has faded: then there is nothing to point at. What came since a
        move from the future, made under a clock that was ahead, cannot be told apart: all of it counts.
        """
        since = self.before.move_at
        ahead = since > self.present.now
        readings = self._raising(self.differences, rising=rising)
        return _newest_first(e for reading in readings for e in reading.events if ahead or _is_news(e, since))

    def backing(self, *, rising: bool) -> tuple[Event, ...]:
        """The events behind all rows of the ledger that go one way, newest first."""
        readings = self._raising(self.rows, rising=rising)
        return _newest_first(event for reading in readings for event in reading.events)

    def _raising(self, rows: Iterable[Row], *, rising: bool) -> tuple[Reading, ...]:
        """The readings, each once, behind those of *rows* that go one way."""
        names = dict.fromkeys(self._sources([r for r in rows if (r.nats > 0) == rising], rising, frozenset()))
        return tuple(self.present.readings[name] for name in names)

    def _sources(self, rows: Iterable[Row], rising: bool, seen: frozenset[str]) -> Iterator[str]:
        """The indicators of *rows*, and those behind the parents that moved them."""
        lines = self.present.lines
        for row in rows:
            if row.kind is RowKind.INDICATOR and row.source in self.present.readings:
                yield row.source
            elif row.source in lines and row.source not in seen:
                # A parent may also inhibit: its own direction counts, not its child's.
                risen = lines.figures[row.source] >= lines.priors[row.source]
                up = rising if row.kind is RowKind.COHERENCE else risen
                same = [r for r in lines.rows(row.source) if (r.nats > 0) == up]
                yield from self._sources(same, up, seen | {row.source})


def families_of(events: Iterable[Event]) -> frozenset[str]:
    """Return the publisher families that reported any of *events*."""
    return frozenset(report.publisher.family for event in events for report in event.reports)


def _is_news(event: Event, since: datetime) -> bool:
    """Whether anything of it became known to us after *since*, whenever it happened."""
    for report in event.reports:  # noqa: SIM110 - asked of every event behind a move; a generator takes twice as long
        if (report.known or report.item.fetched) > since:
            return True
    return False


def _largest_first(row: Row) -> tuple[float, str, str]:
    return -abs(row.nats), row.kind.value, row.source


def _newest_first(events: Iterable[Event]) -> tuple[Event, ...]:
    found = {event.id: event for event in events}
    return tuple(sorted(found.values(), key=_by_time, reverse=True))


def differences_of(before: Mapping[str, float], rows: tuple[Row, ...]) -> Iterator[Row]:
    """Yield *rows* less those of *before*, which holds nats by a row's key; what has not changed is left out."""
    now = {row.key: row for row in rows}
    for key, row in now.items():
        nats = row.nats - before.get(key, 0.0)
        if nats:
            yield row if nats == row.nats else replace(row, nats=nats)
    for key, nats in before.items():
        if nats and key not in now:
            kind, _, source = key.partition(":")
            yield Row(kind=RowKind(kind), source=source, nats=-nats)
