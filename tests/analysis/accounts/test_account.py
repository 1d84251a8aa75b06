"""The account review on the worked example and on small made accounts: every signal has its rule, its words and their place."""

import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from analysis.cli import load_commands
from analysis.research.account import heard
from analysis.research.account.background import customer_of
from analysis.research.account.measures import measure_of
from analysis.research.account.model import figure
from analysis.research.account.names import severity_of, topic_of
from analysis.research.account.present import save, to_html, to_json, to_markdown
from analysis.research.account.read import read_account
from analysis.research.account.review import review
from analysis.research.store import Store
from pipelines.errors import UserError

EXAMPLE = Path(__file__).parents[2] / "data" / "account" / "example-tech"
TODAY = "2026-11-27"
CRM = """客户: 示例乙
行业: 零售
合作开始: 2025-01-10
续约日期: 2027-06-30
许可: 100
我方域名: ours.example
SLA: {响应小时: 4, 解决小时: 24}
联系人:
  - {姓名: 甲总, 角色: 决策人, 邮箱: a@cust.example}
  - {姓名: 乙工, 角色: 技术对接, 邮箱: b@cust.example}
"""


@pytest.fixture(scope="module")
def example():
    return review(read_account(EXAMPLE), TODAY)


def made(tmp_path, mails=(), **files):
    """The review of an account of a few files; mails are (date, sender, words)."""
    (tmp_path / "crm.yaml").write_text(CRM, encoding="utf-8")
    for name, text in files.items():
        path = tmp_path / name.replace("__", ".")
        path.write_text(text, encoding="utf-8")
    (tmp_path / "mails").mkdir(exist_ok=True)
    for n, (date, sender, words) in enumerate(mails):
        text = f"From: {sender}\nDate: {date}\nSubject: s{n}\nContent-Type: text/plain; charset=utf-8\n\n{words}\n"
        (tmp_path / "mails" / f"{n}.eml").write_text(text, encoding="utf-8")
    return review(read_account(tmp_path), TODAY)


def rules(signals):
    return {s.rule for s in signals}


def test_a_folder_that_tells_nothing_is_no_account_at_low_risk(tmp_path):
    (tmp_path / "菜单.txt").write_text("今天下午三点，食堂改供面条。\n", encoding="utf-8")
    found = review(read_account(tmp_path), TODAY)
    assert (found.risk, found.satisfaction, found.unused) == ("未知（资料不足）", "未知", ("菜单.txt",))
    assert [m.name for m in found.missing] == ["CRM 记录", "支持工单", "邮件往来", "使用数据"]
    shown = to_markdown(found)
    assert "续约风险：**未知（资料不足）**" in shown
    assert "没有用上 菜单.txt" in shown


def test_a_crm_record_alone_is_no_low_risk_and_mail_without_a_signal_is(tmp_path):
    assert made(tmp_path).risk == "未知（资料不足）"
    quiet = made(tmp_path, [("Mon, 02 Nov 2026 09:00:00 +0000", "a@cust.example", "附件请查收。")])
    assert (quiet.risk, quiet.unused) == ("低", ())


def test_the_example_gives_the_report_of_the_document(example):
    text = to_markdown(example)
    order = [
        text.index(h)
        for h in (
            "## 概览",
            "## 优势",
            "## 风险点",
            "## 续约策略建议",
            "### 1. 立即行动",
            "### 2. 续约谈判准备",
            "### 3. 关系强化",
            "## 关键问题准备",
        )
    ]
    assert order == sorted(order)
    assert {"competitor", "unmet_need", "barrier", "serious_incident", "docs_unclear", "silent_decider"} <= rules(example.risks)
    assert {"steady_use", "core_feature", "sla_kept"} <= rules(example.strengths)
    assert "合作 2 年 3 个月，总体满意度中等，存在续约风险" in text


def test_every_signal_quotes_words_that_stand_where_it_says(example):
    for signal in (*example.risks, *example.strengths):
        assert signal.evidence, signal.rule
        for e in signal.evidence:
            line = int(e.place.where.split()[1])
            assert 1 <= line <= len((EXAMPLE / e.place.file).read_text(encoding="utf-8").splitlines())
    said = next(s for s in example.risks if s.rule == "competitor").evidence[0]
    assert said.quote in (EXAMPLE / said.place.file).read_text(encoding="utf-8").splitlines()[int(said.place.where.split()[1]) - 1]


def test_the_figures_are_those_of_the_files(example):
    stats = {s.name: s.value for s in (*example.tickets, *example.kinds, *example.usage)}
    assert stats["总工单数"] == "20 个"
    assert stats["按级别"] == "严重 2，高 2，中 10，低 6"
    assert stats["平均响应时间"] == "2.1 小时（SLA 4 小时，超出 0 个）"
    assert stats["集成"] == "45%（9 个）"
    assert stats["活跃用户"] == "102 人（许可 120 人，85%）"
    assert all(s.source for s in (*example.basics, *example.tickets, *example.kinds, *example.usage))


def test_prepared_answers_are_marked_as_rule_base(example):
    section = to_markdown(example).split("## 关键问题准备")[1].split("## 时间线")[0]
    answers = [line for line in section.splitlines() if line.startswith("  - ") and not line.startswith("  - 依据")]
    assert len(answers) > 5
    assert all(line.startswith("  - 【先验】") for line in answers)


def test_the_timeline_is_in_order(example):
    dates = [e.date for e in example.timeline]
    assert dates == sorted(dates)
    assert dates[0] == "2024-08-20"
    assert dates[-1] == "2027-02-28"


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("我们正在评估竞品。", "competitor"),
        ("采购部在货比三家", "competitor"),
        ("We are looking at other vendors.", "competitor"),
        ("什么时候支持离线模式", "unmet_need"),
        ("当前版本不支持多语言", "unmet_need"),
        ("领导嫌太贵", "price"),
        ("明年预算要砍一半", "price"),
        ("王主管下月离职，工作交接给新同事", "champion_left"),
        ("The docs are outdated", "docs_unclear"),
        ("我们对这次处理很失望", "dissatisfied"),
        ("正在讨论要不要续", "no_renewal"),
    ],
)
def test_what_the_customer_says_is_heard(tmp_path, words, rule):
    assert rule in rules(made(tmp_path, [("Mon, 2 Nov 2026 10:00:00 +0800", "甲总 <a@cust.example>", words)]).risks)


@pytest.mark.parametrize(
    "words",
    [
        "我们没有在评估竞品。",
        "目前不打算换供应商",
        "We are not looking at other vendors.",
        "如果要换供应商，会提前告知",
        "谈不上太贵",
        "王主管没有离职",
    ],
)
def test_what_is_denied_or_supposed_is_no_signal(tmp_path, words):
    found = made(tmp_path, [("Mon, 2 Nov 2026 10:00:00 +0800", "甲总 <a@cust.example>", words)])
    assert not {"competitor", "price", "champion_left"} & rules(found.risks)


def test_a_denial_covers_its_own_clause_only(tmp_path):
    words = "我们没有不满意，但是正在评估竞品。"
    assert "competitor" in rules(made(tmp_path, [("Mon, 2 Nov 2026 10:00:00 +0800", "a@cust.example", words)]).risks)


def test_our_own_words_old_words_and_quoted_words_are_no_signal(tmp_path):
    mails = [
        ("Mon, 2 Nov 2026 10:00:00 +0800", "客服 <x@ours.example>", "听说你们正在评估竞品"),
        ("Mon, 3 Nov 2025 10:00:00 +0800", "甲总 <a@cust.example>", "我们在评估竞品"),
        ("Tue, 3 Nov 2026 10:00:00 +0800", "甲总 <a@cust.example>", "收到。\n\n> 你们是不是在评估竞品"),
    ]
    assert "competitor" not in rules(made(tmp_path, mails).risks)


def test_a_silent_decision_maker_is_counted_in_days(tmp_path):
    old = ("Thu, 6 Aug 2026 10:00:00 +0800", "甲总 <a@cust.example>", "收到")
    recent = ("Thu, 26 Nov 2026 10:00:00 +0800", "乙工 <b@cust.example>", "好的")
    found = next(s for s in made(tmp_path, [old, recent]).risks if s.rule == "silent_decider")
    assert found.text == "决策人甲总已有 113 天没有任何往来"
    assert "silent_decider" not in rules(made(tmp_path, [old, recent, ("Fri, 20 Nov 2026 10:00:00 +0800", "a@cust.example", "嗯")]).risks)


def test_low_use_where_tickets_are_many_is_a_technical_barrier(tmp_path):
    head, row = "工单号,创建日期,级别,类别,标题\n", "T{n},2026-10-0{n},中,{kind},问题{n}\n"
    tickets = head + "".join(row.format(n=n, kind="接口集成" if n < 4 else "账单") for n in range(1, 7))
    found = made(tmp_path, tickets__csv=tickets, usage__csv="月份,活跃用户,API 集成使用率\n2026-10,90,30%\n")
    assert next(s for s in found.risks if s.rule == "barrier").text == "接口集成问题占工单 50%，而API 集成使用率只有 30%"
    (tmp_path / "usage.csv").write_text("月份,活跃用户,API 集成使用率\n2026-10,90,70%\n", encoding="utf-8")
    assert "barrier" not in rules(review(read_account(tmp_path), TODAY).risks)


def test_seats_and_falling_use(tmp_path):
    found = made(tmp_path, usage__csv="月份,活跃用户,许可\n2026-07,80,100\n2026-10,60,100\n")
    texts = {s.rule: s.text for s in found.risks}
    assert texts["seats_unused"] == "100 个许可只有 60 个活跃（60%）"
    assert texts["falling_use"] == "活跃用户从 2026-07 的 80 降到 2026-10 的 60（-25%）"
    assert "steady_use" not in rules(found.strengths)


def test_what_is_dated_after_the_report_counts_nowhere_and_its_number_is_told(tmp_path):
    found = made(
        tmp_path,
        [("Mon, 30 Nov 2026 10:00:00 +0800", "甲总 <a@cust.example>", "我们正在评估竞品。")],
        tickets__csv="工单号,创建日期,级别,类别,标题\nT1,2026-11-28,严重,集成,停机\nT2,2026-10-02,中,集成,慢\n",
        usage__csv="月份,活跃用户,许可\n2026-10,90,100\n2026-11,91,100\n2026-12,10,100\n2027-01,9,100\n",
    )
    assert found.later == (("支持工单", 1), ("邮件往来", 1), ("使用数据", 2))
    assert "- 晚于报告日期，没有计入：使用数据 2 条" in to_markdown(found).split("## 优势")[0]
    stats = {s.name: s.value for s in (*found.usage, *found.tickets)}
    assert (stats["活跃用户"], stats["活跃用户变化"], stats["总工单数"]) == ("91 人（许可 100 人，91%）", "90 → 91（+1%）", "1 个")
    assert not {"seats_unused", "falling_use", "serious_incident", "competitor"} & rules(found.risks)
    assert "邮件往来" in [m.name for m in found.missing]


def test_nothing_later_is_told_where_there_is_none(example):
    assert example.later == ()
    assert "晚于报告日期" not in to_markdown(example)


def test_missed_sla_names_the_tickets(tmp_path):
    found = made(
        tmp_path,
        tickets__csv="工单号,创建日期,级别,类别,标题,首次响应,解决时长\nT1,2026-10-01,高,集成,慢,6,10\nT2,2026-10-02,高,集成,快,1,30\n",
    )
    texts = {s.rule: s.text for s in found.risks}
    assert texts["sla_response"] == "1 个工单的首次响应超过 SLA 4 小时：T1"
    assert texts["sla_resolution"] == "1 个工单的解决时间超过 SLA 24 小时：T2"


def test_missing_sources_are_named_with_what_they_would_tell(tmp_path):
    (tmp_path / "crm.yaml").write_text(CRM, encoding="utf-8")
    found = review(read_account(tmp_path), TODAY)
    assert [m.name for m in found.missing] == ["支持工单", "邮件往来", "使用数据"]
    assert "没有使用数据：不知道活跃度、功能深度、许可是否闲置" in to_markdown(found)
    assert "没有信号不等于没有风险" in to_markdown(replace(found, risks=()))


def test_a_broken_file_is_told_and_stops_nothing(tmp_path):
    found = made(tmp_path, tickets__yaml="- [unclosed\n")
    assert found.refused[0][0] == "tickets.yaml"
    assert found.name == "示例乙"
    assert "未能读取 tickets.yaml" in to_markdown(found)


def test_wrong_input_is_named(tmp_path):
    with pytest.raises(UserError, match="不是文件夹"):
        read_account(tmp_path / "nowhere")
    with pytest.raises(UserError, match="没有能读的文件"):
        read_account(tmp_path)
    with pytest.raises(UserError, match=r"要以 \.md、\.html 或 \.json 结尾"):
        save(review(read_account(EXAMPLE), TODAY), tmp_path / "x.docx")
    with pytest.raises(UserError, match="no measure 'nothing'"):
        measure_of("nothing")


def test_notes_in_markdown_are_dated_entries(tmp_path):
    (tmp_path / "crm.yaml").write_text(CRM, encoding="utf-8")
    (tmp_path / "mails").mkdir()
    (tmp_path / "mails" / "notes.md").write_text("# 往来\n\n## 2026-10-02 乙工\n\n接口文档不清楚，看不懂\n", encoding="utf-8")
    found = next(s for s in review(read_account(tmp_path), TODAY).risks if s.rule == "docs_unclear")
    assert (found.evidence[0].date, found.evidence[0].who, str(found.evidence[0].place)) == ("2026-10-02", "乙工", "mails/notes.md 第 5 行")


def test_words_of_files_speak_no_markup(tmp_path):
    mail = ("Mon, 2 Nov 2026 10:00:00 +0800", "a@cust.example", "我们在评估竞品 <script>alert(1)</script> [x](javascript:alert(1)) |")
    page = to_html(made(tmp_path, [mail]))
    assert "<script" not in page
    assert 'href="javascript' not in page


def test_the_same_account_gives_the_same_bytes():
    one, two = (review(read_account(EXAMPLE), TODAY) for _ in range(2))
    assert (to_markdown(one), to_html(one), to_json(one)) == (to_markdown(two), to_html(two), to_json(two))


def test_no_person_leaves_the_account_by_the_escalation_pack():
    told = customer_of(EXAMPLE)
    names = [c.name for c in read_account(EXAMPLE).contacts]
    assert names == ["周总", "何经理", "唐工"]
    assert not any(n in f"{f.label}{f.value}{f.source}" for f in told.facts for n in names)


@pytest.mark.parametrize(
    ("text", "number"), [("500 人", 500), ("$120,000", 120000), ("78%", 78), ("2.5 小时", 2.5), ("无", None), ("", None)]
)
def test_figures(text, number):
    assert figure(text) == number


def test_levels_and_topics_have_both_languages():
    assert (severity_of("P0"), severity_of("Critical"), severity_of("怪")) == ("严重", "严重", "怪")
    assert (topic_of("Integration"), topic_of("接口问题"), topic_of("午餐")) == ("集成", "集成", "")


def test_what_is_quoted_is_what_it_is_about():
    assert heard.what("运营这边希望有“审批自动分派”功能") == "审批自动分派"
    assert heard.what("移动端能否改审批人。暂不支持") == "移动端能否改审批人"


def test_the_command_writes_every_format_and_compares_with_the_library(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CASE_LIBRARY_URL", raising=False)
    with Store.open():  # a default database of research alone is no library of cases
        pass
    out = [word for s in ("md", "html", "json") for word in ("--out", str(tmp_path / f"r.{s}"))]
    result = CliRunner().invoke(load_commands(), ["account", str(EXAMPLE), "--date", TODAY, *out])
    assert result.exit_code == 0, result.output
    told = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert told["likeness"]["cases"]
    assert all(c["url"].startswith("https://") for c in told["likeness"]["cases"])
    assert "## 相近的画像与官方案例" in (tmp_path / "r.md").read_text(encoding="utf-8")
    shown = CliRunner().invoke(load_commands(), ["account", str(EXAMPLE), "--date", TODAY, "--no-compare"])
    assert "客户背景报告" in shown.output


def test_without_its_library_the_account_is_reviewed_and_not_compared(tmp_path):
    asked = ["account", str(EXAMPLE), "--date", TODAY, "--library", f"sqlite:///{tmp_path}/nowhere.db"]
    result = CliRunner().invoke(load_commands(), [*asked, "--out", str(tmp_path / "r.md"), "--out", str(tmp_path / "r.json")])
    assert result.exit_code == 0, result.output
    assert "insights: 没有与案例库比较：没有案例库" in result.stderr
    text = (tmp_path / "r.md").read_text(encoding="utf-8")
    assert "没有与案例库比较：没有案例库" in text.split("## 相近的画像与官方案例")[1].split("## 缺少的资料")[0]
    told = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert told["risks"]
    assert (told["likeness"], "nowhere.db" in told["uncompared"]) == (None, True)
    assert not (tmp_path / "nowhere.db").exists()


def test_a_record_in_markdown_tickets_in_a_sheet_and_usage_in_json(tmp_path):
    (tmp_path / "crm.md").write_text(
        "# 客户\n\n客户：示例丙\n**续约日期**：2026-12-20\n决策人：丁总\n\n## 备注\n\n明年可能缩减许可。\n", encoding="utf-8"
    )
    book = openpyxl.Workbook()
    for row in (
        ["编号", "创建时间", "优先级", "分类", "标题"],
        *([f"A{n}", f"2026-0{n}-05", "P0" if n == 2 else "P2", "API 接口", f"问题{n}"] for n in range(2, 6)),
    ):
        book.active.append(row)
    book.save(tmp_path / "tickets.xlsx")
    (tmp_path / "usage.json").write_text(
        '[{"month": "2026-10", "active users": 40, "licenses": 100, "API adoption": 0.28}]', encoding="utf-8"
    )
    found = review(read_account(tmp_path), TODAY)
    assert found.name == "示例丙"
    assert [(c.role, c.name, c.decides) for c in found.contacts] == [("决策人", "丁总", True)]
    assert {"no_renewal", "serious_incident", "barrier", "seats_unused", "renewal_near"} <= rules(found.risks)
    assert [m.name for m in found.missing] == ["邮件往来"]
    assert str(next(s for s in found.risks if s.rule == "serious_incident").evidence[0].place) == "tickets.xlsx 记录 A2"


def test_a_table_of_labels_and_values_is_a_record(tmp_path):
    (tmp_path / "crm.csv").write_text("字段,值\n客户,示例丁\n行业,物流\n日常对接人,戊经理\n", encoding="utf-8")
    found = review(read_account(tmp_path), TODAY)
    assert {s.name: s.value for s in found.basics} == {"客户": "示例丁", "行业": "物流"}


def test_a_file_of_which_no_field_is_known_is_told(tmp_path):
    found = made(tmp_path, usage__csv="甲,乙\n1,2\n")
    assert found.refused[0][0] == "usage.csv"
    assert "没有认出任何字段" in found.refused[0][1]
    assert "使用数据" in [m.name for m in found.missing]


TIMED = """工单号,标题,类别,级别,状态,创建时间,首次响应时间,解决时间
T1,收不到事件,集成,高,已关闭,2026-09-02 10:00,2026-09-02 10:30,2026-09-02 18:00
T2,限流,集成,低,已关闭,2026-11-12 09:00,90 分钟,1 天
T3,抬头写错,账单,低,已关闭,2026/3/5,2026/3/5,2026/3/6
"""


def test_times_of_tickets_are_durations_whatever_they_are_written_as(tmp_path):
    """A time of day at which a ticket was solved is no number of hours (2026.0 小时); a day alone gives none."""
    told = {s.name: s.value for s in made(tmp_path, tickets__csv=TIMED).tickets}
    assert told["平均响应时间"].startswith("1.0 小时")
    assert told["平均解决时间"].startswith("16.0 小时")


def test_seats_and_contract_value_under_the_names_of_exports(tmp_path):
    usage = "月份,活跃用户,许可用户\n2026-10,31,50\n"
    told = {s.name: s.value for s in made(tmp_path, usage__csv=usage).usage}
    assert told["活跃用户"] == "31 人（许可 50 人，62%）"


def test_looking_at_other_suppliers_is_evaluating_competitors(tmp_path):
    found = made(tmp_path, [("Fri, 20 Nov 2026 10:00:00 +0800", "甲总 <a@cust.example>", "我们也在看另外两家供应商。")])
    assert "competitor" in rules(found.risks)
