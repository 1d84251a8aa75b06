"""The health of each vendor over its crawls: a pure account of the runs that the library recorded.

A run's summary tells cases, pages, requests and what was seen; the share of cases with a value (fill) stands in its
summary or, where it does not, in ``runs/<id>/manifest.json`` beside the archive, if the run was made on this machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from analysis.labels import label
from pipelines.library import Library, Run

BAD = ("incomplete", "blocked", "changed", "failed")
KEPT = 12  # runs of a vendor that are shown
MANIFEST_MAX = 50_000_000


@dataclass(frozen=True, slots=True)
class RunHealth:
    """One crawl of one vendor. ``seconds`` is None while it runs; ``fill`` is empty where nobody recorded it."""

    run: str
    vendor: str
    status: str
    kinds: tuple[str, ...]
    told: tuple[str, ...]
    started: str
    ended: str
    seconds: int | None
    asked: str
    sandbox: bool
    cases: int
    new: int
    changed: int
    unchanged: int
    withdrawn: int
    pages: int
    blocked: int
    failed: int
    rejected: Mapping[str, int]
    fill: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class VendorHealth:
    """A vendor: what the library holds of it, its last runs (oldest first), and how many in a row were not complete."""

    vendor: str
    name: str
    held: int
    runs: tuple[RunHealth, ...]
    bad_in_a_row: int

    @property
    def last(self) -> RunHealth | None:
        """The last run that has ended, or None."""
        return next((r for r in reversed(self.runs) if r.ended), None)


@dataclass(frozen=True, slots=True)
class Health:
    """Every vendor that was ever crawled or is in the library, by name; ``sandbox`` where any run went to the replica sites."""

    vendors: tuple[VendorHealth, ...]
    sandbox: bool

    @property
    def crawled(self) -> bool:
        """Whether any crawl has ended."""
        return any(v.last for v in self.vendors)

    @property
    def waiting(self) -> tuple[str, ...]:
        """The names of the vendors whose cases the library holds and of which no crawl has ended."""
        return tuple(v.name for v in self.vendors if not v.last)

    @property
    def sound(self) -> bool:
        """Whether the last run of every vendor was complete."""
        return all(v.last is None or v.last.status == "complete" for v in self.vendors)


Manifest = Callable[[str], Mapping[str, Any]]


def health_of(library: Library) -> Health:
    """The health of a library's vendors."""
    folder = library.archive.folder.parent / "runs"
    return health(library.runs(), library.counts()["vendor"], lambda run: read_manifest(folder, run))


def health(runs: Iterable[Run], held: Mapping[str, int], manifest: Manifest) -> Health:
    """The account; ``held`` are cases in the library by vendor, ``manifest`` gives a run's manifest or an empty mapping."""
    crawls = [r for r in runs if r.kind == "crawl" and r.vendor]
    names = sorted({r.vendor for r in crawls} | {v for v in held if v})
    found = tuple(_vendor(v, held.get(v, 0), [r for r in crawls if r.vendor == v], manifest) for v in names)
    return Health(found, any(r.sandbox for v in found for r in v.runs))


def _vendor(vendor: str, held: int, runs: list[Run], manifest: Manifest) -> VendorHealth:
    ended = [r.status for r in runs if r.ended_at]
    bad = next((n for n, status in enumerate(reversed(ended)) if status == "complete"), len(ended))
    shown = tuple(run_health(r, manifest) for r in runs[-KEPT:])
    return VendorHealth(vendor, label("vendor", vendor).zh, held, shown, bad)


def run_health(run: Run, manifest: Manifest) -> RunHealth:
    """One run as it is watched."""
    seen: Mapping[str, Any] = _mapping(run.summary.get("seen"))
    requests = _mapping(run.summary.get("requests"))
    return RunHealth(
        run=run.run_id,
        vendor=run.vendor,
        status=run.status,
        kinds=tuple(k for k in run.status_kind.split(",") if k),
        told=tuple(str(t) for t in run.summary.get("told") or ()),
        started=run.started_at,
        ended=run.ended_at or "",
        seconds=_seconds(run.started_at, run.ended_at),
        asked=str(run.plan.get("query", "")),
        sandbox=bool(run.plan.get("sandbox")),
        cases=_count(run.summary.get("cases")),
        new=_count(seen.get("cases_new")),
        changed=_count(seen.get("cases_changed")),
        unchanged=_count(seen.get("cases_unchanged")) + _count(seen.get("unchanged")),
        withdrawn=_count(seen.get("withdrawn")),
        pages=_count(seen.get("pages")),
        blocked=sum(_count(seen.get(kind)) for kind in ("challenge", "forbidden", "rate_limited")),
        failed=_count(requests.get("failed")),
        rejected={k.partition("/")[2]: _count(n) for k, n in sorted(seen.items()) if k.startswith("rejected/")},
        fill=_fill(run, manifest),
    )


def read_manifest(folder: Path, run_id: str) -> Mapping[str, Any]:
    """``<folder>/<run>/manifest.json``, empty where there is none; a run's id never leads out of the folder."""
    path = folder / run_id / "manifest.json"
    try:
        if path.resolve().parent.parent != folder.resolve() or path.stat().st_size > MANIFEST_MAX:
            return {}
        return _mapping(msgspec.json.decode(path.read_bytes()))
    except (OSError, ValueError, msgspec.DecodeError):
        return {}


def _fill(run: Run, manifest: Manifest) -> Mapping[str, float]:
    told = _mapping(run.summary.get("fill"))
    if not told and run.ended_at:
        told = _mapping(_mapping(manifest(run.run_id).get("account")).get("fill"))
    return {str(name): float(share) for name, share in sorted(told.items()) if isinstance(share, int | float)}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _count(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _seconds(started: str, ended: str | None) -> int | None:
    try:
        return round((datetime.fromisoformat(ended) - datetime.fromisoformat(started)).total_seconds()) if ended else None
    except (ValueError, TypeError):
        return None
