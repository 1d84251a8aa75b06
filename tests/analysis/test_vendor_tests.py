"""厂商客户差异, 市场机会识别 (document 1 §4.2) tell how many tests there were; under three vendors nothing is called 跨厂商 (DESIGN §8)."""

from dataclasses import fields, is_dataclass, replace

import pytest

from analysis import generate
from analysis.model import Kind, Statement

CROSS = ("跨厂商", "over vendors", "Common to vendors")


def said(value):
    """Every statement in a tree of dataclasses."""
    if isinstance(value, Statement):
        yield value
    if is_dataclass(value):
        for f in fields(value):
            yield from said(getattr(value, f.name))
    elif isinstance(value, tuple | list):
        for held in value:
            yield from said(held)


@pytest.fixture(scope="session")
def alike(run):
    """30 cases whose vendors have customers alike: every customer's story at six vendors in turn."""
    held = generate.cases(5)
    vendors = generate.VENDORS
    return run(
        [
            replace(c, case_id=f"{c.case_id}-{v}", customer_key=f"{c.customer_key}{v}", vendor=replace(c.vendor, value=v), source_id=v)
            for c in held
            for v in vendors
        ]
    )


@pytest.fixture(scope="session")
def two(run):
    return run(generate.cases(45, tuple(replace(g, vendors=("aws", "aliyun")) for g in generate.THREE)))


def test_no_difference_tells_how_many_tests_found_none(alike):
    (none,) = alike.comparison.differences
    assert none.kind is Kind.STATISTIC
    assert none.text.zh.startswith("检验后无显著差异：做了 ")
    assert not alike.insights or none not in alike.insights


def test_one_vendor_alone_is_not_said_to_be_tested(run):
    made = run(generate.cases(12, tuple(replace(g, vendors=("aws",)) for g in generate.THREE)))
    (none,) = made.comparison.differences
    assert none.text.zh.startswith("未能检验")


def test_no_white_space_tells_how_many_cells_were_tested(alike):
    (none,) = alike.comparison.openings
    assert len(alike.comparison.white_space) > 0
    assert f"检查了 {len(alike.comparison.white_space)} 个" in none.text.zh


def test_white_space_of_too_few_cases_is_not_said_to_be_tested(run):
    made = run(generate.cases(6))
    assert made.comparison.white_space == ()
    assert made.comparison.openings[0].text.zh.startswith("未能检验市场空白")


def test_cells_that_are_full_are_tested_and_are_no_opening(clear):
    """All that was looked at counts, not only what came out short."""
    full = [w for w in clear.comparison.white_space if w.observed >= w.expected]
    assert full
    assert not any(w.significant for w in full)
    shown = [s for s in clear.comparison.openings if s.source == "stat:gaps.white_space"]
    assert len(shown) <= len(clear.comparison.white_space) - len(full)


def test_two_vendors_have_nothing_that_crosses_vendors(two, clear):
    assert not two.scope.cross_vendor
    found = [s.text for s in said((two.personas, two.comparison, two.insights, two.core_findings)) if any(c in s.text.zh for c in CROSS)]
    assert found == []
    assert any("现有案例中最常见的诉求" in s.text.zh for s in two.insights)
    checks = [c.finding.zh for c in (*two.pitfalls, *two.checklist) if any(word in c.finding.zh for word in CROSS)]
    assert checks == []
    assert any("跨厂商共性需求" in s.text.zh for s in said(clear.personas))
