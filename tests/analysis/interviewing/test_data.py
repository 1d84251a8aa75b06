"""The data of the interviews: open questions, values that no other claims, nothing without a way to ask."""

import re
from collections import Counter

import pytest

from analysis.interviews.sensitive import sensitive
from analysis.interviews.vocabulary import (
    PARTS,
    column_names,
    columns,
    field_names,
    fields,
    known_codes,
    option_text,
    options,
    role_names,
    rules,
    source_names,
    sources,
)
from analysis.interviews.write import guide


def test_the_table_has_the_four_parts_of_document_4():
    assert {f.part for f in fields().values()} == set(PARTS)
    assert list(PARTS.values()) == ["行业特征", "企业特征", "关键人职业属性", "关键人个人属性"]


def test_names_lead_to_one_thing():
    assert column_names()["客户"] == "customer"
    assert field_names()["决策周期"] == "decision.cycle"
    assert source_names()["bd"] == "bd"
    assert {role_names()[w] for w in ("决策者", "使用者", "监督者")} == {"EB", "UB", "TB"}


@pytest.mark.parametrize("name", fields())
def test_a_question_is_open_and_asks_nothing_sensitive(name):
    for question in fields()[name].ask.values():
        assert question.endswith("？")
        assert not re.search(r"吗？|是不是|是否|有没有|对不对", question)
        assert sensitive(question, of_person=fields()[name].of_person) == ""


@pytest.mark.parametrize("name", sorted(options()))
def test_a_word_means_one_value_of_a_set(name):
    said = Counter(w.casefold() for o in options()[name].values() for w in o.names)
    assert [w for w, n in said.items() if n > 1] == []


@pytest.mark.parametrize("name", fields())
def test_every_value_has_a_name_in_both_languages(name):
    for code in known_codes(fields()[name].options):
        shown = option_text(fields()[name].options, code)
        assert shown.zh
        assert shown.en or not re.search("[\u4e00-\u9fff]", shown.zh) or "." in code


def test_the_customer_is_asked_last():
    assert list(sources()) == ["document", "bd", "expert", "customer"]


def test_ten_customers_make_a_full_persona():
    assert rules().full == 10
    assert [s.stage for s in guide().workflow] == [0, 80, 100, 101]


def test_the_role_alone_is_column_and_item():
    assert {n for c in columns().values() for n in c.names} & {f.label for f in fields().values()} == {"采购角色"}
