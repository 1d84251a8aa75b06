"""AWS: the JSON directory of customer references; case pages, blogs and partner pages behind it.

The directory is public and paged from 0 (a spider that starts at 1 loses the first page). Its ``q`` searches text,
``tags.id`` filters by facet. Card links carry tracking and go to several hosts: the policy decides which are sources.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from crawlers.base import Expectations, VendorSpider
from crawlers.listings import FeedEntry, FeedListing, JsonListing, Listing, Target, dig
from pipelines.search_plan import Step
from pipelines.vocabulary import load_yaml

DIRECTORY = "customer-references"
PAGE_SIZE = 100


@cache
def industry_tags() -> Mapping[str, str]:
    """The directory's industry tags by our codes (aws.yaml)."""
    return load_yaml(Path(__file__).with_suffix(".yaml"), dict[str, str])


def directory_query(step: Step) -> Mapping[str, str]:
    """The directory's parameters for a step: text search, and the industry facet where one is known."""
    params = {
        "item.directoryId": DIRECTORY,
        "item.locale": "en_US",
        "sort_by": "item.additionalFields.sortDate",
        "sort_order": "desc",
        "size": str(PAGE_SIZE),
    }
    if tag := industry_tags().get(step.industry):
        params["tags.id"] = f"GLOBAL#industry#{tag}|{DIRECTORY}#industry#{tag}"
    words = step.product if step.phase == "industry" and "tags.id" in params else step.words
    return {**params, "q": words} if words else params


def card(entry: Any) -> Target | None:
    """The target of a directory entry with what its card says; None where the card leads nowhere."""
    fields = dig(entry, "item.additionalFields") or {}
    url = str(fields.get("headlineUrl") or "").strip()
    if not url:
        return None
    industry = fields.get("industry") or _tag(entry, "industry")
    told = (("customer", fields.get("customer-name")), ("industry", industry), ("location", fields.get("displayLocation")))
    facts = tuple((label, _plain(str(value))) for label, value in told if value)
    return Target(_absolute(url), facts, _plain(str(fields.get("headline") or "")), _date(fields))


def story(entry: Any) -> Target | None:
    """A blog entry whose categories mark a customer's story."""
    if not isinstance(entry, FeedEntry) or not any("customer" in c.lower() for c in entry.categories):
        return None
    return Target(entry.url, (), entry.title)


def _absolute(url: str) -> str:
    return f"https://aws.amazon.com{url}" if url.startswith("/") and not url.startswith("//") else url


def _plain(text: str) -> str:
    """Card texts may hold tags and line breaks."""
    return " ".join(re.sub(r"<[^<>]*>", " ", text).split())


def _tag(entry: Any, facet: str) -> str:
    tags = entry.get("tags") or []
    return next((str(t.get("description") or "") for t in tags if str(t.get("tagNamespaceId", "")).endswith(f"#{facet}")), "")


def _date(fields: Mapping[str, Any]) -> str | None:
    found = re.match(r"\d{4}-\d{2}-\d{2}", str(fields.get("publishedDate") or fields.get("sortDate") or ""))
    return found.group() if found else None


class AwsSpider(VendorSpider):
    """AWS customer references, in the language of the directory asked."""

    name = "aws"
    listings: ClassVar[tuple[Listing, ...]] = (
        JsonListing(
            name="directory",
            url="https://aws.amazon.com/api/dirs/items/search",
            items="items",
            total="metadata.totalHits",
            query=directory_query,
            searches=True,
            card=card,
            size=PAGE_SIZE,
        ),
        FeedListing(name="storage-blog", url="https://aws.amazon.com/blogs/storage/feed/", card=story),
    )
    expectations = Expectations(floors={"customer_name": 0.85, "products": 0.6, "solution": 0.3, "industry": 0.3})
