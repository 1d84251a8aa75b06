"""The commands as a user runs them: exit statuses, JSON, and files written."""

import json

import pytest
import typer
from factories import make_case, page_of
from typer.testing import CliRunner

from analysis.commands import ask, escalation, kb, sources
from analysis.research.compound import questions_of
from analysis.research.evaluate import Expected, calibration, fault, missed_targets, run, unsupported
from analysis.research.model import Confidence, Level, Outcome
from pipelines.library import Library

PDF = "导出功能支持 PDF 格式吗？"


@pytest.fixture
def cli(tmp_path, product_folder):
    app = typer.Typer(pretty_exceptions_enable=False)
    for module in (ask, escalation, kb, sources):
        module.register(app)
    where = ["--library", f"sqlite:///{tmp_path}/library.db"]

    def call(*words, status=0):
        done = CliRunner().invoke(app, [*words, *where], terminal_width=200)
        assert done.exit_code == status, (done.output, done.exception)
        return done.output

    call("sources", "import", str(product_folder), "--date", "2026-03-01")
    return call


@pytest.fixture(scope="session")
def product_folder():
    from pathlib import Path

    return Path(__file__).parents[2] / "data" / "research" / "product"


def test_ask_answers_and_tells_where_it_is_kept(cli):
    shown = cli("ask", PDF, "--date", "2026-03-20")
    assert "目前暂时不可用" in shown
    assert "已记入知识库" in shown
    assert "产品文档团队" in cli("kb", "review", "--date", "2026-03-20")


def test_a_question_before_anything_was_imported_is_not_found_with_the_next_step(tmp_path):
    app = typer.Typer(pretty_exceptions_enable=False)
    ask.register(app)
    app.command("other")(lambda: None)
    done = CliRunner().invoke(app, ["ask", "导出怎么用", "--library", f"sqlite:///{tmp_path}/new.db"])
    assert done.exit_code == 1, done.exception
    assert "没有找到" in done.output
    assert "insights sources import" in done.output


def test_every_question_of_several_is_answered(cli):
    """What was asked second is no background of the first, and what is not to be had says nothing of what is."""
    told = json.loads(cli("ask", "专业版能用 Webhook 吗，访问令牌多久会过期？", "--date", "2026-03-20", "--json"))
    assert [one["answer"]["question"]["type"] for one in told] == ["capability", "limit"]
    assert "2 小时" in told[1]["answer"]["direct"]
    both = json.loads(cli("ask", "导出支持 PDF 和 Excel 吗？", "--date", "2026-03-20", "--json"))
    assert [one["answer"]["verdict"]["state"] for one in both] == ["suspended", "yes"]
    shown = cli("ask", "导出支持 PDF 吗？支持区块链存证吗？", "--date", "2026-03-20", status=1)
    assert "问题里有 2 问" in shown
    assert "没有找到" in shown


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("支持 Webhook 吗？我们很急。", 1),
        ("我们的数据存储在哪个地区？是否符合 GDPR 要求？", 1),
        ("支持 SAP S/4HANA 吗", 1),
        ("支持 Webhook 吗？最多几个端点？", 2),
        ("Do you support webhooks, and how many retries are there?", 2),
        ("支持 PDF、Excel、CSV 吗", 3),
    ],
)
def test_questions_are_parted_where_there_are_several(text, parts):
    found = questions_of(text)
    assert len(found) == parts
    assert parts > 1 or found == (text,)


def test_a_later_question_keeps_the_edition_and_the_subject():
    assert questions_of("专业版支持 Webhook 吗，最多几个端点？")[1] == "专业版最多几个端点？（专业版支持 Webhook 吗）"


def test_an_answered_escalation_is_knowledge(cli, tmp_path):
    """案例4: the owner's answer becomes a standard document; it is named when the like is asked again, found, and exported."""
    reply = tmp_path / "答复.md"
    reply.write_text("## 合规认证\n- 以书面证明为准\n", encoding="utf-8")
    cli("escalation", "open", "是否符合 GDPR 要求？", "--date", "2026-03-20")
    (held,) = json.loads(cli("escalation", "list", "--json", "--date", "2026-03-20"))
    one = held["escalation"]["id"]
    assert "已有标准文档" not in cli("ask", "你们符合 GDPR 吗？", status=1)
    cli("escalation", "close", one, "--answer", str(reply), "--date", "2026-03-21")
    again = cli("ask", "你们符合 GDPR 吗？", status=1)
    assert f"{one}，验证于 2026-03-21" in again
    assert "在负责团队确认之前，不给客户任何答案" in again
    assert "1 份标准文档" in cli("kb", "search", "GDPR")
    assert "1 份标准文档" in cli("kb", "list")
    cli("kb", "export", "--out", str(tmp_path / "site"))
    assert f"({one}.md)" in (tmp_path / "site" / "index.md").read_text("utf-8")
    assert "以书面证明为准" in (tmp_path / "site" / f"{one}.html").read_text("utf-8")


def test_a_customer_of_the_library_is_known_to_ask(tmp_path):
    url = f"sqlite:///{tmp_path}/library.db"
    case = make_case("示例金服", benefits=((40, "%", "down", "cost"),))
    with Library.open(url) as library:
        library.store(library.begin_run("import"), page_of(case), [case])
        assert library.customers() == ["示例金服"]
    app = typer.Typer()
    ask.register(app)
    app.command("other")(lambda: None)
    for question, status in (("示例金服的成本降低了多少？", 0), ("示例金服有多少个仓库？", 1)):
        done = CliRunner().invoke(app, ["ask", question, "--library", url, "--no-keep"])
        assert (done.exit_code, "客户符合" in done.output) == (status, True), (done.output, done.exception)
    assert "40 %" in CliRunner().invoke(app, ["ask", "示例金服的成本降低了多少？", "--library", url]).output


def test_ask_as_json(cli):
    found = json.loads(cli("ask", PDF, "--date", "2026-03-20", "--json"))
    assert found["answer"]["outcome"] == "answered"
    assert found["answer"]["verdict"]["state"] == "suspended"


def test_not_found_and_escalated_end_with_1(cli):
    assert "没有找到" in cli("ask", "支持 GraphQL 吗", status=1)
    assert "insights escalation open" in cli("ask", "是否符合 GDPR 要求？", status=1)


def test_files_are_written(cli, tmp_path):
    cli("ask", PDF, "--date", "2026-03-20", "--out", str(tmp_path / "a.md"))
    assert (tmp_path / "a.md").read_text(encoding="utf-8").startswith("# 导出功能支持 PDF 格式吗？")
    cli("kb", "export", "--out", str(tmp_path / "kb"))
    assert (tmp_path / "kb" / "index.html").is_file()


def test_sources_are_listed_removed_and_remembered(cli):
    assert "api/webhooks.md" in cli("sources", "list", "--json")
    cli("sources", "remove", "product/api/webhooks.md", "--date", "2026-03-02")
    assert json.loads(cli("sources", "history", "--json"))[-1]["event"] == "removed"
    assert "product/api/webhooks.md" not in cli("sources", "list", "--json")


def test_a_refused_file_ends_with_1(cli, tmp_path):
    (tmp_path / "kb").mkdir()
    (tmp_path / "kb" / "x.pdf").write_bytes(b"no pdf")
    assert "x.pdf" in cli("sources", "import", str(tmp_path / "kb"), status=1)


def test_search_without_hits_ends_with_1(cli):
    cli("kb", "search", "天气预报", status=1)


def test_what_evaluation_calls_wrong(product):
    asked = [
        Expected("a", "answerable", "REST API 支持 Webhook 吗？", "no"),
        Expected("b", "unanswerable", "REST API 支持 Webhook 吗？"),
        Expected("c", "contradictory", "单点登录支持 SAML 吗？", "yes", rejected="manual/"),
        Expected("d", "answerable", "单点登录支持 SAML 吗？", "yes", ("SAML",), "guide/sso.md"),
    ]
    results = run(asked, product)
    assert [r.right for r in results] == [False, False, False, True]
    assert "yes instead of no" in results[0].fault
    assert unsupported(results, product) == []
    assert any("contradictory" in m for m in missed_targets(results, 0.0))


def test_an_answer_without_evidence_is_found(product):
    from dataclasses import replace

    (result,) = run([Expected("a", "answerable", "单点登录支持 SAML 吗？", "yes")], product)
    assert unsupported([replace(result, answer=replace(result.answer, evidence=()))], product) == ["a"]
    torn = replace(result.answer.evidence[0], text="不是原话")
    assert unsupported([replace(result, answer=replace(result.answer, evidence=(torn,)))], product) == ["a"]
    sure = replace(result.answer, confidence=Confidence(0.2, Level.LOW))
    assert calibration([replace(result, answer=sure)])[0] == pytest.approx(0.8)
    assert fault(result.expected, replace(result.answer, outcome=Outcome.NOT_FOUND))
