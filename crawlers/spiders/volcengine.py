"""火山引擎: a listing of which only the stack is known, official articles, and the official account's feed.

The site embeds its data as ``window._ROUTER_DATA``; under which keys the cases stand is not known, so every object with
an address below the policy's paths is an entry. Where there is no state the links are read, and where there are none
either the page is drawn by a browser. Pages under /theme/ glue snippets together for search engines: never a source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import urljoin, urlsplit

from crawlers.base import Expectations, VendorSpider
from crawlers.listings import FeedEntry, FeedListing, HtmlListing, Link, Listing, SitemapListing, Target
from crawlers.states import StateListing, objects

SITE = "https://www.volcengine.com"
ARTICLES = "https://developer.volcengine.com/articles"
ADDRESSES = ("url", "link", "href", "path", "jumpUrl")
TITLES = ("title", "Title", "name")
CASE = re.compile(r"^/(?:customers?|cases?|success|partner/case|solutions/[^/]+/case)/[^/]+/?$")
CHROME = re.compile(r"^/theme/")  # aggregations: offered, so that the account tells why they are left out
STATIC = ("byted-static.com", "bytednsdoc.com", "volccdn.com")  # where the site's own scripts come from
TOLD = re.compile(r"案例|客户|实践|携手|助力")


def entries(state: Any) -> Iterator[Any]:
    """Every object of the state that has an address."""
    return (one for one in objects(state) if any(isinstance(one.get(key), str) for key in ADDRESSES))


def entry(one: Any) -> Target | None:
    """The target of an object with an address, with the customer and industry that it names."""
    url = urljoin(SITE, next(one[key] for key in ADDRESSES if isinstance(one.get(key), str)))
    parts = urlsplit(url)
    if not CASE.match(parts.path) and not (parts.netloc == "www.volcengine.com" and CHROME.match(parts.path)):
        return None
    title = next((one[key] for key in TITLES if isinstance(one.get(key), str)), "")
    told = (("customer", one.get("customerName")), ("industry", one.get("industry")))
    return Target(url, tuple((label, value) for label, value in told if isinstance(value, str) and value), title)


def card(link: Link) -> Target | None:
    """A link to a case."""
    return Target(link.url, (), link.text) if CASE.match(urlsplit(link.url).path) else None


def article(link: Link) -> Target | None:
    """An article whose title speaks of a customer; whether its author is official, the page itself tells."""
    return Target(link.url, (), link.text) if re.match(rf"{ARTICLES}/\d+$", link.url) and TOLD.search(link.text) else None


def post(one: Any) -> Target | None:
    """A post of the official account whose title speaks of a customer."""
    return Target(one.url, (), one.title) if isinstance(one, FeedEntry) and TOLD.search(one.title) else None


class VolcengineSpider(VendorSpider):
    """火山引擎's customers and official articles."""

    name = "volcengine"
    languages = "zh-CN,zh;q=0.9,en;q=0.5"
    listings: ClassVar[tuple[Listing, ...]] = (
        StateListing(name="customers", url=f"{SITE}/customers", card=card, entries=entries, entry_card=entry, static=STATIC),
        *(
            StateListing(name=name, url=f"{SITE}/{name}", card=card, entries=entries, entry_card=entry, guess=True)
            for name in ("customer", "cases", "case")
        ),
        SitemapListing(name="sitemap", url=f"{SITE}/sitemap.xml", card=card),
        HtmlListing(name="articles", url=ARTICLES, card=article),
        FeedListing(name="cnblogs", url="https://www.cnblogs.com/volcengine/rss", card=post),
    )
    expectations = Expectations(floors={"customer_name": 0.8, "products": 0.6, "solution": 0.3})
