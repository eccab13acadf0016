"""One CAP 1.2 alert (OASIS Common Alerting Protocol): what its elements say, who it updates, and the item it becomes.

An update, a cancellation and a declaration of error are not further reports: they become later versions of the alert
that they refer to, so one warning stays one item with its history.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from indicators.items import Item, item_id
from indicators.language.text import one_line
from watcher.sources.fields import language_of, link_of, on_the_globe, plausible, text_of, title_of
from watcher.sources.shapes import Middle, Point, largest, middle_of_circle, middle_of_ring
from watcher.sources.xml_trees import Node

NAMESPACES = ("urn:oasis:names:tc:emergency:cap:", "http://www.incident.com/cap/")

MOST_CODES = 20
MOST_SHAPES = 500
CODE_LIMIT = 80
PLACE_LIMIT = 500

_PAIR = re.compile(r"([-+]?[0-9.]+),([-+]?[0-9.]+)")
_UNLINKED = frozenset({"alert", "ack"})
_TAKES_BACK = frozenset({"cancel", "error"})
_OPENING = {"cancel": "[Cancelled]", "error": "[Declared an error]"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The name of one message: CAP gives each by sender, identifier and the time it was sent (UTC)."""

    sent: datetime
    sender: str
    identifier: str

    @property
    def key(self) -> tuple[datetime, str, str]:
        """What orders messages: the earlier first."""
        return self.sent, self.sender, self.identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class CapAlert:
    """One alert as its sender published it; ``draft`` is its item, still without identity and receipt.

    ``status``, ``kind`` (msgType) and ``scope`` are in lower case. ``references`` are those of the same sender:
    nobody updates or cancels another's warning.
    """

    name: Reference
    status: str
    kind: str
    scope: str
    references: tuple[Reference, ...]
    draft: Item


def alerts_in(node: Node) -> Iterator[Node]:
    """Yield every whole alert in *node*, itself included; one whose end is missing is not whole."""
    return (found for found in node.walk() if is_alert(found) and found.closed)


def is_alert(node: Node) -> bool:
    """Whether *node* is an alert element of CAP."""
    return node.name == "alert" and node.namespace.startswith(NAMESPACES)


def read_alert(node: Node, *, lang: str | None = None, link: str = "") -> CapAlert | None:
    """Return the alert in *node*, or ``None`` if it lacks what CAP requires: sender, identifier, sent, status, msgType.

    *lang* (two letters) chooses among the languages of the alert; *link* is the address it was found under.
    """
    sent = moment_of(node.first("sent"))
    sender, identifier = one_line(node.first("sender")), one_line(node.first("identifier"))
    status, kind = (one_line(node.first(name), limit=CODE_LIMIT).casefold() for name in ("status", "msgType"))
    if sent is None or not (sender and identifier and status and kind):
        return None
    name = Reference(sent=sent, sender=sender, identifier=identifier)
    alert = CapAlert(
        name=name,
        status=status,
        kind=kind,
        scope=node.first("scope").casefold(),
        references=() if kind in _UNLINKED else tuple(_references(node.first("references"), name)),
        draft=Item(id="", source="", title="", fetched=sent),
    )
    return replace(alert, draft=_draft(alert, node, lang=lang, link=link))


def moment_of(written: str) -> datetime | None:
    """Return a CAP time (``2026-03-01T08:00:00+00:00``) in UTC, or ``None`` for anything else, one without zone too."""
    try:
        moment = datetime.fromisoformat(written)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def newest_of_each(alerts: Iterable[CapAlert]) -> list[tuple[Reference, CapAlert]]:
    """Return, of each chain of updates, its first message and its newest, the newest chain first.

    A chain is followed backwards in time as far as the messages at hand tell; a reference to one that is not at
    hand ends it there. A circle of references counts as one chain, begun by its earliest message.
    """
    at_hand = {alert.name: alert for alert in alerts}
    begun: dict[Reference, Reference] = {}
    newest: dict[Reference, CapAlert] = {}
    # The earlier first, so that one look at each reference is enough, however many there are.
    for alert in sorted(at_hand.values(), key=lambda one: one.name.key):
        before = (begun.get(name, name) for name in alert.references)
        first = begun[alert.name] = min((alert.name, *before), key=lambda name: name.key)
        if first not in newest or _rank(alert) > _rank(newest[first]):
            newest[first] = alert
    return sorted(newest.items(), key=lambda pair: _rank(pair[1]), reverse=True)


def item_of(alert: CapAlert, begun: Reference, *, source: str, now: datetime) -> Item:
    """Return the item for *alert*, under the identity of the message that began its chain."""
    published, occurred = alert.draft.published, alert.draft.occurred
    return replace(
        alert.draft,
        id=item_id(source, guid=f"{begun.sender}\0{begun.identifier}\0{begun.sent.isoformat()}"),
        source=source,
        fetched=now,
        published=published if published and plausible(published, now=now) else None,
        occurred=occurred if occurred and plausible(occurred, now=now) else None,
    )


def _draft(alert: CapAlert, node: Node, *, lang: str | None, link: str) -> Item:
    """Return what *alert* says as an item.

    It happened when it takes effect (onset, else effective), and was published when it was sent. One that its
    sender marks as test, exercise, system or draft, or takes back, carries a code that keeps every rule from it.
    """
    infos = node.all("info")
    info = _chosen(infos, lang) or Node(namespace="", name="info", attributes={})
    codes = dict.fromkeys(code for one in infos for code in _codes(one))
    middle = _middle(info)
    lat, lon = on_the_globe(middle.lat, middle.lon) if middle else (None, None)
    return Item(
        id="",
        source="",
        title=_title(alert, info),
        fetched=alert.name.sent,
        published=alert.name.sent,
        occurred=moment_of(info.first("onset", "effective")),
        url=link_of(info.first("web")) or link_of(link),
        summary=text_of(info.first("description")),
        content=_content(alert, info, note=text_of(node.first("note"))),
        lang=language_of(info.first("language")) or lang,
        lat=lat,
        lon=lon,
        place=one_line("; ".join(area.first("areaDesc") for area in info.all("area")), limit=PLACE_LIMIT),
        codes=tuple(_marks(alert)) + tuple(codes)[:MOST_CODES],
    )


def _rank(alert: CapAlert) -> tuple[datetime, bool, str]:
    return alert.name.sent, alert.kind in _TAKES_BACK, alert.name.identifier


def _references(written: str, own: Reference) -> Iterator[Reference]:
    for triple in written.split():
        sender, _, rest = triple.partition(",")
        identifier, _, sent = rest.rpartition(",")
        moment = moment_of(sent)
        if moment and identifier and sender == own.sender:
            yield Reference(sent=moment, sender=sender, identifier=identifier)


def _chosen(infos: list[Node], lang: str | None) -> Node | None:
    wanted = (info for info in infos if lang and language_of(info.first("language")) == lang)
    return next(wanted, infos[0] if infos else None)


def _codes(info: Node) -> Iterator[str]:
    """Yield the event codes as rules write them, ``cap:cem``; where there is none, the event's own words."""
    codes = [value for code in info.all("eventCode") if (value := code.first("value"))]
    for written in codes or [info.first("event")]:
        # A colon would let a sender write one of our marks, such as cap:status:test.
        plain = one_line(written.replace(":", " "), limit=CODE_LIMIT).casefold()
        if plain:
            yield f"cap:{plain}"


def _marks(alert: CapAlert) -> Iterator[str]:
    if alert.status != "actual":
        yield f"cap:status:{alert.status}"
    if alert.kind in _TAKES_BACK:
        yield f"cap:msgtype:{alert.kind}"


def _title(alert: CapAlert, info: Node) -> str:
    told = title_of(info.first("headline") or info.first("event"))
    told = told or f"Alert {alert.name.identifier} of {alert.name.sender}"
    opening = "" if alert.status == "actual" else f"[{alert.status.capitalize()}]"
    return title_of(" ".join(part for part in (opening, _OPENING.get(alert.kind, ""), told) if part))


def _content(alert: CapAlert, info: Node, *, note: str) -> str:
    severity = ", ".join(one_line(info.first(name)) for name in ("urgency", "severity", "certainty"))
    expires = moment_of(info.first("expires"))
    lines = [
        text_of(info.first("instruction")),
        severity.strip(", "),
        f"Until {expires:%Y-%m-%d %H:%M} UTC" if expires else "",
        note,
        f"{alert.kind.capitalize()} of {', '.join(r.identifier for r in alert.references)}" if alert.references else "",
    ]
    return text_of("\n".join(line for line in lines if line))


def _middle(info: Node) -> Middle | None:
    areas = info.all("area")
    rings = [ring for area in areas for ring in area.all("polygon")][:MOST_SHAPES]
    circles = [circle for area in areas for circle in area.all("circle")][:MOST_SHAPES]
    middles = [middle_of_ring(_pairs(ring.text)) for ring in rings] + [_circle(circle.text) for circle in circles]
    return largest(middles)


def _pairs(written: str) -> Iterator[Point]:
    for found in _PAIR.finditer(written):
        try:
            yield float(found[1]), float(found[2])
        except ValueError:  # digits and dots that are no number
            continue


def _circle(written: str) -> Middle | None:
    """Return the middle of ``lat,lon radius`` (radius in kilometres)."""
    centre, _, radius = written.partition(" ")
    try:
        return next((middle_of_circle(lat, lon, float(radius or 0)) for lat, lon in _pairs(centre)), None)
    except ValueError:
        return None
