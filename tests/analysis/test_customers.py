"""A customer counts once: however many cases tell of it, it fills no floor, makes no persona and lifts no need (document 1 §1.4)."""

from dataclasses import replace

import numpy as np
import pytest

from analysis import generate
from analysis.evidence import Book
from analysis.insight.decisions import votes
from analysis.insight.needs import priority
from analysis.insight.world import FACTORS, customers
from analysis.load import to_rows
from analysis.stats import share


@pytest.fixture(scope="session")
def repeated(run):
    """24 cases as told of 12 customers twice; every customer within its group."""
    held = generate.cases(24)
    return run([replace(c, customer_key=f"示例{i % 3}-{i // 6}") for i, c in enumerate(held)])


@pytest.fixture(scope="session")
def alone(run):
    """45 cases; the fifteen of one group are told of two customers only."""
    held = generate.cases(45)
    return run([replace(c, customer_key=f"示例银行{i % 2}") if i % 3 == 0 else c for i, c in enumerate(held)])


def test_the_floor_of_the_category_counts_customers(repeated):
    assert (repeated.scope.n_cases, repeated.scope.n_customers, repeated.scope.floor) == (24, 12, 15)
    floor = next(c for c in repeated.floors if c.id == "floor-cases")
    assert floor.colour == "red"
    assert "24 例，来自 12 个客户" in floor.finding.zh
    assert next(c for c in repeated.checklist if c.id == "list-floor").colour == "red"
    assert all(p.status == "暂定" and "只涉及 12 个客户" in p.status_reasons[0].zh for p in repeated.personas)
    assert any("12 个客户" in note.zh for note in repeated.notes)
    assert repeated.validation.verdict == "red"


def test_the_floor_of_a_persona_counts_customers(clear, repeated):
    owner = {c.id: c.customer_key for c in repeated.cases}
    for p in repeated.personas:
        n = len({owner[c] for c in p.cases})
        check = next(c for c in repeated.floors if c.id == f"floor-{p.id}")
        assert f"{len(p.cases)} 例，来自 {n} 个客户" in check.finding.zh
        assert check.colour == ("green" if n >= 5 else "amber")
    assert {c.colour for c in clear.floors if c.id.startswith("floor-p-")} == {"green"}


def test_two_customers_make_no_persona_however_often_they_are_told_of(alone):
    assert len(alone.personas) == 2
    assert not [p for p in alone.personas if p.id.startswith("p-finance")]
    left = [u for u in alone.validation.unassigned if "同类客户少于 3 个" in u.reason.zh]
    assert len(left) >= 10


def test_one_customers_cases_are_no_priority_and_have_one_vote():
    base = to_rows(generate.cases(6), Book(()))
    loud = [replace(r, id=f"a{i}", customer_key="示例甲", challenges=("cost",), benefits=()) for i, r in enumerate(base)]
    quiet = [replace(r, id=f"b{i}", customer_key=f"示例{i}", challenges=("security",), benefits=()) for i, r in enumerate(base[:3])]
    table = votes([*loud, *quiet])
    assert len(table) == customers([*loud, *quiet]) == 4
    assert dict(zip(FACTORS, np.mean(table, 0), strict=True))["cost"] == pytest.approx(0.25)
    assert priority(share(customers(loud), 4)) is None
    assert priority(share(customers(quiet), 4)) == "P0"


def test_a_need_that_only_one_customer_tells_of_is_no_row(run):
    held = generate.cases(45)
    bank = range(0, 24, 3)
    one = [
        replace(c, customer_key="示例甲", challenges=replace(c.challenges, items=(replace(c.challenges.items[0], value="support"),)))
        if i in bank
        else c
        for i, c in enumerate(held)
    ]
    made = run(one)
    persona = next(p for p in made.personas if p.id.startswith("p-finance"))
    assert sum("support" in c.challenges for c in made.cases if c.id in persona.cases) >= 3
    assert "support" not in {n.factor for n in persona.needs}
