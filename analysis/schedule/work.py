"""One run of one job: crawl → report → verify → diff → publish → notice, each step a process of ``insights``.

A report is made only of a whole crawl: where any vendor did not end complete, the job fails and only the notice goes out.
Reports are made aside and published together when all of them passed their checks. An interrupted crawl is taken up
again by the job's next run (same stamp), so its pages are not fetched twice.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from analysis.labels import label
from analysis.report.escape import slug
from analysis.schedule.config import Crawl, Job, Schedule, Wanted
from analysis.schedule.publish import publish, record_folder, recover, stage
from analysis.schedule.steps import Result, Steps, Stopped
from analysis.watch import tables as t
from analysis.watch.health import health_of
from analysis.watch.reports import latest, reports
from pipelines.errors import WorkError
from pipelines.library import Library

Say = Callable[[str], None]
RETRIED = ("incomplete", "failed")  # a site that blocks or changed is not asked again at once


class StepError(WorkError):
    """A step that did not succeed; ``told`` says why."""

    def __init__(self, step: str, told: Sequence[str]) -> None:
        super().__init__(f"{step}: {'；'.join(told) or '没有说明'}")
        self.step = step
        self.told = tuple(told)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run of a job ended: done, failed or stopped; the step, what it told, and the reports that were published."""

    job: str
    stamp: str
    status: str
    step: str
    told: tuple[str, ...]
    published: tuple[str, ...] = ()


@dataclass
class JobRun:
    """One run; ``work`` does it and never raises for what a step does."""

    schedule: Schedule
    name: str
    steps: Steps
    library: Library
    today: date
    say: Say = print
    stamp: str = field(init=False)

    def __post_init__(self) -> None:
        self.stamp = unfinished(t.jobs_of(self.library.engine), self.name) or f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"

    @property
    def job(self) -> Job:
        """What is to be done."""
        return self.schedule.jobs[self.name]

    @property
    def record(self) -> Path:
        """The folder of logs."""
        return record_folder(self.schedule.home, self.name, self.stamp)

    def work(self) -> Ended:
        """Do the job and record how it ended."""
        t.begin_job(self.library.database, self.name, self.stamp, str(self.record))
        recover(self.schedule.home)
        try:
            published = tuple(str(folder) for folder in self._steps())
        except StepError as error:
            ended = self._end("failed", error.step, error.told)
        except Stopped:
            return self._end("stopped", self._at, ())
        else:
            ended = self._end("done", "", (), published)
        return self._notice(ended)

    def _steps(self) -> Iterator[Path]:
        if self.job.crawl:
            self._crawl(self.job.crawl)
        elif self.job.reports:
            self._check_crawls()
        for wanted in self.job.reports:
            self._report(wanted)
        if self.job.reports and self.job.verify:
            self._verify()
        if self.job.reports:
            self._diff()
            self._enter("publish")
            yield from publish(self.record, self.schedule.home)

    # Steps

    def _crawl(self, crawl: Crawl) -> None:
        """Crawl until every vendor is complete, taking up what was incomplete; raises StepError."""
        self._enter("crawl")
        ended: dict[str, Any] = {}
        vendors = crawl.vendors
        for attempt in range(1, crawl.attempts + 1):
            ended |= self._crawl_once(crawl, vendors, attempt)
            vendors = tuple(v for v, told in ended.items() if told["status"] != "complete")
            if not vendors:
                return
            if attempt == crawl.attempts or any(ended[v]["status"] not in RETRIED for v in vendors):
                break
            self.say(f"{self.name}: {'、'.join(vendors)} 不完整，{crawl.pause:g} 分钟后继续")
            self.steps.rest(crawl.pause * 60)
        raise StepError("crawl", [f"{v}：{ended[v]['status']}，{'；'.join(ended[v]['told'])}" for v in vendors])

    def _check_crawls(self) -> None:
        """A job that only reports: the library must not hold half a crawl of another job; raises StepError."""
        self._enter("report")
        last = [v.runs[-1] for v in health_of(self.library).vendors if v.runs]
        if half := [r for r in last if r.status != "complete"]:
            raise StepError("report", [f"{label('vendor', r.vendor).zh} 最近一次抓取是 {r.status}（{r.run}），不出报告" for r in half])

    def _crawl_once(self, crawl: Crawl, vendors: Sequence[str], attempt: int) -> dict[str, Any]:
        words = ["crawl", crawl.category, "--json", "--resume", self.stamp, *self._library()]
        words += ["--vendors", ",".join(vendors)] if vendors else []
        words += ["--workers", str(crawl.workers)] if crawl.workers > 1 else []
        words += ["--sandbox"] if crawl.sandbox else []
        result = self.steps.run(words, self.record, f"crawl-{attempt}")
        told = _last_json(result.out)
        if not isinstance(told, dict) or not told.get("vendors"):
            raise StepError("crawl", result.told)
        found: dict[str, Any] = told["vendors"]
        return found

    def _report(self, wanted: Wanted) -> None:
        """Make the reports of a category aside; one that fell back to the built-in cases is none."""
        self._enter("report")
        held = stage(self.record, self.schedule.home, wanted.category, self.today.isoformat())
        for kind in wanted.kinds:
            words = ["report", wanted.category, "--kind", kind, "--lang", wanted.lang, "--date", self.today.isoformat()]
            words += ["--out", str(held), "--json", *self._library(), *([] if self.job.pictures else ["--no-pictures"])]
            result = self._must("report", words, f"report-{slug(wanted.category)}-{kind}")
            told = _last_json(result.out)
            if not isinstance(told, dict) or told.get("origin") == "starter":
                raise StepError("report", [f"{wanted.category}：案例库是空的，内置案例的报告不发布"])

    def _verify(self) -> None:
        self._enter("verify")
        for folder in self._staged():
            self._must("verify", ["verify", str(folder), *self._library()], f"verify-{folder.parent.name}")

    def _diff(self) -> None:
        """What changed since the report before, kept beside the logs; an earlier report of another release stops nothing."""
        self._enter("diff")
        before = {slug(name): held for name, held in latest(reports(self.schedule.home)).items()}
        for folder in self._staged():
            earlier = next((r for r in before.get(folder.parent.name, []) if r.date < folder.name), None)
            if earlier:
                result = self.steps.run(["diff", str(earlier.folder), str(folder), "--json"], self.record, f"diff-{folder.parent.name}")
                self.say(f"{self.name}: {folder.parent.name} 与 {earlier.date} 比较" + ("" if result.status == 0 else "失败，见记录"))

    def _notice(self, ended: Ended) -> Ended:
        """Tell people, however the job ended; what could not be told makes the job fail."""
        if self.schedule.notices is None:
            return ended
        words = ["notify", str(self.schedule.notices), "--out", str(self.schedule.home), "--date", self.today.isoformat(), *self._library()]
        try:
            result = self.steps.run(words, self.record, "notify")
        except Stopped:
            return ended
        return ended if result.status == 0 else self._end("failed", ended.step or "notify", (*ended.told, *result.told), ended.published)

    # Helpers

    @property
    def _at(self) -> str:
        return next((j.step for j in t.jobs_of(self.library.engine) if (j.job, j.stamp) == (self.name, self.stamp)), "")

    def _staged(self) -> list[Path]:
        return sorted(f for f in (self.record / "reports").glob("*/*") if f.is_dir() and f.name == self.today.isoformat())

    def _must(self, step: str, words: Sequence[str], name: str) -> Result:
        result = self.steps.run(words, self.record, name)
        if result.status != 0:
            raise StepError(step, result.told)
        return result

    def _library(self) -> list[str]:
        return ["--library", self.schedule.library] if self.schedule.library else []

    def _enter(self, step: str) -> None:
        self.say(f"{self.name}: {step}")
        t.change_job(self.library.database, self.name, self.stamp, step=step)

    def _end(self, status: str, step: str, told: Sequence[str], published: Sequence[str] = ()) -> Ended:
        t.change_job(self.library.database, self.name, self.stamp, status=status, step=step, told=told, ended_at=t.now())
        self.say(f"{self.name}: {status}" + (f"（{step}）{'；'.join(told)}" if step else ""))
        return Ended(self.name, self.stamp, status, step, tuple(told), tuple(published))


def run_job(schedule: Schedule, name: str, steps: Steps, today: date, say: Say = print) -> Ended:
    """Run a job once; the library is opened for the record of it and closed."""
    with Library.open(schedule.library or None) as library, closing(library):
        t.make(library.database)
        return JobRun(schedule, name, steps, library, today, say).work()


def unfinished(jobs: Sequence[t.Job], name: str) -> str:
    """The stamp of the job's last run where that was interrupted in its crawl, else nothing."""
    mine = [j for j in jobs if j.job == name]
    return mine[-1].stamp if mine and mine[-1].status in ("stopped", "running") and mine[-1].step == "crawl" else ""


def _last_json(text: str) -> Any:
    """The JSON that a command printed; it may be written over several lines."""
    begin = text.find("{")
    try:
        return json.loads(text[begin:]) if begin >= 0 else None
    except ValueError:
        return None
