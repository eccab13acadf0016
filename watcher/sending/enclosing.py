"""Enclosing: what a mail has beside its words, a picture of the outlook and the printed brief. None stops a mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from alerts.alert import Alert
from alerts.channels import Enclosure
from alerts.messages.pictures import alt_text
from alerts.messages.words import in_language
from alerts.notices import Notice
from alerts.said import AnyAlert
from indicators.bands import Band, Estimative
from watcher.plant import Plant
from watcher.store import Connection, outlooks

log = structlog.get_logger(__name__)

LOOKS_BACK = timedelta(days=90)
"""How much of a line's past its picture shows."""

MOST_FIGURES = 400
"""Points of a course beyond which it is thinned: nobody sees more in six hundred pixels."""

Course = tuple[tuple[datetime, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictured:
    """What a picture shows: the course of a line until *until*, on the words of its scale."""

    course: Course
    until: datetime
    estimative: Estimative

    @property
    def scale(self) -> Sequence[Band]:
        """The words, from the least likely on."""
        return self.estimative.scale


def pictured(connection: Connection, alert: AnyAlert, channel: str) -> Pictured | None:
    """Return what the picture in a mail shows, or None: another channel, another kind, or no figure yet.

    A client's notice shows what stood published in that notice, and nothing else is read for it.
    """
    if channel != "email":
        return None
    if isinstance(alert, Notice):
        course = () if alert.facts_only or alert.recalls else tuple((mark.at, mark.p) for mark in alert.course)
        return _of(course, alert.at, alert.judgement.estimative)
    if not isinstance(alert, Alert):
        return None
    kept = outlooks.figures(connection, alert.assessment, alert.scenario)
    course = tuple((figure.at, figure.p) for figure in kept if alert.at - LOOKS_BACK <= figure.at < alert.at)
    before = course or ((alert.at - timedelta(days=1), alert.line.before),)
    return _of((*before, (alert.at, alert.line.after)), alert.at, alert.estimative)


def _of(course: Course, until: datetime, estimative: Estimative) -> Pictured | None:
    if not course:
        return None
    step = -(-len(course) // MOST_FIGURES)
    thinned = (*course[:-1:step], course[-1])
    return Pictured(course=thinned, until=until, estimative=estimative)


def name_of(alert: AnyAlert, *, lang: str) -> str:
    """Return the question that *alert* is about; nothing for what is about none."""
    match alert:
        case Alert():
            return in_language(alert.line.name, lang)
        case Notice():
            return in_language(alert.judgement.name, lang)
        case _:
            return ""


def picture_of(shows: Pictured | None, *, name: str, lang: str) -> Enclosure | None:
    """Return the picture in the mail, or None where there is none or it could not be drawn."""
    if shows is None:
        return None
    try:
        from watcher.charts.outlook import outlook_png

        content = outlook_png(shows.course, until=shows.until, scale=shows.scale, lang=lang)
    except Exception:
        log.exception("the picture could not be drawn, the mail goes without")
        return None
    return Enclosure(
        name="outlook.png",
        media_type="image/png",
        content=content,
        shown_as="outlook",
        alt=alt_text(shows.course[0], shows.course[-1], name=name, lang=lang),
    )


def brief_of(plant: Plant, alert: AnyAlert, *, channel: str, lang: str) -> Enclosure | None:
    """Return the printed brief of a notice to a client that wants it with its mail, or None."""
    if channel != "email" or not isinstance(alert, Notice) or alert.recalls:
        return None
    client = plant.settings.client(alert.client)
    if client is None or not client.brief:
        return None
    try:
        from watcher.releasing.brief import brief

        content = brief(alert, lang=lang, own=plant.layouts)
    except Exception:
        log.exception("the brief could not be set, the mail goes without", notice=alert.id)
        return None
    return Enclosure(name=f"{alert.id}.pdf", media_type="application/pdf", content=content)
