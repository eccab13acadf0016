"""Fakes at our own edges: a source and a channel that do as a test says, and a clock that it moves."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from alerts.channels import Answer, Message, Outcome, Secret
from indicators.items import Item
from watcher.sources import Fault, Fetched, Options, SourceError, SourceSettings, Validators
from watcher.sources.http import Http


@dataclass
class FakeClock:
    """The time of a test."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> datetime:
        self.now += timedelta(**time)
        return self.now


@dataclass
class FakeSource:
    """Gives what the test put into ``items``; ``fault`` makes every poll fail, ``crash`` raises it."""

    items: list[Item] = field(default_factory=list)
    fault: Fault | None = None
    crash: Exception | None = None
    polls: int = 0
    options: ClassVar[type[Options]] = Options

    async def fetch(self, settings: SourceSettings, http: Http, validators: Validators, now: datetime) -> Fetched:
        del http, validators, now
        self.polls += 1
        if self.crash is not None:
            raise self.crash
        if self.fault is not None:
            raise SourceError(settings.id, self.fault, "as the test said")
        return Fetched(items=tuple(i for i in self.items if i.source == settings.id))


@dataclass
class FakeChannel:
    """Keeps what it was given and answers what the test says, one answer after the other, or ``always`` the same."""

    kind: str = "console"
    answers: list[Answer | Exception] = field(default_factory=list)
    always: Answer | None = None
    sent: list[Message] = field(default_factory=list)

    def problems(self, address: str) -> list[str]:
        del address
        return []

    async def send(self, message: Message, address: Secret, *, deadline: timedelta) -> Outcome:
        del address, deadline
        self.sent.append(message)
        answer = self.answers.pop(0) if self.answers else self.always or Answer.ACCEPTED
        if isinstance(answer, Exception):
            raise answer
        return Outcome(answer=answer)
