"""Challenges: what a page complains of or asks for, with the sentence that says so."""

import pytest
from story_blocks import story_of

from pipelines.steps import challenges


def found(*blocks, **more):
    return challenges.run(story_of(*blocks, **more), {})["challenges"]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("Example Bakery could not scale its shop for peak traffic; capacity was limited.", {"scalability"}),
        ("The old servers suffered outages and unplanned downtime, and data loss was feared.", {"reliability"}),
        ("Running the data center was expensive, and license fees and hardware costs kept rising.", {"cost"}),
        ("Staff spent hours on manual, repetitive paperwork, which was time-consuming and error-prone.", {"operations"}),
        ("Queries were slow: high latency was the bottleneck and reports took hours to run.", {"performance"}),
        ("The bank needed to meet strict regulatory requirements such as GDPR and pass every audit.", {"compliance"}),
        ("Customer data sat in silos over disparate legacy systems that were hard to integrate with.", {"integration"}),
        ("Releases were lengthy: release cycles took months and delayed launches hurt time to market.", {"agility"}),
        ("示例银行的核心库单机存在性能瓶颈，查询响应慢，高并发时延迟高。", {"performance"}),
        ("随着业务快速增长，数据量激增，单机容量不足，扩容困难，难以应对流量高峰。", {"scalability"}),
        ("运维复杂，大量工作依赖人工，效率低，门槛高。", {"operations"}),
        ("各系统形成数据孤岛，数据来源分散，格式不统一，难以整合。", {"integration"}),
        ("自建机房成本高昂，资源利用率低，造成资源浪费。", {"cost"}),
        ("系统经常宕机，存在单点故障，数据丢失风险大，稳定性差。", {"reliability"}),
    ],
)
def test_a_complaint_in_the_challenge_section_is_a_challenge(words, wanted):
    assert wanted <= set(found(("challenge", words)).values())


def test_every_challenge_has_a_quote_at_its_span_that_names_it():
    raw = story_of(("lead", "A story."), ("challenge", "Costs were high and expensive hardware stood idle. The team was small."))
    got = challenges.run(raw, {})["challenges"]
    assert "cost" in got.values()
    for item in got.items:
        assert all(e.check(raw.page.text) for e in item.evidence)
        assert 0 < item.confidence <= 1
    cost = next(i for i in got.items if i.value == "cost")
    assert cost.evidence[0].quote == "Costs were high and expensive hardware stood idle."


@pytest.mark.parametrize(
    "blocks",
    [
        [("other", "noise", "Example Store is a scalable, secure, low-cost storage service.")],
        [("products", "product", "Example Store: cut costs and scale your storage.")],
        [("future", "The bakery will continue to cut costs and improve latency.")],
        [("other", "This service lets you cut your costs and scale your storage without downtime.")],
        [("other", "The bread was fresh.")],
    ],
)
def test_boilerplate_plans_and_empty_talk_complain_of_nothing(blocks):
    got = found(*blocks)
    assert got.values() == ()
    assert got.reason == "no_challenge_named"


def test_a_complaint_weighs_more_than_the_same_word_in_a_product_sentence():
    complaint, _ = challenges.scores(story_of(("challenge", "The shop struggled with downtime and outages.")))
    product, _ = challenges.scores(story_of(("outcome", "The shop now enjoys less downtime, and outages ended.")))
    assert complaint["reliability"] > product["reliability"]


def test_scattered_text_tells_by_its_sentences():
    got = found(
        ("other", "Example Bakery wanted to reduce its infrastructure costs, as hardware was expensive."),
        ("other", "It also struggled to scale when demand peaked and its capacity was limited."),
        ordered=False,
    )
    assert {"cost", "scalability"} <= set(got.values())


def test_the_most_probable_comes_first():
    got = found(("challenge", "Manual work was time-consuming. Manual, repetitive paperwork cost effort. Queries were slow."))
    confidences = [i.confidence for i in got.items]
    assert confidences == sorted(confidences, reverse=True)
    assert got.values()[0] == "operations"
