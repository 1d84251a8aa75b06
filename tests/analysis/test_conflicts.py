"""Official sources that disagree: both sides kept, the verdict by authority × recency, told in the report (document 3 案例2)."""

from dataclasses import replace

import pytest
from factories import make_case

from analysis.evidence import Book
from analysis.insight.conflicts import OPEN, disputes, reason, told, weights
from analysis.load import to_row
from analysis.report.render import render
from pipelines.case import Benefit, Field, Many


def row(number, published=None, tier=1, **changes):
    """A row of 示例银行 from a page of its own."""
    url = changes.pop("url", f"https://example.com/{number}")
    case = make_case("示例银行", case_id=f"c{number}", url=url, tier=tier, **{"products": ("Amazon S3",), **changes})
    return to_row(replace(case, published=Field(published) if published else Field.unknown("no_date")), Book([case]))


def verdict(*rows):
    """(field, decided, [(value, role)]) of the one dispute."""
    (dispute,) = disputes(rows)
    return dispute.field, dispute.decided, [(s.value.zh, s.role) for s in dispute.sides]


LARGE, MEDIUM = "大型企业", "中型企业"


@pytest.mark.parametrize(
    ("large", "medium", "decided", "sides"),
    [
        (("2024-05-01", 1), ("2019-05-01", 1), "decided", [(LARGE, "adopted"), (MEDIUM, "outdated")]),
        (("2019-05-01", 1), ("2024-05-01", 1), "decided", [(MEDIUM, "adopted"), (LARGE, "outdated")]),
        (("2024-05-01", 1), ("2024-05-01", 2), "decided", [(LARGE, "adopted"), (MEDIUM, "lower")]),
        (("2023-05-01", 1), ("2024-05-01", 2), "decided", [(LARGE, "adopted"), (MEDIUM, "lower")]),
        (("2018-05-01", 1), ("2024-05-01", 2), "decided", [(MEDIUM, "adopted"), (LARGE, "outdated")]),
        (("2024-05-01", 1), (None, 1), "decided", [(LARGE, "adopted"), (MEDIUM, "undated")]),
        ((None, 1), ("2024-05-01", 2), "decided", [(LARGE, "adopted"), (MEDIUM, "lower")]),
        ((None, 1), (None, 2), "decided", [(LARGE, "adopted"), (MEDIUM, "lower")]),
        ((None, 1), (None, 1), "open", [(LARGE, "even"), (MEDIUM, "even")]),
        (("2024", 1), ("2024", 1), "open", [(LARGE, "even"), (MEDIUM, "even")]),
        (("2024-05-02", 1), ("2024-05-28", 1), "open", [(LARGE, "even"), (MEDIUM, "even")]),
        (("2024-05", 1), ("2024-04", 1), "decided", [(LARGE, "adopted"), (MEDIUM, "weaker")]),
    ],
)
def test_authority_times_recency(large, medium, decided, sides):
    rows = row(1, *large), row(2, *medium, company_size="medium")
    assert verdict(*rows) == ("company_size", decided, sides)
    assert verdict(*reversed(rows)) == ("company_size", decided, sides)


def test_a_newer_partner_page_wins_only_when_the_vendors_own_is_years_older():
    """0.6 of authority is made up by recency after some 27 months, by the half-life in the data."""
    outcomes = {}
    for months in range(60):
        date = f"{2024 - months // 12}-{12 - months % 12:02d}"
        outcomes[months] = verdict(row(1, date), row(2, "2024-12", 2, company_size="medium"))[2][0][0]
    turn = min(m for m, v in outcomes.items() if v == MEDIUM)
    assert weights().authority[2] == 0.6
    assert weights().half_life / 2 < turn < weights().half_life
    assert {v for m, v in outcomes.items() if m >= turn} == {MEDIUM}


def test_of_even_sources_the_more_numerous_side_is_adopted_and_it_is_said():
    rows = [row(1, "2024-01"), row(2, "2024-01", company_size="medium"), row(3, "2024-01", company_size="medium")]
    assert verdict(*rows) == ("company_size", "counted", [(MEDIUM, "adopted"), (LARGE, "fewer")])
    (dispute,) = disputes(rows)
    assert "2 个来源" in reason(dispute).zh


def test_three_sides_are_all_kept():
    rows = [row(1, "2024-01"), row(2, "2020-01", company_size="medium"), row(3, "2024-01", 2, company_size="startup")]
    assert [r for _, r in verdict(*rows)[2]] == ["adopted", "lower", "outdated"]


def test_every_side_tells_its_source_and_its_weight():
    (dispute,) = disputes([row(1, "2024-05-01"), row(2, "2021-05-01", 2, company_size="medium")])
    assert told(dispute, dispute.sides[0]).zh == (
        "示例银行的企业规模为大型企业（第 1 级来源，2024-05-01；权威性 1.00 × 时效性 1.00 = 1.00；采用）"
    )
    assert told(dispute, dispute.sides[1]).zh == (
        "示例银行的企业规模为中型企业（第 2 级来源，2021-05-01；权威性 0.60 × 时效性 0.50 = 0.30；已过时，不采用）"
    )
    assert "1.00 对 0.30" in reason(dispute).zh
    assert "tier 2 source, 2021-05-01" in told(dispute, dispute.sides[1]).en


def test_a_leaf_does_not_contradict_its_industry_but_speaks_with_it():
    whole, leaf = row(1, industry="finance"), row(2, industry="finance.banking")
    assert not list(disputes([whole, leaf]))
    (dispute,) = disputes([whole, leaf, row(3, industry="retail.chains")])
    assert [(s.value.zh, len(s.sources)) for s in dispute.sides] == [("金融-银行", 2), ("零售-连锁", 1)]
    (two,) = disputes([whole, leaf, row(3, industry="finance.insurance")])
    assert [s.value.zh for s in two.sides] == ["金融-银行", "金融-保险"]


def test_other_projects_have_their_own_scenario_and_unknown_is_no_opinion():
    assert not list(disputes([row(1), row(2, scenario="ai")]))
    assert not list(disputes([row(1), row(2, company_size=None)]))
    assert not list(disputes([row(1)]))


def test_two_dates_of_one_page_are_compared_in_all_that_they_say():
    one = "https://example.com/one"
    old, new = row(1, "2021-03-01", url=one), row(2, "2024-03-01", url=one, scenario="ai")
    assert verdict(old, new) == ("scenario", "decided", [("AI应用", "adopted"), ("核心系统上云", "outdated")])


def with_benefits(r, *benefits):
    case = make_case("示例银行", case_id=r.id)
    held = Many(tuple(Field(Benefit(*b), (), 0.9, "x") for b in benefits))
    return replace(r, benefits=to_row(replace(case, benefits=held), Book([case])).benefits)


def test_one_result_with_two_figures_is_a_conflict():
    case, blog = with_benefits(row(1, "2024-01"), (30, "%", "down", "cost")), with_benefits(row(2, "2021-01"), (50, "%", "down", "cost"))
    field, decided, sides = verdict(case, blog)
    assert (field, decided, [r for _, r in sides]) == ("benefits", "decided", ["adopted", "outdated"])
    assert "30%" in sides[0][0]


@pytest.mark.parametrize(
    ("benefits", "changes"),
    [
        ([(50, "%", "down", "cost")], {"products": ("Amazon EC2",)}),  # another project
        ([(50, "%", "down", "cost")], {"vendor": "azure"}),
        ([(50, "%", "up", "revenue")], {}),
        ([(5, "x", "down", "cost")], {}),
        ([(30, "%", "down", "cost")], {}),  # the same
        ([(30, "%", "down", "cost"), (50, "%", "down", "cost")], {}),  # several results: not one fact
        ([], {}),
    ],
)
def test_other_results_are_no_conflict(benefits, changes):
    one = with_benefits(row(1), (30, "%", "down", "cost"))
    assert not list(disputes([one, with_benefits(row(2, **changes), *benefits)]))


def test_vague_subjects_are_no_fact():
    one, two = (with_benefits(row(n), (30 + n, "%", "up", "other")) for n in (1, 2))
    assert not list(disputes([one, two]))


@pytest.fixture(scope="module")
def contested(planted):
    """A planted case and three more pages of its customer: later, earlier, and one as good as the first."""
    first = replace(planted[0], company_size=Field("large", planted[0].industry.evidence, 0.9, "x"), published=Field("2020-01-01"))
    second = replace(planted[1], company_size=Field("large", planted[1].industry.evidence, 0.9, "x"), published=Field("2024-01-01"))

    def other(case, name, date, size, tier=1):
        page = replace(case.source_url, value=f"https://example.com/{name}")
        return replace(
            case, case_id=name, tier=tier, published=Field(date), source_url=page, company_size=replace(case.company_size, value=size)
        )

    return [first, other(first, "zz-later", "2025-01-01", "medium"), second, other(second, "zz-even", "2024-01-01", "small"), *planted[2:]]


def test_the_report_keeps_both_sides_with_cases_and_a_verdict_or_none(run, contested, tmp_path):
    made = run(contested)
    by_customer = {c.customer: c for c in made.conflicts}
    decided, even = (by_customer[contested[n].customer_name.value] for n in (0, 2))
    assert [s.cases for s in decided.sides] == [("zz-later",), (contested[0].case_id,)]
    assert decided.adopted == 0
    assert all(s.quotes for s in decided.sides)
    assert (even.adopted, len(even.sides)) == (OPEN, 2)
    assert "请人工核实" in even.reason.zh
    render(made, tmp_path, pictures=False)
    for name in ("report.md", "report.html"):
        (file,) = tmp_path.rglob(name)
        text = file.read_text(encoding="utf-8")
        assert "中型企业（第 1 级来源，2025-01-01；权威性 1.00 × 时效性 1.00 = 1.00；采用）" in text
        assert "已过时，不采用" in text
        assert "各说法并列保留" in text


def test_two_records_of_one_page_count_once_and_what_they_contradict_is_told(run, planted):
    new = replace(planted[0], company_size=Field("large", (), 0.9, "x"), published=Field("2024-01-01"))
    old = replace(new, case_id="zz-old", page_digest="sha256:old", company_size=Field("small", (), 0.9, "x"), published=Field("2020-01-01"))
    made, alone = run([old, new, *planted[1:]]), run([new, *planted[1:]])
    assert made.cases == alone.cases
    (found,) = [c for c in made.conflicts if c not in alone.conflicts]
    assert (found.field, found.adopted) == ("company_size", 0)
    assert ["大型企业" in s.text.zh for s in found.sides] == [True, False]
    assert "2020-01-01" in found.sides[1].text.zh
    assert {i for s in found.sides for i in s.cases} == {new.case_id}
    assert made.to_json() == run([*planted[1:], new, old]).to_json()
    read_otherwise = replace(old, page_digest=new.page_digest)
    assert run([read_otherwise, new, *planted[1:]]).conflicts == alone.conflicts
