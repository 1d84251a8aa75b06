"""A persona's name says no more than its cases bear out (document 1 §2.2, 常见陷阱 3)."""

from dataclasses import replace

import numpy as np
import pytest

from analysis import generate
from analysis.evidence import Book
from analysis.load import to_rows
from analysis.model import BenefitRow, Text
from analysis.personas import naming
from analysis.personas.features import encode

BASE = to_rows(generate.cases(1), Book(()))[0]


def rows(n, industry=None, scenario="ai", needs=(), size=None):
    return [replace(BASE, industry=industry, scenario=scenario, challenges=needs, company_size=size, benefits=())] * n


def named(mine, rest=()):
    """The Chinese and English name of a persona of the rows ``mine`` in a category that has the ``rest`` too."""
    held = [replace(r, id=f"r{i}", customer_key=f"示例{i}") for i, r in enumerate([*mine, *rest])]
    (_, text), *_ = naming.name_all([naming.parts_of(encode(held), np.arange(len(mine)))])
    return text.zh, text.en


OTHERS = [*rows(20, "manufacturing.energy"), *rows(20, "retail.chains"), *rows(20, "software.saas")]


def test_an_industry_that_few_of_all_cases_tell_does_not_name_though_most_of_the_known_have_it():
    mine = [*rows(14, "finance"), *rows(13), *rows(5, "retail.chains"), *rows(5, "manufacturing.energy")]
    assert named(mine, OTHERS)[0] == "金融等行业AI应用客户"
    assert named([*mine, *rows(10, "finance")], OTHERS)[0] == "金融AI应用客户"


def test_two_cases_name_no_persona_after_their_industry():
    assert "医疗" not in named([*rows(2, "healthcare.providers"), *rows(1, "software.saas")], OTHERS)[0]
    assert named(rows(3, "healthcare.providers"), OTHERS)[0] == "医院AI应用客户"


@pytest.mark.parametrize(
    ("counts", "name"),
    [
        ((1, 1, 1), "跨行业"),
        ((5, 4, 4), "跨行业"),
        ((5, 4, 3), "教育与制造"),
        ((6, 2, 2), "教育AI"),
    ],
)
def test_a_pair_of_industries_names_where_both_have_cases_enough_and_no_third_as_many(counts, name):
    mine = [r for n, top in zip(counts, ("education", "manufacturing", "software"), strict=True) for r in rows(n, top, needs=("cost",))]
    everywhere = [*rows(15, "education"), *rows(15, "manufacturing"), *rows(15, "software")]
    assert named(mine, everywhere)[0].startswith(name)


def test_an_industry_leads_only_where_it_is_the_most_frequent_and_tested_to_be_more_frequent_than_elsewhere():
    mine = [*rows(8, "software"), *rows(6, "healthcare"), *rows(6, "manufacturing"), *rows(4, "finance"), *rows(4, "retail")]
    usual = [*rows(40, "software"), *rows(5, "healthcare"), *rows(5, "manufacturing"), *rows(50, "finance")]
    assert named([replace(r, challenges=("cost",)) for r in mine], usual)[0] == "跨行业AI应用客户（重降本）"
    rare = [*rows(10, "software"), *rows(5, "healthcare"), *rows(5, "manufacturing"), *rows(80, "finance")]
    assert named(mine, rare)[0] == "软件服务等行业AI应用客户"  # of two that follow with as many cases none is named before the other
    assert named([*mine, *rows(1, "healthcare")], rare)[0] == "软件服务与医疗等行业AI应用客户"


def test_schools_are_no_digital_natives():
    mine = [*rows(4, "education"), *rows(3, "software"), *rows(3, "internet"), *rows(4, "travel")]
    assert "数字原生" not in named(mine, OTHERS)[0]
    assert named([*rows(4, "media"), *rows(4, "software"), *rows(4, "internet"), *rows(4, "travel")], OTHERS)[0].startswith("数字原生行业")


def test_a_need_is_stressed_where_more_cases_name_it_than_elsewhere_and_else_leant_to():
    mine = [*rows(10, None, "internet-native", ("operations", "agility")), *rows(10, None, "internet-native", ("operations",))]
    rest = rows(40, None, "data-analytics", ("operations",))
    assert named(mine, rest) == ("跨行业云原生应用客户（重快速上线）", "Cross-industry cloud-native customers (stressing time-to-market)")
    same = rows(40, None, "data-analytics", ("operations", "agility"))
    assert "（偏省运维）" in named(mine, same)[0]


def test_what_the_scenario_says_itself_is_stressed_last():
    mine = rows(10, None, "data-analytics", ("analytics", "cost"))
    assert named(mine, rows(40))[0].endswith("（重降本）")
    assert named(rows(10, None, "data-analytics", ("analytics",)), rows(40))[0].endswith("（重数据洞察）")


def test_results_alone_stress_nothing():
    """What results imply is not what customers name: the report beside the name counts what they name."""
    gain = BenefitRow(30, "%", "down", "cost", Text("成本 ↓ 30%", "cost ↓ 30 %"), "成本下降 30%")
    proud = [replace(r, benefits=(gain,)) for r in rows(10, needs=("operations",))]
    assert "降本" not in named(proud, rows(40, needs=("reliability",)))[0]
