"""Listings read saved answers: targets, declared totals, cursors, and a changed shape is said so."""

from __future__ import annotations

import gzip
import json

import pytest
from scrapy.http import HtmlResponse, TextResponse, XmlResponse

from crawlers.listings import (
    FeedListing,
    HtmlListing,
    JsonListing,
    JsonPostListing,
    ListingChanged,
    RenderedListing,
    SeedListing,
    SitemapListing,
    Target,
)
from crawlers.spiders.aws import AwsSpider, card, directory_query
from pipelines.search_plan import Step

URL = "https://aws.amazon.com/api/dirs/items/search"
STEP = Step("product", "Amazon S3", "对象存储", "Amazon S3")


def link_card(link):
    return Target(link.url) if "/story/" in link.url else None


def answer(data, url=URL):
    return TextResponse(url, body=json.dumps(data).encode(), encoding="utf-8")


DIRECTORY = JsonListing(name="d", url=URL, items="items", total="metadata.totalHits", card=lambda e: Target(e["u"]), size=2)


def test_entries_of_which_none_names_a_page_are_a_changed_listing():
    renamed = JsonListing(name="d", url=URL, items="items", total="metadata.totalHits", card=lambda e: None, size=2)
    with pytest.raises(ListingChanged, match="列出 2 条"):
        renamed.read(answer({"metadata": {"totalHits": 2}, "items": [{"v": "a"}, {"v": "b"}]}), "0")


@pytest.mark.parametrize(
    ("items", "total", "cursor", "following"),
    [
        ([{"u": "a"}, {"u": "b"}], 5, "0", ("1",)),
        ([{"u": "c"}, {"u": "d"}], 5, "1", ("2",)),
        ([{"u": "e"}], 5, "2", ()),
        ([{"u": "a"}, {"u": "b"}], 2, "0", ()),
        ([], 5, "1", ()),  # an empty page ends the chain, whatever is declared
        ([], 0, "0", ()),
    ],
)
def test_json_pages_count_from_0_and_end_at_the_declared_total(items, total, cursor, following):
    leaf = DIRECTORY.read(answer({"metadata": {"totalHits": total}, "items": items}), cursor)
    assert (len(leaf.targets), leaf.size, leaf.declared, leaf.next) == (len(items), len(items), total, following)


@pytest.mark.parametrize(
    "data", [{}, {"items": []}, {"items": {}, "metadata": {"totalHits": 1}}, {"items": [], "metadata": {"totalHits": "1"}}, []]
)
def test_a_json_answer_of_another_shape_is_a_changed_listing(data):
    with pytest.raises(ListingChanged):
        DIRECTORY.read(answer(data), "0")


def test_no_json_at_all_is_a_changed_listing():
    with pytest.raises(ListingChanged, match="不是 JSON"):
        DIRECTORY.read(TextResponse(URL, body=b"<html>", encoding="utf-8"), "0")


def test_post_pages_go_on_while_the_site_says_there_is_more():
    listing = JsonPostListing(
        name="p",
        url=URL,
        items="cards",
        total="totalCount",
        more="hasMorePages",
        card=lambda e: Target(e["u"]),
        size=2,
        body={"locale": "en"},
    )
    asked = listing.request(STEP, "2")
    assert (asked.method, json.loads(asked.body)) == ("POST", {"locale": "en", "skip": 2, "top": 2})
    page = {"cards": [{"u": "a"}], "totalCount": 3, "hasMorePages": True}
    assert listing.read(answer(page), "2").next == ("4",)
    assert listing.read(answer({**page, "hasMorePages": False}), "2").next == ()
    assert listing.read(answer({**page, "cards": []}), "2").next == ()
    with pytest.raises(ListingChanged):
        listing.read(answer({"cards": [], "totalCount": 3}), "0")


def test_html_links_are_absolute_once_each_and_the_next_page_is_found_by_its_label():
    listing = HtmlListing(name="h", url="https://example.com/list", card=link_card, declared="//p[@class='n']/text()")
    stories = '<a href="/story/1">A</a><a href="/story/1#x">A</a><a href="/other">B</a>'
    body = "<p class=n>共 12 条</p>" + stories + '<a href="http://[bad">x</a><a href="?p=2"> 下一页 </a>'
    leaf = listing.read(HtmlResponse("https://example.com/list", body=body.encode(), encoding="utf-8"), "0")
    assert [t.url for t in leaf.targets] == ["https://example.com/story/1", "https://example.com/story/1#x"]
    assert (leaf.declared, leaf.next) == (12, ("https://example.com/list?p=2",))
    assert listing.request(STEP, leaf.next[0]).url == "https://example.com/list?p=2"


def test_a_last_page_leads_nowhere():
    listing = HtmlListing(name="h", url="https://example.com/list", card=link_card)
    assert listing.read(HtmlResponse("https://example.com/list", body=b"<a href='/story/1'>A</a>", encoding="utf-8"), "0").next == ()


def test_sitemaps_plain_gzipped_and_index():
    listing = SitemapListing(name="s", url="https://example.com/sitemap.xml", card=link_card)
    ns = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    plain = f"<urlset {ns}><url><loc> https://example.com/story/1 </loc></url><url><loc>https://example.com/x</loc></url></urlset>".encode()
    for body in (plain, gzip.compress(plain)):
        assert [t.url for t in listing.read(XmlResponse("https://example.com/sitemap.xml", body=body), "0").targets] == [
            "https://example.com/story/1"
        ]
    index = f"<sitemapindex {ns}><sitemap><loc>https://example.com/s2.xml</loc></sitemap></sitemapindex>".encode()
    assert listing.read(XmlResponse("https://example.com/sitemap.xml", body=index), "0").next == ("https://example.com/s2.xml",)
    with pytest.raises(ListingChanged):
        listing.read(XmlResponse("https://example.com/sitemap.xml", body=b""), "0")


def test_an_entity_of_a_hostile_feed_is_not_expanded():
    body = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><item><title>&x;</title><link>https://e.example/1</link></item></rss>'
    seen = []
    FeedListing(name="f", url="https://example.com/feed", card=seen.append).read(XmlResponse("https://example.com/feed", body=body), "0")
    assert "root:" not in seen[0].title


def test_feeds_rss_and_atom():
    entries = []
    listing = FeedListing(name="f", url="https://example.com/feed", card=entries.append)
    item = "<title>T</title><link>https://e.example/1</link><category>Customer</category><pubDate>Sun, 22 Nov 2026</pubDate>"
    rss = f"<rss><channel><item>{item}</item></channel></rss>"
    atom = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>U</title><link href="https://e.example/2"/><updated>2026-11-22</updated></entry></feed>'
    for text in (rss, atom):
        listing.read(XmlResponse("https://example.com/feed", body=text.encode()), "0")
    assert [(e.url, e.title, e.published, e.categories) for e in entries] == [
        ("https://e.example/1", "T", "Sun, 22 Nov 2026", ("Customer",)),
        ("https://e.example/2", "U", "2026-11-22", ()),
    ]


def test_a_rendered_listing_says_what_the_browser_is_to_do():
    listing = RenderedListing(
        name="r", url="https://example.com/list", card=link_card, more=("More",), wait_for="main a", static=("s.example",)
    )
    told = {"more": ["More"], "wait_for": "main a", "presses": 200, "scroll": False, "static": ["s.example"]}
    assert listing.request(STEP, "0").meta["render"] == told


def test_seeds_ask_for_nothing():
    assert SeedListing(name="s", seeds=("https://example.com/a",)).seeds == ("https://example.com/a",)


# AWS


def test_the_directory_is_asked_from_page_0_by_words_and_facets():
    listing = AwsSpider.listings[0]
    assert "page=0" in listing.request(STEP, listing.first).url
    assert directory_query(STEP)["q"] == "Amazon S3"
    narrowed = directory_query(Step("industry", "Amazon S3 banking finance", "对象存储", "Amazon S3", "finance"))
    assert narrowed["q"] == "Amazon S3"
    assert "GLOBAL#industry#financial-services" in narrowed["tags.id"]
    assert "q" not in directory_query(Step("all", ""))


@pytest.mark.parametrize(
    ("fields", "url", "facts", "published"),
    [
        (
            {
                "headlineUrl": "https://aws.amazon.com/x?did=cr_card",
                "customer-name": " Example\r\n<b>Bakery</b> ",
                "industry": "Retail",
                "sortDate": "2025-02-01",
            },
            "https://aws.amazon.com/x?did=cr_card",
            (("customer", "Example Bakery"), ("industry", "Retail")),
            "2025-02-01",
        ),
        ({"headlineUrl": "/solutions/case-studies/x/"}, "https://aws.amazon.com/solutions/case-studies/x/", (), None),
        ({"headlineUrl": "//evil.example/x"}, "//evil.example/x", (), None),
    ],
)
def test_cards_of_the_directory(fields, url, facts, published):
    target = card({"item": {"additionalFields": fields}})
    assert (target.url, target.facts, target.published) == (url, facts, published)


@pytest.mark.parametrize("entry", [{}, {"item": {}}, {"item": {"additionalFields": {"headlineUrl": ""}}}])
def test_a_card_that_leads_nowhere_is_none(entry):
    assert card(entry) is None


def test_a_card_without_an_industry_takes_that_of_its_tags():
    tags = [{"tagNamespaceId": "GLOBAL#industry", "description": "Retail"}]
    assert card({"item": {"additionalFields": {"headlineUrl": "https://x.example"}}, "tags": tags}).facts == (("industry", "Retail"),)
