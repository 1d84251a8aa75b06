"""A listing drawn by script, through Chromium; skipped where none is installed."""

from __future__ import annotations

import asyncio
import shutil
from types import SimpleNamespace

import pytest
from scrapy.settings import Settings

from crawlers.failures import Declined
from crawlers.listings import RenderedListing, Target
from crawlers.rendering import NAMES, Browser
from crawlers.sandbox.server import serving
from crawlers.sandbox.site import facts_of
from pipelines.search_plan import Step

LISTING = RenderedListing(
    name="grid",
    url="https://aws.amazon.com/solutions/case-studies/",
    card=lambda link: Target(link.url) if "/solutions/case-studies/" in link.url and link.url.count("/") > 5 else None,
    more=("More",),
    wait_for="#grid a",
)
CRAWLER = SimpleNamespace(settings=Settings({"USER_AGENT": "cloud-insights/0"}), spider=SimpleNamespace(name="aws"))


def fetch(address, listing=LISTING):
    async def run():
        browser = Browser(CRAWLER, address)
        try:
            return await browser.fetch(listing.request(Step("all", ""), "0"))
        finally:
            await browser.close()

    return asyncio.run(run())


@pytest.mark.skipif(not any(map(shutil.which, NAMES)), reason="no Chromium is installed")
def test_the_button_is_pressed_until_every_card_is_there_and_no_other_host_is_asked():
    with serving() as server:
        response = fetch(server.address)
        asked = set(server.sandbox.asked)
    leaf = LISTING.read(response, "0")
    assert len(leaf.targets) == len(facts_of("aws").customers)
    assert response.url == LISTING.url
    assert {url.split("/")[2] for url in asked} == {"aws.amazon.com"}


def test_without_a_browser_the_listing_fails_by_name(monkeypatch):
    monkeypatch.setattr("crawlers.rendering.shutil.which", lambda name: None)
    with pytest.raises(Declined) as told:
        fetch("http://127.0.0.1:1")
    assert told.value.failed.kind == "no_browser"
