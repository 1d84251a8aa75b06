"""What somebody must be told: a run that did not end complete, a persona that drifts, a card that expired, a job that failed.

Each cause has a key that stays the same as long as it is the same cause: the ledger sends it once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from analysis.drift import Drift
from analysis.labels import label
from analysis.watch.health import BAD, RunHealth
from analysis.watch.reports import Report, aged, changed, latest
from analysis.watch.tables import Job
from pipelines.errors import WorkError
from pipelines.vocabulary import load_yaml

KINDS = ("run", "drift", "expired", "job")


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a notice is sent: its key, its kind (run, drift, expired, job), a headline, and a few lines."""

    key: str
    kind: str
    title: str
    lines: tuple[str, ...]


@cache
def phrases() -> Mapping[str, str]:
    """What notices say."""
    return load_yaml(Path(__file__).parent / "phrases.yaml", dict[str, str])


def of_runs(runs: Iterable[RunHealth], today: str, days: int) -> list[Cause]:
    """Runs of the last ``days`` that ended incomplete, blocked, changed or failed."""
    return [_run(r) for r in runs if r.ended and r.status in BAD and _days(r.ended[:10], today) <= days]


def of_reports(found: Sequence[Report], today: str) -> tuple[list[Cause], list[str]]:
    """Personas that drifted between the two latest reports of a category, and cards past their age; with what could not be read."""
    causes: list[Cause] = []
    problems: list[str] = []
    for held in latest(list(found)).values():
        causes += _expired(held[0], today)
        try:
            drifted = changed(held)
        except (WorkError, ValueError) as error:
            problems.append(str(error))
        else:
            causes += _drift(drifted) if drifted else []
    return causes, problems


def of_jobs(jobs: Iterable[Job], today: str, days: int) -> list[Cause]:
    """Runs of scheduled jobs of the last ``days`` that failed for another reason than the crawls that are told by themselves."""
    return [_job(j) for j in jobs if j.status == "failed" and j.step != "crawl" and _days(j.ended_at[:10], today) <= days]


def _run(run: RunHealth) -> Cause:
    say = phrases()
    name = label("vendor", run.vendor).zh
    title = (say["sandbox"] if run.sandbox else "") + say[f"run.{run.status}"].format(vendor=name)
    facts = say["run.facts"].format(cases=run.cases, pages=run.pages, ended=run.ended, run=run.run)
    follow = say[f"run.next.{run.status}"].format(run=run.run)
    return Cause(f"run:{run.run}:{run.status}:{','.join(run.kinds)}", "run", title, (*run.told, facts, follow))


def _drift(found: Drift) -> list[Cause]:
    lines = [p.text.zh for p in found.personas if p.change != "steady"] + [w.text.zh for w in found.weights]
    if not lines:
        return []
    title = phrases()["drift"].format(category=found.category, before=found.before, after=found.after)
    return [Cause(f"drift:{found.category}:{found.before}:{found.after}:{_digest(lines)}", "drift", title, tuple(lines))]


def _expired(report: Report, today: str) -> Iterator[Cause]:
    if (at := aged(report, today)).expired:
        say = phrases()
        lines = (at.text.zh, say["expired.next"].format(category=report.category))
        yield Cause(f"expired:{report.category}:{report.date}", "expired", say["expired"].format(category=report.category), lines)


def _job(job: Job) -> Cause:
    say = phrases()
    lines = (*job.told, say["job.next"].format(record=job.record, job=job.job))
    return Cause(f"job:{job.job}:{job.stamp}:{job.step}", "job", say["job"].format(job=job.job, step=job.step), lines)


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def _days(before: str, today: str) -> int:
    return (date.fromisoformat(today) - date.fromisoformat(before)).days
