"""Tells how far a crawl is: a file that is rewritten every second, which a display of several crawls reads.

Reads CRAWL_PROGRESS (path of the file; nothing is written without it).
"""

from __future__ import annotations

import json
from pathlib import Path

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from twisted.internet.task import LoopingCall

from crawlers.runs import CrawlRun


class Progress:
    """See the module."""

    def __init__(self, crawler: Crawler, path: Path) -> None:
        self.crawler = crawler
        self.path = path
        self._loop = LoopingCall(self.write)
        crawler.signals.connect(self._opened, signal=signals.spider_opened)
        crawler.signals.connect(self._closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Progress:
        """The extension, where a file is named."""
        path = crawler.settings.get("CRAWL_PROGRESS")
        if not path:
            raise NotConfigured
        return cls(crawler, Path(path))

    def write(self) -> None:
        """Replace the file: run, requests by state, what was seen."""
        run = CrawlRun.of(self.crawler)
        told = {"run": run.run_id, "vendor": run.vendor, "requests": run.frontier.counts(), "seen": dict(run.seen)}
        temporary = self.path.with_suffix(".tmp")
        temporary.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        temporary.replace(self.path)

    def _opened(self) -> None:
        self._loop.start(1.0)

    def _closed(self) -> None:
        if self._loop.running:
            self._loop.stop()
        self.write()
