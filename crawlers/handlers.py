"""The download handler: the net as it is, the sandbox in its place, or a browser for what only a browser can show.

With the setting SANDBOX (address of a sandbox server on loopback) every request goes there, while everything above
keeps seeing the official address. A response that came from an address inside is not let through (the resolver
already refuses the name; this is for addresses and versions of Scrapy that go round it). A query goes to the search
provider itself, wherever that is, with its key. A request with ``render`` in
its meta goes to crawlers.rendering. Nothing is sent before it is this worker's turn at the host (crawlers.frontier.turns).
"""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Headers, Response

from crawlers.base import VendorSpider
from crawlers.failures import Declined, Failed
from crawlers.rendering import Browser
from crawlers.resolver import is_public
from crawlers.runs import CrawlRun
from crawlers.searching import SEARCH

SANDBOX_HEADER = "X-Sandbox-URL"


class GuardedHandler(HTTP11DownloadHandler):
    """See the module."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.sandbox = sandbox_address(crawler.settings.get("SANDBOX") or "")
        self.browser = Browser(crawler, self.sandbox)
        self.crawler = crawler

    async def download_request(self, request: Request) -> Response:
        """The response under the address that was asked for, once it is our turn at its host."""
        if not isinstance(self.crawler.spider, VendorSpider):
            return await self._download(request)
        if SEARCH in request.meta:
            return await CrawlRun.of(self.crawler).searching.put(request, self._in_turn)
        return await self._in_turn(request)

    async def _in_turn(self, request: Request) -> Response:
        async with CrawlRun.of(self.crawler).turns.turn(urlsplit(request.url).hostname or ""):
            return await self._download(request)

    async def _download(self, request: Request) -> Response:
        if "render" in request.meta:
            return await self.browser.fetch(request)
        if SEARCH in request.meta:
            return await super().download_request(request)
        if not self.sandbox:
            return _from_outside(await super().download_request(request))
        response = await super().download_request(to_sandbox(request, self.sandbox))
        return response.replace(url=request.url)

    async def close(self) -> None:
        """Close connections and browser."""
        await self.browser.close()
        await super().close()


def sandbox_address(address: str) -> str:
    """The address of the sandbox server, which must be on loopback; raises NotConfigured for any other."""
    if not address:
        return ""
    parts = urlsplit(address)
    if parts.scheme != "http" or parts.hostname not in ("127.0.0.1", "::1"):
        raise NotConfigured(f"SANDBOX 要写成 http://127.0.0.1:8765 这样的本机地址，不是“{address}”")
    return address.rstrip("/")


def to_sandbox(request: Request, address: str) -> Request:
    """The request as it goes to the sandbox: its path is kept, the official address is in a header."""
    parts = urlsplit(request.url)
    headers = Headers(request.headers)
    headers[SANDBOX_HEADER] = request.url
    target = f"{address}{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    sent: Request = request.replace(url=target, headers=headers, dont_filter=True)
    sent.meta.update({k: request.meta[k] for k in ("download_slot",) if k in request.meta})
    return sent


def _from_outside(response: Response) -> Response:
    address = response.ip_address
    if address is not None and not is_public(str(address)):
        raise Declined(Failed("gated", f"{response.url} 由内网地址 {address} 应答", "unofficial"))
    return response
