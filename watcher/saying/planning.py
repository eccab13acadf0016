"""Planning: who is owed which alert, and what waits for whom; in the transaction of what the alert is about."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from alerts.chains import CHAIN, ROTA, Called, called
from alerts.deliveries import FIRST, Delivery, DeliveryState, delivery_key
from alerts.holding import Hold, Pace, hold_for, night_hold, reason_of, rises, stands_down
from alerts.notices import Notice
from alerts.rotas import Roster
from alerts.routes import Heard, Recipient, routes_for, spoken_for
from alerts.said import AnyAlert
from alerts.silences import Silence
from alerts.suppression import Suppression
from alerts.system import SystemWarning
from watcher.saying import watched
from watcher.saying.repeating import marked
from watcher.settings import Settings
from watcher.store import Connection, audit, deliveries, overrides, silences, stories
from watcher.store import alerts as alert_store

log = structlog.get_logger(__name__)

UNHEARD = "nobody hears"
"""Under this goes on record that an alert is owed to nobody, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearer:
    """One who must hear of an alert, at which pace; ``waits`` is set where an earlier message still waits.

    Who is *on call* is woken by a rise; *channels* are those of a chain's step, none for all.
    """

    recipient: Recipient
    pace: Pace
    waits: Hold | None = None
    on_call: bool = False
    channels: tuple[str, ...] = ()

    def woken_by(self, alert: AnyAlert) -> bool:
        """Whether *alert* goes out to them at once, by night too: they are on call, and it rises."""
        return self.on_call and rises(alert)


def plan(
    connection: Connection,
    settings: Settings,
    alert: AnyAlert,
    *,
    now: datetime,
    to: Iterable[str] | None = None,
    awake: Collection[str] = (),
) -> None:
    """Keep *alert* and owe it to those who must hear of it, or to the recipients *to*; twice is as once.

    Who is *awake*, because we woke them, hears of it by night too.
    """
    hearers = tuple(_hearers(connection, settings, alert, now) if to is None else _named(settings, to))
    if alert_store.add(connection, alert) and not hearers:
        audit.write(connection, at=now, who="watcher", what=UNHEARD, detail={"alert": alert.id, "why": _why(alert, to)})
    watched.follow(connection, settings, alert, now=now)
    known = silences.current(connection, now=now)
    for hearer in hearers:
        asked = _without_night(hearer) if hearer.recipient.id in awake else hearer
        hold = hearer.waits or _hold(connection, alert, asked, known, now)
        owing = owed(alert, hearer.recipient, hold, now=now, channels=hearer.channels)
        deliveries.plan(connection, marked(connection, settings, alert, owing, now=now), at=now)


def _without_night(hearer: Hearer) -> Hearer:
    return replace(hearer, recipient=hearer.recipient.model_copy(update={"quiet": None}))


def _hearers(connection: Connection, settings: Settings, alert: AnyAlert, now: datetime) -> Iterator[Hearer]:
    """A stand-down goes to exactly those who were told of what it ends, together with what still waits for them.

    A rise goes to everybody whom the chain has reached by then, beside those that the routes name.
    """
    if not stands_down(alert):
        roster = settings.roster(overrides.current(connection, now=now))
        heard = heard_by(alert, settings, roster, now=now)
        yield from heard
        if rises(alert):
            names = {hearer.recipient.id for hearer in heard}
            reached = (name for name in watched.reached(connection, alert) if name not in names)
            yield from (replace(hearer, on_call=True) for hearer in _named(settings, reached))
        return
    for name, waits in stories.told_of(connection, alert).items():
        recipient = settings.recipient(name)
        if recipient is not None:
            hold = Hold(reason=reason_of(waits.held), until=waits.due, name=waits.held) if waits is not None else None
            yield Hearer(recipient=recipient, pace=_pace(settings), waits=hold)


def heard_by(
    alert: AnyAlert, settings: Settings, roster: Roster | None = None, *, now: datetime | None = None
) -> tuple[Hearer, ...]:
    """Return who must hear of *alert* as the configuration stands; never nobody, unless it is below every route.

    A notice goes to the contacts of its client and to nobody else. Troubles of Watcher itself go to the operators,
    whatever the routes say, and to whom a route names beside them. Who is on call is asked of *roster* (without
    one: the rotas as they are written) at *now*, or when it was said.
    """
    if isinstance(alert, Notice):
        client = settings.client(alert.client)
        contacts = client.addressees if client is not None else ()
        return tuple(Hearer(recipient=contact, pace=_pace(settings)) for contact in contacts)
    if isinstance(alert, SystemWarning):
        operators = (Heard(recipient=r.id, suppression=Suppression.NONE) for r in settings.operators)
        heard = {h.recipient: h for h in (*spoken_for(alert, settings.routes), *operators)}
    else:
        heard = {h.recipient: h for h in routes_for(alert, settings.routes, last_resort=settings.last_resort)}
    roster, now = roster or settings.roster(), now or alert.at
    carried = [h for h in heard.values() if h.suppression is Suppression.NONE]
    told = tuple(h.recipient for h in carried if settings.recipient(h.recipient) is not None)
    hearers: dict[str, Hearer] = {}
    for one in carried:
        for hearer in _resolved(one, settings, roster, told, now):
            known = hearers.get(hearer.recipient.id)
            hearers[hearer.recipient.id] = hearer if known is None else _joined(known, hearer)
    return tuple(hearers.values())


def _resolved(
    heard: Heard, settings: Settings, roster: Roster, told: tuple[str, ...], now: datetime
) -> Iterator[Hearer]:
    """Yield the recipients behind a name of a route: one, who is on call, or whom a chain's first step reaches."""
    pace = replace(_pace(settings), group=heard.group, cool_down=heard.cool_down)
    names: tuple[str, ...] = (heard.recipient,)
    channels: tuple[str, ...] = ()
    if heard.recipient.startswith(CHAIN) and (chain := settings.chain(heard.recipient.removeprefix(CHAIN))) is not None:
        names, channels = chain.steps[0].to, chain.steps[0].channels
    on_call = heard.recipient.startswith((CHAIN, ROTA))
    for one in called(names, roster, told=told, last_resort=settings.last_resort, now=now):
        _note_hole(one)
        recipient = settings.recipient(one.recipient)
        if recipient is not None:
            yield Hearer(recipient=recipient, pace=pace, on_call=on_call, channels=channels)


def _joined(one: Hearer, other: Hearer) -> Hearer:
    """Whoever is named twice hears once, by the ways of both, and is on call if either says so."""
    channels = (*one.channels, *other.channels) if one.channels and other.channels else ()
    return replace(one, on_call=one.on_call or other.on_call, channels=tuple(dict.fromkeys(channels)))


def _note_hole(one: Called) -> None:
    """The operators are told of it by the stage that looks at ourselves; the log says which alert met it."""
    if one.hole is not None:
        log.warning("nobody on call", rota=one.hole.rota, why=one.hole.hole, instead=one.recipient)


def owed(
    alert: AnyAlert,
    recipient: Recipient,
    hold: Hold | None,
    *,
    now: datetime,
    channels: Iterable[str] = (),
    step: str = FIRST,
) -> tuple[Delivery, ...]:
    """Return one delivery of *alert* for each channel of *recipient*: due at *now*, or held as *hold* says.

    Only for those *channels* that the recipient has; where that is none, for all: a step that names a channel
    they do not have must not pass them over.
    """
    wanted = set(channels) & set(recipient.channels) or set(recipient.channels)
    return tuple(
        Delivery(
            key=delivery_key(alert.id, recipient.id, channel, step),
            alert_id=alert.id,
            recipient=recipient.id,
            channel=channel,
            level=alert.urgency,
            due=now if hold is None else hold.until,
            state=DeliveryState.WAITING if hold is None else DeliveryState.HELD,
            held="" if hold is None else hold.name,
            step=step,
        )
        for channel in recipient.channels
        if channel in wanted
    )


def _hold(
    connection: Connection, alert: AnyAlert, hearer: Hearer, known: tuple[Silence, ...], now: datetime
) -> Hold | None:
    if isinstance(alert, Notice):  # a person let it go, one by one: only the client's own night holds it
        return night_hold(alert.urgency, hearer.recipient, now=now)
    lately = now - max(hearer.pace.per, hearer.pace.cool_down)
    told = stories.told(connection, hearer.recipient.id, since=lately)
    return hold_for(
        alert, hearer.recipient, silences=known, told=told, pace=hearer.pace, on_call=hearer.woken_by(alert), now=now
    )


def _pace(settings: Settings) -> Pace:
    storm = settings.sending.storm
    return Pace(most=storm.most, per=storm.per)


def _why(alert: AnyAlert, to: Iterable[str] | None) -> str:
    """Say why nobody is owed *alert*."""
    if to is not None or stands_down(alert):
        return "nobody who was told of what it ends is configured any more, or nobody was told"
    return "no route wants it: it is below what they ask for, or muted"


def _named(settings: Settings, names: Iterable[str]) -> Iterator[Hearer]:
    """A recipient who is gone from the configuration is owed nothing more: the outbox hands on what was planned."""
    for name in names:
        recipient = settings.addressee(name)
        if recipient is not None:
            yield Hearer(recipient=recipient, pace=_pace(settings))
