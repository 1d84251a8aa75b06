"""火山引擎: what stands in embedded states, guessed addresses, and a whole crawl of the replica."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
from scrapy.http import HtmlResponse

from crawlers.listings import FeedEntry, Link, ListingChanged
from crawlers.middlewares.challenge import challenge_of
from crawlers.sandbox.site import Ask, facts_of, replicas
from crawlers.spiders.volcengine import ARTICLES, SITE, VolcengineSpider, article, entry, post
from crawlers.states import embedded
from pipelines.reader import Document, read
from pipelines.search_plan import Step

LISTINGS = {one.name: one for one in VolcengineSpider.listings}
CUSTOMERS, GUESS = LISTINGS["customers"], LISTINGS["cases"]


@pytest.fixture(scope="module")
def crawled(shared_crawl):
    return shared_crawl(vendor="volcengine")


def test_states_pages_articles_and_the_feed_give_every_case(crawled):
    assert (crawled.status, crawled.manifest["status"]) == (0, "complete")
    wanted = {c.name for c in facts_of("volcengine").customers if c.layout != "community"}
    assert {c.customer_name.value for c in crawled.library.cases()} == wanted


def test_a_story_in_a_state_is_read_with_its_quote_and_date(crawled):
    bank = next(c for c in crawled.library.cases() if c.customer_name.value == "示例云澜银行")
    assert bank.published.value == "2024-08-22"
    assert all(e.check(crawled.library.page_text(e.page_digest)) for _, e in bank.all_evidence())


def test_aggregations_individuals_and_look_alikes_are_refused(crawled):
    refused = {r["url"]: r["code"] for r in crawled.manifest["rejections"]}
    assert refused[f"{SITE}/theme/1234567-E-7-1"] == "excluded"
    assert refused[f"{ARTICLES}/7300000000000000002"] == "excluded"
    assert refused["https://volcengine.com.evil.example/customers/x"] == "unofficial"
    assert refused[f"{SITE}/customers/example-vanished"] == "not_found_page"
    assert not any("/theme/" in url for url in crawled.asked)
    tiers = {c.customer_name.value: c.tier for c in crawled.library.cases()}
    assert (tiers["示例澜图科技"], tiers["示例旭垚物业"], tiers["示例云澜银行"]) == (2, 2, 1)


def page(body, url=f"{SITE}/customers"):
    return HtmlResponse(url, body=f"<html><body>{body}</body></html>".encode(), encoding="utf-8")


def state(data):
    return page(f"<div id=root></div><script>window._ROUTER_DATA = {json.dumps(data)};</script>")


def test_the_state_is_read_wherever_in_it_the_entries_stand():
    told = {"a": {"b": [{"c": {"jumpUrl": "/customers/example", "title": "T", "customerName": "示例银行"}}, {"url": "/product/tos"}]}}
    leaf = CUSTOMERS.read(state(told), "0")
    assert [(t.url, t.title, t.facts) for t in leaf.targets] == [(f"{SITE}/customers/example", "T", (("customer", "示例银行"),))]
    assert leaf.next == ()


def test_without_a_state_links_are_read_and_without_links_a_browser_is_asked():
    assert [t.url for t in CUSTOMERS.read(page("<a href='/customers/x'>X</a>"), "0").targets] == [f"{SITE}/customers/x"]
    assert CUSTOMERS.read(state({"a": 1}), "0").next == ("rendered",)
    assert "render" in CUSTOMERS.request(Step("all", ""), "rendered").meta
    assert "render" not in CUSTOMERS.request(Step("all", ""), "0").meta
    rendered = CUSTOMERS.read(page("<a href='/customers/x'>X</a><a href='?p=2'>下一页</a>"), "rendered")
    assert (len(rendered.targets), rendered.next) == (1, ())
    with pytest.raises(ListingChanged, match="没有指向案例"):
        CUSTOMERS.read(page("<p>Nothing</p>"), "rendered")


def test_a_guessed_address_that_names_nothing_is_passed_over():
    leaf = GUESS.read(page("<p>Nothing</p>", f"{SITE}/cases"), "0")
    assert (leaf.targets, leaf.next) == ((), ())


@pytest.mark.parametrize("text", ["", "window._ROUTER_DATA = {", "window._ROUTER_DATA = undefined", "_ROUTER_DATA = {}"])
def test_what_is_no_state_is_passed_over(text):
    assert list(embedded(text)) == []


def test_states_with_braces_in_strings_and_several_of_them():
    text = 'window._ROUTER_DATA = {"a": "}</p>{"};window["__ASYNC_DATA__"]=[1];'
    assert list(embedded(text)) == [{"a": "}</p>{"}, [1]]


@pytest.mark.parametrize(
    ("one", "url"),
    [
        ({"url": "/customers/x"}, f"{SITE}/customers/x"),
        ({"link": "https://www.volcengine.com/partner/case/x"}, f"{SITE}/partner/case/x"),
        ({"href": "/theme/1-a-7-1"}, f"{SITE}/theme/1-a-7-1"),
        ({"href": "/theme/1-a-7-1", "url": "/product/x"}, None),
        ({"path": "/customers"}, None),
        ({"url": "/docs/6349/1"}, None),
    ],
)
def test_entries_of_a_state(one, url):
    target = entry(one)
    assert (target.url if target else None) == url


def test_articles_and_posts():
    assert article(Link(f"{ARTICLES}/7300000000000000001", "客户实践：示例传媒"))
    assert not article(Link(f"{ARTICLES}/7300000000000000001", "十分钟学会排序"))
    assert not article(Link("https://developer.volcengine.com/users/1", "客户案例"))
    assert post(FeedEntry("https://www.cnblogs.com/volcengine/p/1.html", "示例公司携手火山引擎"))
    assert not post(FeedEntry("https://www.cnblogs.com/volcengine/p/1.html", "向量检索入门"))


def test_a_page_of_scripts_that_tells_its_story_in_a_state_is_no_challenge():
    scripts = "<html><body><div id=root></div><script>{}</script></body></html>"
    assert challenge_of(200, scripts.format('window._ROUTER_DATA = {"a": 1}')) == ""
    assert challenge_of(200, scripts.format("location.reload()"))


def test_a_short_story_in_a_state_is_read_although_the_page_asks_for_javascript():
    shown = replicas()["volcengine"].answer(Ask(urlsplit(f"{SITE}/customers/fanhua-zhifu")))
    reading = read(Document(shown.body, "text/html", "volcengine", f"{SITE}/customers/fanhua-zhifu"))
    assert b"enable JavaScript" in shown.body
    assert not reading.rejections
    assert len(reading.page.text) < 400
