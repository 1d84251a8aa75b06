"""Sources laid out as document 3 lays them out, and its questions as they stand: what 案例1, 案例2 and 案例4 ask for."""

from pathlib import Path, PurePosixPath

import pytest

from analysis.research.answer import answer
from analysis.research.evaluate import AS_OF, Expected, read_all, run, unsupported
from analysis.research.index import Index
from analysis.research.listing import listed
from analysis.research.model import Level, Outcome, State
from analysis.research.present import to_markdown
from analysis.research.sources import read_bytes
from pipelines.vocabulary import load_yaml

DATA = Path(__file__).parents[2] / "data" / "research"
WEBHOOK = "你们的 REST API 是否支持 Webhook 通知?我们需要实时同步数据到内部系统。"
SAID = "我们的 API 支持 Webhook 通知,可以实时推送事件到您的系统。"
KEY = """{ok}支持的事件类型:15 种(创建、更新、删除、状态变更等)
{ok}认证方式:HMAC 签名或 Bearer token
{ok}速率限制:每分钟最多 100 次调用
{ok}重试机制:失败自动重试 3 次,指数退避
{no}限制:企业版功能,专业版不支持
"""
HEAD = "# 开放平台\n\n更新日期:2026-02-10\n\n## 通知\n\n"
LAYOUTS = {
    "a list under the heading": f"{HEAD}{SAID}\n\n{KEY.format(ok='- ', no='- ')}",
    "marked lines behind a label": f"{HEAD}{SAID}\n\n关键信息:\n{KEY.format(ok='✅ ', no='⚠️ ')}",
    "marked items behind a label": f"{HEAD}{SAID}\n\n关键信息:\n\n{KEY.format(ok='- ✅ ', no='- ⚠️ ')}",
}


def index_of(**files):
    """An index of sources by place (``api__a`` is api/a.md)."""
    held = (read_bytes(text.encode(), PurePosixPath(f"{place.replace('__', '/')}.md")) for place, text in files.items())
    return Index.build([s for sources in held for s in sources])


def asked(question, **files):
    return answer(index_of(**files), question, AS_OF)


def test_the_question_of_example_1_is_answered_where_the_source_says_api_without_rest():
    made = asked(WEBHOOK, api__a=f"{HEAD}{SAID}\n")
    assert (made.outcome, made.verdict.state, made.confidence.level) == (Outcome.ANSWERED, State.YES, Level.HIGH)
    assert SAID in made.direct
    assert any("REST API" in w for w in made.warnings)  # and that it was not said apart
    without = asked(WEBHOOK.replace("REST ", ""), api__a=f"{HEAD}{SAID}\n")
    assert made.confidence.number < without.confidence.number
    assert without.warnings == ()


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (WEBHOOK, "GraphQL API 支持 Webhook 通知。"),  # another name stands where the asked one would
        ("你们支持 GraphQL API 吗？", "我们的 API 支持 Webhook 通知。"),  # the name is what is asked for
        ("iOS 客户端支持离线编辑吗？", "Android 客户端支持离线编辑。"),
    ],
)
def test_a_name_that_another_stands_for_or_that_is_asked_for_is_not_passed_over(question, said):
    assert asked(question, api__a=f"{HEAD}{said}\n").outcome is Outcome.NOT_FOUND


@pytest.mark.parametrize("text", LAYOUTS.values(), ids=LAYOUTS)
def test_key_facts_and_limits_of_the_deciding_section_stand_in_the_answer(text):
    made = asked(WEBHOOK, api__a=text)
    assert made.direct == f"是的，但仅限企业版。“{SAID}”"
    assert [f.ok for f in made.facts] == [True, True, True, True, False]
    said = " ".join(f.quote.text for f in made.facts)
    assert all(words in said for words in ("15 种", "HMAC", "每分钟最多 100 次", "重试 3 次", "企业版功能,专业版不支持"))
    shown = to_markdown(made)
    assert "- ⚠️ 限制:企业版功能,专业版不支持（" in shown
    assert "⚠️ ⚠️" not in shown
    assert "✅ 说明只在企业版可用，确认客户的版本" in shown


@pytest.mark.parametrize("text", LAYOUTS.values(), ids=LAYOUTS)
def test_the_edition_that_the_section_excludes_is_told_so(text):
    made = asked("专业版支持 Webhook 通知吗？", api__a=text)
    assert made.verdict.state is State.NO
    assert "限制:企业版功能,专业版不支持" in made.direct


def test_the_limit_of_another_thing_is_none_of_this():
    made = asked(WEBHOOK, api__a=f"{HEAD}{SAID}\n\n- 单点登录:企业版功能,专业版不支持\n")
    assert made.direct.startswith("是的。")
    assert made.verdict.standings[0].statement.edition == ""


def test_what_the_answer_needs_and_no_source_gives_is_said():
    made = asked(WEBHOOK, api__a=f"{HEAD}{SAID}\n")
    assert made.lacking == ("how", "limits")
    shown = to_markdown(made)
    assert "❓ 未找到：如何配置" in shown
    assert "❓ 未找到：限制条件（版本、数量）" in shown
    steps = "\n如何使用:\n1. 在设置 > API > Webhooks 创建端点\n2. 选择需要订阅的事件类型\n"
    whole = asked(WEBHOOK, api__a=LAYOUTS["marked lines behind a label"] + steps)
    assert whole.lacking == ()
    assert "## 未找到" not in to_markdown(whole)


def test_a_thing_most_passages_of_a_small_collection_speak_of_is_searched_for():
    rows = "".join(f"{n},Webhook,2026-01-0{n},已启用 Webhook 并核对\n" for n in range(1, 9))
    tickets = read_bytes(f"工单号,标题,创建日期,解决方案\n{rows}".encode(), PurePosixPath("tickets/t.csv"))
    document = read_bytes(f"{HEAD}{SAID}\n".encode(), PurePosixPath("api/a.md"))
    made = answer(Index.build([*tickets, *document]), WEBHOOK, AS_OF)
    assert "6 个类似案例" in to_markdown(made)


EXPORT = "导出功能支持 PDF 格式吗？"
MANUAL = "# 用户手册\n\n更新日期:2025-10-08\n\n## 导出\n\n{}\n"
NOTICE = "# 产品更新公告\n\n日期:2026-03-05\n\n{}\n"
MAIL = "# 客户成功团队邮件\n\n日期:2026-03-12\n\n很多客户问 PDF 导出,我们正在加速开发,新的实现会更好。\n"
PAUSED = "为提升性能,PDF 导出功能暂时下线,预计 Q2 恢复。"
LISTED = "导出功能支持 PDF、Excel、CSV 三种格式。"


def test_example_2_offers_what_else_the_outdated_list_names_as_not_verified():
    made = asked(EXPORT, manual__a=MANUAL.format(LISTED), announcement__a=NOTICE.format(PAUSED), email__a=MAIL)
    assert (made.verdict.state, made.verdict.contradictory) == (State.SUSPENDED, True)
    assert [(u.items, u.quote.text) for u in made.unverified] == [(("Excel", "CSV"), LISTED)]
    shown = to_markdown(made)
    now, advised = shown.split("## 当前情况")[1].split("## 支持证据")[0], shown.split("## 建议回复客户")[1]
    assert f"- ⚠️ 待核实的替代：Excel、CSV — 见于不采纳的“用户手册”：“{LISTED}”" in now
    assert "- ⚠️ 可提供替代方案（Excel/CSV），但待核实：" in advised


def test_what_the_adopted_source_speaks_of_is_no_unverified_alternative():
    both = NOTICE.format("PDF 和 Excel 导出功能暂时下线,预计 Q2 恢复。")
    made = asked(EXPORT, manual__a=MANUAL.format(LISTED), announcement__a=both)
    assert [u.items for u in made.unverified] == [("CSV",)]
    said = NOTICE.format(f"{PAUSED}Excel 和 CSV 导出正常可用。")
    made = asked(EXPORT, manual__a=MANUAL.format(LISTED), announcement__a=said)
    assert (made.unverified, [q.text for q in made.alternatives]) == ((), ["Excel 和 CSV 导出正常可用。"])


@pytest.mark.parametrize(
    ("text", "items"),
    [
        (LISTED, ("PDF", "Excel", "CSV")),
        ("支持示例信、示例钉、示例书三个渠道登录。", ("示例信", "示例钉", "示例书")),
        ("Exports are available as PDF, Excel and CSV.", ("PDF", "Excel", "CSV")),
        ("审批人可以用语音审批，说出“同意”即可完成。", ()),
        ("单个文件最大 50 MB，支持 Excel。", ()),
    ],
)
def test_lists_are_read_from_sentences(text, items):
    assert listed(text) == items


def test_the_questions_of_the_document_as_they_stand():
    sources = read_all(DATA / "document")
    results = run(load_yaml(DATA / "questions-document.yaml", tuple[Expected, ...]), sources)
    assert [f"{r.expected.id}: {r.fault}" for r in results if not r.right] == []
    assert unsupported(results, sources) == []
    shown = {r.expected.id: to_markdown(r.answer) for r in results}
    for words in (
        "是的，但仅限企业版。",
        r"工单 \#5231、\#5345、\#5412：3 个类似案例",
        "⚠️ 限制:企业版功能,专业版不支持",
        "1. 在设置 > API > Webhooks 创建端点",
    ):
        assert words in shown["c01"]
    assert "## 未找到" not in shown["c01"]
    assert "## 未找到" not in shown["c03"]
    for words in ("目前暂时不可用，预计 Q2 恢复。", "可提供替代方案（Excel/CSV），但待核实", "⚠️ 不承诺具体恢复日期"):
        assert words in shown["c03"]
