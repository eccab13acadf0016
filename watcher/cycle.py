"""START READING HERE. One cycle: poll -> judge -> look after notices -> oversee -> escalate -> ping -> deliver.

`watcher once` and the demo run it as it stands here; :mod:`watcher.daemon` runs the same steps, each at its own times.
A report goes through four transactions, in this order, and nothing is sent while one is open:

1. *keep*, in :mod:`watcher.collecting.recording`: a poll's new items, its log line and the feed's validators,
   together, with those of the polls that end at the same time;
2. *judge*, in :mod:`watcher.judging.judge`: matches, readings, outlook, moves, alerts and one delivery for
   each recipient and channel, drafts of notices to clients, together with the mark "judged with this version";
3. *claim*, in :mod:`watcher.sending.sender`, and 4. *record*, in :mod:`watcher.sending.outbox`, around the sending.

Whatever else may owe a message does so between judging and claiming, each in a transaction of its own: notices that
leave by themselves (:mod:`watcher.releasing.looking_after`), what Watcher has to say about itself
(:mod:`watcher.overseeing.oversight`), steps of chains (:mod:`watcher.saying.escalating`) and the ping to a watcher
outside (:mod:`watcher.overseeing.watchdog`).

A crash between any two of them loses nothing: kept items without the mark are judged at the next
start, planned deliveries without an answer are sent.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from alerts.alert import Alert
from alerts.system import SystemWarning
from indicators.evaluation import Evaluation
from watcher.collecting import late_pages
from watcher.collecting.canary import CANARY
from watcher.collecting.polling import Polled, poll
from watcher.judging.judge import judge
from watcher.overseeing import watchdog
from watcher.overseeing.oversight import oversee
from watcher.plant import Plant
from watcher.releasing.looking_after import look_after
from watcher.saying.escalating import escalate
from watcher.sending import outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """What one cycle did."""

    at: datetime
    polls: tuple[Polled, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()
    alerts: tuple[Alert, ...] = ()
    warnings: tuple[SystemWarning, ...] = ()
    sent: outbox.Sent = field(default_factory=outbox.Sent)


async def run_cycle(plant: Plant, *, now: datetime, all_sources: bool = False) -> Cycle:
    """Run one whole cycle at *now*: every source and late page that is due, judge, look at us, escalate, deliver.

    A judgement that fails is raised at the end: it keeps neither what is owed nor the word of the fault from leaving.
    """
    polls = await asyncio.gather(
        *(poll(plant, source, now=now, ahead_of_time=all_sources) for source in plant.settings.sources)
    )
    await poll(plant, CANARY, now=now)
    await late_pages.fetch_due(plant, now=now)
    fault: Exception | None = None
    evaluations: tuple[Evaluation, ...] = ()
    alerts: tuple[Alert, ...] = ()
    try:
        evaluations, alerts = await plant.in_writer(judge, plant, now)
    except Exception as error:  # noqa: BLE001 - raised again below: what is owed already does not wait for it
        fault = error
    await plant.in_writer(look_after, plant, now)
    warnings = await plant.in_writer(oversee, plant, now)
    await plant.in_writer(escalate, plant, now)
    await plant.in_writer(watchdog.ping, plant, now)
    sent = await outbox.deliver_due(plant, now=now)
    if fault is not None:
        raise fault
    done = tuple(p for p in polls if p is not None)
    return Cycle(at=now, polls=done, evaluations=evaluations, alerts=alerts, warnings=warnings, sent=sent)
