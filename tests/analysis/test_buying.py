"""How a group of cases buys: the cases vote, those that do not tell their size too; a vendor's customers and a persona's by one rule."""

from dataclasses import replace

import pytest

from analysis import generate
from analysis.evidence import Book
from analysis.insight import rulebase
from analysis.insight.buying import buying
from analysis.insight.heard import Heard
from analysis.insight.journeys import journey
from analysis.insight.vendors import cycle
from analysis.insight.world import Group
from analysis.load import to_rows
from analysis.model import Kind, Text

BASE = to_rows(generate.cases(1), Book(()))[0]


def rows(*segments):
    """A row of its own customer for every (industry, size)."""
    return [
        replace(BASE, id=f"r{i}", customer_key=f"示例{i}", industry=industry, company_size=size)
        for i, (industry, size) in enumerate(segments)
    ]


MIXED = [("finance", None), ("finance", "startup"), ("retail.chains", None), ("healthcare.providers", None)]


def test_one_known_size_does_not_decide_for_all():
    kind, mix = buying(rows(*MIXED))
    assert kind == "finance-large"
    assert mix[0] == kind
    assert "finance-small" in mix
    assert rulebase.cell(kind, "认知", "touchpoints") != rulebase.cell("digital-startup", "认知", "touchpoints")


def test_a_quarter_of_startups_leaves_the_rest_what_they_are():
    many = [("software.saas", "startup")] * 24 + [("internet.content", None)] * 30 + [("manufacturing.energy", None)] * 46
    assert buying(rows(*many))[0] == "enterprise-large"
    assert buying(rows(*[("software.saas", "startup")] * 3, *[("software.saas", None)] * 7)) == ("digital-large", ())
    assert buying(rows(*[("software.saas", "startup")] * 7, *[("software.saas", None)] * 3)) == ("digital-startup", ())


def test_most_of_the_cases_that_tell_their_industry_are_not_most_of_the_cases():
    """Of ten customers four are financial and four tell nothing: the persona does not buy as financial customers do."""
    told = [("finance.banking", None)] * 4 + [("retail.chains", None)] * 2
    assert buying(rows(*told, *[(None, None)] * 4)) == ("finance-large", ("finance-large", "enterprise-large"))
    assert buying(rows(*told)) == ("finance-large", ())


def test_half_startups_and_half_that_do_not_tell_are_both():
    assert buying(rows(*[("internet", "startup")] * 2, *[("internet", None)] * 2)) == (
        "digital-large",
        ("digital-large", "digital-startup"),
    )


def test_without_industries_a_size_counts_where_most_cases_tell_it():
    assert buying(rows((None, "small"), (None, None), (None, None))) == ("general", ())
    assert buying(rows((None, "small"), (None, "small"), (None, None))) == ("general-small", ())
    assert buying([]) == ("general", ())


def test_the_order_of_the_cases_does_not_matter():
    assert buying(rows(*MIXED)) == buying(rows(*MIXED)[::-1])


def test_the_journey_is_that_of_the_customers_whose_cycle_is_told():
    """Document 1 §5.2: a persona may not be told one cycle in its row and another kind of customer in its journey."""
    mine = tuple(rows(*MIXED))
    kind, mix = buying(mine)
    told = journey(Group(0, "p", Text("画像", "persona"), mine, kind, mix=mix), ())
    cells = [s for stage in told.stages for s in (stage.touchpoints, stage.pains, stage.content, stage.influences)]
    assert told.cycle.source.startswith("decisions.finance-large")
    assert "6–12 个月" in told.cycle.text.zh
    assert not [s for s in cells if s.source.startswith("journeys.digital")]
    own = [s.text.zh for s in cells if s.source.startswith("journeys.finance-large")]
    assert own
    assert all(text.startswith("金融机构→") for text in own)
    alone = journey(Group(0, "p", Text("画像", "persona"), mine, kind), ())
    assert not any("→" in s.touchpoints.text.zh for s in alone.stages)


def test_what_one_kind_of_customer_said_is_not_said_of_a_mixed_group():
    told = Heard("cycle", Text("8 个月", "8 months"), 12, "2026-01-10", "interviews/2026-01", archetype="finance-large")
    mine = rows(*MIXED)
    assert told.concerns(Group(0, "p", Text("画像", "persona"), tuple(mine), "finance-large"))
    assert not told.concerns(Group(0, "p", Text("画像", "persona"), tuple(mine), "finance-large", mix=("finance-large", "healthcare")))


def test_a_vendors_cycle_is_not_that_of_its_few_startups():
    said = cycle(rows(*[("internet", "startup")] * 2, *[("internet", None)] * 9))
    assert said.kind is Kind.PRIOR
    assert said.text.zh == "1–3 个月"
    assert cycle(rows(*[("internet", "startup")] * 6, *[("internet", None)] * 5)).text.zh == "1–4 周"


@pytest.mark.parametrize(("n", "known"), [(2, False), (3, True)])
def test_a_vendor_with_too_few_customers_has_no_cycle(n, known):
    held = rows(*[("finance.banking", "large")] * n)
    assert ("6–12 个月" in cycle(held).text.zh) is known
    again = [replace(r, customer_key="示例") for r in held]
    assert cycle(again).text.zh.startswith("未知：只有 1 个客户")
