"""What official cases cannot tell, drawn from documents 1 and 4 (先验): one entry for every segment the taxonomies can yield.

A segment is reduced to an archetype (industry × size) and looked up there; needs are looked up by factor, more closely
by category where the rule base knows it. Every entry names the section it was drawn from, and says where it is by analogy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from analysis.model import Statement, Text
from analysis.prose import DATA, fill, join, say
from analysis.segment import parent
from analysis.statements import prior
from pipelines.vocabulary import DataError, load_merged, load_yaml

RULES = DATA / "rules"
STAGES = ("认知", "考虑", "决策", "部署", "留存")


@dataclass(frozen=True)
class Archetype:
    """Industries and sizes that buy alike; ``unknown`` stands for a value that the cases do not tell."""

    name: Text
    industries: tuple[str, ...]
    sizes: tuple[str, ...]
    source: str
    short: Text | None = None  # beside others, where the size need not be told


@dataclass(frozen=True)
class Decision:
    """How an archetype decides."""

    cycle: Text
    key_roles: Text
    contact_role: Text
    vendor_type: Text
    best_moment: Text
    key_stages: Text
    main_concerns: Text
    weights: Mapping[str, float]  # the document's prior of decision factors
    expected: tuple[str, ...]  # factors that common sense expects to count for more than with other customers of a category
    source: str


@dataclass(frozen=True)
class FactorRule:
    """What a factor means to a buyer of any category."""

    need: Text
    features: Text
    metric: Text
    concerns: Text
    pain: Text
    impact: Text
    goal: Text
    selling: Text
    objection: Text
    answer: Text
    advice: Text
    choice: Text
    content: Text
    source: str = "文档1 §3.1–3.2、§5.1（归纳）"


@dataclass(frozen=True)
class Feature:
    """How a factor shows in some categories or groups of categories."""

    where: tuple[str, ...]
    factor: str
    features: Text
    metric: Text
    source: str = "文档1 §3.1 与品类定位（归纳）"


@dataclass(frozen=True)
class ScenarioRule:
    """What a business scenario means for the talk with the customer."""

    work: Text
    goal: Text
    entry: Text
    source: str
    implied: tuple[str, ...] = ()  # factors that the scenario itself says, so that they tell personas apart trivially
    expected: tuple[str, ...] = ()  # factors that common sense expects to count for more than in other scenarios


@dataclass(frozen=True)
class StageRule:
    """A row of the journey map of document 1 §5.1."""

    touchpoints: Text
    pains: Text
    content: Text
    influences: Text
    source: str = "文档1 §5.1"


@dataclass(frozen=True)
class Journeys:
    """The journey map, and what an archetype has otherwise."""

    base: Mapping[str, StageRule]
    archetypes: Mapping[str, Mapping[str, Mapping[str, Text]]]  # archetype → stage → cell → words


@cache
def archetypes() -> Mapping[str, Archetype]:
    """Archetypes by id, in the order in which they are tried."""
    return load_yaml(RULES / "archetypes.yaml", dict[str, Archetype])


@cache
def decisions() -> Mapping[str, Decision]:
    """How each archetype decides; raises DataError where one is missing or its prior does not sum to 1."""
    held = load_merged(RULES, "decisions*.yaml", dict[str, Decision])
    wrong = [a for a in archetypes() if a not in held or abs(sum(held[a].weights.values()) - 1) > 1e-6]
    if wrong:
        raise DataError(f"{RULES}/decisions*.yaml: missing, or weights that do not sum to 1: {wrong}")
    return held


@cache
def factors() -> Mapping[str, FactorRule]:
    """Factor rules by code."""
    return load_merged(RULES, "factors*.yaml", dict[str, FactorRule])


@cache
def features() -> tuple[Feature, ...]:
    """Category-specific features, in the order in which they are tried."""
    return tuple(f for path in sorted(RULES.glob("features*.yaml")) for f in load_yaml(path, tuple[Feature, ...]))


@cache
def scenarios() -> Mapping[str, ScenarioRule]:
    """Scenario rules by code, and ``unknown``."""
    return load_yaml(RULES / "scenarios.yaml", dict[str, ScenarioRule])


@cache
def journeys() -> Journeys:
    """The journey map."""
    return load_yaml(RULES / "journeys.yaml", Journeys)


def archetype(industry: str | None, size: str | None) -> str:
    """The archetype of a segment; ``industry`` may be a leaf. Every combination has one (tested)."""
    top, level = parent(industry) or "unknown", size or "unknown"
    return next(name for name, a in archetypes().items() if top in a.industries and level in a.sizes)


def feature(category: str, group: str, factor: str) -> tuple[Text, Text, str]:
    """(features, metric, source) of a factor: for the category, else its group, else in general."""
    for place in (category, group):
        for one in features():
            if one.factor == factor and place in one.where:
                return one.features, one.metric, one.source
    general = factors()[factor]
    return general.features, general.metric, general.source


def decide(archetype_: str, attribute: str) -> Statement:
    """A statement on how an archetype decides (cycle, key_roles, contact_role …)."""
    entry = decisions()[archetype_]
    return prior(getattr(entry, attribute), f"decisions.{archetype_}.{attribute}（{entry.source}）")


def decide_group(archetype_: str, mix: tuple[str, ...], attribute: str) -> Statement:
    """The same for a group: that of its archetype, or of its leading ones one by one where it has several."""
    if not mix:
        return decide(archetype_, attribute)
    alike: dict[Text, list[Text]] = {}  # what several say is said once
    for a in mix:
        alike.setdefault(getattr(decisions()[a], attribute), []).append(short(a))
    parts = [say("prior.of", archetype=names, text=text) for text, names in alike.items()]
    text = Text("；".join(p.zh for p in parts), "; ".join(p.en for p in parts))
    return prior(text, "；".join(f"decisions.{a}.{attribute}（{decisions()[a].source}）" for a in mix))


def short(archetype_: str) -> Text:
    """An archetype's name beside others."""
    return archetypes()[archetype_].short or archetypes()[archetype_].name


def about(factor: str, attribute: str, **values: Text) -> Statement:
    """A statement on a factor (pain, impact, goal, selling, objection, answer …)."""
    entry = factors()[factor]
    return prior(fill(getattr(entry, attribute), **values), f"factors.{factor}.{attribute}（{entry.source}）")


def cell(archetype_: str, stage: str, name: str, extra: tuple[Text, ...] = (), among: bool = False) -> Statement:
    """A cell of the journey map: the archetype's own words or the document's, then what the persona's factors add.

    ``among`` others an archetype's own words say whose they are.
    """
    own = journeys().archetypes.get(archetype_, {}).get(stage, {}).get(name)
    base: Text = own or getattr(journeys().base[stage], name)
    if own and among:
        base = say("prior.of", archetype=[short(archetype_)], text=own)
    source = (
        f"journeys.{archetype_}.{stage}.{name}（文档1 §5.1–5.2，类推）"
        if own
        else f"journeys.base.{stage}.{name}（{journeys().base[stage].source}）"
    )
    return prior(join((base, *extra)), source)
