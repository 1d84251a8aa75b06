"""Azure: the search behind Microsoft's customer stories, asked once for each organization size.

The search is a POST endpoint without authentication, paged by offset until ``hasMorePages`` is false. Its cards carry
no size; its size facet does, so each size is a listing of its own, and last the search without one finds the rest. A
story had three addresses over the years; the number in it is the same (the policy's rewrite makes them one).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urljoin, urlsplit

from scrapy import Request

from crawlers.base import LISTING_PRIORITY, Expectations, VendorSpider
from crawlers.listings import FeedEntry, FeedListing, HtmlListing, JsonPostListing, Link, Listing, Target, dig
from pipelines.search_plan import Step
from pipelines.vocabulary import load_yaml

SEARCH = "https://www.microsoft.com/msstoreapiprod/api/customerstoriessearch"
STORIES = "https://www.microsoft.com/en/customers/story/"
TECHNICAL = "https://microsoft.github.io/techcasestudies/"
SIZES = ("1-49", "50-999", "1000-9999", "10000")
LATER = LISTING_PRIORITY // 2  # of the search without a size: a story's size is to be known before its page is read


@cache
def industry_facets() -> Mapping[str, str]:
    """The search's industry facets by our codes (azure.yaml)."""
    return load_yaml(Path(__file__).with_suffix(".yaml"), dict[str, str])


def search_body(step: Step) -> Mapping[str, str]:
    """The search's own words for a step: Azure's stories, the industry facet where one is known, else all in words."""
    facet = industry_facets().get(step.industry)
    words = step.product if facet and step.phase == "industry" else step.words
    told = {"query": words, "industries": f"industry:{facet}" if facet else ""}
    return {key: value for key, value in told.items() if value}


def size_of(size: str) -> str:
    """The facet's value for a size, as the endpoint writes it."""
    return f"organization-size:{size}-employees"


def card(entry: Any, size: str = "") -> Target | None:
    """The target of a card with what it says: company, industry, and the size facet under which it was found."""
    content = entry.get("content") if isinstance(entry, dict) else None
    href = str(dig(content, "action.href") or "").strip()
    if not href:
        return None
    industries = dig(content, "industries") or []
    industry = next((str(one.get("text") or "") for one in industries if isinstance(one, dict)), "")
    told = (("customer", dig(content, "image.slot.badge.icon.alt")), ("industry", industry), ("size_facet", size_of(size) if size else ""))
    return Target(address(href), tuple((label, str(value)) for label, value in told if value), str(dig(content, "title") or ""))


def address(href: str) -> str:
    """A card's address: a whole one, a path, or only the story's name."""
    return urljoin(STORIES, href)


def story(entry: Any) -> Target | None:
    """A blog entry whose categories mark a customer's story."""
    if not isinstance(entry, FeedEntry) or not any("customer" in c.lower() for c in entry.categories):
        return None
    return Target(entry.url, (), entry.title)


def technical(link: Link) -> Target | None:
    """A technical case study, of the collection's own pages."""
    mine = link.url.startswith(TECHNICAL) and urlsplit(link.url).path.endswith(".html") and not link.url.endswith("/index.html")
    return Target(link.url, (), link.text) if mine else None


def search(name: str, size: str = "") -> JsonPostListing:
    """The search, for one organization size or for all."""
    body = {"locale": "en-ww", "orderBy": "PublishedDate Desc", "products": "product:azure"}
    return JsonPostListing(
        name=name,
        url=SEARCH,
        items="cards",
        total="totalCount",
        more="hasMorePages",
        query=search_body,
        searches=True,
        card=partial(card, size=size),
        body={**body, "organizationSize": size_of(size)} if size else body,
        headers={"Referer": "https://www.microsoft.com/en-us/customers/search"},
    )


class AzureSpider(VendorSpider):
    """Microsoft's customer stories with Azure in them."""

    name = "azure"
    listings: ClassVar[tuple[Listing, ...]] = (
        *(search(f"size-{size}", size) for size in SIZES),
        search("search"),
        HtmlListing(name="technical", url=f"{TECHNICAL}index.html", card=technical),
        FeedListing(name="blog", url="https://azure.microsoft.com/en-us/blog/feed/", card=story),
    )
    expectations = Expectations(floors={"customer_name": 0.85, "products": 0.6, "solution": 0.3, "industry": 0.4})

    def open_listing(self, listing: Listing, step: int, cursor: str) -> Iterator[Any]:
        """The searches by size go first, to their last page."""
        for one in super().open_listing(listing, step, cursor):
            later = isinstance(one, Request) and listing.name == "search"
            yield one.replace(priority=LATER) if later else one
