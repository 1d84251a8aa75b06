"""Google Cloud: the listing that only a browser can show, two pages that link to stories, and the blog's feed.

The listing is drawn by script and grows with its More button; no JSON endpoint is known. Its cards lead to case pages,
to the blog and to videos elsewhere: the policy decides. Case pages are plain HTML with three labels at their end. Where
no browser is installed the listing is skipped, which the run's account names, and the others still find what they can.
"""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlsplit

from crawlers.base import Expectations, VendorSpider
from crawlers.listings import FeedEntry, FeedListing, HtmlListing, Link, Listing, RenderedListing, Target

HOST = "https://cloud.google.com"
REAL_WORLD = "101-real-world-generative-ai-use-cases-from-industry-leaders"  # one address, its list grows with every edition
VIDEOS = ("www.youtube.com", "youtu.be")


def card(link: Link) -> Target | None:
    """A card of the listing: a case page, a story on the blog, or a video (which the policy turns away, with its reason)."""
    parts = urlsplit(link.url)
    path = parts.path.rstrip("/")
    case = parts.netloc == "cloud.google.com" and path.startswith(("/customers/", "/blog/topics/"))
    return Target(link.url, (), link.text) if case or parts.netloc in VIDEOS else None


def story(entry: Any) -> Target | None:
    """A blog entry filed under customers."""
    if not isinstance(entry, FeedEntry):
        return None
    filed = "/topics/customers/" in entry.url or any("customer" in c.lower() for c in entry.categories)
    return Target(entry.url, (), entry.title) if filed else None


class GcpSpider(VendorSpider):
    """Google Cloud's customers."""

    name = "gcp"
    listings: ClassVar[tuple[Listing, ...]] = (
        RenderedListing(
            name="customers",
            url=f"{HOST}/customers",
            card=card,
            more=("More", "Load more", "Show more"),
            wait_for="a[href*='/customers/']",
            static=("gstatic.com",),
            least=1,
        ),
        HtmlListing(name="stories", url=f"{HOST}/ai/generative-ai/stories", card=card),
        HtmlListing(name="real-world", url=f"{HOST}/transform/{REAL_WORLD}", card=card),
        FeedListing(name="blog", url="https://cloudblog.withgoogle.com/rss/", card=story),
    )
    expectations = Expectations(floors={"customer_name": 0.85, "products": 0.7, "solution": 0.3, "industry": 0.5})
