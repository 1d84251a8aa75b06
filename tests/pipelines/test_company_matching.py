"""Company matching: the published table of pairs, symmetry, decisions, and what every match must say."""

from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.companies.decisions import Decisions, load_decisions
from pipelines.companies.identity import companies, company_key, known
from pipelines.companies.matching import same_company
from pipelines.vocabulary import DataError

PAIRS = yaml.safe_load((Path(__file__).parents[1] / "data" / "company_pairs.yaml").read_text(encoding="utf-8"))
CASES = [(verdict, a, b) for verdict, pairs in PAIRS.items() for a, b in pairs]


def test_the_table_has_at_least_three_hundred_pairs():
    assert len({frozenset((a, b)) for _, a, b in CASES}) == len(CASES) >= 300


@pytest.mark.parametrize(("verdict", "a", "b"), CASES, ids=[f"{a}–{b}" for _, a, b in CASES])
def test_pairs(verdict, a, b):
    match = same_company(a, b)
    assert match.verdict == verdict, match
    assert match == same_company(b, a)
    assert match.rule.startswith("match.")
    assert match.reasons
    assert match.reasons[0].startswith(match.rule)


def test_scores_separate_the_verdicts():
    scores = {v: [same_company(a, b).score for a, b in pairs] for v, pairs in PAIRS.items()}
    assert min(scores["same"]) > max(scores["unsure"]) >= min(scores["unsure"]) > max(scores["related"]) > max(scores["different"])


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=20))
@example("&")
def test_a_name_is_itself(name):
    match = same_company(name, name)
    assert match.verdict == ("same" if any(c.isalnum() for c in name) and match.rule != "match.nothing" else "different")


def test_decisions_go_first(tmp_path):
    path = tmp_path / "decisions.yaml"
    path.write_text("same: [[Example One, 示例一]]\ndifferent: [[Example Ltd, Example GmbH]]\nrelated: [[Foo, Bar]]\n", encoding="utf-8")
    decisions = load_decisions(path)
    assert same_company("示例一", "example one", decisions).verdict == "same"
    assert same_company("Example Ltd", "Example GmbH").verdict == "same"
    judged = same_company("Example Ltd", "Example GmbH", decisions)
    assert (judged.verdict, judged.rule) == ("different", "match.decision")
    assert same_company("Bar", "Foo", decisions).verdict == "related"


def test_decisions_that_contradict_are_an_error():
    with pytest.raises(DataError, match="只留一条"):
        Decisions(same=(("A Sample", "B Sample"),), different=(("B Sample", "A Sample"),))


def test_no_decisions_file_is_no_decisions(tmp_path):
    assert load_decisions(tmp_path / "none.yaml") == Decisions()


def test_a_decisions_file_that_does_not_fit_names_itself(tmp_path):
    path = tmp_path / "decisions.yaml"
    path.write_text("same: [just one]\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"decisions\.yaml"):
        load_decisions(path)


@pytest.mark.parametrize(
    ("name", "aliases", "key"),
    [
        ("阿里巴巴集团", (), "alibaba"),
        ("Alibaba Group Holding Ltd.", (), "alibaba"),
        ("北京示例科技有限公司", (), "示例科技"),
        ("示例科技", (), "示例科技"),
        ("示例", ("Shili",), "shili"),
        ("Shili Inc.", (), "shili"),
        ("Example Bakery GmbH", (), "example-bakery"),
        ("Example Bakery Group", (), "example-bakery"),
    ],
)
def test_one_key_per_company(name, aliases, key):
    assert company_key(name, aliases) == key


def test_known_companies_are_found_in_every_form():
    for company in companies().values():
        for name in company.names:
            assert known(name) is company


def test_an_ambiguous_name_is_no_known_company():
    assert known("Merck") is None
    assert known("Merck KGaA") is not None
