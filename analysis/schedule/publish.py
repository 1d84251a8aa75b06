"""Moves finished reports into place: all of them after the last check, each folder at once, ``latest`` last.

Reports are made in ``<out>/schedule/<job>/<stamp>/reports``. The mark ``ready`` says that everything in there was
checked; a publication that was cut short (the machine went down) is finished by ``recover``, one without the mark is removed.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from analysis.report.escape import slug

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
READY, STAGE = "ready", "reports"


def record_folder(out: Path, job: str, stamp: str) -> Path:
    """Where a run of a job keeps its logs and makes its reports."""
    return out / "schedule" / slug(job) / stamp


def stage(record: Path, out: Path, category: str, date: str) -> Path:
    """Where reports of a category are made; what stands in place for the day is there already, so that its other kinds stay."""
    held, target = record / STAGE, record / STAGE / slug(category) / date
    published = out / slug(category) / date
    if published.is_dir() and not target.exists():
        shutil.copytree(published, target)
    held.mkdir(parents=True, exist_ok=True)
    return held


def publish(record: Path, out: Path) -> list[Path]:
    """Put every staged report into place; returns their folders. May be called again after it was cut short."""
    held = record / STAGE
    (held / READY).touch()
    folders = sorted(f for category in held.iterdir() if category.is_dir() for f in category.iterdir() if f.is_dir())
    done = [_move(folder, out / folder.parent.name / folder.name) for folder in folders]
    for folder in done:
        _point(folder)
    shutil.rmtree(held)
    return done


def recover(out: Path) -> list[Path]:
    """Finish publications that were cut short and remove what was never checked; returns what was published."""
    done: list[Path] = []
    for held in sorted((out / "schedule").glob(f"*/*/{STAGE}")):
        if (held / READY).exists():
            done += publish(held.parent, out)
        else:
            shutil.rmtree(held)
    return done


def _move(made: Path, target: Path) -> Path:
    """Replace a folder by another: the old one steps aside first, for a folder that is not empty cannot be replaced."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.old")
    shutil.rmtree(aside, ignore_errors=True)
    if target.exists():
        target.rename(aside)
    made.rename(target)
    shutil.rmtree(aside, ignore_errors=True)
    return target


def _point(folder: Path) -> None:
    """``latest`` beside the dates, where none is later; a report of a narrowed scope (2026-01-01-since-…) is none of them."""
    beside = [d for d in folder.parent.iterdir() if d.is_dir() and not d.is_symlink() and DAY.fullmatch(d.name)]
    if any(d.name > folder.name for d in beside):
        return
    fresh = folder.parent / ".latest"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(folder.name, target_is_directory=True)
    fresh.replace(folder.parent / "latest")
