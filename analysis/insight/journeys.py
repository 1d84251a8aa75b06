"""A persona's journey (document 1 §5): the rule base's map, fitted by the persona's own leading factors (先验); what
interviews told of a stage stands in place of it."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.insight import rulebase
from analysis.insight.heard import cell, said
from analysis.insight.world import Group
from analysis.model import Journey, Need, Stage, Statement, Text
from analysis.prose import say


def journey(group: Group, needs: Sequence[Need]) -> Journey:
    """The five stages and the row of §5.2 for a persona."""
    lead = [n.factor for n in needs[:2]]
    return Journey(
        stages=tuple(_stage(group, stage, lead) for stage in rulebase.STAGES),
        cycle=said(group, "cycle"),
        key_stages=said(group, "key_stages"),
        main_concerns=said(group, "main_concerns"),
        best_moment=said(group, "best_moment"),
    )


def _stage(group: Group, stage: str, lead: Sequence[str]) -> Stage:
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

    def told(name: str, extra: tuple[Text, ...] = ()) -> Statement:
        return cell(group, stage, name, rulebase.cell(group.archetype, stage, name, extra, among=bool(group.mix)))

    return Stage(
        stage=stage,
        touchpoints=told("touchpoints"),
        pains=told("pains", pains),
        content=told("content", content),
        influences=told("influences", influences),
    )
