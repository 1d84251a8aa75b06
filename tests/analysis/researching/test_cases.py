"""Questions about official cases: conditions by the vocabularies, only cases that meet all of them, numbers quoted."""

from dataclasses import replace

import pytest
from factories import known, make_case, make_page, page_of

from analysis.research import answer as answering
from analysis.research.cases import CaseBook, conditions
from analysis.research.customers import Customers
from analysis.research.model import Outcome
from analysis.research.present import to_markdown
from analysis.research.prose import say
from pipelines.case import Benefit

POLAR, BIGQUERY = "云数据库 PolarDB", "BigQuery"


def core(*args, **more):
    """A case whose scenario rests on words that tell core systems."""
    case, page = make_case(*args, **more), make_page("核心系统已经上云。")
    return replace(case, scenario=known("core-migration", page, "核心系统"))


def telling(words, industry, scenario, benefits=(), name="示例甲行", methods=("industry.name", "scenario.evidence"), **more):
    """A case and its page, whose industry and scenario rest on the words given."""
    page = make_page(words, "aws")
    case = make_case(name, "aws", **more)
    case = replace(
        case,
        page_digest=page.digest,
        industry=replace(known("finance.banking", page, industry, 0.99), method=methods[0]),
        scenario=replace(known("core-migration", page, scenario, 0.9), method=methods[1]),
        benefits=replace(case.benefits, items=tuple(known(Benefit(*b), page, quote) for b, quote in benefits)),
    )
    return case, {page.digest: page.text}


def asked(question, *pairs):
    pages = {digest: text for _, page in pairs for digest, text in page.items()}
    return CaseBook([case for case, _ in pairs], lambda digest: pages.get(digest, "")).find(question)


@pytest.fixture
def book():
    return CaseBook(
        [
            core("示例银行甲", "aliyun", ("关系型数据库",), (POLAR,), benefits=((40, "%", "down", "cost"),)),
            core("示例银行乙", "aliyun", ("关系型数据库",), (POLAR,)),
            make_case("示例银行丙", "aliyun", ("关系型数据库",), (POLAR,), scenario="ai"),
            core("示例保险", "aliyun", ("关系型数据库",), (POLAR,), industry="finance.insurance"),
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


BANKS = "Which banks run core systems on AWS?"


def test_a_condition_rests_on_words_that_tell_it():
    words = "Examplebank Case Study\nThe bank moved its core banking platform to AWS.\nOur cloud migration is a journey of culture."
    (found,) = asked(BANKS, telling(words, "Examplebank", "Our cloud migration", name="Examplebank"))
    assert found.quotes == ("The bank moved its core banking platform to AWS.",)
    assert found.confidence >= 0.8


def test_a_name_and_a_scenario_of_another_thing_are_no_whole_proof_and_lower_the_confidence():
    words = "Examplebank Case Study\nOur cloud migration is a journey of culture."
    (found,) = asked(BANKS, telling(words, "Examplebank", "Our cloud migration", name="Examplebank"))
    assert found.confidence < 0.6
    assert all("待核" in reason for reason in found.reasons[1:])


def test_whole_proof_comes_before_and_doubts_are_told(index):
    weak = telling("Examplebank Case Study\nOur cloud migration is a journey.", "Examplebank", "Our cloud migration", name="Examplebank")
    sure = telling("The bank moved its core banking platform.", "bank", "core banking", name="Zeta", methods=("industry.definition", "x"))
    pages = {**weak[1], **sure[1]}
    book = CaseBook([weak[0], sure[0]], lambda digest: pages[digest])
    assert [c.customer for c in book.find(BANKS)] == ["Zeta", "Examplebank"]
    assert "其中 1 个有条件只有旁证，没有原话直接说明" in answering.answer(index, BANKS, "2026-03-20", book).confidence.reasons


def test_words_of_the_trade_make_no_bank_and_words_of_something_else_no_core_system():
    served = telling(
        "Example Inc. sells digital banking. Its core banking runs here.", "banking", "core banking", methods=("industry.named", "x")
    )
    culture = telling("The bank is happy. We value our culture.", "bank", "We value our culture", methods=("industry.definition", "x"))
    assert asked(BANKS, served) == ()
    assert asked(BANKS, culture) == ()


def test_a_doubt_is_a_field_and_not_the_end_of_a_sentence(monkeypatch):
    """Another wording of the doubt changes the order of nothing."""
    monkeypatch.setattr("analysis.research.cases.say", lambda key, **values: "" if key == "cases.doubt" else say(key, **values))
    weak = telling("Examplebank Case Study\nOur cloud migration is a journey.", "Examplebank", "Our cloud migration", name="Examplebank")
    sure = telling("The bank moved its core banking platform.", "bank", "core banking", name="Zeta", methods=("industry.definition", "x"))
    pages = {**weak[1], **sure[1]}
    found = CaseBook([weak[0], sure[0]], lambda digest: pages[digest]).find(BANKS)
    assert [(c.customer, c.doubted) for c in found] == [("Zeta", False), ("Examplebank", True)]


STORED = (((20, "%", "down", "cost"), "storage costs by 20 percent"), "It cut storage costs by 20 percent.")
SPENT = (((70, "%", "down", "cost"), "costs by 70 percent"), "It cut staff costs by 70 percent.")


def test_what_customers_saved_is_told_by_cases_though_nothing_of_the_catalogue_is_named(index):
    """存储费用: the first word narrows the second, so that neither other costs nor capacities answer."""
    pairs = [telling(words, words[:5], words[:5], (b,), name=n) for n, (b, words) in (("Stored", STORED), ("Spent", SPENT))]
    pages = {d: t for _, page in pairs for d, t in page.items()}
    book = CaseBook([case for case, _ in pairs], lambda digest: pages.get(digest, ""))
    made = answering.answer(index, "存储费用能降多少？", "2026-03-20", book)
    assert (made.outcome, made.question.type) == (Outcome.ANSWERED, "cases")
    assert [c.customer for c in made.cases] == ["Stored"]
    assert made.confidence.number > 0


def test_only_results_that_convince_are_listed():
    words = "The bank runs its core systems here.\n659 people took 4,269 free courses.\nCosts fell by 30 percent."
    told = (((4269, "items", "reach", "other"), "4,269 free courses"), ((30, "%", "down", "cost"), "30 percent"))
    (found,) = asked(BANKS, telling(words, "bank", "core systems", told, methods=("industry.definition", "x")))
    assert found.benefits == ("Costs fell by 30 percent.",)


@pytest.fixture
def known_customers():
    cut = ((90.8, "%", "up", "accuracy", None, 79.7), "准确率从 79.7% 提高到 90.8%")
    moved = ((2, "EB", "reach", "capacity", None, None, "over"), "migrated more than 2 exabytes of data")
    words = "准确率从 79.7% 提高到 90.8%。\nSnippet migrated more than 2 exabytes of data to storage."
    pairs = [telling(f"{words}\n{n}", words[:3], words[:3], (b,), name=n) for n, b in (("示例金服", cut), ("Snippet", moved))]
    pages = {d: t for _, page in pairs for d, t in page.items()}
    return CaseBook([c for c, _ in pairs], lambda digest: pages.get(digest, ""))


@pytest.mark.parametrize(
    ("question", "customer", "told"),
    [
        ("示例金服的准确率提升了多少？", "示例金服", "准确率从 79.7% 提高到 90.8%"),
        ("Snippet 迁移了多少数据到 S3？", "Snippet", "migrated more than 2 exabytes"),
    ],
)
def test_a_question_that_names_a_customer_is_answered_from_its_cases(index, known_customers, question, customer, told):
    made = answering.answer(index, question, "2026-03-20", known_customers)
    assert (made.outcome, [c.customer for c in made.cases]) == (Outcome.ANSWERED, [customer])
    assert told in made.direct
    assert 0.5 < made.confidence.number <= 0.9


def test_what_the_cases_of_a_customer_do_not_tell_is_not_guessed(index, known_customers):
    made = answering.answer(index, "Snippet 的仓库有多少只猫？", "2026-03-20", known_customers)
    assert (made.outcome, [c.customer for c in made.cases]) == (Outcome.NOT_FOUND, ["Snippet"])
    assert "没有可以引用的话" in made.direct
    assert answering.answer(index, "附件大小上限是多少？", "2026-03-20", known_customers).question.type == "limit"


def test_a_short_name_counts_as_it_is_written_and_not_within_a_product():
    held = Customers(["Snap", "Sun Finance", "示例金服", "X"])
    assert held.named("how do I snap to a grid?").names == ()
    assert held.named("sun finance 和 Snap，还有示例金服").names == ("Sun Finance", "Snap", "示例金服")
    assert held.named("Snap", [(0, 4)]).names == ()


def test_how_much_customers_saved_is_told_by_their_cases(index):
    shares = (10, 40, 60)
    cases = [make_case(f"示例{n}", benefits=((n, "%", "down", "cost"),), industry=None, scenario=None) for n in shares]
    made = answering.answer(index, "对象存储客户一般能降多少成本？", "2026-03-20", CaseBook(cases))
    assert made.outcome is Outcome.ANSWERED
    assert "3 个写明了成本的变化：10%–60%，中位数 40%" in made.direct
