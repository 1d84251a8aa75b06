"""Writes every exchange to the archive as it came from the net: nearest to the downloader, before anything is decoded.

The response's record carries the chain of redirects and the robots verdict as WARC headers; its name travels in the
request's meta to the item.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from crawlers.failures import Declined, Failed
from crawlers.room import FULL, REFUSED, REMEDY, why
from crawlers.runs import CrawlRun
from crawlers.warc import CrawlArchive
from pipelines.library.room import no_room


class ArchiveMiddleware:
    """See the module. Off where CRAWL_ARCHIVE is off."""

    def __init__(self, run: CrawlRun, archive: CrawlArchive) -> None:
        self.run = run
        self.archive = archive

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchiveMiddleware:
        """The middleware of a crawl that archives."""
        run = CrawlRun.of(crawler)
        if run.archive is None:
            raise NotConfigured
        return cls(run, run.archive)

    def process_response(self, request: Request, response: Response) -> Response:
        """The response, once it is archived; one that came from the archive is there. Raises Declined where the disk takes nothing."""
        if "fetched_at" in request.meta:
            return response
        try:
            request.meta["archive"] = self.archive.add(request, response, _told(request))
        except OSError as error:  # no page is kept without its record; and it is no fault of the site
            kind, remedy = (FULL, REMEDY) if no_room(error) else (REFUSED, "请检查归档文件夹的权限后，以同一 run 继续")
            self.run.lose(kind, f"归档 {self.archive.folder} 写不进去：{why(error)}；{remedy}")
            raise Declined(Failed(kind, self.run.lost)) from error
        return response


def _told(request: Request) -> Iterator[tuple[str, str]]:
    if chain := request.meta.get("redirect_urls"):
        yield "X-Redirect-Chain", json.dumps(chain)
    if robots := request.meta.get("robots"):
        yield "X-Robots-Verdict", str(robots).encode("ascii", "backslashreplace").decode()
    if phase := request.meta.get("phase"):
        yield "X-Search-Phase", str(phase)
    if found := request.meta.get("found"):
        yield "X-Found-By", json.dumps(found)
