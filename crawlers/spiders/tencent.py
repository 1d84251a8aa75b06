"""腾讯云, a seventh vendor: one listing whose answer embeds every case by industry as ``__ASYNC_DATA__``.

The listing has no pages: one answer names all cases. Case pages embed their words in the same state, which the reader
knows; nothing here parses a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import urljoin, urlsplit

from crawlers.base import Expectations, VendorSpider
from crawlers.listings import Link, Listing, Target
from crawlers.states import StateListing, objects

SITE = "https://cloud.tencent.com"


def entries(state: Any) -> Iterator[Any]:
    """(industry, child) of every industry that the state lists."""
    for one in objects(state):
        category = one.get("category")
        if isinstance(category, dict) and isinstance(category.get("children"), list):
            yield from ((str(category.get("name") or ""), child) for child in category["children"] if isinstance(child, dict))


def entry(one: Any) -> Target | None:
    """The target of a child, with its customer and the industry under which it is listed."""
    industry, child = one
    url = child.get("url")
    if not isinstance(url, str) or not url:
        return None
    told = (("customer", child.get("customerName") or child.get("name")), ("industry", industry))
    facts = tuple((label, value) for label, value in told if isinstance(value, str) and value)
    return Target(urljoin(SITE, url), facts, str(child.get("title") or ""))


def card(link: Link) -> Target | None:
    """A link to a case, where the listing has no state."""
    parts = urlsplit(link.url)
    return Target(link.url, (), link.text) if parts.netloc == "cloud.tencent.com" and parts.path.startswith("/customer/") else None


class TencentSpider(VendorSpider):
    """腾讯云's customers."""

    name = "tencent"
    languages = "zh-CN,zh;q=0.9,en;q=0.5"
    listings: ClassVar[tuple[Listing, ...]] = (
        StateListing(name="customers", url=f"{SITE}/customer", card=card, entries=entries, entry_card=entry),
    )
    expectations = Expectations(floors={"customer_name": 0.85, "products": 0.7, "solution": 0.3})
