"""华为云: the case listing under its three spellings, the site map, and the community's official accounts.

No endpoint, filter or embedded state of the listing is known: its links are read as they stand. The firewall shows a
challenge to clients that do not look like browsers; such an answer ends the crawl as ``blocked`` and is never fought.
The newsroom is not asked at all, because it is known to be behind that firewall.
"""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import urlsplit

from crawlers.base import Expectations, VendorSpider
from crawlers.listings import HtmlListing, Link, Listing, SeedListing, SitemapListing, Target

SITE = "https://www.huaweicloud.com"
BLOGS = "https://bbs.huaweicloud.com/blogs"
CASE = re.compile(r"^(?:/intl/[a-z-]+)?(?:/cases/[^/]+\.html|/partners/cases/[^/]+)$")
CHROME = re.compile(r"^/(?:s|guide|zhishi|theme)/")  # aggregations: offered, so that the account tells why they are left out
TOLD = re.compile(r"案例|客户|实践|携手|助力")


def card(link: Link) -> Target | None:
    """A case, a partner's case, an aggregation, or a story that is told elsewhere: the policy decides."""
    parts = urlsplit(link.url)
    own = parts.netloc == "www.huaweicloud.com"
    wanted = CASE.match(parts.path) or CHROME.match(parts.path) if own else TOLD.search(link.text)
    return Target(link.url, (), link.text) if wanted else None


def located(link: Link) -> Target | None:
    """A case of the site map."""
    return Target(link.url) if CASE.match(urlsplit(link.url).path) else None


def post(link: Link) -> Target | None:
    """A blog whose title speaks of a customer; whether its author is official, the page itself tells."""
    return Target(link.url, (), link.text) if re.match(rf"{BLOGS}/\d+$", link.url) and TOLD.search(link.text) else None


class HuaweicloudSpider(VendorSpider):
    """华为云's cases and official blogs."""

    name = "huaweicloud"
    languages = "zh-CN,zh;q=0.9,en;q=0.5"
    listings: ClassVar[tuple[Listing, ...]] = (
        HtmlListing(name="cases-html", url=f"{SITE}/cases.html", card=card, least=1),
        HtmlListing(name="cases", url=f"{SITE}/cases", card=card),
        HtmlListing(name="cases-folder", url=f"{SITE}/cases/", card=card),
        SitemapListing(name="sitemap", url=f"{SITE}/sitemap.xml", card=located),
        HtmlListing(name="blogs", url=BLOGS, card=post),
        SeedListing(name="known", seeds=(f"{SITE}/cases/pgyw.html",)),
    )
    expectations = Expectations(floors={"customer_name": 0.8, "products": 0.6, "solution": 0.3})
