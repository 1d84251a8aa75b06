"""Google Cloud: a listing that only a browser can show, and what is left where there is no browser."""

from __future__ import annotations

import shutil

import pytest

from crawlers.listings import FeedEntry, Link
from crawlers.rendering import NAMES
from crawlers.sandbox.site import facts_of
from crawlers.spiders.gcp import card, story

HOST = "https://cloud.google.com"
needs_browser = pytest.mark.skipif(not any(map(shutil.which, NAMES)), reason="no Chromium installed: rendered listings cannot be read")


@pytest.fixture(scope="module")
def crawled(shared_crawl):
    return shared_crawl(vendor="gcp")


@needs_browser
def test_the_more_button_is_pressed_until_it_is_gone(crawled):
    assert (crawled.status, crawled.manifest["status"]) == (0, "complete")
    assert {c.customer_name.value for c in crawled.library.cases()} == {c.name for c in facts_of("gcp").customers}
    seen = {s["listing"]: s["targets"] for s in crawled.manifest["account"]["sightings"]}
    assert seen["customers"] == len(facts_of("gcp").customers) + len(facts_of("gcp").links)
    refused = {r["url"]: r["code"] for r in crawled.manifest["rejections"]}
    assert refused["https://www.youtube.com/watch?v=example-gcp-1"] == "unofficial"
    assert refused[f"{HOST}/customers/example-vanished"] == "not_found_page"


@needs_browser
def test_stories_of_listing_and_feed_are_read_once_under_one_address(crawled):
    blog = f"{HOST}/blog/topics/customers/example-pinecone-energy"
    assert crawled.asked[blog] == 1
    assert next(c.kind for c in crawled.library.cases() if c.source_url.value == blog) == "blog"
    assert not any("?hl=" in c.source_url.value for c in crawled.library.cases())


@needs_browser
def test_three_labels_and_no_hidden_claim(crawled):
    cases = {c.customer_name.value: c for c in crawled.library.cases()}
    genomics = cases["Example Cedar Genomics"]
    assert genomics.industry.value.startswith("healthcare")
    assert not any("Rival" in e.quote for _, e in genomics.all_evidence())


def test_without_a_browser_the_listing_is_skipped_and_the_run_says_so(crawl, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    crawled = crawl(vendor="gcp")
    assert (crawled.status, crawled.manifest["status"]) == (1, "incomplete")
    assert [(f["kind"], f["url"]) for f in crawled.manifest["failures"]] == [("no_browser", f"{HOST}/customers")]
    assert "Chromium" in crawled.manifest["failures"][0]["detail"]
    assert len(list(crawled.library.cases())) >= 5  # generative AI stories and the blog's feed


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        (f"{HOST}/customers/example-bank", True),
        (f"{HOST}/customers/featured/example-bank/", True),
        (f"{HOST}/blog/topics/customers/example-bank", True),
        ("https://www.youtube.com/watch?v=x", True),  # offered, and turned away by the policy with its reason
        (f"{HOST}/customers", False),
        (f"{HOST}/docs/storage", False),
        ("https://cloud.google.com.evil.example/customers/x", False),
    ],
)
def test_cards(url, wanted):
    assert bool(card(Link(url, "A story"))) is wanted


def test_stories_of_the_feed():
    assert story(FeedEntry(f"{HOST}/blog/topics/customers/x", "X"))
    assert story(FeedEntry(f"{HOST}/blog/products/x", "X", categories=("Customers", "Storage")))
    assert story(FeedEntry(f"{HOST}/blog/products/x", "X", categories=("Storage",))) is None
