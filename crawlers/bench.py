"""``python -m crawlers.bench [--copies 16] [--repeat 2]``: pages a minute and CPU seconds a page, on the sandbox.

Lines: a bare Scrapy spider that parses the same facts (see crawlers.baseline); ours without archive and ours whole, both
less what the normalization of fields takes, and that on its own line. Cases are stored in all of ours. Every line is
crawled at two sizes and the slope of CPU is taken, so that start-up does not count; pages weigh as much as real ones; the
server runs in the measuring process, and only the crawl's process is counted. Of repetitions the cheapest counts.

``--memory 20000`` crawls so many pages instead, reads them, and prints what the process holds on the way.
"""

from __future__ import annotations

import argparse
import atexit
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from crawlers.chaos import pages_of, plain_settings
from crawlers.sandbox.server import Behaviour, Server, serving
from crawlers.storing import process_document
from pipelines.case import Case, RawCase, Rejection
from pipelines.normalize import Processed, Source, normalize
from pipelines.reader import read
from pipelines.reader.document import Document
from pipelines.sources import Verdict, judge

WEIGHT = 45  # kilobytes of a page's menus, styles and scripts: what real case pages weigh
CLOCK = "BENCH_CLOCK"  # environment: the file for the CPU seconds that normalization took
OURS = [sys.executable, "-m", "scrapy", "crawl", "aws", "-a", "category=全部"]


@dataclass(frozen=True)
class Cost:
    """What one crawl took: CPU and wall seconds, CPU seconds of normalization within them, pages."""

    cpu: float
    wall: float
    fields: float
    pages: int


@dataclass(frozen=True)
class Measured:
    """The cost of a page in CPU seconds, start-up left out, and pages a minute of wall time, start-up included."""

    name: str
    cpu: float
    pages_a_minute: float | None = None


def clocked(document: Document, origin: str = "archive") -> tuple[Processed, Verdict]:
    """A page read, judged and normalized, normalization by the clock: the setting CRAWL_PROCESS of a measured crawl."""
    return process_document(document, origin, _clocked)


def read_only(document: Document, _origin: str = "archive") -> tuple[Processed, Verdict]:
    """A page read, without the steps that make fields of it: for long crawls that look at memory."""
    reading = read(document)
    return Processed(reading.page, (), reading.rejections), judge(document.vendor, document.url)


class _Clock:
    """CPU seconds of normalization in this process, written to the file that CLOCK names when it ends."""

    spent = 0.0

    def write(self) -> None:
        if path := os.environ.get(CLOCK):
            Path(path).write_text(str(self.spent), encoding="utf-8")


_CLOCK = _Clock()
atexit.register(_CLOCK.write)


def _clocked(raw: RawCase, source: Source) -> Case | Rejection:
    began = time.thread_time()
    try:
        return normalize(raw, source)
    finally:
        _CLOCK.spent += time.thread_time() - began


def measure(command: list[str], settings: Mapping[str, str], copies: int, repeat: int) -> tuple[Cost, Cost]:
    """The cheapest crawls of a small site and of a large one."""
    small, large = (min((_once(command, settings, n) for _ in range(repeat)), key=lambda c: c.cpu - c.fields) for n in (1, copies))
    return small, large


def _once(command: list[str], settings: Mapping[str, str], copies: int) -> Cost:
    """What one crawl took; raises RuntimeError where it did not fetch every page."""
    with _crawl(command, settings, copies) as (server, process, clock):
        began = time.monotonic()
        _, _, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
        pages = _fetched(server)
        if pages < len(pages_of(server)):
            raise RuntimeError(f"{command[2:5]}: {pages} of {len(pages_of(server))} pages were fetched")
        fields = float(clock.read_text(encoding="utf-8")) if clock.exists() else 0.0
    return Cost(used.ru_utime + used.ru_stime, wall, fields, pages)


@contextmanager
def _crawl(command: list[str], settings: Mapping[str, str], copies: int) -> Iterator[tuple[Server, subprocess.Popen[bytes], Path]]:
    """A crawl of a new sandbox into a new library: server, process, and the file of its clock."""
    with tempfile.TemporaryDirectory() as folder, serving(Behaviour(gzip=False, weight=WEIGHT), copies) as server:
        given = {**settings, "SANDBOX": server.address, "CASE_LIBRARY": f"sqlite:///{folder}/l.db", "BARE_OUT": f"{folder}/out.jsonl"}
        full = [*command, *(part for name, value in given.items() for part in ("-s", f"{name}={value}"))]
        clock = Path(folder) / "clock"
        environment = {**os.environ, "SCRAPY_SETTINGS_MODULE": "crawlers.settings", CLOCK: str(clock)}
        process = subprocess.Popen(full, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own
        yield server, process, clock


def _fetched(server: Server) -> int:
    return sum(n for url, n in list(server.sandbox.served.items()) if "/case-studies/" in url)


def lines(copies: int, repeat: int) -> list[Measured]:
    """All measurements."""
    here = str(Path(__file__).with_name("baseline.py"))
    bare = [sys.executable, "-m", "scrapy", "runspider", here, *plain_settings()]
    process = {"CRAWL_PROCESS": "crawlers.bench.clocked"}
    whole = measure(OURS, process, copies, repeat)
    return [
        _line("裸 Scrapy 爬虫（解析同样的字段）", *measure(bare, {}, copies, repeat)),
        _line("本项目，无归档，不含字段归一化", *measure(OURS, {**process, "CRAWL_ARCHIVE": "0"}, copies, repeat)),
        _line("本项目完整，不含字段归一化", *whole),
        Measured("字段归一化", (whole[1].fields - whole[0].fields) / (whole[1].pages - whole[0].pages)),
    ]


def _line(name: str, small: Cost, large: Cost) -> Measured:
    """The slope between two crawls, without normalization; it holds up everything else, so its time is no waiting time."""
    cpu = (large.cpu - large.fields - small.cpu + small.fields) / (large.pages - small.pages)
    return Measured(name, cpu, 60 * large.pages / (large.wall - large.fields))


def memory(pages: int) -> Iterator[tuple[int, float]]:
    """(pages fetched, megabytes that the process holds) about twenty times on the way of a crawl of ``pages`` pages."""
    with serving() as server:
        copies = -(-pages // len(pages_of(server)))
    step = 1
    settings = {"CRAWL_PROCESS": "crawlers.bench.read_only", "DEPTH_LIMIT": "0"}  # the directory has hundreds of pages in one chain
    with _crawl(OURS, settings, copies) as (server, process, _):
        while process.poll() is None:
            fetched = _fetched(server)
            if fetched >= pages * step / 20 and step <= 20:
                yield fetched, _megabytes(process.pid)
                step += 1
            time.sleep(0.2)


def _megabytes(pid: int) -> float:
    """The resident set of a process (Linux); 0 where it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)


def cost_table(measured: list[Measured]) -> Table:
    """The measurements for a terminal."""
    table = Table("爬虫", "页/分钟", "CPU 毫秒/页", "相对裸爬虫")
    for one in measured:
        speed = f"{one.pages_a_minute:.0f}" if one.pages_a_minute else "—"
        table.add_row(one.name, speed, f"{one.cpu * 1000:.1f}", f"{one.cpu / measured[0].cpu:.2f}×")
    return table


def memory_table(found: list[tuple[int, float]]) -> Table:
    """What the process held, for a terminal."""
    table = Table("已取页面", "内存 MB")
    for pages, held in found:
        table.add_row(str(pages), f"{held:.0f}")
    return table


def main(argv: list[str] | None = None) -> int:
    """The command; see the module."""
    parser = argparse.ArgumentParser(prog="python -m crawlers.bench", description=__doc__)
    parser.add_argument("--copies", type=int, default=16)
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--memory", type=int, default=0, metavar="PAGES")
    given = parser.parse_args(argv)
    shown = memory_table(list(memory(given.memory))) if given.memory else cost_table(lines(given.copies, given.repeat))
    Console(width=110).print(shown)
    return 0


if __name__ == "__main__":
    sys.exit(main())
