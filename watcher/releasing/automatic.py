"""What leaves by itself: facts alone, where the subscription says so, and nothing that a person has in hand."""

from datetime import datetime

from alerts.clients import Client, ReleaseRule
from alerts.notices import NoticeState
from watcher.releasing.found import FoundNotice
from watcher.releasing.letting_go import above_ceiling, let_go, subscription_of, waits_until
from watcher.settings import Settings
from watcher.store import Connection
from watcher.store.notices import ClientNotices

_WHY = "facts only, as the subscription says"


def release_by_itself(connection: Connection, settings: Settings, client: Client, *, now: datetime) -> int:
    """Let go what may leave *client* by itself now, and return how many notices that were.

    Only news leaves so: new events while things grow graver. An end, a correction, and whatever a person has
    edited or held wait for a person. So does what would follow the last notice too soon, until its time.
    """
    if all(s.release is not ReleaseRule.AUTOMATIC_FACTS_ONLY for s in client.subscriptions):
        return 0
    notices = ClientNotices(connection, client)
    waiting = [FoundNotice(client=client, notices=notices, kept=kept) for kept in notices.waiting()]
    ready = [found for found in waiting if _leaves(found) and waits_until(settings, found, now=now) is None]
    going = [found for found in ready if not any(above_ceiling(connection, settings, found))]
    for found in going:
        let_go(connection, settings, found, who="", why=_WHY, now=now)
    return len(going)


def _leaves(found: FoundNotice) -> bool:
    kept, drafted = found.kept, found.kept.drafted
    subscription = subscription_of(found.client, drafted)
    automatic = subscription is not None and subscription.release is ReleaseRule.AUTOMATIC_FACTS_ONLY
    untouched = kept.state is NoticeState.DRAFT and not kept.revisions and not drafted.corrects
    return automatic and untouched and drafted.facts_only and drafted.rising and bool(drafted.findings)
