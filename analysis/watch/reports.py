"""The reports of an output folder: ``<out>/<category>/<date>/`` with a manifest, as ``insights report`` writes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from analysis.drift import Age, Drift, age_at, drift
from analysis.model import Analysis
from analysis.report import manifest
from pipelines.errors import WorkError

ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Report:
    """A report as its manifest tells it; ``folder`` is a path, ``origin`` archive, starter or sandbox (演示数据); ``narrowed`` says to what
    its cases were narrowed down (vendors-aws-azure), empty where they were not."""

    category: str
    date: str
    folder: Path
    kinds: tuple[str, ...]
    origin: str
    files: tuple[str, ...]
    digest: str
    narrowed: str = ""

    def analysis(self) -> Analysis:
        """Its analysis; raises WorkError naming the file where it is missing or of another release."""
        file = self.folder / "analysis.json"
        try:
            return Analysis.from_json(file.read_bytes())
        except (OSError, msgspec.DecodeError) as error:
            raise WorkError(f"{file} 不是本版本的分析，请重新生成报告：{error}") from error


def reports(out: Path, narrowed: bool = False) -> list[Report]:
    """Every report of the folder by category, the latest first; what is no report (demo, runs, archive) is passed over. Those over a part
    of the cases only where they are asked for: they stand beside the report of the day, and nothing is compared with them."""
    found = [one for folder in _folders(out) if (one := _report(folder)) and (narrowed or not one.narrowed)]
    return sorted(sorted(found, key=lambda r: (r.date, not r.narrowed), reverse=True), key=lambda r: r.category)


def latest(found: list[Report]) -> dict[str, list[Report]]:
    """The reports of each category, the latest first."""
    held: dict[str, list[Report]] = {}
    for one in found:
        held.setdefault(one.category, []).append(one)
    return held


def aged(report: Report, today: str) -> Age:
    """How old the report's cards are at ``today`` (YYYY-MM-DD)."""
    return age_at(report.date, today)


def changed(found: list[Report]) -> Drift | None:
    """What changed between the two latest reports of one category; None where there is only one."""
    return drift(found[1].analysis(), found[0].analysis()) if len(found) > 1 else None


def _folders(out: Path) -> Iterator[Path]:
    if not out.is_dir():
        return
    for category in sorted(out.iterdir()):
        if category.is_dir() and not category.is_symlink() and not category.name.startswith("."):
            yield from (
                d
                for d in sorted(category.iterdir())
                if d.is_dir() and not d.is_symlink() and _is_date(d.name[:10]) and d.name[10:11] in ("", "-")
            )


def _report(folder: Path) -> Report | None:
    """The report of a day; the English one stands in ``en`` below it and adds its files."""
    held: dict[str, Any] = manifest.read(folder)
    named, files = held.get("category"), held.get("files")
    if not isinstance(named, str) or not isinstance(files, dict):
        return None
    english = manifest.read(folder / ENGLISH)
    more = [f"{ENGLISH}/{name}" for part in ("files", "extras") for name in english.get(part) or ()]
    return Report(
        category=named,
        date=folder.name[:10],
        folder=folder,
        kinds=tuple(str(k) for k in held.get("kinds", [])),
        origin=str(held.get("origin", "")),
        files=tuple(sorted([*map(str, files), *map(str, held.get("extras", [])), *more])),
        digest=str(files.get("analysis.json", "")),
        narrowed=folder.name[11:],
    )


def _is_date(name: str) -> bool:
    try:
        return date.fromisoformat(name).isoformat() == name
    except ValueError:
        return False
