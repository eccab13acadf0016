"""Routing, tried: who would hear of an alert now, by which channels, who would not, and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from alerts.alert import Alert, Line
from alerts.holding import Hold, ToldLately, hold_for
from alerts.routes import spoken_for
from alerts.said import AnyAlert
from alerts.silences import Silence
from alerts.suppression import Suppression
from indicators.assessments import Assessment, Forecast, forecasts
from indicators.bands import WarningLevel, band_of
from watcher.saying.planning import Hearer, heard_by
from watcher.settings import Settings
from watcher.store import Connection, overrides, silences, stories

LATELY = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """Whether one recipient hears of an alert: at once, later, or not, with the reason."""

    recipient: str
    channels: tuple[str, ...]
    suppression: Suppression = Suppression.NONE
    hold: Hold | None = None

    @property
    def told(self) -> str:
        """The answer in words."""
        if self.suppression is not Suppression.NONE:
            return f"not: {self.suppression}"
        if self.hold is not None:
            return f"later, {self.hold.until:%Y-%m-%d %H:%M} UTC: {self.hold.name}"
        return "at once"

    def as_json(self) -> dict[str, Any]:
        """Return the answer as plain values."""
        return {
            "recipient": self.recipient,
            "channels": list(self.channels),
            "hears": self.suppression is Suppression.NONE,
            "why_not": None if self.suppression is Suppression.NONE else self.suppression,
            "held_until": self.hold.until if self.hold is not None else None,
            "held": self.hold.name if self.hold is not None else None,
        }


def hearings(
    settings: Settings, alert: AnyAlert, connection: Connection | None, *, now: datetime
) -> tuple[Hearing, ...]:
    """Return who would hear of *alert* at *now*; without a database nobody was told anything and no silence is on."""
    known = silences.current(connection, now=now) if connection is not None else ()
    roster = settings.roster(overrides.current(connection, now=now) if connection is not None else ())
    hear = [_hearing(alert, hearer, known, connection, now) for hearer in heard_by(alert, settings, roster, now=now)]
    named = {one.recipient for one in hear}
    silent = [
        Hearing(recipient=h.recipient, channels=(), suppression=h.suppression)
        for h in spoken_for(alert, settings.routes)
        if h.recipient not in named and h.suppression is not Suppression.NONE
    ]
    return (*hear, *silent)


def _hearing(
    alert: AnyAlert, hearer: Hearer, known: tuple[Silence, ...], connection: Connection | None, now: datetime
) -> Hearing:
    recipient, pace = hearer.recipient, hearer.pace
    since = now - max(pace.per, pace.cool_down, LATELY)
    told = stories.told(connection, recipient.id, since=since) if connection is not None else ToldLately()
    hold = hold_for(alert, recipient, silences=known, told=told, pace=pace, on_call=hearer.woken_by(alert), now=now)
    channels = tuple(c for c in recipient.channels if not hearer.channels or c in hearer.channels)
    return Hearing(recipient=recipient.id, channels=channels or tuple(recipient.channels), hold=hold)


def imagined(
    assessment: Assessment, key: str, *, before: WarningLevel, after: WarningLevel, region: str = "", now: datetime
) -> Alert:
    """Return an alert as if the line *key* went from one warning level to another; it has no evidence and is not sent.

    ``ValueError`` for a line that the assessment does not have.
    """
    forecast = next((f for f in forecasts(assessment) if f.key == key), None)
    if forecast is None:
        raise ValueError(f"{assessment.id} has no line {key}")
    return Alert(
        id="imagined",
        assessment=assessment.id,
        version=assessment.version,
        title=dict(assessment.title),
        marking=assessment.marking,
        scenario=key,
        at=now,
        level_before=before,
        level_after=after,
        reasons=("imagined",),
        line=_unmoved(forecast, assessment, now),
        causes=(),
        other_nats=0.0,
        evidence=(),
        more_events=0,
        against=(),
        missing=(),
        families=(),
        coverage=1.0,
        degraded=False,
        review_by=assessment.review_by.isoformat(),
        regions=(region,) if region else (),
    )


def _unmoved(forecast: Forecast, assessment: Assessment, now: datetime) -> Line:
    p = forecast.prior.p
    band = band_of(p, assessment.scale)
    names = dict(forecast.name)
    deadline = forecast.deadline(now)
    return Line(
        key=forecast.key,
        name=names,
        before=p,
        after=p,
        low=p,
        high=p,
        band_before=band,
        band_after=band,
        deadline=deadline,
    )
