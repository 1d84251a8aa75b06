"""Keeps the time: starts jobs by their cron expressions, one at a time, makes up once for runs missed, stops cleanly.

When a job last ran is read from the library, so a run that fell into a time when the scheduler was down is made up for,
once, within ``grace``; what is later than that is recorded as missed.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from types import FrameType
from typing import Any

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from filelock import FileLock, Timeout

from analysis.schedule.config import Schedule
from analysis.schedule.cron import trigger
from analysis.schedule.publish import recover
from analysis.schedule.steps import Steps
from analysis.schedule.work import Ended, Say, run_job
from analysis.watch import tables as t
from pipelines.errors import WorkError
from pipelines.library import Library

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def only_one(schedule: Schedule) -> Iterator[None]:
    """Hold the lock; raises WorkError where another scheduler holds it. The system frees it when a process dies."""
    schedule.lock_file.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(schedule.lock_file, timeout=0)
    try:
        with lock:
            yield
    except Timeout as error:
        raise WorkError(f"另一个调度进程正在运行（{schedule.lock_file}）；先停止它，或换一个 lock") from error


@contextmanager
def stoppable(steps: Steps, asked: threading.Event) -> Iterator[None]:
    """SIGTERM and SIGINT set ``asked`` and end the step that runs."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        asked.set()
        threading.Thread(target=steps.stop, daemon=True).start()

    before = {number: signal.signal(number, stop) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def once(schedule: Schedule, name: str, say: Say = print) -> Ended:
    """Run one job now; raises WorkError where another scheduler runs."""
    steps = Steps()
    with only_one(schedule), stoppable(steps, threading.Event()):
        ended = run_job(schedule, name, steps, datetime.now(schedule.zone).date(), say)
        steps.stop()
    return ended


def keep(schedule: Schedule, say: Say = print, ready: Callable[[], None] = lambda: None) -> None:
    """Keep the schedule until SIGTERM or SIGINT; ``ready`` is called when the clock runs."""
    steps, asked = Steps(), threading.Event()
    with only_one(schedule), stoppable(steps, asked):
        recover(schedule.home)
        scheduler = prepare(schedule, lambda name: run_job(schedule, name, steps, datetime.now(schedule.zone).date(), say), say)
        scheduler.start()
        for job in scheduler.get_jobs():
            say(f"{job.id}: 下一次 {job.next_run_time:%Y-%m-%d %H:%M %Z}")
        ready()
        asked.wait()
        say("正在停止：结束当前步骤")
        steps.stop()
        scheduler.shutdown(wait=True)


def prepare(schedule: Schedule, work: Callable[[str], Any], say: Say) -> BackgroundScheduler:
    """The scheduler with every job at its next time; a time that passed while nobody watched is the next time too."""
    last = last_times(schedule)
    scheduler = BackgroundScheduler(
        timezone=schedule.zone,
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "misfire_grace_time": schedule.grace * 60, "max_instances": 1},
    )
    for name, job in schedule.jobs.items():
        times = trigger(job.cron, schedule.zone)
        due = times.get_next_fire_time(None, last[name]) if name in last else None
        more = {"next_run_time": due} if due else {}
        scheduler.add_job(work, times, args=[name], id=name, name=name, **more)

    def told(event: Any) -> None:
        if event.code == EVENT_JOB_MISSED:
            say(f"{event.job_id}: 错过了 {event.scheduled_run_time:%Y-%m-%d %H:%M}，超过 {schedule.grace} 分钟，等下一次")
        else:
            say(f"{event.job_id}: {type(event.exception).__name__}: {event.exception}")

    scheduler.add_listener(told, EVENT_JOB_MISSED | EVENT_JOB_ERROR)
    return scheduler


def last_times(schedule: Schedule) -> dict[str, datetime]:
    """When each job last began, from the library."""
    with Library.open(schedule.library or None) as library:
        return {j.job: datetime.fromisoformat(j.started_at).astimezone(schedule.zone) for j in t.jobs_of(library.engine)}
