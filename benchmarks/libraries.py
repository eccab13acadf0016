"""Libraries: what a program built on `reader` would pay for the same feeds, round by round.

``python -m benchmarks.libraries`` from a checkout with the `bench` group: a thousand local feeds of thirty entries,
polled three times: all of them new, nothing new, and two new entries in every twentieth. We poll, read, keep and match
with the rules of the Mali assessment; `reader` polls, reads and keeps, once without any matching and once with a hook
that tries one regular expression a rule, of all the terms that the rule calls. Each runs in a process of its own, and
nothing is printed unless all kept the same reports. Both sides read feeds with feedparser:
what it alone needs for the same documents is measured as well.
"""

import argparse
import asyncio
import gc
import hashlib
import json
import logging
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import feedparser
import structlog
from sqlalchemy import select

from benchmarks.feed_farm import CHANGING, ENTRIES, address_of, document
from benchmarks.figures import Figure, at_least
from benchmarks.polling import NOON, farm, poll_all, settings_for, turn_to
from benchmarks.telling import tell
from indicators.named_queries import read_query
from indicators.parsing import parse_assessment
from indicators.vocabulary import names_in, terms_called
from watcher.judging import judge as judging
from watcher.store import tables
from watcher.wiring import build

ROUNDS = (("all new", 0), ("nothing new", 0), ("2 new in 1 of 20", 1))
"""What a round is called, and the edition of the feeds that it meets."""

SIDES = ("ours", "reader", "reader+re")
"""Who is measured; the last with the expressions."""

PARSER = "feedparser"
"""The name of what is measured besides: the parser alone."""

_TIMES = 5
"""How much quicker we are to be."""

MALI = Path("indicators/assessments/mali-2025-12.yaml")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Seconds and processor seconds of each round, how many reports were kept, and a digest of title and link."""

    seconds: tuple[float, ...]
    processor: tuple[float, ...]
    kept: int
    digest: str


class _Rounds:
    """Measures rounds, children that live on included."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.processor: list[float] = []

    @contextmanager
    def one(self) -> Iterator[None]:
        begun, used = time.perf_counter(), _used()
        yield
        self.seconds.append(time.perf_counter() - begun)
        self.processor.append(_used() - used)

    def side(self, reports: Iterable[tuple[str, str]]) -> Side:
        told = sorted(reports)
        digest = hashlib.sha256(repr(told).encode()).hexdigest()
        return Side(seconds=tuple(self.seconds), processor=tuple(self.processor), kept=len(told), digest=digest)


def _used() -> float:
    """Return the processor seconds of this process and of its living children."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text("utf-8").rpartition(")")[2].split()
            if os.getpid() in (int(stat.parent.name), int(fields[1])):
                ticks += int(fields[11]) + int(fields[12])
    return ticks / _TICKS


async def ours(feeds: int, port: int) -> Side:
    """Poll, read, keep and match."""
    rounds = _Rounds()
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_for([address_of(feed, port) for feed in range(feeds)], f"{folder}/watcher.db")
        async with build(settings) as plant:
            gc.freeze()  # as `watcher run` does
            for number, (_, edition) in enumerate(ROUNDS):
                turn_to(edition, port)
                now = NOON + number * timedelta(minutes=15)
                with rounds.one():
                    polled = asyncio.create_task(poll_all(plant, now=now))
                    done: set[asyncio.Task[Any]] = set()
                    while not done:  # what was kept meanwhile is judged every second, and the rest at the end
                        done, _ = await asyncio.wait({polled}, timeout=1)
                        await plant.in_writer(judging.judge, plant, now)
            with plant.database.read() as connection:
                kept = connection.execute(select(tables.items.c.title, tables.items.c.url)).all()
    return rounds.side((row.title, row.url) for row in kept)


def expressions() -> tuple[re.Pattern[str], ...]:
    """Return for each rule an expression of all the terms of the names it calls, whatever it says of their order."""
    assessment, problems = parse_assessment(MALI.read_text("utf-8"), name=MALI.name)
    assert assessment is not None, problems
    made = []
    for rule in (one.match for one in assessment.indicators if one.match):
        called = [terms_called(assessment, name) or {} for name in names_in(read_query(assessment, rule))]
        terms = sorted({term for one in called for words in one.values() for term in words})
        assert terms, f"no word of {rule!r} is known"  # an empty expression is found at once, everywhere
        words = "|".join(re.escape(term.rstrip("*~")) + (r"\w*" if term.endswith(("*", "~")) else "") for term in terms)
        made.append(re.compile(rf"\b(?:{words})\b", re.IGNORECASE))
    return tuple(made)


def theirs(feeds: int, port: int, *, matching: bool) -> Side:
    """Poll, read and keep with `reader`, in four threads; if *matching*, try the expressions on each new entry."""
    from reader import make_reader

    rounds, tried, found = _Rounds(), expressions() if matching else (), [0]

    def match(library: Any, entry: Any, status: object) -> None:
        del library, status
        text = "\n".join((entry.title or "", entry.summary or "", *(one.value for one in entry.content)))
        found[0] += sum(1 for one in tried if one.search(text))

    with tempfile.TemporaryDirectory() as folder:
        library = make_reader(f"{folder}/reader.sqlite")
        if tried:
            library.after_entry_update_hooks.append(match)
        for feed in range(feeds):
            library.add_feed(address_of(feed, port))
        for _, edition in ROUNDS:
            turn_to(edition, port)
            with rounds.one():
                library.update_feeds(scheduled=False, workers=4)
        kept = [(entry.title or "", entry.link or "") for entry in library.get_entries()]
    assert bool(found[0]) == matching
    return rounds.side(kept)


def parser_alone(feeds: int) -> Side:
    """Parse the documents of the first round and do nothing with them."""
    documents = [document(feed, 0) for feed in range(feeds)]
    rounds, reports = _Rounds(), []
    with rounds.one():
        for one in documents:
            found = feedparser.parse(BytesIO(one), response_headers={"content-type": "application/rss+xml"})
            reports += [(entry.title, entry.link) for entry in found.entries]
    return rounds.side(reports)


def measured(side: str, feeds: int, port: int) -> Side:
    """Run one side in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.libraries", "--side", side, "--feeds", str(feeds), "--port", str(port)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ourselves
    told = json.loads(done.stdout.splitlines()[-1])
    return Side(**(told | {name: tuple(told[name]) for name in ("seconds", "processor")}))


def beside(feeds: int, port: int) -> list[Figure]:
    """Set the sides side by side."""
    mine, *others = (measured(side, feeds, port) for side in SIDES)
    parser = measured(PARSER, feeds, port)
    assert parser.kept == feeds * ENTRIES, parser.kept
    wanted = feeds * ENTRIES + 2 * -(-feeds // CHANGING)
    assert {one.kept for one in (mine, *others)} == {wanted}, (mine.kept, [one.kept for one in others])
    assert {one.digest for one in others} == {mine.digest}, "the same number, and not the same reports"
    figures = []
    for number, (name, _) in enumerate(ROUNDS):
        ours_took, ours_used = mine.seconds[number], mine.processor[number]
        figures += [
            Figure(name=f"{name}: poll to match", value=ours_took, unit="s"),
            Figure(name="  processor time", value=ours_used, unit="s"),
        ]
        for side, other in zip(SIDES[1:], others, strict=True):
            figures += [
                at_least(_TIMES, name=f"  times faster than {side}", value=other.seconds[number] / ours_took, unit="x"),
                at_least(1, name="    its processor time to ours", value=other.processor[number] / ours_used, unit="x"),
            ]
    return [
        *figures,
        *_floor(parser, mine, others[0]),
        Figure(name="reports, title and link", value=mine.kept, unit="reports", target="all equal"),
    ]


def _floor(parser: Side, mine: Side, reader: Side) -> list[Figure]:
    """Return what feedparser alone needs for the round in which all is new: nobody who reads with it needs less."""
    (alone,) = parser.processor
    return [
        Figure(name="all new: feedparser alone", value=alone, unit="s", note="processor time, of the same documents"),
        Figure(name="  of reader's processor time", value=100 * alone / reader.processor[0], unit="%"),
        Figure(name="  of ours", value=100 * alone / mine.processor[0], unit="%"),
        Figure(
            name="  reader's to that",
            value=reader.processor[0] / alone,
            unit="x",
            note="the most by which anybody who reads with it can be cheaper",
        ),
    ]


def one_side(side: str, feeds: int, port: int) -> Side:
    """Measure one side in this process."""
    if side == PARSER:
        return parser_alone(feeds)
    if side == "ours":
        return asyncio.run(ours(feeds, port))
    return theirs(feeds, port, matching=side == SIDES[-1])


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=1_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--side", choices=(*SIDES, PARSER), help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    if given.side:
        print(json.dumps(asdict(one_side(given.side, given.feeds, given.port))))
        return

    def measured() -> list[Figure]:
        with farm() as port:
            return beside(given.feeds, port)

    tell(measured, as_json=given.json)


if __name__ == "__main__":
    main()
