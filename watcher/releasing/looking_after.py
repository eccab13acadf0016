"""Looking after drafts between judgements: what may leave by itself by now does, and what waits too long is told."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog

from alerts.alert import Alert
from alerts.clients import Client
from alerts.notices import NoticeState
from alerts.system import Standing, SystemWarning, system_warning_id
from indicators.bands import WarningLevel
from watcher.plant import Plant
from watcher.releasing.automatic import release_by_itself
from watcher.releasing.found import FoundNotice, waiting_notices
from watcher.saying import planning
from watcher.saying.own_faults import tell_fault
from watcher.settings import Settings
from watcher.store import Connection, StoreError, installation
from watcher.store import alerts as alert_store
from watcher.store.notices import ClientNotices, waits_since

log = structlog.get_logger(__name__)

_REMINDER = "draft "
"""What a reminder is about begins so; the id of the notice follows."""

_STATE_FR = {
    NoticeState.HELD: "retenu",
    NoticeState.ARCHIVED: "archivé",
    NoticeState.RELEASED: "diffusé",
    NoticeState.WITHDRAWN: "retiré",
}

OFTEN = timedelta(minutes=1)
"""How often to look: the shortest patience is a few minutes."""


def look_after(plant: Plant, now: datetime) -> bool:
    """Release what may leave by itself now, remind of drafts that wait too long; return whether anything is owed.

    Whoever was reminded of one that waits no more is told so.
    """
    settings = plant.settings
    if not settings.clients:
        return False
    with plant.database.write() as connection:
        reminders = [one for one in alert_store.standing(connection) if one.subject_key.startswith(_REMINDER)]
        reminded = [one for one in reminders if isinstance(one, SystemWarning)]
        return sum(_look_after(connection, settings, client, reminded, now) for client in settings.clients) > 0


def _look_after(
    connection: Connection, settings: Settings, client: Client, reminded: Iterable[SystemWarning], now: datetime
) -> bool:
    """Look after the drafts of one client; a fault with one of them keeps no other client's."""
    try:
        with connection.begin_nested():
            gone = release_by_itself(connection, settings, client, now=now)
            notices = ClientNotices(connection, client)
            seen_to = sum(_call_off(connection, settings, notices, client, one, now) for one in reminded)
            waiting = waiting_notices(connection, settings, client=client.id)
            drafts = [found for found in waiting if found.kept.state is NoticeState.DRAFT]
            return gone + seen_to + sum(_remind(connection, settings, found, now) for found in drafts) > 0
    except StoreError:
        raise
    except Exception as error:
        log.exception("a client's drafts could not be looked after", client=client.id)
        return _tell_fault(connection, settings, client, error, now)


def _tell_fault(connection: Connection, settings: Settings, client: Client, error: Exception, now: datetime) -> bool:
    told = tell_fault(
        connection,
        settings,
        error,
        about=f"drafts for {client.id}",
        headline={
            "en": f"The drafts for {client.name} cannot be looked after",
            "fr": f"Les avis en préparation pour {client.name} ne peuvent être suivis",
        },
        meaning={
            "en": "Nothing leaves to this client by itself, and nobody is reminded of what waits.",
            "fr": "Rien ne part de soi-même vers ce client, et personne n'est relancé pour ce qui attend.",
        },
        next_step={
            "en": "`watcher notices` lists what waits; release by hand what the client must know.",
            "fr": "`watcher notices` montre ce qui attend ; diffusez à la main ce que le client doit savoir.",
        },
        now=now,
    )
    return told is not None


def _remind(connection: Connection, settings: Settings, found: FoundNotice, now: datetime) -> bool:
    """Remind of one draft, once for each time that its level's patience has passed; after a pause only once."""
    notice, since = found.kept.drafted, waits_since(found.kept)
    patience = settings.notices.remind.at(notice.urgency)
    times = (now - since) // patience
    if times < 1:
        return False
    at = since + times * patience
    standing = Standing.RAISED if times == 1 else Standing.REMINDED
    about = f"{_REMINDER}{notice.id}"
    warning_id = system_warning_id(about, standing, at, salt=installation.salt(connection))
    if alert_store.find(connection, warning_id) is not None:
        return False
    warning = SystemWarning(
        id=warning_id,
        about=about,
        at=at,
        since=since,
        standing=standing,
        urgency=max(notice.urgency, WarningLevel.WATCH),
        headline={
            "en": f"A notice to {found.client.name} waits for release",
            "fr": f"Un avis pour {found.client.name} attend d'être diffusé",
        },
        details=(
            {
                "en": f"{notice.id}, {notice.judgement.name.get('en', notice.judgement.scenario)}",
                "fr": f"{notice.id}, {notice.judgement.name.get('fr', notice.judgement.scenario)}",
            },
        ),
        meaning={
            "en": "The client knows nothing of it until a person releases it.",
            "fr": "Le client n'en sait rien tant qu'une personne ne l'a pas diffusé.",
        },
        next_step=dict.fromkeys(("en", "fr"), f"watcher notices show {notice.id}; release, hold, archive"),
        marking=notice.marking,
    )
    planning.plan(connection, settings, warning, now=now, to=_hearers(connection, settings, found))
    return True


def _call_off(
    connection: Connection,
    settings: Settings,
    notices: ClientNotices,
    client: Client,
    reminder: SystemWarning,
    now: datetime,
) -> bool:
    """Take a *reminder* back, from whoever had it, of one of these *notices* that waits no more."""
    kept = notices.get(reminder.about.removeprefix(_REMINDER))
    if kept is None or kept.state is NoticeState.DRAFT:
        return False
    over = reminder.over(now, salt=installation.salt(connection)).model_copy(
        update={
            "headline": {
                "en": f"A notice to {client.name} waits no more: {kept.state}",
                "fr": f"Un avis pour {client.name} n'attend plus : {_STATE_FR[kept.state]}",
            },
            "meaning": {"en": "Nobody has to see to it.", "fr": "Plus personne n'a à s'en occuper."},
            "next_step": dict.fromkeys(("en", "fr"), f"watcher notices show {kept.id}"),
        }
    )
    planning.plan(connection, settings, over, now=now)
    return True


def _hearers(connection: Connection, settings: Settings, found: FoundNotice) -> Iterable[str]:
    """The operators, and those of the desk who heard of the move."""
    alert = alert_store.find(connection, found.kept.move)
    desk = planning.heard_by(alert, settings) if isinstance(alert, Alert) else ()
    return dict.fromkeys([*(r.id for r in settings.operators), *(h.recipient.id for h in desk)])
