"""``make bench``: what the stages cost, each measured in a process of its own by the operating system's account.

Prints wall and CPU seconds, peak memory and the rate; figures vary with the machine, so it is printed too. Real text is
used where the shared corpus is found; generated cases (plainly fictional) everywhere else.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

STAGES: dict[str, str] = {
    "extract": "every document of the corpus to fields (one core)",
    "import": "every document of the corpus to archive and library",
    "report-1000": "analysis and rendering of 1,000 generated cases, after loading",
    "analyse-100000": "analysis of 100,000 generated cases",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the stages and print the table; returns 0, or 1 where a stage failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--stage", action="append", choices=list(STAGES), help="only these")
    parser.add_argument("--run", choices=list(STAGES), help=argparse.SUPPRESS)
    asked = parser.parse_args(argv)
    corpus = asked.shared / "corpus" / "docs.jsonl"
    if asked.run:
        print(json.dumps(measured(asked.run, corpus)))
        return 0
    console = Console(highlight=False, width=160)
    console.print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.release()}"
    )
    drawn = Table(title="What the stages cost", title_justify="left")
    for column in ("stage", "n", "wall s", "cpu s", "n per cpu s", "peak MB", "what"):
        drawn.add_column(column, justify="left" if column in ("stage", "what") else "right")
    failed = False
    for name in asked.stage or STAGES:
        if name in ("extract", "import") and not corpus.is_file():
            drawn.add_row(name, "–", "–", "–", "–", "–", f"no corpus at {corpus}")
            continue
        ran = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", "analysis.bench", "--run", name, "--shared", str(asked.shared)],
            capture_output=True,
            text=True,
            check=False,
        )
        failed |= ran.returncode != 0
        if ran.returncode:
            drawn.add_row(name, "–", "–", "–", "–", "–", f"failed: {(ran.stderr.strip().splitlines() or ['no message'])[-1]}")
            continue
        m = json.loads(ran.stdout.splitlines()[-1])
        rate = m["n"] / m["cpu"] if m["cpu"] else 0
        drawn.add_row(name, f"{m['n']:,}", f"{m['wall']:.1f}", f"{m['cpu']:.1f}", f"{rate:,.0f}", f"{m['peak']:,.0f}", STAGES[name])
    console.print(drawn)
    return int(failed)


def measured(stage: str, corpus: Path) -> dict[str, float]:
    """Run one stage in this process; n, wall and CPU seconds of the work alone, peak memory of the process in MB."""
    work = WORK[stage](corpus)
    wall, cpu = time.perf_counter(), time.process_time()
    n = work()
    spent = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    return {"n": n, **spent, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _extract(corpus: Path) -> Callable[[], int]:
    from pipelines.importing import Incoming, incoming_documents
    from pipelines.normalize import process

    def work() -> int:
        return len([process(i.document).page.digest for i in incoming_documents([corpus]) if isinstance(i, Incoming)])

    return work


def _import(corpus: Path) -> Callable[[], int]:
    from pipelines.importing import import_paths
    from pipelines.library import Library

    def work() -> int:
        with tempfile.TemporaryDirectory() as folder, Library.open(f"sqlite:///{folder}/library.db") as library:
            return import_paths(library, [corpus]).documents

    return work


def _report(_: Path) -> Callable[[], int]:
    from analysis.generate import cases, page_text
    from analysis.report.render import render
    from analysis.run import analyse

    held = cases(1000)
    texts = {c.page_digest: page_text(c) for c in held}

    def work() -> int:
        with tempfile.TemporaryDirectory() as folder:
            made = analyse(held, "对象存储", as_of="2026-01-01", page_text=lambda d: texts.get(d, ""))
            render(made, Path(folder), pictures=False)
        return len(held)

    return work


def _analyse(_: Path) -> Callable[[], int]:
    from analysis.generate import cases
    from analysis.run import analyse

    held = cases(100_000)

    def work() -> int:
        return len(analyse(held, "对象存储", as_of="2026-01-01").cases)

    return work


WORK: dict[str, Callable[[Path], Callable[[], int]]] = {
    "extract": _extract,
    "import": _import,
    "report-1000": _report,
    "analyse-100000": _analyse,
}


if __name__ == "__main__":
    sys.exit(main())
