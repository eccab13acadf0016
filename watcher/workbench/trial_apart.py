"""A trial in a process of its own: judging goes on undisturbed beside it, and time ends it whatever it does.

Asked by one JSON object on standard input; answers with lines of JSON: how far the reading is, then the trial.
"""

import json
import os
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from indicators.items import Item
from indicators.parsing import parse_assessment
from indicators.publishers import Publisher, Reliability
from watcher.assessment_files import matcher_of
from watcher.store import Database, past
from watcher.workbench.period import Period, since_of
from watcher.workbench.trial_json import trial_json
from watcher.workbench.trying import try_rule

SHOWN = 25
"""Matches of each kind that are handed back; the counts are of all."""

_STEP = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedTrial:
    """What is tried: the rule in the text of a changed file, against the text in force, over stored items."""

    database: str
    gazetteers: tuple[str, ...]
    publishers: Mapping[str, Publisher]
    rule: str
    changed: str
    today: str
    since: str
    now: datetime
    seconds: int

    def written(self) -> str:
        """Return it as the child reads it."""
        people = {
            source: {"family": p.family, "reliability": p.reliability.value, "party": p.party}
            for source, p in self.publishers.items()
        }
        told = {name: getattr(self, name) for name in self.__slots__} | {
            "gazetteers": list(self.gazetteers),
            "publishers": people,
            "now": self.now.isoformat(),
        }
        return json.dumps(told)

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "AskedTrial":
        """Return what :meth:`written` wrote."""
        people = {
            source: Publisher(family=p["family"], reliability=Reliability(p["reliability"]), party=p["party"])
            for source, p in told["publishers"].items()
        }
        now = datetime.fromisoformat(told["now"])
        return cls(**{**told, "gazetteers": tuple(told["gazetteers"]), "publishers": people, "now": now})


def main() -> None:
    """Answer what is asked on standard input."""
    asked = AskedTrial.read(json.load(sys.stdin))
    signal.alarm(asked.seconds)
    os.nice(5)
    try:
        _say({"trial": _tried(asked)})
    except ValueError as error:
        _say({"fault": str(error)})


def _tried(asked: AskedTrial) -> dict[str, Any]:
    changed = parse_assessment(asked.changed, name="draft", proven=False)[0]
    if changed is None:
        raise ValueError("the draft cannot be read: check it first")
    today = parse_assessment(asked.today, name="in force", proven=False)[0] if asked.today else None
    period = Period(since=since_of(asked.since, until=asked.now), until=asked.now)
    with Database(asked.database) as database, database.read() as connection:
        stock = past.stock(connection, since=period.since)
        items = _watched(past.received(connection, since=period.since), stock.items)
        reading = matcher_of(asked.gazetteers)
        known = dict(asked.publishers)
        trial = try_rule(asked.rule, changed, items, period=period, today=today, publishers=known, matcher_of=reading)
        return _short(trial_json(trial, oldest=stock.oldest))


def _watched(items: Iterable[Item], total: int) -> Iterator[Item]:
    for number, item in enumerate(items):
        if number % _STEP == 0:
            _say({"read": number, "of": total})
        yield item


def _short(told: dict[str, Any]) -> dict[str, Any]:
    """Cut the long lists of *told* to what a page shows, the newest first, and say how long they were."""
    for version in (told["changed"], told["today"] or {}):
        found = version.pop("matches", [])
        version["counting"] = _newest([f for f in found if not f["rejected_by"]])
        version["refusals"] = _newest([f for f in found if f["rejected_by"]])
    for kind in ("gained", "lost", "watch_gained", "watch_lost"):
        if kind in told["difference"]:
            told["difference"][f"{kind}_count"] = len(told["difference"][kind])
            told["difference"][kind] = _newest(told["difference"][kind])
    return told


def _newest(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(found, key=lambda one: one["when"], reverse=True)[:SHOWN]


def _say(told: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(told, default=str) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
