"""Record: the audit of who did what is as it was written."""

from collections.abc import Iterator
from itertools import islice

from watcher.doctor.finding import MOST_IDS, Finding, Grounds
from watcher.store import audit_chain


def chain(grounds: Grounds) -> Iterator[Finding]:
    """Find rows of the audit that were changed, put in or taken out."""
    places = tuple(islice(audit_chain.broken(grounds.connection), MOST_IDS))
    if places:
        more = " or more" if len(places) == MOST_IDS else ""
        yield Finding(
            what=f"the record of who did what was touched in {len(places)} place(s){more}",
            instead="somebody wrote into the database past Watcher: compare it with a backup, and ask who could",
            ids=tuple(f"{place} {what}" for place, what in places),
        )
