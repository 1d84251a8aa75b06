"""A bare Scrapy spider on the sandbox: what our crawl is measured against, and Scrapy's own JOBDIR with it.

It reads the same directory and pages, takes the same facts from them (title, date, JSON-LD, links, sections by heading,
labelled values, breadcrumb, products, figures, quotes, text), and appends each item to a file at
once (``-s BARE_OUT=file``), so that nothing but Scrapy's own queue can lose a page.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.http import Response

LISTING = "/aws.amazon.com/api/dirs/items/search?item.directoryId=customer-references&size=100&page="


class BareSpider(Spider):
    """Lists, fetches and parses with nothing of ours. Reads SANDBOX and BARE_OUT."""

    name = "bare"
    custom_settings = {  # noqa: RUF012 - Scrapy's own way
        "LOG_LEVEL": "ERROR",
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
        "DOWNLOAD_DELAY": 0,
        "ROBOTSTXT_OBEY": False,
        "RETRY_TIMES": 3,
    }

    async def start(self) -> Any:
        """The first page of the directory."""
        yield Request(self.settings["SANDBOX"] + LISTING + "0", cb_kwargs={"page": 0}, dont_filter=True)

    def parse(self, response: Response, page: int) -> Iterator[Any]:
        """A page of the directory."""
        data = json.loads(response.body)
        for entry in data["items"]:
            url = urlsplit(entry["item"]["additionalFields"]["headlineUrl"])
            if url.netloc == "aws.amazon.com" and "/solutions/case-studies/" in url.path:
                yield Request(f"{self.settings['SANDBOX']}/{url.netloc}{url.path}", callback=self.parse_case)
        if (page + 1) * 100 < data["metadata"]["totalHits"]:
            yield Request(self.settings["SANDBOX"] + LISTING + str(page + 1), cb_kwargs={"page": page + 1})

    def parse_case(self, response: Response) -> Iterator[dict[str, Any]]:
        """A case page: what our reader finds in it too, by the shortest ways that Scrapy offers."""
        item = {"url": response.url, **_head(response), **_story(response)}
        with Path(self.settings["BARE_OUT"]).open("a", encoding="utf-8") as out:
            out.write(json.dumps(item, ensure_ascii=False) + "\n")
        yield item


def _head(response: Response) -> dict[str, Any]:
    """What head and linked data state: title, date, JSON-LD."""
    return {
        "title": response.css("h1::text").get() or response.css("title::text").get(),
        "shared_title": response.xpath("//meta[@property='og:title']/@content").get(),
        "published": response.xpath("//meta[@property='article:published_time']/@content").get(),
        "linked_data": [json.loads(text) for text in response.xpath("//script[@type='application/ld+json']/text()").getall()],
        "links": response.xpath("//a/@href").getall(),
    }


def _story(response: Response) -> dict[str, Any]:
    """The lines of the story, in sections by their headings; labelled values, products, figures, quotes; the text."""
    sections: dict[str, list[str]] = {}
    labels: dict[str, str] = {}
    heading = ""
    for block in response.xpath("//main//*[self::h1 or self::h2 or self::h3 or self::p or self::li or self::dt or self::dd or self::td]"):
        line = " ".join(block.xpath("string(.)").get("").split())
        if block.root.tag in ("h1", "h2", "h3"):
            heading = line
        sections.setdefault(heading, []).append(line)
        name, mark, value = line.partition(": ")
        if mark and len(name) < 30:
            labels[name] = value
    return {
        "sections": sections,
        "labels": labels,
        "breadcrumb": response.xpath("string(//*[contains(@class, 'crumb')])").get(),
        "products": response.xpath("//h2[contains(., 'Services') or contains(., '服务')]/following-sibling::h3//text()").getall(),
        "results": [" ".join(t.xpath(".//text()").getall()).split() for t in response.css(".tile")],
        "quotes": response.xpath("//blockquote//text()").getall(),
        "text": response.xpath("string(//body)").get(),
    }
