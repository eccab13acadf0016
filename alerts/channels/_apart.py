"""A send that blocks, in a thread of its own, waited for until its deadline and no longer."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from datetime import timedelta

from alerts.channels.channel import Answer, Outcome


async def in_own_thread(work: Callable[[], Outcome], deadline: timedelta) -> Outcome:
    """Run *work* beside the event loop and wait for it until *deadline*.

    A shared pool would let a few hanging providers hold up a healthy one, and the program could not end
    before the last of them (seen with apprise's own). A daemon thread of its own has neither fault.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Outcome] = loop.create_future()

    def run() -> None:
        outcome = _guarded(work)
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_settle, answer, outcome)

    threading.Thread(target=run, name="alerts-send", daemon=True).start()
    try:
        return await asyncio.wait_for(answer, deadline.total_seconds())
    except TimeoutError:
        return Outcome(answer=Answer.UNKNOWN, detail="no answer before the deadline")


def _guarded(work: Callable[[], Outcome]) -> Outcome:
    try:
        return work()
    except Exception as fault:  # noqa: BLE001 - a library's bug must not stop the outbox; its text may hold a secret
        return Outcome(answer=Answer.UNKNOWN, detail=f"the sending library failed ({type(fault).__name__})")


def _settle(answer: asyncio.Future[Outcome], outcome: Outcome) -> None:
    if not answer.done():
        answer.set_result(outcome)
