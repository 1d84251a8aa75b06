"""The starter library: it loads, it is broad enough, every address is official; a wrong entry is refused by name."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from pipelines.case import Case
from pipelines.sources import canonical_url, judge
from pipelines.starter import load_starter, starter_cases
from pipelines.vocabulary import DataError, codes

PAGE = "https://aws.amazon.com/solutions/case-studies/example-bakery/"
ENTRY = f"""
- customer: Example Bakery
  vendor: aws
  url: {PAGE}
  products: [Amazon S3, Amazon EC2]
  industry: retail.chains
  scenario: core-migration
  challenges: [cost]
  benefits:
    - {{value: 30, unit: "%", direction: down, subject: cost}}
"""


def load(folder: Path, text: str) -> tuple[Case, ...]:
    (folder / "aws.yaml").write_text(text, encoding="utf-8")
    return load_starter(folder)


def by_category() -> dict[str, list[Case]]:
    held: dict[str, list[Case]] = defaultdict(list)
    for case in starter_cases():
        for category in case.categories.values():
            held[category].append(case)
    return held


def vendors(cases: list[Case] | tuple[Case, ...]) -> set[str | None]:
    return {case.vendor.value for case in cases}


def test_size_of_the_library() -> None:
    assert len(starter_cases()) >= 60
    assert len(vendors(starter_cases())) >= 4


def test_breadth_of_the_library() -> None:
    held = by_category()
    assert sum(len(cases) >= 8 for cases in held.values()) >= 3
    assert any(len(cases) >= 15 and len(vendors(cases)) >= 3 for cases in held.values())


@pytest.mark.parametrize(
    ("category", "cases", "of_vendors"), [("MaaS", 18, 3), ("数据仓库", 8, 2), ("容器托管", 15, 4), ("对象存储", 15, 4)]
)
def test_a_first_report_of_these_categories_has_its_cases(category: str, cases: int, of_vendors: int) -> None:
    held = by_category()[category]
    assert len(held) >= cases
    assert len(vendors(held)) >= of_vendors


@pytest.mark.parametrize("case", starter_cases(), ids=lambda c: f"{c.vendor.value}-{c.customer_name.value}")
def test_every_case_is_official_and_known_by_codes(case: Case) -> None:
    vendor, url = case.vendor.value or "", case.source_url.value or ""
    assert judge(vendor, url).accepted
    assert canonical_url(vendor, url) == url
    assert case.customer_key
    assert case.products.values()
    assert case.challenges.values()
    assert case.industry.value
    assert case.origin == "starter"


def test_an_availability_in_percent_is_a_share_of_uptime_and_no_rate_of_errors() -> None:
    """A share reached; it would stand beside a customer's SLA of 99.95 %."""
    held = {
        f"{c.customer_name.value} {b.value} %"
        for c in starter_cases()
        for b in c.benefits.values()
        if b.subject == "availability" and b.unit == "%" and b.direction == "reach" and b.value < 50
    }
    assert held == set()


def test_a_size_is_only_where_a_figure_was_stated(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Example Bakery: company_size without the size_figure"):
        load(tmp_path, ENTRY + "  company_size: large\n")


def test_benefits_hold_plain_numbers_of_the_contract() -> None:
    benefits = [b for case in starter_cases() for b in case.benefits.values()]
    assert len(benefits) >= 100
    for b in benefits:
        assert b.bound in ("", "over", "under", "about")
        assert b.value_to is None or b.value_to > b.value
        if b.value_from is not None:
            assert (b.value > b.value_from) == (b.direction == "up"), b


def test_an_entry_becomes_a_case(tmp_path: Path) -> None:
    (case,) = load(tmp_path, ENTRY)
    assert case.customer_name.value == "Example Bakery"
    assert case.categories.values() == ("对象存储", "虚拟服务器")
    assert set(case.categories.values()) <= set(codes().categories())
    assert case.benefits.values()[0].value == 30
    assert case.company_size.value is None
    assert (case.tier, case.kind) == (1, "case")


def test_a_partner_mark_makes_it_tier_two(tmp_path: Path) -> None:
    (case,) = load(tmp_path, ENTRY + "  mark: Partner Success with AWS\n")
    assert case.tier == 2
    assert case.proof


def test_the_page_decides_between_the_categories_of_a_product(tmp_path: Path) -> None:
    text = ENTRY.replace("vendor: aws", "vendor: gcp").replace(PAGE, "https://cloud.google.com/customers/example-bakery")
    text = text.replace("[Amazon S3, Amazon EC2]", "[Vertex AI, BigQuery]")
    (first,) = load(tmp_path, text)
    (named,) = load(tmp_path, text + "  categories: [AI平台]\n")
    assert first.categories.values() == ("数据仓库", "MaaS")
    assert named.categories.values() == ("数据仓库", "AI平台")


WRONG = [
    ("retail.chains", "retail.moons", "unknown industry 'retail.moons'"),
    ("retail.chains", "moons", "unknown industry 'moons'"),
    ("scenario: core-migration", "scenario: moon-flight", "unknown code 'moon-flight'"),
    ("challenges: [cost]", "challenges: [cost, gravity]", "unknown challenge 'gravity'"),
    ("subject: cost", "subject: gravity", "unknown direction or subject of benefit 30"),
    ("direction: down", "direction: sideways", "unknown direction or subject of benefit 30"),
    ("Amazon S3, ", "Amazon Moon, ", "unknown product 'Amazon Moon'"),
    ("Amazon S3, ", "BigQuery, ", "unknown product 'BigQuery'"),
    (PAGE, "https://example.com/bakery", "https://example.com/bakery is not an official source"),
    (PAGE, PAGE + "?trk=card", "should be written " + PAGE),
    ("vendor: aws", "vendor: moon", "is not an official source"),
    ("  scenario", "  categories: [MaaS]\n  scenario", "no product of category 'MaaS'"),
]


@pytest.mark.parametrize(("right", "wrong", "told"), WRONG)
def test_a_wrong_entry_is_refused_by_name(tmp_path: Path, right: str, wrong: str, told: str) -> None:
    with pytest.raises(DataError) as error:
        load(tmp_path, ENTRY.replace(right, wrong))
    assert "Example Bakery" in str(error.value)
    assert told in str(error.value)
    assert "aws.yaml" in str(error.value)


def test_a_second_entry_of_a_page_and_customer_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="aws Example Bakery: a second entry of " + PAGE):
        load(tmp_path, ENTRY + ENTRY)


def test_a_page_may_tell_of_several_customers(tmp_path: Path) -> None:
    cases = load(tmp_path, ENTRY + ENTRY.replace("Example Bakery", "Example Mill"))
    assert {c.customer_name.value for c in cases} == {"Example Bakery", "Example Mill"}
