"""Plays the story through the real pipeline: real server, real fetcher, real store, real mail."""

import asyncio
import json
import re
import shutil
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as midnight
from pathlib import Path
from typing import Protocol

from indicators.bands import Scale
from indicators.evaluation import Evaluation
from indicators.outlooks import Outlook
from watcher.assessment_files import shipped_assessments
from watcher.cycle import Cycle, run_cycle
from watcher.demo.mailbox import Mailbox
from watcher.demo.newsroom import Newsroom
from watcher.demo.story import Story, StoryClock, load_story
from watcher.plant import Plant
from watcher.settings import Settings, load_settings
from watcher.wiring import build

MARK = ".watcher-demo"
"""A file in the demo's folder: only a folder that has it is ever cleared."""


class DemoError(Exception):
    """The demo cannot run here, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of the story as the pipeline saw it, and the terms in which its assessment speaks."""

    at: datetime
    cycle: Cycle
    scale: Scale

    @property
    def evaluation(self) -> Evaluation:
        """The last judgement of the day."""
        return self.cycle.evaluations[-1]

    @property
    def new_items(self) -> int:
        """Items kept today."""
        return sum(p.new for p in self.cycle.polls)


@dataclass(slots=True, kw_only=True)
class Ending:
    """What the demo leaves behind."""

    folder: Path
    mails: int
    answers: dict[int, int]
    first: Outlook
    last: Outlook
    scale: Scale
    days: int = 0
    items: int = 0
    moves: int = 0
    alerts: int = 0
    accepted: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)


def prepare(
    folder: Path, story: Story, *, base: str, mail_port: int, more: Mapping[str, object] | None = None
) -> Settings:
    """Write the demo's assessment and configuration into *folder* and read them as an operator's are."""
    text = (shipped_assessments() / "mali-2025-12.yaml").read_text("utf-8")
    review = story.starts + timedelta(days=90)
    text = re.sub(r"(?m)^as_of: .*$", f"as_of: {story.starts}", text, count=1)
    text = re.sub(r"(?m)^review_by: .*$", f"review_by: {review}", text, count=1)
    (folder / "assessment.yaml").write_text(text, "utf-8")
    path = folder / "watcher.yaml"
    written = _configuration(story, base, mail_port) | dict(more or {})
    path.write_text(json.dumps(written, indent=2), "utf-8")  # JSON is YAML
    settings, problems = load_settings(path)
    if settings is None:
        raise DemoError("\n".join(map(str, problems)))
    return settings


def _configuration(story: Story, base: str, mail_port: int) -> dict[str, object]:
    sender = f"mailto://127.0.0.1:{mail_port}?from=watcher@demo.invalid&to="
    return {
        "database": "watcher.db",
        "assessments": ["assessment.yaml"],
        "sources": [
            {
                "id": p.id,
                "url": f"{base}/{p.id}.xml",
                "every": "1d",
                "lang": p.lang,
                "family": p.family,
                "grade": p.grade,
                "allow_private": True,
            }
            for p in story.papers
        ],
        "recipients": [
            {"id": "desk", "lang": "en", "channels": {"email": sender + "desk@demo.invalid"}},
            {"id": "astreinte", "lang": "fr", "channels": {"email": sender + "astreinte@demo.invalid"}},
            {"id": "screen", "lang": "en", "channels": {"console": ""}},
        ],
        "routes": [
            {"to": ["desk"]},
            {"to": ["astreinte"], "min_level": "advisory"},
            {"to": ["screen"], "min_level": "watch"},
        ],
        "last_resort": "desk",
        "web": {"listen": "127.0.0.1:8467"},
        "notices": {"issuer": "The demo's desk", "contact": "+223 20 00 00 00", "remind": _NEVER},
        "clients": [_client("acme", "TLP:AMBER", "en", sender), _client("bridge", "TLP:AMBER", "fr", sender)],
        "sending": {"deadline": "10s", "lease": "30s"},
    }


_NEVER = dict.fromkeys(("critical", "warning", "other"), "400d")
"""Nobody sits at the demo's desk to release a draft: it does not remind of them."""


def _client(name: str, ceiling: str, lang: str, sender: str) -> dict[str, object]:
    """A client that is made up: what moves drafts a notice for it, which nobody releases unless you do."""
    contact = {
        "id": "ops",
        "lang": lang,
        "zone": "Africa/Bamako",
        "channels": {"email": f"{sender}{name}@demo.invalid"},
    }
    return {
        "id": name,
        "name": f"{name.title()} (made up)",
        "ceiling": ceiling,
        "contacts": [contact],
        "sites": [{"name": "Depot", "at": "12.62,-7.99"}],
        "subscriptions": [{"scenarios": ["*"], "min_level": "watch"}],
    }


def clear(folder: Path) -> None:
    """Make *folder* empty for a new demo; refuses one that a demo did not make."""
    if folder.exists():
        if not (folder / MARK).is_file():
            raise DemoError(f"{folder} is there and was not made by the demo: give another one with --folder")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARK).write_text("made by `watcher demo`; may be deleted\n", "utf-8")


class Player:
    """Runs the story day by day, telling a listener what happened.

    *more* is added to the configuration; the papers are asked *every* so many days, and at the story's end.
    """

    def __init__(
        self,
        folder: Path,
        *,
        seconds: float,
        until: date | None = None,
        more: Mapping[str, object] | None = None,
        every: int = 1,
    ) -> None:
        self._folder = folder
        self._more, self._every = more, every
        self._seconds = seconds
        told = load_story()
        last = told.headlines[-1].at.date() + timedelta(days=1)
        if until is not None and not told.starts < until <= last:
            raise DemoError(f"the story runs from {told.starts} to {last}: give --until a day in between")
        self.story = told if until is None else replace(told, ends=until)
        self.clock = StoryClock(datetime.combine(self.story.starts, midnight(), tzinfo=UTC))

    async def play(
        self, tell: "Listener", *, after: "Callable[[Plant, Ending], Awaitable[None]] | None" = None
    ) -> Ending:
        """Play the whole story; *tell* hears of the beginning and of each day, *after* is awaited at its end."""
        clear(self._folder)
        began = time.monotonic()
        async with Newsroom(self.story, self.clock) as newsroom, Mailbox(self._folder / "mail") as mailbox:
            settings = prepare(self._folder, self.story, base=newsroom.base, mail_port=mailbox.port, more=self._more)
            async with build(settings, now=self.clock) as plant:
                tell.begin(settings, newsroom.base, mailbox.port)
                first = await run_cycle(plant, now=self.clock.now, all_sources=True)
                scale = plant.library.live[0].assessment.scale
                ending = Ending(
                    folder=self._folder,
                    mails=0,
                    answers=newsroom.answers,
                    first=first.evaluations[-1].outlook,
                    last=first.evaluations[-1].outlook,
                    scale=scale,
                )
                for number, day in list(enumerate(self.story.days(), 1))[:: -self._every][::-1]:
                    self.clock.now = day
                    cycle = await run_cycle(plant, now=day, all_sources=True)
                    self._count(ending, cycle)
                    tell.day(Day(at=day, cycle=cycle, scale=scale))
                    await self._keep_pace(began, number)
                ending.mails = mailbox.received
                ending.seconds = time.monotonic() - began
                if after is not None:
                    await after(plant, ending)
        return ending

    def _count(self, ending: Ending, cycle: Cycle) -> None:
        ending.days += 1
        ending.items += sum(p.new for p in cycle.polls)
        ending.moves += sum(len(e.moves) for e in cycle.evaluations)
        ending.alerts += len(cycle.alerts)
        ending.accepted += cycle.sent.accepted
        ending.last = cycle.evaluations[-1].outlook
        ending.faults += [f"{p.source}: {p.fault}" for p in cycle.polls if p.fault]

    async def _keep_pace(self, began: float, number: int) -> None:
        total = (self.story.ends - self.story.starts).days
        ahead = self._seconds * number / total - (time.monotonic() - began)
        if ahead > 0:
            await asyncio.sleep(ahead)


class Listener(Protocol):
    """Whom the demo tells while it plays: the command line prints it, a test counts it."""

    def begin(self, settings: Settings, base: str, mail_port: int) -> None:
        """Hear that the servers are up."""
        ...

    def day(self, day: Day) -> None:
        """Hear of one day."""
        ...
