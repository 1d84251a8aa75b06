"""竞品映射 and 反证 (document 1 §2.3): what a persona's vendors prove, and what its silence does not."""

from dataclasses import replace

import pytest

from analysis import generate
from analysis.evidence import Book
from analysis.insight.world import Group, World
from analysis.load import to_rows
from analysis.model import Text
from analysis.personas.features import encode
from analysis.personas.find import find
from analysis.validate import triangulation
from analysis.validate.certificate import verdict, why

BASE = to_rows(generate.cases(1), Book(()))[0]
NAME = Text("示例画像", "an example persona")


def rows(n, vendor="aws", needs=("operations",), tag="a"):
    return [replace(BASE, id=f"{tag}{i}", customer_key=f"示例{tag}{i}", vendor=vendor, challenges=needs, benefits=()) for i in range(n)]


@pytest.fixture
def counter(clear, category):
    """The check of a persona of the rows ``mine`` in a category that has the ``rest`` too, its P0 needs those of its rows."""

    def go(mine, rest):
        every = (*mine, *rest)
        features = encode(every)
        persona = clear.personas[0]
        needs = [replace(persona.needs[0], factor=f, priority="P0") for f in {f for r in mine for f in r.challenges}]
        world = World(category, every, features, find(features), Book(()))
        return triangulation.counter(world, Group(0, "p", NAME, tuple(mine), "finance-large"), replace(persona, needs=tuple(needs)))

    return go


def test_a_vendor_with_few_cases_anyway_is_not_avoided(counter):
    """None of 40 cases is of a vendor with 2 of 200: that tells of the vendor's archive, not of the persona."""
    said = counter(rows(40), [*rows(158, tag="b"), *rows(2, "aliyun", tag="c")])
    assert "没有一项明显比品类少见" in said.finding.zh
    assert "从未见于 阿里云，但其案例本来就少" in said.finding.zh


def test_a_vendor_of_half_the_cases_that_a_persona_never_chose_is_told_with_what_was_expected(counter):
    said = counter(rows(20), rows(60, "azure", tag="b"))
    assert "Azure 0/20（按品类比例应有 15.0）" in said.finding.zh
    assert said.colour == "green"


def test_a_factor_that_is_merely_rarer_is_told_too(counter):
    mine = [*rows(18), *rows(2, needs=("cost",), tag="d")]
    said = counter(mine, rows(60, needs=("cost",), tag="b"))
    assert "成本 2/20" in said.finding.zh


def test_a_p0_need_that_is_rarer_than_in_the_category_is_no_trait(counter):
    mine = [*rows(11, needs=("cost",)), *rows(9, needs=("agility",), tag="d")]
    said = counter(mine, rows(80, needs=("cost",), tag="b"))
    assert said.colour == "amber"
    assert "成本列为 P0，却比品类提得少" in said.finding.zh


def test_too_few_cases_cannot_say_never(counter):
    said = counter(rows(2), [*rows(3, "azure", ("cost",), tag="b"), *rows(2, tag="c")])
    assert said.colour == "amber"
    assert "不能说“绝不”" in said.finding.zh


def group(*vendors):
    return Group(0, "p", NAME, tuple(r for i, v in enumerate(vendors) for r in rows(5, v, tag=f"{i}-")), "finance-large")


@pytest.mark.parametrize(("found", "colour", "why"), [(0.9, "green", 0), (0.6, "amber", 0), (0.2, "red", 1)])
def test_a_persona_that_is_not_found_without_one_vendor_is_not_cross_vendor(found, colour, why):
    recovered = {"aws": [found], "azure": [1.0]}
    assert triangulation.competitors(group("aws", "azure"), recovered).colour == colour
    reasons = triangulation.unmapped(group("aws", "azure"), recovered)
    assert len(reasons) == why
    assert all("去掉AWS的案例后只找回 20%" in r.zh for r in reasons)


def test_such_a_persona_is_tentative(run):
    """19 of 20 cases of a kind are AWS's: whatever the bootstrap says, it has not been seen with competitors."""
    one = replace(generate.THREE[2], vendors=("aws",) * 19 + ("azure",))
    made = run(generate.cases(60, (*generate.THREE[:2], one)))
    persona = next(p for p in made.personas if p.id.startswith("p-manufacturing"))
    check = next(c for c in made.validation.triangulation if c.id == f"tri-rival-{persona.id}")
    assert check.colour == "red"
    assert persona.status == "暂定"
    assert any("还不是跨厂商画像" in r.zh for r in persona.status_reasons)


def test_no_certificate_is_green_where_a_proof_failed(clear):
    green = [replace(m, colour="green") for m in clear.validation.metrics]
    assert verdict(green, floors_red=False) == "green"
    assert verdict(green, floors_red=False, proof_failed=True) == "amber"


def test_the_verdict_names_what_failed_first(clear, noisy):
    """The line stands alone in the terminal and on top of the report: it must say what is wrong."""
    checks = [replace(c, colour="green") for c in clear.validation.triangulation]
    assert why(checks).zh == ""
    assert why([replace(checks[0], colour="amber"), *checks[1:]]).zh == f"；需注意：{checks[0].name.zh}"
    some = [replace(checks[0], colour="amber"), replace(checks[1], colour="red"), *checks[2:]]
    assert why(some).zh == f"；未通过：{checks[1].name.zh}"
    assert "另 2 项" in why([replace(c, colour="red") for c in checks[:6]]).zh
    failed = [m.name.zh for m in noisy.validation.metrics if m.colour == "red"]
    assert failed
    assert failed[0] in noisy.validation.verdict_text.zh
