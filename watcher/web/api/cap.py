"""CAP 1.2 (OASIS Common Alerting Protocol) of alerts about moves: what the standard has a field for, in its words.

Warnings of one line are one chain: the first is an ``Alert``, what follows an ``Update`` that refers to all before it,
and its end a ``Cancel``. Two texts go with each, in English and in French.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import Element, SubElement, tostring

from alerts.alert import Alert
from alerts.messages import render, subject_lines
from indicators.bands import WarningLevel, band_of
from indicators.text import clean, one_line
from watcher.store.listings import Earlier

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"

MOST_REFERENCES = 20
"""Earlier messages that one refers to, the newest: a receiver that missed one still knows what is replaced."""

SEVERITY = ("Minor", "Minor", "Moderate", "Severe", "Extreme")
"""By warning level; how grave it would be, not how likely."""

_SOON = timedelta(days=14)
_LIKELY, _POSSIBLE = 0.5, 0.05
"""Likely is more than even, possible up to that, unlikely close to nothing (CAP 1.2, 3.2.2, ``certainty``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """An alert with what it is to those before it that still stood: the type of its message, and their names."""

    alert: Alert
    kind: str
    before: tuple[Earlier, ...] = ()


def linked(alert: Alert, story: Iterable[Earlier]) -> Linked:
    """Return *alert* with its place in the chain of its line; *story* is what was said of it before, oldest first."""
    stood: list[Earlier] = []
    for one in story:
        if stood and one.level == WarningLevel.BASELINE:
            stood = []
        elif stood or one.level > WarningLevel.BASELINE:
            stood.append(one)
    kind = "Alert" if not stood else "Update" if alert.level > WarningLevel.BASELINE else "Cancel"
    return Linked(alert=alert, kind=kind, before=tuple(stood[-MOST_REFERENCES:]))


def message(one: Linked, *, sender: str, base: str) -> Element:
    """Return the CAP message; *sender* names this desk the same for ever, *base* is its address, or empty."""
    alert = one.alert
    top = Element("alert", {"xmlns": NAMESPACE})
    _add(top, "identifier", alert.id)
    _add(top, "sender", sender)
    _add(top, "sent", _moment(alert.at))
    _add(top, "status", "Actual")
    _add(top, "msgType", one.kind)
    is_public = alert.marking == "TLP:CLEAR"
    _add(top, "scope", "Public" if is_public else "Restricted")
    if not is_public:
        _add(top, "restriction", alert.marking)
    if one.before:
        _add(top, "references", " ".join(f"{sender},{past.id},{_moment(past.at)}" for past in one.before))
    for lang in ("en", "fr"):
        _info(top, alert, lang=lang, base=base, sender=sender)
    return top


def written(top: Element) -> bytes:
    """Return a message as a document."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(top, encoding="unicode")}'.encode()


def _info(top: Element, alert: Alert, *, lang: str, base: str, sender: str) -> None:
    info = SubElement(top, "info")
    line = alert.line
    _add(info, "language", lang)
    _add(info, "category", "Security")
    _add(info, "event", line.name.get(lang) or line.name.get("en") or line.key)
    _add(info, "responseType", "AllClear" if alert.level == WarningLevel.BASELINE else "Monitor")
    _add(info, "urgency", _urgency(alert))
    _add(info, "severity", SEVERITY[alert.urgency])
    _add(info, "certainty", _certainty(alert))
    _add(info, "effective", _moment(alert.at))
    _add(info, "expires", _moment(line.deadline))
    _add(info, "senderName", sender)
    _add(info, "headline", subject_lines(alert)[lang])
    SubElement(info, "description").text = clean(render(alert, lang=lang).text)
    if base:
        _add(info, "web", f"{base}/alerts/{alert.id}")
    band = alert.estimative.scale[band_of(line.after, alert.estimative.scale)]
    for name, value in (
        ("probability", f"{line.after:.4f}"),
        ("probability before", f"{line.before:.4f}"),
        ("range", f"{line.low:.4f}-{line.high:.4f}"),
        ("term", band.spelled(lang)),
        ("warning level", alert.level.name.lower()),
        ("coverage", f"{alert.coverage:.2f}"),
        ("degraded", "yes" if alert.degraded else "no"),
        ("assessment", f"{alert.assessment} {alert.version}"),
        ("scenario", alert.scenario),
    ):
        parameter = SubElement(info, "parameter")
        _add(parameter, "valueName", name)
        _add(parameter, "value", value)


def _urgency(alert: Alert) -> str:
    """Return how soon one has to act: at critical at once, else by the time that the figure speaks of."""
    if alert.level == WarningLevel.CRITICAL:
        return "Immediate"
    if alert.level == WarningLevel.BASELINE:
        return "Past"
    left = alert.line.deadline - alert.at
    return "Expected" if left <= _SOON or alert.level == WarningLevel.WARNING else "Future"


def _certainty(alert: Alert) -> str:
    if alert.line.happened is not None:
        return "Observed" if alert.line.happened else "Unlikely"
    p = alert.line.after
    return "Likely" if p > _LIKELY else "Possible" if p > _POSSIBLE else "Unlikely"


def _moment(at: datetime) -> str:
    """Return a time as CAP wants it: whole seconds, and UTC as -00:00 (CAP 1.2, 3.3.2)."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = one_line(text)
