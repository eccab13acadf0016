"""Matches: which items fit which indicators, refused ones included."""

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, delete, insert, or_, select

from indicators.assessments import Assessment
from indicators.events import LATEST, Casebook
from indicators.items import Item
from indicators.matcher import VETO, WATCH, Match
from indicators.publishers import Publisher, Reliability
from indicators.stances import Stance
from watcher.store import tables
from watcher.store.items import columns_without_content, item_of
from watcher.store.statements import in_batches

_MATCHES = tables.matches
_ITEMS = tables.items
_SPOT = {"lat": "spot_lat", "lon": "spot_lon"}
"""An item has coordinates too: those of a match go by other names in a row of both."""
_MOMENTS = (_ITEMS.c.occurred, _ITEMS.c.published, _ITEMS.c.fetched, _MATCHES.c.since)
_COLUMNS = [column.label(_SPOT.get(column.name, column.name)) for column in _MATCHES.columns]


def replace(
    connection: Connection,
    assessment: str,
    item_ids: Iterable[str],
    matches: Iterable[Match],
    *,
    at: datetime,
) -> None:
    """Put *matches* in the place of all that *assessment* had for these items.

    *at* is when those became known that do not say so themselves.
    """
    for batch in in_batches(item_ids):
        old = delete(_MATCHES).where(_MATCHES.c.assessment == assessment, _MATCHES.c.item_id.in_(batch))
        connection.execute(old)
    rows = [_row(m) | {"assessment": assessment, "judged_at": m.known or at} for m in matches]
    if rows:
        connection.execute(insert(_MATCHES), rows)


def first_known(connection: Connection, assessment: str, item_ids: Iterable[str]) -> Mapping[tuple[str, str], datetime]:
    """Return when each match of these items was first made, refused ones included, by item and indicator.

    Judging again, with another version of the rules, makes old news no newer.
    """
    first: dict[tuple[str, str], datetime] = {}
    for batch in in_batches(item_ids):
        known = select(_MATCHES.c.item_id, _MATCHES.c.indicator, _MATCHES.c.judged_at)
        mine = known.where(_MATCHES.c.assessment == assessment, _MATCHES.c.item_id.in_(batch))
        first |= {(row.item_id, row.indicator): row.judged_at for row in connection.execute(mine)}
    return first


def counting(connection: Connection, assessment: str, *, since: datetime) -> tuple[Match, ...]:
    """Return the matches that count or speak against others, and whose time is not before *since*.

    Their items come without ``content``, which judging events does not need.
    """
    return _since(connection, assessment, since, _counts())


def casebook(connection: Connection, assessment: Assessment) -> Casebook:
    """Return the casebook of all that was matched before, from far enough back.

    Reports of the days before the assessment can belong to an event that goes on, and tell what is not new.
    """
    known = counting(connection, assessment.id, since=assessment.start - LATEST)
    return Casebook({i.id: i for i in assessment.indicators}, begun=assessment.start).with_matches(known)


def counting_of(
    connection: Connection, assessment: str, item_ids: Iterable[str], *, since: datetime
) -> tuple[Match, ...]:
    """Return those of :func:`counting` that are of these items."""
    batches = in_batches(item_ids)
    found = (_since(connection, assessment, since, and_(_counts(), _MATCHES.c.item_id.in_(some))) for some in batches)
    return tuple(chain.from_iterable(found))


WATCHED_FOR = timedelta(days=7)
"""How long a report that only waits for a person's look is shown."""


def watched(connection: Connection, assessment: str, *, since: datetime) -> tuple[Match, ...]:
    """Return the matches that do not count but that their rule wants a person to look at (``unlocated: watch``)."""
    return _since(connection, assessment, since, _MATCHES.c.rejected_by.startswith(WATCH, autoescape=True))


def of_item(connection: Connection, item: Item, assessments: Iterable[str]) -> tuple[tuple[str, Match], ...]:
    """Return every match that *assessments* have of *item*, refused ones included, each with its assessment's id."""
    found = select(*_COLUMNS, *columns_without_content()).join(_ITEMS, _ITEMS.c.id == _MATCHES.c.item_id)
    chosen = (_MATCHES.c.item_id == item.id, _MATCHES.c.assessment.in_(list(assessments)))
    mine = found.where(*chosen).order_by(_MATCHES.c.assessment, _MATCHES.c.indicator)
    rows = connection.execute(mine).mappings()
    return tuple((row["assessment"], dataclasses.replace(_match(row), item=item)) for row in rows)


def _counts() -> ColumnElement[bool]:
    vetoed = _MATCHES.c.rejected_by.startswith(VETO, autoescape=True)
    return or_(_MATCHES.c.rejected_by == "", and_(_MATCHES.c.stance != Stance.REPORTS.value, vetoed))


def _since(connection: Connection, assessment: str, since: datetime, chosen: ColumnElement[bool]) -> tuple[Match, ...]:
    found = (
        select(*_COLUMNS, *columns_without_content())
        .join(_ITEMS, _ITEMS.c.id == _MATCHES.c.item_id)
        .where(_MATCHES.c.assessment == assessment, chosen)
        .where(or_(*(moment >= since for moment in _MOMENTS)))
        .order_by(_ITEMS.c.fetched, _ITEMS.c.id, _MATCHES.c.indicator)
    )
    all_of_them = (_match(row) for row in connection.execute(found).mappings())
    return tuple(match for match in all_of_them if match.when >= since)


def _row(match: Match) -> dict[str, Any]:
    return {
        "item_id": match.item.id,
        "indicator": match.indicator,
        "family": match.publisher.family,
        "reliability": match.publisher.reliability,
        "party": match.publisher.party,
        "evidence": match.evidence,
        "places": match.places,
        "announcement": match.announcement,
        "rejected_by": match.rejected_by,
        "lat": match.spot[0] if match.spot else None,
        "lon": match.spot[1] if match.spot else None,
        "stance": match.stance,
        "signature": match.signature,
        "since": match.since,
    }


def _match(row: RowMapping) -> Match:
    return Match(
        indicator=row["indicator"],
        item=item_of(row),
        publisher=Publisher(family=row["family"], reliability=Reliability(row["reliability"]), party=row["party"]),
        evidence=row["evidence"],
        places=row["places"],
        announcement=row["announcement"],
        rejected_by=row["rejected_by"],
        known=row["judged_at"],
        spot=(row["spot_lat"], row["spot_lon"]) if row["spot_lat"] is not None else None,
        stance=Stance(row["stance"]),
        signature=row["signature"],
        since=row["since"],
    )
