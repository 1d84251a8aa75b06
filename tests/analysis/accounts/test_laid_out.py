"""An account's files laid out as document 3 案例3 lays them out: CRM record, ticket statistics, dated mail notes, usage block."""

from pathlib import Path

import pytest

from analysis.research.account.lines import parted
from analysis.research.account.measures import months_in, silence
from analysis.research.account.notes import notes_of
from analysis.research.account.present import to_markdown
from analysis.research.account.read import read_account
from analysis.research.account.review import review

TODAY = "2026-11-27"
CRM = """账户基本信息:
- 客户:示例科技有限公司
- 行业:金融科技
- 规模:500 人,年 ARR $120,000
- 产品版本:企业版
- 合作时长:2 年 3 个月
- 续约日期:2027 年 1 月 31 日

关键联系人:
- 决策人:张总(CTO)
- 日常对接:李经理(运营总监)
- 技术对接:王工(技术主管)
"""
TICKETS = """工单统计:
- 总工单数:47 个
- 严重问题:2 个(已解决)
- 平均响应时间:2.3 小时(SLA:4 小时)
- 平均解决时间:18 小时(SLA:24 小时)

问题类型分布:
- 集成相关:40%
- 功能询问:30%
- 其他:30%

关键事件:
- 2026 年 8 月:API 性能问题,影响 2 天,已补偿
- 2025 年 11 月:定制需求评估,最终未实现
"""
MAILS = """关键沟通:
- 2026 年 9 月:李经理询问"工作流自动化"功能
- 2026 年 10 月:张总提到正在评估竞品
- 2026 年 11 月:王工反馈"API 文档有些地方不清楚"

情绪信号:
⚠️ 评估竞品 = 流失风险
⚠️ 未满足需求 = 增购/升级障碍
❓ API 文档 = 技术体验问题
"""
SPOKEN = """2026-09-02 李经理: 什么时候支持工作流自动化?
2026-10-05 张总: 我们正在评估竞品。
2026-11-06 王工: API 文档有些地方不清楚。
"""
USAGE = """使用强度:
- 活跃用户:85 人(许可:100 人)
- 登录频率:每周 4.2 次/用户
- 核心功能使用率:
  - 工作流管理:78%
  - 报表分析:62%
  - API 集成:45%

功能深度:
- 高级功能使用:中等
- 定制化程度:低
- 集成数量:3 个(内部系统)

⚠️ 注意:API 集成使用率低,但工单中集成问题多
"""
PEOPLE = ["张总", "李经理", "王工"]


def account(folder: Path, ending="md", **files):
    """The account of the document's four files, some of them replaced."""
    held = {"crm": CRM, "tickets": TICKETS, "mails": MAILS, "usage": USAGE} | files
    for name, text in held.items():
        (folder / f"{name}.{ending}").write_text(text, encoding="utf-8")
    return read_account(folder)


def signals(made):
    return {s.rule: s for s in (*made.risks, *made.strengths)}


@pytest.mark.parametrize("ending", ["md", "txt"])
def test_the_four_sources_of_example_3_give_its_report(tmp_path, ending):
    made = review(account(tmp_path, ending), TODAY)
    assert (made.refused, made.missing) == ((), ())
    assert made.overview[0].startswith("合作 2 年 3 个月，总体满意度中等，存在续约风险")
    held = signals(made)
    assert {"competitor", "unmet_need", "docs_unclear", "barrier", "serious_incident", "steady_use", "core_feature", "sla_kept"} <= set(
        held
    )
    assert held["competitor"].text == "张总，2026-10"
    assert held["unmet_need"].text == "李经理，2026-09"
    assert held["barrier"].text == "集成问题占工单 40%，而API 集成使用率只有 45%"
    assert held["serious_incident"].text == "2 起严重事件：API 性能问题（另有 1 起没有写明是哪些）"
    assert "silent_decider" not in held
    advice = " ".join(a.text for a in made.now)
    assert "安排与张总通话" in advice
    assert "评估“工作流自动化”需求的可行性，给李经理一个书面的结论" in advice


def test_every_figure_of_the_blocks_stands_in_the_report_with_its_line(tmp_path):
    made = review(account(tmp_path), TODAY)
    told = {s.name: (s.value, s.source) for s in (*made.basics, *made.tickets, *made.kinds, *made.usage)}
    assert told["规模"] == ("500 人", "crm.md 第 4 行")
    assert told["年度合同额"] == ("$120,000", "crm.md 第 4 行")
    assert told["合作时长"] == ("2 年 3 个月", "crm.md 第 6 行")
    assert told["总工单数"] == ("47 个", "tickets.md 第 2 行")
    assert told["平均响应时间"] == ("2.3 小时(SLA:4 小时)", "tickets.md 第 4 行")
    assert told["集成相关"] == ("40%", "tickets.md 第 8 行")
    assert told["活跃用户"] == ("85 人（许可 100 人，85%）", "usage.md 第 2 行，没有写明月份")
    assert told["API 集成"] == ("45%", "usage.md 第 7 行，没有写明月份")
    assert told["集成数量"][0] == "3 个(内部系统)"
    kept = next(s for s in made.strengths if s.rule == "sla_kept")
    assert [(e.quote, str(e.place)) for e in kept.evidence] == [
        ("平均响应时间 SLA 4 小时", "tickets.md 第 4 行"),
        ("平均解决时间 SLA 24 小时", "tickets.md 第 5 行"),
    ]
    assert (made.contacts[0].name, made.contacts[0].title, made.contacts[0].role) == ("张总", "CTO", "决策人")
    assert "- 决策人：张总（CTO）" in to_markdown(made)


@pytest.mark.parametrize("mails", [MAILS, SPOKEN], ids=["reported", "spoken"])
def test_each_line_of_notes_has_its_own_day_and_speaker(tmp_path, mails):
    said = [(m.date[:7], m.contact.name) for m in account(tmp_path, mails=mails).messages if m.contact]
    assert said == [("2026-09", "李经理"), ("2026-10", "张总"), ("2026-11", "王工")]


def test_what_we_make_of_it_is_not_what_the_customer_said(tmp_path):
    (found,) = signals(review(account(tmp_path), TODAY))["competitor"].evidence
    assert found.quote == "张总提到正在评估竞品"


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("[2026-10-05 10:30] 张总：在比选。", [("2026-10-05", "张总", "在比选。")]),
        ("【2026-10-06】李经理：好的", [("2026-10-06", "李经理", "好的")]),
        ("张总(2026-10-05): 在比选。", [("2026-10-05", "张总", "在比选。")]),
        ("2026-10-05 张总:\n在比选。\n还有预算。", [("2026-10-05", "张总", "在比选。还有预算。")]),
        ("发件人: 张总\n日期: 2026-10-05\n主题: 续约\n\n在比选。", [("2026-10-05", "张总", "在比选。")]),
        (
            "2026 年 9 月:李经理询问报表。2026 年 10 月:张总提到比选。",
            [("2026-09", "李经理", "李经理询问报表。"), ("2026-10", "张总", "张总提到比选。")],
        ),
        ("## 2026-10-05 会议\n\n张总：在比选。\n李经理：好", [("2026-10-05", "张总", "在比选。"), ("2026-10-05", "李经理", "好")]),
        ("| 日期 | 姓名 | 内容 |\n| --- | --- | --- |\n| 2026-10-05 | 张总 | 在比选 |", [("2026-10-05", "张总", "在比选")]),
        ("2026-10-05 会议:\n\n张总提到比选。", [("2026-10-05", "张总", "张总提到比选。")]),
        ("- YYYY 年 2 月:张总提到比选", [("", "张总", "张总提到比选")]),
        ("2026-10-05 赵总: 在比选", [("2026-10-05", "赵总", "在比选")]),
        ("2026 年 10 月我们要开会。", [("", "", "2026 年 10 月我们要开会。")]),
    ],
)
def test_notes_are_read_in_many_layouts(text, notes):
    assert [(n.date, n.who, "".join(said for said, _ in n.said)) for n in notes_of(text.splitlines(), PEOPLE)] == notes


def test_our_own_side_in_a_talk_is_ours():
    held = notes_of("## 2026-10-05 会议\n\n张总：在比选。\n客户成功小王：听说了。".splitlines(), PEOPLE)
    assert [(n.who, n.ours) for n in held] == [("张总", False), ("客户成功小王", True)]


@pytest.mark.parametrize(
    "mails",
    [
        "2026-06-02 李经理: 收到。\n张总提到预算。\n",  # of when?
        "- 2026-06-02 李经理: 收到。\n- YYYY 年 9 月:张总提到预算\n",
        "2026-06-02 李经理: 收到。\n- 2026-10-02:在比选。\n",  # by whom?
        "最近在比选。\n",
    ],
)
def test_no_silence_is_told_from_words_without_day_or_speaker(tmp_path, mails):
    assert list(silence(account(tmp_path, mails=mails), TODAY)) == []


def test_a_silence_is_told_from_signed_and_dated_words_and_of_a_month_no_longer_than_it_is(tmp_path):
    (found,) = silence(account(tmp_path, mails="- 2026 年 6 月:张总提到预算\n- 2026-11-02 李经理: 好。\n"), TODAY)
    assert found.words["days"] == "至少 150"  # since the last of June
    (never,) = silence(account(tmp_path, mails="2026-06-02 李经理: 收到。\n2026-11-02 李经理: 好。\n"), TODAY)
    assert never.words["days"] == "至少 178"


def test_words_in_other_documents_of_the_folder_end_a_silence_and_a_document_without_a_day_hides_none(tmp_path):
    mails = "2026-06-02 张总: 收到。\n2026-11-02 李经理: 好。\n"
    (silent,) = silence(account(tmp_path, mails=mails, contract="合同条款见附件。\n"), TODAY)
    assert silent.words["days"] == "178"
    (met,) = silence(account(tmp_path, mails=mails, visit="2026-11-20 张总: 见面谈了预算。\n"), TODAY)
    assert met.words["days"] == "7"


def test_a_question_on_how_to_use_a_function_is_no_unmet_need(tmp_path):
    made = review(
        account(tmp_path, mails="- 2026 年 9 月:李经理询问报表功能怎么用\n", tickets="关键事件:\n- 2026 年 9 月:询问报表功能\n"), TODAY
    )
    assert "unmet_need" not in signals(made)


@pytest.mark.parametrize(
    ("label", "value", "pairs"),
    [
        ("规模", "500 人,年 ARR $120,000", [("规模", "500 人"), ("年 ARR", "$120,000")]),
        ("规模", "500 人，行业：金融", [("规模", "500 人"), ("行业", "金融")]),
        ("年 ARR", "$120,000", [("年 ARR", "$120,000")]),
        ("目标", "降本,增效", [("目标", "降本,增效")]),
        (
            "平均响应时间",
            "2.3 小时(SLA:4 小时)",
            [("平均响应时间", "2.3 小时(SLA:4 小时)"), ("平均响应时间.SLA", "4 小时"), ("SLA", "4 小时")],
        ),
    ],
)
def test_a_value_that_holds_several_is_parted(label, value, pairs):
    assert parted(label, value) == pairs


@pytest.mark.parametrize(("text", "n"), [("2 年 3 个月", 27), ("27 个月", 27), ("1.5 年", 18), ("2 years 3 months", 27), ("很久", None)])
def test_spans_are_read(text, n):
    assert months_in(text) == n
