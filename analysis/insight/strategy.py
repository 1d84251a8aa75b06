"""What to do about a persona (document 1 §6.1 七): message, proof, channel, timing, and advice to the product. 先验 beside evidence."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.figures import measured
from analysis.insight import rulebase
from analysis.insight.heard import contact, said, usual
from analysis.insight.needs import figure_text, figures, telling
from analysis.insight.vendors import ENOUGH
from analysis.insight.world import Group, World, having
from analysis.labels import label, vendor
from analysis.model import CaseRow, Need, Persona, Representative, Statement
from analysis.prose import say
from analysis.statements import evidence, prior, statistic
from analysis.stats import share


def selling(group: Group, lead: Sequence[str]) -> tuple[Statement, ...]:
    """核心卖点 for the leading needs: with figures of the persona's own cases where there are any, else the rule base's."""
    return tuple(_point(group, code) for code in lead[:3])


def _point(group: Group, code: str) -> Statement:
    cited = figures(group.rows, code, 2)
    if not cited:
        return rulebase.about(code, "selling")
    text = say("strategy.selling", need=rulebase.factors()[code].need, figures=[figure_text(f) for f in cited])
    return evidence(text, [r.id for r, _ in cited], [b.quote for _, b in cited if b.quote], source="strategy.selling")


def entry(group: Group) -> Statement:
    """推荐切入点 by the persona's scenario."""
    code = group.leading("scenario") or "unknown"
    rule = rulebase.scenarios()[code]
    return prior(rule.entry, f"scenarios.{code}.entry（{rule.source}）")


def plan(group: Group, needs: Sequence[Need], lead: Sequence[str], chosen: Sequence[Representative], world: World) -> tuple[Statement, ...]:
    """各画像营销策略: what to say (the needs of ``lead``), what to prove it with, through whom and when."""
    first = next((n for n in needs if n.factor in lead[:1]), None)
    role, moment, cycle = (usual(said(group, a)) for a in ("contact_role", "best_moment", "cycle"))
    who = [world.by_id[c.case] for c in chosen]
    message = say("strategy.message", persona=group.name, needs=[rulebase.factors()[f].need for f in lead[:2]] or [say("unknown.value")])
    proof = say("strategy.proof", customers=[say("customer.of", customer=r.customer, vendor=vendor(r.vendor)) for r in who])
    channel = say("strategy.channel", role=role.text, moment=moment.text, cycle=cycle.text)
    return (
        statistic(
            message,
            "strategy.message",
            first.share if first else None,
            first.cases if first else (),
            first.quotes if first else (),
        ),
        evidence(proof, [r.id for r in who], [q for r in who for q in proving(world, r)], source="strategy.proof"),
        *contact(group),
        prior(channel, role.source),
        entry(group),
    )


def proving(world: World, row: CaseRow) -> tuple[str, ...]:
    """The quote by which a case is told as proof: of its most telling figure, else of what was done, else of what it needed."""
    fields = ("solution", "challenges", "scenario", "customer_name")
    figure = next((b.quote for b in telling(row) if b.quote), "")
    return (figure,) if figure else next((held[:1] for f in fields if (held := world.book.of(row.id, f))), ())


def advice(group: Group, needs: Sequence[Need]) -> tuple[Statement, ...]:
    """产品优化建议: for the leading needs, those first that cases complain of without a figure of success."""
    unproved = sorted(needs[:4], key=lambda n: (bool(figures(group.rows, n.factor, 1)), n.priority, -n.share.share))
    out = [rulebase.about(n.factor, "advice") for n in unproved[:2]]
    bare = [n for n in needs if n.priority != "P2" and measured(n.factor) and not figures(group.rows, n.factor, 1)]
    if bare:
        text = say("strategy.unproved", needs=[n.need for n in bare[:3]], n=len(group.having(bare[0].factor)))
        out.append(statistic(text, "strategy.unproved", bare[0].share, bare[0].cases))
    return tuple(out)


def versus(
    world: World, personas: Sequence[Persona], marked: dict[str, list[tuple[str, str, Statement]]]
) -> dict[str, tuple[Statement, ...]]:
    """相对于各厂商的差异化建议: where it is crowded, where its cases are thin."""
    return {v: tuple(_versus(world, v, personas, marked.get(v, []))) for v in world.vendors}


def _versus(world: World, v: str, personas: Sequence[Persona], marked: Sequence[tuple[str, str, Statement]]) -> list[Statement]:
    mine = [r for r in world.rows if r.vendor == v]
    if len(mine) < ENOUGH:
        return [
            statistic(
                say("versus.few", vendor=vendor(v), n=len(mine)), "versus.few", share(len(mine), len(world.rows)), [r.id for r in mine]
            )
        ]
    out = []
    strong = [label(d, c) for d, c, _ in marked[:3]]
    if strong:
        text = say("versus.strong", vendor=vendor(v), items=strong)
        out.append(statistic(text, "versus.strong", cases=dict.fromkeys(c for *_, s in marked[:3] for c in s.cases)))
    thin = [p for p in personas if not any(world.by_id[c].vendor == v for c in p.cases)]
    if thin:
        out.append(
            statistic(
                say("versus.absent", vendor=vendor(v), personas=[p.name for p in thin], n=len(mine)),
                "versus.absent",
                share(0, len(thin[0].cases)),
            )
        )
    missing = [f for f in _common(personas) if not having(mine, f)]
    if missing:
        out.append(
            statistic(
                say("versus.silent", vendor=vendor(v), needs=[label("factor", f) for f in missing[:3]], n=len(mine)),
                "versus.silent",
                share(0, len(mine)),
            )
        )
    if not out:
        out.append(
            statistic(
                say("versus.none", vendor=vendor(v), n=len(mine)), "versus.none", share(len(mine), len(world.rows)), [r.id for r in mine]
            )
        )
    return out


def _common(personas: Sequence[Persona]) -> list[str]:
    return list(dict.fromkeys(n.factor for p in personas for n in p.needs if n.priority == "P0"))
