"""The contracts: evidence stands or does not, unknown is not a value, JSON comes back as it went."""

import pytest
from factories import make_case, make_page

from pipelines.case import Block, Case, Evidence, Field, Many, Part, RawCase, Role


def test_evidence_stands_only_at_its_span():
    text = "示例银行 saved 30% of cost"
    assert Evidence("saved 30%", 5, 14, "d").check(text)
    assert not Evidence("saved 30%", 6, 15, "d").check(text)
    assert not Evidence("", 3, 3, "d").check(text)


def test_a_raw_case_gives_evidence_with_its_place():
    raw = RawCase(make_page("Title\nIt saved 30%."), blocks=(Block(0, 5, Role.TITLE, Part.TITLE), Block(6, 19, Role.KPI, Part.RESULTS)))
    found = raw.evidence(9, 18)
    assert (found.quote, found.where) == ("saved 30%", "results/kpi")
    assert found.check(raw.page.text)


@pytest.mark.parametrize("span", [(5, 5), (-1, 3), (0, 99), (7, 3)])
def test_evidence_outside_the_page_is_refused(span):
    with pytest.raises(ValueError, match="span"):
        RawCase(make_page("short")).evidence(*span)


def test_noise_and_code_are_never_useful():
    blocks = (Block(0, 1, Role.NOISE), Block(2, 3, Role.CODE), Block(4, 5, Role.TEXT))
    assert [b.role for b in RawCase(make_page("a b c"), blocks=blocks).useful()] == [Role.TEXT]


def test_unknown_has_a_reason_and_is_false():
    unknown = Field.unknown("not_stated")
    assert not unknown
    assert unknown.reason == "not_stated"
    assert Field(0.0)  # a value that is zero is known
    assert not Many()


def test_json_comes_back_as_it_went():
    case = make_case("示例银行", benefits=((30, "%", "down", "cost"),))
    assert Case.from_json(case.to_json()) == case


def test_all_evidence_names_its_field():
    names = {name for name, _ in make_case("示例银行").all_evidence()}
    assert {"customer_name", "products", "industry"} <= names
