"""Storage: the file or server that everything rests on."""

from collections.abc import Iterator

from watcher.doctor.finding import Finding, Grounds, found
from watcher.store import migrations, soundness


def schema(grounds: Grounds) -> Iterator[Finding]:
    """Find tables of another version."""
    stands, newest = migrations.standing(grounds.connection)
    if stands != newest:
        yield Finding(
            what=f"the tables are at step {stands or 'none'}, this version is at {newest}",
            instead="start the daemon (`watcher run`), which brings them up; or install the version they are of",
        )


def pages(grounds: Grounds) -> Iterator[Finding]:
    """Find settings that would lose a committed step, and pages that cannot be read (all of them with ``deep``)."""
    unsafe = soundness.unsafe_settings(grounds.connection)
    yield from found(unsafe, "a power cut would lose what was committed", "put the database on a local disk; set these")
    yield from found(
        soundness.damage(grounds.connection, deep=grounds.deep),
        "the database is damaged",
        "stop the daemon, keep the file, restore the last backup beside it, and report both",
    )
