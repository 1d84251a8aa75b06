"""What many voices say together: counts with intervals, common and differing, contradictions with both sides, red flags."""

import pytest

from analysis.interviews.panel import counted, disagreements, items, key_roles, months, panel, red_flags, traits, values
from analysis.interviews.read import read_bytes
from analysis.interviews.voices import voices
from analysis.stats import wilson


def told(*lines):
    """Voices of rows: customer, source, credibility, date, teller, about, role, item, answer."""
    head = "客户,来源,可信度,日期,受访人,关键人,角色,项目,回答"
    found = read_bytes("\n".join([head, *lines]).encode(), "a.csv")
    assert not found.problems
    return voices(found.told)


def test_values_are_counted_over_customers_with_wilsons_interval(heard):
    found = {t.code: t for t in traits(heard()) if t.field == "decision.vendor_type"}
    assert {c: (t.share.n, t.share.of) for c, t in found.items()} == {"domestic": (7, 12), "cheap": (5, 12)}
    assert found["domestic"].share.interval == wilson(7, 12)


def test_common_and_differing_traits(heard):
    kinds = {(t.field, t.code): t.kind for t in traits(heard())}
    assert kinds["contact.first", "cio"] == "common"
    assert kinds["industry.name", "finance.banking"] == kinds["industry.name", "manufacturing"] == "differing"
    assert kinds["company.purchase", "tender"] == "common"
    assert kinds["company.purchase", "direct"] == "single"


def test_where_customers_have_one_value_each_two_frequent_ones_both_differ():
    rows = [f"示例{n}厂,BD,一手,2026-03-0{n},,,,采购方式,{'招标' if n < 5 else '直采'}" for n in range(1, 8)]
    assert {t.kind for t in traits(told(*rows))} == {"differing"}


def test_a_customer_counts_once_however_often_it_says_so():
    rows = ["示例银行,BD,一手,2026-03-02,,,,顾虑与异议,太贵"] * 3 + ["示例银行,客户本人,,2026-03-03,赵大勇,,TB,顾虑与异议,价格高"]
    (voice,) = told(*rows)
    assert counted([voice], "decision.objections")[0][1].n == 1
    assert (voice.talks, voice.direct) == (2, 1)


def test_the_cycle_over_customers(heard):
    assert months(heard(), "decision.cycle") == (7.5, 3.0, 11.0)
    assert months((), "decision.cycle") is None


def test_no_concern_is_told_only_where_there_is_no_other():
    rows = ["示例甲厂,BD,一手,2026-03-02,,,,顾虑与异议,没有顾虑", "示例乙厂,BD,一手,2026-03-02,,,,顾虑与异议,太贵"]
    shown, _ = items(told(*rows), ["decision.objections"])
    assert [t.zh for t in shown] == ["价格与成本失控 1/2"]


SIDES = [
    "示例银行,BD,转述,2026-03-02,蒋销售,,,决策周期,3 个月",
    "示例银行,客户本人,一手,2026-02-01,赵大勇,,TB,决策周期,9–12 个月",
]


def test_both_sides_of_a_contradiction_are_shown_and_the_more_credible_is_taken():
    (voice,) = told(*SIDES)
    (found,) = disagreements([voice])
    assert found.field == "decision.cycle"
    assert [s.text.zh for s in found.sides] == [
        "中位 10.5 个月（9–12 个月）（客户本人，一手，2026-02-01）",
        "3 个月（内部同事，转述，2026-03-02）",
    ]
    assert found.adopted == 0
    assert months([voice], "decision.cycle") == (10.5, 9.0, 12.0)
    assert found.customer == "受访客户 K1"
    assert disagreements([voice], {"K1": "示例银行"})[0].customer == "示例银行"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("决策周期,3–6 个月", "决策周期,5–9 个月"),
        ("采购方式,招标", "采购方式,公开招标"),
        ("喜欢的材料,案例", "喜欢的材料,技术文档"),
        ("顾虑与异议,太贵", "顾虑与异议,担心迁移"),
    ],
)
def test_what_can_both_be_true_is_no_contradiction(one, other):
    made = told(f"示例银行,BD,一手,2026-03-02,蒋销售,钱小敏,EB,{one}", f"示例银行,客户本人,一手,2026-03-03,赵大勇,,TB,{other}")
    assert disagreements(made) == ()


def test_a_later_word_of_the_same_person_is_news_and_no_contradiction():
    made = told("示例银行,BD,一手,2026-03-02,蒋销售,,,采购方式,招标", "示例银行,BD,一手,2026-05-02,蒋销售,,,采购方式,直采")
    assert disagreements(made) == ()
    assert values(made[0], "company.purchase") == ("direct",)


def test_something_against_nothing_and_one_person_in_two_roles():
    made = told(
        "示例银行,BD,一手,2026-03-02,蒋销售,钱小敏,EB,顾虑与异议,没有顾虑",
        "示例银行,专家,一手,2026-03-02,沈专家,钱小敏,UB,顾虑与异议,担心安全",
    )
    assert [c.field for c in disagreements(made)] == ["decision.objections", "person.role"]


def flags(*roles):
    rows = [f"示例银行,BD,一手,2026-03-02,蒋销售,人物{n},{role},决策影响力,高" for n, role in enumerate(roles)]
    return {c.id.removeprefix("committee-"): c.colour for c in red_flags(told(*rows))}


COMMITTEES = [
    (("EB", "TB", "UB", "Coach"), {}),
    (("TB", "UB", "Coach"), {"no_eb": "red"}),
    (("EB", "TB", "UB"), {"no_coach": "red"}),
    (("UB", "UB"), {"no_eb": "red", "users": "red", "no_coach": "red", "no_tb": "amber"}),
    (("EB",), {"single": "red", "no_coach": "red", "no_tb": "amber", "no_ub": "amber"}),
]


@pytest.mark.parametrize(("roles", "found"), COMMITTEES)
def test_red_flags_of_a_committee(roles, found):
    assert flags(*roles) == found


def test_a_flag_that_few_customers_bear_is_amber(heard):
    found = {c.id: (c.colour, c.finding.zh[:4]) for c in red_flags(heard())}
    assert found["committee-no_eb"] == ("amber", "4/12")
    assert found["committee-no_coach"] == ("red", "12/1")


def test_roles_with_titles(heard):
    text, found = key_roles(heard())
    assert text.zh.startswith("EB 决策者：总经理/CEO 4/8、分管领导/副总 4/8；TB 技术把关者：CIO/信息化负责人 12/12；UB")
    assert found.of == 8


@pytest.mark.parametrize(("count", "full"), [(9, False), (10, True), (12, True)])
def test_ten_customers_interviewed_themselves_make_it_full(heard, count, full):
    made = panel(heard(count))
    assert made.full is full
    assert ("暂定" in made.standing.text.zh) is not full


def test_what_only_others_tell_is_no_interview_of_the_customer(heard):
    rows = [f"示例{n}厂,BD,一手,2026-03-02,蒋销售,,,采购方式,招标" for n in range(12)]
    made = panel(told(*rows))
    assert (made.direct, made.full) == (0, False)


def test_voices_bear_no_names(heard):
    assert not any(word in repr(heard()) for word in ("大勇", "小敏", "示例", "孟访谈", "蒋销售"))
