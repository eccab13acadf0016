"""Gathering: what waits for the one writer is done in one go when the writer is free, each with its own answer."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

MOST = 100
"""Things in one go: so that a judgement, or a person's word, never waits long for the writer."""

_One = TypeVar("_One")
_Answer = TypeVar("_Answer")

InOneGo = Callable[[Sequence[_One]], Awaitable[Sequence[_Answer | Exception]]]
"""Does all that is given and returns an answer for each, in order; an error as its answer is raised for that one."""


class Gathering:
    """Queues of things to do, by name. Of one queue, one go at a time; what comes meanwhile makes the next.

    To be used from one event loop. Whoever asked learns of the end of the go that did it, never earlier; who does not
    wait any more changes nothing for the others.
    """

    def __init__(self) -> None:
        self._waiting: dict[object, list[tuple[Any, asyncio.Future[Any]]]] = defaultdict(list)
        self._going: dict[object, asyncio.Task[None]] = {}

    async def do(self, one: _One, queue: object, go: InOneGo[_One, _Answer]) -> _Answer:
        """Wait until *one* was done with others of its *queue* and return its answer, or raise its error."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[_Answer] = loop.create_future()
        self._waiting[queue].append((one, answer))
        if queue not in self._going:
            self._going[queue] = loop.create_task(self._empty(queue, go))
        return await answer

    async def _empty(self, queue: object, go: InOneGo[Any, Any]) -> None:
        try:
            while now := self._waiting[queue][:MOST]:
                del self._waiting[queue][:MOST]
                try:
                    answers = await go([one for one, _ in now])
                except Exception as error:  # noqa: BLE001 - whatever it is, those who asked are told
                    answers = [error] * len(now)
                for (_, waiting), answer in zip(now, answers, strict=True):
                    _tell(waiting, answer)
        finally:
            del self._going[queue]


def _tell(waiting: "asyncio.Future[Any]", answer: object) -> None:
    if waiting.done():
        return  # it was given up
    if isinstance(answer, Exception):
        waiting.set_exception(answer)
    else:
        waiting.set_result(answer)
