"""The health as Prometheus metrics: for a scrape (the viewer's ``/metrics``) or a textfile of the node exporter.

A registry of its own is filled anew each time, so the figures are a function of the library and the reports alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, generate_latest, write_to_textfile

from analysis.watch.health import BAD, Health, RunHealth

STATUSES = ("complete", *BAD)
COUNTS = {
    "cases": "Cases that the last run saw",
    "new": "New cases of the last run",
    "changed": "Changed cases of the last run",
    "unchanged": "Pages of the last run found unchanged",
    "withdrawn": "Cases that the last run found withdrawn",
    "pages": "Pages that the last run read",
    "blocked": "Requests of the last run that the site refused or challenged",
    "failed": "Requests of the last run that failed",
}


def registry(health: Health, ages: Mapping[str, int], notices: Mapping[tuple[str, str], int]) -> CollectorRegistry:
    """The metrics; ``ages`` are days by category of the latest report, ``notices`` counts by (channel, state)."""
    held = CollectorRegistry()
    _library(held, health)
    last = [v.last for v in health.vendors if v.last]
    _endings(held, last)
    for name, help_ in COUNTS.items():
        gauge = Gauge(f"insights_run_{name}", help_, ["vendor"], registry=held)
        for run in last:
            gauge.labels(run.vendor).set(getattr(run, name))
    _shares(held, last)
    _rest(held, ages, notices)
    return held


def text(held: CollectorRegistry) -> bytes:
    """The metrics as Prometheus reads them."""
    return generate_latest(held)


def write(held: CollectorRegistry, file: Path) -> None:
    """A textfile, replaced at once so that no scrape sees half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    write_to_textfile(str(file), held)


def _library(held: CollectorRegistry, health: Health) -> None:
    cases = Gauge("insights_library_cases", "Current cases in the library", ["vendor"], registry=held)
    bad = Gauge("insights_runs_bad_in_a_row", "Last runs in a row that were not complete", ["vendor"], registry=held)
    for vendor in health.vendors:
        cases.labels(vendor.vendor).set(vendor.held)
        bad.labels(vendor.vendor).set(vendor.bad_in_a_row)


def _endings(held: CollectorRegistry, last: Iterable[RunHealth]) -> None:
    status = Gauge("insights_run_status", "1 for the status that the last run ended with", ["vendor", "status"], registry=held)
    ended = Gauge("insights_run_ended_timestamp_seconds", "When the last run ended", ["vendor"], registry=held)
    seconds = Gauge("insights_run_duration_seconds", "How long the last run took", ["vendor"], registry=held)
    for run in last:
        for name in STATUSES:
            status.labels(run.vendor, name).set(run.status == name)
        ended.labels(run.vendor).set(datetime.fromisoformat(run.ended).timestamp())
        seconds.labels(run.vendor).set(run.seconds or 0)


def _shares(held: CollectorRegistry, last: Iterable[RunHealth]) -> None:
    fill = Gauge("insights_run_fill_ratio", "Share of the last run's cases with a value", ["vendor", "field"], registry=held)
    rejected = Gauge("insights_run_rejected", "What the last run refused, by reason", ["vendor", "code"], registry=held)
    for run in last:
        for name, share in run.fill.items():
            fill.labels(run.vendor, name).set(share)
        for code, count in run.rejected.items():
            rejected.labels(run.vendor, code).set(count)


def _rest(held: CollectorRegistry, ages: Mapping[str, int], notices: Mapping[tuple[str, str], int]) -> None:
    days = Gauge("insights_report_age_days", "Age of the latest report", ["category"], registry=held)
    for category, age in ages.items():
        days.labels(category).set(age)
    sent = Gauge("insights_notices", "Notices in the ledger", ["channel", "state"], registry=held)
    for (channel, state), count in notices.items():
        sent.labels(channel, state).set(count)
