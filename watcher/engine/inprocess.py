"""The embedded engine: APScheduler inside this process (the only import of it).

Jobs are kept in memory on purpose: what must survive a restart (when a source is due next) stands
in the source's own row, and jobs are made again from it.
"""

import asyncio
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from watcher.engine.port import Job

log = structlog.get_logger(__name__)

JITTER_SHARE = 0.05
LARGEST_JITTER = timedelta(seconds=30)
LOOK_SECONDS = 30


class InProcessEngine:
    """Runs jobs on the running event loop."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._scheduler.add_listener(_report, EVENT_JOB_ERROR)
        self._running: set[asyncio.Task[object]] = set()
        self._busy: set[str] = set()
        self._again: set[str] = set()
        self._jobs: dict[str, Job] = {}
        self._longest: dict[str, timedelta] = {}
        self._watch: asyncio.Task[None] | None = None
        self._stopping = False

    def every(self, interval: timedelta, job: Job, *, name: str, first: datetime) -> None:
        """See :meth:`Engine.every`.

        APScheduler adds its jitter to every gap, so the mean gap would be longer by half of it:
        the interval is shortened by as much.
        """
        jitter = min(interval * JITTER_SHARE, LARGEST_JITTER).total_seconds()
        seconds = interval.total_seconds() - jitter / 2
        self._jobs[name] = job
        # The first run may be as far off as the source's own appointment, the others one interval.
        self._longest[name] = max(interval + 2 * LARGEST_JITTER, first - datetime.now(UTC) + LARGEST_JITTER)
        self._scheduler.add_job(
            self._run,
            IntervalTrigger(seconds=seconds, jitter=jitter or None, timezone=UTC),
            args=[name],
            id=name,
            next_run_time=first,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )

    def soon(self, name: str) -> None:
        """See :meth:`Engine.soon`. While the job runs, one more run is remembered."""
        if name in self._busy:
            self._again.add(name)
        elif not self._stopping:
            task = asyncio.get_running_loop().create_task(self._run(name))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def start(self) -> None:
        """See :meth:`Engine.start`."""
        self._scheduler.start()
        self._watch = asyncio.get_running_loop().create_task(self._mend_times())

    async def _mend_times(self) -> None:
        """Bring back jobs that a clock set back has put further off than their interval."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now = datetime.now(UTC)
            for job in self._scheduler.get_jobs():
                longest = self._longest[job.id]
                if job.next_run_time is not None and job.next_run_time > now + longest:
                    log.error("the clock was set back, job brought forward", job=job.id)
                    job.modify(next_run_time=now)

    async def stop(self, *, patience: timedelta) -> None:
        """See :meth:`Engine.stop`."""
        self._stopping = True
        self._again.clear()
        if self._watch is not None:
            self._watch.cancel()
        if self._scheduler.running:
            self._scheduler.pause()
        waiting = {t for t in self._running if t is not asyncio.current_task()}
        if waiting:
            _, late = await asyncio.wait(waiting, timeout=patience.total_seconds())
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def _run(self, name: str) -> None:
        if name in self._busy:
            self._again.add(name)
            return
        task = asyncio.current_task()
        if task is not None:
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        self._busy.add(name)
        try:
            await self._jobs[name]()
        except asyncio.CancelledError:
            raise
        except Exception:  # a job that fails once must run again at its next time
            log.exception("job failed, it runs again at its next time", job=name)
        finally:
            self._busy.discard(name)
        if name in self._again:
            self._again.discard(name)
            self.soon(name)


def _report(event: JobExecutionEvent) -> None:
    log.error("scheduler could not run a job", job=event.job_id, error=repr(event.exception))
