"""Looking after drafts between judgements: what may leave by itself by now does, and what waits too long is told."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from alerts.alert import Alert
from alerts.notices import NoticeState
from alerts.system import Standing, SystemWarning, system_warning_id
from indicators.bands import WarningLevel
from watcher.plant import Plant
from watcher.releasing.automatic import release_by_itself
from watcher.releasing.found import Found, waiting_notices
from watcher.saying import planning
from watcher.settings import Settings
from watcher.store import Connection, installation
from watcher.store import alerts as alert_store
from watcher.store.notices import waits_since

OFTEN = timedelta(minutes=1)
"""How often to look: the shortest patience is a few minutes."""


def look_after(plant: Plant, now: datetime) -> bool:
    """Release what may leave by itself now, remind of drafts that wait too long; return whether anything is owed."""
    settings = plant.settings
    if not settings.clients:
        return False
    with plant.database.write() as connection:
        gone = sum(release_by_itself(connection, settings, client, now=now) for client in settings.clients)
        waiting = [n for n in waiting_notices(connection, settings) if n.kept.state is NoticeState.DRAFT]
        reminded = [_remind(connection, settings, found, now) for found in waiting]
    return gone > 0 or any(reminded)


def _remind(connection: Connection, settings: Settings, found: Found, now: datetime) -> bool:
    """Remind of one draft, once for each time that its level's patience has passed; after a pause only once."""
    notice, since = found.kept.drafted, waits_since(found.kept)
    patience = settings.notices.remind.at(notice.urgency)
    times = (now - since) // patience
    if times < 1:
        return False
    at = since + times * patience
    standing = Standing.RAISED if times == 1 else Standing.REMINDED
    about = f"draft {notice.id}"
    warning_id = system_warning_id(about, standing, at, salt=installation.name(connection))
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


def _hearers(connection: Connection, settings: Settings, found: Found) -> Iterable[str]:
    """The operators, and those of the desk who heard of the move."""
    alert = alert_store.find(connection, found.kept.move)
    desk = planning.heard_by(alert, settings) if isinstance(alert, Alert) else ()
    return dict.fromkeys([*(r.id for r in settings.operators), *(h.recipient.id for h in desk)])
