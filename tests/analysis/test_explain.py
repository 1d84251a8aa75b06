"""The account of a case: every value with its quote in its sentence, hostile text made harmless."""

import pytest
from factories import make_case, page_of

from analysis.explain import explain, page, pieces
from pipelines.case import Evidence, Field, with_fields


@pytest.fixture
def case():
    return make_case("示例银行", company_size=None, benefits=((30.0, "%", "down", "cost"),))


def test_every_value_has_its_quote_and_every_unknown_its_reason(case):
    accounts = {a.field: a for a in explain(case, page_of(case).text)}
    assert accounts["customer_name"].quotes[0].quote == "示例银行"
    assert accounts["benefits"].value == "cost ↓ 30 %"
    assert accounts["company_size"].reason == "not_stated"


def test_a_quote_that_does_not_stand_is_told(case):
    wrong = with_fields(case, industry=Field("finance", (Evidence("invented", 0, 8, case.page_digest),), 0.9, "x"))
    (account,) = [a for a in explain(wrong, page_of(case).text) if a.field == "industry"]
    assert not account.quotes[0].stands
    assert "原文不符" in page(wrong, page_of(case).text, [account])


def test_the_pieces_joined_are_the_text(case):
    text = page_of(case).text
    cut = pieces(case, text)
    assert "".join(p.text for p in cut) == text
    assert any("customer_name" in p.fields for p in cut)


def test_hostile_text_is_harmless_in_the_page():
    case = make_case("<script>alert(1)</script>")
    drawn = page(case, page_of(case).text, explain(case, page_of(case).text))
    assert "<script" not in drawn
    assert "&lt;script&gt;" in drawn
