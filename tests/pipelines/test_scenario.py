"""The business scenario: what was done tells, by words, products and categories."""

import pytest
from story_blocks import many, story_of

from pipelines.steps import scenario


def found(*blocks, categories=(), products=()):
    given = {"categories": many(*categories), "products": many(*products)}
    return scenario.run(story_of(*blocks), given)["scenario"]


@pytest.mark.parametrize(
    ("words", "categories", "wanted"),
    [
        (
            "Example Bank migrated its core banking system and Oracle databases from its data center.",
            ("原生关系型数据库",),
            "core-migration",
        ),
        ("Example Mill moved SAP ERP and disaster recovery to virtual machines.", ("虚拟服务器",), "core-migration"),
        ("Example Radio built a data lake with analytics dashboards for business intelligence.", ("数据湖", "数据仓库"), "data-analytics"),
        ("Example Games runs its mobile game on Kubernetes containers and serverless microservices.", ("容器托管",), "internet-native"),
        ("Example Clinic trained machine learning models and built a generative AI chatbot.", ("MaaS", "AI平台"), "ai"),
        ("示例银行将核心账务系统从 Oracle 迁移到分布式数据库，实现两地三中心容灾。", ("原生关系型数据库",), "core-migration"),
        ("示例零售建设数据仓库与实时数仓，报表与多维分析提速。", ("数据仓库",), "data-analytics"),
        ("示例出行的微服务应用部署在容器与 Serverless 平台上，支撑小程序。", ("Serverless容器",), "internet-native"),
        ("示例餐饮基于大模型搭建智能客服与知识库问答。", ("MaaS",), "ai"),
    ],
)
def test_what_was_done_tells_the_scenario(words, categories, wanted):
    got = found(("solution", words), categories=categories)
    assert got.value == wanted
    assert got.evidence[0].quote == words
    assert {code for code, _, _ in got.losers} == set(scenario.scenarios()) - {wanted}


def test_nothing_told_is_unknown_with_the_candidates_that_lost():
    got = found(("lead", "The bread is fresh every day."))
    assert got.value is None
    assert got.reason == "no_scenario_told"
    assert len(got.losers) == 4


def test_categories_alone_are_no_evidence():
    got = found(("lead", "Example Bakery is happy with Blue Lake."), categories=("数据湖", "大数据平台"))
    assert (got.value, got.evidence) == (None, ())
    assert got.losers[0][0] == "data-analytics"


def test_category_votes_name_only_categories_and_scenarios_of_the_contract():
    assert set(scenario.category_votes()) == set(scenario.codes().categories())
