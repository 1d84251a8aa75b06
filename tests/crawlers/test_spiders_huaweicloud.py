"""华为云: three spellings of one listing, official accounts among individuals, and a firewall that is not fought."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from crawlers.listings import Link
from crawlers.middlewares.challenge import challenge_of
from crawlers.sandbox.server import Behaviour
from crawlers.sandbox.site import Ask, facts_of, replicas
from crawlers.spiders.huaweicloud import BLOGS, SITE, card, located, post


@pytest.fixture(scope="module")
def crawled(shared_crawl):
    return shared_crawl(vendor="huaweicloud")


def test_every_case_is_found_once_over_all_spellings(crawled):
    assert (crawled.status, crawled.manifest["status"]) == (0, "complete")
    wanted = {c.name for c in facts_of("huaweicloud").customers if c.layout != "community"}
    assert {c.customer_name.value for c in crawled.library.cases()} == wanted
    assert {f"{SITE}/cases", f"{SITE}/cases/", f"{SITE}/cases.html"} <= set(crawled.asked)
    assert crawled.asked[f"{SITE}/cases/minjiang-yinhang.html"] == 1


def test_an_individual_s_blog_is_refused_and_an_official_one_is_dated_by_its_byline(crawled):
    refused = {r["url"]: (r["code"], r["detail"]) for r in crawled.manifest["rejections"]}
    assert refused[f"{BLOGS}/470003"] == ("excluded", "社区个人文章，作者 路人乙 不是官方账号")
    official = next(c for c in crawled.library.cases() if c.customer_name.value == "示例众联支付")
    assert (official.kind, official.published.value) == ("blog", "2025-02-27")


def test_aggregations_disguises_and_vanished_pages_have_their_reasons(crawled):
    refused = {r["url"]: r["code"] for r in crawled.manifest["rejections"]}
    assert refused[f"{SITE}/s/ZXhhbXBsZQ/t_30_p_1/index.html"] == "excluded"
    assert refused["https://www.huaweicloud.com@evil.example/cases/x.html"] == "unofficial"
    assert refused[f"{SITE}/cases/example-vanished.html"] == "not_found_page"
    gbk = next(c for c in crawled.library.cases() if c.customer_name.value == "示例岚州市档案馆")
    assert gbk.lang == "zh"


def test_a_firewall_ends_the_crawl_as_blocked(crawl):
    crawled = crawl(vendor="huaweicloud", behaviour=Behaviour(challenge="/cases"), settings=("CONCURRENT_REQUESTS=1",))
    assert (crawled.status, crawled.manifest["status"], crawled.manifest["kinds"][0]) == (1, "blocked", "challenge")


def test_the_replica_challenges_a_client_that_does_not_say_what_it_accepts():
    found = replicas()["huaweicloud"].answer(Ask(urlsplit(f"{SITE}/cases.html")))
    assert challenge_of(found.status, found.body.decode())


@pytest.mark.parametrize(
    ("link", "wanted"),
    [
        (Link(f"{SITE}/cases/pgyw.html", ""), True),
        (Link(f"{SITE}/intl/zh-cn/cases/x.html", ""), True),
        (Link(f"{SITE}/partners/cases/x", ""), True),
        (Link(f"{SITE}/s/abc/t_30_p_1/x", ""), True),  # offered, and turned away by the policy with its reason
        (Link("https://media.example.com/x", "示例客户携手华为云"), True),
        (Link("https://media.example.com/x", "关注我们"), False),
        (Link(f"{SITE}/cases.html", "客户案例"), False),
        (Link(f"{SITE}/product/obs.html", "对象存储"), False),
    ],
)
def test_cards_of_the_listing(link, wanted):
    assert bool(card(link)) is wanted


def test_site_map_and_blogs():
    assert located(Link(f"{SITE}/cases/x.html", ""))
    assert not located(Link(f"{SITE}/product/obs.html", ""))
    assert post(Link(f"{BLOGS}/470001", "客户实践：示例支付"))
    assert not post(Link(f"{BLOGS}/470001", "十分钟学会排序"))
    assert not post(Link(f"{BLOGS}/tags/1", "客户案例"))
