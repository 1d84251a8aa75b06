"""阿里云: the case index that a browser draws, case folders of the help centre, the international site.

The index filters on the client alone, by check boxes that are hidden; only the AI filter's label is known, so every
other category reads the whole index. Folders of the help centre name some of their cases, and 上一篇 / 下一篇 lead
through the rest. Posts on developer.aliyun.com count only by official author or series: the page itself decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import urljoin, urlsplit

from scrapy.http import Response, TextResponse

from crawlers.base import Expectations, VendorSpider
from crawlers.listings import HtmlListing, Link, Listing, RenderedListing, SeedListing, Target
from pipelines.catalog import catalogue
from pipelines.search_plan import Step

INDEX = "https://www.aliyun.com/customer-stories/customer-case-index"
HELP = "https://help.aliyun.com/zh/"
FOLDERS = {
    "sls": "sls/customer-use-cases/",
    "fc": "functioncompute/fc-2-0/product-overview/case-studies/",
    "polardb": "polardb/polardb-for-mysql/case-studies/",
}
SEEDS = (
    "https://help.aliyun.com/zh/document_detail/194962.html",
    *(f"https://developer.aliyun.com/article/{number}" for number in (1568002, 1639840, 1647416)),
)
CARD_LINKS = ("查看详情", "了解详情", "阅读全文")
AI_BOX = "人工智能与机器学习"
TURNS = "//a[@href][starts-with(normalize-space(..), '上一篇') or starts-with(normalize-space(..), '下一篇')]/@href"
OUTSIDE = ("https://www.aliyun.com/customer-stories/", "https://developer.aliyun.com/article/")


def box(step: Step) -> str:
    """The index's filter for a step; empty where none is known."""
    group = catalogue().categories.get(step.category)
    return AI_BOX if group is not None and group.group == "AI/ML类" else ""


def case(link: Link) -> Target | None:
    """A card of the index: a story's address, or wherever else a card's own link leads, which the policy decides."""
    story = "/customer-stories/" in link.url and not urlsplit(link.url).path.rstrip("/").endswith("customer-case-index")
    return Target(link.url) if story or link.text in CARD_LINKS else None


def in_help(link: Link) -> Target | None:
    """A case beside or below a folder of the help centre, or a story that the folder leads to."""
    below = any(link.url.startswith(HELP + folder) and link.url.rstrip("/") != (HELP + folder).rstrip("/") for folder in FOLDERS.values())
    return Target(link.url) if below or link.url.startswith(OUTSIDE) else None


def abroad(link: Link) -> Target | None:
    """A case of the international site."""
    parts = urlsplit(link.url)
    named = parts.netloc == "www.alibabacloud.com" and "/customers/" in parts.path
    return Target(link.url, (), link.text) if named else None


class AliyunSpider(VendorSpider):
    """阿里云's customer stories, help-centre cases and official articles."""

    name = "aliyun"
    languages = "zh-CN,zh;q=0.9,en;q=0.5"
    listings: ClassVar[tuple[Listing, ...]] = (
        RenderedListing(
            name="index",
            url=INDEX,
            card=case,
            searches=True,
            box=box,
            more=("加载更多", "查看更多", "下一页"),
            scroll=True,
            static=("alicdn.com",),
            wait_for="a[href*='/customer-stories/']",
            least=1,
        ),
        *(HtmlListing(name=f"help-{name}", url=HELP + folder, card=in_help) for name, folder in FOLDERS.items()),
        HtmlListing(name="international", url="https://www.alibabacloud.com/zh/customers", card=abroad),
        SeedListing(name="known", seeds=SEEDS),
    )
    expectations = Expectations(floors={"customer_name": 0.8, "products": 0.6, "solution": 0.3, "industry": 0.3})

    def further(self, response: Response) -> Iterator[Target]:
        """The cases before and after this one in its folder of the help centre."""
        if urlsplit(response.url).netloc != "help.aliyun.com" or not isinstance(response, TextResponse):
            return
        folder = response.url.rstrip("/").rpartition("/")[0] + "/"
        for href in response.xpath(TURNS).getall():
            url = urljoin(response.url, href.strip())
            if url.startswith(folder):
                yield Target(url)
