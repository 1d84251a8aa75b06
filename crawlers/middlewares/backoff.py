"""Waits as long as a site asks (Retry-After on 429 and 503), within reason, before Scrapy's retry goes round.

A wait longer than RETRY_AFTER_MAX seconds is not waited for: the request fails as rate_limited and the crawl of this
vendor stops; what is left stays in the frontier for another day.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Response

from crawlers.failures import Declined, Failed
from crawlers.waiting import retry_after


class BackoffMiddleware(RetryMiddleware):
    """See the module. Takes the place of Scrapy's RetryMiddleware; reads its settings and RETRY_AFTER_MAX."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler.settings)
        self.crawler = crawler
        self.longest = crawler.settings.getfloat("RETRY_AFTER_MAX")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> BackoffMiddleware:
        """The middleware of a crawl."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """A retry after the wait that the site asks for, or the response."""
        header = response.headers.get("Retry-After")
        if response.status in (429, 503) and header is not None and not request.meta.get("robots_request"):
            wait = retry_after(header.decode("latin-1"), datetime.now(UTC))
            if wait is not None and wait > self.longest:
                raise Declined(
                    Failed("rate_limited", f"站点要求等待 {wait:g} 秒，超过上限 {self.longest:g} 秒", "blocked", response.status)
                )
            if wait:
                await asyncio.sleep(wait)
        return super().process_response(request, response)
