"""Account: what the reports of one happening tell together. One more report costs no more than itself."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from indicators.events.event import known_at
from indicators.matcher import Match
from indicators.publishers import Publisher


@dataclass(frozen=True, slots=True)
class Account:
    """*reports* by time and id; ``first`` is when we knew of the first of them, and which it was.

    ``dated`` is the earliest date that can be believed, ``announcement`` whether all speak of what is to come.
    """

    reports: tuple[Match, ...]
    dated: datetime | None
    first: tuple[datetime, str]
    publishers: frozenset[Publisher]
    announcement: bool

    @classmethod
    def of(cls, reports: Iterable[Match]) -> "Account":
        """Return the account of *reports*, of which there is at least one."""
        ordered = tuple(sorted(reports, key=_time))
        return cls(
            reports=ordered,
            dated=min((r.when for r in ordered if r.dated), default=None),
            first=min(map(_known, ordered)),
            publishers=frozenset(r.publisher for r in ordered),
            announcement=all(r.announcement for r in ordered),
        )

    def and_of(self, report: Match) -> "Account":
        """Return the account when *report* is one more of them."""
        at = bisect_left(self.reports, _time(report), key=_time)
        dated = report.when if report.dated else None
        return Account(
            reports=(*self.reports[:at], report, *self.reports[at:]),
            dated=dated if self.dated is None else min(self.dated, dated or self.dated),
            first=min(self.first, _known(report)),
            publishers=self.publishers if report.publisher in self.publishers else self.publishers | {report.publisher},
            announcement=self.announcement and report.announcement,
        )

    @property
    def when(self) -> datetime:
        """The time of the happening as far as the reports tell."""
        return self.dated or self.reports[0].when


def _time(report: Match) -> tuple[datetime, str]:
    return report.when, report.item.id


def _known(report: Match) -> tuple[datetime, str]:
    return known_at(report), report.item.id
