"""``python -m crawlers.bench [--copies 16]``: pages a minute and CPU seconds a page, on the sandbox.

Lines: a bare Scrapy spider that parses the same facts; ours without archive and without field normalization; ours
whole without it; ours whole. Every line is crawled at two sizes and the slope of CPU is taken, so that start-up does not count;
pages weigh as much as real ones; the server runs in the measuring process, and only the crawl's process is counted.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from crawlers.chaos import pages_of, plain_settings
from crawlers.sandbox.server import Behaviour, serving
from pipelines.normalize import Processed
from pipelines.reader import read
from pipelines.reader.document import Document
from pipelines.sources import Verdict, judge

WEIGHT = 45  # kilobytes of a page's menus, styles and scripts: what real case pages weigh


@dataclass(frozen=True)
class Measured:
    """The cost of a page in CPU seconds, start-up left out, and pages a minute of wall time, start-up included."""

    name: str
    cpu: float
    pages_a_minute: float


def read_only(document: Document, _origin: str = "archive") -> tuple[Processed, Verdict]:
    """A page read, without the steps that make fields of it: what a crawl costs apart from normalization."""
    reading = read(document)
    return Processed(reading.page, (), reading.rejections), judge(document.vendor, document.url)


def measure(name: str, command: list[str], settings: Mapping[str, str], copies: int) -> Measured:
    """The slope between a small site and a large one."""
    small, large = (_once(command, settings, n) for n in (1, copies))
    pages = large[2] - small[2]
    return Measured(name, (large[0] - small[0]) / pages, 60 * large[2] / large[1])


def _once(command: list[str], settings: Mapping[str, str], copies: int) -> tuple[float, float, int]:
    """(CPU seconds, wall seconds, pages) of one crawl; raises RuntimeError where it did not fetch every page."""
    with tempfile.TemporaryDirectory() as folder, serving(Behaviour(gzip=False, weight=WEIGHT), copies) as server:
        given = {**settings, "SANDBOX": server.address, "CASE_LIBRARY": f"sqlite:///{folder}/l.db", "BARE_OUT": f"{folder}/out.jsonl"}
        full = [*command, *(part for name, value in given.items() for part in ("-s", f"{name}={value}"))]
        environment = {**os.environ, "SCRAPY_SETTINGS_MODULE": "crawlers.settings"}
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        subprocess.run(full, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)  # noqa: S603
        after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - began
        served = sum(n for url, n in server.sandbox.served.items() if "/case-studies/" in url)
        if served < len(pages_of(server)):
            raise RuntimeError(f"{command[2:5]}: {served} of {len(pages_of(server))} pages were fetched")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall, served


def lines(copies: int) -> list[Measured]:
    """All measurements."""
    here = str(Path(__file__).with_name("baseline.py"))
    bare = [sys.executable, "-m", "scrapy", "runspider", here, *plain_settings()]
    ours = [sys.executable, "-m", "scrapy", "crawl", "aws", "-a", "category=全部"]
    reading = {"CRAWL_PROCESS": "crawlers.bench.read_only"}
    return [
        measure("裸 Scrapy 爬虫（解析同样的字段）", bare, {}, copies),
        measure("本项目，无归档，不含字段归一化", ours, {**reading, "CRAWL_ARCHIVE": "0"}, copies),
        measure("本项目完整，不含字段归一化", ours, reading, copies),
        measure("本项目完整，含字段归一化", ours, {}, copies),
    ]


def main(argv: list[str] | None = None) -> int:
    """The command; see the module."""
    parser = argparse.ArgumentParser(prog="python -m crawlers.bench", description=__doc__)
    parser.add_argument("--copies", type=int, default=16)
    measured = lines(parser.parse_args(argv).copies)
    table = Table("爬虫", "页/分钟", "CPU 毫秒/页", "相对裸爬虫")
    for one in measured:
        table.add_row(one.name, f"{one.pages_a_minute:.0f}", f"{one.cpu * 1000:.1f}", f"{one.cpu / measured[0].cpu:.2f}×")
    Console(width=110).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
