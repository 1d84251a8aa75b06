"""The spider middleware that tells the ledger what a callback yields, and when it has nothing more to yield.

It stands nearest to the engine: what the other spider middlewares drop is not counted. Requests do not go to the
engine at once; they are kept with the unit and become rows when it commits.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawlers.runs import CrawlRun


class FrontierMiddleware:
    """See the module."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.run = CrawlRun.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> FrontierMiddleware:
        """The middleware of a crawl."""
        return cls(crawler)

    async def process_spider_output(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """Pass items on, keep requests back; say when it is over."""
        unit = int(response.request.meta.get("frontier_id", 0)) if response.request else 0
        async for one in result:
            if isinstance(one, Request):
                self.run.ledger.child(unit, one)
            else:
                self.run.ledger.item_began(unit)
                yield one
        self._over(unit)

    def _over(self, unit: int) -> None:
        with self.run.while_there():
            new = self.run.ledger.exhausted(unit)
            if self.run.scheduler is not None:
                self.run.scheduler.settled(new)
