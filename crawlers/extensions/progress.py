"""Tells how far a crawl is: on a terminal by a line that is rewritten every second, and in a file for other displays.

Reads CRAWL_PROGRESS (path of the file). Without it and without a terminal nothing is told before the end.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from pathlib import Path

from rich.console import Console
from rich.status import Status
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from twisted.internet.task import LoopingCall

from crawlers.extensions.record import write_whole
from crawlers.runs import CrawlRun


class Progress:
    """See the module."""

    def __init__(self, crawler: Crawler, path: Path | None) -> None:
        self.crawler = crawler
        self.path = path
        self._line = Status("…", console=Console(stderr=True)) if path is None else None
        self._loop = LoopingCall(self.write)
        crawler.signals.connect(self._opened, signal=signals.spider_opened)
        crawler.signals.connect(self._closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Progress:
        """The extension, where a file is named."""
        path = crawler.settings.get("CRAWL_PROGRESS")
        if not path and not sys.stderr.isatty():
            raise NotConfigured
        return cls(crawler, Path(path) if path else None)

    def write(self) -> None:
        """Replace the line or the file: run, requests by state, what was seen."""
        run = CrawlRun.of(self.crawler)
        counts: dict[str, int] = {}
        with run.while_there():
            counts = run.frontier.counts()
        told = {"run": run.run_id, "vendor": run.vendor, "requests": counts, "seen": dict(run.seen)}
        if self._line is not None:
            states = "，".join(f"{state} {n}" for state, n in sorted(counts.items()))
            self._line.update(f"{run.vendor}：{states}；页面 {run.seen['pages']}，新案例 {run.seen['cases_new']}")
        if self.path is not None:
            with suppress(OSError):  # a full disk ends the crawl where something is to be kept; this is for show
                write_whole(self.path, json.dumps(told, ensure_ascii=False))

    def _opened(self) -> None:
        if self._line is not None:
            self._line.start()
        self._loop.start(1.0)

    def _closed(self) -> None:
        if self._loop.running:
            self._loop.stop()
        self.write()
        if self._line is not None:
            self._line.stop()
