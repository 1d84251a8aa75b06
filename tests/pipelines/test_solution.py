"""The solution: the page's own sentence that says what was done, verbatim."""

import pytest
from story_blocks import many, story_of

from pipelines.case import Field
from pipelines.steps import solution

BUILT = "Example Bakery migrated its order system to Amazon Aurora and built its shop on Amazon EKS."
建 = "示例银行最终选择了 TiDB，将核心账务系统从 Oracle 迁移到分布式数据库。"


def found(*blocks, customer="Example Bakery", products=("Amazon Aurora", "Amazon EKS"), **more):
    raw = story_of(*blocks, **more)
    name = Field(customer, confidence=0.9, method="test") if customer else Field.unknown("none")
    got = solution.run(raw, {"customer_name": name, "products": many(*products)})["solution"]
    if got:
        assert got.value == got.evidence[0].quote
        assert got.evidence[0].check(raw.page.text)
    return got


@pytest.mark.parametrize(
    "others",
    [
        ("Example Bakery was founded in 1990 and is headquartered in Example City.",),
        ("The bakery struggled with slow servers and wanted a better platform for its growing shop.",),
        ("Amazon EKS lets you run your containers without managing a control plane of your own.",),
        ("In the future, the bakery plans to use Amazon EKS for all of its other applications too.",),
        ("“We are proud and excited about the results,” says the baker, who saved 30 percent of the cost.",),
    ],
)
def test_the_act_wins_over_portrait_complaint_sales_plan_and_praise(others):
    assert found(*((("other"), s) for s in others), ("other", BUILT)).value == BUILT


def test_chinese_act_wins():
    got = found(("about", "示例银行成立于 1990 年，总部位于示例市。"), ("solution", 建), customer="示例银行", products=("TiDB",), lang="zh")
    assert got.value == 建


def test_a_neighbour_that_goes_on_telling_is_joined_within_its_block():
    more = "The company also deployed Amazon Aurora replicas and automated its releases with Amazon EKS."
    assert found(("solution", f"{BUILT} {more}")).value == f"{BUILT} {more}"
    assert "\n" not in found(("solution", BUILT), ("solution", more)).value


@pytest.mark.parametrize(
    "block",
    [
        ("other", "The bread is fresh every day and the customers like it very much."),
        ("other", "noise", BUILT),
        ("future", BUILT),
        ("other", "heading", BUILT),
    ],
)
def test_where_nothing_says_what_was_done_it_is_unknown(block):
    got = found(block)
    assert got.value is None
    assert got.reason == "no_sentence_tells_what_was_done"


def test_an_unknown_customer_and_no_products_still_find_the_act():
    assert found(("solution", BUILT), customer=None, products=()).value == BUILT
