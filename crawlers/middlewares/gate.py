"""The tier gate: no request leaves for a page that the vendor's policy does not know, whatever led to it.

It sees every request, also those that redirects and retries make, so that an open redirect from an official host ends
here with its reason. What it lets pass is official by host and path; what the page says of itself is judged later. A
query for the search provider of the crawl (crawlers.searching) passes to that provider and nowhere else.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler

from crawlers.failures import Declined, Failed
from crawlers.runs import CrawlRun
from crawlers.searching import SEARCH, Searching
from pipelines.sources import judge, policies
from pipelines.sources.urls import under


class GateMiddleware:
    """See the module."""

    def __init__(self, vendor: str, searching: Searching | None = None) -> None:
        self.vendor = vendor
        self.searching = searching or Searching("")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> GateMiddleware:
        """The gate of the spider's vendor."""
        assert crawler.spider is not None
        return cls(crawler.spider.name, CrawlRun.of(crawler).searching)

    def process_request(self, request: Request) -> None:
        """Raise Declined where the policy does not let us ask; robots files of official hosts pass."""
        if SEARCH in request.meta:
            self.searching.admit(request)
            return
        if is_robots(request.url, self.vendor):
            return
        came_by = request.meta.get("redirect_urls") or []
        if came_by and came_by[-1].startswith("https:") and not request.url.startswith("https:"):
            raise Declined(Failed("gated", f"从 https 跳转到 {urlsplit(request.url).scheme}，不跟随", "outside_policy"))
        verdict = judge(self.vendor, request.url)
        if not verdict.fetchable:
            via = f"（由 {came_by[0]} 跳转）" if came_by else ""
            raise Declined(Failed("gated", f"{verdict.detail}{via}", verdict.code))


def is_robots(url: str, vendor: str) -> bool:
    """Whether a URL is the robots file of a host that the vendor's policy names."""
    parts = urlsplit(url)
    if parts.path != "/robots.txt" or parts.scheme not in ("http", "https") or "@" in parts.netloc or ":" in parts.netloc:
        return False
    policy = policies()[vendor]
    named = {s.host for s in policy.sources} | {s.host for s in policy.listings}
    return parts.netloc in named or any(under(parts.netloc, host) for host in policy.official)
