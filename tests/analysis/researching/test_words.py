"""What questions and sentences say: concepts over two languages, types of questions, states, editions, figures."""

import pytest

from analysis.research.claims import canonical_unit, edition_spans, figures, state_of
from analysis.research.judge import edition_claims
from analysis.research.model import State
from analysis.research.question import MAX_QUESTION, kind_of, understand
from analysis.research.registry import named_type
from analysis.research.rules import question_types
from analysis.research.terms import concepts, stem, terms
from pipelines.errors import UserError


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("单点登录", "single sign-on"),
        ("批量导入成员", "members imported in bulk"),
        ("导出附件", "exporting attachments"),
        ("接口的速率限制", "API rate limits"),
        ("子流程嵌套", "nested subprocesses"),
    ],
)
def test_both_languages_give_the_same_concepts(zh, en):
    assert {t.concept for t in terms(zh)} == {t.concept for t in terms(en)}


def test_compounds_hold_their_parts():
    assert "token" in concepts("访问令牌过期")
    assert "access_token" not in concepts("令牌过期")


def test_short_words_are_not_found_inside_others():
    assert "ie" not in concepts("queries in a series")
    assert "api" not in concepts("capital")


def test_terms_stand_where_they_say():
    text = "移动端支持离线审批 offline approval"
    assert all(text[t.start : t.end] for t in terms(text))


@pytest.mark.parametrize(("word", "root"), [("libraries", "librar"), ("policies", "policy"), ("running", "run"), ("sso", "sso")])
def test_stems_are_light(word, root):
    assert stem(word).startswith(root[:3])
    assert stem(stem(word)) == stem(word)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("你们的 REST API 是否支持 Webhook 通知？", "capability"),
        ("Does the API support webhooks?", "capability"),
        ("如何配置 Webhook？", "how_to"),
        ("How do I set up SSO?", "how_to"),
        ("附件最大多大？", "limit"),
        ("What is the rate limit?", "limit"),
        ("收不到验证码怎么办", "trouble"),
        ("深色模式什么时候上线", "date"),
        ("现在还能导出 PDF 吗", "status"),
        ("支持哪些浏览器", "what"),
        ("关于报表", "other"),
    ],
)
def test_types_of_questions(question, kind):
    assert kind_of(question)[0] == kind


def test_every_type_but_cases_and_other_has_cues():
    assert [n for n, k in question_types().items() if not k.cues] == ["cases", "other"]


def test_background_is_not_what_is_asked():
    asked = understand("导出支持 PDF 吗？我们要给审计部门存档。")
    assert asked.question.concepts == ("export", "pdf")


def test_an_edition_says_for_whom_and_not_what():
    asked = understand("专业版支持 Webhook 吗？")
    assert (asked.question.edition, asked.question.concepts) == ("pro", ("webhook",))
    assert edition_spans("the Enterprise plan")


@pytest.mark.parametrize("question", ["", "   ", "？？", "问" * (MAX_QUESTION + 1)])
def test_no_question(question):
    with pytest.raises(UserError):
        understand(question)


@pytest.mark.parametrize(
    ("clause", "state"),
    [
        ("PDF 导出功能暂时下线", State.SUSPENDED),
        ("PDF export is temporarily unavailable", State.SUSPENDED),
        ("v1 接口已弃用", State.DEPRECATED),
        ("将于 2026 年 6 月 30 日停止服务", State.DEPRECATED),
        ("深色模式计划于 Q3 上线", State.PLANNED),
        ("我们正在加速开发", State.PLANNED),
        ("不支持 LDAP 直连", State.NO),
        ("Excel files are not accepted", State.NO),
        ("语音审批功能已永久下线", State.NO),
        ("支持 SAML 2.0", State.YES),
        ("the file can be downloaded", State.YES),
        ("导出功能", None),
    ],
)
def test_states(clause, state):
    found = state_of(clause)
    assert (found[0] if found else None) is state


def test_editions_restrict():
    claims = edition_claims("Webhook 是企业版功能，专业版不支持", State.NO)
    assert (claims["enterprise"], claims["pro"]) == (State.YES, State.NO)
    assert edition_claims("available in the Enterprise edition only", State.YES)["pro"] is State.NO
    assert edition_claims("专业版和企业版都可以使用", State.YES) == {"pro": State.YES, "enterprise": State.YES}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("每分钟最多 600 次", ["600 times/min"]),
        ("每天凌晨 2 点自动同步一次", ["1 d", "2"]),
        ("up to 10,000 records", ["10000 item"]),
        ("由 100 MB 提高到 500 MB", ["100 mb", "500 mb"]),
        ("6.7万条记录", ["67000 item"]),
        ("every hour", ["1 h"]),
        ("只接受 UTF-8", []),
        ("S3 v2.0", []),
    ],
)
def test_figures(text, values):
    assert [f.value() for f in figures(text)] == values


@pytest.mark.parametrize(
    ("text", "words", "value"),
    [
        ("请求频率上限为每秒 3500 次。", "每秒 3500 次", "3500 times/s"),
        ("上限为 3,500 次/秒", "3,500 次/秒", "3500 times/s"),
        ("up to 100 requests per second", "100 requests per second", "100 times/s"),
        ("每 5 分钟不超过 20 次", "每 5 分钟不超过 20 次", "20 times/5min"),
        ("每个用户最多 5 个流程", "每个用户最多 5 个", "5 item"),
        ("最多 500 次", "500 次", "500 times"),
    ],
)
def test_a_rate_keeps_what_it_is_of(text, words, value):
    found = list(figures(text))[-1]
    assert (text[found.start : found.end], found.value()) == (words, value)


def test_units_mean_the_same_in_both_languages():
    assert canonical_unit("小时") == canonical_unit("hours")
    assert canonical_unit("次") == canonical_unit("times")


def test_source_types_are_named_in_both_languages():
    assert named_type("更新公告") == named_type("product announcement") == "announcement"
    with pytest.raises(UserError, match="谣言"):
        named_type("谣言")
