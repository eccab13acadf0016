"""CAP 1.2 (OASIS Common Alerting Protocol): a message about one line, in the words that the standard has for it.

What an alert or a notice says is brought into :class:`Said` first; how that is written stands here alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import Element, SubElement, tostring

from indicators.bands import WarningLevel
from indicators.language.text import clean, one_line
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
class Said:
    """What one message says: of which line, how grave, how likely and until when, and its texts by language.

    ``p``, ``level``, ``urgency`` and ``deadline`` are ``None`` where no judgement may be told; ``parameters`` come in
    their order, by language.
    """

    id: str
    at: datetime
    kind: str
    """``Alert``, ``Update`` or ``Cancel``."""
    before: Sequence[Earlier]
    """What it takes the place of; the newest :data:`MOST_REFERENCES` are named."""
    marking: str
    level: WarningLevel | None
    urgency: WarningLevel | None
    """How soon it must be heard: the end of a warning is as urgent as the warning was."""
    p: float | None
    happened: bool | None
    deadline: datetime | None
    path: str
    """Where it is read at this desk."""
    event: Mapping[str, str]
    headline: Mapping[str, str]
    description: Mapping[str, str]
    parameters: Mapping[str, Sequence[tuple[str, str]]]


def message(said: Said, *, sender: str, base: str) -> Element:
    """Return the CAP message; *sender* names this desk the same for ever, *base* is its address, or empty."""
    top = Element("alert", {"xmlns": NAMESPACE})
    _add(top, "identifier", said.id)
    _add(top, "sender", sender)
    _add(top, "sent", _moment(said.at))
    _add(top, "status", "Actual")
    _add(top, "msgType", said.kind)
    is_public = said.marking == "TLP:CLEAR"
    _add(top, "scope", "Public" if is_public else "Restricted")
    if not is_public:
        _add(top, "restriction", said.marking)
    if said.before:
        past = said.before[-MOST_REFERENCES:]
        _add(top, "references", " ".join(f"{sender},{one.id},{_moment(one.at)}" for one in past))
    for lang in said.headline:
        _info(top, said, lang=lang, base=base, sender=sender)
    return top


def written(top: Element) -> bytes:
    """Return a message as a document."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(top, encoding="unicode")}'.encode()


def _info(top: Element, said: Said, *, lang: str, base: str, sender: str) -> None:
    info = SubElement(top, "info")
    _add(info, "language", lang)
    _add(info, "category", "Security")
    _add(info, "event", said.event[lang])
    _add(info, "responseType", "AllClear" if said.level == WarningLevel.BASELINE else "Monitor")
    _add(info, "urgency", _urgency(said))
    _add(info, "severity", "Unknown" if said.urgency is None else SEVERITY[said.urgency])
    _add(info, "certainty", _certainty(said))
    _add(info, "effective", _moment(said.at))
    if said.deadline is not None:
        _add(info, "expires", _moment(said.deadline))
    _add(info, "senderName", sender)
    _add(info, "headline", said.headline[lang])
    SubElement(info, "description").text = clean(said.description[lang])
    if base:
        _add(info, "web", f"{base}{said.path}")
    for name, value in said.parameters[lang]:
        parameter = SubElement(info, "parameter")
        _add(parameter, "valueName", name)
        _add(parameter, "value", value)


def _urgency(said: Said) -> str:
    """Return how soon one has to act: at critical at once, else by the time that the figure speaks of."""
    if said.level is None or said.deadline is None:
        return "Unknown"
    if said.level == WarningLevel.CRITICAL:
        return "Immediate"
    if said.level == WarningLevel.BASELINE:
        return "Past"
    left = said.deadline - said.at
    return "Expected" if left <= _SOON or said.level == WarningLevel.WARNING else "Future"


def _certainty(said: Said) -> str:
    if said.happened is not None:
        return "Observed" if said.happened else "Unlikely"
    if said.p is None:
        return "Unknown"
    return "Likely" if said.p > _LIKELY else "Possible" if said.p > _POSSIBLE else "Unlikely"


def _moment(at: datetime) -> str:
    """Return a time as CAP wants it: whole seconds, and UTC as -00:00 (CAP 1.2, 3.3.2)."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = one_line(text)
