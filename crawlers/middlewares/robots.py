"""Robots files, obeyed and failing closed (RFC 9309).

Scrapy's own middleware allows everything when a robots file cannot be had, and parses an error page as if it were one.
Here: 2xx is parsed (at most 512 KiB, §2.5); 4xx means there is none and all is allowed (§2.3.1.3), but 429 is a site
that wants to be left alone; 5xx, time-out and no answer mean no (§2.3.1.4); redirects are followed up to five times
(§2.3.1.2). A crawl delay is honoured up to CRAWL_DELAY_MAX seconds; a longer one means no.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawlers.base import VendorSpider
from crawlers.failures import Declined, Failed, classify
from crawlers.runs import CrawlRun
from crawlers.searching import SEARCH

PARSED_BYTES = 512 * 1024


@dataclass(frozen=True, slots=True)
class Robots:
    """What a host's robots file says: ``state`` is parsed, none or unreachable, ``detail`` why."""

    state: str
    detail: str
    rules: Protego = field(default_factory=lambda: Protego.parse(""))
    kind: str = "robots_unreachable"  # why nothing is allowed where it is unreachable

    def allows(self, url: str, agent: str) -> bool:
        """Whether ``agent`` may fetch ``url``; nothing may be fetched where the file is unreachable."""
        return self.state != "unreachable" and bool(self.rules.can_fetch(url, agent))

    def delay(self, agent: str) -> float:
        """The crawl delay asked of ``agent``, in seconds; 0 where none is."""
        return float(self.rules.crawl_delay(agent) or 0.0)


def robots_of(status: int, body: bytes) -> Robots:
    """What an answer to a request for /robots.txt means."""
    if 200 <= status < 300:
        text = body[:PARSED_BYTES].removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="replace")
        if text.lstrip()[:1] == "<":
            return Robots("none", "robots.txt 返回网页，视为没有规则")
        return Robots("parsed", f"HTTP {status}", Protego.parse(text))
    if 400 <= status < 500 and status != 429:
        return Robots("none", f"robots.txt HTTP {status}，视为没有规则")
    return Robots("unreachable", f"robots.txt HTTP {status}，按不允许处理")


class RobotsMiddleware:
    """See the module. Reads USER_AGENT, ROBOTS_AGENT (the product token) and CRAWL_DELAY_MAX."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.agent: str = crawler.settings["ROBOTS_AGENT"]
        self.longest: float = crawler.settings.getfloat("CRAWL_DELAY_MAX")
        self._hosts: dict[str, asyncio.Future[Robots]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """The middleware of a crawl."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raise Declined where robots say no; else note the verdict for the archive and keep the delay asked for."""
        if request.meta.get("robots_request") or SEARCH in request.meta:  # an endpoint that its operator opened to us: no page
            return
        robots = await self._robots(request.url)
        if not robots.allows(request.url, self.agent):
            kind = robots.kind if robots.state == "unreachable" else "robots_denied"
            denied = "" if kind == "site_unreachable" else "robots.txt 不允许："
            raise Declined(Failed(kind, f"{denied}{robots.detail}", "robots"))
        request.meta["robots"] = f"allowed ({robots.state}: {robots.detail})"
        self._keep_delay(request, robots.delay(self.agent))

    def _keep_delay(self, request: Request, delay: float) -> None:
        """AutoThrottle may not go below the delay that the site asks for: it leaves such a host's delay alone."""
        if delay > self.longest:
            raise Declined(Failed("robots_denied", f"Crawl-delay {delay:g} 秒超过上限 {self.longest:g} 秒", "robots"))
        if delay > 0:
            request.meta["autothrottle_dont_adjust_delay"] = True
            self._keep_turns(urlsplit(request.url).hostname or "", delay)
            slots = self.crawler.engine.downloader.slots if self.crawler.engine else {}
            slot = slots.get(urlsplit(request.url).hostname or "")
            if slot is not None and slot.delay < delay:
                slot.delay, slot.concurrency, slot.jitter = delay, 1, 0.0

    def _keep_turns(self, host: str, delay: float) -> None:
        """All workers keep the delay, also where one takes over from another."""
        if isinstance(self.crawler.spider, VendorSpider):
            CrawlRun.of(self.crawler).turns.slower[host] = delay

    async def _robots(self, url: str) -> Robots:
        """The robots of a URL's host, asked for once a crawl, whoever waits for it."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._hosts:
            self._hosts[origin] = asyncio.get_running_loop().create_future()
            self._hosts[origin].set_result(await self._fetch(f"{origin}/robots.txt"))
        return await self._hosts[origin]

    async def _fetch(self, url: str) -> Robots:
        meta = {"robots_request": True, "max_retry_times": 1, "redirect_times": self._redirects_left()}
        request = Request(url, callback=NO_CALLBACK, priority=1000, meta=meta, dont_filter=True)
        assert self.crawler.engine is not None
        try:
            response: Response = await self.crawler.engine.download_async(request)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong here means no (RFC 9309 §2.3.1.4)
            why = classify(error)
            kind = "site_unreachable" if why.kind == "unreachable" else "robots_unreachable"
            return Robots("unreachable", f"无法取得 robots.txt：{why.detail}", kind=kind)
        return robots_of(response.status, response.body)

    def _redirects_left(self) -> int:
        """Five redirects are followed (§2.3.1.2), whatever limit pages have."""
        return max(0, self.crawler.settings.getint("REDIRECT_MAX_TIMES") - 5)
