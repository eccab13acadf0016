"""Latency: seconds from a report that was taken to the provider's acceptance of the alert that it makes.

``python -m benchmarks.latency`` from a checkout: the real daemon, signed pushes at a steady rate, a real
receiver. Nothing is printed before every alert that was due has arrived exactly once.
"""

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from statistics import median, quantiles

from aiohttp import web

from benchmarks.figures import Figure, at_most
from benchmarks.telling import tell
from tests.daemons import Daemon, configure, until
from tests.senders import SECRET, ask, post, signed
from tests.servers import HookServer, Seen
from tests.subjects import an_assessment_of, subjects

_P99 = 2.0
"""Seconds; what the project promises at 50 items a second with 1,000 rules."""

_WORDS = ("opens a school", "plays a match", "sells more rice", "sings tonight")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How many rules, how many of them move a question of their own, and how many reports come how fast."""

    rules: int = 1_000
    questions: int = 250
    per_second: int = 50
    seconds: int = 50


class TimedHook(HookServer):
    """Notes when each message came, before it answers."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[float] = []

    async def _answer(self, seen: Seen, request: web.Request) -> web.StreamResponse:
        self.times.append(time.monotonic())
        return await super()._answer(seen, request)


@dataclass(slots=True)
class Run:
    """When each subject's report was taken."""

    taken: dict[str, float] = field(default_factory=dict)
    longest_post: float = 0.0


def _configured(folder: Path, hook: HookServer, sizes: Sizes) -> Path:
    names = subjects(sizes.rules)
    text = an_assessment_of(names[: sizes.questions], idle=names[sizes.questions :])
    hook_address = f"http://127.0.0.1:{hook.port}/hook#inside=yes"
    config = configure(folder, text, sources={}, channels={"webhook": hook_address})
    raw = json.loads(config.read_text("utf-8"))
    told = {"family": "wire", "grade": "B", "lang": "en", "options": {"secret": "${WIRE_SECRET}"}}
    raw["sources"] = [{"id": "wire", "kind": "webhook", "every": "1h"} | told]
    raw["sending"] |= {"storm": {"most": 100_000}}  # each alert by itself: gathering would hide what we measure
    raw |= {"web": {"listen": "127.0.0.1:0"}, "judge_every": "1h"}
    config.write_text(json.dumps(raw), "utf-8")
    return config


async def _has_come_round(address: str) -> None:
    """Wait until it has polled, judged and sent once."""
    for _ in range(600):
        if (await ask("GET", f"{address}/healthz")).status == HTTPStatus.OK:
            return
        await asyncio.sleep(0.25)
    raise RuntimeError("the daemon never became healthy")


def _port(daemon: Daemon) -> int:
    lines = (json.loads(x) for x in daemon.log.read_text("utf-8").splitlines() if x.startswith("{"))
    return next((int(x["port"]) for x in lines if x["event"] == "web server listens"), 0)


async def _push(address: str, sizes: Sizes, run: Run) -> None:
    """Ten times a second a batch; every subject once, evenly among reports that make no alert."""
    names = subjects(sizes.questions)
    total, batch = sizes.per_second * sizes.seconds, sizes.per_second // 10
    every = total // len(names)
    start = time.monotonic()
    for first in range(0, total, batch):
        await asyncio.sleep(max(0.0, start + first / sizes.per_second - time.monotonic()))
        numbers = range(first, min(first + batch, total))
        hit = [names[n // every] for n in numbers if n % every == 0 and n // every < len(names)]
        titles = [f"{n} attacked" for n in hit]
        titles += [f"Town {n} {_WORDS[n % len(_WORDS)]}" for n in numbers[len(hit) :]]
        now = datetime.now(UTC)
        reports = [
            {"id": f"{first}-{i}", "title": title, "published": now.isoformat()} for i, title in enumerate(titles)
        ]
        body = json.dumps(reports).encode()
        before = time.monotonic()
        answer = await post(f"{address}/ingest/wire", body, signed(body, at=now))
        after = time.monotonic()
        assert answer.status == HTTPStatus.ACCEPTED, answer.body
        run.longest_post = max(run.longest_post, after - before)
        run.taken |= dict.fromkeys(hit, after)


async def measured(folder: Path, sizes: Sizes) -> tuple[Figure, ...]:
    """Run the daemon, push, wait for every alert, and return what it took."""
    os.environ["WIRE_SECRET"] = SECRET
    run = Run()
    async with TimedHook() as hook:
        daemon = Daemon(_configured(folder, hook, sizes))
        await daemon.start()
        await until(lambda: _port(daemon) > 0, what="the web server", seconds=150)
        address = f"http://127.0.0.1:{_port(daemon)}"
        await _has_come_round(address)
        await _push(address, sizes, run)
        wanted = set(subjects(sizes.questions))
        await until(lambda: wanted <= {*_arrivals(hook)}, what="every alert at the receiver", seconds=120)
        assert await daemon.stop() == 0
        arrived = _arrivals(hook)
    assert all(len(times) == 1 for name, times in arrived.items() if name in wanted), "an alert came twice"
    return _figures([arrived[name][0] - run.taken[name] for name in sorted(wanted)], run, sizes)


def _arrivals(hook: TimedHook) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for seen, at in zip(hook.posts, hook.times, strict=False):
        found.setdefault(str(seen.json["facts"].get("scenario", "")), []).append(at)
    return found


def _figures(seconds: Sequence[float], run: Run, sizes: Sizes) -> tuple[Figure, ...]:
    note = f"{len(seconds)} alerts, {sizes.per_second} reports/s, {sizes.rules:,} rules"
    return (
        Figure(name="taken to accepted, median", value=median(seconds), unit="s", note=note),
        at_most(_P99, name="taken to accepted, 99 of 100", value=quantiles(seconds, n=100)[98], unit="s"),
        Figure(name="the longest", value=max(seconds), unit="s"),
        Figure(name="longest answer to a push", value=run.longest_post, unit="s"),
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=Sizes().seconds)
    parser.add_argument("--questions", type=int, default=Sizes().questions)
    parser.add_argument("--rules", type=int, default=Sizes().rules)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    asked = parser.parse_args()
    sizes = Sizes(seconds=asked.seconds, questions=asked.questions, rules=asked.rules)
    with tempfile.TemporaryDirectory() as folder:
        tell(lambda: asyncio.run(measured(Path(folder), sizes)), as_json=asked.json)


if __name__ == "__main__":
    main()
