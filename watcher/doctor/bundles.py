"""Bundles: what was told as part of a digest has that digest."""

from collections.abc import Iterator

from watcher.doctor.finding import Finding, Grounds, found
from watcher.store import soundness


def bundles(grounds: Grounds) -> Iterator[Finding]:
    """Find messages that are over because a digest tells of them, where that digest is owed to nobody."""
    yield from found(
        soundness.bundled_without_digest(grounds.connection),
        "{n} message(s) told in a digest that is owed to nobody",
        "tell the recipients by hand: `watcher moves` shows what was decided; then report it",
    )
