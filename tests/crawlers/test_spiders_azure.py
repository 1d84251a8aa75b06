"""Azure: the search asked once for each size, stories of both hosts as one, and a whole crawl of the replica."""

from __future__ import annotations

import json

import pytest

from crawlers.base import LISTING_PRIORITY
from crawlers.listings import FeedEntry, Link
from crawlers.sandbox.site import facts_of
from crawlers.spiders.azure import SIZES, AzureSpider, address, card, search_body, story, technical
from pipelines.search_plan import Step
from pipelines.sources import canonical_url, identity

STEP = Step("product", "Azure Blob Storage", "对象存储", "Azure Blob Storage")
STORIES = "https://www.microsoft.com/en/customers/story/"


@pytest.fixture(scope="module")
def crawled(shared_crawl):
    return shared_crawl(vendor="azure")


def test_every_story_is_found_and_everything_else_has_its_reason(crawled):
    assert (crawled.status, crawled.manifest["status"]) == (0, "complete")
    assert {c.customer_name.value for c in crawled.library.cases()} == {c.name for c in facts_of("azure").customers}
    refused = {r["url"]: r["code"] for r in crawled.manifest["rejections"]}
    assert refused["https://techcommunity.microsoft.com/blog/example-notes"] == "excluded"
    assert refused["https://www.youtube.com/watch?v=example-azure"] == "unofficial"
    assert refused[f"{STORIES}1-example-vanished"] == "not_found_page"


def test_the_size_facet_tells_the_size_where_the_page_does_not(crawled):
    cases = {c.customer_name.value: c for c in crawled.library.cases()}
    bank = cases["Example Northgate Bank"].company_size
    assert (bank.value, bank.method, bank.evidence) == ("large", "size.listing:organization-size:10000-employees", ())
    own = cases["Example Fernway Studios"].company_size  # its page names 220 employees: words that can be shown go first
    assert own.value == "small"
    assert "220" in own.evidence[0].quote


def test_a_story_of_the_former_host_is_read_under_its_present_address(crawled):
    mapleton = next(c for c in crawled.library.cases() if c.customer_name.value == "Example City of Mapleton")
    assert mapleton.source_url.value.startswith(STORIES)
    assert mapleton.source_url.value.endswith("azure-government-en-australia")
    assert not any("customers.microsoft.com/en-us/story" in url for url in crawled.asked)


def test_hidden_claims_and_dates_above_the_headline(crawled):
    cases = {c.customer_name.value: c for c in crawled.library.cases()}
    assert not any("Rival" in e.quote for _, e in cases["Example Lakeside Hospitals"].all_evidence())
    assert cases["Example Northgate Bank"].published.value == "2025-03-18"


def test_old_and_new_addresses_of_a_number_are_one_page():
    number = "1797319592906573606"
    old = f"https://customers.microsoft.com/en-us/story/{number}-example-azure-other-en-sweden"
    new = f"https://www.microsoft.com/ja-jp/customers/story/{number}-example-azure?msockid=1"
    assert identity("azure", old) == identity("azure", new) == f"azure:story:{number}"
    assert canonical_url("azure", old) == f"{STORIES}{number}-example-azure-other-en-sweden"


@pytest.mark.parametrize(
    ("step", "body"),
    [
        (STEP, {"query": "Azure Blob Storage"}),
        (
            Step("industry", "Azure Blob Storage manufacturing", "对象存储", "Azure Blob Storage", "manufacturing"),
            {"query": "Azure Blob Storage", "industries": "industry:manufacturing"},  # ``industry`` would be ignored by the site
        ),
        (Step("industry", "X internet", "对象存储", "X", "internet"), {"query": "X internet"}),
        (Step("all", ""), {}),
    ],
)
def test_what_the_search_is_asked(step, body):
    assert search_body(step) == body


def test_each_size_is_a_search_of_its_own_and_the_rest_comes_last():
    searches = {one.name: one for one in AzureSpider.listings}
    asked = [json.loads(searches[f"size-{size}"].request(STEP, "24").body) for size in SIZES]
    assert [a["organizationSize"] for a in asked] == [f"organization-size:{size}-employees" for size in SIZES]
    assert {(a["skip"], a["top"], a["products"]) for a in asked} == {(24, 24, "product:azure")}
    assert "organizationSize" not in json.loads(searches["search"].request(STEP, "0").body)

    spider = AzureSpider()
    spider.plan = type("Plan", (), {"steps": (STEP,)})()
    priority = {name: next(spider.open_listing(searches[name], 0, "0")).priority for name in ("size-10000", "search")}
    assert priority["size-10000"] == LISTING_PRIORITY > priority["search"] > 0


CONTENT = {
    "title": "Example Mill moves",
    "action": {"href": "21001-example-mill"},
    "industries": [{"text": "Manufacturing"}],
    "image": {"slot": {"badge": {"icon": {"alt": "Example Mill"}}}},
}


def test_a_card_says_company_industry_and_the_size_it_was_found_under():
    target = card({"content": CONTENT, "_ts": 1768943694}, "50-999")
    assert target.url == f"{STORIES}21001-example-mill"
    assert dict(target.facts) == {
        "customer": "Example Mill",
        "industry": "Manufacturing",
        "size_facet": "organization-size:50-999-employees",
    }
    assert (target.title, target.published) == ("Example Mill moves", None)  # _ts is a stamp of the database, never a date
    assert "size_facet" not in dict(card({"content": CONTENT}).facts)


@pytest.mark.parametrize("entry", [{}, {"content": None}, {"content": {"action": {"href": ""}}}, {"content": {"industries": ["x"]}}, []])
def test_a_card_that_leads_nowhere_is_none(entry):
    assert card(entry) is None


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("21001-x", f"{STORIES}21001-x"),
        ("/en-us/customers/story/1-x", "https://www.microsoft.com/en-us/customers/story/1-x"),
        ("https://customers.microsoft.com/en-us/story/1-x", "https://customers.microsoft.com/en-us/story/1-x"),
    ],
)
def test_addresses_of_cards(href, url):
    assert address(href) == url


def test_stories_of_the_blog_and_technical_cases():
    assert story(FeedEntry("https://azure.microsoft.com/en-us/blog/x", "X", categories=("Customer stories",))).title == "X"
    assert story(FeedEntry("https://azure.microsoft.com/en-us/blog/x", "X", categories=("Storage",))) is None
    base = "https://microsoft.github.io/techcasestudies/"
    links = (f"{base}iot/2017/x.html", f"{base}index.html", f"{base}about/", "https://example.com/x.html")
    assert [bool(technical(Link(url, ""))) for url in links] == [True, False, False, False]
