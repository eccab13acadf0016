"""Alive: something went the whole way lately."""

from collections.abc import Iterator

from watcher.collecting.canary import CANARY
from watcher.doctor.finding import Finding, Grounds
from watcher.overseeing import watchdog
from watcher.overseeing.looks import SLACK
from watcher.store import canary


def outside(grounds: Grounds) -> Iterator[Finding]:
    """Find that nobody outside watches us, or that whoever should hears nothing."""
    notes, findings = watchdog.told_outside(grounds.connection, grounds.settings, now=grounds.now)
    for told in (*notes, *findings):
        yield Finding(what=told, instead="set watchdog: {url: …} to an address that answers, then `watcher check`")


def through(grounds: Grounds) -> Iterator[Finding]:
    """Find that something is owed and no channel takes anything."""
    for names in watchdog.nothing_gets_through(grounds.connection, now=grounds.now):
        yield Finding(what=names["en"], instead="`watcher outbox` has each message, and what its channel said")


def canary_out(grounds: Grounds) -> Iterator[Finding]:
    """Find a watch that has not taken our own item from a poll to a judgement within its time."""
    state = canary.state(grounds.connection)
    longest = CANARY.every + 2 * grounds.settings.judge_every + SLACK
    if state.out is None or grounds.now - state.out > longest:
        last = f"{state.out:%Y-%m-%d %H:%M} UTC" if state.out is not None else "never"
        yield Finding(
            what=f"the canary last came out: {last}; nothing has gone from a poll to a judgement since",
            instead="is `watcher run` running? Its log names the stage that stands still",
        )
