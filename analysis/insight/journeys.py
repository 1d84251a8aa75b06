"""A persona's journey (document 1 §5): the rule base's map, fitted by the persona's own leading factors. All 先验."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.insight import rulebase
from analysis.insight.heard import said
from analysis.insight.world import Group
from analysis.model import Journey, Need, Stage, Text
from analysis.prose import say


def journey(group: Group, needs: Sequence[Need]) -> Journey:
    """The five stages and the row of §5.2 for a persona."""
    lead = [n.factor for n in needs[:2]]
    return Journey(
        stages=tuple(_stage(group.archetype, stage, lead) for stage in rulebase.STAGES),
        cycle=said(group, "cycle"),
        key_stages=said(group, "key_stages"),
        main_concerns=said(group, "main_concerns"),
        best_moment=said(group, "best_moment"),
    )


def _stage(archetype: str, stage: str, lead: Sequence[str]) -> Stage:
    def words(attribute: str) -> tuple[Text, ...]:
        return tuple(getattr(rulebase.factors()[f], attribute) for f in lead)

    pains = words("objection")[:1] if stage == "考虑" else words("pain")[:1] if stage == "认知" else ()
    content = (
        words("content")
        if stage == "考虑"
        else tuple(say("journey.cases_of", need=rulebase.factors()[f].need) for f in lead[:1])
        if stage == "认知"
        else ()
    )
    influences = words("choice") if stage == "决策" else ()
    return Stage(
        stage=stage,
        touchpoints=rulebase.cell(archetype, stage, "touchpoints"),
        pains=rulebase.cell(archetype, stage, "pains", pains),
        content=rulebase.cell(archetype, stage, "content", content),
        influences=rulebase.cell(archetype, stage, "influences", influences),
    )
