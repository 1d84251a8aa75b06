"""The four proofs of document 1 §2.3, computed: coverage, common sense, competitor mapping, counter-evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.insight import rulebase
from analysis.insight.world import FACTORS, Group, World
from analysis.labels import label, vendor
from analysis.model import Check, Persona, Share
from analysis.prose import say
from analysis.stats import wilson
from analysis.thresholds import thresholds

LEADING = 3  # decision factors that common sense is asked about
NEVER = 0.15  # the upper end of the interval under which "never" may be said


def triangulation(
    world: World, personas: Sequence[Persona], coverage: Share, recovered: Mapping[str, Sequence[float]]
) -> tuple[Check, ...]:
    """Coverage once, then the other three for every persona."""
    out = [_coverage(coverage, sum(r.persona is None for r in world.rows))]
    for group, persona in zip(world.groups, personas, strict=True):
        out += [common_sense(group, persona), competitors(group, recovered), counter(world, group)]
    return tuple(out)


def _coverage(found: Share, unassigned: int) -> Check:
    colour = thresholds().colours["coverage"].of(found.share)
    text = say("tri.coverage_found", share=found.share, n=found.n, of=found.of, goal=thresholds().floors.coverage, left=unassigned)
    return Check("tri-coverage", say("tri.coverage"), colour, text, "文档1 §2.3 案例覆盖率验证")


def common_sense(group: Group, persona: Persona) -> Check:
    """Whether the rule base expects the leading factors of the group's archetype, and of how many other archetypes it would do so too.

    Red where hardly one is expected; green only where most archetypes would fail: what any kind of customer passes proves nothing.
    """
    lead = [f.factor for f in persona.factors[:LEADING]]
    odd = [f for f in lead if f not in rulebase.decisions()[group.archetype].expected]
    met = [f for f in lead if f not in odd]
    others = [a for a in rulebase.archetypes() if a != group.archetype]
    also = sum(expects(a, lead) for a in others)
    weak = not odd and also + 1 > thresholds().dominant * (len(others) + 1)
    colour = thresholds().colours["common_sense"].of(len(met) / len(lead)) if lead else "amber"
    text = say(
        "tri.sense_odd" if odd else "tri.sense_found" if lead else "tri.sense_empty",
        name=persona.name,
        archetype=rulebase.archetypes()[group.archetype].name,
        met=[label("factor", f) for f in met] or [say("none.value")],
        odd=[label("factor", f) for f in odd],
        n=len(met),
        of=len(lead),
        proof=say("tri.sense_weak" if weak else "tri.sense_proof", n=also, of=len(others)),
    )
    return Check(
        f"tri-sense-{group.id}",
        say("tri.sense", name=persona.name),
        "amber" if weak else colour,
        text,
        "文档1 §2.3 专家常识验证",
        persona.cases if odd else (),
    )


def expects(archetype: str, factors: Sequence[str]) -> bool:
    """Whether the rule base expects every one of the factors to lead with an archetype."""
    return set(factors) <= set(rulebase.decisions()[archetype].expected)


def competitors(group: Group, recovered: Mapping[str, Sequence[float]]) -> Check:
    """At least two vendors, and found again when any one of them is left out."""
    floors = thresholds().floors
    held = {v: values[group.index] for v, values in recovered.items() if values[group.index] == values[group.index]}
    worst = min(held, key=lambda v: (held[v], v)) if held else None
    enough = len(group.vendors) >= floors.persona_vendors
    colour = thresholds().colours["left_out_vendor"].of(held[worst]) if worst and enough else "red"
    key = "tri.rival_found" if enough and worst else "tri.rival_single"
    text = say(
        key,
        name=group.name,
        n=len(group.vendors),
        vendors=[vendor(v) for v in group.vendors],
        worst=vendor(worst) if worst else "",
        value=held[worst] if worst else 0.0,
    )
    return Check(
        f"tri-rival-{group.id}", say("tri.rival", name=group.name), colour, text, "文档1 §2.3 竞品映射验证", tuple(r.id for r in group.rows)
    )


def counter(world: World, group: Group) -> Check:
    """Factors that no case of the persona names though the category does, and vendors never seen, each with n: silence, not refusal."""
    n = len(group.rows)
    limit = wilson(0, n)
    common = [f for f in FACTORS if len(world.naming.get(f, ())) >= thresholds().common_share * len(world.rows) * 0.5]
    silent = [f for f in common if not group.having(f)]
    unseen = [v for v in world.vendors if v not in group.vendors]
    sure = limit is not None and limit.high <= NEVER
    key = "both" if silent and unseen else "factors" if silent else "vendors" if unseen else "none"
    text = say(
        f"tri.counter_{key}",
        name=group.name,
        n=n,
        high=limit.high if limit else 1.0,
        factors=[label("factor", f) for f in silent],
        vendors=[vendor(v) for v in unseen],
        sure=say("tri.counter_sure" if sure else "tri.counter_unsure"),
    )
    colour = "green" if sure or key == "none" else "amber"
    return Check(f"tri-counter-{group.id}", say("tri.counter", name=group.name), colour, text, "文档1 §2.3 反证检验")
