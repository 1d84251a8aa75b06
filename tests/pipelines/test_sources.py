"""The source policies: what is official, of which tier, and every disguise that must not pass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.case import REASONS
from pipelines.sources import Seen, canonical_url, identity, judge, policies, vendor_of
from pipelines.sources.urls import path_pattern, under
from pipelines.vocabulary import DataError, codes

AWS = "https://aws.amazon.com/solutions/case-studies/"

ACCEPTED = [
    ("aws", AWS + "example-bakery/", 1, "case"),
    ("aws", AWS + "innovators/example-bakery/?did=cr_card&trk=cr_card", 1, "case"),
    ("aws", "https://aws.amazon.com/cn/solutions/case-studies/example/", 1, "case"),
    ("aws", "http://AWS.amazon.com./solutions/case-studies/example", 1, "case"),
    ("aws", "https://aws.amazon.com:443/blogs/storage/how-example-did/", 1, "blog"),
    ("aws", "https://aws.amazon.com/partners/success/example-partner/", 2, "partner"),
    ("aws", "https://aws.amazon.com/video/watch/example/", 2, "testimonial"),
    ("huaweicloud", "https://www.huaweicloud.com/partners/solutions/example", 2, "joint"),
    ("aws", "https://press.aboutamazon.com/2025/1/example-chooses-aws", 1, "press"),
    ("aws", "https://d1.awsstatic.com/whitepapers/example.pdf", 1, "whitepaper"),
    ("azure", "https://customers.microsoft.com/en-us/story/123-example-azure", 1, "case"),
    ("azure", "https://www.microsoft.com/en/customers/story/123-example-azure", 1, "case"),
    ("azure", "https://x.safelinks.protection.outlook.com/?url=https%3A%2F%2Fcustomers.microsoft.com%2Fstory%2F1-a&data=x", 1, "case"),
    ("gcp", "https://cloud.google.com/customers/example?hl=ja", 1, "case"),
    ("aliyun", "https://www.aliyun.com/customer-stories/ai-2024-example", 1, "case"),
    ("aliyun", "https://help.aliyun.com/zh/sls/customer-use-cases/example", 1, "case"),
    ("huaweicloud", "https://www.huaweicloud.com/cases/example.html", 1, "case"),
    ("volcengine", "https://www.cnblogs.com/volcengine/p/123.html", 2, "blog"),
    ("tencent", "https://cloud.tencent.com/customer/example", 1, "case"),
]

REJECTED = [
    ("aws", "https://aws.amazon.com.evil.example/solutions/case-studies/x/", "unofficial"),
    ("aws", "https://evil.example/aws.amazon.com/solutions/case-studies/x/", "unofficial"),
    ("aws", "https://notaws.amazon.com.example/solutions/case-studies/x", "unofficial"),
    ("aws", "https://xaws.amazon.com/solutions/case-studies/x", "unofficial"),
    ("aliyun", "https://notaliyun.com/customer-stories/x", "unofficial"),
    ("aws", "https://aws.amazon.com@evil.example/solutions/case-studies/x/", "unofficial"),
    ("aws", "https://user:pw@aws.amazon.com/solutions/case-studies/x/", "unofficial"),
    ("aws", "https://xn--ws-mia.amazon.com/solutions/case-studies/x/", "unofficial"),
    ("aws", "https://аws.amazon.com/solutions/case-studies/x/", "unofficial"),  # a Cyrillic a
    ("aws", "https://169.254.169.254/solutions/case-studies/x/", "unofficial"),
    ("aws", "https://2130706433/solutions/case-studies/x/", "unofficial"),
    ("aws", "https://0x7f.0.0.1/solutions/case-studies/x/", "unofficial"),
    ("aws", "https://[::1]/solutions/case-studies/x/", "unofficial"),
    ("aws", "https://aws.amazon.com:8443/solutions/case-studies/x/", "outside_policy"),
    ("aws", "ftp://aws.amazon.com/solutions/case-studies/x/", "outside_policy"),
    ("aws", "javascript:alert(1)", "outside_policy"),
    ("aws", "file:///etc/passwd", "outside_policy"),
    ("aws", "//aws.amazon.com/solutions/case-studies/x/", "outside_policy"),
    ("aws", AWS + "../../marketplace/x", "outside_policy"),
    ("aws", AWS + "%2e%2e/%2e%2e/x", "outside_policy"),
    ("aws", "https://aws.amazon.com\\@evil.example/", "outside_policy"),
    ("aws", AWS + "x\n", "outside_policy"),
    ("aws", "", "outside_policy"),
    ("aws", "https://[aws.amazon.com/", "outside_policy"),
    ("aws", "https://aws.amazon.com/pricing/", "outside_policy"),
    ("aws", AWS, "not_a_story"),
    ("aws", "https://aws.amazon.com/api/dirs/items/search?size=9", "not_a_story"),
    ("aws", "https://aws.amazon.com/podcasts/x/", "excluded"),
    ("volcengine", "https://www.volcengine.com/theme/1-a-7-1", "excluded"),
    ("huaweicloud", "https://www.huaweicloud.com/s/abc/t_30_p_1/", "excluded"),
    ("gcp", "https://www.youtube.com/watch?v=x", "unofficial"),
    ("nobody", AWS + "x", "unknown_vendor"),
]


@pytest.mark.parametrize(("vendor", "url", "tier", "kind"), ACCEPTED)
def test_official_pages_are_accepted_with_tier_and_kind(vendor, url, tier, kind):
    verdict = judge(vendor, url)
    assert (verdict.accepted, verdict.tier, verdict.kind) == (True, tier, kind)
    assert bool(verdict.proof) == (tier == 2)
    assert vendor_of(url) == vendor


@pytest.mark.parametrize(("vendor", "url", "code"), REJECTED)
def test_everything_else_is_rejected_with_a_known_reason(vendor, url, code):
    verdict = judge(vendor, url)
    assert (verdict.accepted, verdict.tier, verdict.code) == (False, None, code)
    assert verdict.code in REASONS
    assert verdict.detail


def test_listings_may_be_fetched_but_are_no_source():
    assert judge("aws", AWS).fetchable
    assert judge("aws", AWS + "x/").fetchable
    assert not judge("aws", "https://aws.amazon.com/pricing/").fetchable


@pytest.mark.parametrize(
    ("seen", "code"),
    [
        (None, ""),
        (Seen(author="阿里云云原生"), ""),
        (Seen(title="带你读《示例电子书》：示例客户"), ""),
        (Seen(author="某位开发者"), "excluded"),
        (Seen(title="我的笔记", text="带你读《示例》"), "excluded"),
        (Seen(), "excluded"),
    ],
)
def test_a_shared_host_needs_an_official_author_or_series(seen, code):
    verdict = judge("aliyun", "https://developer.aliyun.com/article/1000001", seen)
    assert verdict.code == code
    assert verdict.pending == (seen is None)


def test_a_partner_mark_at_the_top_of_a_page_makes_it_tier_2_with_the_mark_as_proof():
    top = judge("aws", AWS + "x/", Seen(text="Partner Success with AWS / Retail / Norway\nExample Bakery"))
    assert (top.tier, top.kind) == (2, "partner")
    assert "Partner Success with AWS" in top.proof
    deep = judge("aws", AWS + "x/", Seen(text="word " * 200 + "Partner Success with AWS"))
    assert deep.tier == 1


@pytest.mark.parametrize(
    ("vendor", "url", "expected"),
    [
        ("aws", "http://aws.amazon.com/solutions/case-studies/x?did=cr_card&trk=cr_card#top", AWS + "x/"),
        ("aws", AWS + "x/?utm_source=a&sc_channel=el", AWS + "x/"),
        ("aws", "https://d1.awsstatic.com/case-studies/x.pdf", "https://d1.awsstatic.com/case-studies/x.pdf"),
        ("aws", "https://aws.amazon.com/api/dirs/items/search?page=1&trk=a", "https://aws.amazon.com/api/dirs/items/search?page=1"),
        (
            "azure",
            "https://customers.microsoft.com/en-us/story/12-example-azure/",
            "https://www.microsoft.com/en/customers/story/12-example-azure",
        ),
        (
            "azure",
            "https://www.microsoft.com/en-in/customers/story/12-example-azure?msockid=1",
            "https://www.microsoft.com/en/customers/story/12-example-azure",
        ),
        ("gcp", "https://cloud.google.com/customers/example/", "https://cloud.google.com/customers/example"),
        ("aws", "https://evil.example/x?trk=1&a=2", "https://evil.example/x?a=2"),
        ("aws", "ftp://x", "ftp://x"),
        ("nobody", AWS, AWS),
    ],
)
def test_one_url_per_page(vendor, url, expected):
    assert canonical_url(vendor, url) == expected
    assert canonical_url(vendor, expected) == expected


def test_old_and_new_addresses_of_a_story_are_one_identity():
    old = "https://customers.microsoft.com/en-us/story/17-example-foods-azure-en-norway"
    new = "https://www.microsoft.com/en/customers/story/17-example-foods-azure"
    assert identity("azure", old) == identity("azure", new) == "azure:story:17"
    assert identity("aws", AWS + "x?trk=1") == AWS + "x/"


def test_look_alikes_belong_to_no_vendor():
    assert vendor_of("https://aws.amazon.com.evil.example/") is None
    assert vendor_of("https://www.cnblogs.com/somebody/p/1.html") is None
    assert vendor_of("not a url") is None


@given(st.text(max_size=60))
def test_no_text_makes_the_gate_raise_or_pass_by_accident(text):
    for vendor in policies():
        assert not judge(vendor, text).accepted
        assert not judge(vendor, "https://" + text + ".example/solutions/case-studies/x").accepted
        canonical_url(vendor, text)


@given(st.from_regex(r"[a-z0-9-]{1,12}", fullmatch=True))
def test_a_host_is_under_a_suffix_only_on_a_dot(label):
    assert under(f"{label}.aliyun.com", "aliyun.com")
    assert not under(f"{label}aliyun.com", "aliyun.com")


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("/a/*", "/a/b", True),
        ("/a/*", "/a/b/", True),
        ("/a/*", "/a/", False),
        ("/a/*", "/a/b/c", False),
        ("/a/**", "/a/b/c", True),
        ("/a/*.html", "/a/b.html", True),
        ("/a/*.html", "/a/bxhtml", False),
        ("{locale}/a", "/en-us/a", True),
        ("{locale}/a", "/a/", True),
        ("{locale}/a", "/english/a", False),
    ],
)
def test_path_patterns(pattern, path, matches):
    assert bool(path_pattern(pattern).fullmatch(path)) == matches


LAUNCHES = [
    ("示例软件与阿里云联合发布智慧工厂方案", "press"),
    ("智慧园区联合解决方案正式发布", "press"),
    ("Example Software and AWS Launch a New Joint Industrial Solution", "blog"),
]


@pytest.mark.parametrize(("title", "kind"), LAUNCHES)
def test_a_launch_of_a_joint_solution_is_tier_2_and_its_title_the_proof(title, kind):
    urls = {"press": "https://press.aboutamazon.com/2025/1/example", "blog": "https://aws.amazon.com/blogs/industries/example/"}
    assert judge("aws", urls[kind]).kind == kind
    verdict = judge("aws", urls[kind], Seen(title=title))
    assert (verdict.accepted, verdict.tier, verdict.kind) == (True, 2, "joint")
    assert "标题写明“" in verdict.proof
    assert verdict.proof.partition("“")[2].removesuffix("”") in title


def test_a_customers_story_that_was_made_with_a_partner_stays_what_its_section_says():
    told = Seen(title="示例钢铁携手示例集成伙伴，以联合解决方案上云")
    assert judge("aliyun", "https://www.aliyun.com/customer-stories/steel-2025-example", told).kind == "case"


@pytest.mark.parametrize(
    "title", ["客户证言：示例银行", "示例银行的用户证言", "Customer Testimonial: Example Bank", "Example Bank video testimonial"]
)
def test_a_testimonial_is_tier_2_wherever_it_stands(title):
    verdict = judge("aws", AWS + "x/", Seen(title=title))
    assert (verdict.tier, verdict.kind) == (2, "testimonial")
    assert verdict.proof


@pytest.mark.parametrize("vendor", [*codes().vendor, "tencent"])  # a vendor that is added may have none
def test_every_vendor_of_the_framework_has_a_place_for_each_kind_of_tier_2(vendor):
    found = {source.kind: source for source in policies()[vendor].sources if source.tier == 2}
    assert {"joint", "partner", "testimonial"} <= set(found)
    assert all(source.proof for source in found.values())


@pytest.mark.parametrize("url", ["https://www.youtube.com/watch?v=x", "https://youtu.be/x", "https://www.bilibili.com/video/x"])
def test_a_platform_of_videos_is_nobodys_host_and_told_what_would_do(url):
    verdict = judge("aws", url)
    assert (verdict.accepted, verdict.code) == (False, "unofficial")
    assert "文字稿" in verdict.detail
    assert "文字稿" not in judge("aws", "https://evil.example/watch").detail


def write_policy(folder, kind, tier):
    path = folder / "example.yaml"
    path.write_text(
        "name: Example\nofficial: [example.com]\nsources:\n"
        f"  - {{host: www.example.com, path: '/x/*', kind: {kind}, tier: {tier}, proof: shown on the page}}\n",
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize(
    ("kind", "tier", "said"), [("testimonial", 1, "tier 2"), ("podcast", 1, "podcast"), ("joint", 3, "tier is 1, or 2")]
)
def test_a_policy_with_an_unknown_kind_or_too_good_a_tier_is_refused(tmp_path, kind, tier, said):
    from pipelines.sources import _checked

    with pytest.raises(DataError, match=said):
        _checked(write_policy(tmp_path, kind, tier))


def test_a_kind_may_have_less_than_its_best_tier(tmp_path):
    from pipelines.sources import _checked

    assert _checked(write_policy(tmp_path, "blog", 2)).sources[0].tier == 2
