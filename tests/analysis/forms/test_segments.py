"""A business in a form beside an industry that does not run it (documents 2 and 4 §七): every industry has businesses of its own."""

import pytest

from analysis.intake.check import check
from analysis.intake.contradictions import words
from analysis.intake.read import read_forms
from pipelines.vocabulary import codes


def found(industry, segment):
    (form,) = read_forms(f"[客户行业]：{industry}\n- 细分领域：{segment}")
    return [f.check for f in check(form, "2026-11-27") if f.check == "segment"]


def test_every_industry_that_builds_not_for_others_has_businesses_of_its_own():
    held = {code.partition(".")[0] for code in words().segments}
    assert held >= set(codes().industry) - set(words().sellers)


@pytest.mark.parametrize(
    ("industry", "segment"),
    [
        ("制造", "携号转网"),
        ("电信", "整车制造"),
        ("零售", "地铁运营"),
        ("农业", "影视制作"),
        ("银行", "连锁超市"),
        ("医院", "炼油与加油站"),
        ("航空", "物业管理"),
        ("酒店", "新药研发"),
        ("教育", "生猪养殖"),
        ("公益组织", "晶圆制造"),
        ("政府", "证券经纪"),
        ("汽车制造", "水泥生产"),
    ],
)
def test_a_business_of_another_industry_is_told(industry, segment):
    assert found(industry, segment) == ["segment"]


@pytest.mark.parametrize(
    ("industry", "segment"),
    [
        ("高校", "新药研发"),
        ("科研机构", "药物发现"),
        ("制药", "新药研发与临床试验"),
        ("能源", "电网调度"),
        ("公共事业", "电网调度"),
        ("食品制造", "生猪养殖"),
        ("农业", "生猪养殖"),
        ("银行", "收单业务"),
        ("支付", "收单业务"),
        ("制造", "炼钢"),
        ("软件", "物业管理系统"),
        ("互联网", "手游"),
        ("餐饮", "连锁餐饮"),
        ("医疗", "种植牙"),
    ],
)
def test_a_business_that_several_industries_run_is_none_of_another(industry, segment):
    assert found(industry, segment) == []
