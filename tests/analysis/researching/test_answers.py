"""Answers: the two worked examples of document 3, contradictions, refusals, escalation; nothing without a quote."""

from pathlib import Path, PurePosixPath

import msgspec
import pytest

from analysis.research import answer as answering
from analysis.research.evaluate import AS_OF, Expected, fault, read_all
from analysis.research.index import Index
from analysis.research.model import Level, Outcome, Quote, State, Statement
from analysis.research.present import to_markdown
from analysis.research.sources import read_bytes
from analysis.research.verdict import age_in_months, agree, recency
from pipelines.vocabulary import load_yaml

DATA = Path(__file__).parents[2] / "data" / "research"
WEBHOOK = "你们的 REST API 是否支持 Webhook 通知？我们需要实时同步数据到内部系统。"


def test_example_1_a_function_question(say):
    """案例1: direct answer, confidence, evidence with tickets, key facts with the edition's limit, how to, references."""
    made = say(WEBHOOK)
    assert made.outcome is Outcome.ANSWERED
    assert made.direct == "是的，但仅限企业版。“REST API 支持 Webhook 通知，可以把事件实时推送到您的系统。”"
    assert made.confidence.level is Level.HIGH
    assert [(f.ok, f.quote.text[:4]) for f in made.facts] == [
        (True, "支持的事"),
        (True, "认证方式"),
        (True, "速率限制"),
        (True, "重试机制"),
        (False, "限制：W"),
    ]
    assert made.steps[0].text == "在设置 > API > Webhooks 创建端点"
    shown = to_markdown(made)
    headings = ["直接答案", "置信度：高", "## 支持证据", "## 关键信息", "## 如何使用", "## 参考文档"]
    assert [shown.index(h) for h in headings] == sorted(shown.index(h) for h in headings)
    assert "⚠️ 限制：Webhook 是企业版功能，专业版不支持" in shown
    assert r"工单 \#5231、\#5345、\#5412：3 个类似案例" in shown
    assert "问题类型：技术功能询问" in shown
    assert "需要答案：是否支持 + 如何配置 + 限制条件" in shown
    first = [line.split("|")[2].strip() for line in shown.split("\n") if line.startswith("| 1 |")]
    assert first == ["API 文档"]


def test_example_2_contradictory_sources(say):
    """案例2: table of sources, verdict, current state, alternatives, no promise of a date, the manual to be updated."""
    made = say("导出功能支持 PDF 格式吗？")
    verdict = made.verdict
    assert (verdict.state, verdict.contradictory, verdict.outdated) == (State.SUSPENDED, True, True)
    assert made.direct.startswith("目前暂时不可用，预计 Q2 恢复。“")
    assert [(s.type, s.adopted, s.role) for s in verdict.standings] == [
        ("announcement", True, "最权威"),
        ("manual", False, "已过时，不采纳"),
        ("email", True, "补充背景"),
        ("ticket", True, "补充背景"),
    ]
    assert "5 个月前" in verdict.standings[1].reason
    assert [q.text for q in made.alternatives] == ["Excel 和 CSV 导出不受影响，可以正常使用。"]
    assert made.reply[-1] == "⚠️ 不承诺具体恢复日期"
    assert [f.owner for f in made.follow_ups] == ["产品文档团队"]
    shown = to_markdown(made)
    assert "| 来源 | 类型 | 日期 | 权威性 | 时效性 | 说法 | 综合评估 |" in shown
    assert all(h in shown for h in ("## 来源分析", "## 当前情况", "## 建议回复客户", "## 内部跟进"))


def test_before_the_announcement_the_manual_holds(product):
    """Recency is of the day that is asked about: without the later words the manual's are adopted."""
    earlier = Index.build([s for s in product if s.date and s.date < "2025-12"])
    made = answering.answer(earlier, "导出功能支持 PDF 格式吗？", "2025-12-01")
    assert (made.verdict.state, made.verdict.contradictory) == (State.YES, False)


@pytest.mark.parametrize("question", ["你们支持 GraphQL 接口吗？", "Is there a Windows desktop client?", "甘特视图可以导出成 Excel 吗？"])
def test_nothing_found_is_an_answer(say, question):
    made = say(question)
    assert (made.outcome, made.evidence, made.confidence.number) == (Outcome.NOT_FOUND, (), 0.0)
    assert question in made.draft
    assert made.draft.startswith("致：")
    assert made.looked[0].type == "api_doc"


def test_an_escalation_is_never_answered(say):
    made = say("你们的数据存储在哪个地区？是否符合 GDPR 要求？")
    assert made.outcome is Outcome.ESCALATED
    assert (made.evidence, made.facts, made.steps, made.verdict) == ((), (), (), None)
    shown = to_markdown(made)
    assert "立即升级" in shown
    assert "欧盟" not in shown  # what the sources say of it is for the pack, not for the customer


def test_escalation_is_asked_before_anything_is_searched(index, monkeypatch):
    monkeypatch.setattr(Index, "search", lambda *_: pytest.fail("searched before the escalation was checked"))
    assert answering.answer(index, "是否符合 GDPR 要求？", AS_OF).outcome is Outcome.ESCALATED


@pytest.mark.parametrize(
    ("question", "number"),
    [("REST API 每分钟最多能调用多少次？", "600 次"), ("附件大小上限是多少？", "500 MB"), ("How long is an access token valid?", "2 小时")],
)
def test_figures_are_of_what_is_asked(say, question, number):
    assert number in say(question).verdict.standings[0].statement.cue


def test_the_rate_of_a_figure_is_answered():
    (source,) = read_bytes("用户手册\n2026-01-10\n请求频率上限为每秒 3500 次。\n".encode(), PurePosixPath("abc/guide.md"))
    made = answering.answer(Index.build([source]), "请求频率上限是多少？", AS_OF)
    assert made.direct.startswith("每秒 3500 次。")
    assert made.sources[0].date == "2026-01-10"
    assert made.facts == ()  # when the document is of is no fact of the product


def test_a_rate_left_unsaid_is_no_contradiction():
    said, unsaid, other = (Statement(Quote("a", "", 0, 0), State.VALUE, value=v) for v in ("60 times/min", "60 times", "60 times/s"))
    assert agree(said, unsaid)
    assert not agree(said, other)


def test_an_old_source_alone_is_answered_with_a_warning_and_no_high_confidence(say):
    made = say("打印支持 A5 吗")
    assert made.verdict.outdated
    assert made.confidence.level is Level.MIDDLE
    assert any("48 个月" in w for w in made.warnings)
    assert any("核实" in f.text for f in made.follow_ups)


def test_an_undated_source_is_marked(say):
    made = say("系统多久备份一次？")
    assert any("没有日期" in w for w in made.warnings)
    assert made.confidence.level is not Level.HIGH


def test_what_is_not_official_does_not_settle_alone_against_what_is(product):
    """A ticket that is newer and heavier than an aged manual confirms or warns; it is not adopted against it."""

    manual = read_bytes("# 手册\n\n更新日期：2023-01-01\n\n看板支持泳道。\n".encode(), PurePosixPath("manual/a.md"))
    ticket = read_bytes("工单号,标题,创建日期,解决方案\n1,泳道,2026-03-01,看板不支持泳道。\n".encode(), PurePosixPath("tickets/t.csv"))
    made = answering.answer(Index.build([*manual, *ticket]), "看板支持泳道吗？", AS_OF)
    assert made.verdict.standings[0].type == "manual"
    assert made.verdict.contradictory


def test_the_words_of_customers_are_no_evidence(product):

    rows = "工单号,标题,创建日期,描述,解决方案\n1,泳道,2026-03-01,看板支持泳道。,已转产品团队。\n"
    made = answering.answer(Index.build(read_bytes(rows.encode(), PurePosixPath("tickets/t.csv"))), "看板支持泳道吗？", AS_OF)
    assert made.outcome is Outcome.NOT_FOUND


def questions():
    return [e for name in ("dev", "heldout", "fresh") for e in load_yaml(DATA / f"questions-{name}.yaml", tuple[Expected, ...])]


def test_every_quote_of_every_answer_stands_in_its_source(index, product, monkeypatch):
    monkeypatch.setattr(answering, "recognize", lambda _: None)  # even where it should have been escalated
    texts = {s.source_id: s.text for s in product}
    answered = 0
    for expected in questions():
        made = answering.answer(index, expected.q, AS_OF)
        quotes = [*made.evidence, *made.steps, *made.alternatives, *(f.quote for f in made.facts)]
        assert all(texts[q.source_id][q.start : q.end] == q.text for q in quotes), expected.q
        assert (made.outcome is Outcome.ANSWERED) == bool(made.evidence), expected.q
        answered += made.outcome is Outcome.ANSWERED
    assert answered > 80


def test_the_half_it_was_made_with_is_answered_right(index, monkeypatch):
    """Not a proof of quality (the held-out sets are): a change that breaks what worked is seen here."""
    monkeypatch.setattr(answering, "recognize", lambda _: None)
    held = [e for e in load_yaml(DATA / "questions-dev.yaml", tuple[Expected, ...]) if e.kind != "escalate"]
    wrong = [f"{e.id}: {why}" for e in held if (why := fault(e, answering.answer(index, e.q, AS_OF)))]
    assert wrong == []


def test_another_product_in_other_words(monkeypatch):
    monkeypatch.setattr(answering, "recognize", lambda _: None)
    index = Index.build(read_all(DATA / "helpdesk"))
    held = load_yaml(DATA / "questions-helpdesk.yaml", tuple[Expected, ...])
    right = sum(not fault(e, answering.answer(index, e.q, AS_OF)) for e in held)
    assert right >= 0.9 * len(held)


def test_the_same_question_gives_the_same_bytes(say, product):
    one = msgspec.json.encode(say(WEBHOOK))
    two = msgspec.json.encode(answering.answer(Index.build(reversed(product)), WEBHOOK, AS_OF))
    assert one == two


def test_words_of_sources_speak_no_markup():

    evil = "# 手册 <script>alert(1)</script>\n\n更新日期：2026-03-01\n\n看板支持泳道 \\[x](javascript:alert) \\<img src=x> \\| a。\n"
    index = Index.build(read_bytes(evil.encode(), PurePosixPath("manual/a.md")))
    shown = to_markdown(answering.answer(index, "看板支持泳道吗？", AS_OF))
    assert "泳道" in shown
    assert "<script" not in shown
    assert "<img" not in shown
    assert "](javascript" not in shown.replace("\\]", "")


@pytest.mark.parametrize(
    ("date", "months"), [("2025-10-08", 5), ("2026-03", 0), ("2026-03-19", 0), ("2025-03-21", 11), ("2024", 26), ("", None)]
)
def test_ages_count_whole_months(date, months):
    assert age_in_months(date, AS_OF) == months


def test_recency_halves_in_the_types_fresh_months():
    assert recency("2025-03-20", AS_OF, "manual")[0] == pytest.approx(0.5)
    assert recency("", AS_OF, "manual") == (0.5, None)
    assert recency("2020-01-01", AS_OF, "case")[0] == 1.0
