"""Values for the tests of the store: complete, so that a round trip has something to lose."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from alerts.alert import Alert, Cause, Line, Sighting
from alerts.deliveries import Delivery, delivery_key
from indicators.bands import WarningLevel
from indicators.events import Event
from indicators.items import Item
from indicators.levels import Level, Reading
from indicators.matcher import Evidence, Match
from indicators.moves import MoveReason, OutlookMove, Published, move_id
from indicators.outlooks import Estimate, Outlook, Row, RowKind
from indicators.publishers import Grade, Publisher, Reliability
from watcher.store import Connection, alerts

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))


def an_item(number: int = 1, **more: Any) -> Item:
    item = Item(
        id=f"item-{number}",
        source="studio-tamani",
        title=f"Pénurie de carburant à Bamako, jour {number}",
        fetched=NOON,
        published=NOON - HOUR,
        url=f"https://news.example/{number}",
        summary="Les stations n'ont plus d'essence.",
        content="Des files d'attente « sans fin ».",
        lang="fr",
        lat=12.65,
        lon=-8.0,
        place="Bamako",
        codes=("1721", "172"),
    )
    return replace(item, **more)


def a_match(item: Item, indicator: str = "fuel", **more: Any) -> Match:
    match = Match(
        indicator=indicator,
        item=item,
        publisher=Publisher(family="tamani", reliability=Reliability.B, party=True),
        evidence=(Evidence(words="Pénurie de carburant", field="title", start=0, end=20),),
        places=("bamako", "kati"),
        announcement=True,
    )
    return replace(match, **more)


def an_event(item: Item) -> Event:
    return Event(
        id="event-1",
        indicator="fuel",
        place="bamako",
        day=date(2026, 3, 1),
        when=item.when,
        reports=(a_match(item),),
        grade=Grade(reliability=Reliability.B, credibility=2),
    )


def a_reading(indicator: str = "fuel", *, at: datetime = NOON, level: Level = Level.LEVEL_1) -> Reading:
    return Reading(indicator=indicator, at=at, level=level, count=2.5, activation=0.6, baseline=0.1)


ROWS = (
    Row(kind=RowKind.INDICATOR, source="fuel", nats=0.7123456789012345),
    Row(kind=RowKind.COHERENCE, source="capital", nats=-0.1),
)


def an_estimate(key: str = "coup", **more: Any) -> Estimate:
    return replace(Estimate(key=key, prior=0.1, p=0.17, low=0.12, high=0.3, rows=ROWS), **more)


def an_outlook(*estimates: Estimate, at: datetime = NOON) -> Outlook:
    return Outlook(assessment="mali", version="1.2", at=at, estimates={e.key: e for e in estimates})


def a_published(key: str = "coup", **more: Any) -> Published:
    published = Published(
        key=key,
        band=2,
        level=WarningLevel.ADVISORY,
        move_p=0.17,
        move_at=NOON,
        move_rows={"indicator:fuel": 0.7},
        raised_from=0.12,
        sequence=3,
        band_up_since=NOON - HOUR,
        odds_down_since=NOON - DAY,
    )
    return replace(published, **more)


def a_move(sequence: int = 1, *, key: str = "coup", item: Item | None = None, at: datetime = NOON) -> OutlookMove:
    return OutlookMove(
        id=move_id("mali", key, sequence),
        assessment="mali",
        version="1.2",
        key=key,
        at=at,
        before=0.1,
        after=0.17,
        low=0.12,
        high=0.3,
        band_before=1,
        band_after=2,
        level_before=WarningLevel.BASELINE,
        level_after=WarningLevel.ADVISORY,
        reasons=(MoveReason.LEVEL_UP, MoveReason.BAND_UP),
        differences=ROWS[:1],
        rows=ROWS,
        events=(an_event(item or an_item(content="")),),
        families=("rfi", "tamani"),
        coverage=0.9,
        degraded=False,
        happened=None,
    )


def an_alert(alert_id: str = "alert-1", *, at: datetime = NOON) -> Alert:
    name = {"en": "Coup in the capital", "fr": "Coup d'État"}
    cause = Cause(kind="indicator", source="fuel", name=name, nats=0.7, odds_factor=2.01, level="level 1")
    sighting = Sighting(
        event="event-1",
        indicator="fuel",
        name=name,
        place="bamako",
        day="2026-03-01",
        dated=True,
        grade="B2",
        title="Pénurie",
        source="rfi",
        families=("rfi",),
        url="https://news.example/1",
        reports=2,
    )
    line = Line(
        key="coup",
        name=name,
        before=0.1,
        after=0.17,
        low=0.12,
        high=0.3,
        band_before=1,
        band_after=2,
        deadline=NOON + 90 * DAY,
    )
    return Alert(
        id=alert_id,
        assessment="mali",
        version="1.2",
        title=name,
        marking="internal",
        scenario="coup",
        at=at,
        level_before=0,
        level_after=2,
        reasons=("warning level up",),
        line=line,
        causes=(cause,),
        other_nats=0.0,
        evidence=(sighting,),
        more_events=0,
        against=(),
        missing=(name,),
        families=("rfi",),
        coverage=0.9,
        degraded=False,
        review_by="2026-06-01",
    )


def a_delivery(recipient: str = "duty officer", **more: Any) -> Delivery:
    key = delivery_key("alert-1", recipient, "slack")
    delivery = Delivery(key=key, alert_id="alert-1", recipient=recipient, channel="slack", level=2, due=NOON)
    return replace(delivery, **more)


def keep_alert(connection: Connection) -> None:
    """What every delivery needs first."""
    alerts.add(connection, an_alert())
