"""The replica of Google Cloud's customers: a listing drawn by script with a More button, cases with three labels, stories
on the blog and its feed, a themed page for what is not there."""

from __future__ import annotations

from crawlers.sandbox.site import Answer, Ask, Customer, Site, html, plain

HOST = "https://cloud.google.com"
GONE = (
    "<html><head><title>Google Cloud</title></head><body><main><h1>Sorry, we couldn't find that page</h1>"
    "<p>Try our home page or search.</p></main></body></html>"
)


class Replica(Site):
    """See the module."""

    vendor = "gcp"

    def answer(self, ask: Ask) -> Answer | None:
        """The listing, the feed, and cases by the last part of their address; there is no robots file, only a page."""
        path = ask.url.path.rstrip("/")
        if path == "/robots.txt":
            return html("<html><body><h1>Google Cloud</h1></body></html>", status=404)
        if path == "/customers":
            return self.render("listing.html.j2", cards=self._cards())
        if path == "/rss":
            return self._feed()
        if path == "/ai/generative-ai/stories" or path.startswith("/transform/101-real-world"):
            return self._stories()
        if path == "/customers/example-vanished":
            return html(GONE)
        customer = self.by_slug.get(path.rpartition("/")[2])
        if customer is None or path != path_of(customer):
            return None
        return self.render("blog.html.j2" if customer.layout == "blog" else "case.html.j2", customer.charset, c=customer)

    def _cards(self) -> list[dict[str, str]]:
        """Videos first, as on the real page."""
        told = [{"url": link.url, "title": link.title} for link in self.facts.links]
        return told + [{"url": path_of(c), "title": c.headline} for c in self.facts.customers]

    def _stories(self) -> Answer:
        chosen = (c for c in self.facts.customers if c.category == "MaaS")
        links = "".join(f'<p><a href="{path_of(c)}?hl=en">{c.headline}</a></p>' for c in chosen)
        return html(f"<html><body><main><h1>Generative AI stories</h1>{links}<p>演示数据</p></main></body></html>")

    def _feed(self) -> Answer:
        items = (
            f"<item><title>{c.headline}</title><link>{HOST}{path_of(c)}</link><category>Customers</category></item>"
            for c in self.facts.customers
            if c.layout == "blog"
        )
        other = f"<item><title>A release</title><link>{HOST}/blog/products/example-release</link><category>Infrastructure</category></item>"
        return plain(f'<rss version="2.0"><channel>{"".join(items)}{other}</channel></rss>', kind="application/rss+xml")


def path_of(c: Customer) -> str:
    """Where a customer's page stands."""
    folder = {"featured": "/customers/featured", "blog": "/blog/topics/customers"}.get(c.layout, "/customers")
    return f"{folder}/{c.slug}"
