"""``make bench``: what the stages cost, each measured in a process of its own by the operating system's account.

Prints wall and CPU seconds, peak memory and the rate; figures vary with the machine, so it is printed too. Real text is
used where the shared corpus is found; generated cases (plainly fictional) everywhere else. Stages that are measured at
several sizes end with how their cost grew beside what n log n would allow. ``--million`` adds a library of one million
cases (some 8 GB of temporary disk, a quarter of an hour).
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from rich.console import Console
from rich.table import Table

AS_OF = "2026-01-01"
Work = Callable[[], int]


@dataclass(frozen=True)
class Place:
    """Where a stage finds what it reads (the corpus) and leaves what the next one reads."""

    corpus: Path
    work: Path


@dataclass(frozen=True)
class Stage:
    """``prepare`` is not measured and returns the work, which is; its result is how many were worked. ``n`` 0: as many as there are."""

    family: str
    what: str
    prepare: Callable[[Place, int], Work]
    n: int = 0
    million: bool = False  # only when asked for

    @property
    def name(self) -> str:
        """``report-1000``."""
        return f"{self.family}-{self.n}" if self.n else self.family


def main(argv: Sequence[str] | None = None) -> int:
    """Run the stages and print the table; returns 0, or 1 where a stage failed."""
    asked = _parser().parse_args(argv)
    corpus = asked.shared / "corpus" / "docs.jsonl"
    if asked.run:
        print(json.dumps(measured(STAGES[asked.run], Place(corpus, asked.work))))
        return 0
    console = Console(highlight=False, width=160)
    console.print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.release()}"
    )
    chosen = [s for s in STAGES.values() if (s.name in asked.stage if asked.stage else asked.million or not s.million)]
    with tempfile.TemporaryDirectory(prefix="bench-") as work:
        found = {s.name: apart(s, asked.shared, Path(work)) for s in chosen if s.family not in CORPUS or corpus.is_file()}
    console.print(drawn(chosen, found, corpus))
    for line in growth(chosen, found):
        console.print(line)
    return int(any("failed" in m for m in found.values()))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--stage", action="append", choices=list(STAGES), help="only these, in the order of the table")
    parser.add_argument("--million", action="store_true", help="a library of one million cases too")
    parser.add_argument("--run", choices=list(STAGES), help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    return parser


def apart(stage: Stage, shared: Path, work: Path) -> Mapping[str, float | str]:
    """A stage in a process of its own: what ``measured`` found, or ``failed`` with the last line of its message."""
    ran = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "analysis.bench", "--run", stage.name, "--shared", str(shared), "--work", str(work)],
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        return {"failed": (ran.stderr.strip().splitlines() or ["no message"])[-1]}
    held: dict[str, float | str] = json.loads(ran.stdout.splitlines()[-1])
    return held


def measured(stage: Stage, place: Place) -> dict[str, float]:
    """Run one stage in this process; n, wall and CPU seconds of the work alone, peak memory of the process in MB."""
    work = stage.prepare(place, stage.n)
    wall, cpu = time.perf_counter(), time.process_time()
    n = work()
    spent = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    return {"n": n, **spent, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def drawn(stages: Sequence[Stage], found: Mapping[str, Mapping[str, float | str]], corpus: Path) -> Table:
    """The table; a stage that did not run says why."""
    table = Table(title="What the stages cost", title_justify="left")
    for column in ("stage", "n", "wall s", "cpu s", "n per cpu s", "peak MB", "what"):
        table.add_column(column, justify="left" if column in ("stage", "what") else "right")
    for stage in stages:
        m = found.get(stage.name, {"failed": f"no corpus at {corpus}"})
        if "failed" in m:
            table.add_row(stage.name, *"–––––", str(m["failed"]))
            continue
        n, wall, cpu, peak = (float(m[key]) for key in ("n", "wall", "cpu", "peak"))
        table.add_row(stage.name, f"{n:,.0f}", f"{wall:.1f}", f"{cpu:.1f}", f"{n / cpu if cpu else 0:,.0f}", f"{peak:,.0f}", stage.what)
    return table


def growth(stages: Sequence[Stage], found: Mapping[str, Mapping[str, float | str]]) -> Iterator[str]:
    """How the CPU seconds of a family grew from size to size, and how far n log n would have let them."""
    for before, after in pairwise(stages):
        a, b = found.get(before.name, {}), found.get(after.name, {})
        if before.family == after.family and "cpu" in a and "cpu" in b:
            allowed = after.n * math.log(after.n) / (before.n * math.log(before.n))
            grew = float(b["cpu"]) / max(float(a["cpu"]), 1e-9)
            yield f"{after.family}: {before.n:,} → {after.n:,} cost ×{grew:.1f}; n log n allows ×{allowed:.1f}"


def _extract(place: Place, _: int) -> Work:
    from pipelines.importing import Incoming, incoming_documents
    from pipelines.normalize import process

    def work() -> int:
        return len([process(i.document).page.digest for i in incoming_documents([place.corpus]) if isinstance(i, Incoming)])

    return work


def _import(place: Place, _: int) -> Work:
    from pipelines.importing import import_paths
    from pipelines.library import Library

    def work() -> int:
        with tempfile.TemporaryDirectory() as folder, Library.open(f"sqlite:///{folder}/library.db") as library:
            return import_paths(library, [place.corpus]).documents

    return work


def _analyse(_: Place, n: int) -> Work:
    from analysis.generate import cases
    from analysis.run import analyse

    held = cases(n)
    return lambda: len(analyse(held, "对象存储", as_of=AS_OF).cases)


def _render(place: Place, n: int) -> Work:
    from analysis.generate import cases, page_text
    from analysis.report.render import render
    from analysis.run import analyse

    held = cases(n)
    texts = {c.page_digest: page_text(c) for c in held}
    made = analyse(held, "对象存储", as_of=AS_OF, page_text=lambda d: texts.get(d, ""))
    return lambda: len(made.cases) if render(made, place.work, pictures=False) else 0


def _url(place: Place, n: int) -> str:
    return f"sqlite:///{place.work}/library-{n}.db"


def _store(place: Place, n: int) -> Work:
    from analysis.generate import fill
    from pipelines.library import Library

    def work() -> int:
        with Library.open(_url(place, n), every_commit=False) as library:
            return fill(library, n)

    return work


def _ask(place: Place, n: int) -> Work:
    from pipelines.library import Library

    def work() -> int:
        with Library.open(_url(place, n), must_exist=True) as library:
            library.digest()
            return sum(library.counts()["vendor"].values())

    return work


def _report(place: Place, n: int) -> Work:
    from analysis.commands.report import make
    from analysis.report.render import render
    from analysis.scope import ALL

    def work() -> int:
        render(make("对象存储", AS_OF, ALL, _url(place, n)), place.work, pictures=False)
        return n

    return work


CORPUS = ("extract", "import")
_ALL = (
    Stage("extract", "every document of the corpus to fields (one core)", _extract),
    Stage("import", "every document of the corpus to archive and library", _import),
    Stage("analyse", "analysis of 1,000 generated cases", _analyse, 1000),
    Stage("analyse", "analysis of 10,000 generated cases", _analyse, 10_000),
    Stage("analyse", "analysis of 100,000 generated cases", _analyse, 100_000),
    Stage("render", "every file of the report of 1,000 cases, after the analysis", _render, 1000),
    Stage("render", "every file of the report of 10,000 cases", _render, 10_000),
    Stage("render", "every file of the report of 100,000 cases", _render, 100_000),
    Stage("store", "generated cases of ten categories into a SQLite library", _store, 10_000),
    Stage("store", "the same", _store, 100_000),
    Stage("store", "the same", _store, 1_000_000, million=True),
    Stage("ask", "fingerprint and counts of that library", _ask, 10_000),
    Stage("ask", "the same", _ask, 100_000),
    Stage("ask", "the same", _ask, 1_000_000, million=True),
    Stage("report", "insights report of one of its ten categories, from library to files", _report, 10_000),
    Stage("report", "the same", _report, 100_000),
    Stage("report", "the same: 100,000 cases out of a million", _report, 1_000_000, million=True),
)
STAGES = {stage.name: stage for stage in _ALL}


if __name__ == "__main__":
    sys.exit(main())
