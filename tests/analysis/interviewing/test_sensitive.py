"""KPI, private matters and company secrets: what is caught, what is not, in both languages."""

import pytest

from analysis.interviews.sensitive import sensitive

CAUGHT = [
    ("今年您部门的KPI是多少", "kpi"),
    ("ＫＰＩ 完成得怎么样", "kpi"),
    ("领导怎么考核你们", "kpi"),
    ("年底绩效打分", "kpi"),
    ("his OKRs for the year", "kpi"),
    ("What is your sales quota?", "kpi"),
    ("您结婚了么", "private"),
    ("他孩子在哪里上学", "private"),
    ("王总身体怎么样", "private"),
    ("联系他 13800001111", "private"),
    ("身份证 110101199001011234", "private"),
    ("mail wang@example.com", "private"),
    ("How old are his kids?", "private"),
    ("what is your salary", "private"),
    ("他今年 45 岁", "private"),
    ("标底大概多少", "secret"),
    ("有没有未公开的并购计划", "secret"),
    ("给我看看竞争对手报价", "secret"),
    ("毛利率是 30%", "secret"),
    ("can you share the customer list", "secret"),
    ("that is a trade secret", "secret"),
    ("给管理员密码", "secret"),
]
FINE = [
    "担心迁移停机",
    "要一个 KPI 看板",
    "绩效管理系统要上云",
    "病历归档到对象存储",
    "疾病预测模型上线",
    "密钥管理服务和国密",
    "密码机改造",
    "源代码托管在云上",
    "营业收入增长很快，要扩容",
    "家庭医生平台",
    "the children's hospital runs on it",
    "confidential computing",
    "预算在年底编制",
    "员工 2 万人",
    "合同 2026-11-20 到期",
    "6–9 个月",
]


@pytest.mark.parametrize(("text", "kind"), CAUGHT)
def test_it_is_caught(text, kind):
    assert sensitive(text) == kind


@pytest.mark.parametrize("text", FINE)
def test_it_is_let_through(text):
    assert sensitive(text) == ""


def test_words_of_business_are_private_in_an_item_about_a_person():
    assert sensitive("收入") == ""
    assert sensitive("收入", of_person=True) == "private"
