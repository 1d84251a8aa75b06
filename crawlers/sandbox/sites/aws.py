"""The replica of AWS: the JSON directory, case pages old and new, a partner page, joint solutions, testimonials with and
without a transcript, redirects, a 404 in disguise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from crawlers.sandbox.site import Answer, Ask, Customer, Site, html, json_answer, plain, redirect

PAGES = "/solutions/case-studies/"
FOLDERS = {"joint": "/solutions/partners/", "testimonial": "/video/watch/"}  # by layout; all others lie in PAGES
ROBOTS = "User-agent: *\nDisallow: /blogs/\nDisallow: /search\nDisallow: /marketplace/search*\n"
GONE = "<html><head><title>AWS</title></head><body><h1>Page Not Found</h1><p>We could not find the page you asked for.</p></body></html>"
NO_STORY = {"/video/watch/example-silent": "silent", "/solutions/partners/example-launch": "launch"}


class Replica(Site):
    """See the module."""

    vendor = "aws"

    def answer(self, ask: Ask) -> Answer | None:
        """Directory, robots, case pages; only the host aws.amazon.com."""
        path = ask.url.path
        if path == "/robots.txt":
            return plain(ROBOTS)
        if path == "/api/dirs/items/search":
            return self._directory(ask.query)
        if path.rstrip("/") == "/solutions/case-studies":
            return self.render("listing.html.j2", c=self.facts.customers[0], cards=self.facts.customers)
        slug = path.removeprefix("/cn").removeprefix(PAGES).strip("/")
        if slug == "example-old-address":
            return redirect(f"https://aws.amazon.com{PAGES}{self.facts.customers[0].slug}/")
        if slug == "example-open-redirect":
            return redirect("https://stories.example.com/copied", 302)
        if slug == "example-vanished":
            return html(GONE)
        if template := NO_STORY.get(path.rstrip("/")):
            return self.render(f"{template}.html.j2", c=replace(self.facts.customers[0], name="", headline=""))
        customer = self.by_slug.get(path.rstrip("/").rpartition("/")[2])
        return self._page(customer) if customer and path.removeprefix("/cn").startswith(folder_of(customer)) else None

    def _page(self, customer: Customer) -> Answer:
        return self.render(f"{customer.layout}.html.j2", customer.charset, c=customer, others=self.facts.customers[:3])

    def _directory(self, query: dict[str, str]) -> Answer:
        """A page of the directory; pages count from 0, a page past the end is empty, a size over 2000 returns nothing."""
        size, page = int(query.get("size", "9")), int(query.get("page", "0"))
        cards = list(self._cards(query)) if size <= 2000 else []
        shown = cards[page * size : (page + 1) * size]
        return json_answer({"metadata": {"count": len(shown), "totalHits": len(cards)}, "fieldTypes": {}, "items": shown})

    def _cards(self, query: dict[str, str]) -> Iterator[dict[str, Any]]:
        words = query.get("q", "").lower().split()
        tags = query.get("tags.id", "").lower().replace("-", " ")
        for c in self.facts.customers:
            text = " ".join([c.name, c.headline, c.problem, c.solution, *c.products, *(r.text for r in c.results)]).lower()
            wanted = all(w in text for w in words) and (not tags or c.industry.lower() in tags)
            if wanted:
                host = "https://aws.amazon.com" + ("/cn" if c.lang == "zh" else "")
                yield _card(c.name, c.headline, f"{host}{folder_of(c)}{c.slug}/?did=cr_card&trk=cr_card", c.industry, str(c.date))
        if not words and not tags:
            yield from (_card("", link.title, link.url, "", "2024-01-01") for link in self.facts.links)


def folder_of(c: Customer) -> str:
    """The section of the site in which a customer's page stands."""
    return FOLDERS.get(c.layout, PAGES)


def _card(name: str, headline: str, url: str, industry: str, date: str) -> dict[str, Any]:
    fields = {
        "customer-name": name,
        "headline": headline,
        "headlineUrl": url,
        "descriptionSummary": f"<p>{headline}</p>\r\n",
        "industry": industry,
        "sortDate": date,
        "publishedDate": date,
    }
    tag = {"id": f"GLOBAL#industry#{industry.lower().replace(' ', '-')}", "tagNamespaceId": "GLOBAL#industry", "description": industry}
    item = {"id": f"customer-references#{name or headline}", "locale": "en_US", "directoryId": "customer-references"}
    return {"item": {**item, "additionalFields": fields}, "tags": [tag] if industry else []}
