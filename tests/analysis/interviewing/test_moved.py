"""Customers that moved away from the personas in use: new industry, new scenario, another lead, cases outside; and nothing else."""

from dataclasses import replace

import pytest

from analysis import generate
from analysis.drift import drift, moved
from analysis.interviews.read import read_bytes
from analysis.interviews.voices import voices

ONE = generate.THREE[1]


@pytest.fixture(scope="module")
def held():
    return generate.cases(60)


@pytest.fixture(scope="module")
def old(run, held):
    return run(held)


def fresh(n, seed, **change):
    """So many customers that nobody knew."""
    return generate.cases(60 + n, (replace(ONE, **change),), seed=seed)[60:]


def said(statements):
    return {s.source.removeprefix("stat:"): s.text.zh for s in statements}


def test_a_new_industry_in_a_persona_in_use(run, held, old):
    found = said(moved(old, run([*held, *fresh(12, 77, industries=("retail.chains",))])))
    assert "出现新行业：零售" in found["moved.new.industry"]
    assert "moved.advice" in found


def test_a_new_scenario_of_known_customers_is_a_group_outside(run, held, old):
    found = said(moved(old, run([*held, *fresh(8, 78, scenarios=("internet-native", "ai"))])))
    assert "AI应用" in found["moved.outside"]


def test_new_cases_outside_of_all(run, held, old):
    other = {"industries": ("government.administration",), "scenarios": ("ai",), "needs": ("intelligence", "support"), "sizes": ("medium",)}
    found = said(moved(old, run([*held, *fresh(14, 79, **other)])))
    assert "不属于任何在用画像" in found["moved.outside"]
    assert "政务" in found["moved.outside"]


@pytest.mark.parametrize("more", [0, 20])
def test_more_of_the_same_is_no_move(run, held, old, more):
    new = run([*held, *fresh(more, 80)]) if more else old
    (only,) = moved(old, new)
    assert only.source == "stat:moved.none"
    assert f"新增案例 {len(new.cases) - len(old.cases)} 个" in only.text.zh


def test_interviewed_customers_that_no_case_is_like(run, held, old):
    rows = "客户,来源,日期,角色,项目,回答\n示例航司,客户本人,2026-03-02,TB,所属行业,航空公司\n"
    rows += ",,,,业务场景,核心系统上云\n,,,,企业规模,20000 人\n"
    new = run(held, interviews=voices(read_bytes(rows.encode(), "a.csv").told))
    found = said(moved(old, new))
    assert "1/1 家属于交通与物流" in found["moved.heard.industry"]


def test_the_drift_holds_it(run, held, old):
    new = run([*held, *fresh(12, 77, industries=("retail.chains",))])
    assert drift(old, new).moved == moved(old, new)
