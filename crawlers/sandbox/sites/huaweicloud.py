"""The replica of 华为云: three spellings of one listing, case pages (some GBK), blogs of official accounts and of an
individual, partner cases, a firewall that shows a challenge to clients that do not say what they accept."""

from __future__ import annotations

from collections.abc import Iterator

from crawlers.sandbox.site import Answer, Ask, Customer, Site, html, plain, redirect

ROBOTS = "User-agent: *\nDisallow: /console/\nDisallow: /s/\n"
GONE = "<html><head><title>华为云</title></head><body><h1>404</h1><p>很抱歉，您访问的页面不存在。</p></body></html>"
CHALLENGE = "<html><head><script>window._waf_=1</script></head><body><script src='/waf-jschallenge.js'></script></body></html>"
LISTING = "https://www.huaweicloud.com/cases.html"
FIRST_BLOG = 470_001


class Replica(Site):
    """See the module."""

    vendor = "huaweicloud"

    def __init__(self, copies: int = 1) -> None:
        super().__init__(copies)
        blogs = [c for c in self.facts.customers if c.layout in ("blog", "community")]
        self.blogs = {str(FIRST_BLOG + n): c for n, c in enumerate(blogs)}

    def answer(self, ask: Ask) -> Answer | None:
        """Listings, cases, blogs, the site map."""
        host, path = ask.url.netloc, ask.url.path
        if path == "/robots.txt":
            return plain(ROBOTS)
        if "accept" not in ask.headers:
            return html(CHALLENGE)
        if host == "bbs.huaweicloud.com":
            return self._blog(path)
        if path == "/cases":
            return redirect(LISTING)
        if path in ("/cases/", "/cases.html"):
            return self._listing(path)
        if path == "/sitemap.xml":
            return self._sitemap()
        return self._case(path)

    def _of(self, *layouts: str) -> Iterator[Customer]:
        return (c for c in self.facts.customers if c.layout in layouts)

    def _listing(self, path: str) -> Answer:
        """The older spelling names the older half only."""
        cards = [{"url": path_of(c), "title": c.headline} for c in self._of("case", "broken", "partner")]
        cards += [{"url": link.url, "title": link.title} for link in self.facts.links]
        return self.render("listing.html.j2", title="客户案例", cards=cards if path == "/cases.html" else cards[: len(cards) // 2])

    def _case(self, path: str) -> Answer | None:
        if path == "/cases/example-vanished.html":
            return html(GONE)
        customer = next((c for c in self._of("case", "broken", "partner") if path == path_of(c)), None)
        template = "broken.html.j2" if customer and customer.layout == "broken" else "case.html.j2"
        return self.render(template, customer.charset, c=customer) if customer else None

    def _blog(self, path: str) -> Answer | None:
        if path == "/blogs":
            cards = [{"url": f"/blogs/{n}", "title": c.headline} for n, c in self.blogs.items()]
            return self.render("listing.html.j2", title="云社区博客", cards=cards)
        customer = self.blogs.get(path.removeprefix("/blogs/"))
        if customer is None:
            return None
        author = "路人乙" if customer.layout == "community" else "华为云头条"
        return self.render("blog.html.j2", c=customer, author=author)

    def _sitemap(self) -> Answer:
        places = "".join(f"<url><loc>https://www.huaweicloud.com{path_of(c)}</loc></url>" for c in self._of("case", "broken"))
        body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><!-- 演示数据 -->{places}</urlset>'
        return plain(body, kind="application/xml")


def path_of(c: Customer) -> str:
    """Where a customer's page stands."""
    return f"/partners/cases/{c.slug}" if c.layout == "partner" else f"/cases/{c.slug}.html"
