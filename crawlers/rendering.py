"""Pages that only a browser can show, through Playwright and the Chromium that is installed.

Used for listings that declare it (RenderedListing) and for nothing else. The page is opened, the button that shows
more is pressed until it is gone, and what then stands in the document is the response's body. The browser asks only for
what the vendor's policy and its static hosts allow; in the sandbox it is sent there like every other request. Where no
browser is installed the listing fails as ``no_browser``, which the run's account names.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response

from crawlers.failures import Declined, Failed
from pipelines.sources import policies
from pipelines.sources.urls import under

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import Page, Playwright, Route

PATIENCE = 5_000  # milliseconds that a page has to draw more once its button is pressed
SETTLE = 2_500  # milliseconds that a page has to draw what nobody pressed for: its button, more at its end, a filtered list
TICK = """label => {
  const boxes = [...document.querySelectorAll('input[type=checkbox]')];
  const box = boxes.find(one => ((one.closest('label') || one.parentElement).textContent || '').trim() === label);
  if (box) box.click();
  return Boolean(box);
}"""
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update "
    "--disable-sync --disable-dev-shm-usage --host-resolver-rules=MAP * ~NOTFOUND"
)


class Browser:
    """One browser a crawl, started with the first page that needs it."""

    def __init__(self, crawler: Crawler, sandbox: str) -> None:
        self.crawler = crawler
        self.sandbox = sandbox
        self._playwright: Playwright | None = None
        self._chromium: Chromium | None = None

    async def fetch(self, request: Request) -> Response:
        """The document after its scripts ran and its "more" button is gone."""
        chromium = await self._started()
        context = await chromium.new_context(user_agent=self.crawler.settings["USER_AGENT"], service_workers="block")
        try:
            page = await context.new_page()
            static = tuple(request.meta["render"].get("static", ()))
            await page.route("**/*", lambda route: self._route(route, static))  # Playwright counts a handler's parameters: one
            answer = await page.goto(request.url, wait_until="domcontentloaded")
            await self._show_all(page, request.meta["render"])
            body = await page.content()
            status = answer.status if answer else 200
            return HtmlResponse(page.url, status=status, body=body, encoding="utf-8", headers={"Content-Type": "text/html; charset=utf-8"})
        finally:
            await context.close()

    async def close(self) -> None:
        """Close the browser, if one was started."""
        if self._chromium is not None:
            await self._chromium.close()
        if self._playwright is not None:
            await self._playwright.stop()

    async def _show_all(self, page: Page, wanted: dict[str, Any]) -> None:
        from playwright.async_api import TimeoutError as Late

        try:
            await page.wait_for_selector(wanted["wait_for"], timeout=15_000)
        except Late as error:
            raise Declined(Failed("listing_changed", f"渲染后的目录没有 {wanted['wait_for']}")) from error
        for label in wanted.get("boxes", ()):
            await self._tick(page, label)
        for number in range(int(wanted["presses"])):
            before = await page.locator("a").count()
            pressed = await self._press(page, wanted["more"], SETTLE if number == 0 and not wanted.get("scroll") else 0)
            if not pressed and not wanted.get("scroll"):
                return
            if not pressed:
                await page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
            try:
                more = "n => document.querySelectorAll('a').length > n"
                await page.wait_for_function(more, arg=before, timeout=PATIENCE if pressed else SETTLE)
            except Late:
                return

    async def _tick(self, page: Page, label: str) -> None:
        """Click the (hidden) check box of a label; where there is none the listing stays unfiltered, which loses nothing."""
        from playwright.async_api import TimeoutError as Late

        before = await page.locator("a").count()
        if await page.evaluate(TICK, label):
            try:
                await page.wait_for_function("n => document.querySelectorAll('a').length !== n", arg=before, timeout=SETTLE)
            except Late:
                return

    async def _press(self, page: Page, labels: list[str], patience: int = 0) -> bool:
        """Press the last button of a label (menus above the list may have one of the same name); wait for it first where asked."""
        for wait in (0, patience) if patience else (0,):
            await page.wait_for_timeout(wait)
            for label in labels:
                for button in reversed(await page.get_by_role("button", name=label, exact=True).all()):
                    if await button.is_visible() and await button.is_enabled():
                        await button.click()
                        return True
        return False

    async def _route(self, route: Route, static: tuple[str, ...]) -> None:
        """Let through what belongs to the vendor, and its scripts from the static hosts; in the sandbox, fetch it from there."""
        parts = urlsplit(route.request.url)
        name = self.crawler.spider.name if self.crawler.spider else ""
        if parts.scheme not in ("http", "https") or not any(under(parts.netloc, h) for h in (*policies()[name].official, *static)):
            await route.abort()
        elif self.sandbox:
            target = f"{self.sandbox}{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
            headers = {**route.request.headers, "x-sandbox-url": route.request.url}
            await route.fulfill(response=await route.fetch(url=target, headers=headers))
        else:
            await route.continue_()

    async def _started(self) -> Chromium:
        if self._chromium is None:
            path = next(filter(None, (shutil.which(name) for name in NAMES)), None)
            if path is None:
                raise Declined(Failed("no_browser", "没有安装 Chromium，脚本绘制的目录无法读取；安装 chromium 后再运行"))
            from playwright.async_api import async_playwright

            self._playwright = await async_playwright().start()
            flags = FLAGS.split(" --")
            args = [flags[0], *(f"--{flag}" for flag in flags[1:])]
            args = args if self.sandbox else args[:-1]  # in the sandbox the browser itself finds no host at all
            self._chromium = await self._playwright.chromium.launch(executable_path=path, args=[*args, "--no-sandbox"])
        return self._chromium
