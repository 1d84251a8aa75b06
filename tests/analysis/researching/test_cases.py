"""Questions about official cases: conditions by the vocabularies, only cases that meet all of them, numbers quoted."""

import pytest
from factories import make_case, page_of

from analysis.research import answer as answering
from analysis.research.cases import CaseBook, conditions
from analysis.research.model import Outcome
from analysis.research.present import to_markdown

POLAR, BIGQUERY = "云数据库 PolarDB", "BigQuery"


@pytest.fixture
def book():
    return CaseBook(
        [
            make_case("示例银行甲", "aliyun", ("关系型数据库",), (POLAR,), benefits=((40, "%", "down", "cost"),)),
            make_case("示例银行乙", "aliyun", ("关系型数据库",), (POLAR,)),
            make_case("示例银行丙", "aliyun", ("关系型数据库",), (POLAR,), scenario="ai"),
            make_case("示例保险", "aliyun", ("关系型数据库",), (POLAR,), industry="finance.insurance"),
            make_case("示例零售", "gcp", ("数据仓库",), (BIGQUERY,), industry="retail", scenario="data-analytics"),
            make_case("示例连锁", "gcp", ("数据仓库",), (BIGQUERY,), industry="retail.chains", url="javascript:alert(1)"),
            make_case("示例未知", "gcp", ("数据仓库",), (BIGQUERY,), industry=None),
        ]
    )


def test_conditions_are_read_by_the_vocabularies():
    asked = conditions("哪些银行把核心系统搬到了 PolarDB，收益多少?")
    assert (asked.products, asked.industries, asked.scenarios) == ((POLAR,), ("finance.banking",), ("core-migration",))
    assert conditions("who uses BigQuery in retail?").industries == ("retail",)
    assert conditions("华为云有哪些制造业案例").vendors == ("huaweicloud",)
    assert conditions("有哪些对象存储的游戏客户案例？").categories == ("对象存储",)


def test_every_condition_must_be_met_and_results_come_first(book):
    found = book.find("哪些银行把核心系统搬到了 PolarDB，收益多少?")
    assert [c.customer for c in found] == ["示例银行甲", "示例银行乙"]
    assert found[0].benefits == ("40 %",)


def test_a_result_is_shown_in_the_sentence_of_its_page():
    case = make_case("示例银行甲", "aliyun", ("关系型数据库",), (POLAR,), benefits=((40, "%", "down", "cost"),))
    book = CaseBook([case], lambda _: page_of(case).text)
    assert book.find("哪些银行用了 PolarDB？")[0].benefits == ("40 %",)  # a line of its own
    torn = CaseBook([case], lambda _: "另一页的文字，不再是原来那一页。")
    assert torn.find("哪些银行用了 PolarDB？")[0].benefits == ("40 %",)


def test_a_group_holds_its_leaves_and_unknown_is_no_match(book):
    assert [c.customer for c in book.find("who uses BigQuery in retail?")] == ["示例连锁", "示例零售"]


def test_only_results_of_the_subject_asked_for(book):
    assert [c.customer for c in book.find("哪些银行用 PolarDB 降低了成本，降低多少？")] == ["示例银行甲"]
    assert book.find("哪些银行用 PolarDB 提升了可用性，提升多少？") == ()


@pytest.mark.parametrize("question", ["REST API 支持 Webhook 吗？", "哪些浏览器可以用？", "who can delete a form?"])
def test_other_questions_are_none_about_cases(book, question):
    assert book.about(question) == ""


def test_the_answer_lists_cases_with_quotes_tier_and_link(index, book):
    made = answering.answer(index, "哪些银行把核心系统搬到了 PolarDB，收益多少?", "2026-03-20", book)
    assert (made.outcome, made.question.type, len(made.cases)) == (Outcome.ANSWERED, "cases", 2)
    shown = to_markdown(made)
    assert "<https://example.com/示例银行甲>" in shown
    assert "“40 %”" in shown
    assert "1 级" in shown
    assert "理解为：产品：云数据库 PolarDB；行业：金融-银行；场景：核心系统上云" in shown


def test_an_address_that_is_none_is_not_shown(index, book):
    shown = to_markdown(answering.answer(index, "who uses BigQuery in retail?", "2026-03-20", book))
    assert "javascript" not in shown
    assert "链接缺失" in shown


def test_nothing_found_says_so_and_what_is_near(index, book, monkeypatch):
    monkeypatch.setattr(answering, "recognize", lambda _: None)  # what is asked here is no matter of escalation
    made = answering.answer(index, "哪些券商把核心系统搬到了 BigQuery？", "2026-03-20", book)
    assert made.outcome is Outcome.NOT_FOUND
    assert "不限“" in made.direct
    none = answering.answer(index, "哪些医院用了 Azure SQL Database？", "2026-03-20", CaseBook(()))
    assert (none.outcome, none.cases) == (Outcome.NOT_FOUND, ())
    assert "没有符合条件" in none.direct
