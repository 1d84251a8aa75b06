"""The replica of Microsoft's customer stories: the POST search with its facets, stories by number under old and new
addresses, a technical case, a page that is gone and answers 200."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from crawlers.sandbox.site import Answer, Ask, Customer, Site, html, json_answer, plain, redirect

SEARCH = "/msstoreapiprod/api/customerstoriessearch"
TECHNICAL = "/techcasestudies/"
ROBOTS = "User-agent: *\nDisallow: /en-us/store/\nDisallow: /*/search/shop\n"
GONE = "<html><head><title>Microsoft</title></head><body><h1>404 - Page not found</h1><p>The page cannot be found.</p></body></html>"
FIRST, FIRST_OLD = 21_000, 1_700_000_000_000_000_000  # numbers of stories, of the present and of the former host


class Replica(Site):
    """See the module."""

    vendor = "azure"

    def __init__(self, copies: int = 1) -> None:
        super().__init__(copies)
        self.numbers = {c.slug: (FIRST_OLD if c.layout == "old" else FIRST) + n for n, c in enumerate(self.facts.customers)}
        self.by_number = {str(n): self.by_slug[slug] for slug, n in self.numbers.items()}
        self.paths = {c.slug: self._path(c) for c in self.facts.customers}

    def answer(self, ask: Ask) -> Answer | None:
        """Search, stories of both hosts, technical cases."""
        host, path = ask.url.netloc, ask.url.path
        if path == "/robots.txt":
            return plain(ROBOTS)
        if path == SEARCH:
            return self._search(json.loads(ask.body)) if ask.method == "POST" else plain("POST", 405)
        if path.endswith("/feed/") or path.endswith("/feed"):
            return plain('<rss version="2.0"><channel><title>演示数据</title></channel></rss>', kind="application/rss+xml")
        if host == "microsoft.github.io":
            return self._technical(path)
        return self._story(host, path)

    def _story(self, host: str, path: str) -> Answer | None:
        """A story by its number, whatever the words behind it; the former host sends to the present one."""
        if path.endswith("/1-example-vanished"):
            return html(GONE)
        number = path.rpartition("/")[2].partition("-")[0]
        customer = self.by_number.get(number)
        if customer is None:
            return None
        if host == "customers.microsoft.com":
            return redirect(f"https://www.microsoft.com/en/customers/story/{path.rpartition('/')[2]}")
        return self._page("story", customer)

    def _technical(self, path: str) -> Answer | None:
        customer = self.by_slug.get(path.removeprefix(TECHNICAL).strip("/").removesuffix(".html"))
        if path == f"{TECHNICAL}index.html":
            cases = (c for c in self.facts.customers if c.layout == "technical")
            links = "".join(f'<li><a href="{TECHNICAL}{c.slug}.html">{c.headline}</a></li>' for c in cases)
            return html(f"<html><body><h1>Technical Case Studies</h1><ul>{links}</ul><p>演示数据</p></body></html>")
        return self._page("technical", customer) if customer else None

    def _page(self, template: str, c: Customer) -> Answer:
        date = f"{c.date.month}/{c.date.day}/{c.date.year}"
        return self.render(f"{template}.html.j2", c.charset, c=c, date=date, others=self.facts.customers[:3], paths=self.paths)

    def _path(self, c: Customer) -> str:
        name = f"{self.numbers[c.slug]}-{c.slug}"
        if c.layout != "old":
            return f"/en/customers/story/{name}"
        told = f"azure-{c.industry.split()[0]}-en-{c.location}".lower().replace(" ", "-")
        return f"https://customers.microsoft.com/en-us/story/{name}-{told}"

    def _search(self, asked: dict[str, Any]) -> Answer:
        """A page of cards; an ``industry`` without plural is ignored, as at the real endpoint."""
        cards = list(self._cards(asked))
        top, skip = int(asked.get("top", 10)), int(asked.get("skip", 0))
        shown = cards[skip : skip + top]
        return json_answer({"cards": shown, "totalCount": len(cards), "top": top, "skip": skip, "hasMorePages": skip + top < len(cards)})

    def _cards(self, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
        words = str(asked.get("query", "")).lower().split()
        size = str(asked.get("organizationSize", "")).removeprefix("organization-size:").removesuffix("-employees")
        industry = str(asked.get("industries", "")).removeprefix("industry:").replace("-", " ")
        for c in self.facts.customers:
            text = " ".join([c.name, c.headline, c.problem, c.solution, *c.products, *(r.text for r in c.results)]).lower()
            fits = all(w in text for w in words) and (not size or size == c.size) and (not industry or industry in c.industry.lower())
            if fits and c.layout != "technical":
                yield _card(c, self.paths[c.slug])
        if not words and not size and not industry:
            yield from (_bare(link.title, link.url) for link in self.facts.links)


def _bare(title: str, href: str) -> dict[str, Any]:
    return {"id": title, "_ts": 1768943694, "content": {"title": title, "action": {"href": href, "text": "Read the story"}}}


def _card(c: Customer, path: str) -> dict[str, Any]:
    card = _bare(c.headline, path)
    content = card["content"]
    content["eyebrow"] = f"Industry: {c.industry}"
    content["image"] = {"alt": "", "slot": {"badge": {"icon": {"alt": c.name}}}}
    content["industries"] = [{"text": c.industry}]
    content["footer"] = {"relatedProducts": {"products": [{"label": p, "url": "https://go.microsoft.com/fwlink/"} for p in c.products]}}
    return {**card, "name": f"{c.slug}-azure"}
