"""The view: one line of an outlook with what it rests on, as the display rule looks at it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from operator import attrgetter

from indicators.assessments import Forecast
from indicators.bands import Scale, Warn
from indicators.events import Event
from indicators.levels import Reading
from indicators.moves.published import Published
from indicators.outlooks import Estimate, Outlook, Row, RowKind, logit

_by_time = attrgetter("when", "id")


@dataclass(frozen=True)
class View:
    """One line of an outlook with all that the rule looks at. What costs is worked out when it is asked for."""

    forecast: Forecast
    outlook: Outlook
    readings: Mapping[str, Reading]
    warn: Warn
    scale: Scale
    before: Published
    heard: dict[str, frozenset[str]] = field(default_factory=dict)
    """The families behind each indicator, once asked for; the lines of one outlook share it."""

    @cached_property
    def estimate(self) -> Estimate:
        """The line itself."""
        return self.outlook.estimates[self.forecast.key]

    @property
    def now(self) -> datetime:
        """The moment of the outlook."""
        return self.outlook.at

    @property
    def degraded(self) -> bool:
        """Whether too few sources can see."""
        return self.outlook.coverage < self.warn.coverage_floor

    @cached_property
    def differences(self) -> tuple[Row, ...]:
        """The rows of the ledger less those of the last notice, largest first; a changed prior is a row too."""
        before = self.before.notice_prior
        rows = list(differences_of(self.before.notice_rows, self.estimate.rows))
        if before is not None and before != self.estimate.prior:
            nats = logit(self.estimate.prior) - logit(before)
            rows.append(Row(kind=RowKind.ASSESSMENT, source=self.outlook.assessment, nats=nats))
        return tuple(sorted(rows, key=_largest_first))

    def families(self) -> frozenset[str]:
        """The publisher families whose reports raised this line since the last notice."""
        return families_of(self.news(rising=True))

    @cached_property
    def voices(self) -> frozenset[str]:
        """The publisher families behind everything that now raises this line above its prior."""
        for reading in (raising := self._raising(self.estimate.rows, rising=True)):
            if reading.indicator not in self.heard:
                self.heard[reading.indicator] = families_of(reading.events)
        return frozenset().union(*(self.heard[reading.indicator] for reading in raising))

    def news(self, *, rising: bool) -> tuple[Event, ...]:
        """The events that carried the line one way since the last notice, newest first.

        A row can also change because its indicator has faded: then there is nothing to point at. What came since a
        notice from the future, made under a clock that was ahead, cannot be told apart: all of it counts.
        """
        since = self.before.notice_at
        ahead = since > self.now
        readings = self._raising(self.differences, rising=rising)
        return _newest_first(e for reading in readings for e in reading.events if ahead or _is_news(e, since))

    def backing(self, *, rising: bool) -> tuple[Event, ...]:
        """The events behind all rows of the ledger that go one way, newest first."""
        readings = self._raising(self.estimate.rows, rising=rising)
        return _newest_first(event for reading in readings for event in reading.events)

    def _raising(self, rows: Iterable[Row], *, rising: bool) -> tuple[Reading, ...]:
        """The readings, each once, behind those of *rows* that go one way."""
        names = dict.fromkeys(self._sources([r for r in rows if (r.nats > 0) == rising], rising, frozenset()))
        return tuple(self.readings[name] for name in names)

    def _sources(self, rows: Iterable[Row], rising: bool, seen: frozenset[str]) -> Iterator[str]:
        """The indicators of *rows*, and those behind the parents that moved them."""
        for row in rows:
            if row.kind is RowKind.INDICATOR and row.source in self.readings:
                yield row.source
            elif row.source in self.outlook.estimates and row.source not in seen:
                parent = self.outlook.estimates[row.source]
                # A parent may also inhibit: its own direction counts, not its child's.
                up = rising if row.kind is RowKind.COHERENCE else parent.p >= parent.prior
                same = [r for r in parent.rows if (r.nats > 0) == up]
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
