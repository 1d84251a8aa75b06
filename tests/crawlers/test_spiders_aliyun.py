"""阿里云: an index drawn by script, folders walked by 上一篇 and 下一篇, several cases a page, individuals' posts."""

from __future__ import annotations

import shutil

import pytest
from scrapy.http import HtmlResponse

from crawlers.listings import Link
from crawlers.rendering import NAMES
from crawlers.sandbox.site import facts_of
from crawlers.spiders.aliyun import AI_BOX, HELP, AliyunSpider, box, case, in_help
from pipelines.search_plan import Step

needs_browser = pytest.mark.skipif(not any(map(shutil.which, NAMES)), reason="no Chromium installed: rendered listings cannot be read")
INDEX = AliyunSpider.listings[0]
FOLDER = f"{HELP}sls/customer-use-cases/"


@pytest.fixture(scope="module")
def crawled(shared_crawl):
    return shared_crawl(vendor="aliyun")


@needs_browser
def test_index_folders_and_the_international_site_give_every_case(crawled):
    assert (crawled.status, crawled.manifest["status"]) == (0, "complete")
    wanted = {c.name for c in facts_of("aliyun").customers if c.layout != "community"}
    assert {c.customer_name.value for c in crawled.library.cases()} == wanted


@needs_browser
def test_refused_are_individuals_shops_and_look_alikes(crawled):
    refused = {r["url"]: (r["code"], r["detail"]) for r in crawled.manifest["rejections"]}
    assert refused["https://developer.aliyun.com/article/99000002"] == ("excluded", "社区个人文章，作者 路人甲 不是官方账号")
    assert refused["https://market.aliyun.com/products/example"][0] == "excluded"
    assert refused["https://notaliyun.com/customer-stories/ai-2024-example"][0] == "unofficial"
    assert refused["https://www.aliyun.com/customer-stories/retail-2024-example-vanished"][0] == "not_found_page"
    assert "https://developer.aliyun.com/article/99000001" not in refused  # the official series


@needs_browser
def test_one_page_may_hold_several_cases_and_a_partner_s_page_is_tier_2(crawled):
    cases = list(crawled.library.cases())
    together = [c for c in cases if c.source_url.value.endswith("/example-collection")]
    assert sorted(c.part for c in together) == [0, 1, 2]
    partner = next(c for c in cases if c.customer_name.value == "示例鸿砺钢铁")
    assert (partner.tier, partner.proof) == (2, "阿里云合作伙伴官网")


@needs_browser
def test_a_hidden_box_filters_the_index(crawl):
    crawled = crawl(vendor="aliyun", category="MaaS")
    seen = {s["listing"]: s["targets"] for s in crawled.manifest["account"]["sightings"]}
    chosen = sum((c.extra or {}).get("box") == AI_BOX for c in facts_of("aliyun").customers)
    assert seen["index"] == chosen + 3  # three featured cards stay under every filter


@pytest.mark.parametrize(("category", "label"), [("MaaS", AI_BOX), ("AI平台", AI_BOX), ("对象存储", ""), ("", "")])
def test_only_a_filter_that_is_known_is_used(category, label):
    step = Step("product", "x", category)
    assert box(step) == label
    asked = INDEX.request(step, INDEX.first)
    assert asked.meta["render"].get("boxes", []) == [label][: bool(label)]
    assert ("#" in asked.url) is bool(label)  # two filters are two pages to the frontier


def turning(*lines, url=f"{FOLDER}b"):
    body = f"<html><body><main>{''.join(lines)}</main></body></html>".encode()
    return [t.url for t in AliyunSpider().further(HtmlResponse(url, body=body, encoding="utf-8"))]


def test_turning_the_pages_of_a_folder():
    before, after = "<p>上一篇：<a href='a'>甲</a></p>", f"<p>下一篇: <a href='{FOLDER}c'>丙</a></p>"
    assert turning(before, after) == [f"{FOLDER}a", f"{FOLDER}c"]
    assert (
        turning("<a href='a'>甲</a>", "<p>下一篇：<a href='/zh/oss/x'>丁</a></p>", "<p>下一篇：<a href='//evil.example/x'>x</a></p>") == []
    )
    assert turning(before, url="https://www.aliyun.com/customer-stories/ai-2024-x") == []


@pytest.mark.parametrize(
    ("link", "wanted"),
    [
        (Link("https://www.aliyun.com/customer-stories/ai-2024-example", ""), True),
        (Link("https://media.example.com/x", "查看详情"), True),  # offered, and turned away by the policy with its reason
        (Link("https://www.aliyun.com/customer-stories/customer-case-index/", "客户案例"), False),
        (Link("https://www.aliyun.com/product/oss", "产品"), False),
    ],
)
def test_cards_of_the_index(link, wanted):
    assert bool(case(link)) is wanted


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        (f"{FOLDER}example", True),
        (FOLDER, False),
        ("https://developer.aliyun.com/article/1", True),
        ("https://www.aliyun.com/customer-stories/ai-2024-example", True),
        ("https://help.aliyun.com/zh/oss/example", False),
    ],
)
def test_links_of_a_folder(url, wanted):
    assert bool(in_help(Link(url, "客户案例"))) is wanted
