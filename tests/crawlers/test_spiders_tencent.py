"""腾讯云: a seventh vendor in one file, whose listing and stories are embedded states."""

from __future__ import annotations

import pytest

from crawlers.sandbox.site import facts_of
from crawlers.spiders.tencent import SITE, entries, entry


@pytest.fixture(scope="module")
def crawled(shared_crawl):
    return shared_crawl(vendor="tencent")


def test_one_answer_names_every_case_and_each_is_read_from_its_state(crawled):
    assert (crawled.status, crawled.manifest["status"]) == (0, "complete")
    assert {c.customer_name.value for c in crawled.library.cases()} == {c.name for c in facts_of("tencent").customers}
    refused = {r["url"]: r["code"] for r in crawled.manifest["rejections"]}
    assert refused == {f"{SITE}/developer/user/1": "excluded", f"{SITE}/customer/finance/example-vanished": "not_found_page"}


def test_entries_carry_the_industry_they_are_listed_under():
    child = {"url": "/customer/finance/x", "name": "示例银行", "title": "T"}
    state = [{"a": {"categories": [{"category": {"name": "金融", "children": [child, {"name": "无地址"}, "x"]}}, {"category": None}]}}]
    found = [entry(one) for one in entries(state)]
    assert [t and (t.url, t.facts, t.title) for t in found] == [
        (f"{SITE}/customer/finance/x", (("customer", "示例银行"), ("industry", "金融")), "T"),
        None,
    ]
