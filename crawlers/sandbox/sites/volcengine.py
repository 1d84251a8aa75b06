"""The replica of 火山引擎: a listing and case pages whose words stand in ``_ROUTER_DATA``, case pages drawn by the server,
official articles and a feed, an individual's article, partner cases, aggregations for search engines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crawlers.sandbox.site import Answer, Ask, Customer, Site, html, plain, redirect

HOST = "https://www.volcengine.com"
ROBOTS = "User-agent: *\nDisallow: /theme/\nDisallow: /search\n"
GONE = "<html><head><title>火山引擎</title></head><body><h1>页面不存在</h1><p>您访问的页面不存在或已下线。</p></body></html>"
FOLDERS = {"state": "/customers", "page": "/customers", "partner": "/partner/case", "article": "/articles", "community": "/articles"}


class Replica(Site):
    """See the module."""

    vendor = "volcengine"

    def answer(self, ask: Ask) -> Answer | None:
        """By host: the site, the developer community, the official account elsewhere."""
        host, path = ask.url.netloc, ask.url.path.rstrip("/")
        if path == "/robots.txt":
            return plain(ROBOTS)
        if path == "/volcengine/rss":
            return self._feed()
        if host == "developer.volcengine.com" and path == "/articles":
            return self._articles()
        if path == "/customers":
            return self._listing()
        if path == "/customer":
            return redirect(f"{HOST}/customers")
        if path == "/customers/example-vanished":
            return html(GONE)
        customer = next((c for c in self.facts.customers if path == path_of(c)), None)
        return self._page(customer) if customer else None

    def _of(self, *layouts: str) -> Iterator[Customer]:
        return (c for c in self.facts.customers if c.layout in layouts)

    def _listing(self) -> Answer:
        cards: list[dict[str, Any]] = [
            {"title": c.headline, "customerName": c.name, "industry": c.industry, "url": path_of(c)}
            for c in self._of("state", "page", "partner")
        ]
        cards += [{"title": link.title, "url": link.url} for link in self.facts.links]
        menu = [{"title": "产品", "url": "/product/tos"}, {"title": "价格", "url": "/pricing"}]
        return self._state("客户案例", {"layout": {"menu": menu}, "customers/page": {"list": cards, "total": len(cards)}})

    def _state(self, title: str, loaded: dict[str, Any]) -> Answer:
        return self.render("state.html.j2", title=title, state={"loaderData": loaded, "errors": None})

    def _page(self, c: Customer) -> Answer:
        if c.layout == "state":
            words = self.render("story.md.j2", c=c).body.decode()
            told = {"Title": c.headline, "MDContent": words, "PublishTime": f"{c.date}T08:00:00+08:00"}
            return self._state(c.headline, {"customers/(slug)/page": {"detail": told}})
        author = {"article": "火山引擎开发者社区", "community": "路人丙", "cnblogs": "火山引擎"}.get(c.layout, "")
        return self.render("page.html.j2", c=c, author=author)

    def _articles(self) -> Answer:
        links = "".join(f'<p><a href="{path_of(c)}">{c.headline}</a></p>' for c in self._of("article", "community"))
        return html(f"<html><body><main><h1>文章</h1>{links}<p>演示数据</p></main></body></html>")

    def _feed(self) -> Answer:
        items = (f"<item><title>{c.headline}</title><link>https://www.cnblogs.com{path_of(c)}</link></item>" for c in self._of("cnblogs"))
        return plain(f'<rss version="2.0"><channel>{"".join(items)}</channel></rss>', kind="application/rss+xml")


def path_of(c: Customer) -> str:
    """Where a customer's page stands."""
    return f"/volcengine/p/{c.slug}.html" if c.layout == "cnblogs" else f"{FOLDERS[c.layout]}/{c.slug}"
