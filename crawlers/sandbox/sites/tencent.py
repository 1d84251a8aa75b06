"""The replica of 腾讯云: a listing by industry and case pages whose words stand in ``__ASYNC_DATA__`` as Draft.js text."""

from __future__ import annotations

from typing import Any

from crawlers.sandbox.site import Answer, Ask, Customer, Site, html, plain

ROBOTS = "User-agent: *\nDisallow: /search\n"
GONE = "<html><head><title>腾讯云</title></head><body><h1>页面不存在</h1><p>您访问的页面不存在。</p></body></html>"


class Replica(Site):
    """See the module."""

    vendor = "tencent"

    def answer(self, ask: Ask) -> Answer | None:
        """Listing and cases; only the host cloud.tencent.com."""
        path = ask.url.path.rstrip("/")
        if path == "/robots.txt":
            return plain(ROBOTS)
        if path == "/customer":
            return self._state("客户案例", [{"data": {"categories": self._categories()}}])
        if path.endswith("/example-vanished"):
            return html(GONE)
        customer = next((c for c in self.facts.customers if path == path_of(c)), None)
        return self._state(customer.name, [{"data": {"customer": told(customer)}}]) if customer else None

    def _state(self, title: str, state: list[Any]) -> Answer:
        return self.render("state.html.j2", title=title, state=state)

    def _categories(self) -> list[dict[str, Any]]:
        names = list(dict.fromkeys(c.industry for c in self.facts.customers))
        found = [
            {"category": {"name": name, "children": [_child(c) for c in self.facts.customers if c.industry == name]}} for name in names
        ]
        strays = [{"name": link.title, "url": link.url} for link in self.facts.links]
        return [*found, {"category": {"name": "其他", "children": strays}}]


def _child(c: Customer) -> dict[str, str]:
    return {"customerName": c.name, "title": c.headline, "abstract": c.about, "url": path_of(c)}


def path_of(c: Customer) -> str:
    """``/customer/<industry>/<slug>``."""
    return f"/customer/{(c.extra or {})['group']}/{c.slug}"


def told(c: Customer) -> dict[str, Any]:
    """A customer as the embedded state tells it: chunks of Draft.js text, and products by name."""
    results = [f"{r.text}{r.figure}。" for r in c.results]
    parts = (("客户介绍", [c.about]), ("业务挑战", [c.problem]), ("解决方案", [c.solution]), ("客户收益", results))
    chunks = [{"data": {"title": title, "content": _draft(lines)}} for title, lines in parts]
    products = [{"name": p, "abstract": ""} for p in c.products]
    return {"name": c.name, "title": c.headline, "type": "case", "abstract": c.about, "products": products, "page": {"chunks": chunks}}


def _draft(lines: list[str]) -> dict[str, Any]:
    blocks = [{"key": f"k{n}", "type": "unstyled", "text": line} for n, line in enumerate(lines)]
    return {"blockMap": {"b1": {"data": {"content": {"raw": {"blocks": blocks, "entityMap": {}}}}}}}
