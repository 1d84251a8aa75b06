"""The pack, the message, the follow-up and the standard document: nothing is answered in place of an escalation, nothing is invented."""

import json
from pathlib import PurePosixPath

import pytest
from typer.testing import CliRunner

from analysis.cli import load_commands
from analysis.research.escalation.document import document_text, standard
from analysis.research.escalation.find import found_in
from analysis.research.escalation.follow import Follow, identity
from analysis.research.escalation.pack import Customer, Fact, Found, message_text, pack_text, prepare
from analysis.research.escalation.recognize import recognize
from analysis.research.index import Index
from analysis.research.sources.read import read_bytes
from pipelines.errors import UserError
from pipelines.library import Library

QUESTION = "我们的数据存储在哪个地区？是否符合 GDPR 要求？"
ANSWER = "口径如下。\n\n## 数据中心位置\n- 主要：甲市（甲国）<script>alert(1)</script>\n\n## 可提供的文档\n- 处理协议样本\n"


def pack(question=QUESTION, **more):
    return prepare(recognize(question), "2026-11-27", **more)


def url(tmp_path):
    return f"sqlite:///{tmp_path}/e.db"


def test_the_pack_has_what_the_document_asks_to_be_confirmed():
    made = pack(customer=Customer("示例公司", (Fact("行业", "软件", "crm.yaml 第 2 行"),), "2026-11-30", "采购审批"))
    text = pack_text(made)
    for heading in ("### 快速评估", "### 客户背景", "### 初步发现", "### 需要法务合规部确认", "### 客户期望"):
        assert heading in text
    for wanted in ("数据中心具体位置（哪个国家/地区）", "合规与认证状态", "数据跨境传输机制", "数据处理协议（DPA）条款"):
        assert wanted in text
    assert "行业：软件（来源：crm.yaml 第 2 行）" in text


def test_the_message_names_owner_urgency_and_time():
    made = pack(customer=Customer("示例公司", deadline="2026-11-30"))
    text = message_text(made)
    assert "紧急度：高（距客户的期限 3 天）" in text
    assert "48 小时内（不晚于 2026-11-29）" in text
    assert "1. 合规认证文档（如有）" in text
    assert "不向客户作任何答复" in text


def test_what_was_found_is_quoted_and_what_was_not_is_said():
    found = pack(search=lambda _: [Found("官网称在欧盟有机房", "官网与政策《隐私》", "2026-01-02")])
    assert "“官网称在欧盟有机房”（官网与政策《隐私》，2026-01-02）" in pack_text(found)
    assert "没有找到相关内容" in pack_text(pack(search=lambda _: []))
    assert "没有检索任何资料" in pack_text(pack())


def test_the_search_quotes_the_imported_sources():
    sources = read_bytes(
        "# 隐私政策\n\n欧洲客户的数据存储在欧盟数据中心。\n\n界面可以换颜色。\n".encode(), PurePosixPath("website/privacy.md")
    )
    found = found_in(Index.build(sources), QUESTION)
    assert found[0].quote == "欧洲客户的数据存储在欧盟数据中心。"
    assert "隐私政策" in found[0].source


SITE = {
    "website/privacy.md": "# 隐私政策\n\n更新日期：2026-01-10\n\n隐私政策：客户数据存放在欧盟数据中心。\n",
    "website/security.md": "# 官网\n\n更新日期：2026-01-10\n\n我们已获得 ISO 27001 认证。\n",
    "api/webhooks.md": "# Webhooks\n\n- 支持的事件类型：15 种\n- 认证方式：HMAC 签名\n- 重试机制：失败重试 3 次\n- 限制：须符合配额要求\n",
    "guide/sync.md": "# 指南\n\n1. 选择需要订阅的事件类型\n2. 测试连接并查看实时日志\n3. 保存数据\n4. 按字段设置查看权限\n",
}


def searched(question, **files):
    index = Index.build([s for place, text in (files or SITE).items() for s in read_bytes(text.encode(), PurePosixPath(place))])
    return pack(question, search=lambda text: found_in(index, text))


def test_only_passages_that_bear_on_the_question_or_a_check_are_findings_and_the_rest_is_said_to_be_missing():
    made = searched(QUESTION)
    assert [f.quote for f in made.found] == ["隐私政策：客户数据存放在欧盟数据中心。", "我们已获得 ISO 27001 认证。"]
    text = pack_text(made)
    assert "未找到与这些有关的原文：GDPR；数据跨境传输机制（如适用）；数据处理协议（DPA）条款" in text
    assert "数据中心具体位置" not in text.split("未找到与")[1].split("\n")[0]


@pytest.mark.parametrize("question", ["你们员工能看到我们的数据吗？", "合同到期后数据什么时候删除？", "能给我们打八折吗？"])
def test_where_no_passage_bears_on_it_nothing_is_found(question):
    made = searched(question)
    assert made.found == ()
    assert "没有找到相关内容" in pack_text(made)


def test_a_passage_with_the_name_that_is_asked_about_is_found():
    made = searched(QUESTION, **{"kb/a.md": "# 说明\n\nGDPR 相关文件请联系客户经理。\n\n界面可以换颜色。\n"})
    assert [f.quote for f in made.found] == ["GDPR 相关文件请联系客户经理。"]
    assert not any("GDPR；" in gap for gap in made.gaps)


def test_only_what_the_question_touches_must_be_confirmed():
    assert not any("未成年" in c for c in pack().confirm)
    assert any("未成年" in c for c in pack("未成年人可以用你们的产品吗").confirm)


def test_a_passed_deadline_is_urgent():
    assert pack(customer=Customer(deadline="2026-11-01")).urgency == "紧急"
    with pytest.raises(UserError, match="不是“soon”"):
        pack(customer=Customer(deadline="soon"))


def test_words_of_questions_and_sources_speak_no_markup():
    made = pack("GDPR 合规吗 <img src=x> [点我](http://evil) | `x`", search=lambda _: [Found("<b>**x**</b>", "《a|b》")])
    for text in (pack_text(made), message_text(made)):
        assert "<img" not in text
        assert "<b>" not in text
        assert "[点我](http" not in text


def test_the_same_question_of_the_same_customer_is_kept_once(tmp_path):
    with Follow.open(url(tmp_path)) as follow:
        first, new = follow.add(pack())
        again, anew = follow.add(pack(" 我们的数据存储在哪个地区？ 是否符合 gdpr 要求？"))
        assert (new, anew) == (True, False)
        assert first.id == again.id == identity("", QUESTION)
        assert len(follow.all()) == 1


def test_from_open_to_the_standard_document(tmp_path):
    with Follow.open(url(tmp_path)) as follow:
        one = follow.add(pack())[0].id
        with pytest.raises(UserError, match="还没有答复"):
            follow.close(one, "2026-11-28")
        with pytest.raises(UserError, match="答复是空的"):
            follow.answer(one, "  \n", "2026-11-28")
        assert follow.answer(one[:8], ANSWER, "2026-11-28").state == "answered"
        held = follow.close(one, "2026-11-28", "欧洲")
        assert follow.documents("compliance") == [f"数据中心和合规性 - 欧洲（{one}，验证于 2026-11-28）"]
        with pytest.raises(UserError, match="已于 2026-11-28 关闭"):
            follow.answer(one, "别的", "2026-11-29")
    text = held.document
    assert text.startswith("## 数据中心和合规性 - 欧洲\n")
    for part in (
        "**最后验证：** 2026-11-28",
        "**负责团队：** 法务合规部",
        "### 数据中心位置",
        "### 合规认证",
        "### 可提供的文档",
        "### 客户询问处理",
        "TAT：48 小时响应",
    ):
        assert part in text
    assert "主要：甲市（甲国）&lt;script>" in text
    assert "- 处理协议样本" in text
    assert "数据跨境传输影响评估" not in text  # the answer's own list stands in place of the usual one


def test_a_section_the_answer_lacks_is_marked_not_filled(tmp_path):
    with Follow.open(url(tmp_path)) as follow:
        one = follow.add(pack())[0].id
        follow.answer(one, ANSWER, "2026-11-28")
        text = follow.close(one, "2026-11-28").document
    assert text.split("### 合规认证")[1].lstrip().startswith("- ⚠️ 待法务合规部补充")
    assert "### 说明\n\n- 口径如下。" in text


def test_overdue_and_unknown_ids_are_told(tmp_path):
    with Follow.open(url(tmp_path)) as follow:
        held, _ = follow.add(pack())
        assert (held.due, held.overdue("2026-11-29"), held.overdue("2026-11-30")) == ("2026-11-29", False, True)
        with pytest.raises(UserError, match="zzz"):
            follow.get("zzz")


def test_what_may_only_be_read_is_read_and_a_write_says_so(tmp_path, monkeypatch):
    url, bare = f"sqlite:///{tmp_path}/f.db", f"sqlite:///{tmp_path}/bare.db"
    with Follow.open(url) as follow:
        held, _ = follow.add(pack())
    with Library.open(bare):
        pass
    monkeypatch.setattr("pipelines.library.database.os.access", lambda *_: False)
    with Follow.open(url) as follow:
        assert follow.all() == [held]
        with pytest.raises(UserError, match="只读"):
            follow.answer(held.id, "可以", "2026-11-28")
        with pytest.raises(UserError, match="只读"):
            follow.add(pack())
    with Follow.open(bare) as follow:
        assert follow.all() == []


def test_a_database_that_cannot_be_opened_is_named_without_its_password():
    with pytest.raises(UserError, match="打不开") as error:
        Follow.open("nosuch://user:secret@host/db")
    assert "secret" not in str(error.value)


def run(*words):
    return CliRunner().invoke(load_commands(), ["escalation", *map(str, words)])


def test_the_commands_from_question_to_document(tmp_path):
    library = ("--library", url(tmp_path))
    harmless = run("open", "怎么导出报表", *library)
    assert harmless.exit_code == 1
    assert "不须升级" in harmless.output
    opened = json.loads(run("open", QUESTION, "--customer", "示例公司", "--date", "2026-11-27", "--json", *library).output)
    assert opened["pack"]["escalation"]["kinds"] == ["compliance", "privacy"]
    assert run("list", "--date", "2026-11-28", *library).exit_code == 0
    assert run("list", "--date", "2026-12-28", *library).exit_code == 1
    answer = tmp_path / "answer.md"
    answer.write_text(ANSWER, encoding="utf-8")
    closed = run("close", opened["id"], "--answer", answer, "--date", "2026-11-28", "--out", tmp_path / "kb.md", *library)
    assert closed.exit_code == 0
    assert (tmp_path / "kb.md").read_text(encoding="utf-8").startswith("## 数据中心和合规性")
    assert json.loads(run("show", opened["id"], "--json", *library).output)["state"] == "closed"
    assert isinstance(run("list", "--state", "lost", *library).exception, UserError)


def test_what_can_be_given_is_the_owners_word_or_waits_for_it():
    """An answer that names no documents promises none: the usual ones stand as questions to the owner."""
    said = document_text(standard("esc-1", QUESTION, "compliance", ANSWER, "2026-11-27"))
    assert "确认能否提供" not in said
    silent = document_text(standard("esc-1", QUESTION, "compliance", "## 合规认证\n- 已获得\n", "2026-11-27"))
    given = silent.partition("### 可提供的文档")[2].partition("###")[0].strip().splitlines()
    assert given
    assert all("待法务合规部确认能否提供" in line for line in given)
