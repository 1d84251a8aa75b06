"""The replica of 阿里云: a case index drawn by script with hidden check boxes, detail pages, help-centre folders that only
上一篇 and 下一篇 lead through, several cases on one page, articles of the official series and of an individual."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from crawlers.sandbox.site import Answer, Ask, Customer, Site, html, plain, redirect

ROBOTS = "User-agent: *\nDisallow: /search\nDisallow: /*?userCode=\n"
GONE = "<html><head><title>阿里云</title></head><body><h1>页面未找到</h1><p>抱歉，您访问的页面不存在。</p></body></html>"
FUNCTIONS = "functioncompute/fc-2-0/product-overview/case-studies"  # its folder leads to the page of several cases
SEVERAL = "sls/customer-use-cases/example-collection"
BOXES = ("存储", "计算", "数据库", "人工智能与机器学习")


class Replica(Site):
    """See the module."""

    vendor = "aliyun"

    def answer(self, ask: Ask) -> Answer | None:
        """By host: case centre, help centre, developer community, partners, the international site."""
        host, path = ask.url.netloc, ask.url.path.rstrip("/")
        if path == "/robots.txt":
            return plain(ROBOTS)
        site = {
            "www.aliyun.com": self._centre,
            "help.aliyun.com": self._help,
            "developer.aliyun.com": self._developer,
            "partner.aliyun.com": self._partner,
            "www.alibabacloud.com": self._global,
        }.get(host)
        return site(path) if site else None

    def _of(self, *layouts: str) -> Iterator[Customer]:
        return (c for c in self.facts.customers if c.layout in layouts)

    def _find(self, slug: str, *layouts: str) -> Customer | None:
        return next((c for c in self._of(*layouts) if c.slug == slug), None)

    def _page(self, template: str, customer: Customer | None, **more: Any) -> Answer | None:
        return self.render(f"{template}.html.j2", customer.charset, c=customer, **more) if customer else None

    def _centre(self, path: str) -> Answer | None:
        if path == "/customer-stories/customer-case-index":
            return self._index()
        if path == "/customer":
            return redirect("https://www.aliyun.com/customer-stories/customer-case-index")
        if path.endswith("example-vanished"):
            return html(GONE)
        found = next((c for c in self._of("story") if path == story_path(c)), None)
        return self._page("story", found)

    def _index(self) -> Answer:
        cards = [{"title": c.headline, "name": c.name, "url": story_path(c), "box": (c.extra or {})["box"]} for c in self._of("story")]
        cards += [{"title": link.title, "name": "", "url": link.url, "box": ""} for link in self.facts.links]
        cards += [
            {"title": c.headline, "name": c.name, "url": f"https://partner.aliyun.com/{c.slug}", "box": "计算"} for c in self._of("partner")
        ]
        return self.render("index.html.j2", cards=cards, featured=cards[:3], boxes=BOXES)

    def _help(self, path: str) -> Answer | None:
        """A folder names its first case and the articles beside it; the others are reached by 上一篇 and 下一篇."""
        place = path.removeprefix("/zh/")
        if place == SEVERAL:
            several = list(self._of("several"))
            return self.render("several.html.j2", c=replace(several[0], name="客户案例", headline="客户案例"), several=several)
        folders = {f for c in self._of("help") if (f := folder_of(c))} | {FUNCTIONS}
        if place in folders:
            return self._folder(place)
        mine = [c for c in self._of("help") if place == f"{folder_of(c)}/{c.slug}"]
        return self._turning(mine[0]) if mine else None

    def _folder(self, place: str) -> Answer:
        first = next((f"{place}/{c.slug}" for c in self._of("help") if folder_of(c) == place), SEVERAL)
        links = [f'<a href="/zh/{first}">客户案例</a>', '<a href="/zh/legal">法律声明</a>']
        links += [f'<a href="https://developer.aliyun.com/article/{c.slug}">{c.headline}</a>' for c in self._of("article", "community")]
        return html(f"<html><body><main><h1>客户案例</h1><p>{'</p><p>'.join(links)}</p><p>演示数据</p></main></body></html>")

    def _turning(self, customer: Customer) -> Answer | None:
        folder = [c for c in self._of("help") if folder_of(c) == folder_of(customer)]
        at = folder.index(customer)
        return self._page("help", customer, before=folder[at - 1] if at else None, after=folder[at + 1] if at + 1 < len(folder) else None)

    def _developer(self, path: str) -> Answer | None:
        customer = self._find(path.removeprefix("/article/"), "article", "community")
        return self._page("article", customer, author="路人甲" if customer and customer.layout == "community" else "阿里云云原生")

    def _partner(self, path: str) -> Answer | None:
        return self._page("story", self._find(path.strip("/"), "partner"))

    def _global(self, path: str) -> Answer | None:
        if path == "/zh/customers":
            links = "".join(f'<p><a href="/customers/{c.slug}?spm=a3c0i.1">{c.headline}</a></p>' for c in self._of("global"))
            return html(f"<html><body><main><h1>Customers</h1>{links}<p>演示数据</p></main></body></html>")
        return self._page("global", self._find(path.removeprefix("/customers/"), "global"))


def folder_of(c: Customer) -> str:
    """The help-centre folder of a customer's page."""
    return (c.extra or {}).get("folder", "")


def story_path(c: Customer) -> str:
    """``/customer-stories/<industry>-<year>-<slug>``."""
    return f"/customer-stories/{(c.extra or {})['prefix']}-{c.date.year}-{c.slug}"
