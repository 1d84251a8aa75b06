"""核心发现 and 关键洞察: what the figures say when read together; each sentence is a template that its own numbers fill."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET

from analysis.figures import convincing, strength, sure
from analysis.insight import rulebase
from analysis.insight.needs import figure_text, spread
from analysis.insight.vendors import YEARS_APART
from analysis.insight.world import World, factor_counts, having
from analysis.model import Comparison, Persona, Statement, Validation
from analysis.prose import say
from analysis.statements import evidence, statistic
from analysis.stats import share
from analysis.thresholds import thresholds

MOST = 5


def core_findings(world: World, personas: Sequence[Persona], validation: Validation) -> tuple[Statement, ...]:
    """How many personas, how much they explain, and each in a sentence."""
    stable = sum(p.stable for p in personas)
    text = say(
        "finding.personas",
        n=len(personas),
        stable=stable,
        names=[p.name for p in personas],
        share=validation.coverage.share,
        cases=validation.coverage.n,
        of=validation.coverage.of,
    )
    if not personas:
        return (statistic(say("finding.none", of=len(world.rows)), "findings", validation.coverage),)
    return (statistic(text, "findings.personas", validation.coverage), *(_persona(p) for p in personas))


def _persona(p: Persona) -> Statement:
    own, needs = p.lead[:1], [n.need for n in p.needs[:2]] or [say("unknown.value")]
    apart = next((n.need for n in p.needs if n.factor in own), None) if own and own[0] != p.needs[0].factor else None
    text = say(
        "finding.persona_apart" if apart else "finding.persona",
        apart=apart or "",
        name=p.name,
        share=p.prevalence.share,
        n=p.prevalence.n,
        of=p.prevalence.of,
        needs=needs,
        status=say(f"status.{'stable' if p.status == '稳定' else 'tentative'}"),
    )
    return statistic(text, f"findings.{p.id}", p.prevalence, p.cases)


def insights(world: World, personas: Sequence[Persona], comparison: Comparison) -> tuple[Statement, ...]:
    """Three to five insights over vendors, the most telling first; fewer where the cases do not bear more."""
    made = [
        _lead_need(world),
        *_contrast(personas),
        _results(world),
        *(_years_apart(comparison) or [s for s in comparison.differences[:1] if s.cases]),
        *_tested(comparison),
        *comparison.common_needs[1:2],
        _silence(world),
    ]
    unique = {s.text.zh: s for s in made if s}
    return tuple(unique.values())[:MOST]


def _lead_need(world: World) -> Statement | None:
    found = factor_counts(world.rows)
    if not found or not found[0].code:
        return None
    rows = having(world.rows, found[0].code)
    second = found[1].label if len(found) > 1 else say("unknown.value")
    vendors = sorted({r.vendor for r in rows})
    text = say(
        "insight.lead" if world.cross_vendor else "insight.lead_few",
        label=found[0].label,
        n=len(rows),
        of=len(world.rows),
        share=found[0].share.share,
        vendors=len(vendors),
        all=len(world.vendors),
        second=second,
    )
    return evidence(text, [r.id for r in rows], world.need_quotes(rows, found[0].code), found[0].share, "insights.lead")


def _contrast(personas: Sequence[Persona]) -> list[Statement]:
    """The two personas whose weights differ most on one factor beyond their intervals: 决策因素权重差异 (陷阱 7)."""
    best: tuple[float, Statement] | None = None
    for a in personas:
        for b in personas:
            others = {f.factor: f for f in b.factors}
            trivial = _implied(a) | _implied(b)
            for f in a.factors:
                g = None if f.factor in trivial else others.get(f.factor)
                if g and f.interval and g.interval and f.interval.low > g.interval.high and (best is None or f.weight - g.weight > best[0]):
                    text = say(
                        "insight.contrast",
                        a=a.name,
                        b=b.name,
                        factor=f.label,
                        wa=f.weight,
                        wb=g.weight,
                        la=f.interval.low,
                        ha=f.interval.high,
                        lb=g.interval.low,
                        hb=g.interval.high,
                    )
                    best = (f.weight - g.weight, statistic(text, "insights.contrast", cases=(*f.cases, *g.cases)))
    return [best[1]] if best else []


def _implied(p: Persona) -> set[str]:
    """Factors that the persona's own scenario says."""
    lead = next((c.code for c in p.scenarios if c.code), None)
    return set(rulebase.scenarios()[lead or "unknown"].implied)


def _results(world: World) -> Statement | None:
    rows = [r for r in world.rows if any(map(sure, r.benefits))]
    if not rows:
        return None
    all_ = sorted(((r, b) for r in rows for b in r.benefits if convincing(b)), key=lambda f: (-strength(f[1]), f[0].id, f[1].label.zh))
    cited = spread(all_, 3)
    text = say(
        "insight.results", n=len(rows), of=len(world.rows), share=len(rows) / len(world.rows), figures=[figure_text(f) for f in cited]
    )
    return evidence(
        text, [r.id for r, _ in cited], [b.quote for _, b in cited if b.quote], share(len(rows), len(world.rows)), "insights.results"
    )


def _years_apart(comparison: Comparison) -> list[Statement]:
    """What every difference of vendors is to be read with, where their cases are of other years."""
    return [comparison.dates] if comparison.dates is not UNSET and comparison.dates.source == f"stat:{YEARS_APART}" else []


def _tested(comparison: Comparison) -> list[Statement]:
    """The comparison's rows in which vendors differ, needs first."""
    rows = comparison.rows
    return [rows[i] for i in (3, 0, 2, 1) if rows[i].cases][:1]


def _silence(world: World) -> Statement | None:
    """How many sizes are not told: that most are silent is said only where most are, and nothing where all tell."""
    found = share(sum(r.company_size is None for r in world.rows), len(world.rows))
    most = found.share >= thresholds().dominant
    text = say("insight.silence" if most else "insight.silence_some", n=found.n, of=found.of, share=found.share)
    return statistic(text, "insights.silence", found) if found.n else None


def benchmarks_of(world: World) -> list[str]:
    """Cases for 标杆案例 of the whole category: the strongest figures, one a customer, vendors in turn."""
    all_ = sorted(((r, b) for r in world.rows for b in r.benefits if convincing(b)), key=lambda f: (-strength(f[1]), f[0].tier, f[0].id))
    return [r.id for r, _ in spread(all_, 5)]
