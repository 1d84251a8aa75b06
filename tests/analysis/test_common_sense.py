"""专家常识验证 (document 1 §2.3) can fail, and says how many other kinds of customers would have passed."""

from dataclasses import replace

import pytest

from analysis.insight import rulebase
from analysis.insight.world import Group
from analysis.validate.triangulation import common_sense


@pytest.fixture
def sense(clear):
    """The check of a persona of an archetype whose decision factors are led by the given ones."""

    def go(archetype, *factors):
        persona = clear.personas[0]
        led = replace(persona, factors=tuple(replace(persona.factors[0], factor=f) for f in factors))
        return common_sense(Group(0, persona.id, persona.name, (), archetype), led)

    return go


@pytest.mark.parametrize(
    ("factors", "colour"),
    [
        (("security", "compliance", "reliability"), "green"),
        (("security", "compliance", "intelligence"), "amber"),
        (("reliability", "agility", "intelligence"), "red"),
        (("agility", "intelligence", "scalability"), "red"),
        ((), "amber"),
    ],
)
def test_common_sense_can_be_of_every_colour(sense, factors, colour):
    assert sense("finance-large", *factors).colour == colour


def test_what_nearly_anybody_passes_is_no_proof_and_says_so(sense):
    said = sense("digital-large", "cost", "scalability", "operations")
    assert said.colour == "amber"
    assert "证明力弱" in said.finding.zh
    also = sum({"cost", "scalability", "operations"} <= set(d.expected) for d in rulebase.decisions().values()) - 1
    assert f"其余 {len(rulebase.archetypes()) - 1} 类客户原型，有 {also} 类也会通过" in said.finding.zh


def test_a_scenario_does_not_excuse_what_the_archetype_does_not_expect(sense, clear):
    """A bank that leads with analytics is odd, whatever its scenario would make of it."""
    said = sense("finance-large", "analytics", "security", "compliance")
    assert said.colour == "amber"
    assert "数据分析能力" in said.finding.zh
    assert said.cases == clear.personas[0].cases


def test_most_archetypes_fail_on_what_another_is_known_by():
    """The measure of the check: given the first three factors that an archetype expects, how many others would be green too."""
    lead = {a: d.expected[:3] for a, d in rulebase.decisions().items()}
    passing = {a: [b for b in lead if set(lead[a]) <= set(rulebase.decisions()[b].expected)] for a in lead}
    assert all(a in passing[a] for a in lead)
    assert sum(len(p) for p in passing.values()) < 0.5 * len(lead) ** 2
