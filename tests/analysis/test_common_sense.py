"""专家常识验证 (document 1 §2.3): a persona beside the other customers of its category, by kind of customer and by scenario."""

from dataclasses import replace

import pytest

from analysis import generate
from analysis.evidence import Book
from analysis.insight.world import Group
from analysis.load import to_rows
from analysis.model import Text
from analysis.validate.common_sense import common_sense

BASE = to_rows(generate.cases(1), Book(()))[0]
NAME = Text("示例画像", "an example persona")


def rows(n, needs, industry="finance.banking", scenario="core-migration", tag="a"):
    """Rows of their own customers that all name the same factors."""
    made = replace(BASE, industry=industry, company_size=None, scenario=scenario, challenges=tuple(needs), benefits=())
    return [replace(made, id=f"{tag}{i}", customer_key=f"示例{tag}{i}") for i in range(n)]


@pytest.fixture
def sense(clear):
    """The check of a persona of the rows ``mine`` in a category that has the ``rest`` too."""

    def go(mine, rest, archetype="finance-large", mix=()):
        persona = replace(clear.personas[0], id="p", name=NAME, cases=tuple(r.id for r in mine))
        return common_sense([*mine, *rest], Group(0, "p", NAME, tuple(mine), archetype, mix=mix), persona)

    return go


USUAL = [
    *rows(20, ("operations", "scalability"), "retail.chains", "data-analytics", "b"),
    *rows(20, ("cost",), "internet.gaming", "ai", "c"),
]


@pytest.mark.parametrize(
    ("needs", "colour"),
    [
        (("security", "compliance", "operations"), "green"),
        (("operations", "scalability"), "amber"),
        (("intelligence",), "amber"),
    ],
)
def test_what_experts_expect_is_asked_beside_the_other_customers(sense, needs, colour):
    assert sense(rows(12, needs), USUAL).colour == colour


def test_operations_with_everybody_do_not_make_a_bank_odd(sense):
    """In published cases operations lead with everybody: a bank that cares for compliance more than others do is as expected."""
    said = sense(rows(12, ("operations", "scalability", "compliance")), rows(40, ("operations", "scalability"), "retail.chains", "ai", "b"))
    assert said.colour == "green"
    assert "符合常识" in said.finding.zh


def test_a_bank_that_cares_less_than_others_for_what_banks_care_for_is_red(sense):
    others = rows(30, ("security", "compliance", "reliability"), "retail.chains", "core-migration", "b")
    said = sense(rows(12, ("operations", "agility")), others)
    assert said.colour == "red"
    assert "与常识相反" in said.finding.zh
    assert said.cases


def test_what_nobody_expects_is_named_and_never_green(sense):
    said = sense(rows(12, ("compliance", "sustainability")), USUAL)
    assert said.colour == "amber"
    assert "没有预期到的突出因素：可持续" in said.finding.zh
    few = [*rows(10, ("compliance",)), *rows(2, ("compliance", "sustainability"), tag="d")]
    assert "可持续" not in sense(few, USUAL).finding.zh


def test_too_few_customers_prove_nothing(sense):
    told = sense(rows(4, ("compliance",)), USUAL)
    assert told.colour == "amber"
    assert told.finding.zh.count("无从对照") == 2
    again = [replace(r, customer_key="示例") for r in rows(12, ("compliance",))]
    assert sense(again, USUAL).finding.zh.count("无从对照") == 2
    unknown = sense(rows(12, ("compliance",), industry=None), USUAL, "general")
    assert "说明行业并提到因素的客户少于 5 个" in unknown.finding.zh


def test_each_customer_of_a_mixed_persona_is_asked_by_its_own_kind(sense):
    banks, shops = rows(8, ("compliance", "security")), rows(8, ("integration", "cost"), "retail.chains", tag="s")
    swapped = [replace(r, challenges=o.challenges) for r, o in zip([*banks, *shops], [*shops, *banks], strict=True)]
    mixed = {"archetype": "finance-large", "mix": ("finance-large", "enterprise-large")}
    assert "客户类型（金融机构、实体与服务企业）" in sense([*banks, *shops], USUAL, **mixed).finding.zh
    assert sense([*banks, *shops], USUAL, **mixed).finding.zh.split("业务场景")[0].count("符合常识") == 1
    assert "符合常识" not in sense(swapped, USUAL, **mixed).finding.zh.split("业务场景")[0]


def test_what_most_kinds_of_customers_would_be_confirmed_by_proves_little(sense):
    said = sense(
        rows(12, ("cost",), "software.saas", "internet-native"), rows(40, ("analytics",), "retail.chains", "ai", "b"), "digital-large"
    )
    assert said.colour == "amber"
    assert "证明力弱" in said.finding.zh


def test_what_the_scenario_says_itself_is_left_out(sense):
    mine = rows(12, ("intelligence", "operations"), "retail.chains", "ai")
    said = sense(mine, rows(30, ("operations",), "retail.chains", "data-analytics", "b"), "enterprise-large")
    assert "场景自带的智能化不计" in said.finding.zh
    assert said.colour == "amber"
