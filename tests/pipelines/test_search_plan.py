"""The search plan: any category, product or alias becomes the three phases of document 1 §1.2."""

from __future__ import annotations

import pytest

from pipelines.errors import UserError
from pipelines.search_plan import Narrow, UnknownCategoryError, make_plan
from pipelines.vocabulary import codes


@pytest.mark.parametrize("vendor", ["aws", "azure", "gcp", "aliyun", "huaweicloud", "volcengine"])
@pytest.mark.parametrize("category", codes().categories())
def test_every_category_has_a_plan_in_three_phases_at_every_vendor(category, vendor):
    plan = make_plan(category, vendor)
    assert plan.categories[0][0] == category
    assert [s.phase for s in plan.steps] == sorted((s.phase for s in plan.steps), key=["product", "industry", "quantified"].index)
    assert {s.phase for s in plan.steps} == {"product", "industry", "quantified"}
    assert all(s.words and s.why for s in plan.steps)


@pytest.mark.parametrize(
    ("query", "category"), [("S3", "对象存储"), ("object storage", "对象存储"), ("OSS", "对象存储"), ("PolarDB", "原生关系型数据库")]
)
def test_products_and_aliases_are_understood(query, category):
    assert category in [name for name, _ in make_plan(query, "aws").categories]


def test_words_are_in_the_language_of_the_vendor():
    assert any("金融" in s.words for s in make_plan("对象存储", "aliyun").steps)
    assert any("finance" in s.words for s in make_plan("对象存储", "aws").steps)


def test_everything_is_one_step_without_words():
    (step,) = make_plan("全部", "aws").steps
    assert (step.phase, step.words) == ("all", "")


def test_an_industry_narrows_the_second_phase():
    plan = make_plan("对象存储", "aws", Narrow(industry="finance.banking"))
    assert {s.industry for s in plan.steps if s.phase == "industry"} == {"finance"}


@pytest.mark.parametrize("narrow", [Narrow(industry="nonsense"), Narrow(industry="finance.nonsense"), Narrow(tiers=(3,)), Narrow(tiers=())])
def test_what_does_not_exist_is_refused(narrow):
    with pytest.raises(UserError):
        make_plan("对象存储", "aws", narrow)


def test_an_unknown_name_is_answered_with_the_nearest_ones():
    with pytest.raises(UnknownCategoryError, match="最接近") as told:
        make_plan("一个没听说过的产品", "aws")
    assert told.value.status == 2


def test_the_plan_prints_what_it_was_understood_as_and_is_plain_data():
    plan = make_plan("S3", "aws")
    assert "对象存储" in next(plan.lines())
    assert plan.as_json()["steps"][0]["phase"] == "product"
